"""One question and one answer a connection, each a line of JSON, over a unix socket that only our own user can open."""

from __future__ import annotations

import asyncio
import os
from contextlib import suppress
from pathlib import Path
from uuid import UUID

import msgspec
import structlog

from bellrock.knowledge.port import NOTHING, Meaning, Nearest

ANSWER_SECONDS = 0.4
"""Longer than this nobody waits for meaning: words alone answer then."""
LINE_BYTES_MAX = 16_384
AT_ONCE_MAX = 16
TEXT_CHARS_MAX = 1_000
ARTICLES_MAX = 50
_PATH_BYTES_MAX = 100
_log = structlog.get_logger(__name__)


class _Question(msgspec.Struct):
    text: str
    language: str
    limit: int


class _Answer(msgspec.Struct):
    articles: list[UUID]
    language: str | None
    scores: list[float] = []


class SocketMeaning:
    """Asks the worker. Whatever goes wrong, the answer is nothing, in bounded time."""

    def __init__(self, path: Path) -> None:
        self._path = path

    async def nearest(self, text: str, *, language: str, limit: int) -> Nearest:
        """Return the worker's answer, nothing where it is silent."""
        question = _Question(text[:TEXT_CHARS_MAX], language, max(1, min(limit, ARTICLES_MAX)))
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                reader, writer = await asyncio.open_unix_connection(str(self._path), limit=LINE_BYTES_MAX)
                try:
                    writer.write(msgspec.json.encode(question) + b"\n")
                    found = msgspec.json.decode(await reader.readline(), type=_Answer)
                finally:
                    writer.close()
        except (OSError, ValueError, msgspec.DecodeError):  # a TimeoutError is an OSError
            return NOTHING
        if found.scores and len(found.scores) != len(found.articles):
            return NOTHING
        return Nearest(tuple(found.articles), found.language, tuple(found.scores))


class MeaningServer:
    """Serves the socket while nobody else does; several workers may try, and one takes over when another is gone."""

    def __init__(self, path: Path, meaning: Meaning) -> None:
        self._path = path
        self._meaning = meaning
        self._server: asyncio.Server | None = None
        self._open = 0

    async def keep(self) -> bool:
        """Serve where nobody does; return whether this process serves now."""
        if self._server is not None:
            return True
        if len(os.fsencode(self._path)) > _PATH_BYTES_MAX or await self._is_served():
            return False
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileNotFoundError):
            self._path.unlink()
        try:
            self._server = await asyncio.start_unix_server(self._answer, path=str(self._path), limit=LINE_BYTES_MAX)
            self._path.chmod(0o600)
        except OSError as error:
            _log.warning("meaning.not_served", reason=type(error).__name__)
            return False
        return True

    async def close(self) -> None:
        """Serve no longer."""
        if self._server is not None:
            self._server.close()
            self._server = None
            with suppress(OSError):
                self._path.unlink()

    async def _is_served(self) -> bool:
        try:
            _, writer = await asyncio.open_unix_connection(str(self._path))
        except OSError:
            return False
        writer.close()
        return True

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open += 1
        try:
            if self._open > AT_ONCE_MAX:
                return
            async with asyncio.timeout(2 * ANSWER_SECONDS):
                question = msgspec.json.decode(await reader.readline(), type=_Question)
                found = await self._meaning.nearest(
                    question.text[:TEXT_CHARS_MAX], language=question.language, limit=min(question.limit, ARTICLES_MAX)
                )
                answer = _Answer(list(found.articles), found.language, list(found.scores))
                writer.write(msgspec.json.encode(answer) + b"\n")
                await writer.drain()
        except (OSError, ValueError, msgspec.DecodeError):
            pass  # who asked goes by words alone
        finally:
            self._open -= 1
            writer.close()
