"""What a look at something says: how it stands, why, and what to do about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Literal

import msgspec

State = Literal["ok", "soon", "bad"]
_MARKS: dict[State, str] = {"ok": "ok  ", "soon": "SOON", "bad": "BAD "}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. `cause` and `cure` are set where it is not well; `soon`: nothing is broken yet."""

    what: str
    says: str
    state: State = "ok"
    cause: str = ""
    cure: str = ""

    @property
    def is_well(self) -> bool:
        return self.state != "bad"


def finding_lines(findings: Sequence[Finding]) -> list[str]:
    """Return findings in words, what is broken last, where a terminal shows it."""
    order: dict[State, int] = {"ok": 0, "soon": 1, "bad": 2}
    lines = []
    for finding in sorted(findings, key=lambda each: order[each.state]):
        lines.append(f"{_MARKS[finding.state]} {finding.what}: {finding.says}")
        lines += [f"       why: {finding.cause}"] if finding.cause else []
        lines += [f"       do:  {finding.cure}"] if finding.cure else []
    counts = {state: sum(finding.state == state for finding in findings) for state in order}
    lines.append(f"{counts['ok']} well, {counts['soon']} to look after soon, {counts['bad']} broken.")
    return lines


def findings_as_json(findings: Sequence[Finding]) -> str:
    """Return findings for a machine."""
    return msgspec.json.format(msgspec.json.encode([asdict(finding) for finding in findings]), indent=1).decode()


def exit_code(findings: Sequence[Finding], *, strict: bool = False) -> int:
    """Return 1 when something is broken, 2 when it will be and somebody asked strictly, else 0."""
    states = {finding.state for finding in findings}
    if "bad" in states:
        return 1
    return 2 if strict and "soon" in states else 0
