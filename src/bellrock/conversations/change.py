"""The one way a conversation changes: lock its row, seal the record, write the fact, move the row."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import AsyncCursor
from psycopg.rows import DictRow

from bellrock import people
from bellrock import vault as vaults
from bellrock.conversations.errors import ConversationUnknown
from bellrock.conversations.models import COLUMNS, FOLLOWED, Conversation, Viewer, actor_of, from_row, may_act, may_see
from bellrock.core import Refused, Transaction
from bellrock.core.journal import Audience


async def lock(
    tx: Transaction,
    *,
    viewer: Viewer,
    conversation_id: UUID,
    needs: tuple[people.Permission, ...] = (people.Permission.CONVERSATIONS_REPLY,),
) -> Conversation:
    """Return the conversation, or what it was merged into, with its row locked until the transaction ends.

    An agent must hold one of the permissions of `needs` as far as this conversation. Raises ConversationUnknown when it
    does not exist or the viewer must not see it, Refused when they may only see it.
    """
    conversation = await locked(await locking(tx, viewer=viewer, conversation_id=conversation_id))
    if conversation.merged_into is not None:  # merged while the lock was waited for
        conversation = await locked(await locking(tx, viewer=viewer, conversation_id=conversation.merged_into))
    if not any(may_act(viewer, permission, conversation) for permission in needs):
        raise Refused
    return conversation


async def lock_itself(tx: Transaction, *, viewer: Viewer, conversation_id: UUID) -> Conversation:
    """Return exactly this conversation, merged or not, with its row locked. Raises ConversationUnknown."""
    condition, parameters = may_see(viewer)
    return await locked(
        await tx.execute(
            f"SELECT {COLUMNS} FROM conversations c WHERE c.id = %(id)s AND {condition} FOR UPDATE OF c",
            {"id": conversation_id, **parameters},
        )
    )


async def locking(tx: Transaction, *, viewer: Viewer, conversation_id: UUID) -> AsyncCursor[DictRow]:
    """Send the lock's statement; `locked` waits for its answer, so that others may travel with it."""
    condition, parameters = may_see(viewer)
    return await tx.execute(
        f"SELECT {COLUMNS} FROM conversations c WHERE {FOLLOWED} AND {condition} FOR UPDATE OF c",
        {"key": conversation_id, **parameters},
    )


async def locked(cursor: AsyncCursor[DictRow]) -> Conversation:
    """Return the conversation that was locked, or raise ConversationUnknown."""
    row = await cursor.fetchone()
    if row is None:
        raise ConversationUnknown
    return from_row(row)


async def record(
    tx: Transaction,
    vault: vaults.Vault,
    conversation: Conversation,
    *,
    kind: str,
    by: Viewer,
    now: datetime,
    data: Mapping[str, Any] | None = None,
    words: Mapping[str, Any] | None = None,
    audience: Audience = "internal",
    id: UUID | None = None,
) -> UUID:
    """Write one fact about a conversation that the caller has locked; return its id."""
    return await vaults.record(
        tx,
        vault,
        id=id,
        kind=kind,
        at=now,
        actor=actor_of(by),
        data=data,
        words=words,
        subject_id=conversation.customer_id,
        customer_id=conversation.customer_id,
        conversation_id=conversation.id,
        audience=audience,
    )


async def move(tx: Transaction, conversation: Conversation, *, now: datetime, **columns: Any) -> None:
    """Set columns of the locked row. Names come from this room's code only, never from input."""
    assignments = ", ".join(f"{name} = %({name})s" for name in columns)
    separator = ", " if columns else ""
    await tx.execute(
        f"UPDATE conversations SET {assignments}{separator}changed_at = %(now)s, changes = changes + 1 WHERE id = %(id)s",
        {**columns, "now": now, "id": conversation.id},
    )
