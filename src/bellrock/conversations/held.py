"""Replies that are held for a moment before they go out, so that their author can take them back: sealed, and durable."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from bellrock import people
from bellrock import vault as vaults
from bellrock.conversations import change
from bellrock.conversations.answering import refuse_double_reply
from bellrock.conversations.drafts import drafts_of, save_draft
from bellrock.conversations.errors import AlreadyResolved, HeldGone
from bellrock.core import Transaction, new_id
from bellrock.guard import GuardedText, screen

Afterwards = Literal["", "resolve", "snooze"]
_PURPOSE = "held-reply"
_COLUMNS = (
    "h.id, h.conversation_id, h.agent_id, h.subject_id, h.sealed, h.client_key, h.seen_message_id, h.file_ids, h.afterwards,"
    " h.snooze_until, h.held_at, h.send_at, h.refused, c.customer_id, c.reference"
)
MINE_MAX = 20


@dataclass(frozen=True, slots=True)
class Held:
    """A reply that waits to go out at `send_at`. `refused` is the code of what stopped it; its text is a draft again."""

    id: UUID
    conversation_id: UUID
    customer_id: UUID
    reference: str
    agent_id: UUID
    text: str
    client_key: str
    seen_message_id: UUID | None
    file_ids: tuple[UUID, ...]
    afterwards: Afterwards
    snooze_until: datetime | None
    held_at: datetime
    send_at: datetime
    refused: str | None


async def hold(
    tx: Transaction,
    vault: vaults.Vault,
    *,
    by: people.Agent,
    conversation_id: UUID,
    text: GuardedText,
    client_key: str,
    last_seen_message_id: UUID | None,
    send_at: datetime,
    now: datetime,
    file_ids: Sequence[UUID] = (),
    afterwards: Afterwards = "",
    snooze_until: datetime | None = None,
) -> UUID:
    """Keep a reply until `send_at`; return its id, the same for the same `client_key`.

    The customer is told nothing, and the author's draft is gone while it waits. Raises AlreadyResolved, and
    AnsweredMeanwhile as a reply does; both are asked again when it goes out.
    """
    conversation = await change.lock(tx, viewer=by, conversation_id=conversation_id)
    cursor = await tx.execute(
        "SELECT id FROM held_replies WHERE conversation_id = %s AND client_key = %s", (conversation_id, client_key)
    )
    if known := await cursor.fetchone():
        return UUID(str(known["id"]))
    if not conversation.is_open:
        raise AlreadyResolved
    if last_seen_message_id is not None:
        await refuse_double_reply(tx, conversation, by.actor, last_seen_message_id)
    held_id = new_id()
    sealed = await vault.seal_bytes(
        tx,
        object_id=held_id,
        subject_id=conversation.customer_id,
        purpose=_PURPOSE,
        data=text.text.encode("utf-8"),
    )
    await tx.execute(
        "INSERT INTO held_replies (id, conversation_id, agent_id, subject_id, sealed, client_key, seen_message_id,"
        " file_ids, afterwards, snooze_until, held_at, send_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (
            held_id, conversation_id, by.id, conversation.customer_id, sealed, client_key, last_seen_message_id,
            list(file_ids), afterwards, snooze_until, now, send_at,
        ),
    )  # fmt: skip
    await save_draft(tx, vault, by=by, conversation_id=conversation_id, kind="reply", text=None, now=now)
    return held_id


async def take_held(tx: Transaction, vault: vaults.Vault, *, held_id: UUID, by: people.Agent | None = None) -> Held:
    """Remove a held reply and return it: whoever takes it first sends it or gives it back, nobody else.

    `by` limits it to that author's own. Raises HeldGone when it went out, was taken back, or was refused.
    """
    cursor = await tx.execute(
        f"SELECT {_COLUMNS} FROM held_replies h JOIN conversations c ON c.id = h.conversation_id"
        " WHERE h.id = %s AND h.refused IS NULL AND (%s::uuid IS NULL OR h.agent_id = %s) FOR UPDATE OF h",
        (held_id, by.id if by else None, by.id if by else None),
    )
    row = await cursor.fetchone()
    if row is None:
        raise HeldGone
    held = await _open(tx, vault, row)
    await tx.execute("DELETE FROM held_replies WHERE id = %s", (held_id,))
    return held


async def give_back(tx: Transaction, vault: vaults.Vault, *, held: Held, by: people.Agent, now: datetime) -> str:
    """Make a held reply its author's draft again, before what they have begun since; return the draft."""
    begun = (await drafts_of(tx, vault, by=by, conversation_id=held.conversation_id)).get("reply", "")
    text = f"{held.text}\n\n{begun}" if begun.strip() and begun.strip() not in held.text else held.text
    await save_draft(tx, vault, by=by, conversation_id=held.conversation_id, kind="reply", text=screen(text), now=now)
    return text


async def mark_refused(tx: Transaction, vault: vaults.Vault, *, held_id: UUID, code: str) -> Held | None:
    """Note why a held reply could not go out, until its author has read it; None when it is gone or was noted before."""
    cursor = await tx.execute(
        "UPDATE held_replies h SET refused = %s FROM conversations c WHERE c.id = h.conversation_id AND h.id = %s"
        f" AND h.refused IS NULL RETURNING {_COLUMNS}",
        (code[:60], held_id),
    )
    row = await cursor.fetchone()
    return await _open(tx, vault, row) if row else None


async def forget_refused(tx: Transaction, *, by: people.Agent, held_id: UUID) -> None:
    """The author has read that it did not go out."""
    await tx.execute(
        "DELETE FROM held_replies WHERE id = %s AND agent_id = %s AND refused IS NOT NULL", (held_id, by.id)
    )


async def held_of(tx: Transaction, vault: vaults.Vault, *, by: people.Agent) -> list[Held]:
    """Return what this agent has held back or what could not go out, oldest first."""
    cursor = await tx.execute(
        f"SELECT {_COLUMNS} FROM held_replies h JOIN conversations c ON c.id = h.conversation_id"
        " WHERE h.agent_id = %s ORDER BY h.send_at LIMIT %s",
        (by.id, MINE_MAX),
    )
    return [await _open(tx, vault, row) for row in await cursor.fetchall()]


async def held_one(tx: Transaction, vault: vaults.Vault, *, by: people.Agent, held_id: UUID) -> Held:
    """Return one reply that this agent has held back, however many others wait. Raises HeldGone."""
    cursor = await tx.execute(
        f"SELECT {_COLUMNS} FROM held_replies h JOIN conversations c ON c.id = h.conversation_id"
        " WHERE h.agent_id = %s AND h.id = %s",
        (by.id, held_id),
    )
    row = await cursor.fetchone()
    if row is None:
        raise HeldGone
    return await _open(tx, vault, row)


async def held_due(tx: Transaction, *, now: datetime, limit: int = 100) -> list[UUID]:
    """Return held replies whose time has come, the oldest first."""
    cursor = await tx.execute(
        "SELECT id FROM held_replies WHERE send_at <= %s AND refused IS NULL ORDER BY send_at LIMIT %s", (now, limit)
    )
    return [row["id"] for row in await cursor.fetchall()]


async def _open(tx: Transaction, vault: vaults.Vault, row: dict[str, Any]) -> Held:
    plain = await vault.open_bytes(
        tx, object_id=row["id"], subject_id=row["subject_id"], purpose=_PURPOSE, sealed=bytes(row["sealed"])
    )
    values = {name: value for name, value in row.items() if name not in ("sealed", "subject_id")}
    return Held(**{**values, "file_ids": tuple(row["file_ids"]), "text": plain.decode("utf-8")})
