"""Asking an exchange by the contract: one address, one token, no redirect, a few seconds, a bounded answer of the right shape."""

from __future__ import annotations

import asyncio
import time
from typing import Any
from urllib.parse import quote

import httpx

from bellrock import exchange
from bellrock.adapters import bounded
from bellrock.exchange import Ability, Declaration, Measure, Operation, Problem, Taking
from bellrock.exchange.port import (
    Exchange,
    ExchangeCannot,
    ExchangeConflict,
    ExchangeInvalid,
    ExchangeMixedUp,
    ExchangeNotAllowed,
    ExchangeNotFound,
    ExchangeRateLimited,
    ExchangeUnavailable,
)

TIMEOUT_SECONDS = 6.0
ANSWER_BYTES_MAX = 2_000_000
AT_ONCE_MAX = 16
TRIES = 2
PAUSE_SECONDS = 0.2
QUIET_SECONDS_MAX = 60.0
_REFUSALS = {
    400: ExchangeInvalid,
    401: ExchangeNotAllowed,
    403: ExchangeNotAllowed,
    404: ExchangeNotFound,
    405: ExchangeMixedUp,
    409: ExchangeConflict,
    422: ExchangeInvalid,
    501: ExchangeCannot,
}


class ExchangeClient:
    """The connection to one exchange. Reads are asked twice at most; a measure once, since its key makes asking again safe."""

    def __init__(self, url: str, *, token: str, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._url = url + exchange.PREFIX
        self._client = httpx.AsyncClient(
            timeout=TIMEOUT_SECONDS,
            follow_redirects=False,
            trust_env=False,
            transport=transport,
            headers={"authorization": f"Bearer {token}", "accept": "application/json", **bounded.PLAIN},
        )
        self._seat = asyncio.Semaphore(AT_ONCE_MAX)
        self._quiet_until = 0.0

    async def declaration(self) -> Declaration:
        """Return what the service says of itself."""
        return exchange.decode(await self._read(self._url + "/", {}), Declaration)

    async def ask(self, operation: Operation, values: dict[str, Any]) -> Any:
        """Return the answer to a question of the port."""
        path, query = operation.path, {}
        for parameter in operation.parameters:
            value = values.get(parameter.name)
            if parameter.is_in_path:
                path = path.replace(f"{{{parameter.name}}}", _segment(exchange.to_text(value)))
            elif value is not None:
                query[parameter.name] = exchange.to_text(value)
        if operation.is_read:
            return exchange.decode(await self._read(self._url + path, query), operation.answer)
        return exchange.decode(await self._act(self._url + path, values), operation.answer)

    async def close(self) -> None:
        """Let go of the connections that are kept open."""
        await self._client.aclose()

    async def _read(self, url: str, query: dict[str, str]) -> bytes:
        for attempt in range(1, TRIES + 1):
            try:
                return await self._once("GET", url, params=query)
            except ExchangeUnavailable:
                if attempt == TRIES:
                    raise
            await asyncio.sleep(PAUSE_SECONDS)
        raise ExchangeUnavailable

    async def _act(self, url: str, values: dict[str, Any]) -> bytes:
        body = Taking(values["measure"], values["reason"], values["approver"], values.get("target"))
        headers = {"idempotency-key": str(values["key"]), "content-type": "application/json"}
        return await self._once("POST", url, content=exchange.encode(body), headers=headers)

    async def _once(self, verb: str, url: str, **given: Any) -> bytes:
        if time.monotonic() < self._quiet_until:
            raise ExchangeRateLimited(self._quiet_until - time.monotonic())
        try:
            async with self._seat, asyncio.timeout(TIMEOUT_SECONDS):
                status, retry_after, content = await self._sent(verb, url, **given)
        except (TimeoutError, httpx.HTTPError, OSError) as error:
            raise ExchangeUnavailable from error
        if status == 200:
            return content
        if status == 429:
            self._quiet_until = time.monotonic() + min(retry_after or 1.0, QUIET_SECONDS_MAX)
            raise ExchangeRateLimited(retry_after)
        raise _refusal(status, content)

    async def _sent(self, verb: str, url: str, **given: Any) -> tuple[int, float | None, bytes]:
        async with self._client.stream(verb, url, **given) as response:
            try:
                content = await bounded.read(response, bytes_max=ANSWER_BYTES_MAX)
            except bounded.TooMuch as error:
                raise ExchangeMixedUp from error
            return response.status_code, _seconds(response.headers.get("retry-after")), content


class _Part:
    """One part of the port: its questions are those that the contract has for it."""

    def __init__(self, client: ExchangeClient, part: Ability, measures: frozenset[Measure]) -> None:
        self._client = client
        self._operations = {one.name: one for one in exchange.OPERATIONS if one.part is part}
        self.measures = measures

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name not in self._operations:
            raise AttributeError(name)
        operation = self._operations[name]
        leading = [one.name for one in operation.parameters]

        async def ask(*args: Any, **values: Any) -> Any:
            given = {**dict(zip(leading, args, strict=False)), **values}
            if unknown := given.keys() - set(leading):
                raise TypeError(f"{name} has no parameter {', '.join(unknown)}")
            if "measure" in given and given["measure"] not in self.measures:
                raise ExchangeCannot
            return await self._client.ask(operation, given)

        return ask


def parts(client: ExchangeClient, *, name: str, can: frozenset[Ability], measures: frozenset[Measure]) -> Exchange:
    """Return the exchange behind a connection; what it does not have raises ExchangeCannot without being asked."""
    absent = exchange.no_exchange()
    found: dict[str, Any] = {
        part.value: _Part(client, part, measures) if part in can else getattr(absent, part) for part in Ability
    }
    return Exchange(name=name, can=can, **found)


def _segment(text: str) -> str:
    """Return a piece of a path that stays one piece, whatever it holds. Raises ExchangeInvalid."""
    if not text or len(text) > exchange.TEXT_MAX or not text.isprintable() or text in (".", ".."):
        raise ExchangeInvalid
    return quote(text, safe="")


def _seconds(text: str | None) -> float | None:
    try:
        return max(0.0, float(text)) if text else None
    except ValueError:
        return None  # a date: the exchange's clock is not ours


def _refusal(status: int, content: bytes) -> Exception:
    if status == 404:
        try:  # a 404 without the contract's body comes from something else that listens there
            exchange.decode(content, Problem)
        except ExchangeMixedUp as error:
            return error
    if 300 <= status < 400:
        return ExchangeMixedUp()
    return _REFUSALS.get(status, ExchangeUnavailable)()
