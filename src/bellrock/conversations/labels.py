"""Labels: words of the house's own on a conversation, made once for everybody and put on and taken off by anyone who may."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from psycopg.errors import UniqueViolation

from bellrock import vault as vaults
from bellrock.conversations import change
from bellrock.conversations.errors import LabelsTooMany, LabelTaken, LabelUnknown
from bellrock.conversations.models import LABELLED, UNLABELLED, Viewer
from bellrock.core import Actor, Invalid, Transaction, new_id

Colour = Literal["stone", "sea", "moss", "sand", "signal", "heather"]
COLOURS: tuple[Colour, ...] = ("stone", "sea", "moss", "sand", "signal", "heather")
LABELS_MAX = 500
PER_CONVERSATION_MAX = 20
_NAME_MAX = 40
_COLUMNS = "l.id, l.name, l.colour, l.retired_at"
# A column of a statement on conversations `w`; `labels_from` reads it.
LABELS_OF = (
    "(SELECT jsonb_agg(jsonb_build_array(l.id, l.name, l.colour, l.retired_at) ORDER BY lower(l.name))"
    " FROM conversation_labels cl JOIN labels l ON l.id = cl.label_id WHERE cl.conversation_id = w.id)"
)


@dataclass(frozen=True, slots=True)
class Label:
    """A label. A retired one stays where it is and can be put on nothing more."""

    id: UUID
    name: str
    colour: Colour
    retired_at: datetime | None = None

    @property
    def is_retired(self) -> bool:
        return self.retired_at is not None


async def labels(tx: Transaction, *, with_retired: bool = False) -> list[Label]:
    """Return the labels of the house by name; at most 500."""
    condition = "" if with_retired else " WHERE l.retired_at IS NULL"
    cursor = await tx.execute(f"SELECT {_COLUMNS} FROM labels l{condition} ORDER BY lower(l.name) LIMIT {LABELS_MAX}")
    return [Label(**row) for row in await cursor.fetchall()]


async def label_choices(tx: Transaction, *, conversation_id: UUID) -> list[tuple[Label, bool]]:
    """Return the labels of a conversation and those that could be put on it, by name, each with whether it is on it.

    For a reader who may see the conversation.
    """
    cursor = await tx.execute(
        f"SELECT {_COLUMNS}, l.id = ANY(h.ids) AS is_on FROM labels l, (SELECT ARRAY(SELECT label_id"
        " FROM conversation_labels WHERE conversation_id = %s) AS ids) h"
        f" WHERE l.retired_at IS NULL OR l.id = ANY(h.ids) ORDER BY lower(l.name) LIMIT {LABELS_MAX}",
        (conversation_id,),
    )
    found = []
    for row in await cursor.fetchall():
        is_on = row.pop("is_on")
        found.append((Label(**row), is_on))
    return found


def labels_from(held: Sequence[Sequence[Any]] | None) -> tuple[Label, ...]:
    """Make them of the column LABELS_OF, by name."""
    return tuple(
        Label(UUID(id), name, colour, datetime.fromisoformat(retired_at) if retired_at else None)
        for id, name, colour, retired_at in held or ()
    )


async def create_label(
    tx: Transaction, vault: vaults.Vault, *, name: str, by: Actor, now: datetime, colour: Colour = "stone"
) -> Label:
    """Make a label. Raises LabelTaken for a name that there is, Invalid for an empty or long one."""
    label = Label(new_id(), _name(name), _colour(colour))
    cursor = await tx.execute(
        "INSERT INTO labels (id, name, colour, created_at) VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING",
        (label.id, label.name, label.colour, now),
    )
    if cursor.rowcount != 1:
        raise LabelTaken
    await _record(tx, vault, "conversations.label_created", label, by, now)
    return label


async def change_label(
    tx: Transaction,
    vault: vaults.Vault,
    *,
    label_id: UUID,
    name: str,
    colour: Colour,
    is_retired: bool,
    by: Actor,
    now: datetime,
) -> Label:
    """Rename, recolour, retire a label or bring it back. Raises LabelUnknown, LabelTaken, Invalid."""
    try:
        async with tx.transaction():
            cursor = await tx.execute(
                "UPDATE labels l SET name = %s, colour = %s, retired_at = CASE WHEN %s THEN coalesce(retired_at, %s) END"
                f" WHERE id = %s RETURNING {_COLUMNS}",
                (_name(name), _colour(colour), is_retired, now, label_id),
            )
            row = await cursor.fetchone()
    except UniqueViolation as error:
        raise LabelTaken from error
    if row is None:
        raise LabelUnknown
    label = Label(**row)
    await _record(tx, vault, "conversations.label_changed", label, by, now)
    return label


async def add_label(
    tx: Transaction, vault: vaults.Vault, *, by: Viewer, conversation_id: UUID, label_id: UUID, now: datetime
) -> bool:
    """Put a label on a conversation; False when it is there. Raises LabelUnknown, LabelsTooMany, ConversationUnknown."""
    conversation = await change.lock(tx, viewer=by, conversation_id=conversation_id)
    cursor = await tx.execute(
        "SELECT (SELECT count(*) FROM conversation_labels WHERE conversation_id = %s) AS held,"
        " EXISTS (SELECT FROM labels WHERE id = %s AND retired_at IS NULL) AS is_known",
        (conversation.id, label_id),
    )
    row = await cursor.fetchone()
    if row is None or not row["is_known"]:
        raise LabelUnknown
    cursor = await tx.execute(
        "INSERT INTO conversation_labels (conversation_id, label_id, added_at) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
        (conversation.id, label_id, now),
    )
    if cursor.rowcount != 1:
        return False
    if row["held"] >= PER_CONVERSATION_MAX:
        raise LabelsTooMany
    await change.record(tx, vault, conversation, kind=LABELLED, by=by, now=now, data={"label": str(label_id)})
    await change.move(tx, conversation, now=now)
    return True


async def remove_label(
    tx: Transaction, vault: vaults.Vault, *, by: Viewer, conversation_id: UUID, label_id: UUID, now: datetime
) -> bool:
    """Take a label off a conversation; False when it was not there. Raises ConversationUnknown."""
    conversation = await change.lock(tx, viewer=by, conversation_id=conversation_id)
    cursor = await tx.execute(
        "DELETE FROM conversation_labels WHERE conversation_id = %s AND label_id = %s", (conversation.id, label_id)
    )
    if cursor.rowcount != 1:
        return False
    await change.record(tx, vault, conversation, kind=UNLABELLED, by=by, now=now, data={"label": str(label_id)})
    await change.move(tx, conversation, now=now)
    return True


async def labels_of(tx: Transaction, *, conversation_ids: Sequence[UUID]) -> dict[UUID, list[Label]]:
    """Return the labels on conversations, for a reader who may see those; one without any is absent."""
    cursor = await tx.execute(
        f"SELECT cl.conversation_id, {_COLUMNS} FROM conversation_labels cl JOIN labels l ON l.id = cl.label_id"
        " WHERE cl.conversation_id = ANY(%s) ORDER BY lower(l.name)",
        (list(conversation_ids),),
    )
    found: dict[UUID, list[Label]] = {}
    for row in await cursor.fetchall():
        found.setdefault(row.pop("conversation_id"), []).append(Label(**row))
    return found


def _name(name: str) -> str:
    clean = " ".join(name.split())
    if not 1 <= len(clean) <= _NAME_MAX:
        raise Invalid
    return clean


def _colour(colour: str) -> Colour:
    if colour not in COLOURS:
        raise Invalid
    return colour


async def _record(tx: Transaction, vault: vaults.Vault, kind: str, label: Label, by: Actor, now: datetime) -> None:
    data: dict[str, Any] = {"label": str(label.id), "colour": label.colour, "retired": label.is_retired}
    await vaults.record(tx, vault, kind=kind, at=now, actor=by, data=data, words={"name": label.name})
