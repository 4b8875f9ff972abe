"""Check the licences of everything that is installed: no GPL or AGPL; LGPL for the database driver alone."""

from __future__ import annotations

import json
import re
import sys
from email.message import Message
from importlib.metadata import Distribution, distribution
from pathlib import Path

from packaging.markers import Marker
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[1]
LGPL_ALLOWED = {"psycopg", "psycopg-binary", "psycopg-pool"}
# Build and test tools that are not part of what is installed at an operator's, and never imported by it.
TOOLS_ALLOWED = {"djlint": "GPL-3.0-or-later"}
# Their wheels leave the field empty; what their own repositories say.
SAID = {"solders": "Apache-2.0", "jsonalias": "MIT"}
STRONG = re.compile(r"(?<![L])\b(AGPL|GPL|GNU (Affero )?General Public)|SSPL|BUSL|Commons Clause", re.IGNORECASE)
WEAK = re.compile(r"LGPL|Lesser General", re.IGNORECASE)


def main() -> int:
    """Print what is not allowed and return the exit code."""
    problems = [problem for name in locked() if (problem := judge(name, licence_of(name)))]
    problems += [problem for name, licence in packages() if (problem := judge(name, licence))]
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


def locked() -> list[str]:
    """Return the names in requirements.lock that apply to this machine."""
    names = []
    for line in (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith((" ", "#")):
            requirement = Requirement(line.rstrip("\\ "))
            if requirement.marker is None or Marker(str(requirement.marker)).evaluate():
                names.append(requirement.name)
    return names


def licence_of(name: str) -> str:
    """Return what a package says of its licence, in the order of how exact the field is."""
    found: Distribution = distribution(name)
    fields: Message = found.metadata  # type: ignore[assignment]  # typed as less than the message that it is
    if expression := fields.get("License-Expression"):
        return str(expression)
    classifiers = [
        line.rpartition(" :: ")[2]
        for line in fields.get_all("Classifier") or []
        if line.startswith("License :: OSI Approved :: ")
    ]
    said = str(fields.get("License") or "").strip().partition("\n")[0]
    return "; ".join(classifiers) or said or SAID.get(name, "")


def packages() -> list[tuple[str, str]]:
    """Return (name, licence) of the packages in package-lock.json."""
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    return [
        (path.rpartition("node_modules/")[2], str(entry.get("license", "")))
        for path, entry in lock["packages"].items()
        if path and not entry.get("optional")
    ]


def judge(name: str, licence: str) -> str | None:
    """Return what is wrong with a licence, None when it may be used."""
    if not licence:
        return f"{name} does not say its licence"
    if TOOLS_ALLOWED.get(name) == licence:
        return None
    if WEAK.search(licence):
        return None if name in LGPL_ALLOWED else f"{name} is under {licence}: LGPL is for the database driver alone"
    choices = re.split(r"\s+OR\s+", licence.strip("()"))
    if all(STRONG.search(choice) for choice in choices):
        return f"{name} is under {licence}"
    return None


if __name__ == "__main__":
    sys.exit(main())
