"""From a fresh clone to the first answer: what somebody waits who tries Bellrock, with the package caches warm."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import tempfile
import time
import uuid
from pathlib import Path
from typing import Any

from bellrock.bench import stack as stacks
from bellrock.bench.client import Client, Refused
from bellrock.bench.report import Figure

ROOT = Path(__file__).resolve().parents[3]
SECONDS_MAX = 900.0
QUESTION = "How do I turn on two-factor authentication with an authenticator app?"


def measure() -> Figure:
    """Clone what is committed, type `./run`, ask a question in the chat, and wait for the answer."""
    with tempfile.TemporaryDirectory(prefix="bellrock-cold-") as name:
        folder = Path(name) / "bellrock"
        began = time.monotonic()
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(folder)], check=True)
        port = stacks.free_port()
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("BELLROCK_", "VIRTUAL_ENV"))}
        with (Path(name) / "run.log").open("wb") as log:
            process = subprocess.Popen(
                ["./run"],
                cwd=folder,
                env=kept | {"BELLROCK_PORT": str(port), "BELLROCK_DATA": str(folder / "data")},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        try:
            answer = asyncio.run(_first_answer(port, process))
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
        seconds = time.monotonic() - began if answer else float("inf")
        note = f"answered: {answer[:60]}" if answer else (Path(name) / "run.log").read_text(errors="replace")[-200:]
    return Figure("coldstart.answer_s", seconds, "s", 180, note=" ".join(note.split()))


async def _first_answer(port: int, process: subprocess.Popen[bytes]) -> str:
    deadline = time.monotonic() + SECONDS_MAX
    client = Client("127.0.0.1", port)
    while time.monotonic() < deadline and process.poll() is None:
        try:
            session = await client.post("/widget/session", {"token": None, "visitor": None, "locale": "en"})
            break
        except (OSError, Refused, asyncio.IncompleteReadError):
            await asyncio.sleep(0.25)
    else:
        return ""
    client.bearer = session["session"]
    body: dict[str, Any] = {"client_key": str(uuid.uuid4()), "text": QUESTION, "files": [], "choice": None}
    await client.post("/widget/messages", body)
    while time.monotonic() < deadline:
        thread = await client.get("/widget/thread")
        for frame in thread["frames"]:
            if frame["type"] == "message" and frame["message"]["author"]["kind"] in ("first_line", "agent"):
                return str(frame["message"]["text"]) or "an article"
        await asyncio.sleep(0.25)
    return ""
