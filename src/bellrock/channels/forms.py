"""Forms that were sent: the same form opens one case, however often a browser sends it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from bellrock import conversations
from bellrock.conversations import Conversation
from bellrock.core import SYSTEM, Transaction


async def form_sent(tx: Transaction, *, key: bytes) -> Conversation | None:
    """Return the case that a form opened, or None. Whoever holds the key holds the form."""
    row = await (await tx.execute("SELECT conversation_id FROM sent_forms WHERE key = %s", (key,))).fetchone()
    if row is None:
        return None
    return await conversations.get(tx, viewer=SYSTEM, conversation_id=row["conversation_id"])


async def note_form(tx: Transaction, *, key: bytes, conversation_id: UUID, now: datetime) -> None:
    """Note which case a form opened."""
    await tx.execute(
        "INSERT INTO sent_forms (key, conversation_id, sent_at) VALUES (%s, %s, %s)", (key, conversation_id, now)
    )
