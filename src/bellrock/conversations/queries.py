"""Reading conversations; every query starts from what the viewer may see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from bellrock import people
from bellrock import vault as vaults
from bellrock.conversations.errors import ConversationUnknown
from bellrock.conversations.models import COLUMNS, Conversation, Viewer, from_row, may_see
from bellrock.core import Actor, Transaction
from bellrock.core.journal import Audience

PAGE = 50
TIMELINE_MAX = 500
COUNT_MAX = 1_000

InboxView = Literal["mine", "unassigned", "team", "all", "snoozed", "resolved"]

_VIEWS: dict[str, tuple[str, str]] = {
    "mine": ("c.assignee_id = %(me)s AND c.status IN ('open', 'waiting')", "changed_at"),
    "unassigned": ("c.holder = 'queue' AND c.status IN ('open', 'waiting')", "changed_at"),
    "team": ("c.team_id = %(team)s AND c.status IN ('open', 'waiting')", "changed_at"),
    "all": ("c.status IN ('open', 'waiting')", "changed_at"),
    "snoozed": ("c.status = 'snoozed'", "changed_at"),
    "resolved": ("c.status = 'resolved'", "resolved_at"),
}


@dataclass(frozen=True, slots=True)
class InboxRow:
    """A conversation as a list shows it: with the last words said, None when they were erased."""

    conversation: Conversation
    last_text: str | None
    last_author: Actor | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a timeline: a fact with its opened words. `number` is None for the instant before it is numbered.

    `words` is None when the record was erased.
    """

    id: UUID
    number: int | None
    kind: str
    at: datetime
    actor: Actor
    audience: Audience
    data: dict[str, Any]
    words: dict[str, Any] | None


async def get(tx: Transaction, *, viewer: Viewer, conversation_id: UUID) -> Conversation:
    """Return a conversation, or raise ConversationUnknown when the viewer must not see it."""
    return await _one(tx, viewer, "c.id = %(key)s", conversation_id)


async def find_by_reference(tx: Transaction, *, viewer: Viewer, reference: str) -> Conversation:
    """Return the conversation of a reference such as BR-7K2M4QXD, however it was typed."""
    return await _one(tx, viewer, "c.reference = %(key)s", reference.strip().upper())


async def inbox(
    tx: Transaction,
    vault: vaults.Vault,
    *,
    viewer: people.Agent,
    view: InboxView,
    team_id: UUID | None = None,
    before: tuple[datetime, UUID] | None = None,
    limit: int = PAGE,
) -> list[InboxRow]:
    """Return a page of the inbox, newest change first; `before` is the time and id of the last row of the page above."""
    condition, order = _VIEWS[view]
    allowed, parameters = may_see(viewer)
    cursor = await tx.execute(
        f"SELECT {COLUMNS} FROM conversations c WHERE {condition} AND {allowed}"
        f" AND (%(before)s::timestamptz IS NULL OR (c.{order}, c.id) < (%(before)s, %(before_id)s))"
        f" ORDER BY c.{order} DESC, c.id DESC LIMIT %(limit)s",
        {
            "me": viewer.id,
            "team": team_id,
            "before": before[0] if before else None,
            "before_id": before[1] if before else None,
            "limit": min(limit, PAGE),
            **parameters,
        },
    )
    return await _with_last_words(tx, vault, [from_row(row) for row in await cursor.fetchall()])


async def inbox_row(tx: Transaction, vault: vaults.Vault, *, viewer: people.Agent, conversation_id: UUID) -> InboxRow:
    """Return one row of the inbox, for a list that is already on screen."""
    conversation = await get(tx, viewer=viewer, conversation_id=conversation_id)
    return (await _with_last_words(tx, vault, [conversation]))[0]


def is_in_view(conversation: Conversation, *, viewer: people.Agent, view: InboxView, team_id: UUID | None) -> bool:
    """Say whether a conversation that the viewer may see belongs to a list of theirs."""
    is_running = conversation.status in ("open", "waiting")
    belongs = {
        "mine": is_running and conversation.assignee_id == viewer.id,
        "unassigned": is_running and conversation.holder == "queue",
        "team": is_running and conversation.team_id == team_id,
        "all": is_running,
        "snoozed": conversation.status == "snoozed",
        "resolved": conversation.status == "resolved",
    }
    return belongs[view]


async def counts(tx: Transaction, *, viewer: people.Agent) -> dict[str, int]:
    """Return how many conversations each view holds, and `team:<id>` for each team; counting stops at 1,000."""
    allowed, parameters = may_see(viewer)
    parts = []
    for view in ("mine", "unassigned", "all", "snoozed"):
        condition, _ = _VIEWS[view]
        parts.append(_count(view, condition, allowed))
    for position, team_id in enumerate(sorted(viewer.team_ids)):
        parameters[f"team_{position}"] = team_id
        condition = f"c.team_id = %(team_{position})s AND c.status IN ('open', 'waiting')"
        parts.append(_count(f"team:{team_id}", condition, allowed))
    cursor = await tx.execute(" UNION ALL ".join(parts), {"me": viewer.id, **parameters})
    return {row["name"]: row["count"] for row in await cursor.fetchall()}


async def timeline(
    tx: Transaction,
    vault: vaults.Vault,
    *,
    viewer: Viewer,
    conversation_id: UUID,
    after: int = -1,
    limit: int = TIMELINE_MAX,
) -> list[Entry]:
    """Return what happened in a conversation, in order, after the journal number `after`.

    A customer gets public entries only, and of hand-overs neither summary nor collected facts. At most the newest `limit`.
    """
    await get(tx, viewer=viewer, conversation_id=conversation_id)
    public_only = isinstance(viewer, people.Customer)
    audience = "AND audience = 'public'" if public_only else ""
    columns = "id, kind, at, actor_kind, actor_id, audience, data"
    cursor = await tx.execute(
        f"SELECT * FROM (SELECT number, {columns} FROM journal WHERE conversation_id = %(id)s AND log = 'records'"
        f" AND number > %(after)s {audience} ORDER BY number DESC LIMIT %(limit)s) numbered"
        f" UNION ALL (SELECT NULL, {columns} FROM journal_inbox WHERE conversation_id = %(id)s AND log = 'records'"
        f" {audience} ORDER BY position LIMIT %(limit)s) ORDER BY number NULLS LAST, id",
        {"id": conversation_id, "after": after, "limit": min(limit, TIMELINE_MAX)},
    )
    rows = await cursor.fetchall()
    records = await vault.open_records(tx, [row["id"] for row in rows])
    return [_entry(row, records.get(row["id"]), public_only=public_only) for row in rows]


async def entries(tx: Transaction, vault: vaults.Vault, *, fact_ids: Sequence[UUID]) -> dict[UUID, dict[str, Any]]:
    """Return the words of facts by id, for live pages that have authorised their reader already."""
    records = await vault.open_records(tx, list(fact_ids))
    return {id: record["words"] for id, record in records.items()}


async def conversations_of(
    tx: Transaction, *, viewer: Viewer, customer_id: UUID, limit: int = PAGE
) -> list[Conversation]:
    """Return a customer's conversations that the viewer may see, newest first."""
    allowed, parameters = may_see(viewer)
    cursor = await tx.execute(
        f"SELECT {COLUMNS} FROM conversations c WHERE c.customer_id = %(customer)s AND {allowed}"
        " ORDER BY c.created_at DESC LIMIT %(limit)s",
        {"customer": customer_id, "limit": min(limit, PAGE), **parameters},
    )
    return [from_row(row) for row in await cursor.fetchall()]


async def current_of(tx: Transaction, *, customer: people.Customer, channel: str) -> Conversation | None:
    """Return the customer's newest conversation of a channel: the thread that a widget shows."""
    cursor = await tx.execute(
        f"SELECT {COLUMNS} FROM conversations c WHERE c.customer_id = %s AND c.channel = %s"
        " ORDER BY c.created_at DESC LIMIT 1",
        (customer.id, channel),
    )
    row = await cursor.fetchone()
    return from_row(row) if row else None


async def queue_place(tx: Transaction, *, conversation: Conversation) -> int | None:
    """Return the place (1 is next) in its team's queue of its language, or None when it does not wait in one."""
    if conversation.holder != "queue" or conversation.status == "resolved":
        return None
    cursor = await tx.execute(
        "SELECT count(*) + 1 AS place FROM (SELECT 1 FROM conversations o WHERE o.team_id = %(team)s"
        " AND o.holder = 'queue' AND o.status IN ('open', 'waiting') AND o.language = %(language)s AND o.id <> %(id)s"
        " AND (array_position(%(order)s, o.priority), o.queued_at) <"
        "     (array_position(%(order)s, %(priority)s::text), %(queued_at)s) LIMIT %(most)s) ahead",
        {
            "team": conversation.team_id,
            "language": conversation.language,
            "id": conversation.id,
            "priority": conversation.priority,
            "queued_at": conversation.queued_at,
            "order": ["urgent", "high", "normal", "low"],
            "most": COUNT_MAX,
        },
    )
    row = await cursor.fetchone()
    assert row is not None
    return int(row["place"])


async def open_counts(tx: Transaction, *, agent_ids: Sequence[UUID]) -> dict[UUID, int]:
    """Return how many running conversations each agent holds."""
    cursor = await tx.execute(
        "SELECT assignee_id, count(*) AS held FROM conversations WHERE assignee_id = ANY(%s)"
        " AND status = 'open' GROUP BY assignee_id",
        (list(agent_ids),),
    )
    held = {row["assignee_id"]: int(row["held"]) for row in await cursor.fetchall()}
    return {agent_id: held.get(agent_id, 0) for agent_id in agent_ids}


async def _one(tx: Transaction, viewer: Viewer, condition: str, key: Any) -> Conversation:
    allowed, parameters = may_see(viewer)
    cursor = await tx.execute(
        f"SELECT {COLUMNS} FROM conversations c WHERE {condition} AND {allowed}", {"key": key, **parameters}
    )
    row = await cursor.fetchone()
    if row is None:
        raise ConversationUnknown
    return from_row(row)


async def _with_last_words(tx: Transaction, vault: vaults.Vault, conversations: list[Conversation]) -> list[InboxRow]:
    ids = [item.last_message_id for item in conversations if item.last_message_id]
    records = await vault.open_records(tx, ids)
    rows = []
    for item in conversations:
        record = records.get(item.last_message_id) if item.last_message_id else None
        author = Actor(record["actor"]["kind"]) if record else None
        rows.append(InboxRow(item, record["words"]["text"] if record else None, author))
    return rows


def _entry(row: dict[str, Any], record: dict[str, Any] | None, *, public_only: bool) -> Entry:
    words = record["words"] if record else None
    if public_only and words is not None:
        words = {name: value for name, value in words.items() if name not in ("summary", "facts")}
    return Entry(
        id=row["id"],
        number=row["number"],
        kind=row["kind"],
        at=row["at"],
        actor=Actor(row["actor_kind"], row["actor_id"]),
        audience=row["audience"],
        data=row["data"],
        words=words,
    )


def _count(name: str, condition: str, allowed: str) -> str:
    return (
        f"SELECT '{name}' AS name, count(*) FROM"
        f" (SELECT FROM conversations c WHERE {condition} AND {allowed} LIMIT {COUNT_MAX}) counted"
    )
