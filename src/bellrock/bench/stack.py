"""The whole stack for a bench: the real processes on a folder of their own, and what they use of the machine."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bellrock.core.postgres import EmbeddedPostgres

READY_SECONDS_MAX = 90.0
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Stack:
    """A running `bellrock serve`."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes]
    ready_seconds: float

    @property
    def pids(self) -> list[int]:
        """Every process of the stack, database included."""
        return [self.process.pid, *descendants(self.process.pid)]

    def split(self) -> tuple[list[int], list[int]]:
        """Return the pids of Bellrock's own processes and those of the database."""
        own: list[int] = []
        database: list[int] = []
        for pid in self.pids:
            program = command(pid).partition(" ")[0].rpartition("/")[2]
            (database if program.startswith("postgres") else own).append(pid)
        return own, database

    def cpu_seconds(self) -> dict[int, float]:
        return {pid: cpu(pid) for pid in self.pids}

    @property
    def database_url(self) -> str:
        return EmbeddedPostgres(self.folder / "data" / "postgres").url


@contextmanager
def folder() -> Iterator[Path]:
    """Yield a folder for one bench, removed afterwards."""
    path = Path(tempfile.mkdtemp(prefix="bellrock-bench-"))
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


@contextmanager
def running(folder: Path, **settings: str) -> Iterator[Stack]:
    """Furnish a folder, and run the whole stack on it until the block ends."""
    subprocess.run(
        [sys.executable, "-m", "bellrock", "migrate"],
        env=environment(folder, free_port(), settings),
        check=True,
        stdout=subprocess.DEVNULL,
        cwd=folder,
    )
    with served(folder, **settings) as stack:
        yield stack


@contextmanager
def served(folder: Path, **settings: str) -> Iterator[Stack]:
    """Run the whole stack on a furnished folder until the block ends."""
    stack = start(folder, **settings)
    try:
        yield stack
    finally:
        stop(stack)


def start(folder: Path, **settings: str) -> Stack:
    """Start `bellrock serve` and return when it answers."""
    port = free_port()
    began = time.monotonic()
    log = (folder / "serve.log").open("ab")
    process = subprocess.Popen(
        [sys.executable, "-m", "bellrock", "serve"],
        env=environment(folder, port, settings),
        stdout=log,
        stderr=log,
        cwd=folder,
    )
    while time.monotonic() - began < READY_SECONDS_MAX:
        if process.poll() is not None:
            break
        if _answers(port):
            return Stack(folder, port, process, time.monotonic() - began)
        time.sleep(0.02)
    process.kill()
    raise RuntimeError("the stack did not start:\n" + (folder / "serve.log").read_text(errors="replace")[-3000:])


def environment(folder: Path, port: int, settings: Mapping[str, str]) -> dict[str, str]:
    """Return the variables under which a stack runs in a folder: none of the caller's own settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("BELLROCK_")}
    return kept | {
        "BELLROCK_DATA": str(folder / "data"),
        "BELLROCK_KEYS": str(folder / "keys"),
        "BELLROCK_CHECKPOINTS": str(folder / "checkpoints"),
        "BELLROCK_PORT": str(port),
        "BELLROCK_LOG_LEVEL": "warning",
        **{f"BELLROCK_{name.upper()}": value for name, value in settings.items()},
    }


def stop(stack: Stack) -> None:
    """Stop the stack as an operator would."""
    stack.process.send_signal(signal.SIGTERM)
    try:
        stack.process.wait(timeout=30)
    except subprocess.TimeoutExpired:
        stack.process.kill()
        stack.process.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def descendants(pid: int) -> list[int]:
    """Return all processes below one, whatever depth."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
            except (OSError, IndexError):
                continue
            children.setdefault(parent, []).append(int(entry.name))
    found, open_ = [], [pid]
    while open_:
        below = children.get(open_.pop(), [])
        found += below
        open_ += below
    return found


def command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def cpu(pid: int) -> float:
    """Return user and system seconds of a process and of its children that have ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return 0.0
    return sum(int(fields[index]) for index in (11, 12, 13, 14)) / _TICKS


def pss_mb(pid: int) -> float:
    """Return the proportional set size in MB: shared pages are divided among those who share them."""
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    except OSError:
        pass
    return 0.0


def _answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
            connection.settimeout(2)
            connection.sendall(b"GET /health/ready HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n")
            return b" 200 " in connection.recv(200)
    except OSError:
        return False
