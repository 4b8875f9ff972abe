"""The timeline: what happened in a conversation, in order, with what was merged into it and without what was split off."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from bellrock import people
from bellrock import vault as vaults
from bellrock.conversations.models import LABELLED, MESSAGE_KINDS, UNLABELLED, Conversation, Viewer
from bellrock.conversations.queries import get
from bellrock.conversations.whole import WHOLE, Whole, whole_from
from bellrock.core import Actor, Transaction
from bellrock.core.journal import Audience

TIMELINE_MAX = 500
_COLUMNS = "id, kind, at, actor_kind, actor_id, audience, data"
_FOR_COLLEAGUES = frozenset({"summary", "facts", "diagnosis"})


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a timeline: a fact with its opened words. `number` is None for the instant before it is numbered.

    `words` is None when the record was erased. `is_redacted`: they are what was left when part of them was taken out.
    `label` is what the label that it speaks of is called now; empty for none.
    """

    id: UUID
    number: int | None
    kind: str
    at: datetime
    actor: Actor
    audience: Audience
    data: dict[str, Any]
    words: dict[str, Any] | None
    is_redacted: bool = False
    label: str = ""


async def timeline(
    tx: Transaction,
    vault: vaults.Vault,
    *,
    viewer: Viewer,
    conversation_id: UUID,
    after: int = -1,
    before: int | None = None,
    limit: int = TIMELINE_MAX,
    known: Conversation | None = None,
    whole: Whole | None = None,
) -> list[Entry]:
    """Return what happened in a conversation, in order, after the journal number `after` and before `before`.

    A customer gets public entries only, of hand-overs neither summary nor collected facts, and keeps in their thread what
    colleagues split off. At most the newest `limit` of these. `known` is what `get` gave this viewer of the conversation in
    this transaction, `whole` what `get_whole` did, for who has it already. Raises ConversationUnknown.
    """
    conversation = known or await get(tx, viewer=viewer, conversation_id=conversation_id)
    public_only = isinstance(viewer, people.Customer)
    where, parameters = await _read_in(tx, conversation.id, whole, keeps_split=public_only)
    where += " AND log = 'records'" + (" AND audience = 'public'" if public_only else "")
    # What has no number yet is newer than everything that has one.
    news = (
        f" UNION ALL (SELECT NULL, {_COLUMNS} FROM journal_inbox WHERE {where} ORDER BY position LIMIT %(limit)s)"
        if before is None
        else ""
    )
    cursor = await tx.execute(
        "SELECT facts.*, m.shown_id, l.name AS label FROM ("
        f"SELECT * FROM (SELECT number, {_COLUMNS} FROM journal WHERE {where} AND number > %(after)s"
        " AND (%(before)s::bigint IS NULL OR number < %(before)s) ORDER BY number DESC LIMIT %(limit)s) numbered"
        f"{news}) facts LEFT JOIN messages m ON facts.kind = ANY(%(said)s) AND m.id = facts.id"
        " LEFT JOIN labels l ON facts.kind = ANY(%(labelled)s) AND l.id = (facts.data->>'label')::uuid"
        " ORDER BY facts.number NULLS LAST, facts.id",
        {
            **parameters,
            "after": after,
            "before": before,
            "limit": min(limit, TIMELINE_MAX),
            "said": sorted(MESSAGE_KINDS),
            "labelled": [LABELLED, UNLABELLED],
        },
    )
    rows: list[dict[str, Any]] = await cursor.fetchall()
    records = await vault.open_records(tx, [row["shown_id"] or row["id"] for row in rows])
    return [
        _entry(
            row,
            records.get(row["shown_id"] or row["id"]),
            is_redacted=row["shown_id"] is not None,
            public_only=public_only,
        )
        for row in rows
    ]


async def entries(tx: Transaction, vault: vaults.Vault, *, fact_ids: Sequence[UUID]) -> dict[UUID, dict[str, Any]]:
    """Return the words of facts by id, for live pages that have authorised their reader already."""
    return {id: record["words"] for id, record in (await words_of(tx, vault, ids=fact_ids)).items()}


async def words_of(tx: Transaction, vault: vaults.Vault, *, ids: Iterable[UUID]) -> dict[UUID, dict[str, Any]]:
    """Return the records that are shown for messages or other facts, by the message's id; erased ones are absent."""
    wanted = list(ids)
    shown = await _shown(tx, wanted)
    records = await vault.open_records(tx, [shown.get(id, id) for id in wanted])
    return {id: records[shown.get(id, id)] for id in wanted if shown.get(id, id) in records}


async def _read_in(
    tx: Transaction, conversation_id: UUID, whole: Whole | None, *, keeps_split: bool
) -> tuple[str, dict[str, Any]]:
    """Return the condition, with its parameters, for the facts that are read in a conversation."""
    if whole is None:
        cursor = await tx.execute(f"SELECT {WHOLE} FROM (SELECT %s::uuid AS id) c", (conversation_id,))
        row = await cursor.fetchone()
        assert row is not None
        whole = whole_from(row)
    if whole.is_plain:
        return "conversation_id = %(id)s", {"id": conversation_id}
    parts = [conversation_id, *whole.parts]
    if whole.parts:
        cursor = await tx.execute(
            "SELECT message_id, from_id, to_id FROM moved_messages WHERE from_id = ANY(%(ids)s) OR to_id = ANY(%(ids)s)",
            {"ids": parts},
        )
        moved = await cursor.fetchall()
        gone = [item["message_id"] for item in moved if item["from_id"] in parts and item["to_id"] not in parts]
        come = [item["message_id"] for item in moved if item["to_id"] in parts and item["from_id"] not in parts]
    else:
        gone, come = list(whole.gone), list(whole.come)
    return (
        "(conversation_id = ANY(%(parts)s) AND id <> ALL(%(gone)s) OR id = ANY(%(come)s))",
        {"parts": parts, "gone": [] if keeps_split else gone, "come": come},
    )


async def _shown(tx: Transaction, message_ids: Sequence[UUID]) -> dict[UUID, UUID]:
    """Return by message which record is shown in place of its own."""
    if not message_ids:
        return {}
    cursor = await tx.execute(
        "SELECT id, shown_id FROM messages WHERE id = ANY(%s) AND shown_id IS NOT NULL", (list(message_ids),)
    )
    return {row["id"]: row["shown_id"] for row in await cursor.fetchall()}


def _entry(row: dict[str, Any], record: dict[str, Any] | None, *, is_redacted: bool, public_only: bool) -> Entry:
    words = record["words"] if record else None
    if public_only and words is not None:
        words = {name: value for name, value in words.items() if name not in _FOR_COLLEAGUES}
    return Entry(
        id=row["id"],
        number=row["number"],
        kind=row["kind"],
        at=row["at"],
        actor=Actor(row["actor_kind"], row["actor_id"]),
        audience=row["audience"],
        data=row["data"],
        words=words,
        is_redacted=is_redacted,
        label=row["label"] or "",
    )
