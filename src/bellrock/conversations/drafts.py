"""What an agent has begun to write: sealed like a message, seen by its author alone."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from bellrock import people
from bellrock import vault as vaults
from bellrock.conversations import change
from bellrock.conversations.models import Conversation, may_act
from bellrock.conversations.queries import get
from bellrock.core import Transaction
from bellrock.guard import GuardedText

DraftKind = Literal["reply", "note"]


async def save_draft(
    tx: Transaction,
    vault: vaults.Vault,
    *,
    by: people.Agent,
    conversation_id: UUID,
    kind: DraftKind,
    text: GuardedText | None,
    now: datetime,
) -> None:
    """Keep a draft of an agent; None removes it."""
    conversation = await change.lock(tx, viewer=by, conversation_id=conversation_id)
    if text is None:
        await tx.execute(
            "DELETE FROM drafts WHERE conversation_id = %s AND agent_id = %s AND kind = %s",
            (conversation_id, by.id, kind),
        )
        return
    sealed = await vault.seal_bytes(
        tx,
        object_id=conversation_id,
        subject_id=conversation.customer_id,
        purpose=f"draft-{kind}",
        data=text.text.encode("utf-8"),
    )
    await tx.execute(
        "INSERT INTO drafts (conversation_id, agent_id, kind, subject_id, sealed, saved_at) VALUES (%s, %s, %s, %s, %s, %s)"
        " ON CONFLICT (conversation_id, agent_id, kind) DO UPDATE SET sealed = EXCLUDED.sealed,"
        " subject_id = EXCLUDED.subject_id, saved_at = EXCLUDED.saved_at",
        (conversation_id, by.id, kind, conversation.customer_id, sealed, now),
    )


async def drafts_of(
    tx: Transaction,
    vault: vaults.Vault,
    *,
    by: people.Agent,
    conversation_id: UUID,
    known: Conversation | None = None,
) -> dict[str, str]:
    """Return this agent's own drafts of a conversation, by kind. `known` is what `get` gave them in this transaction.

    Who may only read there has none. Raises ConversationUnknown.
    """
    conversation = known or await get(tx, viewer=by, conversation_id=conversation_id)
    if not may_act(by, people.Permission.CONVERSATIONS_REPLY, conversation):
        return {}
    cursor = await tx.execute(
        "SELECT kind, subject_id, sealed FROM drafts WHERE conversation_id = %s AND agent_id = %s",
        (conversation_id, by.id),
    )
    found: dict[str, str] = {}
    for row in await cursor.fetchall():
        plain = await vault.open_bytes(
            tx,
            object_id=conversation_id,
            subject_id=row["subject_id"] or conversation.customer_id,
            purpose=f"draft-{row['kind']}",
            sealed=bytes(row["sealed"]),
        )
        found[row["kind"]] = plain.decode("utf-8")
    return found
