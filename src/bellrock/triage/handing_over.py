"""Putting a conversation before a person: explicit, with reason, summary and collected facts, and said to the customer."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from bellrock import conversations, guard, people
from bellrock import vault as vaults
from bellrock.conversations import Conversation, Priority
from bellrock.core import FIRST_LINE, Transaction, i18n
from bellrock.guard import GuardedText
from bellrock.triage import texts
from bellrock.triage.decisions import HandOver
from bellrock.triage.entities import entities
from bellrock.triage.playbooks.book import pictures, protective_offers
from bellrock.triage.playbooks.texts import ASKS
from bellrock.triage.rules import signs
from bellrock.triage.tone import Cue, Tone, tone, urgency_of

if TYPE_CHECKING:
    from bellrock.triage.concluding import Outcome

SUMMARY_CHARS_MAX = 600
MESSAGES_MAX = 5
TIMELINE_MAX = 60
UNANSWERED_MAX = 3
IN_ONE_GO = timedelta(minutes=10)
"""Messages of somebody who waits that are no further apart are one."""
_CLAIM = "compensation_claim"
_ENDS = frozenset({conversations.kinds.REPLIED, conversations.kinds.RESOLVED})
_NUMBER = re.compile(r"[0-9]{12,19}")


@dataclass(frozen=True, slots=True)
class History:
    """What the customer has said so far, newest last; `fields` are the answers of a ticket form.

    `concluded` are the diagnoses that went with answers and hand-overs, as their records keep them, the newest last.
    `unanswered` are the words since the last answer, `masked` the kinds of secret that were taken out of those, `before` the
    words that came before that answer. `replied_at` is when something was last said to the customer, `reasons` are those of all
    decisions since the case was last resolved, `latest` the unanswered words that were written in one go.
    """

    words: tuple[str, ...] = ()
    fields: dict[str, str] = field(default_factory=dict)
    claims_urgent: bool = False
    concluded: tuple[Mapping[str, Any], ...] = ()
    unanswered: tuple[str, ...] = ()
    masked: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    replied_at: datetime | None = None
    reasons: tuple[str, ...] = ()
    latest: str = ""

    @property
    def newest(self) -> str:
        """What waits for an answer: lines that were sent one after another are one message; without any, the last words."""
        return "\n".join(self.unanswered[-UNANSWERED_MAX:]) or (self.words[-1] if self.words else "")


async def history(tx: Transaction, vault: vaults.Vault, *, conversation_id: UUID) -> History:
    """Return what the customer wrote in a conversation; what was erased is left out."""
    words: list[str] = []
    fields: dict[str, str] = {}
    is_urgent = False
    concluded: list[Mapping[str, Any]] = []
    unanswered: list[str] = []
    masked: list[str] = []
    before: list[str] = []
    replied_at: datetime | None = None
    reasons: list[str] = []
    wrote_at: datetime | None = None
    latest = 0
    for entry in await conversations.timeline(
        tx, vault, viewer=FIRST_LINE, conversation_id=conversation_id, limit=TIMELINE_MAX
    ):
        if entry.kind == conversations.kinds.OPENED:
            fields = dict((entry.words or {}).get("fields") or {})
            is_urgent = bool(entry.data.get("claimed_urgent"))
        elif entry.kind == conversations.kinds.RECEIVED and entry.words:
            words.append(str(entry.words.get("text", "")))
            unanswered.append(words[-1])
            latest = latest + 1 if wrote_at and entry.at - wrote_at <= IN_ONE_GO else 1
            wrote_at = entry.at
            masked += entry.data.get("masked", ())
        elif isinstance(kept := (entry.words or {}).get("diagnosis"), Mapping):
            concluded.append(kept)
        elif entry.kind == conversations.kinds.DECIDED:
            reasons += entry.data.get("reasons", ())
        if entry.kind in _ENDS:
            replied_at, reasons = entry.at, [] if entry.kind == conversations.kinds.RESOLVED else reasons
            before += [text for text in unanswered if text.strip()]
            unanswered, masked = [], []
    said = tuple(text for text in unanswered if text.strip())
    return History(
        tuple(words),
        fields,
        is_urgent,
        tuple(concluded),
        said,
        tuple(dict.fromkeys(masked)),
        tuple(before),
        replied_at,
        tuple(reasons),
        "\n".join(text for text in unanswered[-min(latest, UNANSWERED_MAX) :] if text.strip()),
    )


async def to_person(
    tx: Transaction,
    vault: vaults.Vault,
    *,
    conversation: Conversation,
    decision: HandOver,
    said: History,
    language: str,
    how: Tone | None = None,
    now: datetime,
    masked: tuple[str, ...] = (),
    outcome: Outcome | None = None,
    steps: Sequence[Mapping[str, str]] = (),
    asks: str | None = None,
) -> None:
    """Hand over to the team of the decision's queue and tell the customer; the caller has locked the conversation.

    `how` is the tone of what was said last; by its words alone where nobody heard it yet. What was found out goes along in
    `outcome`; the customer reads of it what they may. `steps` are protective ones that the
    customer can take by a button, as value and label; `asks` is a fact that is asked for meanwhile, by its code.
    """
    heard = how or _heard(said, language)
    team = await people.team_for_queue(tx, queue=decision.queue, topic=decision.topic, language=conversation.language)
    record = outcome.record(language) if outcome else None
    await conversations.hand_over(
        tx,
        vault,
        by=FIRST_LINE,
        conversation_id=conversation.id,
        reason=decision.reason,
        summary=_summary(said.words),
        facts=_facts(said) | _understood(decision, heard),
        team_id=team.id,
        priority=_priority(decision, said, heard),
        now=now,
        diagnosis=_of_matter(decision, said, record),
    )
    queued = await conversations.get(tx, viewer=FIRST_LINE, conversation_id=conversation.id)
    place = await conversations.queue_place(tx, conversation=queued)
    found = outcome.words(language) if outcome else ""
    said_now = texts.of_hand_over(decision, masked=masked, place=place, language=language)
    asked = i18n.translate(language, ASKS[asks]) if asks else ""
    text = "\n\n".join(part for part in (found, said_now, asked) if part)
    picture = pictures().get(asks) if asks else None
    extras = {
        "hand_over": decision.reason,
        "language": language,
        **({"notice": masked[0]} if masked else {}),
        **({"offers": list(protective_offers(decision.topic))} if decision.is_protective else {}),
        **({"steps": [dict(step) for step in steps]} if steps else {}),
        **({"picture": picture} if picture else {}),
    }
    await conversations.announce(
        tx,
        vault,
        conversation_id=conversation.id,
        text=guarded_again(text, said.words),
        now=now,
        extras=extras,
        # What it rests on lies with the hand-over already.
        diagnosis=record | {"evidence": None} if record and found else None,
    )


def _of_matter(decision: HandOver, said: History, record: dict[str, Any] | None) -> Mapping[str, Any] | None:
    """Return what the specialist reads: what was found out now; else, and for a claim of money, what was concluded last here."""
    if decision.is_protective or not said.concluded or (record is not None and decision.topic != _CLAIM):
        return record
    return said.concluded[-1]


def _heard(said: History, language: str) -> Tone:
    newest = said.words[-1] if said.words else ""
    return tone(newest, language=language, signs=signs(newest, language=language), earlier=said.words[:-1])


def _summary(words: Sequence[str]) -> GuardedText:
    """Return the customer's own newest words: no sentence of ours could say it better, in any language."""
    newest = [" ".join(text.split()) for text in words[-MESSAGES_MAX:] if text.strip()]
    joined = "\n".join(newest) or "…"  # a person was asked for before a word was written, or with files alone
    return guarded_again(joined if len(joined) <= SUMMARY_CHARS_MAX else "…" + joined[-SUMMARY_CHARS_MAX:], words)


def _facts(said: History) -> dict[str, GuardedText]:
    found: dict[str, list[str]] = {}
    for text in (*said.fields.values(), *said.words[-MESSAGES_MAX:]):
        for entity in entities(text):
            values = found.setdefault(entity.kind.value, [])
            if entity.text not in values:
                values.append(entity.text)
    facts = {kind: ", ".join(values) for kind, values in found.items()}
    facts |= {name: value for name, value in said.fields.items() if value.strip()}
    return {name: guarded_again(value, said.words) for name, value in facts.items()}


def guarded_again(text: str, words: Sequence[str]) -> GuardedText:
    """Screen what was made of words that were screened when they arrived: a number that was left in them is no card."""
    kept = frozenset(number for part in words for number in _NUMBER.findall(part))
    return guard.screen(text, known_order_ids=kept)


def _understood(decision: HandOver, heard: Tone) -> dict[str, GuardedText]:
    """Return what the agent reads beside the facts, as codes: the other topics of the message, and how it was said."""
    found = {"also": decision.also, "tone": heard.cues}
    return {name: guard.screen(", ".join(codes)) for name, codes in found.items() if codes}


def _priority(decision: HandOver, said: History, heard: Tone) -> Priority:
    """Return the most pressing of what the decision, the customer's form and the tone of the message ask for."""
    claimed = Tone((Cue.HASTE,)).urgency(decision.topic) if said.claims_urgent else "normal"
    return min(claimed, urgency_of(decision, heard, decision.topic), key=conversations.PRIORITIES.index)
