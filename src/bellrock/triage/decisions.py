"""What is decided from and what comes of it: the situation, the reasons, and an answer, a question or a hand-over."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bellrock.conversations import HandOverReason, Priority
from bellrock.triage.model import Understanding
from bellrock.triage.rules import Sign

GREETING = "greeting_or_thanks"
PLEASANTRIES = frozenset({GREETING})
"""Topics after whose answer nobody is asked whether it helped; they are no turn, since nothing failed."""


class Why(StrEnum):
    """Reasons of a decision, as the record keeps them."""

    MASKED = "secret_in_message"
    ASKED = "asked_for_person"
    LEGAL = "legal_words"
    MONEY = "money_words"
    DISTRESS = "distress_words"
    DESPAIR = "sounds_desperate"
    VIP = "vip_policy"
    TURNS = "turns_used_up"
    CHOSEN = "topic_chosen_by_customer"
    FOLLOWS = "follows_last_answer"
    GATE_PROTECT = "gate_protect"
    GATE_HUMAN = "gate_human"
    GATE_ASSIST = "gate_assist"
    GATE_LOST = "gate_lost"
    SURE = "sure_enough"
    NO_ARTICLE = "no_article_in_language"
    INCIDENT = "incident_explains"
    LANGUAGE = "language_not_learnt"
    UNSURE = "not_sure"
    NO_WORDS = "no_words"
    ASKED_BEFORE = "asked_before"
    REPEATED = "same_answer_before"
    DIAGNOSED = "diagnosed"
    FACT_MISSING = "fact_missing"
    PROOF_MISSING = "proof_missing"
    INSTRUCTS = "instructs_the_bot"
    SEVERAL = "several_topics"


@dataclass(frozen=True, slots=True)
class Situation:
    """Everything a decision looks at. `chosen` is a topic that the customer picked from a list or a form, or, where it
    `follows`, that of the answer before, which the message goes on about.

    `answerable` are the topics with a published article in the customer's language, `incidents` those that an open incident
    explains; `turns` counts earlier messages that the first line dealt with, `asks` its earlier questions, `answered` the
    topics it has answered before; `is_vip` holds for customers whom the house promises a person; `lost` are the
    topics whose answers failed too often; `is_other_language` says that the last answer was in another language than this
    message; `greets` that it is no more than a greeting, `greeted` how many came before it and nothing else, None where
    something did; `wishes` that it is no more than a wish for a language, `asked` the question before it, to be put again.
    """

    has_words: bool
    has_secret: bool
    signs: frozenset[Sign]
    understanding: Understanding | None
    chosen: str | None
    is_language_learnt: bool
    answerable: Collection[str]
    incidents: Collection[str]
    turns: int
    asks: int
    answered: Sequence[str] = ()
    is_vip: bool = False
    lost: Collection[str] = ()
    is_other_language: bool = False
    follows: bool = False
    sounds_desperate: bool = False
    greets: bool = False
    greeted: int | None = None
    wishes: bool = False
    asked: Ask | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """Answer with the published article of the topic, or with the incident that explains it; with those of `also` as well."""

    topic: str
    reasons: tuple[Why, ...]
    is_incident: bool = False
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ask:
    """Ask one question: which of these topics it is; without topics, what it is about.

    Where the topic is known, a `fact` of it is asked for that only the customer can give.
    """

    topics: tuple[str, ...]
    reasons: tuple[Why, ...]
    fact: str | None = None
    topic: str | None = None


@dataclass(frozen=True, slots=True)
class HandOver:
    """Put it before a person of the queue. `is_protective` offers measures to the customer at once.

    `also` are further topics of the same message.
    """

    reason: HandOverReason
    topic: str | None
    queue: str
    priority: Priority
    reasons: tuple[Why, ...]
    is_protective: bool = False
    also: tuple[str, ...] = ()


Decision = Answer | Ask | HandOver
