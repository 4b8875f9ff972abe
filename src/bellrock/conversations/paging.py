"""Reads page by page, for programs: each page walks one index and stops after so many rows, however rare what is wanted."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from bellrock import vault as vaults
from bellrock.conversations.models import COLUMNS, Conversation, Priority, Status, Viewer, from_row, may_see
from bellrock.conversations.queries import get
from bellrock.core import Actor, Transaction

WALK_MAX = 2_000

Place = tuple[datetime | None, UUID]
"""Where a page ended: the id of its last row, with its time where the walk is by time."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which conversations a program asks for; None means any."""

    customer_id: UUID | None = None
    statuses: Collection[Status] = ()
    team_id: UUID | None = None
    assignee_id: UUID | None = None
    priority: Priority | None = None
    topic: str | None = None


@dataclass(frozen=True, slots=True)
class Spoken:
    """A message or a private note. `text` is None when it was erased."""

    id: UUID
    conversation_id: UUID
    kind: Literal["message", "note"]
    author: Actor
    created_at: datetime
    text: str | None
    file_ids: tuple[UUID, ...]


async def page_of_conversations(
    tx: Transaction, *, viewer: Viewer, wanted: Wanted, after: Place | None, limit: int
) -> tuple[list[Conversation], Place | None]:
    """Return a page and where the next one begins, None at the end; a page may be short although more follow.

    What is not resolved comes by its last change, the latest first; everything else the newest first.
    """
    is_running = bool(wanted.statuses) and "resolved" not in wanted.statuses
    by_change = is_running and wanted.customer_id is None
    allowed, parameters = may_see(viewer)
    walk = _walk(wanted, by_change=by_change, goes_on=after is not None)
    parameters |= {
        "customer": wanted.customer_id,
        "statuses": list(wanted.statuses) or None,
        "team": wanted.team_id,
        "assignee": wanted.assignee_id,
        "priority": wanted.priority,
        "topic": wanted.topic,
        "at": after[0] if after else None,
        "id": after[1] if after else None,
        "walk": WALK_MAX,
        "limit": limit,
    }
    order = "c.listed_at DESC, c.id DESC" if by_change else "c.id DESC"
    # The walk ends as soon as the page is full.
    cursor = await tx.execute(
        f"SELECT {COLUMNS} FROM ({walk}) c WHERE {_filter(allowed)} ORDER BY {order} LIMIT %(limit)s", parameters
    )
    found = [from_row(row) for row in await cursor.fetchall()]
    if len(found) == limit:
        return found, (found[-1].listed_at if by_change else None, found[-1].id)
    cursor = await tx.execute(
        f"SELECT c.listed_at, c.id FROM ({walk}) c ORDER BY {order} OFFSET %(walk)s - 1 LIMIT 1", parameters
    )
    end = await cursor.fetchone()
    return found, (end["listed_at"] if by_change else None, end["id"]) if end else None


def _walk(wanted: Wanted, *, by_change: bool, goes_on: bool) -> str:
    """Return the one index walk of this page; names come from here only."""
    if by_change:
        further = " AND (c.listed_at, c.id) < (%(at)s::timestamptz, %(id)s::uuid)" if goes_on else ""
        held = "".join(
            f" AND c.{column} = %({name})s"
            for column, name, value in (
                ("assignee_id", "assignee", wanted.assignee_id),
                ("team_id", "team", wanted.team_id),
            )
            if value is not None
        )
        return (
            f"SELECT {COLUMNS} FROM conversations c WHERE c.status <> 'resolved'{held}{further}"
            " ORDER BY c.listed_at DESC, c.id DESC LIMIT %(walk)s"
        )
    conditions = [
        *(["c.id < %(id)s::uuid"] if goes_on else []),
        *(["c.customer_id = %(customer)s"] if wanted.customer_id else []),
    ]
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    return f"SELECT {COLUMNS} FROM conversations c{where} ORDER BY c.id DESC LIMIT %(walk)s"


def _filter(allowed: str) -> str:
    return (
        f"{allowed} AND (%(customer)s::uuid IS NULL OR c.customer_id = %(customer)s)"
        " AND (%(statuses)s::text[] IS NULL OR c.status = ANY(%(statuses)s))"
        " AND (%(team)s::uuid IS NULL OR c.team_id = %(team)s)"
        " AND (%(assignee)s::uuid IS NULL OR c.assignee_id = %(assignee)s)"
        " AND (%(priority)s::text IS NULL OR c.priority = %(priority)s)"
        " AND (%(topic)s::text IS NULL OR c.topic = %(topic)s)"
    )


async def page_of_messages(
    tx: Transaction,
    vault: vaults.Vault,
    *,
    viewer: Viewer,
    conversation_id: UUID,
    kind: Literal["message", "note"],
    after: Place | None,
    limit: int,
) -> tuple[list[Spoken], Place | None]:
    """Return messages or notes of a conversation, the oldest first, and where the next page begins.

    Raises ConversationUnknown.
    """
    await get(tx, viewer=viewer, conversation_id=conversation_id)
    further = " AND (created_at, id) > (%(at)s::timestamptz, %(id)s::uuid)" if after else ""
    cursor = await tx.execute(
        "SELECT id, shown_id, author_kind, author_id, created_at FROM messages WHERE conversation_id = %(conversation)s"
        f" AND kind = %(kind)s{further}"
        " ORDER BY created_at, id LIMIT %(limit)s",
        {
            "conversation": conversation_id,
            "kind": kind,
            "at": after[0] if after else None,
            "id": after[1] if after else None,
            "limit": limit + 1,
        },
    )
    rows = await cursor.fetchall()
    shown = {row["id"]: row["shown_id"] or row["id"] for row in rows[:limit]}  # where part of a message was taken out
    records = await vault.open_records(tx, [*shown, *shown.values()])
    page = []
    for row in rows[:limit]:
        record, words = records.get(row["id"]), records.get(shown[row["id"]])
        page.append(
            Spoken(
                id=row["id"],
                conversation_id=conversation_id,
                kind=kind,
                author=Actor(row["author_kind"], row["author_id"]),
                created_at=row["created_at"],
                text=words["words"].get("text", "") if words else None,
                file_ids=tuple(UUID(file) for file in record["data"].get("files", ())) if record else (),
            )
        )
    last = page[-1] if len(rows) > limit else None
    return page, (last.created_at, last.id) if last else None


async def visible_ids(tx: Transaction, *, viewer: Viewer, ids: Sequence[UUID]) -> frozenset[UUID]:
    """Return those of these conversations that the viewer may see."""
    if not ids:
        return frozenset()
    allowed, parameters = may_see(viewer)
    cursor = await tx.execute(
        f"SELECT c.id FROM conversations c WHERE c.id = ANY(%(ids)s) AND {allowed}", {"ids": list(ids), **parameters}
    )
    return frozenset(row["id"] for row in await cursor.fetchall())


async def visible_customers(tx: Transaction, *, viewer: Viewer, ids: Sequence[UUID]) -> frozenset[UUID]:
    """Return those of these customers of whom the viewer may see a conversation."""
    if not ids:
        return frozenset()
    allowed, parameters = may_see(viewer)
    cursor = await tx.execute(
        "SELECT id FROM unnest(%(ids)s::uuid[]) AS asked (id)"
        f" WHERE EXISTS (SELECT FROM conversations c WHERE c.customer_id = asked.id AND {allowed})",
        {"ids": list(ids), **parameters},
    )
    return frozenset(row["id"] for row in await cursor.fetchall())
