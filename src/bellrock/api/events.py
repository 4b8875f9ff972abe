"""Events since a cursor: what happened, in order, as far as the token's scopes reach."""

from __future__ import annotations

from bellrock import integrations
from bellrock.api import shapes
from bellrock.api.answering import pause
from bellrock.api.operations import Answer, Call, operation
from bellrock.core import journal
from bellrock.integrations import Event, Heard

_STEP_SECONDS = 1.0


@operation("GET", "/events", scope="events:read", gives=shapes.Events, query=shapes.EventQuery, is_patient=True)
async def list_events(call: Call) -> Answer:
    """Read events since a cursor

    Every change of the house is an event with ids and codes, never with words. Begin without a cursor, then keep sending the
    last `next_cursor`: nothing is missed and nothing comes twice. Of each kind you get what your other scopes allow, and of
    conversations those that the token may see. `wait` holds the request until something happens.
    """
    query: shapes.EventQuery = call.query
    vault, of = call.house.vault, f"{call.who.id} events"
    names = query.types.split(",") if query.types else []
    if not set(names) <= set(integrations.NAMES):
        raise integrations.EventUnknown
    after = integrations.open_place(vault, query.cursor, of=of, type=int) if query.cursor else None
    waits = range(round(query.wait / _STEP_SECONDS) + 1)
    for left in reversed(waits):
        async with call.house.database.transaction() as tx:
            if after is None:
                after = await journal.last_number(tx) if query.start == "now" else -1
            heard = await integrations.events_since(tx, who=call.who, after=after, names=names, limit=query.limit)
        if heard.events or heard.has_more or not left:
            break
        await pause(_STEP_SECONDS)
    return Answer(_shown(heard, integrations.seal_place(vault, heard.number, of=of)))


def _shown(heard: Heard, cursor: str) -> shapes.Events:
    return shapes.Events(items=[_event(event) for event in heard.events], next_cursor=cursor, has_more=heard.has_more)


def _event(event: Event) -> shapes.Event:
    return shapes.Event(
        id=event.id,
        type=event.name,
        at=event.at,
        actor=shapes.Actor(kind=event.actor.kind, id=event.actor.id),
        conversation_id=event.conversation_id,
        customer_id=event.customer_id,
        data=event.data,
    )
