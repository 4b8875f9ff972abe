"""Whether a message is still the first line's to deal with: the newest, in an open case, and not dealt with before."""

from __future__ import annotations

from collections.abc import Collection

from bellrock import conversations
from bellrock.conversations import Conversation, Holder
from bellrock.core import FIRST_LINE, Transaction
from bellrock.triage import cases
from bellrock.triage.acting import CustomerWrote
from bellrock.triage.cases import Case

OURS: Holder = "first_line"
WAITS: Holder = "queue"
HELD: Holder = "agent"


async def locked(
    tx: Transaction, wrote: CustomerWrote, holders: Collection[Holder] = (OURS,)
) -> tuple[Conversation, Case] | None:
    """Lock the conversation; None when none of `holders` has it or the message is not to be dealt with any more."""
    conversation = await conversations.lock(tx, viewer=FIRST_LINE, conversation_id=wrote.conversation_id)
    case = await cases.recall(tx, conversation_id=conversation.id)
    return (conversation, case) if is_pending(conversation, case, wrote, holders) else None


def is_pending(conversation: Conversation, case: Case, wrote: CustomerWrote, holders: Collection[Holder]) -> bool:
    """Say whether a message is the newest, and nobody has answered it or dealt with it.

    To an agent's case it does not matter whether they answered: they may have written without seeing it.
    """
    return (
        conversation.holder in holders
        and conversation.is_open
        and (conversation.waiting_since is not None or conversation.holder == HELD)
        and conversation.last_customer_message_id == wrote.message_id
        and case.last_message_id != wrote.message_id
    )
