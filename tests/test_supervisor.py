"""`bellrock serve` with real processes, an embedded database, and kills."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bellrock import ledger, supervisor
from bellrock.core import Settings
from bellrock.core.pg_process import running_server
from tests.fixtures.serving import free_port, wait_until_ready


class Serve:
    """One `bellrock serve` on a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = folder / "serve.log"
        self.process: subprocess.Popen[bytes] | None = None

    def environment(self) -> dict[str, str]:
        clean = {name: value for name, value in os.environ.items() if not name.startswith("BELLROCK_")}
        return {**clean, "BELLROCK_PORT": str(self.port), "BELLROCK_FIRST_LINE": "0", "BELLROCK_DEMO": "1"}

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "bellrock", *words],
            cwd=self.folder,
            env=self.environment(),
            capture_output=True,
            text=True,
            timeout=60,
        )

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "bellrock", "serve"],
                cwd=self.folder,
                env=self.environment(),
                stdout=log,
                stderr=log,
            )
        wait_until_ready(self.url, self.process, self.log)

    def stop(self, number: int = signal.SIGTERM) -> int:
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(timeout=40)

    def pids(self, name: str) -> list[int]:
        """Return the children of the supervisor with this name."""
        assert self.process is not None
        found = []
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                try:
                    pid_and_name, _, rest = (entry / "stat").read_text().rpartition(")")
                except OSError:
                    continue
                if int(rest.split()[1]) == self.process.pid and pid_and_name.partition("(")[2].startswith(name):
                    found.append(int(entry.name))
        return sorted(found)

    def eventually(self, holds: Callable[[], bool], *, seconds: float = 30) -> None:
        deadline = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < deadline, self.log.read_text()[-3000:]
            time.sleep(0.05)

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/health/ready", timeout=5) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False


@pytest.fixture(scope="module")
def only_serve() -> Iterator[Serve]:
    """The one server of these tests, whose order is left to chance."""
    folder = Path(tempfile.mkdtemp(prefix="brs-"))
    made = Serve(folder)
    made.start()
    yield made
    if made.process is not None and made.process.poll() is None:
        made.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def serve(only_serve: Serve) -> Serve:
    """The server, which runs whatever an earlier test did to it."""
    if only_serve.process is None or only_serve.process.poll() is not None:
        only_serve.start()
    return only_serve


def test_prints_the_address_when_it_answers(serve: Serve) -> None:
    serve.eventually(lambda: f"Bellrock is ready: {serve.url}" in serve.log.read_text())


def test_runs_two_web_processes_and_a_worker(serve: Serve) -> None:
    serve.eventually(lambda: len(serve.pids("bellrock-web")) == 2 and len(serve.pids("bellrock-worker")) == 1)


def test_runs_the_reference_exchange_in_the_demo_only(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where an exchange is set up, and outside the demo, there is no other one."""
    serve.eventually(lambda: len(serve.pids("bellrock-exchan")) == 1)
    for name in ("BELLROCK_EXCHANGE_URL", "BELLROCK_EXCHANGE_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    assert supervisor.demo_exchange(Settings()) == []
    assert supervisor.demo_exchange(Settings(demo=True, exchange_url="https://exchange.example")) == []
    assert "BELLROCK_EXCHANGE_URL" not in os.environ


@pytest.mark.parametrize("name", ["bellrock-web", "bellrock-worker", "bellrock-exchan"])
def test_starts_again_what_was_killed(serve: Serve, name: str) -> None:
    serve.eventually(lambda: bool(serve.pids(name)))
    before = serve.pids(name)
    os.kill(before[0], signal.SIGKILL)
    serve.eventually(lambda: len(serve.pids(name)) == len(before) and before[0] not in serve.pids(name))
    serve.eventually(serve.answers)


def test_comes_back_when_the_database_was_killed(serve: Serve) -> None:
    cluster = serve.folder / "data" / "postgres" / "cluster"
    pid = running_server(cluster)
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    serve.eventually(lambda: running_server(cluster) not in (None, pid))
    serve.eventually(serve.answers)


def test_refuses_a_second_one_over_the_same_data(serve: Serve) -> None:
    refused = serve.command("serve", "--port", str(free_port()))
    assert refused.returncode == 1
    assert re.search(r"Another bellrock serve \(process \d+\) already works", refused.stderr)


def test_says_which_port_is_taken_and_how_to_choose(serve: Serve, tmp_path: Path) -> None:
    other = Serve(tmp_path)
    other.port = serve.port
    refused = other.command("serve")
    assert refused.returncode == 1
    assert f"Port {serve.port} on 127.0.0.1 is taken" in refused.stderr
    assert "--port" in refused.stderr
    assert not (tmp_path / "data" / "postgres").exists()


def test_commands_use_the_database_that_runs(serve: Serve) -> None:
    done = serve.command("migrate")
    assert done.returncode == 0, done.stderr
    assert "The schema is at" in done.stdout
    assert serve.answers()


def test_doctor_finds_nothing_wrong(serve: Serve) -> None:
    done = serve.command("doctor")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "BAD" not in done.stdout


def test_the_record_holds(serve: Serve) -> None:
    for kind in ("verify", "audit"):
        done = serve.command("ledger", kind)
        assert done.returncode == 0, done.stdout + done.stderr
        assert "Everything holds." in done.stdout


def test_stops_cleanly_and_starts_again(serve: Serve) -> None:
    """How quickly is measured by `bench ground`, on a machine that does nothing else."""
    # A worker that has only begun has nothing to close: what it left is the next one's.
    serve.eventually(lambda: any(serve.folder.glob("*checkpoints*")))
    assert serve.stop() == 0
    assert running_server(serve.folder / "data" / "postgres" / "cluster") is None
    # Nothing that was written before the stop is left without a checkpoint.
    told = json.loads(serve.command("ledger", "verify", "--json").stdout)
    newest = ledger.newest_outside(next(serve.folder.glob("*checkpoints*")), "records")
    assert newest is not None and newest.size == told["sizes"]["records"] > 0
    serve.start()
    assert serve.answers()


def test_takes_over_after_it_was_killed_itself(serve: Serve) -> None:
    """Its children go with it; its database stays and is adopted by the next one."""
    cluster = serve.folder / "data" / "postgres" / "cluster"
    children = serve.pids("bellrock-")
    pid = running_server(cluster)
    serve.stop(signal.SIGKILL)
    serve.eventually(lambda: not any(Path(f"/proc/{child}/exe").exists() for child in children))
    serve.start()
    assert running_server(cluster) == pid


def test_takes_the_next_free_port_only_when_asked() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert port < supervisor.choose_port("127.0.0.1", port, any_port=True) <= port + 49
        with pytest.raises(supervisor.PortTaken, match=f"Port {port}"):
            supervisor.choose_port("127.0.0.1", port)


def test_refuses_an_address_that_is_not_this_machines() -> None:
    with pytest.raises(supervisor.AddressUnusable, match=r"192\.0\.2\.1"):
        supervisor.choose_port("192.0.2.1", 8080)


def test_stops_at_once_when_the_keys_are_damaged(tmp_path: Path) -> None:
    broken = Serve(tmp_path)
    (tmp_path / "keys").mkdir(mode=0o700)
    (tmp_path / "keys" / "complete").write_text("")
    refused = broken.command("serve")
    assert refused.returncode == 1
    assert "Traceback" not in refused.stderr
