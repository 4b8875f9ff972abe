"""What belongs to a conversation beside its own: what was merged into it, what was split off it, and what came from others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

# Columns of a statement on a conversation `c`.
WHOLE = (
    "ARRAY(SELECT p.id FROM conversations p WHERE p.merged_into = c.id) AS parts,"
    " ARRAY(SELECT message_id FROM moved_messages WHERE from_id = c.id) AS gone,"
    " ARRAY(SELECT message_id FROM moved_messages WHERE to_id = c.id) AS come"
)


@dataclass(frozen=True, slots=True)
class Whole:
    """Conversations that were merged into one, and messages that left it for another or came to it."""

    parts: tuple[UUID, ...]
    gone: tuple[UUID, ...]
    come: tuple[UUID, ...]

    @property
    def is_plain(self) -> bool:
        """Whether nothing was merged or split."""
        return not (self.parts or self.gone or self.come)


def whole_from(row: Mapping[str, Any]) -> Whole:
    """Make it of a row with the columns of WHOLE."""
    return Whole(tuple(row["parts"]), tuple(row["gone"]), tuple(row["come"]))
