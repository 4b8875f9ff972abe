"""Where live pages connect. Whoever connects is authorised first, and goes when their session goes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import msgspec
from litestar import Request, WebSocket, get, websocket
from litestar.exceptions import WebSocketDisconnect
from litestar.params import FromQuery
from litestar.response import Stream

from bellrock import people
from bellrock.core import NotSignedIn, clock
from bellrock.house import House
from bellrock.web.live import customer as customer_pages
from bellrock.web.live import desk as desk_pages
from bellrock.web.live.hub import Subscription
from bellrock.web.people.guards import current_agent_session

_SSE = {"content-type": "text/event-stream; charset=utf-8", "cache-control": "no-store", "x-accel-buffering": "no"}
_HELLO_SECONDS = 10.0
_SEND_SECONDS = 20.0
_HELLO_BYTES_MAX = 4_096
_CLOSE_NOT_SIGNED_IN = 4401
_CLOSE_TRY_LATER = 1013


class Hello(msgspec.Struct):
    """What a widget says first: its session's token, and where it stands (which it asks for by itself)."""

    session: str
    type: str = "hello"
    cursor: str | None = None


@get("/desk/events", name="desk.events", media_type="text/event-stream")
async def desk_events(request: Request[Any, Any, Any], after: FromQuery[int | None] = None) -> Stream:
    """Stream to a desk which conversations change, from a journal number on (`Last-Event-ID` or `after`)."""
    house: House = request.app.state.house
    session = await current_agent_session(request)
    last = request.headers.get("last-event-id", "")
    start = int(last) if last.isdigit() else after
    subscription = Subscription(session_id=session.id, agent=session.agent)
    stream = desk_pages.stream(house.hub, house.database, subscription, after=start)
    return Stream(stream, headers=_SSE, media_type="text/event-stream")


@get("/widget/events", name="widget.events", media_type="text/event-stream")
async def widget_events(request: Request[Any, Any, Any]) -> Stream:
    """Stream frames to a widget where a WebSocket does not get through."""
    house: House = request.app.state.house
    token = request.headers.get("authorization", "").removeprefix("Bearer ").strip()
    subscription = await _customer_subscription(house, token)
    if subscription is None:
        raise NotSignedIn
    return Stream(_lines(house, subscription), headers=_SSE, media_type="text/event-stream")


@websocket("/widget/socket", name="widget.socket")
async def widget_socket(socket: WebSocket[Any, Any, Any]) -> None:
    """Send frames to a widget. Its first message must be the hello with its session."""
    house: House = socket.app.state.house
    await socket.accept()
    try:
        raw = await asyncio.wait_for(socket.receive_data(mode="text"), _HELLO_SECONDS)
        if len(raw) > _HELLO_BYTES_MAX:
            raise msgspec.ValidationError("too long")
        hello = msgspec.json.decode(raw, type=Hello)
    except (TimeoutError, msgspec.MsgspecError, WebSocketDisconnect):
        await _close(socket, _CLOSE_NOT_SIGNED_IN)
        return
    subscription = await _customer_subscription(house, hello.session)
    if subscription is None:
        await _close(socket, _CLOSE_NOT_SIGNED_IN)
        return
    sender = asyncio.create_task(_send_frames(house, socket, subscription))
    reader = asyncio.create_task(_read_until_gone(socket))
    _, pending = await asyncio.wait({sender, reader}, return_when=asyncio.FIRST_COMPLETED)
    for task in pending:
        task.cancel()
    await asyncio.gather(sender, reader, return_exceptions=True)


async def _customer_subscription(house: House, token: str) -> Subscription | None:
    if not token or len(token) > 256:
        return None
    async with house.database.transaction() as tx:
        session = await people.widget_session(tx, token=token, now=clock.now())
    return Subscription(session_id=session.id, customer=session.customer) if session else None


async def _send_frames(house: House, socket: WebSocket[Any, Any, Any], subscription: Subscription) -> None:
    """Send until the session ends; a reader who takes nothing for 20 seconds is left."""
    try:
        async for frame in customer_pages.frames(house.hub, house.database, subscription):
            await asyncio.wait_for(
                socket.send_data(msgspec.json.encode(frame).decode("utf-8"), mode="text"), _SEND_SECONDS
            )
            if frame["type"] == "closed":
                is_over = frame["reason"] == "session_ended"
                await _close(socket, _CLOSE_NOT_SIGNED_IN if is_over else _CLOSE_TRY_LATER)
    except (TimeoutError, WebSocketDisconnect):
        await _close(socket, _CLOSE_TRY_LATER)


async def _read_until_gone(socket: WebSocket[Any, Any, Any]) -> None:
    """Take and drop whatever a widget says after its hello; it writes over HTTP, where limits are kept."""
    try:
        while True:
            await socket.receive_data(mode="text")
    except (WebSocketDisconnect, KeyError):
        return


async def _close(socket: WebSocket[Any, Any, Any], code: int) -> None:
    try:
        await asyncio.wait_for(socket.close(code=code), 5.0)
    except (TimeoutError, RuntimeError, WebSocketDisconnect):
        return


async def _lines(house: House, subscription: Subscription) -> AsyncIterator[bytes]:
    async for frame in customer_pages.frames(house.hub, house.database, subscription):
        yield b"data: " + msgspec.json.encode(frame) + b"\n\n"


routes: list[Any] = [desk_events, widget_events, widget_socket]
