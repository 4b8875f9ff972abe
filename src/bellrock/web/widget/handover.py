"""One tap away: the customer asks for a person, or says whether an answer helped."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from bellrock import conversations, guard, people
from bellrock.conversations import Conversation, kinds
from bellrock.core import NotFound, Transaction
from bellrock.house import House
from bellrock.people import Customer

_SUMMARY = "The customer asked for a person."


async def give_to_person(
    tx: Transaction, house: House, *, customer: Customer, language: str, now: datetime
) -> Conversation:
    """Put the running thread into a queue for a person and return it; one is opened where there is none.

    Whoever waits already, or is with somebody, keeps their place.
    """
    conversation = await conversations.current_of(tx, customer=customer, channel="widget")
    if conversation is None or not conversation.is_open:
        conversation = await conversations.open_conversation(
            tx, house.vault, customer=customer, channel="widget", language=language, now=now
        )
    if conversation.holder != "first_line":
        return conversation
    await conversations.hand_over(
        tx,
        house.vault,
        by=customer,
        conversation_id=conversation.id,
        reason="asked_for_person",
        summary=guard.screen(_SUMMARY),
        facts={},
        team_id=conversation.team_id or await people.default_team_id(tx),
        priority=conversation.priority,
        now=now,
    )
    return await conversations.get(tx, viewer=customer, conversation_id=conversation.id)


async def note_feedback(
    tx: Transaction, house: House, *, customer: Customer, message_id: UUID, helped: bool, now: datetime
) -> None:
    """Keep whether an answer of the customer's own thread helped. Raises NotFound for any other message."""
    conversation = await conversations.current_of(tx, customer=customer, channel="widget")
    if conversation is None:
        raise NotFound
    entries = await conversations.timeline(tx, house.vault, viewer=customer, conversation_id=conversation.id)
    if not any(entry.id == message_id and entry.kind == kinds.REPLIED for entry in entries):
        raise NotFound
    await conversations.record_decision(
        tx,
        house.vault,
        conversation_id=conversation.id,
        data={"step": "feedback", "message": str(message_id), "helped": helped},
        now=now,
        by=customer.actor,
    )
