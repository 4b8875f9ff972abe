"""The log of what was sent to an endpoint: each event with what came of it, and what is sent, read anew each time."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

import msgspec

from bellrock import vault as vaults
from bellrock.core import Actor, Transaction, clock, journal
from bellrock.integrations.errors import EndpointUnknown
from bellrock.integrations.events import event_of

LOG_KEPT = timedelta(days=30)
EXCERPT = "webhook-excerpt"
COLUMNS = (
    "id, endpoint_id, event_id, number, event, state, is_replay, attempts, made_at, next_at, tried_at, status,"
    " problem, milliseconds, excerpt"
)

State = Literal["waiting", "delivered", "failed"]


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event on its way to one endpoint, with what came of the last attempt."""

    id: UUID
    endpoint_id: UUID
    event_id: UUID
    number: int
    event: str
    state: State
    is_replay: bool
    attempts: int
    made_at: datetime
    next_at: datetime
    tried_at: datetime | None
    status: int | None
    problem: str
    milliseconds: int | None
    excerpt: str = field(default="", repr=False)


async def deliveries(
    tx: Transaction, vault: vaults.Vault, *, endpoint_id: UUID, before: UUID | None = None, limit: int = 50
) -> list[Delivery]:
    """Return the log of an endpoint, the newest first."""
    cursor = await tx.execute(
        f"SELECT {COLUMNS} FROM webhook_deliveries WHERE endpoint_id = %(endpoint)s"
        f"{' AND id < %(before)s' if before else ''} ORDER BY id DESC LIMIT %(limit)s",
        {"endpoint": endpoint_id, "before": before, "limit": limit},
    )
    return [await _from_row(tx, vault, row) for row in await cursor.fetchall()]


async def payload(tx: Transaction, *, delivery: Delivery) -> str:
    """Return what is sent for a delivery, for the log page."""
    return (await body_of(tx, delivery)).decode()


async def count_deliveries(tx: Transaction, *, before: datetime, limit: int) -> int:
    """Return how many deliveries from before a time wait for nothing any more, `limit` at most."""
    cursor = await tx.execute(
        "SELECT count(*) AS many FROM (SELECT FROM webhook_deliveries WHERE id < %s AND state <> 'waiting' LIMIT %s) few",
        (_first_of(before), limit),
    )
    row = await cursor.fetchone()
    return int(row["many"]) if row else 0


async def forget_deliveries(tx: Transaction, *, before: datetime, limit: int = 10_000) -> int:
    """Delete deliveries from before a time that wait for nothing any more; return how many went."""
    cursor = await tx.execute(
        "DELETE FROM webhook_deliveries WHERE id IN (SELECT id FROM webhook_deliveries WHERE id < %s"
        " AND state <> 'waiting' LIMIT %s)",
        (_first_of(before), limit),
    )
    return cursor.rowcount


def _first_of(at: datetime) -> UUID:
    return UUID(int=(int(at.timestamp() * 1000) << 80))  # ids begin with their time


async def body_of(tx: Transaction, delivery: Delivery) -> bytes:
    """Return the message of a delivery: ids and codes, read from the journal anew, so that nothing is kept twice."""
    cursor = await tx.execute("SELECT * FROM journal WHERE log = 'records' AND number = %s", (delivery.number,))
    row = await cursor.fetchone()
    if row is None or row["id"] != delivery.event_id:
        raise EndpointUnknown
    event = event_of(journal.from_row(row))
    return msgspec.json.encode(
        {
            "type": event.name,
            "timestamp": clock.rfc3339(event.at),
            "data": {
                "event_id": event.id,
                "actor": _actor(event.actor),
                "conversation_id": event.conversation_id,
                "customer_id": event.customer_id,
                **event.data,
            },
        }
    )


def _actor(actor: Actor) -> dict[str, Any]:
    return {"kind": actor.kind, "id": actor.id}


async def _from_row(tx: Transaction, vault: vaults.Vault, row: dict[str, Any]) -> Delivery:
    excerpt = ""
    if row["excerpt"]:
        excerpt = (
            await vault.open_bytes(
                tx, object_id=row["id"], subject_id=vaults.HOUSE_SUBJECT, purpose=EXCERPT, sealed=row["excerpt"]
            )
        ).decode()
    return delivery_of(row, excerpt)


def delivery_of(row: dict[str, Any], excerpt: str) -> Delivery:
    return Delivery(**{**row, "problem": row["problem"] or "", "excerpt": excerpt})
