"""A lean HTTP/1.1 client for load: one connection a client, no library between it and the clock."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import struct
from contextlib import suppress
from typing import Any

ANSWER_BYTES_MAX = 4_000_000


class Refused(Exception):
    """The server answered, but not with success."""

    def __init__(self, status: int, body: bytes) -> None:
        super().__init__(f"{status}: {body[:300].decode(errors='replace')}")
        self.status = status


class Client:
    """One keep-alive connection; it connects when first used, and anew after a break."""

    def __init__(self, host: str, port: int) -> None:
        self.host = host
        self.port = port
        self.bearer = ""
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """Send JSON and return the JSON of the answer. Raises Refused, OSError, asyncio.IncompleteReadError."""
        return await self._send("POST", path, json.dumps(body).encode())

    async def get(self, path: str) -> dict[str, Any]:
        return await self._send("GET", path, b"")

    async def upload(self, path: str, *, name: str, content: bytes, fields: dict[str, str]) -> dict[str, Any]:
        """Send one file as a form does."""
        edge = os.urandom(12).hex()
        parts = [f'--{edge}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{fields[key]}\r\n' for key in fields]
        parts.append(
            f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\nContent-Type: text/plain\r\n\r\n'
        )
        body = "".join(parts).encode() + content + f"\r\n--{edge}--\r\n".encode()
        return await self._send("POST", path, body, content_type=f"multipart/form-data; boundary={edge}")

    async def _send(
        self, method: str, path: str, body: bytes, *, content_type: str = "application/json"
    ) -> dict[str, Any]:
        was_open = self._writer is not None
        try:
            return await self._send_once(method, path, body, content_type)
        except (ConnectionError, asyncio.IncompleteReadError):
            if not was_open:
                raise
        # The server may close a line that was idle; the same request goes over a new one.
        return await self._send_once(method, path, body, content_type)

    async def _send_once(self, method: str, path: str, body: bytes, content_type: str) -> dict[str, Any]:
        try:
            if self._writer is None:
                self._reader, self._writer = await asyncio.open_connection(self.host, self.port, limit=ANSWER_BYTES_MAX)
            assert self._reader is not None
            head = f"{method} {path} HTTP/1.1\r\nHost: {self.host}:{self.port}\r\nContent-Type: {content_type}\r\n"
            if self.bearer:
                head += f"Authorization: Bearer {self.bearer}\r\n"
            self._writer.write(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
            await self._writer.drain()
            status, content = await _answer(self._reader)
        except (OSError, asyncio.IncompleteReadError):
            self.close()
            raise
        if status >= 300:
            raise Refused(status, content)
        return json.loads(content) if content else {}

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()
        self._reader = self._writer = None

    async def end(self) -> None:
        """Close the line and wait until it is closed."""
        writer = self._writer
        self.close()
        if writer is not None:
            with suppress(OSError):
                await writer.wait_closed()


class Page:
    """A signed-in browser's line, as far as a page's own bytes: no script, no picture."""

    def __init__(self, host: str, port: int, *, cookie: str) -> None:
        self._host, self._port, self._cookie = host, port, cookie
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def get(self, path: str) -> bytes:
        """Return a page. Raises Refused unless it is one."""
        if self._writer is None:
            self._reader, self._writer = await asyncio.open_connection(self._host, self._port, limit=ANSWER_BYTES_MAX)
        assert self._reader is not None
        self._writer.write(
            f"GET {path} HTTP/1.1\r\nHost: {self._host}:{self._port}\r\nAccept: text/html\r\n"
            f"Cookie: {self._cookie}\r\n\r\n".encode()
        )
        await self._writer.drain()
        status, content = await _answer(self._reader)
        if status != 200:
            raise Refused(status, content)
        return content

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()
        self._reader = self._writer = None


async def _answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    status = int(head.split(" ", 2)[1])
    headers = dict(line.lower().split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line)
    if headers.get("transfer-encoding") == "chunked":
        content = b""
        while size := int(await reader.readuntil(b"\r\n"), 16):
            content += await reader.readexactly(size)
            await reader.readexactly(2)
        await reader.readexactly(2)
        return status, content
    return status, await reader.readexactly(int(headers.get("content-length", "0")))


class Socket:
    """A WebSocket that only listens after its hello (RFC 6455, text frames)."""

    def __init__(self, host: str, port: int) -> None:
        self.host = host
        self.port = port
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def open(self, path: str, hello: dict[str, Any]) -> None:
        self._reader, self._writer = await asyncio.open_connection(self.host, self.port)
        key = base64.b64encode(os.urandom(16)).decode()
        self._writer.write(
            f"GET {path} HTTP/1.1\r\nHost: {self.host}:{self.port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        head = await self._reader.readuntil(b"\r\n\r\n")
        if b" 101 " not in head.split(b"\r\n", 1)[0]:
            raise Refused(int(head.split(b" ", 2)[1]), head)
        self._writer.write(_masked(json.dumps(hello).encode()))
        await self._writer.drain()

    async def frame(self) -> dict[str, Any] | None:
        """Return the next frame of text, or None when the line ended."""
        assert self._reader is not None
        while True:
            try:
                first, second = await self._reader.readexactly(2)
                size = second & 0x7F
                if size == 126:
                    (size,) = struct.unpack(">H", await self._reader.readexactly(2))
                elif size == 127:
                    (size,) = struct.unpack(">Q", await self._reader.readexactly(8))
                payload = await self._reader.readexactly(size)
            except (OSError, asyncio.IncompleteReadError):
                return None
            if first & 0x0F == 1:
                frame: dict[str, Any] = json.loads(payload)
                return frame
            if first & 0x0F == 8:
                return None

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()

    async def end(self) -> None:
        """Close the line and wait until it is closed."""
        self.close()
        if self._writer is not None:
            with suppress(OSError):
                await self._writer.wait_closed()


def _masked(payload: bytes) -> bytes:
    mask = os.urandom(4)
    size = bytes([0x80 | len(payload)]) if len(payload) < 126 else bytes([0x80 | 126]) + struct.pack(">H", len(payload))
    return b"\x81" + size + mask + bytes(byte ^ mask[index % 4] for index, byte in enumerate(payload))
