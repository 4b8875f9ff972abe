"""Reading conversations; every query starts from what the viewer may see."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from bellrock import people
from bellrock.conversations.errors import ConversationUnknown
from bellrock.conversations.models import COLUMNS, FOLLOWED, Conversation, Viewer, from_row, may_see
from bellrock.conversations.whole import WHOLE, Whole, whole_from
from bellrock.core import Transaction

PAGE = 50
COUNT_MAX = 1_000


async def get(tx: Transaction, *, viewer: Viewer, conversation_id: UUID) -> Conversation:
    """Return a conversation, or what it was merged into; raise ConversationUnknown when the viewer must not see it."""
    return await _one(tx, viewer, FOLLOWED, conversation_id)


async def get_whole(tx: Transaction, *, viewer: Viewer, conversation_id: UUID) -> tuple[Conversation, Whole]:
    """Return what `get` does, with what is read in its timeline, in one journey. Raises ConversationUnknown."""
    allowed, parameters = may_see(viewer)
    cursor = await tx.execute(
        f"SELECT {COLUMNS}, {WHOLE} FROM conversations c WHERE {FOLLOWED} AND {allowed}",
        {"key": conversation_id, **parameters},
    )
    row = await cursor.fetchone()
    if row is None:
        raise ConversationUnknown
    return from_row(row), whole_from(row)


async def find_by_reference(tx: Transaction, *, viewer: Viewer, reference: str) -> Conversation:
    """Return the conversation of a reference such as BR-7K2M4QXD, however it was typed; after a merge, the one it is in."""
    followed = "c.id = (SELECT coalesce(m.merged_into, m.id) FROM conversations m WHERE m.reference = %(key)s)"
    return await _one(tx, viewer, followed, reference.strip().upper())


async def conversations_of(
    tx: Transaction, *, viewer: Viewer, customer_id: UUID, limit: int = PAGE
) -> list[Conversation]:
    """Return a customer's conversations that the viewer may see, newest first."""
    allowed, parameters = may_see(viewer)
    cursor = await tx.execute(
        f"SELECT {COLUMNS} FROM conversations c WHERE c.customer_id = %(customer)s AND c.merged_into IS NULL"
        f" AND {allowed} ORDER BY c.created_at DESC LIMIT %(limit)s",
        {"customer": customer_id, "limit": min(limit, PAGE), **parameters},
    )
    return [from_row(row) for row in await cursor.fetchall()]


async def current_of(tx: Transaction, *, customer: people.Customer, channel: str) -> Conversation | None:
    """Return the customer's newest conversation of a channel, or what it was merged into: the thread that a widget shows."""
    cursor = await tx.execute(
        f"SELECT {COLUMNS} FROM conversations c WHERE c.id = (SELECT coalesce(n.merged_into, n.id) FROM conversations n"
        " WHERE n.customer_id = %s AND n.channel = %s ORDER BY n.created_at DESC LIMIT 1)",
        (customer.id, channel),
    )
    row = await cursor.fetchone()
    return from_row(row) if row else None


async def queue_place(tx: Transaction, *, conversation: Conversation) -> int | None:
    """Return the place (1 is next) in its team's queue of its language, or None when it does not wait in one."""
    if conversation.holder != "queue" or conversation.status == "resolved":
        return None
    cursor = await tx.execute(
        "SELECT count(*) + 1 AS place FROM (SELECT 1 FROM conversations o WHERE o.team_id = %(team)s"
        " AND o.holder = 'queue' AND o.status IN ('open', 'waiting') AND o.language = %(language)s AND o.id <> %(id)s"
        " AND (array_position(%(order)s, o.priority), o.queued_at) <"
        "     (array_position(%(order)s, %(priority)s::text), %(queued_at)s) LIMIT %(most)s) ahead",
        {
            "team": conversation.team_id,
            "language": conversation.language,
            "id": conversation.id,
            "priority": conversation.priority,
            "queued_at": conversation.queued_at,
            "order": ["urgent", "high", "normal", "low"],
            "most": COUNT_MAX,
        },
    )
    row = await cursor.fetchone()
    assert row is not None
    return int(row["place"])


async def open_counts(tx: Transaction, *, agent_ids: Sequence[UUID]) -> dict[UUID, int]:
    """Return how many running conversations each agent holds."""
    cursor = await tx.execute(
        "SELECT assignee_id, count(*) AS held FROM conversations WHERE assignee_id = ANY(%s)"
        " AND status = 'open' GROUP BY assignee_id",
        (list(agent_ids),),
    )
    held = {row["assignee_id"]: int(row["held"]) for row in await cursor.fetchall()}
    return {agent_id: held.get(agent_id, 0) for agent_id in agent_ids}


async def _one(tx: Transaction, viewer: Viewer, condition: str, key: Any) -> Conversation:
    allowed, parameters = may_see(viewer)
    cursor = await tx.execute(
        f"SELECT {COLUMNS} FROM conversations c WHERE {condition} AND {allowed}", {"key": key, **parameters}
    )
    row = await cursor.fetchone()
    if row is None:
        raise ConversationUnknown
    return from_row(row)
