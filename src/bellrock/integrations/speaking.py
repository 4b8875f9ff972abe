"""What was said for somebody: a customer's message that a program brought in keeps the name of its token."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from bellrock import conversations, people
from bellrock import vault as vaults
from bellrock.core import Transaction

SPOKE_FOR = "integrations.spoke_for"


async def note_spoken_for(
    tx: Transaction,
    vault: vaults.Vault,
    *,
    who: people.Integration,
    conversation: conversations.Conversation,
    message_id: UUID,
    now: datetime,
) -> None:
    """Write beside a customer's message that this token brought it."""
    await vaults.record(
        tx,
        vault,
        kind=SPOKE_FOR,
        at=now,
        actor=who.actor,
        data={"message": str(message_id)},
        subject_id=conversation.customer_id,
        customer_id=conversation.customer_id,
        conversation_id=conversation.id,
    )
