"""What the first line knows when it decides: the topic that was picked, what could answer it, what was tried before."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from bellrock import incidents, people
from bellrock.conversations import Conversation
from bellrock.core import Transaction
from bellrock.triage import answering, resolution
from bellrock.triage.cases import Case
from bellrock.triage.deciding import PLEASANTRIES, Situation
from bellrock.triage.diagnosing import is_waiting_for_proof, pending_topic
from bellrock.triage.entities import entities
from bellrock.triage.model import Understanding
from bellrock.triage.rules import signs
from bellrock.triage.topics import NEAR_MISS, Gate, named, topics

_WORDS_OF_ANSWER_MAX = 6
_ANOTHER_MIN = 0.8


async def situation_of(
    tx: Transaction,
    conversation: Conversation,
    case: Case,
    text: str,
    language: str,
    understanding: Understanding | None,
    *,
    learnt: Collection[str],
    has_secret: bool,
    now: datetime,
) -> Situation:
    """Return what a decision about a message looks at. `learnt` are the languages that the model knows."""
    chosen = _chosen(conversation, case, text, understanding)
    if chosen is None and is_waiting_for_proof(case):
        # Whoever cannot prove it says so in any words: they go on where they were asked, and that is with a person.
        pending = pending_topic(case)
        if not _is_sure_of_another(pending, understanding) or await _has_proven(tx, conversation, case, now):
            chosen = pending
    likeliest = chosen or (understanding.guesses[0].topic if understanding else None)
    parts = understanding.parts if understanding and chosen is None else ()
    answerable, explained = [], []
    for name in dict.fromkeys([likeliest, *(part.guesses[0].topic for part in parts)]):
        if name is None or name == NEAR_MISS:
            continue
        article = await answering.article_for(tx, conversation, topic=name, language=language)
        answerable += [name] if article is not None and article.language == language else []
        notice = await incidents.answer_for(tx, topic=name, language=language)
        explained += [name] if notice is not None else []
    return Situation(
        has_words=any(sign.isalnum() for sign in text),
        has_secret=has_secret,
        signs=signs(text, language=language),
        understanding=understanding,
        chosen=chosen,
        is_language_learnt=language in learnt,
        answerable=answerable,
        incidents=explained,
        turns=case.turns,
        asks=case.asks,
        answered=case.answered,
        is_vip=await _is_vip(tx, conversation),
        lost=await resolution.lost_gates(tx),
        is_other_language=_base(language) != _base(conversation.language),
    )


def _base(language: str) -> str:
    """Return a language without its script: whoever reads one kind of Chinese reads the other."""
    return language.partition("-")[0]


async def _has_proven(tx: Transaction, conversation: Conversation, case: Case, now: datetime) -> bool:
    """Say whether the customer has proven by now what the topic of the last question needs."""
    topic = pending_topic(case)
    customer = await people.customer(tx, conversation.customer_id)
    return topic in topics() and await people.proof_of(tx, customer=customer, now=now) >= topics()[topic].level


async def _is_vip(tx: Transaction, conversation: Conversation) -> bool:
    """Say whether the exchange promises this customer a person: its VIPs and institutions."""
    found = await people.customer(tx, conversation.customer_id)
    return found.tier is not people.Tier.STANDARD


def _chosen(conversation: Conversation, case: Case, text: str, understanding: Understanding | None) -> str | None:
    """Return the topic that the customer picked: of the choices just offered, or on the form at the very beginning."""
    picked = named(text)
    if picked in case.choices:
        return picked
    if (
        (pending := pending_topic(case))
        and not is_waiting_for_proof(case)
        and not _changes_subject(text, understanding)
    ):
        return pending
    if case.last_message_id is None and conversation.topic is not None:
        name = conversation.topic.rpartition(".")[2]
        return name if name in topics() else None
    return None


def _changes_subject(text: str, understanding: Understanding | None) -> bool:
    """Say whether a message is no answer to the question for a fact: it names none, or it is about something grave."""
    if not entities(text) and len(text.split()) > _WORDS_OF_ANSWER_MAX:
        return True
    return understanding is not None and _gate_of(understanding.guesses[0].topic) in (Gate.PROTECT, Gate.HUMAN)


def _is_sure_of_another(topic: str | None, understanding: Understanding | None) -> bool:
    """Say whether a message may be about theft, or is surely about another topic."""
    if understanding is None:
        return False
    best = understanding.guesses[0]
    if _gate_of(best.topic) is Gate.PROTECT:
        return True
    is_topic = best.topic not in (topic, NEAR_MISS, *PLEASANTRIES)
    return is_topic and best.probability >= _ANOTHER_MIN


def _gate_of(label: str) -> Gate | None:
    """Return the gate of a label of the classifier; None for none of our topics."""
    found = topics().get(label)
    return found.gate if found else None
