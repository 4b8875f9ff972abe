"""Carrying out what the first line decided: the decision as a fact, and the answer, the question or the hand-over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from bellrock import conversations, people
from bellrock import vault as vaults
from bellrock.conversations import Conversation
from bellrock.core import FIRST_LINE, Transaction
from bellrock.exchange import Exchange
from bellrock.triage import cases, handing_over, protecting
from bellrock.triage.cases import Case
from bellrock.triage.concluding import Outcome
from bellrock.triage.decisions import PLEASANTRIES, Answer, Ask, Decision, HandOver, Why
from bellrock.triage.greetings import MENU, greeted_again
from bellrock.triage.handing_over import History
from bellrock.triage.missing import still_missing
from bellrock.triage.model import Model, Understanding
from bellrock.triage.playbooks.book import protective_offers, steps_of
from bellrock.triage.questions import pending_choices
from bellrock.triage.tone import Tone, urgency_of

# A hand-over for one of these is about its topic for certain.
_BY_TOPIC = frozenset({Why.SURE, Why.CHOSEN, Why.FOLLOWS, Why.GATE_ASSIST})


@dataclass(frozen=True, slots=True)
class CustomerWrote:
    """A customer's message, as the first line is told of it. `masked` are the kinds of secret the guard removed."""

    conversation_id: UUID
    message_id: UUID
    masked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Heard:
    """A message with all that it is understood by, as it stood when it was read; `model` is the head that decides.

    `text` is what the customer wrote last, `language` the one it is answered in.
    """

    conversation: Conversation
    case: Case
    said: History
    text: str
    language: str
    model: Model | None = None
    understanding: Understanding | None = None


async def record(
    tx: Transaction,
    vault: vaults.Vault,
    heard: Heard,
    outcome: Outcome,
    how: Tone,
    *,
    now: datetime,
    more: Mapping[str, object] | None = None,
) -> None:
    """Write the decision with its reasons, and `more`; shares are kept in thousandths, since records hold integers only."""
    decision, understanding = outcome.decision, heard.understanding
    data: dict[str, object] = {
        "model": heard.model.version if heard.model else "none",
        "language": heard.language,
        "decision": {Answer: "answer", Ask: "ask", HandOver: "hand_over"}[type(decision)],
        "reasons": [reason.value for reason in decision.reasons],
        "urgency": urgency_of(decision, how, decision.topic),
        "mood": how.mood.value,
        "cues": [cue.value for cue in how.cues],
    }
    if understanding is not None:
        data["guesses"] = [
            {"topic": guess.topic, "permille": round(guess.probability * 1000)} for guess in understanding.guesses
        ]
        data["margin_permille"] = round(understanding.margin * 1000)
        data["similarity_permille"] = round(understanding.similarity * 1000)
        data["risk_permille"] = round(understanding.risk * 1000)
    if not isinstance(decision, Ask) and decision.also:
        data["also"] = list(decision.also)
    if isinstance(decision, Ask):
        data["choices"] = list(decision.topics)
    if not isinstance(decision, Ask) or decision.topic:
        data["topic"] = decision.topic
    if isinstance(decision, Ask) and decision.fact:
        data["fact"] = decision.fact
    if outcome.proof is not None:
        data["proof"] = outcome.proof
    if outcome.diagnosis is not None:
        data["diagnosis"] = outcome.diagnosis.code
        data["settles"] = outcome.diagnosis.settles
    await conversations.record_decision(
        tx, vault, conversation_id=heard.conversation.id, data=data | dict(more or {}), now=now, by=FIRST_LINE
    )


async def act(
    tx: Transaction,
    vault: vaults.Vault,
    exchange: Exchange,
    heard: Heard,
    wrote: CustomerWrote,
    outcome: Outcome,
    said: tuple[str, dict[str, Any]] | None,
    how: Tone,
    *,
    now: datetime,
) -> None:
    """Carry a decision out and remember it; the caller has locked the conversation.

    `said` is what an answer or a question says, with its codes; `how` is the tone of the message.
    """
    decision, conversation, language = outcome.decision, heard.conversation, heard.language
    await conversations.set_topic(
        tx,
        vault,
        by=FIRST_LINE,
        conversation_id=conversation.id,
        topic=decision.topic or conversation.topic,
        language=language,
        now=now,
    )
    steps = await _steps(tx, exchange, conversation, outcome, language)
    if isinstance(decision, HandOver):
        await handing_over.to_person(
            tx,
            vault,
            conversation=conversation,
            decision=decision,
            said=heard.said,
            language=language,
            how=how,
            now=now,
            masked=tuple(dict.fromkeys((*heard.said.masked, *wrote.masked))),
            outcome=outcome,
            steps=steps,
            asks=still_missing(outcome, heard.case, heard.said),
        )
    else:
        assert said is not None
        text, extras = said
        await conversations.reply(
            tx,
            vault,
            by=FIRST_LINE,
            conversation_id=conversation.id,
            text=handing_over.guarded_again(text, heard.said.words),
            now=now,
            last_seen_message_id=wrote.message_id,
            extras=extras | ({"steps": steps} if steps else {}),
            diagnosis=outcome.record(language) if outcome.is_told else None,
        )
    case = replace(case_after(heard.case, decision), last_message_id=wrote.message_id)
    await cases.remember(tx, case, conversation_id=conversation.id, now=now)


async def _steps(
    tx: Transaction, exchange: Exchange, conversation: Conversation, outcome: Outcome, language: str
) -> list[dict[str, str]]:
    """Return the protective steps to draw as buttons: where money is at risk, or the topic names some and it is sure."""
    decision = outcome.decision
    if isinstance(decision, HandOver) and decision.is_protective:
        codes = protective_offers(decision.topic)
    elif not _BY_TOPIC & set(decision.reasons):
        return []
    else:
        codes = steps_of(decision.topic)
    if not codes:
        return []
    customer = await people.customer(tx, conversation.customer_id)
    return protecting.buttons(exchange, conversation, customer, codes, language)


def case_after(case: Case, decision: Decision) -> Case:
    """Return the case after a decision.

    Pleasantries are no turn, since nothing failed, and leave what was asked open; they are counted while nothing else is said.
    An answer to something new, or with news, begins again: what came before it was settled, or left.
    """
    if isinstance(decision, Ask) and decision.fact:
        return replace(case, choices=pending_choices(decision, case))
    is_greeting = decision in (Ask((), (Why.UNSURE,)), Ask(MENU, (Why.UNSURE,)))
    if is_greeting or (isinstance(decision, Answer) and decision.topic in PLEASANTRIES):
        return greeted_again(case)
    if isinstance(decision, Ask) and decision.topics and decision.topics == case.choices:
        return case  # the same once more, in another language
    if isinstance(decision, Ask):
        return replace(case, turns=case.turns + 1, asks=case.asks + 1, choices=decision.topics)
    if isinstance(decision, Answer):
        is_new = decision.topic not in case.answered or Why.DIAGNOSED in decision.reasons
        return replace(
            case,
            turns=1 if is_new else case.turns + 1,
            asks=0 if is_new else case.asks,
            choices=(),
            answered=(*case.answered, decision.topic, *decision.also),
        )
    return replace(case, choices=())
