"""What an agent wrote before it was translated: kept sealed until the translation goes out, then part of its record."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from bellrock import people
from bellrock import vault as vaults
from bellrock.conversations.models import Conversation
from bellrock.conversations.queries import get
from bellrock.core import Transaction
from bellrock.guard import GuardedText, screen

KEPT = timedelta(days=7)
_PURPOSE = "reply-original"


async def keep_original(
    tx: Transaction,
    vault: vaults.Vault,
    *,
    by: people.Agent,
    conversation_id: UUID,
    client_key: str,
    text: GuardedText | None,
    language: str,
    now: datetime,
) -> None:
    """Keep what the reply of this key said before it was translated; None for one that is not translated after all.

    Raises ConversationUnknown.
    """
    conversation = await get(tx, viewer=by, conversation_id=conversation_id)
    await tx.execute(
        "DELETE FROM reply_originals WHERE (conversation_id, client_key) = (%s, %s) OR saved_at < %s",
        (conversation.id, client_key, now - KEPT),
    )
    if text is None:
        return
    sealed = await vault.seal_bytes(
        tx,
        object_id=conversation.id,
        subject_id=conversation.customer_id,
        purpose=_PURPOSE,
        data=text.text.encode(),
    )
    await tx.execute(
        "INSERT INTO reply_originals (conversation_id, agent_id, client_key, language, sealed, saved_at)"
        " VALUES (%s, %s, %s, %s, %s, %s)",
        (conversation.id, by.id, client_key, language, sealed, now),
    )


async def take_original(
    tx: Transaction, vault: vaults.Vault, *, conversation: Conversation, client_key: str | None
) -> tuple[GuardedText, str] | None:
    """Return what the reply of this key said before, with its language, and keep it no longer."""
    if client_key is None:
        return None
    cursor = await tx.execute(
        "DELETE FROM reply_originals WHERE (conversation_id, client_key) = (%s, %s) RETURNING sealed, language",
        (conversation.id, client_key),
    )
    row = await cursor.fetchone()
    if row is None:
        return None
    data = await vault.open_bytes(
        tx, object_id=conversation.id, subject_id=conversation.customer_id, purpose=_PURPOSE, sealed=row["sealed"]
    )
    return screen(data.decode()), row["language"]
