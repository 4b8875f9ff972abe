"""Links that let somebody in: an invitation, a new password. Each works once, for a while."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from bellrock import vault as vaults
from bellrock.core import Actor, Transaction
from bellrock.people import sessions
from bellrock.people.errors import LinkRefused
from bellrock.people.tokens import new_secret, secret_hash

Purpose = Literal["invitation", "reset"]
RESET_LIFETIME = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class LinkHolder:
    """Whose link somebody opened."""

    agent_id: UUID
    name: str
    email: str
    purpose: Purpose


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
    secret = await make_link(tx, agent_id=row["id"], purpose="reset", expires_at=now + RESET_LIFETIME)
    return LinkHolder(row["id"], row["name"], await open_email(tx, vault, row), "reset"), secret


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
    return LinkHolder(row["id"], row["name"], await open_email(tx, vault, row), row["purpose"])


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


async def make_link(tx: Transaction, *, agent_id: UUID, purpose: Purpose, expires_at: datetime) -> str:
    """Make a link, the older one of its purpose stops working; return its secret."""
    await tx.execute("DELETE FROM agent_links WHERE agent_id = %s AND purpose = %s", (agent_id, purpose))
    secret = new_secret()
    await tx.execute(
        "INSERT INTO agent_links (hash, agent_id, purpose, expires_at) VALUES (%s, %s, %s, %s)",
        (secret_hash(secret), agent_id, purpose, expires_at),
    )
    return secret


async def open_email(tx: Transaction, vault: vaults.Vault, row: dict[str, Any]) -> str:
    """Return the e-mail address of a row with `id` and `email`."""
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
