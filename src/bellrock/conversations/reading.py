"""What each agent has read, and what waits for whom: rows of an agent's own, no facts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from bellrock import people
from bellrock.conversations.models import COLUMNS, Conversation, from_row, may_see
from bellrock.core import Transaction


async def mark_read(tx: Transaction, *, agent: people.Agent, conversation_id: UUID, now: datetime) -> bool:
    """Note that an agent has the newest message before their eyes; True when that was news. Unseen cases change nothing."""
    allowed, parameters = may_see(agent)
    cursor = await tx.execute(
        "INSERT INTO case_reads AS r (agent_id, conversation_id, message_id, read_at)"
        " SELECT %(reader)s, c.id, c.last_message_id, %(now)s FROM conversations c"
        f" WHERE c.id = %(id)s AND c.last_message_id IS NOT NULL AND {allowed}"
        # A conflict writes, though it changes nothing; what is known already is left alone.
        " AND NOT EXISTS (SELECT FROM case_reads k WHERE k.agent_id = %(reader)s AND k.conversation_id = c.id"
        "  AND k.message_id = c.last_message_id)"
        " ON CONFLICT (agent_id, conversation_id) DO UPDATE SET message_id = EXCLUDED.message_id, read_at = EXCLUDED.read_at"
        " WHERE r.message_id <> EXCLUDED.message_id",
        {"reader": agent.id, "id": conversation_id, "now": now, **parameters},
    )
    return bool(cursor.rowcount)


async def held_by(tx: Transaction, *, agent_id: UUID, limit: int) -> list[Conversation]:
    """Return the running conversations that an agent holds, the newest change first."""
    cursor = await tx.execute(
        f"SELECT {COLUMNS} FROM conversations c WHERE c.assignee_id = %s AND c.status <> 'resolved'"
        " ORDER BY c.listed_at DESC LIMIT %s",
        (agent_id, limit),
    )
    return [from_row(row) for row in await cursor.fetchall()]


async def waiting_for(tx: Transaction, *, agent_ids: Sequence[UUID], limit: int) -> list[UUID]:
    """Lock and return conversations in which a customer waits for one of these agents; those being changed are skipped."""
    cursor = await tx.execute(
        "SELECT c.id FROM unnest(%s::uuid[]) AS a(id) JOIN conversations c ON c.assignee_id = a.id"
        " WHERE c.status = 'open' AND c.waiting_since IS NOT NULL LIMIT %s FOR UPDATE OF c SKIP LOCKED",
        (list(agent_ids), limit),
    )
    return [row["id"] for row in await cursor.fetchall()]
