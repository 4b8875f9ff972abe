"""A conversation split in two: chosen messages are read in a new one from now on; their records stay where they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from bellrock import people
from bellrock import vault as vaults
from bellrock.conversations import change
from bellrock.conversations.errors import AlreadyResolved, SplitRefused
from bellrock.conversations.models import OPENED, SPLIT, SPLIT_FROM, Channel, Conversation
from bellrock.conversations.opening import insert_opened, opened_data
from bellrock.conversations.standing import standing
from bellrock.core import Transaction, new_id

SPLIT_MAX = 100


async def split(
    tx: Transaction,
    vault: vaults.Vault,
    *,
    by: people.Agent,
    conversation_id: UUID,
    message_ids: Sequence[UUID],
    now: datetime,
) -> UUID:
    """Move messages of a conversation into a new one of the same customer, held by whoever splits; return its id.

    The customer keeps what they read in their thread and finds the new one among their cases. Raises ConversationUnknown,
    AlreadyResolved, SplitRefused.
    """
    source = await change.lock(tx, viewer=by, conversation_id=conversation_id)
    if not source.is_open:
        raise AlreadyResolved
    moved = await _chosen(tx, source, message_ids)
    team_id = source.team_id or await people.default_team_id(tx)
    target = await _open(tx, vault, source, by=by, team_id=team_id, now=now)
    await _move(tx, moved, source.id, target.id)
    left = await standing(tx, source.id, waiting_since=source.waiting_since)
    there = await standing(tx, target.id, waiting_since=source.waiting_since)
    ids = [str(id) for id in moved]
    await change.record(
        tx,
        vault,
        source,
        kind=SPLIT,
        by=by,
        now=now,
        data={"into": str(target.id), "reference": target.reference, "messages": ids, **left.data},
        audience="public",
    )
    answered = {"status": "waiting"} if source.status == "open" and left.waiting_since is None else {}
    await change.move(tx, source, now=now, **left.columns, **answered)
    await change.record(
        tx,
        vault,
        target,
        kind=SPLIT_FROM,
        by=by,
        now=now,
        data={
            "from": str(source.id),
            "reference": source.reference,
            "messages": ids,
            "agent": str(by.id),
            "team": str(team_id),
            **there.data,
        },
        audience="public",
    )
    await change.move(tx, target, now=now, **there.columns)
    return target.id


async def moved_to(tx: Transaction, *, file_id: UUID, from_id: UUID) -> UUID | None:
    """Return where the message is read now that a file came with, None where it was never moved."""
    cursor = await tx.execute(
        "SELECT to_id FROM moved_messages WHERE from_id = %s AND %s = ANY(file_ids)", (from_id, file_id)
    )
    row = await cursor.fetchone()
    return row["to_id"] if row else None


async def _chosen(tx: Transaction, source: Conversation, message_ids: Sequence[UUID]) -> list[UUID]:
    """Return the chosen messages in order. Raises SplitRefused unless all were written here and others stay."""
    wanted = list(set(message_ids))
    if not 1 <= len(wanted) <= SPLIT_MAX:
        raise SplitRefused
    cursor = await tx.execute(
        "SELECT m.id FROM messages m WHERE m.conversation_id = %s AND m.id = ANY(%s)"
        " AND NOT EXISTS (SELECT FROM moved_messages WHERE message_id = m.id) ORDER BY m.created_at, m.id FOR UPDATE",
        (source.id, wanted),
    )
    moved = [row["id"] for row in await cursor.fetchall()]
    cursor = await tx.execute(
        "SELECT FROM messages WHERE conversation_id = %s AND kind = 'message' AND id <> ALL(%s) LIMIT 1",
        (source.id, wanted),
    )
    if len(moved) != len(wanted) or await cursor.fetchone() is None:
        raise SplitRefused
    return moved


async def _open(
    tx: Transaction, vault: vaults.Vault, source: Conversation, *, by: people.Agent, team_id: UUID, now: datetime
) -> Conversation:
    # A widget shows one thread, the one the customer is in; what is split off has a page of its own among their cases.
    channel: Channel = "web" if source.channel == "widget" else source.channel
    target = replace(source, id=new_id(), channel=channel)
    reference = await insert_opened(
        tx,
        {
            "id": target.id,
            "customer_id": target.customer_id,
            "channel": channel,
            "status": "open",
            "holder": "agent",
            "assignee_id": by.id,
            "team_id": team_id,
            "queued_at": now,
            "priority": target.priority,
            "language": target.language,
            "created_at": now,
            "changed_at": now,
            "changes": 1,
            "brand_id": target.brand_id,
        },
    )
    target = replace(target, reference=reference)
    await change.record(
        tx,
        vault,
        target,
        kind=OPENED,
        by=by,
        now=now,
        data=opened_data(
            reference=reference,
            channel=channel,
            language=target.language,
            priority=target.priority,
            brand_id=target.brand_id,
        ),
        words={"fields": {}},
        audience="public",
    )
    return target


async def _move(tx: Transaction, message_ids: Sequence[UUID], from_id: UUID, to_id: UUID) -> None:
    await tx.execute(
        "INSERT INTO moved_messages (message_id, from_id, to_id, file_ids) SELECT facts.id, %(from)s, %(to)s,"
        " ARRAY(SELECT f::uuid FROM jsonb_array_elements_text(facts.data->'files') f)"
        " FROM (SELECT id, data FROM journal WHERE id = ANY(%(ids)s)"
        "  UNION ALL SELECT id, data FROM journal_inbox WHERE id = ANY(%(ids)s)) facts",
        {"from": from_id, "to": to_id, "ids": list(message_ids)},
    )
    await tx.execute("UPDATE messages SET conversation_id = %s WHERE id = ANY(%s)", (to_id, list(message_ids)))
