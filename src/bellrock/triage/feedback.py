"""What the customer says back: it helped, it did not, or a person please. Needs no classifier."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from bellrock import conversations, people
from bellrock import vault as vaults
from bellrock.conversations import Conversation, HandOverReason
from bellrock.core import FIRST_LINE, Transaction
from bellrock.triage import cases, handing_over
from bellrock.triage.decisions import HandOver, Why
from bellrock.triage.topics import topics

_WHY: dict[HandOverReason, tuple[Why, ...]] = {"asked_for_person": (Why.ASKED,), "not_helped": ()}


async def give_feedback(
    tx: Transaction,
    vault: vaults.Vault,
    *,
    customer: people.Customer,
    conversation_id: UUID,
    is_helpful: bool,
    now: datetime,
) -> None:
    """Resolve the customer's conversation because the answer helped, or put it before a person because it did not.

    Does nothing when a person has it already or it is resolved. Raises ConversationUnknown for another customer's.
    """
    conversation = await conversations.lock(tx, viewer=customer, conversation_id=conversation_id)
    if not is_helpful:
        await _hand_over(tx, vault, conversation, "not_helped", now=now)
        return
    if conversation.holder != "first_line" or not conversation.is_open:
        return
    case = await cases.recall(tx, conversation_id=conversation.id)
    settled = replace(case, turns=0, asks=0, choices=(), answered=())
    await cases.remember(tx, settled, conversation_id=conversation.id, now=now)
    await conversations.resolve(tx, vault, by=customer, conversation_id=conversation.id, now=now)


async def ask_for_person(
    tx: Transaction, vault: vaults.Vault, *, customer: people.Customer, conversation_id: UUID, now: datetime
) -> None:
    """Put the customer's conversation before a person at once; nothing changes when one has it or it waits for one.

    Raises ConversationUnknown for another customer's conversation.
    """
    conversation = await conversations.lock(tx, viewer=customer, conversation_id=conversation_id)
    await _hand_over(tx, vault, conversation, "asked_for_person", now=now)


async def _hand_over(
    tx: Transaction, vault: vaults.Vault, conversation: Conversation, reason: HandOverReason, *, now: datetime
) -> None:
    if conversation.holder != "first_line":
        return
    if not conversation.is_open:
        await conversations.reopen(tx, vault, by=FIRST_LINE, conversation_id=conversation.id, now=now)
    name = conversation.topic.rpartition(".")[2] if conversation.topic else ""
    found = topics().get(name)
    decision = HandOver(
        reason=reason,
        topic=found.name if found else None,
        queue=found.queue if found else "general",
        priority="high" if found and found.is_urgent else "normal",
        reasons=_WHY[reason],
    )
    await conversations.record_decision(
        tx,
        vault,
        conversation_id=conversation.id,
        data={
            "model": "none",
            "decision": "hand_over",
            "topic": decision.topic,
            "reasons": [reason],
            "language": conversation.language,
        },
        now=now,
        by=FIRST_LINE,
    )
    said = await handing_over.history(tx, vault, conversation_id=conversation.id)
    await handing_over.to_person(
        tx, vault, conversation=conversation, decision=decision, said=said, language=conversation.language, now=now
    )
