"""The first line at work: reads a customer's message, decides, and answers, asks or hands over. Each decision is a fact."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog

from bellrock import conversations, people
from bellrock import vault as vaults
from bellrock.conversations import Conversation
from bellrock.core import FIRST_LINE, Transaction
from bellrock.triage import answering, cases, handing_over, protecting
from bellrock.triage.answering import PLEASANTRIES
from bellrock.triage.cases import Case
from bellrock.triage.deciding import Answer, Ask, Decision, HandOver, Situation, Why, decide
from bellrock.triage.diagnosing import (
    Diagnosing,
    Outcome,
    pending_choices,
)
from bellrock.triage.handing_over import History
from bellrock.triage.heads import Heads
from bellrock.triage.languages import language_of
from bellrock.triage.meaning import shipped
from bellrock.triage.model import Model, ModelMismatch, Thresholds, Understanding
from bellrock.triage.phrasing import Phrasing
from bellrock.triage.playbooks.book import protective_offers, steps_of
from bellrock.triage.port import Embedder
from bellrock.triage.rules import Sign, signs
from bellrock.triage.several import understood
from bellrock.triage.situations import situation_of
from bellrock.triage.tone import Tone, tone
from bellrock.triage.topics import topics

_NEVER = Thresholds(2.0, 2.0, 2.0, -1.0, 2.0)
_log = structlog.get_logger(__name__)


Begin = Callable[[], AbstractAsyncContextManager[Transaction]]
"""Begins a transaction: `Database.transaction`."""


@dataclass(frozen=True, slots=True)
class CustomerWrote:
    """A customer's message, as the first line is told of it. `masked` are the kinds of secret the guard removed."""

    conversation_id: UUID
    message_id: UUID
    masked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Heard:
    """A message with all that it is understood by, as it stood when it was read; `model` is the head that decides."""

    conversation: Conversation
    case: Case
    said: History
    model: Model | None
    understanding: Understanding | None = None

    @property
    def text(self) -> str:
        return self.said.words[-1] if self.said.words else ""

    @property
    def language(self) -> str:
        return language_of(self.text, prior=self.conversation.language)


class FirstLine:
    """One first line a process. Without an embedder it hands every conversation to a person, and says so.

    Without `diagnosing` it looks nothing up: what needs a look at an account goes to a person. Without `heads` it decides by
    the shipped head, whatever leads taught.
    """

    def __init__(
        self,
        vault: vaults.Vault,
        embedder: Embedder | None,
        diagnosing: Diagnosing | None = None,
        phrasing: Phrasing | None = None,
        heads: Heads | None = None,
    ) -> None:
        self._vault = vault
        self._embedder = embedder
        self._diagnosing = diagnosing or Diagnosing(vault)
        self._phrasing = phrasing or Phrasing(None)
        self._heads = heads

    async def answer(self, begin: Begin, wrote: CustomerWrote, *, now: datetime) -> Decision | None:
        """Deal with a message; None when it is no longer the first line's: taken by a person, resolved, or overtaken.

        It is read, understood and looked up without a lock, so that nobody waits for it meanwhile; then, under the lock, nothing
        is written unless it is still the newest message and still ours.
        """
        heard = await self._hear(begin, wrote)
        if heard is None:
            return None
        async with begin() as tx:
            situation = await situation_of(
                tx,
                heard.conversation,
                heard.case,
                heard.text,
                heard.language,
                heard.understanding,
                learnt=heard.model.languages if heard.model else (),
                has_secret=bool(wrote.masked),
                now=now,
            )
            question = await self._diagnosing.prepare(
                tx, heard.conversation, heard.case, _decide(situation, heard.model), heard.said, now=now
            )
        outcome = await self._diagnosing.find_out(question, now=now)
        said = await self._say(begin, heard, outcome)
        tone_of = tone(heard.text, language=heard.language, signs=situation.signs, earlier=heard.said.words[:-1])
        async with begin() as tx:
            if await self._locked(tx, wrote) is None:
                return None
            await self._record(tx, heard, outcome, tone_of, now=now)
            await self._act(tx, heard, wrote, outcome, said, now=now)
        return outcome.decision

    async def give_up(self, begin: Begin, wrote: CustomerWrote, *, now: datetime) -> Decision | None:
        """Put a message before a person that `answer` failed at; None when it is no longer the first line's."""
        async with begin() as tx:
            held = await self._locked(tx, wrote)
            if held is None:
                return None
            conversation, case = held
            said = await handing_over.history(tx, self._vault, conversation_id=conversation.id)
            heard = _Heard(conversation, case, said, None)
            found = signs(heard.text, language=heard.language)
            outcome = Outcome(_decide(_by_signs_alone(found, has_secret=bool(wrote.masked)), None))
            tone_of = tone(heard.text, language=heard.language, signs=found, earlier=said.words[:-1])
            await self._record(tx, heard, outcome, tone_of, now=now)
            await self._act(tx, heard, wrote, outcome, None, now=now)
        return outcome.decision

    async def _hear(self, begin: Begin, wrote: CustomerWrote) -> _Heard | None:
        """Read a message and understand it; None when it is not ours."""
        async with begin() as tx:
            conversation = await conversations.get(tx, viewer=FIRST_LINE, conversation_id=wrote.conversation_id)
            case = await cases.recall(tx, conversation_id=conversation.id)
            if not _is_pending(conversation, case, wrote):
                return None
            said = await handing_over.history(tx, self._vault, conversation_id=conversation.id)
            model = await self._head(tx)
        heard = _Heard(conversation, case, said, model)
        if model is None or self._embedder is None or not heard.text.strip():
            return heard
        try:
            found = await asyncio.to_thread(understood, model, self._embedder, heard.text, heard.language)
        except ModelMismatch as error:
            _mismatched(error)
            return replace(heard, model=None)
        return replace(heard, understanding=found)

    async def _head(self, tx: Transaction) -> Model | None:
        if self._embedder is None:
            return None
        try:
            return await (self._heads.current(tx) if self._heads is not None else asyncio.to_thread(shipped))
        except ModelMismatch as error:
            _mismatched(error)
            return None

    async def _locked(self, tx: Transaction, wrote: CustomerWrote) -> tuple[Conversation, Case] | None:
        """Lock the conversation; None when the message is not ours to answer any more."""
        conversation = await conversations.lock(tx, viewer=FIRST_LINE, conversation_id=wrote.conversation_id)
        case = await cases.recall(tx, conversation_id=conversation.id)
        return (conversation, case) if _is_pending(conversation, case, wrote) else None

    async def _say(self, begin: Begin, heard: _Heard, outcome: Outcome) -> tuple[str, dict[str, Any]] | None:
        """Return what the customer reads of an answer or a question, phrased where a model may; None for a hand-over."""
        if isinstance(outcome.decision, HandOver):
            return None
        async with begin() as tx:
            text, extras = await answering.words(tx, heard.conversation, outcome, heard.language)
        if isinstance(outcome.decision, Answer) and not outcome.decision.is_incident and heard.text:
            text, model = await self._phrasing.phrased(text, question=heard.text, language=heard.language)
            extras |= {"phrased_by": model} if model else {}
        return text, extras

    async def _record(self, tx: Transaction, heard: _Heard, outcome: Outcome, how: Tone, *, now: datetime) -> None:
        """Write the decision with its reasons; shares are kept in thousandths, since records hold integers only."""
        decision, understanding = outcome.decision, heard.understanding
        data: dict[str, object] = {
            "model": heard.model.version if heard.model else "none",
            "language": heard.language,
            "decision": {Answer: "answer", Ask: "ask", HandOver: "hand_over"}[type(decision)],
            "reasons": [reason.value for reason in decision.reasons],
            "urgency": how.urgency(decision.topic),
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
            tx, self._vault, conversation_id=heard.conversation.id, data=data, now=now, by=FIRST_LINE
        )

    async def _act(
        self,
        tx: Transaction,
        heard: _Heard,
        wrote: CustomerWrote,
        outcome: Outcome,
        said: tuple[str, dict[str, Any]] | None,
        *,
        now: datetime,
    ) -> None:
        decision, conversation, language = outcome.decision, heard.conversation, heard.language
        await conversations.set_topic(
            tx,
            self._vault,
            by=FIRST_LINE,
            conversation_id=conversation.id,
            topic=decision.topic or conversation.topic,
            language=language,
            now=now,
        )
        steps = await self._steps(tx, conversation, outcome, language)
        if isinstance(decision, HandOver):
            await handing_over.to_person(
                tx,
                self._vault,
                conversation=conversation,
                decision=decision,
                said=heard.said,
                language=language,
                now=now,
                masked=wrote.masked,
                outcome=outcome,
                steps=steps,
            )
        else:
            assert said is not None
            text, extras = said
            await conversations.reply(
                tx,
                self._vault,
                by=FIRST_LINE,
                conversation_id=conversation.id,
                text=handing_over.guarded_again(text, heard.said.words),
                now=now,
                last_seen_message_id=wrote.message_id,
                extras=extras | ({"steps": steps} if steps else {}),
                diagnosis=outcome.record(language) if outcome.is_told else None,
            )
        case = replace(_after(heard.case, decision), last_message_id=wrote.message_id)
        await cases.remember(tx, case, conversation_id=conversation.id, now=now)

    async def _steps(
        self, tx: Transaction, conversation: Conversation, outcome: Outcome, language: str
    ) -> list[dict[str, str]]:
        """Return the protective steps to draw as buttons: where money is at risk, or the topic names some and it is sure."""
        decision = outcome.decision
        if isinstance(decision, HandOver) and decision.is_protective:
            codes = protective_offers(decision.topic)
        elif isinstance(decision, Ask) or not (outcome.is_told or Why.GATE_ASSIST in decision.reasons):
            return []
        else:
            codes = steps_of(decision.topic)
        if not codes:
            return []
        customer = await people.customer(tx, conversation.customer_id)
        return protecting.buttons(self._diagnosing.exchange, conversation, customer, codes, language)


def _decide(situation: Situation, model: Model | None) -> Decision:
    decision = decide(situation, model.thresholds if model else _NEVER)
    if model is None and not (isinstance(decision, HandOver) and decision.is_protective):
        return HandOver("first_line_off", situation.chosen, _queue(situation.chosen), "normal", ())
    return decision


def _by_signs_alone(found: frozenset[Sign], *, has_secret: bool) -> Situation:
    return Situation(
        has_words=True,
        has_secret=has_secret,
        signs=found,
        understanding=None,
        chosen=None,
        is_language_learnt=False,
        answerable=(),
        incidents=(),
        turns=0,
        asks=0,
    )


def _mismatched(error: ModelMismatch) -> None:
    """Better a person than silence; operators see it in the log until they train anew."""
    _log.error("triage.model_mismatch", reason=str(error))


def _is_pending(conversation: Conversation, case: Case, wrote: CustomerWrote) -> bool:
    """Say whether the message is still ours to answer: nobody has it, it is the newest, and it was not dealt with."""
    return (
        conversation.holder == "first_line"
        and conversation.is_open
        and conversation.last_customer_message_id == wrote.message_id
        and case.last_message_id != wrote.message_id
    )


def _after(case: Case, decision: Decision) -> Case:
    """Return the case after a decision: pleasantries are no turn, since nothing failed."""
    if isinstance(decision, Ask) and decision.fact:
        return replace(case, choices=pending_choices(decision))
    if isinstance(decision, Ask):
        return replace(case, turns=case.turns + 1, asks=case.asks + 1, choices=decision.topics)
    if isinstance(decision, Answer) and decision.topic not in PLEASANTRIES:
        return replace(
            case, turns=case.turns + 1, choices=(), answered=(*case.answered, decision.topic, *decision.also)
        )
    return replace(case, choices=())


def _queue(topic: str | None) -> str:
    return topics()[topic].queue if topic else "general"
