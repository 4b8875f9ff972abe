"""Processes of the embedded PostgreSQL: as whom to run them, and whether one still runs."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from bellrock.core.errors import BellrockError

NOBODY = 65534
_CAPABILITIES = "+dac_override,+dac_read_search"


class RootRefused(BellrockError):
    """PostgreSQL refuses to run as root, and there is no way here to run it as another user."""

    code = "database_root_refused"
    text = (
        "PostgreSQL does not run as root, and here neither unshare nor setpriv can run %(program)s as somebody else."
        " Put Bellrock where others may read it, or start it as a normal user, or set BELLROCK_DATABASE_URL."
    )


@dataclass(frozen=True, slots=True)
class Launcher:
    """How to start PostgreSQL's programs as somebody it accepts.

    `self`: as we are. `unshare`: root in a user namespace that shows it as nobody; files stay ours. `setpriv`: as nobody,
    with the two capabilities that let it reach a folder whose parents are closed; its files become nobody's.
    """

    kind: Literal["self", "unshare", "setpriv"]

    def command(self, program: Sequence[str]) -> list[str]:
        """Return the command line that runs a program."""
        if self.kind == "unshare":
            return ["unshare", "-U", f"--map-user={NOBODY}", f"--map-group={NOBODY}", *program]
        if self.kind == "setpriv":
            return [
                "setpriv",
                f"--reuid={NOBODY}",
                f"--regid={NOBODY}",
                "--clear-groups",
                f"--inh-caps={_CAPABILITIES}",
                f"--ambient-caps={_CAPABILITIES}",
                *program,
            ]
        return list(program)

    def prepare(self, *folders: Path) -> None:
        """Give the folders to the user that the programs run as, where that is not their owner already."""
        if os.geteuid() != 0:
            return
        owner = NOBODY if self.kind == "setpriv" else 0
        for folder in folders:
            if folder.stat().st_uid == owner and all(item.stat().st_uid == owner for item in folder.iterdir()):
                continue
            for parent, _names, files in os.walk(folder):
                os.chown(parent, owner, owner)
                for name in files:
                    os.chown(Path(parent) / name, owner, owner, follow_symlinks=False)

    def can_run(self, program: Path) -> bool:
        """Whether a program of PostgreSQL runs this way here."""
        command = self.command([str(program), "--version"])
        return bool(shutil.which(command[0])) and subprocess.run(command, capture_output=True).returncode == 0


def choose_launcher(binaries: Path) -> Launcher:
    """Return the first way of starting the PostgreSQL in this folder that works. Raises RootRefused."""
    program = binaries / "postgres"
    if os.geteuid() != 0:
        # A container may run us under a number that no account has; PostgreSQL insists on one, and nobody's will do.
        unnamed = not _has_account(os.geteuid())
        return Launcher("unshare") if unnamed and Launcher("unshare").can_run(program) else Launcher("self")
    for launcher in (Launcher("unshare"), Launcher("setpriv")):
        if launcher.can_run(program):
            return launcher
    raise RootRefused(program=str(program))


def _has_account(uid: int) -> bool:
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True


def running_server(cluster: Path) -> int | None:
    """Return the process id of the server that runs over this cluster, None when none does."""
    pid = _pid_in_file(cluster)
    return pid if pid is not None and _serves(pid, cluster) else None


def remove_stale_locks(cluster: Path, socket_lock: Path) -> None:
    """Remove the lock files of a server that is gone, where the system may have given its number to another program.

    PostgreSQL itself would refuse to start while any process has the number, even a zombie.
    """
    if running_server(cluster) is None and Path("/proc/self").exists():
        (cluster / "postmaster.pid").unlink(missing_ok=True)
        socket_lock.unlink(missing_ok=True)


def _pid_in_file(cluster: Path) -> int | None:
    try:
        return int((cluster / "postmaster.pid").read_text().splitlines()[0])
    except (OSError, ValueError, IndexError):
        return None


def _serves(pid: int, cluster: Path) -> bool:
    """Whether a process is the server of this cluster, by its own command line; a zombie has none any more."""
    if not Path("/proc/self").exists():
        return _exists(pid)
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        return b"-D" in words and Path(os.fsdecode(words[words.index(b"-D") + 1])).samefile(cluster)
    except (OSError, IndexError):
        return False


def runs(pid: int) -> bool:
    """Whether a process still runs; one that has ended and waits to be collected does not."""
    if not Path("/proc/self").exists():
        return _exists(pid)
    try:
        state = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()[0]
    except (OSError, IndexError):
        return False
    return state not in (b"Z", b"X")


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return True
