"""Sessions of agents: a cookie's hash, where it was opened, and when it ends."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from bellrock import vault as vaults
from bellrock.core import Actor, NotFound, Transaction, new_id
from bellrock.people.models import AGENT_COLUMNS, Agent, agent_from_row
from bellrock.people.tokens import new_secret, secret_hash

Stage = Literal["code", "enrol", "open"]
"""`code`: the password was right, the code is asked; `enrol`: an authenticator must be set up; `open`: signed in."""

IDLE_MAX = timedelta(hours=1)
LIFETIME_MAX = timedelta(hours=12)
HALF_OPEN_MAX = timedelta(minutes=10)
SEEN_EVERY = timedelta(minutes=1)

_BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iOS"),
    ("iPad", "iPadOS"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


@dataclass(frozen=True, slots=True)
class Device:
    """Where somebody signs in from, coarsely: `Firefox, Linux` and a network, never a full address."""

    device: str
    network: str


@dataclass(frozen=True, slots=True)
class Session:
    """A session as a request finds it."""

    id: UUID
    agent: Agent
    stage: Stage
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A session as its owner lists it."""

    id: UUID
    device: str
    network: str
    started_at: datetime
    seen_at: datetime


def device_of(user_agent: str, address: str) -> Device:
    """Return a coarse device of a User-Agent header and an address: /24 of IPv4, /48 of IPv6."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    label = ", ".join(part for part in (browser, system) if part)
    if not label:
        label = re.sub(r"[^A-Za-z0-9 ._-]", "", user_agent.split("/")[0])[:40]
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return Device(label, "")
    bits = 24 if parsed.version == 4 else 48
    return Device(label, str(ipaddress.ip_network((parsed, bits), strict=False)))


async def open_session(
    tx: Transaction, *, agent_id: UUID, stage: Stage, device: Device, now: datetime
) -> tuple[UUID, str]:
    """Open a session and return its id and the cookie's token; only the token's hash is kept."""
    session_id, token = new_id(), new_secret()
    lifetime = LIFETIME_MAX if stage == "open" else HALF_OPEN_MAX
    await tx.execute(
        "INSERT INTO agent_sessions (id, hash, agent_id, stage, device, network, started_at, seen_at, expires_at)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (
            session_id,
            secret_hash(token),
            agent_id,
            stage,
            device.device[:80],
            device.network[:49],
            now,
            now,
            now + lifetime,
        ),
    )
    return session_id, token


async def session(tx: Transaction, *, token: str, now: datetime) -> Session | None:
    """Return the live session of a cookie, or None; note once a minute that it was seen."""
    cursor = await tx.execute(
        f"SELECT s.id AS session_id, s.stage, s.seen_at, s.expires_at, {AGENT_COLUMNS}"
        " FROM agent_sessions s JOIN agents ON agents.id = s.agent_id"
        " WHERE s.hash = %s AND s.ended_at IS NULL AND s.expires_at > %s AND s.seen_at > %s AND agents.status = 'active'",
        (secret_hash(token), now, now - IDLE_MAX),
    )
    row = await cursor.fetchone()
    if row is None:
        return None
    if row["seen_at"] < now - SEEN_EVERY:
        await tx.execute("UPDATE agent_sessions SET seen_at = %s WHERE id = %s", (now, row["session_id"]))
    return Session(row["session_id"], agent_from_row(row), row["stage"], row["expires_at"])


async def live_sessions(tx: Transaction, ids: Collection[UUID]) -> set[UUID]:
    """Return which of these sessions, of agents and of widgets, still stand. Live connections ask now and then."""
    cursor = await tx.execute(
        "SELECT s.id FROM agent_sessions s JOIN agents a ON a.id = s.agent_id WHERE s.id = ANY(%(ids)s)"
        " AND s.stage = 'open' AND s.ended_at IS NULL AND s.expires_at > now() AND s.seen_at > now() - %(idle)s::interval"
        " AND a.status = 'active'"
        " UNION ALL SELECT w.id FROM widget_sessions w JOIN customers c ON c.id = w.customer_id"
        " WHERE w.id = ANY(%(ids)s) AND w.ended_at IS NULL AND w.expires_at > now() AND c.erased_at IS NULL",
        {"ids": list(ids), "idle": IDLE_MAX},
    )
    return {row["id"] for row in await cursor.fetchall()}


async def my_sessions(tx: Transaction, *, agent_id: UUID, now: datetime) -> list[SessionRow]:
    """Return an agent's live sessions, the latest seen first."""
    cursor = await tx.execute(
        "SELECT id, device, network, started_at, seen_at FROM agent_sessions WHERE agent_id = %s AND stage = 'open'"
        " AND ended_at IS NULL AND expires_at > %s AND seen_at > %s ORDER BY seen_at DESC LIMIT 50",
        (agent_id, now, now - IDLE_MAX),
    )
    return [SessionRow(**row) for row in await cursor.fetchall()]


async def end_session(
    tx: Transaction, vault: vaults.Vault, *, agent_id: UUID, session_id: UUID, by: Actor, now: datetime
) -> None:
    """End one session of this agent. Raises NotFound for a session that is not theirs or not live."""
    cursor = await tx.execute(
        "UPDATE agent_sessions SET ended_at = %s WHERE id = %s AND agent_id = %s AND ended_at IS NULL",
        (now, session_id, agent_id),
    )
    if cursor.rowcount != 1:
        raise NotFound
    await _record_end(tx, vault, agent_id=agent_id, session_ids=[session_id], by=by, now=now)


async def end_sessions(
    tx: Transaction,
    vault: vaults.Vault,
    *,
    agent_id: UUID,
    by: Actor,
    now: datetime,
    except_id: UUID | None = None,
) -> int:
    """End every session of an agent but, where given, one; return how many ended."""
    cursor = await tx.execute(
        "UPDATE agent_sessions SET ended_at = %s WHERE agent_id = %s AND ended_at IS NULL"
        " AND id IS DISTINCT FROM %s::uuid RETURNING id",
        (now, agent_id, except_id),
    )
    ended = [row["id"] for row in await cursor.fetchall()]
    if ended:
        await _record_end(tx, vault, agent_id=agent_id, session_ids=ended, by=by, now=now)
    return len(ended)


async def _record_end(
    tx: Transaction, vault: vaults.Vault, *, agent_id: UUID, session_ids: list[UUID], by: Actor, now: datetime
) -> None:
    await vaults.record(
        tx,
        vault,
        kind="people.sessions_ended",
        at=now,
        actor=by,
        data={"agent": str(agent_id), "sessions": [str(session_id) for session_id in session_ids]},
    )
