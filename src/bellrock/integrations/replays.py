"""Deliveries written: for what happens, and once more for what happened before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from bellrock import vault as vaults
from bellrock.core import Actor, Numbered, Transaction, journal, new_id
from bellrock.integrations.endpoints import endpoint
from bellrock.integrations.errors import EndpointUnknown
from bellrock.integrations.events import audible, event_of, facts_of
from bellrock.integrations.hearing import hearer_of

REPLAYED = "integrations.webhook_replayed"
REPLAY_MAX = 1_000


async def replay_one(
    tx: Transaction, vault: vaults.Vault, *, endpoint_id: UUID, delivery_id: UUID, by: Actor, now: datetime
) -> None:
    """Send one event once more, with its old id. Raises EndpointUnknown."""
    cursor = await tx.execute(
        "INSERT INTO webhook_deliveries (id, endpoint_id, event_id, number, event, is_replay, made_at, next_at)"
        " SELECT %(new)s, endpoint_id, event_id, number, event, true, %(now)s, %(now)s FROM webhook_deliveries"
        " WHERE id = %(id)s AND endpoint_id = %(endpoint)s RETURNING id",
        {"new": new_id(), "id": delivery_id, "endpoint": endpoint_id, "now": now},
    )
    if await cursor.fetchone() is None:
        raise EndpointUnknown
    await _record_replay(tx, vault, endpoint_id, 1, by, now)


async def replay_since(
    tx: Transaction, vault: vaults.Vault, *, endpoint_id: UUID, since: datetime, by: Actor, now: datetime
) -> int:
    """Send what happened since a time once more, from the journal, the first 1,000 events; return how many.

    Raises EndpointUnknown.
    """
    target = await endpoint(tx, vault, endpoint_id=endpoint_id)
    after = await _number_at(tx, since)
    cursor = await tx.execute(
        "SELECT * FROM journal WHERE log = 'records' AND number > %s AND kind = ANY(%s) AND at >= %s"
        " ORDER BY number LIMIT %s",
        (after, sorted(facts_of(target.events)), since, REPLAY_MAX),
    )
    facts = [journal.from_row(row) for row in await cursor.fetchall()]
    hearer = await hearer_of(tx, target, now=now)
    told = await audible(tx, who=hearer, facts=facts) if hearer is not None else []
    await write_deliveries(tx, endpoint_id, told, now=now, is_replay=True)
    await _record_replay(tx, vault, endpoint_id, len(told), by, now)
    return len(told)


async def write_deliveries(
    tx: Transaction, endpoint_id: UUID, facts: Sequence[Numbered], *, now: datetime, is_replay: bool = False
) -> None:
    for fact in facts:
        await tx.execute(
            "INSERT INTO webhook_deliveries (id, endpoint_id, event_id, number, event, is_replay, made_at, next_at)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
            (new_id(), endpoint_id, fact.id, fact.number, event_of(fact).name, is_replay, now, now),
        )


async def _record_replay(
    tx: Transaction, vault: vaults.Vault, endpoint_id: UUID, count: int, by: Actor, now: datetime
) -> None:
    data = {"webhook": str(endpoint_id), "count": count}
    await vaults.record(tx, vault, kind=REPLAYED, at=now, actor=by, data=data)


async def _number_at(tx: Transaction, at: datetime) -> int:
    """Return a number of the journal a little before a time, by halving: facts stand nearly in the order of their times."""
    low, high = -1, await journal.last_number(tx)
    while low < high:
        middle = (low + high + 1) // 2
        cursor = await tx.execute("SELECT at FROM journal WHERE log = 'records' AND number = %s", (middle,))
        row = await cursor.fetchone()
        if row is not None and row["at"] < at - timedelta(minutes=5):
            low = middle
        else:
            high = middle - 1
    return low
