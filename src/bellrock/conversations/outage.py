"""A conversation about an incident: linked to it, counted on its page, told when it is over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from bellrock import incidents
from bellrock import vault as vaults
from bellrock.conversations import change
from bellrock.conversations.answering import announce
from bellrock.conversations.models import INCIDENT_LINKED, Viewer, actor_of
from bellrock.core import Transaction
from bellrock.guard import GuardedText

COUNT_MAX = 10_000
TELL_MAX = 500
"""How many conversations are told in one go."""


@dataclass(frozen=True, slots=True)
class Linked:
    """How many conversations an incident has, all told and those still open, and in which languages the open ones are."""

    all: int
    open: int
    languages: Mapping[str, int]


async def link_incident(
    tx: Transaction,
    vault: vaults.Vault,
    *,
    by: Viewer,
    conversation_id: UUID,
    incident_id: UUID | None,
    now: datetime,
) -> bool:
    """Say which incident a conversation is about, None for none; False when that is known. Raises IncidentNotFound."""
    conversation = await change.lock(tx, viewer=by, conversation_id=conversation_id)
    if incident_id == conversation.incident_id:
        return False
    if incident_id is not None:
        await incidents.incident(tx, incident_id=incident_id)
    await change.record(
        tx,
        vault,
        conversation,
        kind=INCIDENT_LINKED,
        by=by,
        now=now,
        data={
            "incident": str(incident_id) if incident_id else None,
            "from": str(conversation.incident_id) if conversation.incident_id else None,
        },
    )
    await change.move(tx, conversation, now=now, incident_id=incident_id)
    return True


async def linked(tx: Transaction, *, incident_id: UUID) -> Linked:
    """Return the figures of an incident's conversations, for its page; numbers only, of whoever's they are."""
    cursor = await tx.execute(
        "SELECT language, count(*) AS held, count(*) FILTER (WHERE status <> 'resolved') AS still_open"
        " FROM (SELECT language, status FROM conversations WHERE incident_id = %s LIMIT %s) c GROUP BY language"
        " ORDER BY language",
        (incident_id, COUNT_MAX),
    )
    rows = await cursor.fetchall()
    return Linked(
        all=sum(row["held"] for row in rows),
        open=sum(row["still_open"] for row in rows),
        languages={row["language"]: row["still_open"] for row in rows if row["still_open"]},
    )


async def tell_linked(
    tx: Transaction,
    vault: vaults.Vault,
    *,
    by: Viewer,
    incident_id: UUID,
    texts: Mapping[str, GuardedText],
    fallback: str,
    now: datetime,
) -> int:
    """Write to the open conversations of an incident, each in its language, once for each incident; return how many.

    At most 500 a call; call again until it returns 0. `texts` by language; where one is missing, `fallback` names another.
    """
    cursor = await tx.execute(
        "SELECT c.id, c.language FROM conversations c WHERE c.incident_id = %s AND c.status <> 'resolved'"
        " AND NOT EXISTS (SELECT FROM messages m WHERE m.conversation_id = c.id AND m.client_key = %s)"
        " ORDER BY c.id LIMIT %s FOR UPDATE OF c SKIP LOCKED",
        (incident_id, _key(incident_id), TELL_MAX),
    )
    rows = await cursor.fetchall()
    for row in rows:
        await announce(
            tx,
            vault,
            conversation_id=row["id"],
            text=texts.get(row["language"], texts[fallback]),
            by=actor_of(by),
            client_key=_key(incident_id),
            extras={"incident": str(incident_id)},
            now=now,
        )
    return len(rows)


def _key(incident_id: UUID) -> str:
    return f"incident:{incident_id}"
