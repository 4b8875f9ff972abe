"""Agents: invited, joined, given roles, and sent away. Every change is a fact."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from bellrock import vault as vaults
from bellrock.core import Actor, Invalid, NotFound, Transaction, new_id
from bellrock.people import giving, links, sessions
from bellrock.people.errors import EmailTaken
from bellrock.people.models import (
    AGENT_COLUMNS,
    SEAT_COLUMNS,
    Agent,
    AgentRow,
    AgentStatus,
    Level,
    Presence,
    agent_from_row,
    levels_of,
)
from bellrock.people.permissions import Permission
from bellrock.people.presence import SILENCE_MAX
from bellrock.people.teams import set_teams

INVITATION_LIFETIME = timedelta(days=3)
_EMAIL = re.compile(r"[^\s@<>\"',;:]+@[^\s@<>\"',;:]+\.[^\s@<>\"',;:]+")
_SKILL = re.compile(r"[a-z][a-z0-9_.-]{0,59}")
SKILLS_MAX = 100
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?")


async def invite_agent(
    tx: Transaction,
    vault: vaults.Vault,
    *,
    name: str,
    email: str,
    roles: Collection[str],
    team_ids: Collection[UUID],
    languages: Collection[str],
    by: Actor,
    now: datetime,
    locale: str = "en",
) -> tuple[UUID, str]:
    """Make an invited agent and return their id and the secret of their link, which works once within three days.

    Raises Invalid, EmailTaken, BeyondOwn.
    """
    name, email = " ".join(name.split()), email.strip()
    if not 1 <= len(name) <= 80 or not name.isprintable() or len(email) > 254 or not _EMAIL.fullmatch(email):
        raise Invalid
    if not roles or not languages or not all(_LANGUAGE.fullmatch(language) for language in languages):
        raise Invalid
    await giving.must_give(tx, by=by, roles=roles, to=None)
    agent_id = new_id()
    await vault.create_subject(tx, vaults.HOUSE_SUBJECT)
    await vault.create_subject(tx, agent_id)
    cursor = await tx.execute(
        "INSERT INTO agents (id, name, email_fingerprint, email, status, roles, languages, locale, created_at)"
        " VALUES (%s, %s, %s, %s, 'invited', %s, %s, %s, %s) ON CONFLICT (email_fingerprint) DO NOTHING",
        (
            agent_id,
            name,
            vault.fingerprint("email", email),
            await vault.seal_bytes(tx, object_id=agent_id, subject_id=agent_id, purpose="email", data=email.encode()),
            sorted(set(roles)),
            list(dict.fromkeys(languages)),
            locale,
            now,
        ),
    )
    if cursor.rowcount != 1:
        raise EmailTaken
    await _record(tx, vault, "people.agent_invited", agent_id, by, now, {"roles": sorted(set(roles))})
    if team_ids:
        await set_teams(tx, vault, agent_id=agent_id, team_ids=team_ids, by=by, now=now)
    return agent_id, await links.make_link(
        tx, agent_id=agent_id, purpose="invitation", expires_at=now + INVITATION_LIFETIME
    )


async def renew_invitation(tx: Transaction, vault: vaults.Vault, *, agent_id: UUID, by: Actor, now: datetime) -> str:
    """Return a new link for somebody who has not joined yet; the old one stops working. Raises NotFound, BeyondOwn."""
    await giving.must_manage(tx, by=by, agent_id=agent_id)
    cursor = await tx.execute("SELECT FROM agents WHERE id = %s AND status = 'invited' FOR UPDATE", (agent_id,))
    if await cursor.fetchone() is None:
        raise NotFound
    await _record(tx, vault, "people.agent_invited", agent_id, by, now, {})
    return await links.make_link(tx, agent_id=agent_id, purpose="invitation", expires_at=now + INVITATION_LIFETIME)


async def change_agent(
    tx: Transaction,
    vault: vaults.Vault,
    *,
    agent_id: UUID,
    roles: Collection[str],
    team_ids: Collection[UUID],
    languages: Mapping[str, str] | Collection[str],
    capacity: int,
    by: Actor,
    now: datetime,
    skills: Mapping[str, int] | None = None,
) -> None:
    """Give an agent these roles, teams, languages (by level, where known), skills and limit; only what differs changes.

    Raises Invalid, NotFound, LastAdmin, BeyondOwn.
    """
    await giving.must_manage(tx, by=by, agent_id=agent_id)
    cursor = await tx.execute(
        f"SELECT {AGENT_COLUMNS}, {SEAT_COLUMNS} FROM agents WHERE id = %s AND status <> 'closed' FOR UPDATE",
        (agent_id,),
    )
    row = await cursor.fetchone()
    if row is None:
        raise NotFound
    known = agent_from_row(row)
    if frozenset(roles) != known.roles:
        await set_roles(tx, vault, agent_id=agent_id, roles=roles, by=by, now=now)
    if frozenset(team_ids) != known.team_ids:
        await set_teams(tx, vault, agent_id=agent_id, team_ids=team_ids, by=by, now=now)
    levels = levels_of(row)
    spoken = languages if isinstance(languages, Mapping) else {one: levels.get(one, Level.FLUENT) for one in languages}
    if dict(spoken) != levels:
        await set_languages(tx, vault, agent_id=agent_id, languages=spoken, by=by, now=now)
    if skills is not None and dict(skills) != row["skills"]:
        await set_skills(tx, vault, agent_id=agent_id, skills=skills, by=by, now=now)
    if capacity != row["capacity"]:
        await set_capacity(tx, vault, agent_id=agent_id, capacity=capacity, by=by, now=now)


async def set_roles(
    tx: Transaction, vault: vaults.Vault, *, agent_id: UUID, roles: Collection[str], by: Actor, now: datetime
) -> None:
    """Give an agent exactly these roles. Raises Invalid, NotFound, LastAdmin, BeyondOwn."""
    if not roles:
        raise Invalid
    await giving.must_manage(tx, by=by, agent_id=agent_id)
    await giving.must_give(tx, by=by, roles=roles, to=agent_id)
    async with giving.keeping_an_administrator(tx):
        cursor = await tx.execute(
            "UPDATE agents SET roles = %s WHERE id = %s AND status <> 'closed'", (sorted(set(roles)), agent_id)
        )
    if cursor.rowcount != 1:
        raise NotFound
    await _record(tx, vault, "people.roles_changed", agent_id, by, now, {"roles": sorted(set(roles))})


async def set_languages(
    tx: Transaction,
    vault: vaults.Vault,
    *,
    agent_id: UUID,
    languages: Mapping[str, str] | Collection[str],
    by: Actor,
    now: datetime,
) -> None:
    """Say which languages an agent answers in, and how well; `fluent` where no level is said. Raises Invalid, NotFound."""
    spoken = list(dict.fromkeys(languages))
    if not spoken or not all(_LANGUAGE.fullmatch(language) for language in spoken):
        raise Invalid
    levels = dict(languages) if isinstance(languages, Mapping) else dict.fromkeys(spoken, Level.FLUENT.value)
    if not set(levels.values()) <= set(Level):
        raise Invalid
    cursor = await tx.execute(
        "UPDATE agents SET languages = %s, language_levels = %s WHERE id = %s", (spoken, Jsonb(levels), agent_id)
    )
    if cursor.rowcount != 1:
        raise NotFound
    data = {"languages": spoken, "levels": {language: str(level) for language, level in levels.items()}}
    await _record(tx, vault, "people.languages_changed", agent_id, by, now, data)


async def set_skills(
    tx: Transaction, vault: vaults.Vault, *, agent_id: UUID, skills: Mapping[str, int], by: Actor, now: datetime
) -> None:
    """Say what an agent knows well: 1 to 5 by topic or queue of the taxonomy. Raises Invalid, NotFound."""
    if len(skills) > SKILLS_MAX or not all(
        _SKILL.fullmatch(name) and 1 <= level <= 5 for name, level in skills.items()
    ):
        raise Invalid
    cursor = await tx.execute("UPDATE agents SET skills = %s WHERE id = %s", (Jsonb(dict(skills)), agent_id))
    if cursor.rowcount != 1:
        raise NotFound
    await _record(tx, vault, "people.skills_changed", agent_id, by, now, {"skills": dict(skills)})


async def set_capacity(
    tx: Transaction, vault: vaults.Vault, *, agent_id: UUID, capacity: int, by: Actor, now: datetime
) -> None:
    """Say how many cases an agent takes at once, 0 to 50. Raises Invalid, NotFound."""
    if not 0 <= capacity <= 50:
        raise Invalid
    cursor = await tx.execute("UPDATE agents SET capacity = %s WHERE id = %s", (capacity, agent_id))
    if cursor.rowcount != 1:
        raise NotFound
    await _record(tx, vault, "people.capacity_changed", agent_id, by, now, {"capacity": capacity})


async def close_agent(tx: Transaction, vault: vaults.Vault, *, agent_id: UUID, by: Actor, now: datetime) -> None:
    """Send an agent away: no sign-in, no sessions, no links. Raises NotFound, LastAdmin, BeyondOwn."""
    await giving.must_manage(tx, by=by, agent_id=agent_id)
    async with giving.keeping_an_administrator(tx):
        cursor = await tx.execute(
            "UPDATE agents SET status = 'closed' WHERE id = %s AND status <> 'closed'", (agent_id,)
        )
    if cursor.rowcount != 1:
        raise NotFound
    await tx.execute("UPDATE agent_links SET used_at = %s WHERE agent_id = %s AND used_at IS NULL", (now, agent_id))
    await _record(tx, vault, "people.agent_closed", agent_id, by, now, {})
    await sessions.end_sessions(tx, vault, agent_id=agent_id, by=by, now=now)


async def agent(tx: Transaction, agent_id: UUID) -> Agent:
    """Return an agent by id, also one who left. Raises NotFound."""
    row = await (await tx.execute(f"SELECT {AGENT_COLUMNS} FROM agents WHERE id = %s", (agent_id,))).fetchone()
    if row is None:
        raise NotFound
    return agent_from_row(row)


async def active_agent(tx: Transaction, agent_id: UUID) -> Agent | None:
    """Return an agent as they stand in this moment, None for somebody who has not joined yet or has left."""
    cursor = await tx.execute(f"SELECT {AGENT_COLUMNS} FROM agents WHERE id = %s AND status = 'active'", (agent_id,))
    row = await cursor.fetchone()
    return agent_from_row(row) if row else None


async def who_may(tx: Transaction, permission: Permission) -> frozenset[UUID]:
    """Return the active agents who hold a permission in this moment, wherever it reaches."""
    cursor = await tx.execute(f"SELECT {AGENT_COLUMNS} FROM agents WHERE status = 'active'")
    found = [agent_from_row(row) for row in await cursor.fetchall()]
    return frozenset(each.id for each in found if each.may(permission))


async def agent_by_email(tx: Transaction, vault: vaults.Vault, *, email: str) -> Agent | None:
    """Return the active agent with this e-mail."""
    cursor = await tx.execute(
        f"SELECT {AGENT_COLUMNS} FROM agents WHERE email_fingerprint = %s AND status = 'active'",
        (vault.fingerprint("email", email[:254]),),
    )
    row = await cursor.fetchone()
    return agent_from_row(row) if row else None


async def agent_names(tx: Transaction, ids: Collection[UUID]) -> dict[UUID, str]:
    """Return the names by which colleagues and customers know agents."""
    cursor = await tx.execute("SELECT id, name FROM agents WHERE id = ANY(%s)", (list(ids),))
    return {row["id"]: row["name"] for row in await cursor.fetchall()}


async def call_names(tx: Transaction) -> tuple[dict[UUID, str], dict[UUID, str]]:
    """Return how active colleagues, and how teams in their order, are called: what every page of the console says."""
    cursor = await tx.execute(
        "SELECT id, name, FALSE AS is_team FROM agents WHERE status = 'active'"
        " UNION ALL SELECT id, name, TRUE FROM teams WHERE archived_at IS NULL ORDER BY is_team, name"
    )
    rows = await cursor.fetchall()
    colleagues, teams = ({row["id"]: row["name"] for row in rows if row["is_team"] is which} for which in (False, True))
    return colleagues, teams


async def directory(
    tx: Transaction, vault: vaults.Vault, *, now: datetime, agent_id: UUID | None = None
) -> list[AgentRow]:
    """Return agents for the page of people, those who left last; one alone where `agent_id` is given."""
    cursor = await tx.execute(
        f"SELECT {AGENT_COLUMNS}, {SEAT_COLUMNS}, email, status, created_at, enrolled_at IS NOT NULL AS enrolled,"
        " CASE WHEN heartbeat_at > %(since)s THEN presence ELSE 'offline' END AS presence"
        " FROM agents LEFT JOIN agent_presence ON agent_presence.agent_id = agents.id"
        " WHERE %(id)s::uuid IS NULL OR agents.id = %(id)s"
        " ORDER BY status = 'closed', agents.name, agents.id LIMIT 1000",
        {"since": now - SILENCE_MAX, "id": agent_id},
    )
    rows = await cursor.fetchall()
    await vault.subjects.load(tx, ((row["id"], vaults.CASE) for row in rows))
    return [
        AgentRow(
            agent=agent_from_row(row),
            email=await links.open_email(tx, vault, row),
            status=AgentStatus(row["status"]),
            enrolled=row["enrolled"],
            capacity=row["capacity"],
            presence=Presence(row["presence"]),
            created_at=row["created_at"],
            levels=levels_of(row),
            skills=row["skills"],
        )
        for row in rows
    ]


async def has_agents(tx: Transaction) -> bool:
    """Return whether anybody was ever invited."""
    return await (await tx.execute("SELECT FROM agents LIMIT 1")).fetchone() is not None


async def _record(
    tx: Transaction,
    vault: vaults.Vault,
    kind: str,
    agent_id: UUID,
    by: Actor,
    now: datetime,
    data: dict[str, Any],
) -> None:
    await vaults.record(tx, vault, kind=kind, at=now, actor=by, data={"agent": str(agent_id), **data})
