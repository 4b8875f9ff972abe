"""Agents: invited, joined, given roles, and sent away. Every change is a fact."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from bellrock import vault as vaults
from bellrock.core import Actor, Invalid, NotFound, Transaction, new_id
from bellrock.people import sessions
from bellrock.people.errors import EmailTaken, LastAdmin, LinkRefused
from bellrock.people.models import (
    AGENT_COLUMNS,
    Agent,
    AgentRow,
    AgentStatus,
    Presence,
    agent_from_row,
)
from bellrock.people.permissions import Role
from bellrock.people.presence import SILENCE_MAX
from bellrock.people.teams import set_teams
from bellrock.people.tokens import new_secret, secret_hash

Purpose = Literal["invitation", "reset"]
INVITATION_LIFETIME = timedelta(days=3)
RESET_LIFETIME = timedelta(minutes=30)
_EMAIL = re.compile(r"[^\s@<>\"',;:]+@[^\s@<>\"',;:]+\.[^\s@<>\"',;:]+")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?")


@dataclass(frozen=True, slots=True)
class LinkHolder:
    """Whose link somebody opened."""

    agent_id: UUID
    name: str
    email: str
    purpose: Purpose


async def invite_agent(
    tx: Transaction,
    vault: vaults.Vault,
    *,
    name: str,
    email: str,
    roles: Collection[Role],
    team_ids: Collection[UUID],
    languages: Collection[str],
    by: Actor,
    now: datetime,
    locale: str = "en",
) -> tuple[UUID, str]:
    """Make an invited agent and return their id and the secret of their link, which works once within three days.

    Raises Invalid, EmailTaken.
    """
    name, email = " ".join(name.split()), email.strip()
    if not 1 <= len(name) <= 80 or not name.isprintable() or len(email) > 254 or not _EMAIL.fullmatch(email):
        raise Invalid
    if not roles or not languages or not all(_LANGUAGE.fullmatch(language) for language in languages):
        raise Invalid
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
    return agent_id, await _make_link(tx, agent_id=agent_id, purpose="invitation", expires_at=now + INVITATION_LIFETIME)


async def renew_invitation(tx: Transaction, vault: vaults.Vault, *, agent_id: UUID, by: Actor, now: datetime) -> str:
    """Return a new link for somebody who has not joined yet; the old one stops working. Raises NotFound."""
    cursor = await tx.execute("SELECT FROM agents WHERE id = %s AND status = 'invited' FOR UPDATE", (agent_id,))
    if await cursor.fetchone() is None:
        raise NotFound
    await _record(tx, vault, "people.agent_invited", agent_id, by, now, {})
    return await _make_link(tx, agent_id=agent_id, purpose="invitation", expires_at=now + INVITATION_LIFETIME)


async def ask_reset(
    tx: Transaction, vault: vaults.Vault, *, email: str, now: datetime
) -> tuple[LinkHolder, str] | None:
    """Return whose password may be reset and the secret of the link to mail, or None when nobody has this e-mail.

    The caller says the same to everybody, and mails after it has answered.
    """
    cursor = await tx.execute(
        "SELECT id, name, email FROM agents WHERE email_fingerprint = %s AND status = 'active'",
        (vault.fingerprint("email", email[:254]),),
    )
    row = await cursor.fetchone()
    if row is None:
        return None
    await _record(tx, vault, "people.reset_asked", row["id"], Actor("agent", row["id"]), now, {})
    secret = await _make_link(tx, agent_id=row["id"], purpose="reset", expires_at=now + RESET_LIFETIME)
    return LinkHolder(row["id"], row["name"], await _open_email(tx, vault, row), "reset"), secret


async def link_holder(tx: Transaction, vault: vaults.Vault, *, secret: str, now: datetime) -> LinkHolder:
    """Return whose link this is, without using it. Raises LinkRefused."""
    cursor = await tx.execute(
        "SELECT agents.id, agents.name, agents.email, purpose FROM agent_links JOIN agents ON agents.id = agent_id"
        " WHERE hash = %s AND used_at IS NULL AND expires_at > %s AND status <> 'closed'",
        (secret_hash(secret), now),
    )
    row = await cursor.fetchone()
    if row is None:
        raise LinkRefused
    return LinkHolder(row["id"], row["name"], await _open_email(tx, vault, row), row["purpose"])


async def set_password(tx: Transaction, vault: vaults.Vault, *, secret: str, password_hash: str, now: datetime) -> UUID:
    """Use up a link and store the hash of the password chosen on its page; return whose it is. Raises LinkRefused.

    A reset ends every session; the authenticator stays and is asked as before.
    """
    cursor = await tx.execute(
        "UPDATE agent_links SET used_at = %(now)s FROM agents WHERE hash = %(hash)s AND used_at IS NULL"
        " AND expires_at > %(now)s AND agents.id = agent_id AND status <> 'closed' RETURNING agent_id, purpose",
        {"hash": secret_hash(secret), "now": now},
    )
    row = await cursor.fetchone()
    if row is None:
        raise LinkRefused
    agent_id: UUID = row["agent_id"]
    await tx.execute("UPDATE agents SET password_hash = %s, status = 'active' WHERE id = %s", (password_hash, agent_id))
    await tx.execute("UPDATE agent_links SET used_at = %s WHERE agent_id = %s AND used_at IS NULL", (now, agent_id))
    actor = Actor("agent", agent_id)
    kind = "people.agent_joined" if row["purpose"] == "invitation" else "people.password_changed"
    await _record(tx, vault, kind, agent_id, actor, now, {})
    await sessions.end_sessions(tx, vault, agent_id=agent_id, by=actor, now=now)
    return agent_id


async def change_password(
    tx: Transaction, vault: vaults.Vault, *, agent_id: UUID, password_hash: str, keep_session: UUID, now: datetime
) -> None:
    """Store the hash of a new password, and end every other session."""
    await tx.execute("UPDATE agents SET password_hash = %s WHERE id = %s", (password_hash, agent_id))
    actor = Actor("agent", agent_id)
    await _record(tx, vault, "people.password_changed", agent_id, actor, now, {})
    await sessions.end_sessions(tx, vault, agent_id=agent_id, by=actor, now=now, except_id=keep_session)


async def change_agent(
    tx: Transaction,
    vault: vaults.Vault,
    *,
    agent_id: UUID,
    roles: Collection[Role],
    team_ids: Collection[UUID],
    languages: Collection[str],
    capacity: int,
    by: Actor,
    now: datetime,
) -> None:
    """Give an agent these roles, teams, languages and limit; only what differs is a change.

    Raises Invalid, NotFound, LastAdmin.
    """
    cursor = await tx.execute(
        f"SELECT {AGENT_COLUMNS}, capacity FROM agents WHERE id = %s AND status <> 'closed' FOR UPDATE", (agent_id,)
    )
    row = await cursor.fetchone()
    if row is None:
        raise NotFound
    known = agent_from_row(row)
    if frozenset(roles) != known.roles:
        await set_roles(tx, vault, agent_id=agent_id, roles=roles, by=by, now=now)
    if frozenset(team_ids) != known.team_ids:
        await set_teams(tx, vault, agent_id=agent_id, team_ids=team_ids, by=by, now=now)
    if set(languages) != set(known.languages):
        await set_languages(tx, vault, agent_id=agent_id, languages=languages, by=by, now=now)
    if capacity != row["capacity"]:
        await set_capacity(tx, vault, agent_id=agent_id, capacity=capacity, by=by, now=now)


async def set_roles(
    tx: Transaction, vault: vaults.Vault, *, agent_id: UUID, roles: Collection[Role], by: Actor, now: datetime
) -> None:
    """Give an agent exactly these roles. Raises Invalid, NotFound, LastAdmin."""
    if not roles:
        raise Invalid
    if Role.ADMIN not in roles:
        await _keep_an_admin(tx, agent_id)
    cursor = await tx.execute(
        "UPDATE agents SET roles = %s WHERE id = %s AND status <> 'closed'", (sorted(set(roles)), agent_id)
    )
    if cursor.rowcount != 1:
        raise NotFound
    await _record(tx, vault, "people.roles_changed", agent_id, by, now, {"roles": sorted(set(roles))})


async def set_languages(
    tx: Transaction, vault: vaults.Vault, *, agent_id: UUID, languages: Collection[str], by: Actor, now: datetime
) -> None:
    """Say which languages an agent answers in. Raises Invalid, NotFound."""
    spoken = list(dict.fromkeys(languages))
    if not spoken or not all(_LANGUAGE.fullmatch(language) for language in spoken):
        raise Invalid
    cursor = await tx.execute("UPDATE agents SET languages = %s WHERE id = %s", (spoken, agent_id))
    if cursor.rowcount != 1:
        raise NotFound
    await _record(tx, vault, "people.languages_changed", agent_id, by, now, {"languages": spoken})


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
    """Send an agent away: no sign-in, no sessions, no links. Raises NotFound, LastAdmin."""
    await _keep_an_admin(tx, agent_id)
    cursor = await tx.execute("UPDATE agents SET status = 'closed' WHERE id = %s AND status <> 'closed'", (agent_id,))
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


async def directory(
    tx: Transaction, vault: vaults.Vault, *, now: datetime, agent_id: UUID | None = None
) -> list[AgentRow]:
    """Return agents for the page of people, those who left last; one alone where `agent_id` is given."""
    cursor = await tx.execute(
        f"SELECT {AGENT_COLUMNS}, email, status, capacity, created_at, enrolled_at IS NOT NULL AS enrolled,"
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
            email=await _open_email(tx, vault, row),
            status=AgentStatus(row["status"]),
            enrolled=row["enrolled"],
            capacity=row["capacity"],
            presence=Presence(row["presence"]),
            created_at=row["created_at"],
        )
        for row in rows
    ]


async def has_agents(tx: Transaction) -> bool:
    """Return whether anybody was ever invited."""
    return await (await tx.execute("SELECT FROM agents LIMIT 1")).fetchone() is not None


async def _keep_an_admin(tx: Transaction, agent_id: UUID) -> None:
    cursor = await tx.execute("SELECT id FROM agents WHERE status = 'active' AND 'admin' = ANY(roles) FOR UPDATE")
    admins = {row["id"] for row in await cursor.fetchall()}
    if admins == {agent_id}:
        raise LastAdmin


async def _make_link(tx: Transaction, *, agent_id: UUID, purpose: Purpose, expires_at: datetime) -> str:
    await tx.execute("DELETE FROM agent_links WHERE agent_id = %s AND purpose = %s", (agent_id, purpose))
    secret = new_secret()
    await tx.execute(
        "INSERT INTO agent_links (hash, agent_id, purpose, expires_at) VALUES (%s, %s, %s, %s)",
        (secret_hash(secret), agent_id, purpose, expires_at),
    )
    return secret


async def _open_email(tx: Transaction, vault: vaults.Vault, row: dict[str, Any]) -> str:
    data = await vault.open_bytes(tx, object_id=row["id"], subject_id=row["id"], purpose="email", sealed=row["email"])
    return data.decode()


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
