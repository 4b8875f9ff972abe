"""Bulk actions: the same change to many conversations, shown before it is made, and undone for some minutes after.

Every conversation is authorised, changed and recorded apart, in a savepoint of its own: one that refuses takes nothing
from the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal, get_args
from uuid import UUID

from psycopg.types.json import Jsonb

from bellrock import conversations, people
from bellrock import vault as vaults
from bellrock.conversations import Conversation, ConversationUnknown, Priority
from bellrock.core import BellrockError, Invalid, Refused, Transaction, new_id
from bellrock.people import Permission
from bellrock.workbench.errors import BulkUnknown, TooManyAtOnce

BULK_MAX = 100
UNDO_TIME = timedelta(minutes=10)

Action = Literal["assign", "team", "priority", "topic", "label", "unlabel", "snooze", "resolve", "spam"]
ACTIONS: tuple[Action, ...] = get_args(Action)
Why = Literal["unknown", "refused", "resolved", "same", "changed", "failed"]
"""Why a conversation is left as it is: not for this agent's eyes, not theirs to change, over, already so, changed since."""


@dataclass(frozen=True, slots=True)
class Change:
    """What shall happen to each. Only what the action needs is set; `agent_id` None puts into the queue."""

    action: Action
    agent_id: UUID | None = None
    team_id: UUID | None = None
    priority: Priority | None = None
    topic: str | None = None
    label_id: UUID | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """What would become, or became, of one conversation; `why` is None where it changes."""

    conversation_id: UUID
    conversation: Conversation | None
    why: Why | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a bulk action did. `bulk_id` undoes it; None when nothing changed."""

    bulk_id: UUID | None
    lines: list[Line] = field(default_factory=list)

    @property
    def done(self) -> int:
        return sum(line.why is None for line in self.lines)


async def preview_bulk(
    tx: Transaction, *, by: people.Agent, ids: Sequence[UUID], change: Change, now: datetime
) -> list[Line]:
    """Return for each conversation whether it would change, or why not. Raises Invalid, Refused, TooManyAtOnce."""
    _check(by, change, now)
    lines = []
    for id in _each(ids):
        try:
            conversation = await conversations.get(tx, viewer=by, conversation_id=id)
        except ConversationUnknown:
            lines.append(Line(id, None, "unknown"))
            continue
        lines.append(Line(id, conversation, await _against(tx, by, conversation, change)))
    return lines


async def change_all(
    tx: Transaction, vault: vaults.Vault, *, by: people.Agent, ids: Sequence[UUID], change: Change, now: datetime
) -> Outcome:
    """Change every conversation that can be, and keep how each stood before for ten minutes.

    Raises Invalid, Refused, TooManyAtOnce; what one conversation refuses is said in its line.
    """
    _check(by, change, now)
    lines, befores = [], []
    for id in sorted(_each(ids)):  # one order for all, so that two such actions never wait for each other
        line, before = await _change_one(tx, vault, by, id, change, now)
        lines.append(line)
        if before is not None:
            befores.append((id, before))
    if not befores:
        return Outcome(None, lines)
    bulk_id = new_id()
    await tx.execute("DELETE FROM bulk_changes WHERE expires_at < %s", (now,))
    await tx.execute(
        "INSERT INTO bulk_changes (id, agent_id, action, done_at, expires_at) VALUES (%s, %s, %s, %s, %s)",
        (bulk_id, by.id, change.action, now, now + UNDO_TIME),
    )
    await tx.execute(
        "INSERT INTO bulk_items (bulk_id, conversation_id, before, changes) SELECT %s, s.id, s.before, c.changes"
        " FROM unnest(%s::uuid[], %s::jsonb[]) AS s (id, before) JOIN conversations c ON c.id = s.id",
        (bulk_id, [id for id, _ in befores], [Jsonb(before) for _, before in befores]),
    )
    return Outcome(bulk_id, lines)


async def undo_bulk(
    tx: Transaction, vault: vaults.Vault, *, by: people.Agent, bulk_id: UUID, now: datetime
) -> list[Line]:
    """Put back what one's own bulk action changed; a conversation that changed since stays as it is.

    Each step back is a change of its own, with its own fact. Raises BulkUnknown when it is another's, over, or undone.
    """
    cursor = await tx.execute(
        "UPDATE bulk_changes SET undone_at = %s WHERE id = %s AND agent_id = %s AND undone_at IS NULL"
        " AND expires_at >= %s RETURNING action",
        (now, bulk_id, by.id, now),
    )
    row = await cursor.fetchone()
    if row is None:
        raise BulkUnknown
    cursor = await tx.execute(
        "SELECT conversation_id, before, changes FROM bulk_items WHERE bulk_id = %s ORDER BY conversation_id",
        (bulk_id,),
    )
    return [await _undo_one(tx, vault, by, row["action"], item, now) for item in await cursor.fetchall()]


async def _change_one(
    tx: Transaction, vault: vaults.Vault, by: people.Agent, id: UUID, change: Change, now: datetime
) -> tuple[Line, dict[str, Any] | None]:
    conversation: Conversation | None = None
    try:
        async with tx.transaction():
            conversation = await conversations.lock(tx, viewer=by, conversation_id=id)
            why = await _against(tx, by, conversation, change)
            if why is None:
                await _do(tx, vault, by, conversation, change, now)
                return Line(id, conversation, None), _before(conversation, change)
            return Line(id, conversation, why), None
    except ConversationUnknown:
        return Line(id, None, "unknown"), None
    except Refused:
        return Line(id, conversation, "refused"), None
    except BellrockError:
        return Line(id, conversation, "failed"), None


async def _against(tx: Transaction, by: people.Agent, conversation: Conversation, change: Change) -> Why | None:
    """Return what stands against the change, None where nothing does."""
    if not conversations.may_act(by, _needs(by, change), conversation):
        return "refused"
    if change.action in ("label", "unlabel"):
        held = await conversations.labels_of(tx, conversation_ids=[conversation.id])
        is_there = change.label_id in {label.id for label in held.get(conversation.id, ())}
        return "same" if is_there is (change.action == "label") else None
    if change.action == "spam":
        return "same" if conversation.spam_at else None
    if change.action == "priority":
        return "same" if conversation.priority == change.priority else None
    if change.action == "topic":
        return "same" if conversation.topic == change.topic else None
    if not conversation.is_open:
        return "same" if change.action == "resolve" else "resolved"
    if change.action == "assign":
        is_same = conversation.assignee_id == change.agent_id and conversation.holder != "first_line"
        return "same" if is_same else None
    if change.action == "team":
        return "same" if (conversation.team_id, conversation.assignee_id) == (change.team_id, None) else None
    return None


def _needs(by: people.Agent, change: Change) -> Permission:
    is_giving = change.action == "assign" and change.agent_id not in (None, by.id)
    return Permission.CONVERSATIONS_ASSIGN if is_giving else Permission.CONVERSATIONS_REPLY


async def _do(
    tx: Transaction, vault: vaults.Vault, by: people.Agent, conversation: Conversation, change: Change, now: datetime
) -> None:
    about: dict[str, Any] = {"by": by, "conversation_id": conversation.id, "now": now}
    match change.action:
        case "assign":
            await conversations.assign(tx, vault, agent_id=change.agent_id, **about)
        case "team":
            await conversations.assign(tx, vault, agent_id=None, team_id=change.team_id, **about)
        case "priority":
            assert change.priority is not None
            await conversations.set_priority(tx, vault, priority=change.priority, **about)
        case "topic":
            await conversations.set_topic(tx, vault, topic=change.topic, language=conversation.language, **about)
        case "label":
            assert change.label_id is not None
            await conversations.add_label(tx, vault, label_id=change.label_id, **about)
        case "unlabel":
            assert change.label_id is not None
            await conversations.remove_label(tx, vault, label_id=change.label_id, **about)
        case "snooze":
            assert change.until is not None
            await conversations.snooze(tx, vault, until=change.until, **about)
        case "resolve":
            await conversations.resolve(tx, vault, **about)
        case "spam":
            await conversations.mark_spam(tx, vault, **about)


async def _undo_one(
    tx: Transaction, vault: vaults.Vault, by: people.Agent, action: Action, item: dict[str, Any], now: datetime
) -> Line:
    id, before = item["conversation_id"], item["before"]
    about: dict[str, Any] = {"by": by, "conversation_id": id, "now": now}
    conversation: Conversation | None = None
    try:
        async with tx.transaction():
            conversation = await conversations.lock(tx, viewer=by, conversation_id=id)
            if conversation.changes != item["changes"]:
                return Line(id, conversation, "changed")
            match action:
                case "assign" | "team":
                    await conversations.assign(
                        tx, vault, agent_id=_id(before["assignee"]), team_id=_id(before["team"]), **about
                    )
                case "priority":
                    await conversations.set_priority(tx, vault, priority=before["priority"], **about)
                case "topic":
                    await conversations.set_topic(
                        tx, vault, topic=before["topic"], language=conversation.language, **about
                    )
                case "label":
                    await conversations.remove_label(tx, vault, label_id=UUID(before["label"]), **about)
                case "unlabel":
                    await conversations.add_label(tx, vault, label_id=UUID(before["label"]), **about)
                case "snooze":
                    await conversations.wake(tx, vault, **about)
                    await _snooze_again(tx, vault, before, about, now)
                case "resolve" | "spam":
                    if action == "spam":
                        await conversations.clear_spam(tx, vault, **about)
                    else:
                        since = datetime.fromisoformat(before["since"]) if before["since"] else None
                        await conversations.reopen(tx, vault, waiting_since=since, **about)
                    await _snooze_again(tx, vault, before, about, now)
            return Line(id, conversation, None)
    except ConversationUnknown:
        return Line(id, None, "unknown")
    except Refused:
        return Line(id, conversation, "refused")
    except BellrockError:
        return Line(id, conversation, "failed")


async def _snooze_again(
    tx: Transaction, vault: vaults.Vault, before: dict[str, Any], about: dict[str, Any], now: datetime
) -> None:
    until = datetime.fromisoformat(before["until"]) if before["until"] else None
    if until is not None and until > now:
        await conversations.snooze(tx, vault, until=until, **about)


def _before(conversation: Conversation, change: Change) -> dict[str, Any]:
    """How a conversation stood, as far as the change touches it; ids and codes only."""
    return {
        "assignee": str(conversation.assignee_id) if conversation.assignee_id else None,
        "team": str(conversation.team_id) if conversation.team_id else None,
        "priority": conversation.priority,
        "topic": conversation.topic,
        "label": str(change.label_id) if change.label_id else None,
        "since": conversation.waiting_since.isoformat() if conversation.waiting_since else None,
        "until": conversation.snoozed_until.isoformat() if conversation.snoozed_until else None,
    }


def _check(by: people.Agent, change: Change, now: datetime) -> None:
    """Raise Refused or Invalid for what no conversation could have."""
    if _needs(by, change) not in by.permissions:
        raise Refused
    given = {
        "team": change.team_id,
        "priority": change.priority,
        "label": change.label_id,
        "unlabel": change.label_id,
        "snooze": change.until,
    }
    if change.action in given and given[change.action] is None:
        raise Invalid
    if change.until is not None and change.until <= now:
        raise conversations.SnoozeInPast


def _each(ids: Sequence[UUID]) -> list[UUID]:
    wanted = list(dict.fromkeys(ids))
    if not wanted:
        raise Invalid
    if len(wanted) > BULK_MAX:
        raise TooManyAtOnce(count=BULK_MAX)
    return wanted


def _id(text: str | None) -> UUID | None:
    return UUID(text) if text else None
