"""The reference exchange over HTTP, by the contract, as a small ASGI application; faults can be switched on."""

from __future__ import annotations

import asyncio
import hmac
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote

import msgspec

from bellrock import exchange
from bellrock.core import BellrockError
from bellrock.exchange import (
    OPERATIONS,
    PREFIX,
    Ability,
    Declaration,
    Exchange,
    ExchangeCannot,
    ExchangeConflict,
    ExchangeInvalid,
    ExchangeNotAllowed,
    ExchangeNotFound,
    ExchangeRateLimited,
    Operation,
    Problem,
    Taking,
)
from bellrock.reference_exchange.venue import NAME, Venue, as_exchange

BODY_BYTES_MAX = 16_384
QUERY_BYTES_MAX = 8_192
RETRY_AFTER_SECONDS = 1
_STATUS: dict[type[BellrockError], tuple[int, str]] = {
    ExchangeNotFound: (404, "not_found"),
    ExchangeNotAllowed: (401, "not_allowed"),
    ExchangeInvalid: (422, "invalid"),
    ExchangeConflict: (409, "conflict"),
    ExchangeCannot: (501, "cannot"),
    ExchangeRateLimited: (429, "rate_limited"),
}
Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


@dataclass(slots=True)
class Faults:
    """What goes wrong on purpose. `…_every` counts requests: 3 lets each third one fail, 0 none."""

    latency_ms: int = 0
    fail_every: int = 0  # status 500
    limit_every: int = 0  # status 429
    break_every: int = 0  # an answer of the wrong shape
    stale_seconds: int = 0  # everything is as it was so long ago, and says so in as_of


@dataclass(frozen=True, slots=True)
class _Route:
    pattern: re.Pattern[str]
    verb: str
    operation: Operation


class Service:
    """The application. `faults` may be changed while it runs; `token` is the only one that is taken."""

    def __init__(
        self, venue: Venue, *, token: str, faults: Faults, can: frozenset[Ability] = frozenset(Ability)
    ) -> None:
        self._venue = venue
        self._exchange: Exchange = as_exchange(venue, can=can)
        self._bearer = f"Bearer {token}".encode()
        self.faults = faults
        self._count = 0
        self._routes = [
            _Route(re.compile(_pattern(one.path)), "GET" if one.is_read else "POST", one) for one in OPERATIONS
        ]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _live(receive, send)
        elif scope["type"] == "http":
            status, body, headers = await self._answered(scope, receive)
            if self._is_due(self.faults.break_every):
                body = body.replace(b'"as_of"', b'"as_off"')
            await _say(send, status, body, headers)

    async def watch(self, every_seconds: float) -> None:
        """Look at the chains for every account, again and again."""
        while True:
            await asyncio.sleep(every_seconds)
            await self._venue.look_at_all()

    async def _answered(self, scope: Scope, receive: Receive) -> tuple[int, bytes, dict[str, str]]:
        self._count += 1
        if self.faults.latency_ms:
            await asyncio.sleep(self.faults.latency_ms / 1_000)
        headers: dict[str, str] = {}
        try:
            answer = await self._answer(scope, receive)
            return 200, exchange.encode(answer), headers
        except BellrockError as error:
            status, code = _STATUS.get(type(error), (500, "unavailable"))
            if status == 429:
                headers["retry-after"] = str(RETRY_AFTER_SECONDS)
            return status, exchange.encode(Problem(code)), headers

    async def _answer(self, scope: Scope, receive: Receive) -> Any:
        if not hmac.compare_digest(dict(scope["headers"]).get(b"authorization", b""), self._bearer):
            raise ExchangeNotAllowed
        if self._is_due(self.faults.limit_every):
            raise ExchangeRateLimited(RETRY_AFTER_SECONDS)
        if self._is_due(self.faults.fail_every):
            raise exchange.ExchangeUnavailable
        path = (scope.get("raw_path") or scope["path"].encode()).decode("ascii", "replace").partition("?")[0]
        if path == PREFIX + "/" and scope["method"] == "GET":
            measures = tuple(sorted(self._exchange.protection.measures))
            return Declaration(NAME, exchange.VERSION, tuple(sorted(self._exchange.can)), measures, self._venue.now())
        operation, values = self._route(scope["method"], path)
        part = getattr(self._exchange, operation.part.value)
        values |= _query(operation, scope["query_string"])
        if not operation.is_read:
            values |= await _taking(scope, receive)
        leading = [values.pop(name) for name in ("account", "symbol", "measure") if _leads(operation, name)]
        return await getattr(part, operation.name)(*leading, **values)

    def _route(self, verb: str, path: str) -> tuple[Operation, dict[str, Any]]:
        for route in self._routes:
            if route.verb == verb and (found := route.pattern.fullmatch(path)):
                kinds = {one.name: one.kind for one in route.operation.parameters}
                try:
                    texts = {name: unquote(text, errors="strict") for name, text in found.groupdict().items()}
                except UnicodeDecodeError as error:
                    raise ExchangeInvalid from error
                return route.operation, {name: exchange.from_text(text, kinds[name]) for name, text in texts.items()}
        raise ExchangeNotFound

    def _is_due(self, every: int) -> bool:
        return every > 0 and self._count % every == 0


def _pattern(path: str) -> str:
    return re.escape(PREFIX) + re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path)


def _leads(operation: Operation, name: str) -> bool:
    """Say whether a parameter comes before the slash in the port's method."""
    if name == "measure":
        return not operation.is_read
    return any(one.name == name and one.is_in_path for one in operation.parameters)


def _query(operation: Operation, raw: bytes) -> dict[str, Any]:
    """Return the parameters in the query. Raises ExchangeInvalid for one that is missing, unknown or there twice."""
    if len(raw) > QUERY_BYTES_MAX:
        raise ExchangeInvalid
    try:
        pairs = parse_qsl(raw.decode("ascii"), keep_blank_values=True, strict_parsing=bool(raw), errors="strict")
    except ValueError as error:
        raise ExchangeInvalid from error
    taken = {one.name: one for one in operation.parameters if not one.is_in_path and operation.is_read}
    if len(dict(pairs)) != len(pairs) or any(name not in taken for name, _ in pairs):
        raise ExchangeInvalid
    values = {name: exchange.from_text(text, taken[name].kind) for name, text in pairs}
    if any(one.is_required and name not in values for name, one in taken.items()):
        raise ExchangeInvalid
    return values


async def _taking(scope: Scope, receive: Receive) -> dict[str, Any]:
    """Return the values of a request that takes a measure."""
    body, more = bytearray(), True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > BODY_BYTES_MAX:
            raise ExchangeInvalid
    key = dict(scope["headers"]).get(b"idempotency-key", b"").decode("ascii", "replace")
    if not 1 <= len(key) <= 128:
        raise ExchangeInvalid
    try:
        found = exchange.decode(bytes(body), Taking)
    except exchange.ExchangeMixedUp as error:
        raise ExchangeInvalid from error
    return {"key": key, **{name: getattr(found, name) for name in ("measure", "reason", "approver", "target")}}


async def _say(send: Send, status: int, body: bytes, headers: dict[str, str]) -> None:
    told = {"content-type": "application/json", "cache-control": "no-store", **headers}
    raw = [(name.encode(), value.encode()) for name, value in told.items()]
    await send({"type": "http.response.start", "status": status, "headers": raw})
    await send({"type": "http.response.body", "body": body})


async def _live(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return


def parse_faults(text: str) -> Faults:
    """Return faults written as `latency_ms=200,fail_every=5`. Raises ExchangeInvalid."""
    pairs = [part.partition("=") for part in text.split(",") if part.strip()]
    try:
        return msgspec.convert({name.strip(): value.strip() for name, _, value in pairs}, Faults, strict=False)
    except msgspec.ValidationError as error:
        raise ExchangeInvalid from error


__all__ = ["Faults", "Service", "parse_faults"]
