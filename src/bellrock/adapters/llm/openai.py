"""Any server that speaks `POST /chat/completions` as OpenAI does (https://platform.openai.com/docs/api-reference/chat)."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

import httpx
import msgspec

from bellrock.language.port import Completion, ModelFailed, Said, Use

CONNECT_SECONDS, TOTAL_SECONDS = 3.0, 25.0
ASKED_CHARS_MAX = 60_000
ANSWER_BYTES_MAX = 400_000
AT_ONCE_MAX = 4
"""So many questions of one process are under way; the next waits for its turn within its own time."""


class OpenAICompatible:
    """Asks once: no second try, no redirect, no proxy from the environment, so that words go to the set address only."""

    def __init__(
        self,
        url: str,
        *,
        model: str,
        key: str = "",
        uses: frozenset[Use] = frozenset(Use),
        total_seconds: float = TOTAL_SECONDS,
    ) -> None:
        self._url = url + "/chat/completions"
        self._model = model
        self._uses = uses
        self._total_seconds = total_seconds
        self._headers = {"authorization": f"Bearer {key}"} if key else {}
        self._turns = asyncio.Semaphore(AT_ONCE_MAX)

    @property
    def name(self) -> str:
        return f"{self._model}, {urlsplit(self._url).hostname}"

    def can(self, use: Use) -> bool:
        return use in self._uses

    async def complete(self, messages: Sequence[Said], *, tokens_max: int) -> Completion:
        """Return what the model writes, with as little chance in it as it allows."""
        if sum(len(said.text) for said in messages) > ASKED_CHARS_MAX:
            raise ModelFailed
        body = {
            "model": self._model,
            "messages": [{"role": said.role, "content": said.text} for said in messages],
            "temperature": 0,
            "max_tokens": tokens_max,
            "stream": False,
        }
        try:
            async with asyncio.timeout(self._total_seconds), self._turns:
                return _read(await self._ask(body), otherwise=self._model)
        except (TimeoutError, httpx.HTTPError) as error:
            raise ModelFailed from error

    async def _ask(self, body: dict[str, Any]) -> bytes:
        timeout = httpx.Timeout(self._total_seconds, connect=CONNECT_SECONDS)
        async with (
            httpx.AsyncClient(timeout=timeout, follow_redirects=False, trust_env=False) as client,
            client.stream("POST", self._url, json=body, headers=self._headers) as answer,
        ):
            if answer.status_code != 200:
                raise ModelFailed
            found = b""
            async for part in answer.aiter_bytes():
                found += part
                if len(found) > ANSWER_BYTES_MAX:
                    raise ModelFailed
            return found


class _Message(msgspec.Struct):
    content: str | None = None


class _Choice(msgspec.Struct):
    message: _Message
    finish_reason: str | None = None


class _Answer(msgspec.Struct):
    choices: list[_Choice]
    model: str = ""


def _read(data: bytes, *, otherwise: str) -> Completion:
    try:
        answer = msgspec.json.decode(data, type=_Answer)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ModelFailed from error
    text = (answer.choices[0].message.content or "").strip() if answer.choices else ""
    if not text:
        raise ModelFailed
    return Completion(text, (answer.model or otherwise)[:200], is_cut=answer.choices[0].finish_reason == "length")
