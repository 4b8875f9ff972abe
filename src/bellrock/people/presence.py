"""Presence: who is here now, and how many cases each takes."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from bellrock.core import Transaction
from bellrock.people.models import AGENT_COLUMNS, SEAT_COLUMNS, Presence, Seat, agent_from_row, levels_of

HEARTBEAT_SECONDS = 30
"""How often an open console tells that it is there."""

SILENCE_MAX = timedelta(seconds=90)
"""After this long without a heartbeat somebody counts as offline."""


async def set_presence(tx: Transaction, *, agent_id: UUID, presence: Presence, now: datetime) -> None:
    """Say whether an agent takes cases."""
    await tx.execute(
        "INSERT INTO agent_presence (agent_id, presence, heartbeat_at) VALUES (%s, %s, %s)"
        " ON CONFLICT (agent_id) DO UPDATE SET presence = excluded.presence, heartbeat_at = excluded.heartbeat_at",
        (agent_id, presence, now),
    )


async def heartbeat(tx: Transaction, *, agent_id: UUID, now: datetime) -> Presence:
    """Note that an agent's console is open and return their presence; whoever was silent comes back as online."""
    cursor = await tx.execute(
        "INSERT INTO agent_presence AS p (agent_id, presence, heartbeat_at) VALUES (%s, 'online', %s)"
        " ON CONFLICT (agent_id) DO UPDATE SET heartbeat_at = excluded.heartbeat_at, presence ="
        " CASE WHEN p.presence = 'offline' THEN 'online' ELSE p.presence END RETURNING presence",
        (agent_id, now),
    )
    row = await cursor.fetchone()
    assert row is not None
    return Presence(row["presence"])


async def roster(tx: Transaction, *, now: datetime, team_id: UUID | None = None) -> list[Seat]:
    """Return every active agent, of one team or all, with presence and capacity, by name."""
    cursor = await tx.execute(
        f"SELECT {AGENT_COLUMNS}, {SEAT_COLUMNS}, CASE WHEN heartbeat_at > %(since)s THEN presence ELSE 'offline' END"
        " AS presence FROM agents LEFT JOIN agent_presence ON agent_presence.agent_id = agents.id"
        " WHERE status = 'active' AND (%(team)s::uuid IS NULL OR EXISTS (SELECT FROM team_members m"
        " WHERE m.agent_id = agents.id AND m.team_id = %(team)s)) ORDER BY agents.name, agents.id",
        {"since": now - SILENCE_MAX, "team": team_id},
    )
    return [
        Seat(agent_from_row(row), Presence(row["presence"]), row["capacity"], levels_of(row), row["skills"])
        for row in await cursor.fetchall()
    ]
