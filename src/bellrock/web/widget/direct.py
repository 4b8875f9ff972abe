"""The short way of a message: straight from the server into one statement, past everything that only pages need.

Most messages go into a thread that simply goes on, or begin a customer's first one. They are accepted here with the answer
that the long way would give, headers included. Whatever else a request is, and whatever goes wrong, is handed to the
application as it came, so that there is one place that refuses and one that explains.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Any
from uuid import UUID

import msgspec
from litestar.config.cors import CORSConfig
from litestar.types import ASGIApp, Receive, Scope, Send

from bellrock.core import BellrockError, clock
from bellrock.house import House
from bellrock.people import Customer
from bellrock.web.shared import SECURITY_HEADERS
from bellrock.web.shared.branding import brand_at
from bellrock.web.widget.requests import FAILED, MESSAGE_BYTES_MAX, TAKEN, send_first, send_on
from bellrock.web.widget.session import language_of, threads, token_in

PATH = "/widget/messages"
_ORIGINS_MAX = 1_000
_PLAIN = [
    (b"content-type", b"application/json"),
    (b"cache-control", b"no-store"),
    *((name.encode(), value.encode()) for name, value in SECURITY_HEADERS.items()),
]


class DirectMessages:
    """Accepts what it can; `application` does the rest."""

    def __init__(self, house: House, application: ASGIApp, cors: CORSConfig | None) -> None:
        self._house = house
        self._application = application
        self._cors = cors
        self._headers: OrderedDict[bytes, list[tuple[bytes, bytes]] | None] = OrderedDict({b"": _PLAIN})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        said = dict(scope["headers"])
        token = token_in(said.get(b"authorization", b"").decode("latin-1"))
        guess = threads.guess(token) if token else None
        headers = self._headers_for(said.get(b"origin", b""))
        if guess is None or headers is None:
            await self._application(scope, receive, send)
            return
        received, body = await _read(receive)
        if body is not None:
            state = scope.setdefault("state", {})
            try:
                self._house.rates.take("customer", guess[0].id, "message")
                state[TAKEN] = guess[0].id
                message = await self._send(body, token, guess, said)
            except BellrockError as error:
                state[FAILED] = error
            else:
                if message is not None:
                    content = msgspec.json.encode({"type": "message", "message": message})
                    length = (b"content-length", b"%d" % len(content))
                    await send({"type": "http.response.start", "status": 201, "headers": [*headers, length]})
                    await send({"type": "http.response.body", "body": content, "more_body": False})
                    return
        await self._application(scope, _again(received, receive), send)

    async def _send(
        self, body: bytes, token: str, guess: tuple[Customer, UUID | None], said: dict[bytes, bytes]
    ) -> dict[str, Any] | None:
        customer, conversation_id = guess
        if conversation_id is not None:
            return await send_on(self._house, body, token, customer, conversation_id, clock.now())
        language = language_of(said.get(b"accept-language", b"").decode("latin-1"), customer)
        brand = brand_at(self._house, said.get(b"host", b"").decode("latin-1"))
        return await send_first(
            self._house, body, token, customer, language=language, brand_id=brand.id, now=clock.now()
        )

    def _headers_for(self, origin: bytes) -> list[tuple[bytes, bytes]] | None:
        """Return the headers of an answer to a page of an origin; None where only the application knows them."""
        if self._cors is None:
            return _PLAIN
        if origin not in self._headers:
            self._headers[origin] = _for_origin(self._cors, origin.decode("latin-1"))
            if len(self._headers) > _ORIGINS_MAX:
                self._headers.popitem(last=False)
        return self._headers[origin]


def _for_origin(cors: CORSConfig, origin: str) -> list[tuple[bytes, bytes]] | None:
    if not origin or cors.is_allow_all_origins or not cors.is_origin_allowed(origin):
        return None
    named = cors.simple_headers | {"access-control-allow-origin": origin, "vary": "Origin"}
    return [*_PLAIN, *((name.lower().encode(), value.encode("latin-1")) for name, value in named.items())]


async def _read(receive: Receive) -> tuple[list[Any], bytes | None]:
    """Return what was received, and the body when it came whole and is no larger than a message may be."""
    received: list[Any] = []
    size = 0
    while True:
        message = await receive()
        received.append(message)
        if message["type"] != "http.request":
            return received, None
        size += len(message["body"])
        if size > MESSAGE_BYTES_MAX:
            return received, None
        if not message["more_body"]:
            break
    return received, received[0]["body"] if len(received) == 1 else b"".join(part["body"] for part in received)


def _again(received: list[Any], receive: Receive) -> Receive:
    """Return a `receive` that gives first what was received before."""

    async def next_one() -> Any:
        return received.pop(0) if received else await receive()

    return next_one
