"""Changes of a conversation that are not words: who holds it, how urgent it is, when it comes back, when it is done."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from bellrock import ledger, people
from bellrock import vault as vaults
from bellrock.conversations import change
from bellrock.conversations.errors import AlreadyResolved, SnoozeInPast
from bellrock.conversations.models import (
    ADOPTED,
    ASSIGNED,
    DECIDED,
    HANDED_OVER,
    PRIORITIES,
    PRIORITISED,
    PROTECTED,
    REOPENED,
    RESOLVED,
    SNOOZED,
    TOPIC_SET,
    WOKEN,
    Conversation,
    Priority,
    Viewer,
    actor_of,
)
from bellrock.conversations.spam import clear_spam
from bellrock.core import SYSTEM, Actor, Transaction
from bellrock.guard import GuardedText

HandOverReason = Literal[
    "asked_for_person",
    "secret_shared",
    "money_at_risk",
    "topic_needs_person",
    "not_sure",
    "not_helped",
    "third_turn",
    "legal",
    "first_line_off",
    "colleague",
]
ResolvedBy = Literal["agent", "customer", "first_line", "system"]
# Whoever answers a case may pass it on, and so may whoever only gives work out.
_GIVES = (people.Permission.CONVERSATIONS_REPLY, people.Permission.CONVERSATIONS_ASSIGN)


async def hand_over(
    tx: Transaction,
    vault: vaults.Vault,
    *,
    by: Viewer,
    conversation_id: UUID,
    reason: HandOverReason,
    summary: GuardedText,
    facts: Mapping[str, GuardedText],
    team_id: UUID,
    priority: Priority,
    now: datetime,
    diagnosis: Mapping[str, Any] | None = None,
) -> Conversation:
    """Put a conversation into a team's queue for a person, with reason, summary and the facts collected so far.

    A `diagnosis` is what was concluded from them, as codes and values; it is sealed with them.

    The customer sees that it was handed over; summary and facts are for colleagues, and sealed. Keeps the higher of the old
    and the new priority, and the place in the queue when it was queued before. Raises AlreadyResolved.
    """
    conversation = await change.lock(tx, viewer=by, conversation_id=conversation_id, needs=_GIVES)
    if not conversation.is_open:
        raise AlreadyResolved
    higher = min(priority, conversation.priority, key=PRIORITIES.index)
    await change.record(
        tx,
        vault,
        conversation,
        kind=HANDED_OVER,
        by=by,
        now=now,
        data={
            "reason": reason,
            "team": str(team_id),
            "priority": higher,
            "from": conversation.holder,
            "from_agent": str(conversation.assignee_id) if conversation.assignee_id else None,
            "from_team": str(conversation.team_id) if conversation.team_id else None,
        },
        words={
            "summary": summary.text,
            "facts": {name: value.text for name, value in facts.items()},
            **({"diagnosis": dict(diagnosis)} if diagnosis else {}),
        },
        audience="public",
    )
    await change.move(
        tx,
        conversation,
        now=now,
        status="open",
        snoozed_until=None,
        holder="queue",
        assignee_id=None,
        team_id=team_id,
        priority=higher,
        queued_at=conversation.queued_at if conversation.holder == "queue" else now,
        waiting_since=conversation.waiting_since or now,
    )
    return conversation


async def assign(
    tx: Transaction,
    vault: vaults.Vault,
    *,
    by: Viewer,
    conversation_id: UUID,
    agent_id: UUID | None,
    now: datetime,
    team_id: UUID | None = None,
) -> None:
    """Give a conversation to an agent, or (None) back to the queue of its team; `team_id` moves it to another team."""
    conversation = await change.lock(tx, viewer=by, conversation_id=conversation_id, needs=_GIVES)
    if not conversation.is_open:
        raise AlreadyResolved
    team = team_id or conversation.team_id
    if agent_id == conversation.assignee_id and team == conversation.team_id and conversation.holder != "first_line":
        return
    if team is None:
        team = await people.default_team_id(tx)
    await change.record(
        tx,
        vault,
        conversation,
        kind=ASSIGNED,
        by=by,
        now=now,
        data={
            "agent": str(agent_id) if agent_id else None,
            "team": str(team),
            "from_agent": str(conversation.assignee_id) if conversation.assignee_id else None,
            "from_team": str(conversation.team_id) if conversation.team_id else None,
        },
        audience="public",
    )
    await change.move(
        tx,
        conversation,
        now=now,
        holder="agent" if agent_id else "queue",
        assignee_id=agent_id,
        team_id=team,
        queued_at=conversation.queued_at or now,
    )


async def set_priority(
    tx: Transaction, vault: vaults.Vault, *, by: Viewer, conversation_id: UUID, priority: Priority, now: datetime
) -> None:
    """Set how urgent a conversation is."""
    conversation = await change.lock(tx, viewer=by, conversation_id=conversation_id)
    if priority == conversation.priority:
        return
    await change.record(
        tx,
        vault,
        conversation,
        kind=PRIORITISED,
        by=by,
        now=now,
        data={"priority": priority, "from": conversation.priority},
    )
    await change.move(tx, conversation, now=now, priority=priority)


async def set_topic(
    tx: Transaction,
    vault: vaults.Vault,
    *,
    by: Viewer,
    conversation_id: UUID,
    topic: str | None,
    language: str,
    now: datetime,
    team_id: UUID | None = None,
) -> None:
    """Set topic (`category.intent` or intent name of the taxonomy) and language; `team_id` lets that team see it."""
    conversation = await change.lock(tx, viewer=by, conversation_id=conversation_id)
    team = team_id or conversation.team_id
    if (topic, language, team) == (conversation.topic, conversation.language, conversation.team_id):
        return
    await change.record(
        tx,
        vault,
        conversation,
        kind=TOPIC_SET,
        by=by,
        now=now,
        data={"topic": topic, "language": language, "team": str(team) if team else None},
    )
    await change.move(tx, conversation, now=now, topic=topic, language=language, team_id=team)


async def record_decision(
    tx: Transaction,
    vault: vaults.Vault,
    *,
    conversation_id: UUID,
    data: Mapping[str, Any],
    now: datetime,
    by: Actor,
) -> UUID:
    """Write what the first line decided, with its reasons as codes and small integers, into the case's record."""
    return await _record(tx, vault, DECIDED, conversation_id, data, now, by)


async def record_protection(
    tx: Transaction,
    vault: vaults.Vault,
    *,
    conversation_id: UUID,
    data: Mapping[str, Any],
    now: datetime,
    by: Viewer,
) -> UUID:
    """Write what became of a protective step, as codes, into the case's record."""
    return await _record(tx, vault, PROTECTED, conversation_id, data, now, by)


async def _record(
    tx: Transaction,
    vault: vaults.Vault,
    kind: str,
    conversation_id: UUID,
    data: Mapping[str, Any],
    now: datetime,
    by: Viewer,
) -> UUID:
    conversation = await change.lock(tx, viewer=by, conversation_id=conversation_id)
    fact_id = await change.record(tx, vault, conversation, kind=kind, by=by, now=now, data=data)
    await change.move(tx, conversation, now=now)
    return fact_id


async def snooze(
    tx: Transaction, vault: vaults.Vault, *, by: Viewer, conversation_id: UUID, until: datetime, now: datetime
) -> None:
    """Put a conversation aside until a time; a message of the customer brings it back earlier."""
    conversation = await change.lock(tx, viewer=by, conversation_id=conversation_id)
    if until <= now:
        raise SnoozeInPast
    if not conversation.is_open:
        raise AlreadyResolved
    await change.record(tx, vault, conversation, kind=SNOOZED, by=by, now=now, data={"until": until.isoformat()})
    await change.move(tx, conversation, now=now, status="snoozed", snoozed_until=until)


async def wake_due(tx: Transaction, vault: vaults.Vault, *, now: datetime, limit: int = 100) -> int:
    """Bring back conversations whose snooze has ended; any number of workers may sweep. Returns how many."""
    cursor = await tx.execute(
        "SELECT id FROM conversations WHERE status = 'snoozed' AND snoozed_until <= %s"
        " ORDER BY snoozed_until LIMIT %s FOR UPDATE SKIP LOCKED",
        (now, limit),
    )
    due = [row["id"] for row in await cursor.fetchall()]
    for conversation_id in due:
        await wake(tx, vault, by=SYSTEM, conversation_id=conversation_id, now=now)
    return len(due)


async def wake(tx: Transaction, vault: vaults.Vault, *, by: Viewer, conversation_id: UUID, now: datetime) -> None:
    """End a snooze now; a conversation that is not snoozed stays as it is."""
    conversation = await change.lock(tx, viewer=by, conversation_id=conversation_id)
    if conversation.status != "snoozed":
        return
    await change.record(tx, vault, conversation, kind=WOKEN, by=by, now=now)
    await change.move(tx, conversation, now=now, status="open", snoozed_until=None)


async def resolve(tx: Transaction, vault: vaults.Vault, *, by: Viewer, conversation_id: UUID, now: datetime) -> None:
    """Close a conversation; closing twice is the same as once."""
    conversation = await change.lock(tx, viewer=by, conversation_id=conversation_id)
    if not conversation.is_open:
        return
    await change.record(
        tx,
        vault,
        conversation,
        kind=RESOLVED,
        by=by,
        now=now,
        data={
            "by": actor_of(by).kind,
            "topic": conversation.topic,
            ledger.CLOSING: await ledger.closing(tx, conversation_id=conversation.id),
        },
        audience="public",
    )
    await change.move(
        tx, conversation, now=now, status="resolved", resolved_at=now, snoozed_until=None, waiting_since=None
    )


async def reopen(
    tx: Transaction,
    vault: vaults.Vault,
    *,
    by: Viewer,
    conversation_id: UUID,
    now: datetime,
    waiting_since: datetime | None = None,
) -> None:
    """Open a resolved conversation again, for the agent who had it or its team's queue.

    `waiting_since` goes on with a wait that the resolution had ended, when that is taken back.
    """
    conversation = await change.lock(tx, viewer=by, conversation_id=conversation_id)
    if conversation.is_open:
        return
    if conversation.spam_at is not None:
        await clear_spam(tx, vault, by=by, conversation_id=conversation_id, now=now)
        return
    await change.record(
        tx,
        vault,
        conversation,
        kind=REOPENED,
        by=by,
        now=now,
        data={
            "holder": conversation.holder,
            **({"waiting_since": waiting_since.isoformat()} if waiting_since else {}),
        },
        audience="public",
    )
    await change.move(tx, conversation, now=now, status="open", resolved_at=None, waiting_since=waiting_since)


async def adopt(
    tx: Transaction, vault: vaults.Vault, *, visitor_id: UUID, customer: people.Customer, now: datetime
) -> int:
    """Attach a visitor's conversations to the customer they turned out to be; return how many.

    What was said stays sealed under the visitor's key; erasing the customer shreds that too.
    """
    cursor = await tx.execute("SELECT id FROM conversations WHERE customer_id = %s FOR UPDATE", (visitor_id,))
    found = [row["id"] for row in await cursor.fetchall()]
    for conversation_id in found:
        await tx.execute("UPDATE conversations SET customer_id = %s WHERE id = %s", (customer.id, conversation_id))
        conversation = await change.lock_itself(tx, viewer=SYSTEM, conversation_id=conversation_id)
        await change.record(
            tx,
            vault,
            conversation,
            kind=ADOPTED,
            by=SYSTEM,
            now=now,
            data={"visitor": str(visitor_id)},
            audience="public",
        )
        await change.move(tx, conversation, now=now)
    return len(found)


async def mark_seen(tx: Transaction, *, customer: people.Customer, conversation_id: UUID, now: datetime) -> bool:
    """Note that the customer has the newest answer before their eyes; True when that was news.

    Not a fact of the journal: it says nothing that must be proved, and would come with every glance.
    """
    cursor = await tx.execute(
        "UPDATE conversations SET customer_seen_at = %s, unseen_by_customer = 0"
        " WHERE id = %s AND customer_id = %s AND unseen_by_customer > 0 RETURNING id",
        (now, conversation_id, customer.id),
    )
    return await cursor.fetchone() is not None
