"""What leads teach the first line: messages of real conversations with the topic they are about, without who wrote them.

The words of an example stand in its own record, sealed under the key of whoever wrote the message: what erases the customer or
the message takes them along. From then on the example is in no list, in no trial and in no head that is made.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from bellrock import access, conversations, guard, ledger, people
from bellrock import language as languages
from bellrock import vault as vaults
from bellrock.core import N_, SYSTEM, Conflict, Invalid, NotFound, Refused, Transaction, new_id
from bellrock.people import Permission
from bellrock.triage.corpus import Example
from bellrock.triage.features import CHARS_MAX
from bellrock.triage.placeholders import without_person
from bellrock.triage.topics import NEAR_MISS, TopicUnknown, topics

EXAMPLES_MAX = 300
MESSAGES_MAX = 20
EXAMPLE_TAUGHT, EXAMPLE_REMOVED = "triage.example_taught", "triage.example_removed"
# The message still says what it said when the example was taken from it, and the example's own words are there.
READABLE = (
    "e.erased_at IS NULL AND EXISTS (SELECT FROM records r WHERE r.id = e.id AND r.shredded_at IS NULL)"
    " AND EXISTS (SELECT FROM messages m JOIN records w ON w.id = coalesce(m.shown_id, m.id)"
    "  WHERE m.id = e.message_id AND w.id = e.words_id AND w.shredded_at IS NULL)"
)
_WORDS = "message", "customer", "visitor"


class NothingToTeach(Invalid):
    """There is no such message of a customer's, or no word of it is left."""

    code = "nothing_to_teach"
    text = N_("There is nothing to learn from in this message.")


class AlreadyTaught(Conflict):
    """The message is among the examples."""

    code = "already_taught"
    text = N_("This message is among the examples already.")


class TooManyExamples(Conflict):
    """The list is full."""

    code = "too_many_examples"
    text = N_("There are %(most)s examples already. Remove some first.")


class ExampleUnknown(NotFound):
    """There is no such example, or it was removed or erased."""

    code = "example_unknown"


@dataclass(frozen=True, slots=True)
class TaughtExample:
    """An example as a colleague sees it; `text` is None for who may not see the conversation it comes from."""

    id: UUID
    conversation_id: UUID
    reference: str
    topic: str
    language: str
    text: str | None
    taught_at: datetime
    taught_by: UUID


@dataclass(frozen=True, slots=True)
class Teachable:
    """A customer's message as it would be kept; `topic` and `language` are what the conversation says."""

    message_id: UUID
    at: datetime
    text: str
    is_taught: bool


def must_teach(by: people.Agent) -> None:
    """Let pass who sets up the desk. Raises Refused."""
    if not by.may(Permission.DESK_MANAGE):
        raise Refused


async def teachable(
    tx: Transaction, vault: vaults.Vault, *, conversation_id: UUID, reader: people.Agent, now: datetime
) -> tuple[conversations.Conversation, list[Teachable]]:
    """Return a conversation and its customer's newest messages, without who wrote them, and write the look down.

    Raises Refused, ConversationUnknown.
    """
    must_teach(reader)
    case = await conversations.get(tx, viewer=reader, conversation_id=conversation_id)
    cursor = await tx.execute(
        "SELECT m.id, m.created_at, EXISTS (SELECT FROM taught_examples e WHERE e.message_id = m.id AND e.removed_at IS NULL"
        " AND e.erased_at IS NULL) AS is_taught FROM messages m WHERE m.conversation_id = %s AND m.kind = %s"
        " AND m.author_kind IN (%s, %s) ORDER BY m.created_at DESC, m.id DESC LIMIT %s",
        (case.id, *_WORDS, MESSAGES_MAX),
    )
    rows = await cursor.fetchall()
    words = await conversations.words_of(tx, vault, ids=[row["id"] for row in rows])
    await access.look(
        tx,
        vault,
        agent=reader,
        what=access.Looked.CONVERSATION,
        customer_id=case.customer_id,
        conversation_id=case.id,
        reason="teaching",
        now=now,
    )
    names = await _names(tx, vault, case.customer_id)
    said = ((row, str(words.get(row["id"], {}).get("words", {}).get("text", ""))) for row in rows)
    return case, [
        Teachable(row["id"], row["created_at"], without_person(text[:CHARS_MAX], names=names), row["is_taught"])
        for row, text in said
        if text.strip()
    ]


async def teach(
    tx: Transaction,
    vault: vaults.Vault,
    *,
    conversation_id: UUID,
    message_id: UUID,
    topic: str,
    language: str,
    text: guard.GuardedText,
    by: people.Agent,
    now: datetime,
) -> UUID:
    """Keep a message as an example of a topic, or of none (NEAR_MISS); what says who wrote it is taken out once more.

    Raises Refused, ConversationUnknown, NothingToTeach, TopicUnknown, Invalid, AlreadyTaught, TooManyExamples.
    """
    must_teach(by)
    case = await conversations.get(tx, viewer=by, conversation_id=conversation_id)
    if topic != NEAR_MISS and topic not in topics():
        raise TopicUnknown
    if language not in languages.LANGUAGES:
        raise Invalid
    cursor = await tx.execute(
        "SELECT w.id FROM messages m JOIN records w ON w.id = coalesce(m.shown_id, m.id) WHERE m.id = %s"
        " AND m.conversation_id = %s AND m.kind = %s AND m.author_kind IN (%s, %s) AND w.shredded_at IS NULL",
        (message_id, case.id, *_WORDS),
    )
    row = await cursor.fetchone()
    names = await _names(tx, vault, case.customer_id)
    kept = guard.screen(without_person(text.text[:CHARS_MAX], names=names)).text.strip()
    if row is None or not any(sign.isalpha() for sign in kept):
        raise NothingToTeach
    if len(await _rows(tx)) >= EXAMPLES_MAX:
        raise TooManyExamples(most=EXAMPLES_MAX)
    id = await vaults.record(
        tx,
        vault,
        kind=EXAMPLE_TAUGHT,
        at=now,
        actor=by.actor,
        data={"message": str(message_id), "topic": topic, "language": language},
        words={"text": kept},
        subject_id=case.customer_id,
        customer_id=case.customer_id,
        conversation_id=case.id,
        id=new_id(),
    )
    cursor = await tx.execute(
        "INSERT INTO taught_examples (id, conversation_id, message_id, words_id, topic, language, taught_at, taught_by)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING RETURNING 1",
        (id, case.id, message_id, row["id"], topic, language, now, by.id),
    )
    if await cursor.fetchone() is None:
        raise AlreadyTaught
    return id


async def remove_example(
    tx: Transaction, vault: vaults.Vault, *, example_id: UUID, by: people.Agent, now: datetime
) -> None:
    """Leave an example out of heads to come; those that have learnt it keep it. Raises Refused, ExampleUnknown."""
    must_teach(by)
    cursor = await tx.execute(
        "UPDATE taught_examples SET removed_at = %s, removed_by = %s WHERE id = %s AND removed_at IS NULL"
        " AND erased_at IS NULL RETURNING topic, conversation_id",
        (now, by.id, example_id),
    )
    row = await cursor.fetchone()
    if row is None:
        raise ExampleUnknown
    await vaults.record(
        tx,
        vault,
        kind=EXAMPLE_REMOVED,
        at=now,
        actor=by.actor,
        data={"example": str(example_id), "topic": row["topic"]},
        conversation_id=row["conversation_id"],
    )


async def taught_examples(
    tx: Transaction, vault: vaults.Vault, *, reader: people.Agent, now: datetime
) -> list[TaughtExample]:
    """Return the examples that the next trial learns from, the newest first, and write the look down. Raises Refused."""
    must_teach(reader)
    rows = await _rows(tx)
    seen = await conversations.visible_ids(tx, viewer=reader, ids=[row["conversation_id"] for row in rows])
    opened = await vault.open_records(tx, [row["id"] for row in rows if row["conversation_id"] in seen])
    customers = {row["id"]: row.pop("customer_id") for row in rows}
    shown = [(customers[row["id"]], row["conversation_id"]) for row in rows if row["id"] in opened]
    await access.look_at_list(
        tx, vault, agent=reader, shown=list(dict.fromkeys(shown)), what=access.Looked.LIST, now=now
    )
    return [
        TaughtExample(**row, text=opened[row["id"]]["words"]["text"] if row["id"] in opened else None)
        for row in reversed(rows)
    ]


async def next_examples(tx: Transaction) -> list[UUID]:
    """Return the ids of the examples that a trial asked for now would learn from, the oldest first."""
    return [row["id"] for row in await _rows(tx)]


async def readable(tx: Transaction, ids: Sequence[UUID]) -> list[UUID]:
    """Return those of these examples whose words were not erased, removed ones too, in their order."""
    cursor = await tx.execute(f"SELECT e.id FROM taught_examples e WHERE e.id = ANY(%s) AND {READABLE}", (list(ids),))
    found = {row["id"] for row in await cursor.fetchall()}
    return [id for id in ids if id in found]


async def read_examples(
    tx: Transaction, vault: vaults.Vault, *, ids: Sequence[UUID]
) -> list[tuple[UUID, UUID, Example]]:
    """Return id, conversation and words of those of these examples that can still be read, in their order; for the worker."""
    left = await readable(tx, ids)
    opened = await vault.open_records(tx, left)
    cursor = await tx.execute(
        "SELECT id, conversation_id, topic, language FROM taught_examples WHERE id = ANY(%s)", (left,)
    )
    rows = {row["id"]: row for row in await cursor.fetchall()}
    return [
        (
            id,
            rows[id]["conversation_id"],
            Example(opened[id]["words"]["text"], rows[id]["topic"], rows[id]["language"]),
        )
        for id in left
        if id in opened
    ]


async def forget_erased(tx: Transaction, vault: vaults.Vault, *, now: datetime) -> int:
    """Shred what was taken from messages that were erased or had words taken out since; return how many examples that were."""
    cursor = await tx.execute(
        f"SELECT e.id, e.conversation_id FROM taught_examples e WHERE e.erased_at IS NULL AND NOT ({READABLE})"
        " FOR UPDATE OF e SKIP LOCKED"
    )
    rows = await cursor.fetchall()
    for row in rows:
        await ledger.shred_record(
            tx,
            vault,
            record_id=row["id"],
            by=SYSTEM,
            now=now,
            reason="message_erased",
            conversation_id=row["conversation_id"],
        )
    await tx.execute("UPDATE taught_examples SET erased_at = %s WHERE id = ANY(%s)", (now, [row["id"] for row in rows]))
    return len(rows)


async def _rows(tx: Transaction) -> list[dict[str, Any]]:
    cursor = await tx.execute(
        "SELECT e.id, e.conversation_id, c.customer_id, c.reference, e.topic, e.language, e.taught_at, e.taught_by"
        " FROM taught_examples e JOIN conversations c ON c.id = e.conversation_id"
        f" WHERE e.removed_at IS NULL AND {READABLE} ORDER BY e.id LIMIT %s",
        (EXAMPLES_MAX,),
    )
    return await cursor.fetchall()


async def _names(tx: Transaction, vault: vaults.Vault, customer_id: UUID) -> tuple[str, ...]:
    profile = await people.profile(tx, vault, customer_id=customer_id)
    return (profile.name,) if profile.name else ()
