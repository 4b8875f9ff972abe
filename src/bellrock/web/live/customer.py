"""Live pages of a customer: frames over a WebSocket, or the same frames as server-sent events."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from bellrock import people
from bellrock.conversations import Entry, kinds
from bellrock.core import Database, clock
from bellrock.web.live.hub import Ended, Event, Happened, Hub, Subscription, Whisper
from bellrock.web.widget.frames import message_of, redaction_of

KEEP_ALIVE_SECONDS = 20.0
_PING = {"type": "ping"}
_STATE_FRAMES = {kinds.RESOLVED: "ended", kinds.REOPENED: "reopened"}


async def frames(hub: Hub, database: Database, subscription: Subscription) -> AsyncIterator[dict[str, Any]]:
    """Yield frames for one customer's page until its session ends; a ping first, and whenever nothing else happens.

    A frame says what became true; whatever came before it is read from `/widget/thread` by cursor, so that a frame that
    was lost on the way is no loss.
    """
    hub.subscribe(subscription)
    names: dict[Any, str] = {}
    try:
        yield _PING
        while True:
            try:
                event = await asyncio.wait_for(subscription.events.get(), KEEP_ALIVE_SECONDS)
            except TimeoutError:
                yield _PING
                continue
            frame = await _frame(database, event, names)
            if frame is not None:
                yield frame
            if isinstance(event, Ended):
                return
    finally:
        hub.unsubscribe(subscription)


async def _frame(database: Database, event: Event, names: dict[Any, str]) -> dict[str, Any] | None:
    if isinstance(event, Ended):
        return {"type": "closed", "reason": event.reason}
    if isinstance(event, Whisper):
        data = {key: value for key, value in event.data.items() if key != "audience"}
        if data.get("type") == "viewing":  # somebody of ours has the conversation before their eyes
            return {"type": "seen", "at": clock.rfc3339(clock.now())}
        return data if data.get("type") in ("typing", "seen", "changed") else None
    fact = event.fact
    if fact.kind == kinds.REDACTED:
        return redaction_of(_entry(event))
    if fact.kind not in kinds.MESSAGE_KINDS:
        return {"type": _STATE_FRAMES.get(fact.kind, "changed"), "cursor": str(fact.id)}
    return {"type": "message", "cursor": str(fact.id), "message": await _message(database, event, names)}


async def _message(database: Database, event: Happened, names: dict[Any, str]) -> dict[str, Any]:
    fact = event.fact
    if fact.actor.kind == "agent" and fact.actor.id not in names:
        async with database.transaction() as tx:
            names.update(await people.agent_names(tx, ids=[fact.actor.id] if fact.actor.id else []))
    return message_of(_entry(event), names)


def _entry(event: Happened) -> Entry:
    fact = event.fact
    return Entry(
        id=fact.id,
        number=fact.number,
        kind=fact.kind,
        at=fact.at,
        actor=fact.actor,
        audience=fact.audience,
        data=fact.data,
        words=event.words,
    )
