"""What the first line remembers of a conversation: how often it tried, what it asked, what it answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from bellrock.core import Transaction


@dataclass(frozen=True, slots=True)
class Case:
    """The first line's own count for one conversation. `last_message_id` is the newest message it has dealt with."""

    turns: int = 0
    asks: int = 0
    choices: tuple[str, ...] = ()
    answered: tuple[str, ...] = ()
    last_message_id: UUID | None = None


async def recall(tx: Transaction, *, conversation_id: UUID) -> Case:
    """Return what is remembered; a new case when nothing is."""
    cursor = await tx.execute(
        "SELECT turns, asks, choices, answered, last_message_id FROM triage_cases WHERE conversation_id = %s",
        (conversation_id,),
    )
    row = await cursor.fetchone()
    if row is None:
        return Case()
    return Case(row["turns"], row["asks"], tuple(row["choices"]), tuple(row["answered"]), row["last_message_id"])


async def remember(tx: Transaction, case: Case, *, conversation_id: UUID, now: datetime) -> None:
    """Keep a case; the caller has locked the conversation."""
    await tx.execute(
        "INSERT INTO triage_cases (conversation_id, turns, asks, choices, answered, last_message_id, changed_at)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT (conversation_id) DO UPDATE SET turns = excluded.turns,"
        " asks = excluded.asks, choices = excluded.choices, answered = excluded.answered,"
        " last_message_id = excluded.last_message_id, changed_at = excluded.changed_at",
        (
            conversation_id,
            case.turns,
            case.asks,
            list(case.choices),
            list(case.answered),
            case.last_message_id,
            now,
        ),
    )
