"""The built-in: letters are files in a folder that nobody else may read, for trying Bellrock without a mail server."""

from __future__ import annotations

import asyncio
import os
import re
from pathlib import Path

from bellrock.adapters.mail.letters import message_of
from bellrock.core import clock
from bellrock.core.mail import Letter, MailUnavailable

LETTERS_MAX = 1_000


class Outbox:
    """Writes each letter as an .eml file, once by its key; the oldest go beyond a thousand."""

    def __init__(self, folder: Path, *, sender: str) -> None:
        self._folder = folder
        self._sender = sender

    async def send(self, letter: Letter) -> None:
        content = message_of(letter, sender=letter.sender or self._sender, now=clock.now()).as_bytes()
        try:
            await asyncio.to_thread(self._write, letter.key, content)
        except OSError as error:
            raise MailUnavailable(retryable=True) from error

    def _write(self, key: str, content: bytes) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self._folder / (re.sub(r"[^A-Za-z0-9._-]", "_", key)[:120].lstrip(".") + ".eml")
        if path.exists():
            return
        draft = path.with_suffix(f".{os.getpid()}.part")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(content)
        draft.replace(path)
        letters = sorted(self._folder.glob("*.eml"), key=lambda letter: letter.stat().st_mtime)
        for old in letters[:-LETTERS_MAX]:
            old.unlink(missing_ok=True)
