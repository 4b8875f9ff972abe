"""Deliveries: what is to be told to whom, tried until it arrives or three days have passed, kept as a log, told again."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from bellrock import guard
from bellrock import vault as vaults
from bellrock.core import SYSTEM, Invalid, Numbered, TooLarge, Transaction, clock
from bellrock.integrations.delivery_log import COLUMNS, EXCERPT, Delivery, State, body_of, delivery_of
from bellrock.integrations.endpoints import Endpoint, endpoint, endpoints, pause_endpoint
from bellrock.integrations.errors import EndpointUnknown
from bellrock.integrations.events import audible, facts_of
from bellrock.integrations.hearing import hearer_of
from bellrock.integrations.notices import House, write_about_pause
from bellrock.integrations.port import Caller, Reply
from bellrock.integrations.replays import write_deliveries
from bellrock.integrations.signing import signed_headers

DELIVER = "integrations.deliver"
FIRST_WAIT = timedelta(seconds=5)
WAIT_MAX = timedelta(hours=8)
LEASE = timedelta(seconds=60)
TRIED_FOR = timedelta(days=3)
"""A delivery that fails for so long is given up; an endpoint where nothing arrived for so long is paused."""
BATCH = 20
_EXCERPT_MAX = 500


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
        hearer = await hearer_of(tx, target, now=now) if newer else None
        told = await audible(tx, who=hearer, facts=newer) if hearer is not None else []
        if told:
            await write_deliveries(tx, target.id, told, now=now)
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
            may_hear = target.paused_at is None and await hearer_of(tx, target, now=clock.now()) is not None
            claimed = await _claim(tx, endpoint_id, now=clock.now()) if may_hear else None
            if claimed is None:
                return tried
            body = await body_of(tx, claimed)
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


def jobs(house: House, caller: Callable[[], Caller]) -> dict[str, Callable[..., Awaitable[None]]]:
    """Return this room's jobs by name; the caller is built at the first delivery."""
    built: list[Caller] = []

    async def deliver(endpoint_id: str) -> None:
        if not built:
            built.append(caller())
        await deliver_due(house, built[0], endpoint_id=UUID(endpoint_id))

    return {DELIVER: deliver}


async def _claim(tx: Transaction, endpoint_id: UUID, *, now: datetime) -> Delivery | None:
    """Take the next due delivery; whoever else works for this endpoint finds another, and a lost one comes back."""
    cursor = await tx.execute(
        f"SELECT {COLUMNS} FROM webhook_deliveries WHERE endpoint_id = %s AND state = 'waiting' AND next_at <= %s"
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
    return delivery_of(row | {"attempts": attempt, "tried_at": now, "excerpt": None}, "")


async def _note(
    tx: Transaction, vault: vaults.Vault, target: Endpoint, tried: Delivery, reply: Reply, *, now: datetime
) -> bool:
    """Note what came of an attempt; return whether the endpoint was paused over it."""
    given_up = not reply.is_good and now - tried.made_at >= TRIED_FOR
    state: State = "delivered" if reply.is_good else "failed" if given_up else "waiting"
    words = _guarded(reply.excerpt[:_EXCERPT_MAX])
    sealed = await vault.seal_bytes(
        tx, object_id=tried.id, subject_id=vaults.HOUSE_SUBJECT, purpose=EXCERPT, data=words.encode()
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
