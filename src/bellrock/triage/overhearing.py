"""What a customer writes to a person, or while they wait for one: it is not answered, but danger does not wait for its turn."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta

from bellrock import conversations, people
from bellrock import vault as vaults
from bellrock.conversations import Conversation
from bellrock.core import FIRST_LINE, Transaction
from bellrock.triage import cases
from bellrock.triage.acting import CustomerWrote, Heard, record
from bellrock.triage.concluding import Outcome
from bellrock.triage.deciding import is_protected
from bellrock.triage.decisions import PLEASANTRIES, Decision, HandOver, Why
from bellrock.triage.handing_over import guarded_again
from bellrock.triage.pending import HELD
from bellrock.triage.playbooks import telling
from bellrock.triage.playbooks.book import protective_offers
from bellrock.triage.playbooks.cases import explain_standing
from bellrock.triage.together import is_fragment
from bellrock.triage.tone import Tone
from bellrock.triage.topics import NEAR_MISS, Gate, topics

QUIET = timedelta(minutes=15)
"""Whoever was told their place in the queue is not told again for so long."""
PROTECT_MIN = 0.6
"""A case leaves its team for a topic of protection that is so likely; what its words say outright needs no likelihood."""
_DESPAIR = frozenset({Why.DISTRESS, Why.DESPAIR})
_ALARMS = (frozenset({Why.MASKED}), frozenset({Why.MONEY, Why.GATE_PROTECT}), _DESPAIR)
_STATUS = "case_status"
_ASKS = re.compile("[?？؟]")  # "hello?"
# "Is anybody there?", "still nothing?": a few words that look like one of these ask for news as well.
_IMPATIENT = frozenset({_STATUS, "talk_to_human", "service_complaint", NEAR_MISS})


def alarm(decision: Decision, heard: Heard) -> HandOver | None:
    """Return the decision where it is one that cannot wait and was not made in this conversation before; None for all others."""
    if not isinstance(decision, HandOver):
        return None
    raised = [kinds for kinds in _ALARMS if not kinds.isdisjoint(decision.reasons)]
    if raised and raised[0] is not _DESPAIR and Why.DISTRESS in decision.reasons and _is_known(raised[0], heard):
        # They know of the theft; that somebody does not want to live is news. What only sounds so beside it is none.
        decision = replace(decision, reason="topic_needs_person", reasons=(Why.DISTRESS,), is_protective=False)
        raised = [_DESPAIR]
    if not raised or not raised[0].isdisjoint(heard.said.reasons):
        return None
    reasons = set(decision.reasons)
    if Why.MASKED not in reasons and decision.is_protective and _is_guarded(heard.conversation):
        return None
    if Why.GATE_PROTECT in reasons and _likelihood(heard) < PROTECT_MIN:
        return None
    if decision.is_protective:
        return decision
    topic = topics().get((heard.conversation.topic or "").rpartition(".")[2])
    if topic is None:
        return decision
    return replace(
        decision, topic=topic.name, queue=topic.queue
    )  # despair is no topic: the case stays where it is known


def _is_known(kinds: frozenset[Why], heard: Heard) -> bool:
    return not kinds.isdisjoint(heard.said.reasons) or (Why.MASKED not in kinds and _is_guarded(heard.conversation))


def _is_guarded(conversation: Conversation) -> bool:
    """Say whether an agent holds a case as urgent and of theft already: that is no news to them."""
    topic = topics().get((conversation.topic or "").rpartition(".")[2])
    is_guarded = topic is not None and topic.gate is Gate.PROTECT
    return conversation.holder == HELD and conversation.priority == "urgent" and is_guarded


async def warn(
    tx: Transaction,
    vault: vaults.Vault,
    conversation: Conversation,
    heard: Heard,
    wrote: CustomerWrote,
    danger: HandOver,
    how: Tone,
    *,
    now: datetime,
) -> None:
    """Tell the agent who holds a case of the danger in its newest message, by the record; the caller has locked the case.

    The case becomes urgent and stays theirs. The record names the kind of danger, the team for it and the steps that
    protect, as codes. The customer is told nothing.
    """
    team = await people.team_for_queue(tx, queue=danger.queue, topic=danger.topic, language=conversation.language)
    is_elsewhere = danger.is_protective and team.id != conversation.team_id
    told: dict[str, object] = {
        "decision": "warn",
        conversations.kinds.WARNS: "distress" if not danger.is_protective else danger.reason,
        **({"team": str(team.id)} if is_elsewhere else {}),
        **({"offers": list(protective_offers(danger.topic))} if danger.is_protective else {}),
    }
    await record(tx, vault, heard, Outcome(danger), how, now=now, more=told)
    await conversations.set_priority(
        tx, vault, by=FIRST_LINE, conversation_id=conversation.id, priority="urgent", now=now
    )
    case = replace(heard.case, last_message_id=wrote.message_id)
    await cases.remember(tx, case, conversation_id=conversation.id, now=now)


def _likelihood(heard: Heard) -> float:
    """Return how likely it is that a message, or a part of it, is about something to protect from."""
    if heard.understanding is None:
        return 0.0
    leads = [part.guesses[0] for part in heard.understanding.parts]
    return max([heard.understanding.protect, *(lead.probability for lead in leads if is_protected(lead.topic))])


def asks_for_news(heard: Heard, *, now: datetime) -> bool:
    """Say whether a message asks how long it takes, or is nothing but signs ("??"), and nothing was said for a while."""
    if heard.said.replied_at is None or now - heard.said.replied_at < QUIET:
        return False
    if not any(sign.isalnum() for sign in heard.text):
        return bool(heard.text.strip())
    if heard.understanding is None or heard.model is None:
        return False
    best = heard.understanding.guesses[0]
    is_sure = best.probability >= heard.model.thresholds.probability(_STATUS, heard.language)
    is_call = best.topic in _IMPATIENT or (best.topic in PLEASANTRIES and _ASKS.search(heard.text) is not None)
    return (best.topic == _STATUS and is_sure) or (is_call and is_fragment(heard.text))


async def tell_place(
    tx: Transaction, vault: vaults.Vault, conversation: Conversation, heard: Heard, *, now: datetime
) -> None:
    """Tell the customer their place in the queue and by when an answer is due; the caller has locked the conversation."""
    text = telling.answer(await explain_standing(tx, conversation, now=now), heard.language)
    said = guarded_again(text, heard.said.words)
    await conversations.announce(tx, vault, conversation_id=conversation.id, text=said, now=now)
