"""One tap away: the customer asks for a person, or says whether an answer helped."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from bellrock import conversations, triage
from bellrock.conversations import Conversation
from bellrock.core import NotFound, Transaction
from bellrock.house import House
from bellrock.people import Customer


async def give_to_person(
    tx: Transaction, house: House, *, customer: Customer, language: str, now: datetime, brand_id: UUID | None = None
) -> Conversation:
    """Put the running thread before a person and return it; one is opened where there is none.

    Whoever waits already, or is with somebody, keeps their place.
    """
    conversation = await conversations.current_of(tx, customer=customer, channel="widget")
    if conversation is None:
        conversation = await conversations.open_conversation(
            tx, house.vault, customer=customer, channel="widget", language=language, brand_id=brand_id, now=now
        )
    await triage.ask_for_person(tx, house.vault, customer=customer, conversation_id=conversation.id, now=now)
    return await conversations.get(tx, viewer=customer, conversation_id=conversation.id)


async def note_feedback(
    tx: Transaction, house: House, *, customer: Customer, message_id: UUID, helped: bool, now: datetime
) -> None:
    """Say of the newest answer of the customer's own thread whether it helped; an older one is past.

    Raises NotFound for a message of anybody else.
    """
    conversation = await conversations.current_of(tx, customer=customer, channel="widget")
    cursor = await tx.execute(
        "SELECT FROM messages WHERE id = %s AND conversation_id = %s AND kind = 'message'",
        (message_id, conversation.id if conversation else None),
    )
    if conversation is None or await cursor.fetchone() is None:
        raise NotFound
    if conversation.last_message_id != message_id:
        return
    await triage.give_feedback(
        tx, house.vault, customer=customer, conversation_id=conversation.id, is_helpful=helped, now=now
    )
