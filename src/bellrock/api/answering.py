"""How every operation is answered: token, scope, limits, query, body, once only, the work, the answer or the problem."""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, quote
from uuid import UUID

import msgspec
import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException

from bellrock import integrations, people
from bellrock.api import problems
from bellrock.api.operations import Answer, Call, Operation
from bellrock.core import BellrockError, TooLarge, TooMany, clock
from bellrock.core.rates import BUDGETS, Standing
from bellrock.house import House
from bellrock.integrations import Result

AnyRequest = Request[Any, Any, Any]
QUERY_MAX = 2_000
_FIELDS_MAX = 30
_KEY = re.compile(r"[!-~]{8,128}")
_log = structlog.get_logger(__name__)
BINARY = "application/octet-stream"
_NOTHING = msgspec.defstruct("Nothing", [], forbid_unknown_fields=True)


async def answer(operation: Operation, request: AnyRequest) -> Response[bytes]:
    """Answer a request; whatever goes wrong is a problem of RFC 9457."""
    house: House = request.app.state.house
    headers: dict[str, str] = {"cache-control": "no-store"}
    base = house.settings.base_url
    try:
        return await _answer(operation, request, house, headers)
    except BellrockError as error:
        if isinstance(error, TooMany):
            headers["retry-after"] = str(getattr(error, "retry_after_seconds", 1))
        if error.status == 401:
            headers["www-authenticate"] = 'Bearer realm="bellrock"'
        return _response(problems.encode_error(base, error), error.status, headers, media=problems.MEDIA)
    except HTTPException as error:
        code = "too_large" if error.status_code == 413 else "invalid"
        body = problems.encode(
            base, code=code, status=error.status_code, detail="The request could not be read.", is_retryable=False
        )
        return _response(body, error.status_code, headers, media=problems.MEDIA)
    except Exception as error:  # noqa: BLE001 - the last resort: noted by kind and place, told without either
        _log.error("api.failed", operation=operation.name, error=type(error).__name__, exc_info=error)
        body = problems.encode(base, code="internal", status=500, detail="This failed on our side.", is_retryable=True)
        return _response(body, 500, headers, media=problems.MEDIA)


async def _answer(operation: Operation, request: AnyRequest, house: House, headers: dict[str, str]) -> Response[bytes]:
    now = clock.now()
    who = await _who(request, house)
    integrations.require_scope(who, operation.scope)
    headers |= _rate_headers(house.rates.take("token", who.id, operation.cost))
    query = read_query(operation, request.scope.get("query_string", b""))
    raw = await _body_bytes(operation, request)
    body = read_body(operation, raw, request.headers.get("content-type"))
    key = _key(request) if operation.is_write else None
    call = Call(
        house=house,
        tx=None,
        who=who,
        now=now,
        ids=dict(request.path_params),
        query=query,
        body=body,
        if_match=_tag(request.headers.get("if-match")) if operation.has_version else None,
    )
    if operation.is_patient:
        return _finish(operation, await operation.work(call), request, headers)
    async with house.database.transaction() as tx:
        if key is not None:
            asked = hashlib.sha256(b"\0".join((_line(request), raw))).digest()
            before = await integrations.claim(tx, house.vault, token_id=who.id, key=key, request=asked, now=now)
            if before is not None:
                headers["idempotency-replayed"] = "true"
                return _response(before.body, before.status, headers)
        done = await operation.work(_with(call, tx))
        if key is not None:
            result = Result(operation.status, msgspec.json.encode(done.value))
            await integrations.keep(tx, house.vault, token_id=who.id, key=key, result=result, subject_id=done.about)
    return _finish(operation, done, request, headers)


def _with(call: Call, tx: Any) -> Call:
    return Call(call.house, tx, call.who, call.now, call.ids, call.query, call.body, call.if_match)


def _finish(operation: Operation, done: Answer, request: AnyRequest, headers: dict[str, str]) -> Response[bytes]:
    if done.etag is not None:
        headers["etag"] = f'"{done.etag}"'
        if operation.method == "GET" and _tag(request.headers.get("if-none-match")) == done.etag:
            return _response(b"", 304, headers)
    if operation.gives is bytes:
        # Never under its own kind: no browser runs or guesses what a customer sent.
        headers["content-disposition"] = f"attachment; filename*=UTF-8''{quote(done.name)}"
        headers["content-security-policy"] = "sandbox; default-src 'none'"
        headers["x-content-type-options"] = "nosniff"
        return _response(done.value, operation.status, headers, media=BINARY)
    return _response(msgspec.json.encode(done.value), operation.status, headers)


def _response(
    body: bytes, status: int, headers: Mapping[str, str], *, media: str = "application/json"
) -> Response[bytes]:
    return Response(body, status_code=status, media_type=media, headers=dict(headers))


async def _who(request: AnyRequest, house: House) -> people.Integration:
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not integrations.is_secret(secret.strip()):
        raise integrations.TokenUnknown  # nobody needs to be asked
    async with house.database.transaction() as tx:
        return await integrations.holder(tx, secret=secret.strip(), now=clock.now())


def _rate_headers(standing: Standing) -> dict[str, str]:
    """Return the headers of draft-ietf-httpapi-ratelimit-headers: the budget, and what is left of it."""
    budget = BUDGETS["token"]
    window = round(budget.burst / budget.per_second)
    return {
        "ratelimit-policy": f'"token";q={standing.limit};w={window}',
        "ratelimit": f'"token";r={standing.remaining};t={standing.reset_seconds}',
    }


def read_query(operation: Operation, raw: bytes) -> Any:
    """Return the query string in its form. Raises QueryUnreadable."""
    if len(raw) > QUERY_MAX:
        raise problems.QueryUnreadable(why="it is too long")
    try:
        pairs = parse_qsl(
            raw.decode("ascii"),
            keep_blank_values=True,
            strict_parsing=bool(raw),
            errors="strict",
            max_num_fields=_FIELDS_MAX,
        )
    except ValueError as error:  # UnicodeDecodeError too
        raise problems.QueryUnreadable(why="it cannot be read as UTF-8 names and values") from error
    values = dict(pairs)
    if len(values) != len(pairs):
        raise problems.QueryUnreadable(why="a name stands twice")
    if any("\0" in value for value in values.values()):
        raise problems.QueryUnreadable(why="a value holds a control character")
    try:
        return msgspec.convert(values, operation.query or _NOTHING, strict=False)
    except (msgspec.ValidationError, ValueError, OverflowError) as error:
        raise problems.QueryUnreadable(why=str(error)) from error


async def _body_bytes(operation: Operation, request: AnyRequest) -> bytes:
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length) > operation.bytes_max:
        raise TooLarge
    raw = await request.body()
    if len(raw) > operation.bytes_max:
        raise TooLarge
    return raw


def read_body(operation: Operation, raw: bytes, media: str | None) -> Any:
    """Return the body in its form; unknown fields are refused. Raises BodyUnreadable, MediaUnknown."""
    if operation.takes is None:
        if raw.strip():
            raise problems.BodyUnreadable(why="there is none here")
        return None
    kind = (media or "").partition(";")[0].strip().lower()
    if operation.takes is bytes:
        if kind != BINARY:
            raise problems.MediaUnknown
        return raw
    if kind not in ("application/json", "application/merge-patch+json"):
        raise problems.MediaUnknown
    try:
        value: Any = msgspec.json.decode(raw, type=operation.takes)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, OverflowError, ValueError) as error:
        raise problems.BodyUnreadable(why=_why(error)) from error
    return value


def _why(error: Exception) -> str:
    """Return where a body went wrong; msgspec names places and types, and of values only those that are too long or odd."""
    return str(error)[:200] if isinstance(error, msgspec.MsgspecError) else "it is not JSON in UTF-8"


def _key(request: AnyRequest) -> str | None:
    key = request.headers.get("idempotency-key")
    if key is not None and not _KEY.fullmatch(key):
        raise problems.HeaderUnreadable(name="Idempotency-Key")
    return key


def _tag(header: str | None) -> str | None:
    """Return the version in If-Match or If-None-Match; `*` and lists are not offered."""
    if header is None:
        return None
    found = re.fullmatch(r'(?:W/)?"([!#-~]{1,64})"', header.strip())
    if found is None:
        raise problems.HeaderUnreadable(name="If-Match")
    return found[1]


def _line(request: AnyRequest) -> bytes:
    return f"{request.method} {request.url.path}?".encode() + request.scope.get("query_string", b"")


async def pause(seconds: float) -> None:
    """Wait without holding anything."""
    await asyncio.sleep(seconds)


def id_of(text: str) -> UUID | None:
    """Return the id that a text is, None when it is none."""
    try:
        return UUID(text)
    except ValueError:
        return None
