"""Erasure: what this room deletes when a message or a customer goes. The sealed words themselves are shredded by `access`."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from bellrock import vault as vaults
from bellrock.conversations.errors import ConversationUnknown
from bellrock.conversations.models import HANDED_OVER, RESOLVED, Viewer, may_see
from bellrock.conversations.state import resolve
from bellrock.core import SYSTEM, Transaction

_OPEN_MAX = 1_000


@dataclass(frozen=True, slots=True)
class Forgotten:
    """A message whose search tokens are gone: what else has to go with it."""

    conversation_id: UUID
    customer_id: UUID
    file_ids: tuple[UUID, ...]
    copy_ids: tuple[UUID, ...]


async def forget_message(tx: Transaction, *, viewer: Viewer, message_id: UUID) -> Forgotten:
    """Delete the search tokens of a message, and say which files came with it and which records repeat it.

    A hand-over's card quotes the customer's newest words, so each one after a customer's message counts as a copy.
    Raises ConversationUnknown when there is no such message or the viewer must not see it.
    """
    condition, parameters = may_see(viewer)
    cursor = await tx.execute(
        "SELECT m.conversation_id, c.customer_id, m.author_kind, m.created_at, m.shown_id FROM messages m"
        f" JOIN conversations c ON c.id = m.conversation_id WHERE m.id = %(id)s AND {condition} FOR UPDATE OF m",
        {"id": message_id, **parameters},
    )
    row = await cursor.fetchone()
    if row is None:
        raise ConversationUnknown
    await tx.execute("UPDATE messages SET tokens = '{}' WHERE id = %s", (message_id,))
    is_customers = row["author_kind"] in ("customer", "visitor")
    return Forgotten(
        conversation_id=row["conversation_id"],
        customer_id=row["customer_id"],
        file_ids=await _file_ids(tx, message_id),
        copy_ids=(
            *([row["shown_id"]] if row["shown_id"] else []),
            *(await _hand_overs(tx, row["conversation_id"], row["created_at"]) if is_customers else ()),
        ),
    )


async def forget_customers(
    tx: Transaction, vault: vaults.Vault, *, customer_ids: Collection[UUID], now: datetime
) -> list[UUID]:
    """Close the conversations of these customers, delete their search tokens, drafts and held replies; return the conversations.

    Comes before their keys are shredded: afterwards nothing more can be said in them.
    """
    cursor = await tx.execute(
        "SELECT id, status FROM conversations WHERE customer_id = ANY(%s) ORDER BY id FOR UPDATE", (list(customer_ids),)
    )
    rows = await cursor.fetchall()
    for row in rows[:_OPEN_MAX]:
        if row["status"] != "resolved":
            await resolve(tx, vault, by=SYSTEM, conversation_id=row["id"], now=now)
    ids = [row["id"] for row in rows]
    await tx.execute("UPDATE messages SET tokens = '{}' WHERE conversation_id = ANY(%s) AND tokens <> '{}'", (ids,))
    await tx.execute("DELETE FROM drafts WHERE conversation_id = ANY(%s)", (ids,))
    await tx.execute("DELETE FROM reply_originals WHERE conversation_id = ANY(%s)", (ids,))
    await tx.execute("DELETE FROM held_replies WHERE conversation_id = ANY(%s)", (ids,))
    return ids


async def forget_words(tx: Transaction, *, conversation_id: UUID) -> list[UUID]:
    """Delete what this room keeps of a conversation's words beside its records; return the records that hold the rest.

    The closing stays, which says what there was without a word of it. The records are shredded by whoever asks.
    """
    parameters = {"id": conversation_id, "kept": RESOLVED}
    await tx.execute("UPDATE messages SET tokens = '{}' WHERE conversation_id = %(id)s AND tokens <> '{}'", parameters)
    for table in ("drafts", "reply_originals", "held_replies"):
        await tx.execute(f"DELETE FROM {table} WHERE conversation_id = %(id)s", parameters)
    cursor = await tx.execute(
        "SELECT r.id FROM journal j JOIN records r ON r.id = j.id WHERE j.conversation_id = %(id)s AND j.log = 'records'"
        " AND j.kind <> %(kept)s AND r.subject_id = j.customer_id AND r.shredded_at IS NULL"
        " AND NOT EXISTS (SELECT FROM moved_messages m WHERE m.message_id = j.id)"
        " UNION ALL SELECT r.id FROM moved_messages m JOIN records r ON r.id = m.message_id"
        " WHERE m.to_id = %(id)s AND r.shredded_at IS NULL",
        parameters,
    )
    return [row["id"] for row in await cursor.fetchall()]


async def forget_drafts(tx: Transaction, *, before: datetime, limit: int) -> int:
    """Delete drafts that nobody touched since `before`; return how many."""
    cursor = await tx.execute(
        "DELETE FROM drafts WHERE (conversation_id, agent_id, kind) IN (SELECT conversation_id, agent_id, kind FROM drafts"
        " WHERE saved_at < %s LIMIT %s)",
        (before, limit),
    )
    return cursor.rowcount


async def _file_ids(tx: Transaction, message_id: UUID) -> tuple[UUID, ...]:
    cursor = await tx.execute(
        "SELECT data FROM journal WHERE id = %(id)s UNION ALL SELECT data FROM journal_inbox WHERE id = %(id)s",
        {"id": message_id},
    )
    row = await cursor.fetchone()
    return tuple(UUID(file_id) for file_id in (row["data"].get("files", ()) if row else ()))


async def _hand_overs(tx: Transaction, conversation_id: UUID, since: datetime) -> tuple[UUID, ...]:
    parameters = {"conversation": conversation_id, "kind": HANDED_OVER, "since": since}
    where = "conversation_id = %(conversation)s AND kind = %(kind)s AND at >= %(since)s"
    cursor = await tx.execute(
        f"SELECT id FROM journal WHERE {where} UNION ALL SELECT id FROM journal_inbox WHERE {where}", parameters
    )
    return tuple(row["id"] for row in await cursor.fetchall())
