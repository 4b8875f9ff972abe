"""Teams: who works on which queues, topics and languages."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.errors import ForeignKeyViolation

from bellrock import vault as vaults
from bellrock.core import SYSTEM, Actor, Invalid, NotFound, Transaction, new_id
from bellrock.core.slugs import free_slug
from bellrock.guard import GuardedText
from bellrock.people import giving
from bellrock.people.errors import DefaultTeam
from bellrock.people.models import Team

DEFAULT_TEAM = "general"
TEAMS_MAX = 200
NAME_CHARS_MAX = 80
_COLUMNS = "id, slug, name, queues, topics, languages, is_default, archived_at"
_KEY = re.compile(r"[a-z][a-z0-9_.-]{0,59}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?")


async def create_team(
    tx: Transaction,
    vault: vaults.Vault,
    *,
    slug: str,
    name: str,
    queues: Collection[str],
    by: Actor,
    now: datetime,
    topics: Collection[str] = (),
    languages: Collection[str] = (),
) -> Team:
    """Make a team that works on these queues of the taxonomy. The first of all takes what no other does."""
    first = await (await tx.execute("SELECT FROM teams WHERE is_default")).fetchone() is None
    team = Team(
        new_id(),
        slug,
        name,
        tuple(sorted(queues)),
        tuple(sorted(topics)),
        tuple(languages),
        is_default=first and slug == DEFAULT_TEAM,
    )
    await tx.execute(
        "INSERT INTO teams (id, slug, name, queues, topics, languages, is_default, created_at)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
        (team.id, slug, name, list(team.queues), list(team.topics), list(team.languages), team.is_default, now),
    )
    await _record(tx, vault, "people.team_created", team, by, now, slug=slug)
    return team


async def make_team(
    tx: Transaction,
    vault: vaults.Vault,
    *,
    name: GuardedText,
    queues: Collection[str],
    topics: Collection[str],
    languages: Collection[str],
    by: Actor,
    now: datetime,
) -> Team:
    """Make a team by the name that a lead typed. Raises Invalid, BeyondOwn."""
    await giving.must_lead(tx, by=by, team_id=None)
    title = _checked(name, queues, topics, languages)
    known = await teams(tx, archived=True)
    if len(known) >= TEAMS_MAX:
        raise Invalid
    slug = free_slug(title, otherwise="team", taken={team.slug for team in known})
    return await create_team(
        tx, vault, slug=slug, name=title, queues=queues, topics=topics, languages=languages, by=by, now=now
    )


async def change_team(
    tx: Transaction,
    vault: vaults.Vault,
    *,
    team_id: UUID,
    name: GuardedText,
    queues: Collection[str],
    topics: Collection[str],
    languages: Collection[str],
    by: Actor,
    now: datetime,
) -> None:
    """Give a team another name or other work; what it holds already stays with it. Raises Invalid, NotFound, BeyondOwn."""
    await giving.must_lead(tx, by=by, team_id=team_id)
    title = _checked(name, queues, topics, languages)
    cursor = await tx.execute(
        "UPDATE teams SET name = %s, queues = %s, topics = %s, languages = %s WHERE id = %s AND archived_at IS NULL"
        f" RETURNING {_COLUMNS}",
        (title, sorted(set(queues)), sorted(set(topics)), list(dict.fromkeys(languages)), team_id),
    )
    row = await cursor.fetchone()
    if row is None:
        raise NotFound
    await _record(tx, vault, "people.team_changed", _from_row(row), by, now)


async def set_default_team(tx: Transaction, vault: vaults.Vault, *, team_id: UUID, by: Actor, now: datetime) -> None:
    """Let this team take what no other does. Raises NotFound, BeyondOwn."""
    await giving.must_lead(tx, by=by, team_id=None)
    team_found = await team(tx, team_id=team_id)
    if team_found.archived_at is not None:
        raise NotFound
    await tx.execute("UPDATE teams SET is_default = FALSE WHERE is_default AND id <> %s", (team_id,))
    await tx.execute("UPDATE teams SET is_default = TRUE WHERE id = %s", (team_id,))
    await _record(tx, vault, "people.default_team_set", team_found, by, now)


async def archive_team(tx: Transaction, vault: vaults.Vault, *, team_id: UUID, by: Actor, now: datetime) -> None:
    """Put a team away: it takes nothing more and nobody is in it. Whoever calls has moved its open conversations.

    Raises NotFound, DefaultTeam, BeyondOwn.
    """
    await giving.must_lead(tx, by=by, team_id=None)
    cursor = await tx.execute(f"SELECT {_COLUMNS} FROM teams WHERE id = %s FOR UPDATE", (team_id,))
    row = await cursor.fetchone()
    if row is None or row["archived_at"] is not None:
        raise NotFound
    if row["is_default"]:
        raise DefaultTeam
    await tx.execute("UPDATE teams SET archived_at = %s WHERE id = %s", (now, team_id))
    await tx.execute("DELETE FROM team_members WHERE team_id = %s", (team_id,))
    await _record(tx, vault, "people.team_archived", _from_row(row), by, now)


async def restore_team(tx: Transaction, vault: vaults.Vault, *, team_id: UUID, by: Actor, now: datetime) -> None:
    """Take a team out again that was put away; it has no members yet. Raises NotFound, BeyondOwn."""
    await giving.must_lead(tx, by=by, team_id=None)
    cursor = await tx.execute(
        f"UPDATE teams SET archived_at = NULL WHERE id = %s AND archived_at IS NOT NULL RETURNING {_COLUMNS}",
        (team_id,),
    )
    row = await cursor.fetchone()
    if row is None:
        raise NotFound
    await _record(tx, vault, "people.team_restored", _from_row(row), by, now)


async def set_members(
    tx: Transaction, vault: vaults.Vault, *, team_id: UUID, agent_ids: Collection[UUID], by: Actor, now: datetime
) -> None:
    """Let exactly these people be in a team. Raises Invalid for somebody who is not here, NotFound, BeyondOwn."""
    await giving.must_lead(tx, by=by, team_id=team_id)
    found = await team(tx, team_id=team_id)
    if found.archived_at is not None:
        raise NotFound
    cursor = await tx.execute("SELECT agent_id FROM team_members WHERE team_id = %s FOR UPDATE", (team_id,))
    before = {row["agent_id"] for row in await cursor.fetchall()}
    wanted = set(agent_ids)
    for agent_id in sorted(wanted - before):
        await giving.must_fill(tx, by=by, team_ids=[team_id], with_id=agent_id)
    live = await tx.execute(
        "SELECT count(*) AS count FROM agents WHERE id = ANY(%s) AND status <> 'closed'", (list(wanted),)
    )
    row = await live.fetchone()
    if row is None or row["count"] != len(wanted):
        raise Invalid
    await tx.execute("DELETE FROM team_members WHERE team_id = %s AND agent_id <> ALL(%s)", (team_id, list(wanted)))
    await tx.execute(
        "INSERT INTO team_members (team_id, agent_id) SELECT %s, unnest(%s::uuid[]) ON CONFLICT DO NOTHING",
        (team_id, list(wanted)),
    )
    members = sorted(str(agent_id) for agent_id in wanted)
    await vaults.record(
        tx, vault, kind="people.members_set", at=now, actor=by, data={"team": str(team_id), "agents": members}
    )


async def teams(tx: Transaction, *, archived: bool = False) -> list[Team]:
    """Return all teams by name; those put away only where they are asked for."""
    cursor = await tx.execute(
        f"SELECT {_COLUMNS} FROM teams WHERE archived_at IS NULL OR %s ORDER BY archived_at IS NOT NULL, name",
        (archived,),
    )
    return [_from_row(row) for row in await cursor.fetchall()]


async def team(tx: Transaction, *, team_id: UUID) -> Team:
    """Return one team, also one put away. Raises NotFound."""
    row = await (await tx.execute(f"SELECT {_COLUMNS} FROM teams WHERE id = %s", (team_id,))).fetchone()
    if row is None:
        raise NotFound
    return _from_row(row)


async def team_for_queue(tx: Transaction, *, queue: str, topic: str | None = None, language: str | None = None) -> Team:
    """Return the team for a case: one that takes its topic, else its queue, else the default one.

    Of several, one that names the language goes before one that takes all; a team of other languages takes nothing.
    Raises NotFound when there is no team.
    """
    cursor = await tx.execute(
        f"SELECT {_COLUMNS} FROM teams WHERE archived_at IS NULL AND (is_default OR ("
        "  (queues @> ARRAY[%(queue)s] OR topics @> ARRAY[%(topic)s])"
        "  AND (%(language)s::text IS NULL OR languages = '{}' OR languages @> ARRAY[%(language)s])))"
        " ORDER BY (topics @> ARRAY[%(topic)s]) DESC, (queues @> ARRAY[%(queue)s]) DESC,"
        "  (languages @> ARRAY[%(language)s]) DESC, slug LIMIT 1",
        {"queue": queue, "topic": topic or "", "language": language},
    )
    row = await cursor.fetchone()
    if row is None:
        raise NotFound
    return _from_row(row)


async def default_team_id(tx: Transaction) -> UUID:
    """Return the id of the team that takes what no other does. Raises NotFound before one was made."""
    row = await (await tx.execute("SELECT id FROM teams WHERE is_default")).fetchone()
    if row is None:
        raise NotFound
    return UUID(str(row["id"]))


async def set_teams(
    tx: Transaction, vault: vaults.Vault, *, agent_id: UUID, team_ids: Collection[UUID], by: Actor, now: datetime
) -> None:
    """Put an agent into exactly these teams. Raises Invalid for a team that does not exist, BeyondOwn."""
    wanted = sorted(set(team_ids))
    if by != SYSTEM:
        cursor = await tx.execute("SELECT team_id FROM team_members WHERE agent_id = %s", (agent_id,))
        new = set(wanted) - {row["team_id"] for row in await cursor.fetchall()}
        await giving.must_fill(tx, by=by, team_ids=new, with_id=agent_id)
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


def _checked(name: GuardedText, queues: Collection[str], topics: Collection[str], languages: Collection[str]) -> str:
    title = " ".join(name.text.split())
    if not 1 <= len(title) <= NAME_CHARS_MAX or not title.isprintable():
        raise Invalid
    if len(queues) + len(topics) + len(languages) > 300:
        raise Invalid
    if not all(_KEY.fullmatch(key) for key in (*queues, *topics)):
        raise Invalid
    if not all(_LANGUAGE.fullmatch(language) for language in languages):
        raise Invalid
    return title


def _from_row(row: dict[str, Any]) -> Team:
    return Team(
        row["id"],
        row["slug"],
        row["name"],
        tuple(row["queues"]),
        tuple(row["topics"]),
        tuple(row["languages"]),
        row["is_default"],
        row["archived_at"],
    )


async def _record(
    tx: Transaction, vault: vaults.Vault, kind: str, team: Team, by: Actor, now: datetime, **more: str
) -> None:
    await vaults.record(
        tx,
        vault,
        kind=kind,
        at=now,
        actor=by,
        data={
            "team": str(team.id),
            "queues": list(team.queues),
            "topics": list(team.topics),
            "languages": list(team.languages),
            **more,
        },
        words={"name": team.name},
    )
