"""What became of a case: looked up among the customer's own conversations."""

from __future__ import annotations

from datetime import datetime

from bellrock import conversations, sla
from bellrock.conversations import Conversation
from bellrock.core import FIRST_LINE, Transaction
from bellrock.triage.entities import EntityKind, entities
from bellrock.triage.playbooks.diagnosis import Diagnosis, Source, Step, Value

_CASES_MAX = 20


async def explain_case(
    tx: Transaction, conversation: Conversation, words: tuple[str, ...], *, now: datetime
) -> Diagnosis | None:
    """Say where the named case of the customer is, else the newest that is open, else the newest; None without any other.

    Where a person has to answer and an answer time is promised, it is told, and so it is when it is over.
    """
    known = await conversations.conversations_of(
        tx, viewer=FIRST_LINE, customer_id=conversation.customer_id, limit=_CASES_MAX
    )
    named = {one.text.upper() for text in words for one in entities(text) if one.kind is EntityKind.CASE}
    others = [one for one in known if one.id != conversation.id and not _is_at_work(one)]
    meant = [one for one in others if one.reference in named] or ([] if named else others)
    found = next((one for one in meant if one.is_open), meant[0] if meant else None)
    return await explain_standing(tx, found, now=now) if found else None


def _is_at_work(one: Conversation) -> bool:
    """Say whether the first line itself has yet to answer: there is nothing to tell of it."""
    return one.holder == "first_line" and one.status == "open"


async def explain_standing(tx: Transaction, found: Conversation, *, now: datetime) -> Diagnosis:
    """Say where a case is: with a person, in the queue at which place, waiting for the customer, or resolved."""
    sources = (Source("case", found.reference, found.changed_at),)
    if not found.is_open:
        at = found.resolved_at or found.changed_at
        return Diagnosis("case_resolved", {"reference": found.reference, "at": at}, sources, settles=True)
    if found.status == "waiting":
        values: dict[str, Value] = {"reference": found.reference, "at": found.changed_at}
        return Diagnosis("case_yours", values, sources, settles=True)
    place = await conversations.queue_place(tx, conversation=found) if found.holder == "queue" else None
    due = sla.Promises(await sla.answer_times(tx), await sla.all_hours(tx)).due(found)
    steps = (Step("case_due" if due >= now else "case_late", {"due": due}),) if due else ()
    if place is not None:
        return Diagnosis(
            "case_queue", {"reference": found.reference, "place": place}, sources, settles=True, steps=steps
        )
    return Diagnosis("case_person", {"reference": found.reference}, sources, settles=True, steps=steps)
