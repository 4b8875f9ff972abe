"""The first line at work: reads a customer's message, decides, and answers, asks or hands over. Each decision is a fact."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import structlog
from psycopg import errors as pg

from bellrock import conversations, guard, people
from bellrock import vault as vaults
from bellrock.conversations import Conversation
from bellrock.core import FIRST_LINE, Transaction, whispers
from bellrock.core.errors import Unavailable
from bellrock.triage import answering, cases, handing_over, overhearing
from bellrock.triage.acting import CustomerWrote, Heard, act, record
from bellrock.triage.cases import Case
from bellrock.triage.concluding import Outcome
from bellrock.triage.deciding import decide
from bellrock.triage.decisions import Answer, Decision, HandOver, Situation
from bellrock.triage.diagnosing import Diagnosing, LookUp
from bellrock.triage.heads import Heads
from bellrock.triage.languages import language_of
from bellrock.triage.left_alone import left_alone
from bellrock.triage.meaning import shipped
from bellrock.triage.model import Model, ModelMismatch, Thresholds
from bellrock.triage.pending import HELD, OURS, WAITS, is_pending, locked
from bellrock.triage.phrasing import Phrasing
from bellrock.triage.pointing import is_bare, is_number, without_ids
from bellrock.triage.port import Embedder
from bellrock.triage.rules import Sign, signs
from bellrock.triage.situations import situation_of
from bellrock.triage.together import understood_after
from bellrock.triage.tone import tone
from bellrock.triage.topics import topics
from bellrock.triage.wishes import wished_language

ANSWER = "triage.answer"
LEFT_ALONE = timedelta(minutes=5)
BEFORE_MAX = 2
_NEVER = Thresholds(2.0, 2.0, 2.0, -1.0, 2.0)
_log = structlog.get_logger(__name__)


Begin = Callable[[], AbstractAsyncContextManager[Transaction]]
"""Begins a transaction: `Database.transaction`."""


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

        While a person is waited for, only danger is dealt with, and the question how long it takes; once one holds it, danger
        alone, and they are told of it instead of the customer. It is read, understood and looked up without a lock, so that
        nobody waits for it meanwhile; then, under the lock, nothing is written unless it is still the newest message and ours.
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
                has_secret=bool(wrote.masked or heard.said.masked),
                concluded=heard.said.concluded,
                now=now,
            )
            if heard.conversation.holder == HELD:
                situation = replace(situation, chosen=None, follows=False)  # what was asked for, a person asked for
            decided = _decide(situation, heard.model)
            decision = decided if heard.conversation.holder == OURS else overhearing.alarm(decided, heard)
            if decision is None:
                await self._tell_place(tx, wrote, heard, now=now)
                return None
            question: LookUp | Outcome = Outcome(decision)
            if heard.conversation.holder != HELD:
                question = await self._diagnosing.prepare(
                    tx, heard.conversation, heard.case, decision, heard.said, now=now
                )
            if isinstance(question, LookUp):
                await _tell_of_work(tx, heard.conversation)
        outcome = await self._diagnosing.find_out(question, now=now)
        said = await self._say(begin, heard, outcome)
        how = tone(
            heard.text,
            language=heard.language,
            signs=situation.signs,
            earlier=heard.said.words[:-1],
            meaning=heard.understanding.meaning if heard.understanding else None,
        )
        async with begin() as tx:
            held = await locked(tx, wrote, (OURS, WAITS, HELD))
            if held is None:
                return None
            holder = held[0].holder
            if holder != OURS:  # who took the case meanwhile answers it; danger is no less danger for that
                danger = overhearing.alarm(outcome.decision, heard)
                if danger is None:
                    return None
                if holder == HELD:
                    await overhearing.warn(tx, self._vault, held[0], heard, wrote, danger, how, now=now)
                    return danger
            await record(tx, self._vault, heard, outcome, how, now=now)
            await act(tx, self._vault, self._diagnosing.exchange, heard, wrote, outcome, said, how, now=now)
        return outcome.decision

    async def _tell_place(self, tx: Transaction, wrote: CustomerWrote, heard: Heard, *, now: datetime) -> None:
        """Tell whoever asks how long it takes, and waits."""
        if (
            heard.conversation.holder == WAITS
            and overhearing.asks_for_news(heard, now=now)
            and (held := await locked(tx, wrote, (WAITS,)))
        ):
            await overhearing.tell_place(tx, self._vault, held[0], heard, now=now)

    async def give_up(self, begin: Begin, wrote: CustomerWrote, *, now: datetime) -> Decision | None:
        """Put a message before a person that `answer` failed at; None when it is no longer the first line's."""
        async with begin() as tx:
            held = await locked(tx, wrote)
            if held is None:
                return None
            conversation, case = held
            heard = await self._read(tx, conversation, case)
            found = signs(heard.text, language=heard.language)
            outcome = Outcome(_decide(_by_signs_alone(found, has_secret=bool(wrote.masked or heard.said.masked)), None))
            how = tone(heard.text, language=heard.language, signs=found, earlier=heard.said.words[:-1])
            await record(tx, self._vault, heard, outcome, how, now=now)
            await act(tx, self._vault, self._diagnosing.exchange, heard, wrote, outcome, None, how, now=now)
        return outcome.decision

    async def pass_on(self, begin: Begin, wrote: CustomerWrote, *, now: datetime) -> None:
        """Put a message before a person that `give_up` failed at, too: nothing of it is read."""
        async with begin() as tx:
            if await locked(tx, wrote) is None:
                return
            await conversations.hand_over(
                tx,
                self._vault,
                by=FIRST_LINE,
                conversation_id=wrote.conversation_id,
                reason="first_line_off",
                summary=guard.screen("-"),
                facts={},
                team_id=await people.default_team_id(tx),
                priority="high",
                now=now,
            )

    async def rescue(self, begin: Begin, *, now: datetime) -> int:
        """Put messages before a person that nobody has dealt with for five minutes, whatever became of their jobs.

        What merely waits for its turn is left alone: after an outage, what the listener has not come to, and jobs not yet tried
        or being tried. Return how many there were.
        """
        async with begin() as tx:
            left = await left_alone(tx, job=ANSWER, until=now - LEFT_ALONE)
        for wrote in left:
            _log.error("triage.left_alone", message_id=str(wrote.message_id))
            await self.give_to_person(begin, wrote, now=now)
        return len(left)

    async def give_to_person(self, begin: Begin, wrote: CustomerWrote, *, now: datetime) -> None:
        """Put a message before a person, with all that is known of it where that can be read at all."""
        try:
            await self.give_up(begin, wrote, now=now)
        except (Unavailable, pg.OperationalError):
            raise
        except Exception as error:  # noqa: BLE001 - what cannot even be read goes to a person unread
            _log.error("triage.passed_on", message_id=str(wrote.message_id), error=type(error).__name__, exc_info=True)
            await self.pass_on(begin, wrote, now=now)

    async def _hear(self, begin: Begin, wrote: CustomerWrote) -> Heard | None:
        """Read a message and understand it; None when it is not ours."""
        async with begin() as tx:
            conversation = await conversations.get(tx, viewer=FIRST_LINE, conversation_id=wrote.conversation_id)
            case = await cases.recall(tx, conversation_id=conversation.id)
            if not is_pending(conversation, case, wrote, (OURS, WAITS, HELD)):
                return None
            model = await self._head(tx)
            heard = replace(await self._read(tx, conversation, case), model=model)
        if model is None or self._embedder is None or not heard.text.strip() or is_bare(heard.text):
            return heard  # an id looks like anything
        try:
            found = await asyncio.to_thread(
                understood_after,
                model,
                self._embedder,
                without_ids(heard.text),
                before=without_ids("\n".join(heard.said.before[-BEFORE_MAX:])),
                case=heard.case,
                language=heard.language,
            )
        except ModelMismatch as error:
            _mismatched(error)
            return replace(heard, model=None)
        return replace(heard, understanding=found)

    async def _read(self, tx: Transaction, conversation: Conversation, case: Case) -> Heard:
        said = await handing_over.history(tx, self._vault, conversation_id=conversation.id)
        prior = conversation.language
        text = said.newest if conversation.holder == OURS else said.latest or said.newest
        is_silent = is_bare(text) or is_number(text)
        language = prior if is_silent else wished_language(text, prior=prior) or language_of(text, prior=prior)
        return Heard(conversation, case, said, text, language)

    async def _head(self, tx: Transaction) -> Model | None:
        if self._embedder is None:
            return None
        try:
            return await (self._heads.current(tx) if self._heads is not None else asyncio.to_thread(shipped))
        except ModelMismatch as error:
            _mismatched(error)
            return None

    async def _say(self, begin: Begin, heard: Heard, outcome: Outcome) -> tuple[str, dict[str, Any]] | None:
        """Return what the customer reads of an answer or a question, phrased where a model may; None for a hand-over."""
        if isinstance(outcome.decision, HandOver):
            return None
        is_phrased = isinstance(outcome.decision, Answer) and not outcome.decision.is_incident and bool(heard.text)
        async with begin() as tx:
            text, extras = await answering.words(
                tx, heard.conversation, outcome, heard.language, is_known=heard.said.replied_at is not None
            )
            if is_phrased and self._phrasing.is_ready:
                await _tell_of_work(tx, heard.conversation)
        if is_phrased:
            text, model = await self._phrasing.phrased(text, question=heard.text, language=heard.language)
            extras |= {"phrased_by": model} if model else {}
        return text, extras


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


async def _tell_of_work(tx: Transaction, conversation: Conversation) -> None:
    """Show the customer, for a moment, that their answer is worked on."""
    await whispers.whisper(
        tx,
        conversation_id=conversation.id,
        customer_id=conversation.customer_id,
        data={"type": "typing", "author": {"kind": "first_line"}, "audience": "customer"},
    )


def _mismatched(error: ModelMismatch) -> None:
    """Better a person than silence; operators see it in the log until they train anew."""
    _log.error("triage.model_mismatch", reason=str(error))


def _queue(topic: str | None) -> str:
    return topics()[topic].queue if topic else "general"
