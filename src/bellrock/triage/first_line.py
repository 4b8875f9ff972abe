"""The first line at work: reads a customer's message, decides, and answers, asks or hands over. Each decision is a fact."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime
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
from bellrock.triage.several import understood
from bellrock.triage.situations import situation_of
from bellrock.triage.tone import Tone, tone
from bellrock.triage.topics import topics

_NEVER = Thresholds(2.0, 2.0, 2.0, -1.0, 2.0)
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class CustomerWrote:
    """A customer's message, as the first line is told of it. `masked` are the kinds of secret the guard removed."""

    conversation_id: UUID
    message_id: UUID
    number: int
    masked: tuple[str, ...] = ()


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
        self._model: Model | None = None

    async def answer(self, tx: Transaction, wrote: CustomerWrote, *, now: datetime) -> Decision | None:
        """Deal with a message; None when it is no longer the first line's: taken by a person, resolved, or overtaken."""
        conversation = await conversations.lock(tx, viewer=FIRST_LINE, conversation_id=wrote.conversation_id)
        case = await cases.recall(tx, conversation_id=conversation.id)
        if not _is_pending(conversation, case, wrote):
            return None
        said = await handing_over.history(tx, self._vault, conversation_id=conversation.id)
        text = said.words[-1] if said.words else ""
        language = language_of(text, prior=conversation.language)
        understanding = await self._understand(tx, text, language)
        situation = await situation_of(
            tx,
            conversation,
            case,
            text,
            language,
            understanding,
            learnt=self._learnt,
            has_secret=bool(wrote.masked),
            now=now,
        )
        outcome = await self._diagnosing.diagnose(tx, conversation, case, self._decide(situation), said, now=now)
        heard = tone(text, language=language, signs=situation.signs, earlier=said.words[:-1])
        await self._record(tx, conversation, outcome, understanding, language, heard, now=now)
        await self._act(tx, conversation, case, wrote, outcome, said, language, now=now)
        return outcome.decision

    def _decide(self, situation: Situation) -> Decision:
        decision = decide(situation, self._model.thresholds if self._model else _NEVER)
        if self._model is None and not (isinstance(decision, HandOver) and decision.is_protective):
            return HandOver("first_line_off", situation.chosen, _queue(situation.chosen), "normal", ())
        return decision

    @property
    def _learnt(self) -> tuple[str, ...]:
        return self._model.languages if self._model else ()

    async def _understand(self, tx: Transaction, text: str, language: str) -> Understanding | None:
        if self._embedder is None:
            return None
        try:
            if self._heads is not None:
                self._model = await self._heads.current(tx)
            return await asyncio.to_thread(self._classify, text, language, self._embedder)
        except ModelMismatch as error:
            # Better a person than silence; operators see it in the log until they train anew.
            _log.error("triage.model_mismatch", reason=str(error))
            return None

    def _classify(self, text: str, language: str, embedder: Embedder) -> Understanding | None:
        if self._model is None:
            self._model = shipped()
        return understood(self._model, embedder, text, language) if text.strip() else None

    async def _record(
        self,
        tx: Transaction,
        conversation: Conversation,
        outcome: Outcome,
        understanding: Understanding | None,
        language: str,
        heard: Tone,
        *,
        now: datetime,
    ) -> None:
        """Write the decision with its reasons; shares are kept in thousandths, since records hold integers only."""
        decision = outcome.decision
        data: dict[str, object] = {
            "model": self._model.version if self._model else "none",
            "language": language,
            "decision": {Answer: "answer", Ask: "ask", HandOver: "hand_over"}[type(decision)],
            "reasons": [reason.value for reason in decision.reasons],
            "urgency": heard.urgency(decision.topic),
            "mood": heard.mood.value,
            "cues": [cue.value for cue in heard.cues],
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
            tx, self._vault, conversation_id=conversation.id, data=data, now=now, by=FIRST_LINE
        )

    async def _act(
        self,
        tx: Transaction,
        conversation: Conversation,
        case: Case,
        wrote: CustomerWrote,
        outcome: Outcome,
        said: History,
        language: str,
        *,
        now: datetime,
    ) -> None:
        decision = outcome.decision
        topic = decision.topic or conversation.topic
        await conversations.set_topic(
            tx,
            self._vault,
            by=FIRST_LINE,
            conversation_id=conversation.id,
            topic=topic,
            language=language,
            now=now,
        )
        if isinstance(decision, HandOver):
            await handing_over.to_person(
                tx,
                self._vault,
                conversation=conversation,
                decision=decision,
                said=said,
                language=language,
                now=now,
                masked=wrote.masked,
                outcome=outcome,
                steps=await self._steps(tx, conversation, outcome, language),
            )
        else:
            text, extras = await answering.words(tx, conversation, outcome, language)
            if steps := await self._steps(tx, conversation, outcome, language):
                extras |= {"steps": steps}
            if isinstance(decision, Answer) and not decision.is_incident and said.words:
                text, model = await self._phrasing.phrased(text, question=said.words[-1], language=language)
                extras |= {"phrased_by": model} if model else {}
            await conversations.reply(
                tx,
                self._vault,
                by=FIRST_LINE,
                conversation_id=conversation.id,
                text=handing_over.guarded_again(text, said.words),
                now=now,
                last_seen_message_id=wrote.message_id,
                extras=extras,
                diagnosis=outcome.record(language) if outcome.is_told else None,
            )
        case = replace(_after(case, decision), last_message_id=wrote.message_id)
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
