"""What the messages of a conversation, with those merged into it, say of it: which came last, and who waits since when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from bellrock.core import Transaction


@dataclass(frozen=True, slots=True)
class Standing:
    """The last message, the customer's last one, and the first of theirs that still waits."""

    last_message_id: UUID | None
    last_customer_message_id: UUID | None
    waiting_since: datetime | None

    @property
    def columns(self) -> dict[str, Any]:
        """As columns of the row."""
        return {
            "last_message_id": self.last_message_id,
            "last_customer_message_id": self.last_customer_message_id,
            "waiting_since": self.waiting_since,
        }

    @property
    def data(self) -> dict[str, str | None]:
        """As a fact keeps it, for the replay."""
        return {
            "last": str(self.last_message_id) if self.last_message_id else None,
            "last_theirs": str(self.last_customer_message_id) if self.last_customer_message_id else None,
            "waiting_since": self.waiting_since.isoformat() if self.waiting_since else None,
        }


def columns_of(data: dict[str, Any]) -> dict[str, Any]:
    """Return the columns that a fact with `Standing.data` sets."""
    return {
        "last_message_id": UUID(data["last"]) if data["last"] else None,
        "last_customer_message_id": UUID(data["last_theirs"]) if data["last_theirs"] else None,
        "waiting_since": datetime.fromisoformat(data["waiting_since"]) if data["waiting_since"] else None,
    }


async def standing(tx: Transaction, conversation_id: UUID, *, waiting_since: datetime | None) -> Standing:
    """Return how a conversation stands. `waiting_since`: since when its customer waited before messages came or went."""
    cursor = await tx.execute(
        "WITH mine AS (SELECT id, author_kind IN ('customer', 'visitor') AS is_theirs, created_at FROM messages"
        "  WHERE kind = 'message' AND conversation_id IN (SELECT %(id)s::uuid"
        "   UNION ALL SELECT id FROM conversations WHERE merged_into = %(id)s))"
        " SELECT (SELECT id FROM mine ORDER BY created_at DESC, id DESC LIMIT 1) AS last,"
        " (SELECT id FROM mine WHERE is_theirs ORDER BY created_at DESC, id DESC LIMIT 1) AS theirs,"
        " (SELECT min(created_at) FROM mine WHERE is_theirs AND created_at >= %(since)s) AS since",
        {"id": conversation_id, "since": waiting_since},
    )
    row = await cursor.fetchone()
    assert row is not None
    return Standing(row["last"], row["theirs"], row["since"])
