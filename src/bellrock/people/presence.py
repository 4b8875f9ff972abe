"""Presence: who is here now, and how many cases each takes."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from bellrock.core import Transaction
from bellrock.people.models import AGENT_COLUMNS, SEAT_COLUMNS, Presence, Seat, agent_from_row, levels_of

HEARTBEAT_SECONDS = 30
"""How often an open console tells that it is there."""

SILENCE_MAX = timedelta(seconds=90)
"""After this long without a heartbeat somebody counts as offline."""


_EFFECTIVE = (
    "CASE WHEN heartbeat_at > %(since)s THEN CASE WHEN presence = 'online' AND idle_since IS NOT NULL THEN 'away'"
    " ELSE presence END ELSE 'offline' END"
)
"""What a row of `agent_presence` means now: silent is offline, idle is away."""


async def set_presence(tx: Transaction, *, agent_id: UUID, presence: Presence, now: datetime) -> None:
    """Say whether an agent takes cases; what they chose holds until they choose again or come back after a silence."""
    await tx.execute(
        "INSERT INTO agent_presence (agent_id, presence, heartbeat_at, by_choice) VALUES (%s, %s, %s, TRUE)"
        " ON CONFLICT (agent_id) DO UPDATE SET presence = excluded.presence, heartbeat_at = excluded.heartbeat_at,"
        " by_choice = TRUE, idle_since = NULL",
        (agent_id, presence, now),
    )


async def heartbeat(tx: Transaction, *, agent_id: UUID, now: datetime, is_idle: bool = False) -> Presence:
    """Note that an agent's console is open and return their presence.

    Whoever was silent comes back as online. Idle, without a hand on the keys, somebody online counts as away.
    """
    cursor = await tx.execute(
        "INSERT INTO agent_presence AS p (agent_id, presence, heartbeat_at, idle_since)"
        " VALUES (%(agent)s, 'online', %(now)s, CASE WHEN %(idle)s THEN %(now)s::timestamptz END)"
        " ON CONFLICT (agent_id) DO UPDATE SET heartbeat_at = excluded.heartbeat_at,"
        " idle_since = CASE WHEN %(idle)s THEN coalesce(p.idle_since, %(now)s) END,"
        " presence = CASE WHEN p.presence = 'offline' AND (NOT p.by_choice OR p.heartbeat_at <= %(since)s)"
        "   THEN 'online' ELSE p.presence END"
        f" RETURNING {_EFFECTIVE} AS presence",
        {"agent": agent_id, "now": now, "idle": is_idle, "since": now - SILENCE_MAX},
    )
    row = await cursor.fetchone()
    assert row is not None
    return Presence(row["presence"])


async def presence_of(tx: Transaction, *, agent_id: UUID, now: datetime) -> Presence:
    """Return whether one agent takes cases now."""
    cursor = await tx.execute(
        f"SELECT {_EFFECTIVE} AS presence FROM agent_presence WHERE agent_id = %(agent)s",
        {"agent": agent_id, "since": now - SILENCE_MAX},
    )
    row = await cursor.fetchone()
    return Presence(row["presence"]) if row else Presence.OFFLINE


async def absent_since(tx: Transaction, *, before: datetime, limit: int = 500) -> list[UUID]:
    """Return agents who went off by choice, or of whom nothing was heard since `before`; the longest silent last."""
    cursor = await tx.execute(
        "SELECT agent_id FROM agent_presence WHERE heartbeat_at <= %s OR (presence = 'offline' AND by_choice)"
        " ORDER BY heartbeat_at DESC LIMIT %s",
        (before, limit),
    )
    return [row["agent_id"] for row in await cursor.fetchall()]


async def roster(tx: Transaction, *, now: datetime, team_ids: Collection[UUID] | None = None) -> list[Seat]:
    """Return every active agent, of some teams or all, with presence and capacity, by name."""
    # Without teams the statement does not speak of them: a plan that has to serve both would be made anew each time.
    members = " AND EXISTS (SELECT FROM team_members m WHERE m.agent_id = agents.id AND m.team_id = ANY(%(teams)s))"
    cursor = await tx.execute(
        f"SELECT {AGENT_COLUMNS}, {SEAT_COLUMNS}, {_EFFECTIVE} AS presence"
        " FROM agents LEFT JOIN agent_presence ON agent_presence.agent_id = agents.id"
        f" WHERE status = 'active'{members if team_ids is not None else ''} ORDER BY agents.name, agents.id",
        {"since": now - SILENCE_MAX, "teams": list(team_ids or ())},
    )
    return [
        Seat(agent_from_row(row), Presence(row["presence"]), row["capacity"], levels_of(row), row["skills"])
        for row in await cursor.fetchall()
    ]
