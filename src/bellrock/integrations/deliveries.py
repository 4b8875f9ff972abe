"""Deliveries: what is to be told to whom, tried until it arrives or three days have passed, kept as a log, told again."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

import msgspec

from bellrock import guard
from bellrock import vault as vaults
from bellrock.core import SYSTEM, Actor, Invalid, Numbered, TooLarge, Transaction, clock, journal, new_id
from bellrock.integrations.endpoints import Endpoint, endpoint, endpoints, pause_endpoint
from bellrock.integrations.errors import EndpointUnknown
from bellrock.integrations.events import audible, event_of, facts_of
from bellrock.integrations.notices import House, write_about_pause
from bellrock.integrations.port import Caller, Reply
from bellrock.integrations.signing import signed_headers

DELIVER = "integrations.deliver"
REPLAYED = "integrations.webhook_replayed"
FIRST_WAIT = timedelta(seconds=5)
WAIT_MAX = timedelta(hours=8)
LEASE = timedelta(seconds=60)
TRIED_FOR = timedelta(days=3)
"""A delivery that fails for so long is given up; an endpoint where nothing arrived for so long is paused."""
BATCH = 20
LOG_KEPT = timedelta(days=30)
REPLAY_MAX = 1_000
_EXCERPT_MAX = 500
_PURPOSE = "webhook-excerpt"
_COLUMNS = (
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


def wait_before(attempt: int, *, chance: float) -> timedelta:
    """Return how long to wait before an attempt (2 is the first repetition): doubled each time, half of it by chance."""
    seconds = min(FIRST_WAIT.total_seconds() * 4.0 ** min(max(attempt - 2, 0), 20), WAIT_MAX.total_seconds())
    return timedelta(seconds=seconds / 2 + seconds / 2 * chance)


async def plan(tx: Transaction, vault: vaults.Vault, *, facts: Sequence[Numbered], now: datetime) -> set[UUID]:
    """Write a delivery for each endpoint that wants to hear of a fact and may; return the endpoints that have work."""
    due: set[UUID] = set()
    for target in await endpoints(tx, vault):
        if target.paused_at is not None:
            continue
        wanted = facts_of(target.events)
        newer = [fact for fact in facts if fact.kind in wanted and fact.at >= target.made_at]
        told = await audible(tx, who=target.hearer, facts=newer)
        if told:
            await _insert(tx, target.id, told, now=now)
            due.add(target.id)
    return due


async def deliver_due(house: House, caller: Caller, *, endpoint_id: UUID) -> int:
    """Call an endpoint with what is due, in order, and note what came of it; return how many were tried.

    Stops at the first failure: the rest would most likely fail too, and waits its turn.
    """
    tried = 0
    while tried < BATCH:
        async with house.database.transaction() as tx:
            try:
                target = await endpoint(tx, house.vault, endpoint_id=endpoint_id)
            except EndpointUnknown:
                return tried
            claimed = await _claim(tx, endpoint_id, now=clock.now()) if target.paused_at is None else None
            if claimed is None:
                return tried
            body = await _body(tx, claimed)
        now = clock.now()
        headers = signed_headers(target.secrets.holding(now), id=str(claimed.event_id), at=now, body=body)
        reply = await caller.post(
            target.url, headers={**headers, "content-type": "application/json", "user-agent": "Bellrock"}, body=body
        )
        async with house.database.transaction() as tx:
            is_paused = await _note(tx, house.vault, target, claimed, reply, now=clock.now())
        if is_paused:
            await write_about_pause(house, target)
        tried += 1
        if not reply.is_good:
            return tried
    return tried


async def defer_deliveries(
    tx: Transaction, defer: Callable[..., Awaitable[object]], endpoint_ids: Iterable[UUID]
) -> None:
    """Enqueue the work for these endpoints; one job waits for each at a time, and one at a time works."""
    for endpoint_id in endpoint_ids:
        key = f"webhook:{endpoint_id}"
        await defer(tx, DELIVER, lock=key, once=key, endpoint_id=str(endpoint_id))


async def overdue(tx: Transaction, *, now: datetime) -> list[UUID]:
    """Return the endpoints for which something is due."""
    cursor = await tx.execute(
        "SELECT id FROM webhook_endpoints e WHERE removed_at IS NULL AND paused_at IS NULL AND EXISTS"
        " (SELECT FROM webhook_deliveries WHERE endpoint_id = e.id AND state = 'waiting' AND next_at <= %s)",
        (now,),
    )
    return [row["id"] for row in await cursor.fetchall()]


async def deliveries(
    tx: Transaction, vault: vaults.Vault, *, endpoint_id: UUID, before: UUID | None = None, limit: int = 50
) -> list[Delivery]:
    """Return the log of an endpoint, the newest first."""
    cursor = await tx.execute(
        f"SELECT {_COLUMNS} FROM webhook_deliveries WHERE endpoint_id = %(endpoint)s"
        " AND (%(before)s::uuid IS NULL OR id < %(before)s) ORDER BY id DESC LIMIT %(limit)s",
        {"endpoint": endpoint_id, "before": before, "limit": limit},
    )
    return [await _from_row(tx, vault, row) for row in await cursor.fetchall()]


async def payload(tx: Transaction, *, delivery: Delivery) -> str:
    """Return what is sent for a delivery, for the log page."""
    return (await _body(tx, delivery)).decode()


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
    told = await audible(tx, who=target.hearer, facts=facts)
    await _insert(tx, endpoint_id, told, now=now, is_replay=True)
    await _record_replay(tx, vault, endpoint_id, len(told), by, now)
    return len(told)


async def _record_replay(
    tx: Transaction, vault: vaults.Vault, endpoint_id: UUID, count: int, by: Actor, now: datetime
) -> None:
    data = {"webhook": str(endpoint_id), "count": count}
    await vaults.record(tx, vault, kind=REPLAYED, at=now, actor=by, data=data)


async def forget_deliveries(tx: Transaction, *, now: datetime) -> int:
    """Delete what is older than the log is kept; return how many went."""
    oldest = UUID(int=(int((now - LOG_KEPT).timestamp() * 1000) << 80))  # ids begin with their time
    cursor = await tx.execute("DELETE FROM webhook_deliveries WHERE id < %s AND state <> 'waiting'", (oldest,))
    return cursor.rowcount


def jobs(house: House, caller: Callable[[], Caller]) -> dict[str, Callable[..., Awaitable[None]]]:
    """Return this room's jobs by name; the caller is built at the first delivery."""
    built: list[Caller] = []

    async def deliver(endpoint_id: str) -> None:
        if not built:
            built.append(caller())
        await deliver_due(house, built[0], endpoint_id=UUID(endpoint_id))

    return {DELIVER: deliver}


async def _insert(
    tx: Transaction, endpoint_id: UUID, facts: Sequence[Numbered], *, now: datetime, is_replay: bool = False
) -> None:
    for fact in facts:
        await tx.execute(
            "INSERT INTO webhook_deliveries (id, endpoint_id, event_id, number, event, is_replay, made_at, next_at)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
            (new_id(), endpoint_id, fact.id, fact.number, event_of(fact).name, is_replay, now, now),
        )


async def _claim(tx: Transaction, endpoint_id: UUID, *, now: datetime) -> Delivery | None:
    """Take the next due delivery; whoever else works for this endpoint finds another, and a lost one comes back."""
    cursor = await tx.execute(
        f"SELECT {_COLUMNS} FROM webhook_deliveries WHERE endpoint_id = %s AND state = 'waiting' AND next_at <= %s"
        " ORDER BY next_at, id LIMIT 1 FOR UPDATE SKIP LOCKED",
        (endpoint_id, now),
    )
    row = await cursor.fetchone()
    if row is None:
        return None
    attempt = row["attempts"] + 1
    await tx.execute(
        "UPDATE webhook_deliveries SET attempts = %s, tried_at = %s, next_at = %s WHERE id = %s",
        (attempt, now, now + LEASE, row["id"]),
    )
    return _delivery(row | {"attempts": attempt, "tried_at": now, "excerpt": None}, "")


async def _note(
    tx: Transaction, vault: vaults.Vault, target: Endpoint, tried: Delivery, reply: Reply, *, now: datetime
) -> bool:
    """Note what came of an attempt; return whether the endpoint was paused over it."""
    given_up = not reply.is_good and now - tried.made_at >= TRIED_FOR
    state: State = "delivered" if reply.is_good else "failed" if given_up else "waiting"
    words = _guarded(reply.excerpt[:_EXCERPT_MAX])
    sealed = await vault.seal_bytes(
        tx, object_id=tried.id, subject_id=vaults.HOUSE_SUBJECT, purpose=_PURPOSE, data=words.encode()
    )
    next_at = now + wait_before(tried.attempts + 1, chance=random.random())
    await tx.execute(
        "UPDATE webhook_deliveries SET state = %s, next_at = %s, status = %s, problem = %s, milliseconds = %s, excerpt = %s"
        " WHERE id = %s",
        (state, next_at, reply.status, reply.problem or None, reply.milliseconds, sealed, tried.id),
    )
    if reply.is_good:
        if target.failing_since is not None:
            await tx.execute("UPDATE webhook_endpoints SET failing_since = NULL WHERE id = %s", (target.id,))
        return False
    cursor = await tx.execute(
        "UPDATE webhook_endpoints SET failing_since = coalesce(failing_since, %s) WHERE id = %s RETURNING failing_since",
        (now, target.id),
    )
    row = await cursor.fetchone()
    if row is None or now - row["failing_since"] < TRIED_FOR:
        return False
    await pause_endpoint(tx, vault, endpoint_id=target.id, because="failing", by=SYSTEM, now=now)
    return True


def _guarded(text: str) -> str:
    """Return what somebody's server answered without secrets in it; nothing where nothing can be read."""
    try:
        return guard.screen(text).text
    except (Invalid, TooLarge):
        return ""


async def _body(tx: Transaction, delivery: Delivery) -> bytes:
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


async def _from_row(tx: Transaction, vault: vaults.Vault, row: dict[str, Any]) -> Delivery:
    excerpt = ""
    if row["excerpt"]:
        excerpt = (
            await vault.open_bytes(
                tx, object_id=row["id"], subject_id=vaults.HOUSE_SUBJECT, purpose=_PURPOSE, sealed=row["excerpt"]
            )
        ).decode()
    return _delivery(row, excerpt)


def _delivery(row: dict[str, Any], excerpt: str) -> Delivery:
    return Delivery(**{**row, "problem": row["problem"] or "", "excerpt": excerpt})
