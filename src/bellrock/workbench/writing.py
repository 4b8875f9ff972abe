"""A language model at the agent's side: it drafts a reply and sums a case up. The agent reads, changes and sends, or does not.

It gets the masked words of this one case and published articles, nothing else, and whatever it answers is only ever text.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from bellrock import conversations, guard, knowledge, language, people
from bellrock import vault as vaults
from bellrock.conversations import Conversation, Entry, kinds
from bellrock.core import BellrockError, Database, Transaction, clock
from bellrock.guard import GuardedText
from bellrock.language import LanguageModel, ModelFailed, ModelMissing, NotGrounded, Source, Spoken, Use, Written
from bellrock.workbench.errors import NothingToDraftFrom
from bellrock.workbench.suggesting import articles_for

MODEL_USED = "workbench.model_used"
"""Kind of the fact that a language model was asked about a case: which, for what, how much, and what came of it."""
READ_MAX = 60
_SAID = {kinds.RECEIVED: "customer", kinds.REPLIED: "agent", kinds.NOTED: "note"}
_DRAFT = """
Draft the next reply of our agent to the customer, who wrote last in the conversation. Answer what was asked, from the sources
alone. If they do not answer it, say that a colleague looks into it. Say what happens next. No greeting by name, no signature.
"""
_SUMMARY = """
Sum the conversation up for a colleague who takes it over, in three to six short lines: what the customer wants, what was found
and said so far, what is still open. Name no link. No judgement of the person.
"""


@dataclass(frozen=True, slots=True)
class Draft:
    """What a model wrote, guarded, with the articles that it cites."""

    text: GuardedText
    language: str
    model: str
    articles: tuple[knowledge.Card, ...] = ()


@dataclass(frozen=True, slots=True)
class _Material:
    case: Conversation
    spoken: list[Spoken]
    sources: list[Source]
    cards: list[knowledge.Card]


async def draft(
    database: Database,
    vault: vaults.Vault,
    model: LanguageModel | None,
    *,
    agent: people.Agent,
    conversation_id: UUID,
    meaning: knowledge.Meaning | None,
    now: datetime,
) -> Draft:
    """Return a reply to a case in the customer's language, from its articles and collected facts, each statement cited.

    The model is asked between transactions. Raises ConversationUnknown, NothingToDraftFrom, ModelMissing, ModelFailed,
    NotGrounded.
    """
    _refuse_unless(model, Use.DRAFT)
    async with database.transaction() as tx:
        found = await _material(tx, vault, agent, conversation_id, meaning=meaning)
    if not found.sources:
        raise NothingToDraftFrom
    written = await _ask(
        database, vault, model, agent, found, use=Use.DRAFT, rules=_DRAFT, target=found.case.language, now=now
    )
    cited = tuple(found.cards[place] for place in written.cited if place < len(found.cards))
    return Draft(guard.screen(written.text), found.case.language, written.model, cited)


async def sum_up(
    database: Database,
    vault: vaults.Vault,
    model: LanguageModel | None,
    *,
    agent: people.Agent,
    conversation_id: UUID,
    target: str,
    now: datetime,
) -> Draft:
    """Return a summary of a case for colleagues in the language `target`, notes included.

    The model is asked between transactions. Raises ConversationUnknown, ModelMissing, ModelFailed, NotGrounded.
    """
    _refuse_unless(model, Use.SUMMARY)
    async with database.transaction() as tx:
        found = await _material(tx, vault, agent, conversation_id, with_notes=True)
    written = await _ask(database, vault, model, agent, found, use=Use.SUMMARY, rules=_SUMMARY, target=target, now=now)
    return Draft(guard.screen(written.text), target, written.model)


def _refuse_unless(model: LanguageModel | None, use: Use) -> None:
    if model is None or not model.can(use):
        raise ModelMissing


async def _material(
    tx: Transaction,
    vault: vaults.Vault,
    agent: people.Agent,
    conversation_id: UUID,
    *,
    meaning: knowledge.Meaning | None = None,
    with_notes: bool = False,
) -> _Material:
    """Return what the model may read. Notes are for colleagues: a reply is never drafted from them."""
    case = await conversations.get(tx, viewer=agent, conversation_id=conversation_id)
    shown = await conversations.timeline(tx, vault, viewer=agent, conversation_id=case.id, known=case, limit=READ_MAX)
    cards = [] if with_notes else await articles_for(tx, case=case, shown=shown, meaning=meaning)
    sources = [Source(card.title, card.answer) for card in cards]
    return _Material(case, _spoken(shown, with_notes=with_notes), [*sources, *_collected(shown)], cards)


def _spoken(shown: list[Entry], *, with_notes: bool) -> list[Spoken]:
    turns = []
    for entry in shown:
        who = _SAID.get(entry.kind)
        text = str(entry.words.get("text", "")).strip() if entry.words else ""
        if who and text and (with_notes or entry.kind != kinds.NOTED):
            turns.append(Spoken("bot" if entry.actor.kind == "first_line" else who, text))
    return turns


def _collected(shown: list[Entry]) -> list[Source]:
    """Return what the newest hand-over collected, as a source that vouches for no link."""
    for entry in reversed(shown):
        if entry.kind == kinds.HANDED_OVER and entry.words and entry.words.get("facts"):
            facts = entry.words["facts"]
            return [Source("Collected facts", "\n".join(f"{name}: {value}" for name, value in facts.items()), True)]
    return []


async def _ask(
    database: Database,
    vault: vaults.Vault,
    model: LanguageModel | None,
    agent: people.Agent,
    found: _Material,
    *,
    use: Use,
    rules: str,
    target: str,
    now: datetime,
) -> Written:
    began = clock.monotonic()
    written, failure = None, None
    try:
        written = await language.write(
            model,
            use=use,
            rules=rules,
            sources=found.sources,
            spoken=found.spoken,
            target=target,
            must_cite=use is Use.DRAFT,
        )
    except (ModelFailed, NotGrounded) as error:
        failure = error
    async with database.transaction() as tx:
        await _record(tx, vault, agent, found, model, use, written, failure, clock.monotonic() - began, now=now)
    if failure is not None:
        raise failure
    assert written is not None
    return written


async def _record(
    tx: Transaction,
    vault: vaults.Vault,
    agent: people.Agent,
    found: _Material,
    model: LanguageModel | None,
    use: Use,
    written: Written | None,
    failure: BellrockError | None,
    seconds: float,
    *,
    now: datetime,
) -> None:
    """Write down that the model was used: names, codes and sizes. What it wrote is kept when the agent keeps it."""
    await vaults.record(
        tx,
        vault,
        kind=MODEL_USED,
        at=now,
        actor=agent.actor,
        data={
            "use": use.value,
            "model": written.model if written else (model.name if model else ""),
            "outcome": failure.code if failure else "written",
            "articles": [str(card.article_id) for card in found.cards],
            "turns": len(found.spoken),
            "chars_asked": sum(len(turn.text) for turn in found.spoken) + sum(len(each.text) for each in found.sources),
            "chars_written": len(written.text) if written else 0,
            "milliseconds": round(seconds * 1000),
        },
        subject_id=found.case.customer_id,
        customer_id=found.case.customer_id,
        conversation_id=found.case.id,
    )
