"""Browsers that may be woken: kept sealed, woken when something waits for an agent who is not looking, forgotten when gone."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from bellrock import people
from bellrock import vault as vaults
from bellrock.core import Database, Invalid, Transaction, clock, new_id
from bellrock.core.push import Push, PushTarget, PushUnavailable
from bellrock.house import House

Work = Callable[..., Awaitable[None]]
WAKE = "workbench.wake"
PER_AGENT_MAX = 8
QUIET = timedelta(seconds=60)
"""At most one message in this time to a browser."""
FORGOTTEN_AFTER = timedelta(hours=12)
"""Who was not heard of for so long is at home, and is left in peace."""
_PURPOSE = "push"


def jobs(house: House) -> dict[str, Work]:
    """Return the outside work of this room, by name, for the worker."""

    async def carry_out(agent_id: str) -> None:
        await wake(house.database, house.vault, house.push, agent_id=UUID(agent_id), now=clock.now())

    return {WAKE: carry_out}


async def subscribe(
    tx: Transaction, vault: vaults.Vault, push: Push, *, agent: people.Agent, target: PushTarget, now: datetime
) -> None:
    """Keep a browser of an agent; one that another agent used before is theirs now. Raises Invalid."""
    if not push.may_reach(target.endpoint):
        raise Invalid
    id, fingerprint = new_id(), vault.fingerprint("push", target.endpoint)
    await vault.create_subject(tx, vaults.HOUSE_SUBJECT)
    sealed = await vault.seal_bytes(
        tx, object_id=id, subject_id=vaults.HOUSE_SUBJECT, purpose=_PURPOSE, data=msgspec.json.encode(target)
    )
    await tx.execute("DELETE FROM push_subscriptions WHERE fingerprint = %s", (fingerprint,))
    await tx.execute(
        "INSERT INTO push_subscriptions (id, agent_id, fingerprint, sealed, subscribed_at) VALUES (%s, %s, %s, %s, %s)",
        (id, agent.id, fingerprint, sealed, now),
    )
    await tx.execute(
        "DELETE FROM push_subscriptions WHERE id IN (SELECT id FROM push_subscriptions WHERE agent_id = %s"
        " ORDER BY subscribed_at DESC OFFSET %s)",
        (agent.id, PER_AGENT_MAX),
    )


async def unsubscribe(tx: Transaction, vault: vaults.Vault, *, agent: people.Agent, endpoint: str) -> None:
    """Forget a browser of an agent."""
    await tx.execute(
        "DELETE FROM push_subscriptions WHERE agent_id = %s AND fingerprint = %s",
        (agent.id, vault.fingerprint("push", endpoint)),
    )


async def to_wake(tx: Transaction, *, agent_ids: Collection[UUID], now: datetime) -> list[UUID]:
    """Return those of these agents who have a browser to wake and do not look at their console now.

    Nobody is woken who went off by choice, or of whom nothing was heard for half a day.
    """
    cursor = await tx.execute(
        "SELECT DISTINCT s.agent_id FROM push_subscriptions s JOIN agent_presence p ON p.agent_id = s.agent_id"
        " JOIN agents a ON a.id = s.agent_id WHERE s.agent_id = ANY(%(agents)s) AND a.status = 'active'"
        " AND p.heartbeat_at > %(home)s AND NOT (p.presence = 'offline' AND p.by_choice)"
        " AND (p.heartbeat_at <= %(silent)s OR p.idle_since IS NOT NULL)"
        " AND (s.pushed_at IS NULL OR s.pushed_at <= %(quiet)s)",
        {
            "agents": list(agent_ids),
            "home": now - FORGOTTEN_AFTER,
            "silent": now - timedelta(seconds=people.HEARTBEAT_SECONDS * 2),
            "quiet": now - QUIET,
        },
    )
    return [row["agent_id"] for row in await cursor.fetchall()]


async def wake(database: Database, vault: vaults.Vault, push: Push, *, agent_id: UUID, now: datetime) -> int:
    """Wake an agent's browsers; return how many were reached. Those that are gone are forgotten.

    The services are called between transactions, never inside one.
    """
    async with database.transaction() as tx:
        cursor = await tx.execute(
            "UPDATE push_subscriptions SET pushed_at = %s WHERE agent_id = %s AND (pushed_at IS NULL OR pushed_at <= %s)"
            " RETURNING id, sealed",
            (now, agent_id, now - QUIET),
        )
        targets = {
            row["id"]: msgspec.json.decode(
                await vault.open_bytes(
                    tx,
                    object_id=row["id"],
                    subject_id=vaults.HOUSE_SUBJECT,
                    purpose=_PURPOSE,
                    sealed=bytes(row["sealed"]),
                ),
                type=PushTarget,
            )
            for row in await cursor.fetchall()
        }
    reached, gone = 0, []
    for id, target in targets.items():
        try:
            await push.wake(target)
            reached += 1
        except PushUnavailable as error:
            if error.is_gone:
                gone.append(id)
    if gone:
        async with database.transaction() as tx:
            await tx.execute("DELETE FROM push_subscriptions WHERE id = ANY(%s)", (gone,))
    return reached
