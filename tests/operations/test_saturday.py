"""The whole of it with real processes: back up, lose the machine, restore (killed once in the middle), serve, prove."""

# ruff: noqa: ASYNC210, ASYNC220 - the test waits for its processes

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from bellrock import operations
from bellrock.core import clock
from bellrock.house import House
from tests.fixtures.serving import free_port, wait_until_ready
from tests.operations.conftest import Life

COMMAND = [sys.executable, "-m", "bellrock"]


@pytest.fixture
def machine(house: House) -> Iterator[dict[str, str]]:
    """The environment of another machine: nothing on it but the checkpoints that were kept elsewhere."""
    folder = Path(tempfile.mkdtemp(prefix="brk-"))
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("BELLROCK_", "COV_"))}
    yield {
        **kept,
        "HOME": str(folder),
        "BELLROCK_DATA": str(folder / "data"),
        "BELLROCK_KEYS": str(folder / "keys"),
        "BELLROCK_CHECKPOINTS": str(folder / "checkpoints"),
        "BELLROCK_PORT": str(free_port()),
        "BELLROCK_WEB_WORKERS": "1",
        "BELLROCK_FIRST_LINE": "0",
    }
    shutil.rmtree(folder)


def run(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *arguments], env=environment, capture_output=True, text=True, timeout=120, cwd=environment["HOME"]
    )


async def test_a_lost_machine_comes_back(house: House, life: Life, machine: dict[str, str], tmp_path: Path) -> None:
    passphrase = tmp_path / "passphrase"
    passphrase.write_text("correct horse battery\n")
    backup, keys = str(tmp_path / "house.tar"), str(tmp_path / "keys.json")
    here = {**machine, "BELLROCK_DATABASE_URL": house.database.url}
    for name in ("data", "keys", "checkpoints"):
        here[f"BELLROCK_{name.upper()}"] = str(getattr(house.settings, name))
    made = run(here, "backup", "--to", backup)
    assert made.returncode == 0, made.stderr
    assert "1 files, SHA-256" in made.stdout
    operations.back_up_keys(
        house.settings, Path(keys), passphrase="correct horse battery", now=clock.now(), memory_kib=8_192
    )

    opened = run(machine, "restore", "keys", "--from", keys, "--passphrase-file", str(passphrase))
    assert opened.returncode == 0, opened.stderr

    witness = ["--checkpoints", str(house.settings.checkpoints_folder)]
    _kill_in_the_middle(machine, ["restore", "--from", backup, *witness])
    refused = run(machine, "serve")
    assert (refused.returncode, "did not finish" in refused.stderr) == (1, True), refused.stderr

    restored = run(machine, "restore", "--from", backup, *witness)
    assert restored.returncode == 0, restored.stdout + restored.stderr
    assert re.search(
        r"records: \d+ facts, proven up to \d+ by the checkpoint of .*, outside the backup", restored.stdout
    )

    log = Path(machine["HOME"]) / "serve.log"
    with log.open("wb") as output:
        serving = subprocess.Popen([*COMMAND, "serve"], env=machine, stdout=output, stderr=output, cwd=machine["HOME"])
    try:
        url = f"http://127.0.0.1:{machine['BELLROCK_PORT']}"
        wait_until_ready(url, serving, log)
        with urllib.request.urlopen(f"{url}/metrics", timeout=10) as answer:
            assert b"bellrock_facts{" in answer.read()
        audited = run(machine, "ledger", "audit")
        assert "Everything holds." in audited.stdout, audited.stdout
    finally:
        serving.send_signal(signal.SIGTERM)
        serving.wait(timeout=60)


def _kill_in_the_middle(environment: dict[str, str], arguments: list[str]) -> None:
    """Kill a restore once its database is loaded; the server that it had started lives on."""
    process = subprocess.Popen(
        [*COMMAND, *arguments],
        env={**environment, "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        text=True,
        cwd=environment["HOME"],
    )
    assert process.stdout is not None
    for line in process.stdout:
        if "The database is loaded" in line:
            break
    process.kill()
    process.wait()
    process.stdout.close()
    staging = Path(environment["BELLROCK_DATA"]) / ".restoring"
    assert staging.exists()
