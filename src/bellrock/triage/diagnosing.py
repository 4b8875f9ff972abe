"""The first line finds out: what a playbook concludes changes a decision, or goes to the specialist with the case."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

import structlog

from bellrock import people
from bellrock import vault as vaults
from bellrock.chains import Chain
from bellrock.conversations import Conversation
from bellrock.core import BellrockError, Transaction, i18n
from bellrock.exchange import Exchange, no_exchange
from bellrock.triage.answering import for_everybody
from bellrock.triage.cases import Case
from bellrock.triage.concluding import FOR_CERTAIN, MAY_BE_ANSWERED, Outcome, concluded, may_tell_of
from bellrock.triage.days import said_days
from bellrock.triage.decisions import Answer, Ask, Decision, HandOver, Why
from bellrock.triage.entities import Entity, EntityKind, entities
from bellrock.triage.generally import asks_generally, asks_how_long
from bellrock.triage.handing_over import History
from bellrock.triage.languages import language_of
from bellrock.triage.patience import Patience
from bellrock.triage.playbooks import telling
from bellrock.triage.playbooks.asking import Asked, symbols_in
from bellrock.triage.playbooks.book import Playbook, general, playbooks
from bellrock.triage.playbooks.cases import explain_case
from bellrock.triage.playbooks.diagnosis import Diagnosis
from bellrock.triage.playbooks.looking import CASE, Found, can_look, is_about_account, look
from bellrock.triage.questions import next_proof
from bellrock.triage.topics import Gate, named, topics

SECONDS_MAX = 4.0
_AT_RISK = "account_hacked"
_MESSAGES_MAX = 5
_OF_TOPIC = frozenset({Why.GATE_ASSIST, Why.GATE_HUMAN, Why.GATE_PROTECT, Why.NO_ARTICLE, Why.REPEATED, *FOR_CERTAIN})
_NUMBER = re.compile(r"(?<![\w-])(?=[\w-]*\d)[A-Za-z0-9][\w-]{3,63}(?![\w-])")
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class LookUp:
    """What is to be looked up for a decision, with all that concluding from it takes."""

    decision: Decision
    playbook: Playbook
    case: Case
    proof: int
    asked: Asked
    customer_id: UUID


@dataclass(slots=True)
class Diagnosing:
    """The ways to find something out. Without exchange and chains, only the customer's own cases can be looked at."""

    vault: vaults.Vault
    exchange: Exchange = field(default_factory=no_exchange)
    chains: Mapping[str, Chain] = field(default_factory=dict)
    patience: Patience = field(default_factory=Patience)

    async def prepare(
        self,
        tx: Transaction,
        conversation: Conversation,
        case: Case,
        decision: Decision,
        said: History,
        *,
        now: datetime,
    ) -> Outcome | LookUp:
        """Return what the playbook of the decision's topic wants to know, or the outcome where nothing is to be looked up.

        Whatever stands in our own database is read here; others are asked in `find_out`, outside any transaction.
        """
        playbook = _playbook(decision, case)
        if playbook is None or playbook.look is None:
            return Outcome(decision)
        customer = await people.customer(tx, conversation.customer_id)
        proof = await _proof(tx, customer, needs=topics()[playbook.topic].level, now=now)
        if playbook.topic not in case.answered and self._must_prove(decision, playbook, conversation, proof):
            # Whoever lost their second factor cannot sign in either.
            if playbook.asks_otherwise and not proof:
                return Outcome(decision, proof=proof)
            asks, is_told = (False, False) if proof else await _for_everybody(tx, conversation, playbook.topic, said)
            fact = next_proof(playbook.topic, case, asks=asks, is_told=is_told)
            if fact is None:
                return Outcome(decision, proof=proof)
            reasons = (*decision.reasons, Why.PROOF_MISSING)
            return Outcome(Ask((), reasons, fact=fact, topic=playbook.topic), proof=proof)
        if playbook.look == CASE:
            found = await explain_case(tx, conversation, said.words, now=now)
            decided = concluded(decision, playbook, case, proof, found, now=now, earlier=_earlier(said))
            return replace(decided, proof=proof)
        asked = await self._asked(tx, conversation, customer, case, said, now)
        if not can_look(playbook.look, asked) or not await self.patience.allows(tx, customer.id, now=now):
            return Outcome(decision, proof=proof)
        return LookUp(decision, playbook, case, proof, asked, customer.id)

    async def find_out(self, question: Outcome | LookUp, *, now: datetime) -> Outcome:
        """Ask exchange and chains, and decide with what they say: four seconds at most.

        A diagnosis that settles the question answers it, where topic, gate and proof of identity allow; every other one goes to
        the person with the case. One missing fact is asked for, once. Whatever fails leaves the decision as it was.
        """
        if isinstance(question, Outcome):
            return question
        playbook, proof = question.playbook, question.proof
        assert playbook.look is not None
        found = await self._look(playbook.look, question.asked, question.customer_id, now)
        decided = concluded(
            question.decision,
            playbook,
            question.case,
            proof,
            found,
            now=now,
            earlier=question.asked.earlier,
            newest=question.asked.newest,
        )
        return replace(decided, proof=proof)

    def _must_prove(self, decision: Decision, playbook: Playbook, conversation: Conversation, proof: int) -> bool:
        """Say whether an account is to be shown or changed that the customer has not proven to be theirs, by bot or person.

        Where nobody could ask for the proof, where an article answers as well, and for what only people deal with, nothing
        is asked.
        """
        topic = topics()[playbook.topic]
        return (
            isinstance(decision, HandOver)
            and not decision.is_protective
            and playbook.look is not None
            and conversation.channel == "widget"
            and topic.level > proof
            and is_about_account(playbook.look, self.exchange)
            and (topic.gate is Gate.ASSIST or may_tell_of(decision, playbook, topic.level))
            and bool(FOR_CERTAIN & set(decision.reasons))
            and set(decision.reasons) <= MAY_BE_ANSWERED
        )

    async def _asked(
        self,
        tx: Transaction,
        conversation: Conversation,
        customer: people.Customer,
        case: Case,
        said: History,
        now: datetime,
    ) -> Asked:
        account = None
        if customer.kind is people.CustomerKind.CUSTOMER:
            account = (await people.profile(tx, self.vault, customer_id=customer.id)).external_id
        newest = said.words[-_MESSAGES_MAX:]
        text = "\n".join((*said.fields.values(), *newest))
        return Asked(
            exchange=self.exchange,
            chains=self.chains,
            account=account,
            text=text,
            found=(*_given(case, newest), *(entity for part in (*reversed(newest), text) for entity in entities(part))),
            now=now,
            symbols=symbols_in(text),
            earlier=_earlier(said),
            newest=said.newest,
            days=said_days(
                said.newest,
                language=language_of(said.newest, prior=conversation.language),
                zone=await people.zone_of(tx, customer_id=customer.id),
                now=now,
            ),
        )

    async def _look(self, name: str, asked: Asked, customer_id: UUID, now: datetime) -> Found:
        try:
            async with asyncio.timeout(SECONDS_MAX):
                found = await look(name, asked)
            if isinstance(found, Diagnosis):
                telling.answer(found, i18n.SOURCE_LANGUAGE)  # what cannot be told is no diagnosis
            self.patience.answered()
            return found
        except TimeoutError:
            self.patience.failed(customer_id, now=now)
            _log.warning("triage.look_up_late", look=name)
        except BellrockError as error:
            if error.retryable:
                self.patience.failed(customer_id, now=now)
            _log.warning("triage.look_up_failed", look=name, code=error.code)
        except (ArithmeticError, LookupError, ValueError) as error:
            # Facts that fit no rule are a defect to be mended, and no reason to leave a customer without an answer.
            _log.error("triage.look_up_broken", look=name, error=type(error).__name__, exc_info=True)
        return None


def needed(topic: str) -> tuple[str, ...]:
    """Return the names of the facts that whoever takes a case of this topic over needs; none for an unknown topic."""
    found = playbooks().get(topic.rpartition(".")[2])
    return found.specialist if found else ()


def _playbook(decision: Decision, case: Case) -> Playbook | None:
    """Return the playbook of a decision whose topic is known; a guess is nothing to look an account up for.

    Known is also what was answered before: whoever takes the case over reads how it stands now.

    Where money may be at risk, how the account stands is looked up whatever the topic.
    """
    if isinstance(decision, HandOver) and decision.is_protective:
        at_risk, own = playbooks()[_AT_RISK], playbooks()[decision.topic or _AT_RISK]
        return own if own.look == at_risk.look else at_risk
    if isinstance(decision, Ask) or decision.topic is None or (isinstance(decision, Answer) and decision.is_incident):
        return None
    is_known = bool(_OF_TOPIC & set(decision.reasons)) or decision.topic in case.answered
    return playbooks()[decision.topic] if is_known else None


async def _proof(tx: Transaction, customer: people.Customer, *, needs: int, now: datetime) -> int:
    """Return the customer's proof of identity; a stronger one than being signed in is looked for only where it matters."""
    if needs > 1:
        return await people.proof_of(tx, customer=customer, now=now)
    return 1 if customer.kind is people.CustomerKind.CUSTOMER else 0


async def _for_everybody(tx: Transaction, conversation: Conversation, topic: str, said: History) -> tuple[bool, bool]:
    """Say whether a question is a general one, and whether there is an answer to it that holds for everybody.

    Whoever picked the topic from a list asked before that. A sentence of ours says how long something takes, and nothing else.
    """
    if said.fields:
        return False, False
    is_pick = named(said.newest) is not None and said.before
    question = said.before[-1] if is_pick else said.newest
    language = language_of(question, prior=conversation.language)
    if not asks_generally(question, language):
        return False, False
    found = general().get(topic)
    if found is not None and found.says and not asks_how_long(question, language):
        return True, False
    return True, await for_everybody(tx, conversation, topic=topic, language=language) is not None


def _earlier(said: History) -> tuple[Diagnosis, ...]:
    return tuple(one for kept in said.concluded if (one := telling.from_record(kept)))


def _given(case: Case, newest: tuple[str, ...]) -> tuple[Entity, ...]:
    """Return the order number that answers the question for one: there, a bare number needs no word beside it."""
    if not newest or not any(choice.rpartition(":")[2].startswith("order") for choice in case.choices):
        return ()
    found = _NUMBER.search(newest[-1])
    return (Entity(EntityKind.ORDER, found[0], found[0]),) if found else ()
