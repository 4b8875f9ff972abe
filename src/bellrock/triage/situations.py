"""What the first line knows when it decides: the topic that was picked, what could answer it, what was tried before."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from bellrock import incidents, people
from bellrock.conversations import Conversation
from bellrock.core import Transaction
from bellrock.triage import answering, resolution
from bellrock.triage.cases import Case
from bellrock.triage.deciding import PROTECT_MIN
from bellrock.triage.decisions import PLEASANTRIES, Situation
from bellrock.triage.entities import entities
from bellrock.triage.generally import asks_generally, asks_how_long
from bellrock.triage.greetings import is_greeting, on_offer, times_greeted
from bellrock.triage.model import Understanding
from bellrock.triage.playbooks.book import playbooks
from bellrock.triage.pointing import followed, is_bare, is_number, is_short, offered, topic_of_id, with_matters
from bellrock.triage.questions import has_been_told, is_asked, is_waiting_for_proof, pending_topic
from bellrock.triage.rules import signs
from bellrock.triage.together import SHARED, is_fragment
from bellrock.triage.tone import sounds_desperate
from bellrock.triage.topics import NEAR_MISS, Gate, named, topics
from bellrock.triage.wishes import asked_again, wished_language

_WORDS_OF_ANSWER_MAX = 6
_ANOTHER_MIN = 0.8
_GRAVE_MIN = 0.5
_GRAVE_IN_ANSWER_MIN = 0.65
_ABOUT_PROOF = frozenset({"account_security", "identity"})


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
    concluded: Sequence[Mapping[str, Any]] = (),
) -> Situation:
    """Return what a decision about a message looks at. `learnt` are the languages that the model knows.

    `concluded` are the diagnoses of this conversation, as their records keep them.
    """
    understanding = with_matters(understanding) if understanding else None
    chosen = _chosen(conversation, case, text, understanding)
    follows = False
    if chosen is None and not is_asked(case):
        chosen = followed(text, case, understanding, concluded)
        follows = chosen is not None
    if chosen is None and is_waiting_for_proof(case):
        # Whoever cannot prove it says so in any words: they go on where they were asked, and that is with a person.
        pending = pending_topic(case)
        is_another = _is_sure_of_another(text, pending, understanding) or _asks_another(
            text, language, case, understanding
        )
        if not is_another or await _has_proven(tx, conversation, case, now):
            chosen = pending
    likeliest = chosen or (understanding.guesses[0].topic if understanding else None)
    parts = understanding.parts if understanding and chosen is None else ()
    answerable, explained = [], []
    greets, wishes = is_greeting(text), wished_language(text, prior=conversation.language) is not None
    spoken_of = [*PLEASANTRIES, *(case.answered[-1:] if wishes else ())] if greets or wishes else []
    for name in dict.fromkeys([likeliest, *spoken_of, *(part.guesses[0].topic for part in parts)]):
        if name is None or name == NEAR_MISS:
            continue
        article = await answering.article_for(tx, conversation, topic=name, language=language)
        answerable += [name] if article is not None and article.language == language else []
        notice = await incidents.answer_for(tx, topic=name, language=language)
        explained += [name] if notice is not None else []
    return Situation(
        has_words=any(sign.isalnum() for sign in text) and not is_bare(text),
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
        follows=follows,
        sounds_desperate=sounds_desperate(understanding, text),
        greets=greets,
        greeted=times_greeted(case),
        wishes=wishes,
        asked=asked_again(case) if wishes else None,
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
    """Return the topic that the customer picked: of the choices just offered, or on the form at the very beginning.

    A bare id picks what it is needed for.
    """
    picked = named(text)
    if picked in on_offer(case):
        return picked
    if (
        (pending := pending_topic(case))
        and not is_waiting_for_proof(case)
        and not _changes_subject(text, pending, understanding)
    ):
        return pending
    if case.last_message_id is None and conversation.topic is not None:
        name = conversation.topic.rpartition(".")[2]
        return name if name in topics() else None
    if not is_asked(case) and (is_bare(text) or (is_number(text) and case.answered)):
        return topic_of_id(text, case)
    return offered(text, case, understanding)


def _changes_subject(text: str, pending: str, understanding: Understanding | None) -> bool:
    """Say whether a message is no answer to the question for a fact: it names none and says much, or is surely about another.

    A number alone is an answer, whatever it looks like to the classifier.
    """
    if is_bare(text) or is_number(text):
        return False
    if not entities(text) and len(text.split()) > _WORDS_OF_ANSWER_MAX:
        return True
    if understanding is None:
        return False
    best = understanding.guesses[0]
    if _gate_of(best.topic) is Gate.PROTECT:
        # "I sent it": to us, as we asked for; so few words are read in the light of the question.
        return understanding.protect >= (_GRAVE_IN_ANSWER_MIN if is_short(text) else PROTECT_MIN)
    if _gate_of(best.topic) is Gate.HUMAN:
        return best.probability >= _GRAVE_MIN
    if entities(text) or best.topic == NEAR_MISS or playbooks()[best.topic].look == playbooks()[pending].look:
        return False
    if best.topic in SHARED and is_fragment(text):
        return False  # "hurry up": of what was asked for
    return best.probability >= _ANOTHER_MIN


def _is_sure_of_another(text: str, topic: str | None, understanding: Understanding | None) -> bool:
    """Say whether a message may be about theft, or is surely about another topic: "no passkey" alone is none."""
    if understanding is None:
        return False
    best = understanding.guesses[0]
    if _gate_of(best.topic) is Gate.PROTECT or understanding.protect >= PROTECT_MIN:
        return True
    is_topic = best.topic not in (topic, NEAR_MISS, *PLEASANTRIES)
    return is_topic and best.probability >= _ANOTHER_MIN and not is_fragment(text)


def _asks_another(text: str, language: str, case: Case, understanding: Understanding | None) -> bool:
    """Say whether somebody who is to prove who they are asks a general question about something else, or only gives thanks.

    How to sign in, or to be verified, is asked by whoever wants to prove it and does not know how: that is no other matter. How
    long it takes is one.
    """
    if understanding is None:
        return False
    best = understanding.guesses[0].topic
    if best in PLEASANTRIES:
        return has_been_told(case) and understanding.guesses[0].probability >= _ANOTHER_MIN
    if best in (pending_topic(case), NEAR_MISS):
        return False
    is_about_proof = topics()[best].category in _ABOUT_PROOF
    return asks_how_long(text, language) if is_about_proof else asks_generally(text, language)


def _gate_of(label: str) -> Gate | None:
    """Return the gate of a label of the classifier; None for none of our topics."""
    found = topics().get(label)
    return found.gate if found else None
