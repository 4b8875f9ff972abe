"""Any server that speaks `POST /chat/completions` as OpenAI does, by the SDK `openai`.

Source: https://platform.openai.com/docs/api-reference/chat
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

import openai
import structlog
from openai.types.chat import ChatCompletion

from bellrock.adapters.llm.resting import Rest
from bellrock.adapters.llm.wire import AnswerTooLong, client_of
from bellrock.core import clock
from bellrock.language.port import Completion, ModelFailed, Said, Use

TOTAL_SECONDS = 25.0
ASKED_CHARS_MAX = 60_000
_NO_ANSWER = ("content_filter", "tool_calls", "function_call")
"""Ends that make words no answer, even where there are some: a filter stopped it, or it wants a tool that nobody offered."""
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_NAME = re.compile(r"[\w.:/@+-]{1,100}", re.ASCII)
AT_ONCE_MAX = 4
"""So many questions of one process are under way; the next waits for its turn within its own time."""
_log = structlog.get_logger(__name__)


class OpenAICompatible:
    """Asks once: no second try, no redirect, nothing from the environment, so that words go to the set address only. A server
    that fails is left alone for a while, longer each time, or as long as it says.

    Models differ in how they take a limit and whether their chance can be set. A refusal that names such a field is the one
    thing that is asked again, without it; how this model takes it is remembered.
    """

    def __init__(
        self,
        url: str,
        *,
        model: str,
        key: str = "",
        uses: frozenset[Use] = frozenset(Use),
        total_seconds: float = TOTAL_SECONDS,
    ) -> None:
        # With OPENAI_LOG=debug in the environment the SDK would write whole questions, customers' words, to the log.
        logging.getLogger("openai").disabled = True
        self._host = urlsplit(url).hostname
        self._model = model
        self._uses = uses
        self._total_seconds = total_seconds
        self._turns = asyncio.Semaphore(AT_ONCE_MAX)
        self._client = openai.AsyncOpenAI(
            base_url=url,
            api_key=key or "none",  # the SDK wants one; without a key of ours none is sent
            default_headers={"Authorization": f"Bearer {key}"},  # said here, or the environment's would come first
            max_retries=0,
            timeout=total_seconds,
            http_client=client_of(url, has_key=bool(key), seconds=total_seconds),
        )
        self._limit = "max_tokens"
        self._has_temperature = True
        self._rest = Rest()

    @property
    def name(self) -> str:
        return f"{self._model}, {self._host}"

    def can(self, use: Use) -> bool:
        return use in self._uses

    async def complete(self, messages: Sequence[Said], *, tokens_max: int) -> Completion:
        """Return what the model writes, with as little chance in it as it allows."""
        if sum(len(said.text) for said in messages) > ASKED_CHARS_MAX or self._rest.is_on(clock.monotonic()):
            raise ModelFailed
        began = clock.monotonic()
        try:
            async with asyncio.timeout(self._total_seconds), self._turns:
                found = _read(await self._asked(messages, tokens_max), otherwise=self._model)
        # RecursionError: JSON that is nested too deep to be read.
        except (TimeoutError, openai.OpenAIError, AnswerTooLong, ValueError, RecursionError) as error:
            # What the server said of the failure may hold what it was asked: its kind alone is written down.
            seconds = self._rest.after(error, clock.monotonic())
            why = str(getattr(error, "status_code", "")) or type(error).__name__
            _log.warning("llm.failed", why=why, seconds=round(clock.monotonic() - began, 1), rests_seconds=seconds)
            raise ModelFailed from error
        except ModelFailed:
            self._rest.end()
            _log.warning("llm.failed", why="unusable", seconds=round(clock.monotonic() - began, 1), rests_seconds=0)
            raise
        self._rest.end()
        return found

    async def _asked(self, messages: Sequence[Said], tokens_max: int) -> ChatCompletion:
        """Ask in the way that this model takes; another way is remembered once it was taken."""
        before = self._limit, self._has_temperature
        try:
            while True:
                try:
                    return await self._ask(messages, tokens_max)
                except openai.BadRequestError as refused:
                    if not self._fits_after(refused):
                        raise
        except BaseException:
            self._limit, self._has_temperature = before
            raise

    async def _ask(self, messages: Sequence[Said], tokens_max: int) -> ChatCompletion:
        asked: dict[str, Any] = {
            "model": self._model,
            "messages": [{"role": said.role, "content": said.text} for said in messages],
            self._limit: tokens_max,
            "stream": False,
        }
        if self._has_temperature:
            asked["temperature"] = 0
        answer: ChatCompletion = await self._client.chat.completions.create(**asked)
        return answer

    def _fits_after(self, refused: openai.BadRequestError) -> bool:
        """Return whether the field that was refused can be put another way, which is done from now on."""
        match refused.param:
            case "max_tokens" if self._limit == "max_tokens":
                self._limit = "max_completion_tokens"
            case "temperature" if self._has_temperature:
                self._has_temperature = False
            case _:
                return False
        return True


def _read(answer: ChatCompletion, *, otherwise: str) -> Completion:
    """Return the words of an answer. The SDK builds it without a check, so that each step may find something else."""
    try:
        choice = answer.choices[0]
        text, model, reason = choice.message.content, answer.model, choice.finish_reason
        extras = [getattr(choice.message, name, None) for name in ("tool_calls", "function_call", "refusal")]
    except (AttributeError, TypeError, IndexError, KeyError) as error:
        raise ModelFailed from error
    if not isinstance(text, str) or not text.strip() or _UNWRITABLE.search(text):
        raise ModelFailed
    if any(extras) or reason in _NO_ANSWER:
        raise ModelFailed
    # The name is kept in records: it is a name, or it is not believed, since a server could write a customer's words there.
    name = model if isinstance(model, str) and _NAME.fullmatch(model) else otherwise
    return Completion(text.strip(), name, is_cut=reason == "length")
