"""Nothing acknowledged is lost or kept twice while processes and the database are killed: a small run of the bench."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys


async def test_acknowledged_messages_survive_kills_once_each() -> None:
    done = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "bellrock", "bench", "ground", "--only", "faults", "--quick", "--json"],
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    figures = {figure["name"]: figure["value"] for figure in json.loads(done.stdout)}
    assert figures == {"faults.lost": 0, "faults.doubled": 0}
