"""Reading what another server answers: no more than a question is worth, and never packed: a few bytes unpack to gigabytes."""

from __future__ import annotations

import httpx

PLAIN = {"accept-encoding": "identity"}
"""The header that asks for an answer as it is."""


class TooMuch(httpx.HTTPError):
    """More came back than any answer needs, or it came packed though asked not to be."""


async def read(response: httpx.Response, *, bytes_max: int) -> bytes:
    """Return the body of a streamed response. Raises TooMuch, httpx.HTTPError."""
    if response.headers.get("content-encoding", "identity").strip().lower() not in ("identity", ""):
        raise TooMuch("packed")
    content = bytearray()
    async for piece in response.aiter_bytes():
        content += piece
        if len(content) > bytes_max:
            raise TooMuch(f"more than {bytes_max} bytes")
    return bytes(content)
