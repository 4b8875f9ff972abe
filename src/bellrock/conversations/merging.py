"""Two conversations of one customer become one to read, and two again when that was wrong. No record is touched."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from bellrock import ledger
from bellrock import vault as vaults
from bellrock.conversations import change
from bellrock.conversations.errors import MergeRefused
from bellrock.conversations.models import (
    COLUMNS,
    MERGED,
    MERGED_IN,
    UNMERGED,
    UNMERGED_FROM,
    Conversation,
    Viewer,
    from_row,
    may_act,
)
from bellrock.conversations.standing import standing
from bellrock.core import Refused, Transaction
from bellrock.people import Permission


async def merge(
    tx: Transaction, vault: vaults.Vault, *, by: Viewer, conversation_id: UUID, into_id: UUID, now: datetime
) -> Conversation:
    """Merge a conversation into another of the same customer; return the one that stays.

    From then on whatever names the first leads to the second, whose timeline shows both; the customer sees one thread.
    Raises ConversationUnknown, Refused, MergeRefused.
    """
    if conversation_id == into_id:
        raise MergeRefused("same")
    # In the order of their ids, so that two merges the other way round do not wait for each other.
    locked = {id: await _lock_itself(tx, by, id) for id in sorted((conversation_id, into_id))}
    source, target = locked[conversation_id], locked[into_id]
    await _refuse(tx, source, target)
    await change.record(
        tx,
        vault,
        source,
        kind=MERGED,
        by=by,
        now=now,
        data={
            "into": str(target.id),
            "reference": target.reference,
            "was": _state(source),
            **({ledger.CLOSING: await ledger.closing(tx, conversation_id=source.id)} if source.is_open else {}),
        },
        audience="public",
    )
    await change.move(
        tx,
        source,
        now=now,
        status="resolved",
        resolved_at=source.resolved_at or now,
        snoozed_until=None,
        waiting_since=None,
        merged_into=target.id,
    )
    waiting = min((at for at in (source.waiting_since, target.waiting_since) if at), default=None)
    now_standing = replace(await standing(tx, target.id, waiting_since=None), waiting_since=waiting)
    await change.record(
        tx,
        vault,
        target,
        kind=MERGED_IN,
        by=by,
        now=now,
        data={
            "from": str(source.id),
            "reference": source.reference,
            **now_standing.data,
            "is_open": source.is_open,
        },
        audience="public",
    )
    stirred = {"status": "open", "snoozed_until": None} if source.is_open and waiting else {}
    await change.move(tx, target, now=now, **now_standing.columns, **stirred)
    await tx.execute(
        "UPDATE conversations SET unseen_by_customer = unseen_by_customer + %s WHERE id = %s",
        (source.unseen_by_customer, target.id),
    )
    return target


async def unmerge(
    tx: Transaction, vault: vaults.Vault, *, by: Viewer, conversation_id: UUID, now: datetime
) -> Conversation:
    """Undo a merge: the conversation stands on its own again, as it was. What was said since stays where it was said.

    Raises ConversationUnknown, Refused, MergeRefused when it is not merged.
    """
    part = await _part(tx, conversation_id)
    if part is None or part.merged_into is None:
        raise MergeRefused("merged")
    whole = await change.lock(tx, viewer=by, conversation_id=part.merged_into)
    source = await _part(tx, conversation_id, for_update=True)
    assert source is not None
    if source.merged_into != whole.id:
        raise MergeRefused("merged")
    was = await _state_before(tx, source.id)
    await change.record(
        tx,
        vault,
        source,
        kind=UNMERGED,
        by=by,
        now=now,
        data={"was": was, "from": str(whole.id), "reference": whole.reference},
        audience="public",
    )
    await change.move(
        tx,
        source,
        now=now,
        merged_into=None,
        **state_of(was),
    )
    stands = await standing(tx, whole.id, waiting_since=whole.waiting_since)
    await change.record(
        tx,
        vault,
        whole,
        kind=UNMERGED_FROM,
        by=by,
        now=now,
        data={
            "from": str(source.id),
            "reference": source.reference,
            **stands.data,
        },
        audience="public",
    )
    await change.move(tx, whole, now=now, **stands.columns)
    return source


async def parts_of(tx: Transaction, *, conversation_id: UUID) -> list[tuple[UUID, str]]:
    """Return id and reference of what was merged into a conversation, for who may see that."""
    cursor = await tx.execute(
        "SELECT id, reference FROM conversations WHERE merged_into = %s ORDER BY created_at", (conversation_id,)
    )
    return [(row["id"], row["reference"]) for row in await cursor.fetchall()]


async def _refuse(tx: Transaction, source: Conversation, target: Conversation) -> None:
    if source.customer_id != target.customer_id:
        raise MergeRefused("customer")
    if source.merged_into or target.merged_into:
        raise MergeRefused("same")
    if source.spam_at or target.spam_at:
        raise MergeRefused("spam")
    if source.is_open and not target.is_open:
        raise MergeRefused("closed")
    cursor = await tx.execute("SELECT FROM conversations WHERE merged_into = %s LIMIT 1", (source.id,))
    if await cursor.fetchone() is not None:  # a row without columns is false
        raise MergeRefused("parts")


async def _lock_itself(tx: Transaction, viewer: Viewer, id: UUID) -> Conversation:
    conversation = await change.lock_itself(tx, viewer=viewer, conversation_id=id)
    if not may_act(viewer, Permission.CONVERSATIONS_REPLY, conversation):
        raise Refused
    return conversation


async def _part(tx: Transaction, id: UUID, *, for_update: bool = False) -> Conversation | None:
    lock = " FOR UPDATE OF c" if for_update else ""
    cursor = await tx.execute(f"SELECT {COLUMNS} FROM conversations c WHERE c.id = %s{lock}", (id,))
    row = await cursor.fetchone()
    return from_row(row) if row else None


async def _state_before(tx: Transaction, id: UUID) -> dict[str, Any]:
    """Return the state that a conversation had before its last merge, as the fact of that keeps it."""
    cursor = await tx.execute(
        "SELECT data FROM (SELECT number, 0::bigint AS position, data FROM journal"
        "  WHERE conversation_id = %(id)s AND log = 'records' AND kind = %(kind)s"
        " UNION ALL SELECT 9223372036854775807, position, data FROM journal_inbox"
        "  WHERE conversation_id = %(id)s AND log = 'records' AND kind = %(kind)s"
        ") facts ORDER BY number DESC, position DESC LIMIT 1",
        {"id": id, "kind": MERGED},
    )
    row = await cursor.fetchone()
    assert row is not None
    return dict(row["data"]["was"])


def _state(conversation: Conversation) -> dict[str, str | None]:
    """Return a conversation's state as a fact keeps it; one that was put aside comes back open."""
    resolved, waiting = conversation.resolved_at, conversation.waiting_since
    return {
        "status": "open" if conversation.status == "snoozed" else conversation.status,
        "resolved_at": resolved.isoformat() if resolved else None,
        "waiting_since": waiting.isoformat() if waiting else None,
    }


def state_of(was: dict[str, str | None]) -> dict[str, Any]:
    """Return the columns that a state of a fact sets."""
    resolved, waiting = was["resolved_at"], was["waiting_since"]
    return {
        "status": was["status"],
        "resolved_at": datetime.fromisoformat(resolved) if resolved else None,
        "waiting_since": datetime.fromisoformat(waiting) if waiting else None,
    }
