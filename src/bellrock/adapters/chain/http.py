"""Asking a node over HTTP: one address from the settings, no redirect, a few seconds, a bounded answer, exact numbers."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

import httpx
import structlog

from bellrock.adapters import bounded
from bellrock.chains.port import ChainUnavailable

_log = structlog.get_logger()
TIMEOUT_SECONDS = 8.0
ANSWER_BYTES_MAX = 4_000_000
AT_ONCE_MAX = 8
TRIES = 2
DIGITS_MAX = 90
"""No amount, height or time of any chain has more: 256 bits are 78 digits."""


def exact(text: Any) -> Decimal:
    """Return a number exactly. Raises ValueError for one that would take hours to write out (1e999999999), and what is none."""
    found = Decimal(text) if not isinstance(text, str) or len(text) <= DIGITS_MAX else Decimal("NaN")
    if not found.is_finite() or abs(found.adjusted()) > DIGITS_MAX:
        raise ValueError("no number that any chain has")
    return found


class NodeRefused(Exception):
    """The node answered with an error of its own: a question it cannot answer, or a thing it does not know."""

    def __init__(self, code: int, message: str) -> None:
        self.code = code
        self.message = message
        super().__init__(f"{code} {message}")


class Node:
    """A node at one address. It is asked twice at most, eight questions at once; what it answers is data, never trusted.

    Redirects and proxies of the environment are left aside: a question goes to the set address only.
    """

    def __init__(self, url: str, *, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._url = url.rstrip("/")
        # Questions are few: no connection is kept, so that none lies open in a process that asks once a day.
        self._client = httpx.AsyncClient(
            timeout=TIMEOUT_SECONDS,
            follow_redirects=False,
            trust_env=False,
            transport=transport,
            headers=bounded.PLAIN,
            limits=httpx.Limits(max_connections=AT_ONCE_MAX, max_keepalive_connections=0),
        )
        self._seat = asyncio.Semaphore(AT_ONCE_MAX)
        self._numbers = itertools.count(1)

    async def call(self, method: str, params: Sequence[Any] = ()) -> Any:
        """Return the result of a JSON-RPC call. Raises NodeRefused for the node's own errors, ChainUnavailable for all else."""
        body = {"jsonrpc": "2.0", "id": next(self._numbers), "method": method, "params": list(params)}
        answer = await self._ask("POST", self._url, body, may_be_error=True)
        if not isinstance(answer, dict) or ("result" not in answer and "error" not in answer):
            raise ChainUnavailable
        if error := answer.get("error"):
            raise NodeRefused(*_error(error))
        return answer.get("result")

    async def get(self, path: str) -> Any:
        """Return the JSON of a path. Raises NodeRefused (404 and the like), ChainUnavailable."""
        return await self._ask("GET", self._url + path, None)

    async def text(self, path: str) -> str:
        """Return the plain text of a path. Raises NodeRefused, ChainUnavailable."""
        return str(await self._ask("GET", self._url + path, None, is_text=True))

    async def post(self, path: str, body: Mapping[str, Any]) -> Any:
        """Return the JSON that a path answers to a body. Raises NodeRefused, ChainUnavailable."""
        return await self._ask("POST", self._url + path, body)

    async def _ask(
        self, verb: str, url: str, body: Mapping[str, Any] | None, *, may_be_error: bool = False, is_text: bool = False
    ) -> Any:
        status, content = await self._tried(verb, url, body)
        is_refusal = 400 <= status < 500 and status not in (401, 403, 429)
        try:
            found = (
                content.decode("ascii").strip()
                if is_text
                else json.loads(content, parse_float=exact, parse_constant=exact)
            )
        except (ValueError, RecursionError) as error:
            if is_refusal:
                raise NodeRefused(status, "") from error
            raise ChainUnavailable from error
        # Bitcoin's nodes send their errors with status 500.
        if status != 200 and not (may_be_error and isinstance(found, dict) and found.get("error")):
            raise NodeRefused(status, "") if is_refusal else ChainUnavailable
        return found

    async def _tried(self, verb: str, url: str, body: Mapping[str, Any] | None) -> tuple[int, bytes]:
        """Ask once more where the connection broke, not where the time is over."""
        async with self._seat:
            for attempt in range(1, TRIES + 1):
                try:
                    async with asyncio.timeout(TIMEOUT_SECONDS):
                        return await self._once(verb, url, body)
                except (TimeoutError, httpx.TimeoutException) as error:
                    raise self._unavailable(error) from error
                except (httpx.HTTPError, OSError) as error:
                    if attempt == TRIES:
                        raise self._unavailable(error) from error
            raise ChainUnavailable

    def _unavailable(self, error: Exception) -> ChainUnavailable:
        # The host alone: the rest of the address holds keys.
        _log.warning("node_unavailable", host=urlsplit(self._url).hostname, problem=type(error).__name__)
        return ChainUnavailable()

    async def _once(self, verb: str, url: str, body: Mapping[str, Any] | None) -> tuple[int, bytes]:
        async with self._client.stream(verb, url, json=body) as response:
            try:
                return response.status_code, await bounded.read(response, bytes_max=ANSWER_BYTES_MAX)
            except bounded.TooMuch as error:
                raise ChainUnavailable from error


def _error(error: Any) -> tuple[int, str]:
    if isinstance(error, dict):
        code = error.get("code")
        return (code if isinstance(code, int) else 0), str(error.get("message", ""))[:300]
    return 0, str(error)[:300]
