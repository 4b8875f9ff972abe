"""Questions for a fact that only the customer can give: what was asked, what is asked next, and in which words."""

from __future__ import annotations

from bellrock.core import i18n
from bellrock.triage.cases import Case
from bellrock.triage.decisions import Ask
from bellrock.triage.entities import EntityKind, entities
from bellrock.triage.playbooks import texts
from bellrock.triage.playbooks.book import Playbook, general, playbooks

_PENDING = "fact"
PROOF = "proof"
"""What is asked for where the topic needs a stronger proof of who the customer is than there is."""
PROOF_GENERAL, PROOF_AGAIN = "proof_general", "proof_again"
"""The same of a visitor who asked generally, after what holds for everybody; and of one who asks on instead, in other words."""
PROOF_OTHERWISE = "proof_otherwise"
_PROOFS = frozenset({PROOF, PROOF_GENERAL, PROOF_AGAIN})
_PROOFS_MAX = 4
_OTHERWISE = "_otherwise"
"""How a question ends that asks for a fact in other words, of somebody who did not answer the first one."""


def asked_last(case: Case) -> tuple[str, str] | None:
    """Return the topic for which a fact was asked in the last turn, and the fact."""
    asked = next((choice for choice in reversed(case.choices) if choice.startswith(f"{_PENDING}:")), None)
    if asked is None:
        return None
    _, topic, fact = asked.split(":")
    return topic, fact


def pending_topic(case: Case) -> str | None:
    """Return the topic for which a fact was asked in the last turn."""
    asked = asked_last(case)
    return asked[0] if asked else None


def is_asked(case: Case) -> bool:
    """Say whether a fact or a proof was asked for in the last turn."""
    return any(choice.startswith(f"{_PENDING}:") for choice in case.choices)


def is_waiting_for_proof(case: Case) -> bool:
    """Say whether proof of identity was asked for in the last turn."""
    return bool(_proofs(case))


def wants_proof(ask: Ask) -> bool:
    """Say whether a question is for a proof of identity, in whatever words."""
    return ask.fact in _PROOFS


def has_been_told(case: Case) -> bool:
    """Say whether somebody who is to prove who they are was told what holds for everybody, in the last turn."""
    asked = asked_last(case)
    return asked is not None and asked[1] in (PROOF_GENERAL, PROOF_AGAIN)


def next_proof(topic: str, case: Case, *, asks: bool, is_told: bool) -> str | None:
    """Return in which way to ask for a proof for a topic: each way once, then None.

    `asks` says that a visitor asked a general question; `is_told`, that something can be said that holds for everybody.
    """
    before = _proofs(case)
    if not before:
        return PROOF_GENERAL if asks and is_told else PROOF
    if not asks or len(before) >= _PROOFS_MAX or any(fact == PROOF_AGAIN for _, fact in before):
        return None
    told = [general().get(one, one) for one, fact in before if fact == PROOF_GENERAL]
    return PROOF_GENERAL if is_told and general().get(topic, topic) not in told else PROOF_AGAIN


def _proofs(case: Case) -> list[tuple[str, str]]:
    """Return for which topics a proof was asked since the last answer, and how, the newest last."""
    asked = [choice.split(":") for choice in case.choices if choice.startswith(f"{_PENDING}:")]
    return [(topic, fact) for _, topic, fact in asked if fact in _PROOFS]


def pending_choices(ask: Ask, case: Case) -> tuple[str, ...]:
    """Return what a case remembers of a question for a fact: with those before it that were not answered, the newest last."""
    if not ask.fact:
        return ask.topics
    asked = f"{_PENDING}:{ask.topic}:{ask.fact}"
    before = [one for one in case.choices if one.startswith(f"{_PENDING}:") and one != asked]
    return (*(before if wants_proof(ask) or not is_waiting_for_proof(case) else ()), asked)


def next_question(fact: str, playbook: Playbook, case: Case, newest: str) -> str | None:
    """Return what to ask for a fact that is missing: each question once, then another way to say the same; None after that.

    Nobody is asked for a coin and an amount in its place whose `newest` words name these.
    """
    asked = {one.rpartition(":")[2] for one in case.choices if one.startswith(f"{_PENDING}:{playbook.topic}:")}
    otherwise = f"{fact.partition('_')[0]}{_OTHERWISE}"
    is_told = any(one.kind is EntityKind.AMOUNT or one.kind is EntityKind.DATE for one in entities(newest))
    ways = (fact,) if is_told else (fact, otherwise)
    return next((one for one in ways if one in playbook.asks and one not in asked), None)


def question(ask: Ask, language: str) -> str:
    """Return the question for a fact, with where to find it."""
    assert ask.fact is not None
    code = PROOF_OTHERWISE if asks_otherwise(ask) else PROOF if ask.fact == PROOF_GENERAL else ask.fact
    return i18n.translate(language, texts.ASKS[code])


def asks_otherwise(ask: Ask) -> bool:
    """Say whether a proof is asked for by another way than the device that the customer lost."""
    return ask.fact == PROOF and ask.topic is not None and playbooks()[ask.topic].asks_otherwise
