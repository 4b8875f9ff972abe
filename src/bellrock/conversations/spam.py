"""Spam: a conversation that nobody has to answer, closed and out of every other list; what comes after stays in it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from bellrock import people
from bellrock import vault as vaults
from bellrock.conversations import change
from bellrock.conversations.models import SPAM_CLEARED, SPAM_MARKED, Viewer
from bellrock.core import Transaction


async def mark_spam(tx: Transaction, vault: vaults.Vault, *, by: Viewer, conversation_id: UUID, now: datetime) -> bool:
    """Put a conversation among the spam; False when it is there. The customer is not told."""
    conversation = await change.lock(tx, viewer=by, conversation_id=conversation_id)
    if conversation.spam_at is not None:
        return False
    await change.record(tx, vault, conversation, kind=SPAM_MARKED, by=by, now=now)
    await change.move(
        tx,
        conversation,
        now=now,
        status="resolved",
        resolved_at=conversation.resolved_at or now,
        snoozed_until=None,
        waiting_since=None,
        spam_at=now,
    )
    return True


async def clear_spam(tx: Transaction, vault: vaults.Vault, *, by: Viewer, conversation_id: UUID, now: datetime) -> bool:
    """Say that a conversation is no spam: it opens for who had it, else in its team's queue. False when it was none."""
    conversation = await change.lock(tx, viewer=by, conversation_id=conversation_id)
    if conversation.spam_at is None:
        return False
    team_id = conversation.team_id or await people.default_team_id(tx)
    await change.record(tx, vault, conversation, kind=SPAM_CLEARED, by=by, now=now, data={"team": str(team_id)})
    held = {} if conversation.holder == "agent" else {"holder": "queue", "team_id": team_id, "queued_at": now}
    await change.move(
        tx, conversation, now=now, status="open", resolved_at=None, spam_at=None, waiting_since=now, **held
    )
    return True
