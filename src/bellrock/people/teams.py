"""Teams: who works on which queue."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.errors import ForeignKeyViolation

from bellrock import vault as vaults
from bellrock.core import Actor, Invalid, NotFound, Transaction, new_id
from bellrock.people.models import Team

DEFAULT_TEAM = "general"
_COLUMNS = "id, slug, name, queues"


async def create_team(
    tx: Transaction, vault: vaults.Vault, *, slug: str, name: str, queues: Collection[str], by: Actor, now: datetime
) -> Team:
    """Make a team that works on these queues of the taxonomy."""
    team = Team(new_id(), slug, name, tuple(sorted(queues)))
    await tx.execute(
        "INSERT INTO teams (id, slug, name, queues, created_at) VALUES (%s, %s, %s, %s, %s)",
        (team.id, slug, name, list(team.queues), now),
    )
    await vaults.record(
        tx,
        vault,
        kind="people.team_created",
        at=now,
        actor=by,
        data={"team": str(team.id), "slug": slug, "queues": list(team.queues)},
    )
    return team


async def teams(tx: Transaction) -> list[Team]:
    """Return all teams by name."""
    cursor = await tx.execute(f"SELECT {_COLUMNS} FROM teams ORDER BY name")
    return [_from_row(row) for row in await cursor.fetchall()]


async def team_for_queue(tx: Transaction, *, queue: str) -> Team:
    """Return the team that works on a queue; the general one when none does. Raises NotFound when there is no team."""
    cursor = await tx.execute(
        f"SELECT {_COLUMNS} FROM teams WHERE queues @> ARRAY[%s] OR slug = %s"
        " ORDER BY (queues @> ARRAY[%s]) DESC, slug LIMIT 1",
        (queue, DEFAULT_TEAM, queue),
    )
    row = await cursor.fetchone()
    if row is None:
        raise NotFound
    return _from_row(row)


async def default_team_id(tx: Transaction) -> UUID:
    """Return the id of the general team. Raises NotFound before one was made."""
    row = await (await tx.execute("SELECT id FROM teams WHERE slug = %s", (DEFAULT_TEAM,))).fetchone()
    if row is None:
        raise NotFound
    return UUID(str(row["id"]))


async def set_teams(
    tx: Transaction, vault: vaults.Vault, *, agent_id: UUID, team_ids: Collection[UUID], by: Actor, now: datetime
) -> None:
    """Put an agent into exactly these teams. Raises Invalid for a team that does not exist."""
    wanted = sorted(set(team_ids))
    await tx.execute("DELETE FROM team_members WHERE agent_id = %s AND team_id <> ALL(%s)", (agent_id, wanted))
    try:
        await tx.execute(
            "INSERT INTO team_members (team_id, agent_id) SELECT unnest(%s::uuid[]), %s ON CONFLICT DO NOTHING",
            (wanted, agent_id),
        )
    except ForeignKeyViolation as error:
        raise Invalid from error
    await vaults.record(
        tx,
        vault,
        kind="people.teams_changed",
        at=now,
        actor=by,
        data={"agent": str(agent_id), "teams": [str(team_id) for team_id in wanted]},
    )


def _from_row(row: dict[str, Any]) -> Team:
    return Team(row["id"], row["slug"], row["name"], tuple(row["queues"]))
