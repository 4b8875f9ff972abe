"""Live pages of the desk: server-sent events that say which conversation changed, never what it says."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import msgspec

from bellrock import conversations
from bellrock.core import Database, journal
from bellrock.web.live.hub import Ended, Event, Happened, Hub, Subscription, Whisper

KEEP_ALIVE_SECONDS = 15.0


async def stream(
    hub: Hub, database: Database, subscription: Subscription, *, after: int | None
) -> AsyncIterator[bytes]:
    """Yield server-sent events of a desk from the journal number `after` on; the id of each is its number.

    Events: `change` {number, kind, conversation}, `presence` {conversation, type, who}, `reset` when too much was missed
    for a replay (the page loads anew), `ended` when the session is over. A comment every 15 s keeps the line open.
    """
    hub.subscribe(subscription)
    try:
        async with database.transaction() as tx:
            last = await journal.last_number(tx)
            missed = await journal.read(tx, after=after) if after is not None and after < last else []
        yield b"retry: 1000\n\n"
        if len(missed) >= journal.BATCH_MAX:
            yield _event("reset", {}, number=last)
        elif missed:
            # Which of them this person may see is asked when each row is fetched; an id alone would still say too much.
            seen = await hub.visible_to(subscription, missed)
            for fact in seen:
                yield _event("change", _change(Happened(fact, None), subscription), number=fact.number)
        while True:
            try:
                event = await asyncio.wait_for(subscription.events.get(), KEEP_ALIVE_SECONDS)
            except TimeoutError:
                yield b": still here\n\n"
                continue
            yield _encode(event, subscription)
            if isinstance(event, Ended):
                return
    finally:
        hub.unsubscribe(subscription)


def _encode(event: Event, subscription: Subscription) -> bytes:
    if isinstance(event, Happened):
        return _event("change", _change(event, subscription), number=event.fact.number)
    if isinstance(event, Whisper):
        return _event("presence", {"conversation": str(event.conversation_id), **event.data})
    return _event("ended", {"reason": event.reason})


def _change(event: Happened, subscription: Subscription) -> dict[str, object]:
    """Return what a desk is told: `is_mine` where its agent holds the case, `calls_me` where a note names them.

    `warns` where the first line heard danger in it.
    """
    fact = event.fact
    me = subscription.agent.id if subscription.agent else None
    return {
        "number": fact.number,
        "kind": fact.kind,
        "conversation": str(fact.conversation_id),
        "actor": str(fact.actor.id) if fact.actor.id else fact.actor.kind,
        "is_mine": me is not None and event.assignee_id == me,
        "calls_me": str(me) in fact.data.get("agents", ()),
        "warns": conversations.kinds.WARNS in fact.data,
    }


def _event(name: str, data: dict[str, object], *, number: int | None = None) -> bytes:
    head = f"id: {number}\n" if number is not None else ""
    return f"{head}event: {name}\ndata: {msgspec.json.encode(data).decode()}\n\n".encode()
