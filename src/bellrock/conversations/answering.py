"""Somebody answers, announces, or leaves a note for colleagues."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from bellrock import people
from bellrock import vault as vaults
from bellrock.conversations import change
from bellrock.conversations.errors import AlreadyResolved, AnsweredMeanwhile, FirstLineTooLate
from bellrock.conversations.models import (
    NOTED,
    REPLIED,
    Conversation,
    Viewer,
    actor_of,
)
from bellrock.conversations.originals import take_original
from bellrock.conversations.writing import findings, sent_before, write
from bellrock.core import FIRST_LINE, Actor, Transaction
from bellrock.guard import GuardedText


async def reply(
    tx: Transaction,
    vault: vaults.Vault,
    *,
    by: Viewer,
    conversation_id: UUID,
    text: GuardedText,
    now: datetime,
    client_key: str | None = None,
    last_seen_message_id: UUID | None = None,
    file_ids: Sequence[UUID] = (),
    extras: Mapping[str, Any] | None = None,
    diagnosis: Mapping[str, Any] | None = None,
) -> UUID:
    """Answer the customer; return the message's id. `extras` holds article, quick replies and such, ids and codes only.

    A `diagnosis` is how the first line came to its answer, as codes and values; it is sealed with the words.

    A person must say which message they saw last: when a colleague has answered since, AnsweredMeanwhile is raised. The
    first line speaks only while it holds the conversation, its reason is the newest message, and nobody has answered that,
    else FirstLineTooLate.
    """
    conversation = await change.lock(tx, viewer=by, conversation_id=conversation_id)
    actor = actor_of(by)
    if client_key and (known := await sent_before(tx, conversation_id, client_key)):
        return known
    if not conversation.is_open:
        raise AlreadyResolved
    if actor.kind == "first_line":
        _refuse_late_first_line(conversation, last_seen_message_id)
    elif last_seen_message_id is not None:
        await refuse_double_reply(tx, conversation, actor, last_seen_message_id)
    original = await take_original(tx, vault, conversation=conversation, client_key=client_key)
    message_id = await write(
        tx,
        vault,
        conversation,
        kind=REPLIED,
        by=by,
        text=text,
        now=now,
        client_key=client_key,
        file_ids=file_ids,
        data={
            "extras": dict(extras or {}),
            **findings(text),
            **({"translated": {"from": original[1], "to": conversation.language}} if original else {}),
        },
        original=original[0] if original else None,
        diagnosis=diagnosis,
    )
    is_first_line = actor.kind == "first_line"
    await tx.execute(
        "UPDATE conversations SET status = 'waiting', snoozed_until = NULL, waiting_since = NULL, changed_at = %(now)s,"
        " changes = changes + 1, last_message_id = %(message)s, unseen_by_customer = unseen_by_customer + 1,"
        " first_line_replied_at = CASE WHEN %(bot)s THEN coalesce(first_line_replied_at, %(now)s)"
        "   ELSE first_line_replied_at END,"
        " person_replied_at = CASE WHEN %(person)s THEN coalesce(person_replied_at, %(now)s) ELSE person_replied_at END"
        " WHERE id = %(id)s",
        {
            "now": now,
            "message": message_id,
            "id": conversation.id,
            "bot": is_first_line,
            "person": actor.kind == "agent",
        },
    )
    return message_id


async def announce(
    tx: Transaction,
    vault: vaults.Vault,
    *,
    conversation_id: UUID,
    text: GuardedText,
    now: datetime,
    by: Actor = FIRST_LINE,
    extras: Mapping[str, Any] | None = None,
    client_key: str | None = None,
    diagnosis: Mapping[str, Any] | None = None,
) -> UUID:
    """Tell the customer what happens next (a hand-over, a masked secret) without answering: no clock stops."""
    conversation = await change.lock(tx, viewer=by, conversation_id=conversation_id)
    message_id = await write(
        tx,
        vault,
        conversation,
        kind=REPLIED,
        by=by,
        text=text,
        now=now,
        client_key=client_key,
        file_ids=(),
        data={"extras": dict(extras or {}), "announces": True},
        diagnosis=diagnosis,
    )
    await tx.execute(
        "UPDATE conversations SET changed_at = %s, changes = changes + 1, last_message_id = %s,"
        " unseen_by_customer = unseen_by_customer + 1 WHERE id = %s",
        (now, message_id, conversation.id),
    )
    return message_id


async def note(
    tx: Transaction,
    vault: vaults.Vault,
    *,
    by: people.Agent,
    conversation_id: UUID,
    text: GuardedText,
    now: datetime,
    client_key: str | None = None,
    file_ids: Sequence[UUID] = (),
) -> UUID:
    """Leave a private note for colleagues; the customer never sees it. Returns its id."""
    conversation = await change.lock(tx, viewer=by, conversation_id=conversation_id)
    if client_key and (known := await sent_before(tx, conversation_id, client_key)):
        return known
    note_id = await write(
        tx,
        vault,
        conversation,
        kind=NOTED,
        by=by,
        text=text,
        now=now,
        client_key=client_key,
        file_ids=file_ids,
        data=findings(text),
    )
    await change.move(tx, conversation, now=now)
    return note_id


async def refuse_double_reply(tx: Transaction, conversation: Conversation, actor: Actor, seen: UUID) -> None:
    cursor = await tx.execute(
        "SELECT 1 FROM messages WHERE conversation_id = %s AND kind = 'message' AND author_kind = 'agent'"
        " AND author_id <> %s AND created_at > (SELECT created_at FROM messages WHERE id = %s AND conversation_id = %s)"
        " LIMIT 1",
        (conversation.id, actor.id, seen, conversation.id),
    )
    if await cursor.fetchone():
        raise AnsweredMeanwhile


def _refuse_late_first_line(conversation: Conversation, reason: UUID | None) -> None:
    newest = conversation.last_customer_message_id
    is_overtaken = reason is not None and (reason != newest or conversation.waiting_since is None)
    if conversation.holder != "first_line" or is_overtaken:
        raise FirstLineTooLate
