"""What leaves for a language model and what comes in: one address, few headers, a bounded answer."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx2

CONNECT_SECONDS = 3.0
ANSWER_BYTES_MAX = 400_000
_SENT = frozenset({"host", "content-type", "content-length", "accept", "authorization", "user-agent", "connection"})


class AnswerTooLong(httpx2.HTTPError):
    """More came back than any answer needs."""


def client_of(url: str, *, has_key: bool, seconds: float) -> httpx2.AsyncClient:
    """Return a client that speaks to the one address alone; `seconds` bound each wait but that for a connection."""
    return httpx2.AsyncClient(
        transport=_Gate(url, has_key=has_key),
        timeout=httpx2.Timeout(seconds, connect=CONNECT_SECONDS),
        follow_redirects=False,
        trust_env=False,
    )


class _Gate(httpx2.AsyncBaseTransport):
    """Lets one address out, drops every header that is not named here, and ends an answer that grows too long.

    The SDK adds headers about this machine, and whatever OPENAI_CUSTOM_HEADERS, OPENAI_ORG_ID and the like hold.
    """

    def __init__(self, url: str, *, has_key: bool) -> None:
        self._url = httpx2.URL(url.rstrip("/") + "/chat/completions")
        self._sent = _SENT if has_key else _SENT - {"authorization"}
        # Questions are few: no connection is kept, so that none lies open in a process that asks once a day.
        self._inner = httpx2.AsyncHTTPTransport(
            trust_env=False, limits=httpx2.Limits(max_connections=None, max_keepalive_connections=0)
        )

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        if request.url != self._url:
            raise httpx2.UnsupportedProtocol("not the address of the settings")
        for name in set(request.headers) - self._sent:
            del request.headers[name]
        request.headers["accept-encoding"] = "identity"
        response = await self._inner.handle_async_request(request)
        if response.headers.get("content-encoding", "identity") != "identity":
            await response.aclose()
            raise AnswerTooLong("packed, though asked not to be: its size cannot be told")
        response.stream = _Bounded(response.stream)
        return response

    async def aclose(self) -> None:
        await self._inner.aclose()


class _Bounded(httpx2.AsyncByteStream):
    def __init__(self, inner: httpx2.SyncByteStream | httpx2.AsyncByteStream) -> None:
        assert isinstance(inner, httpx2.AsyncByteStream)
        self._inner = inner

    async def __aiter__(self) -> AsyncIterator[bytes]:
        found = 0
        async for part in self._inner:
            found += len(part)
            if found > ANSWER_BYTES_MAX:
                raise AnswerTooLong(f"more than {ANSWER_BYTES_MAX} bytes")
            yield part

    async def aclose(self) -> None:
        await self._inner.aclose()
