"""Words in a conversation: the customer writes, somebody answers, colleagues note."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from psycopg import errors as pg

from bellrock import language, people
from bellrock import vault as vaults
from bellrock.conversations import change
from bellrock.conversations.errors import AlreadyResolved, AnsweredMeanwhile, FirstLineTooLate, MessageMissing
from bellrock.conversations.models import (
    NOTED,
    OPENED,
    RECEIVED,
    REOPENED,
    REPLIED,
    Channel,
    Conversation,
    Priority,
    Viewer,
    actor_of,
    may_see,
)
from bellrock.conversations.originals import take_original
from bellrock.core import FIRST_LINE, Actor, Fact, Transaction, journal, new_id, new_reference
from bellrock.guard import GuardedText

TOKENS_MAX = 400
FILES_MAX = 10

_INTO_MESSAGES = (
    "INSERT INTO messages (id, conversation_id, kind, author_kind, author_id, client_key, tokens, created_at)"
)
_OF_MESSAGE = (
    "%(fact)s::uuid, %(conversation)s::uuid, %(message_kind)s::text, %(actor_kind)s::text, %(actor)s::uuid,"
    " %(client_key)s::text, %(tokens)s::text::bigint[], %(at)s::timestamptz"
)
_RECEIVING = (
    "status = 'open', snoozed_until = NULL, resolved_at = NULL, waiting_since = coalesce(waiting_since, %(at)s),"
    " changed_at = %(at)s, changes = changes + 1, last_message_id = %(fact)s, last_customer_message_id = %(fact)s"
)
# The message of a key in a conversation, in what was merged into it, in what was split off it.
_KNOWN = (
    "SELECT id FROM messages WHERE client_key = %(client_key)s AND conversation_id IN"
    " (WITH it AS (SELECT coalesce(c.merged_into, c.id) AS id FROM conversations c WHERE c.id = %(key)s)"
    " SELECT id FROM it UNION ALL SELECT p.id FROM conversations p JOIN it ON p.merged_into = it.id"
    " UNION ALL SELECT s.to_id FROM moved_messages s JOIN it ON s.from_id = it.id) LIMIT 1"
)
# What comes into spam stays there: kept, and before nobody's eyes.
_RECEIVING_SPAM = (
    "changed_at = %(at)s, changes = changes + 1, last_message_id = %(fact)s, last_customer_message_id = %(fact)s"
)
# A message in a thread that simply goes on, whole in one statement. The update locks the conversation's row, and everything
# else is written from what it returns: either all of it happens or nothing, and the facts of one conversation get their
# places in the order of their commits. Whoever had to wait for the row has it judged anew as it then is.
_RECEIVE_RUNNING = f"""
WITH moved AS (
  UPDATE conversations c SET {_RECEIVING}
  WHERE c.id = %(conversation)s AND c.channel = %(channel)s AND c.status <> 'resolved' AND {{condition}}
    AND NOT EXISTS (SELECT FROM conversations n WHERE n.customer_id = c.customer_id AND n.channel = c.channel
                    AND n.created_at > c.created_at)
    AND NOT EXISTS (SELECT FROM conversations p WHERE p.merged_into = c.id)
    AND NOT EXISTS (SELECT FROM moved_messages WHERE from_id = c.id)
    AND EXISTS ({vaults.LIVE_KEY})
  RETURNING c.id
), kept AS (
  {vaults.INTO_RECORDS} SELECT {vaults.OF_RECORD} FROM moved
), noted AS (
  {journal.INTO_INBOX} SELECT {journal.OF_FACT} FROM moved
)
{_INTO_MESSAGES} SELECT {_OF_MESSAGE} FROM moved
"""


@dataclass(frozen=True, slots=True)
class Received:
    """What became of a customer's message. `is_duplicate`: the same `client_key` was accepted before, with this id."""

    conversation_id: UUID
    message_id: UUID
    is_duplicate: bool


async def open_conversation(
    tx: Transaction,
    vault: vaults.Vault,
    *,
    customer: people.Customer,
    channel: Channel,
    language: str,
    now: datetime,
    topic: str | None = None,
    fields: Mapping[str, GuardedText] | None = None,
    priority: Priority = "normal",
    claimed_urgent: bool = False,
    brand_id: UUID | None = None,
) -> Conversation:
    """Open a conversation of a customer, held by the first line.

    `fields` are what a ticket form asked for (TxID, order, device …), guarded. `claimed_urgent` is what the customer says;
    it is kept as a fact and weighed by whoever sets the priority. `brand_id` is the brand that they wrote to.
    """
    conversation = Conversation(
        id=new_id(),
        reference=new_reference(),
        customer_id=customer.id,
        channel=channel,
        status="open",
        holder="first_line",
        team_id=None,
        assignee_id=None,
        priority=priority,
        language=language,
        topic=topic,
        created_at=now,
        changed_at=now,
        waiting_since=None,
        queued_at=None,
        snoozed_until=None,
        resolved_at=None,
        first_line_replied_at=None,
        person_replied_at=None,
        last_message_id=None,
        last_customer_message_id=None,
        customer_seen_at=None,
        unseen_by_customer=0,
        changes=1,
        brand_id=brand_id,
    )
    await tx.execute(
        "INSERT INTO conversations (id, reference, customer_id, channel, status, holder, priority, language, topic,"
        " created_at, changed_at, changes, brand_id)"
        " VALUES (%s, %s, %s, %s, 'open', 'first_line', %s, %s, %s, %s, %s, 1, %s)",
        (
            conversation.id,
            conversation.reference,
            customer.id,
            channel,
            priority,
            language,
            topic,
            now,
            now,
            brand_id,
        ),
    )
    await change.record(
        tx,
        vault,
        conversation,
        kind=OPENED,
        by=customer,
        now=now,
        data={
            "reference": conversation.reference,
            "channel": channel,
            "language": language,
            "topic": topic,
            "priority": priority,
            "claimed_urgent": claimed_urgent,
            **({"brand": str(brand_id)} if brand_id else {}),
        },
        words={"fields": {name: value.text for name, value in (fields or {}).items()}},
        audience="public",
    )
    return conversation


async def receive(
    tx: Transaction,
    vault: vaults.Vault,
    *,
    customer: people.Customer,
    conversation_id: UUID,
    text: GuardedText | None,
    client_key: str,
    now: datetime,
    file_ids: Sequence[UUID] = (),
) -> Received:
    """Accept a message of the customer, once per `client_key` (8 to 64 characters, made by the sender).

    A resolved conversation is reopened, spam stays what it is.

    Raises ConversationUnknown for another customer's conversation and MessageMissing
    when there are neither words nor files.
    """
    if text is None and not file_ids:
        raise MessageMissing
    async with tx.pipeline():
        locked = await change.locking(tx, viewer=customer, conversation_id=conversation_id)
        # A statement of its own: it sees what was committed while the lock was waited for.
        cursor = await tx.execute(_KNOWN, {"key": conversation_id, "client_key": client_key})
        conversation = await change.locked(locked)
        if conversation.merged_into is not None:  # merged while the lock was waited for
            conversation = await change.lock(tx, viewer=customer, conversation_id=conversation.merged_into)
        if known := await cursor.fetchone():
            return Received(conversation.id, known["id"], is_duplicate=True)
        if not conversation.is_open and conversation.spam_at is None:
            await _reopen(tx, vault, conversation, by=customer, now=now)
        message_id = await _write(
            tx,
            vault,
            conversation,
            kind=RECEIVED,
            by=customer,
            text=text,
            now=now,
            client_key=client_key,
            file_ids=file_ids,
            data=_findings(text),
        )
        await tx.execute(
            f"UPDATE conversations SET {_RECEIVING if conversation.spam_at is None else _RECEIVING_SPAM} WHERE id = %(id)s",
            {"at": now, "fact": message_id, "id": conversation.id},
        )
    return Received(conversation.id, message_id, is_duplicate=False)


async def receive_running(
    connection: Transaction,
    vault: vaults.Vault,
    *,
    customer: people.Customer,
    conversation_id: UUID,
    channel: Channel,
    proof: tuple[str, dict[str, Any]],
    text: GuardedText,
    client_key: str,
    now: datetime,
) -> UUID | None:
    """Accept a message in one statement where the customer's running thread of a channel simply goes on; return its id.

    `proof` is the SQL condition, with its parameters, under which the sender is this customer. Returns None, with nothing
    written, for whatever else there is: the caller then takes the long way by `receive`. That holds for another thread, one
    that is resolved, a sender who is not proved, a message that was accepted before, a key that is not cached or is gone.
    The connection is in autocommit.
    """
    fact = Fact(
        id=new_id(),
        kind=RECEIVED,
        at=now,
        actor=customer.actor,
        leaf=b"",
        customer_id=customer.id,
        conversation_id=conversation_id,
        data={**_findings(text), "files": []},
        audience="public",
    )
    prepared = vaults.prepare(vault, fact, words={"text": text.text}, subject_id=customer.id)
    if prepared is None:
        return None
    visible, parameters = may_see(customer)
    try:
        cursor = await connection.execute(
            _receive_running(f"{visible} AND {proof[0]}"),
            {
                **proof[1],
                **parameters,
                **prepared,
                "channel": channel,
                "message_kind": "message",
                "client_key": client_key,
                "tokens": _array(vault.token_hashes(language.tokens(text.text)[:TOKENS_MAX])),
            },
        )
    except pg.UniqueViolation:
        return None
    return fact.id if cursor.rowcount == 1 else None


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
) -> UUID:
    """Answer the customer; return the message's id. `extras` holds article, quick replies and such, ids and codes only.

    A person must say which message they saw last: when a colleague has answered since, AnsweredMeanwhile is raised. The
    first line speaks only while it holds the conversation and its reason is the newest message, else FirstLineTooLate.
    """
    conversation = await change.lock(tx, viewer=by, conversation_id=conversation_id)
    actor = actor_of(by)
    if client_key and (known := await _known(tx, conversation_id, client_key)):
        return known
    if not conversation.is_open:
        raise AlreadyResolved
    if actor.kind == "first_line":
        _refuse_late_first_line(conversation, last_seen_message_id)
    elif last_seen_message_id is not None:
        await refuse_double_reply(tx, conversation, actor, last_seen_message_id)
    original = await take_original(tx, vault, conversation=conversation, client_key=client_key)
    message_id = await _write(
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
            **_findings(text),
            **({"translated": {"from": original[1], "to": conversation.language}} if original else {}),
        },
        original=original[0] if original else None,
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
) -> UUID:
    """Tell the customer what happens next (a hand-over, a masked secret) without answering: no clock stops."""
    conversation = await change.lock(tx, viewer=by, conversation_id=conversation_id)
    message_id = await _write(
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
    if client_key and (known := await _known(tx, conversation_id, client_key)):
        return known
    note_id = await _write(
        tx,
        vault,
        conversation,
        kind=NOTED,
        by=by,
        text=text,
        now=now,
        client_key=client_key,
        file_ids=file_ids,
        data=_findings(text),
    )
    await change.move(tx, conversation, now=now)
    return note_id


async def _write(
    tx: Transaction,
    vault: vaults.Vault,
    conversation: Conversation,
    *,
    kind: str,
    by: Viewer,
    text: GuardedText | None,
    now: datetime,
    client_key: str | None,
    file_ids: Sequence[UUID],
    data: Mapping[str, Any],
    original: GuardedText | None = None,
) -> UUID:
    message_id = new_id()
    actor = actor_of(by)
    words = {"text": text.text if text else "", **({"original": original.text} if original else {})}
    await change.record(
        tx,
        vault,
        conversation,
        id=message_id,
        kind=kind,
        by=by,
        now=now,
        data={**data, "files": [str(file) for file in file_ids[:FILES_MAX]]},
        words=words,
        audience="internal" if kind == NOTED else "public",
    )
    tokens = language.tokens(text.text)[:TOKENS_MAX] if text else []
    await tx.execute(
        f"{_INTO_MESSAGES} SELECT {_OF_MESSAGE}",
        {
            "fact": message_id,
            "conversation": conversation.id,
            "message_kind": "note" if kind == NOTED else "message",
            "actor_kind": actor.kind,
            "actor": actor.id,
            "client_key": client_key,
            "tokens": _array(vault.token_hashes(tokens)),
            "at": now,
        },
    )
    return message_id


def _array(hashes: Sequence[int]) -> str:
    """Write an array as the database reads it: one text instead of as many values to be adapted."""
    return "{" + ",".join(map(str, hashes)) + "}"


@lru_cache(maxsize=16)
def _receive_running(condition: str) -> bytes:
    return _RECEIVE_RUNNING.format(condition=condition).encode()


async def _known(tx: Transaction, conversation_id: UUID, client_key: str) -> UUID | None:
    cursor = await tx.execute(_KNOWN, {"key": conversation_id, "client_key": client_key})
    row = await cursor.fetchone()
    return row["id"] if row else None


async def _reopen(
    tx: Transaction, vault: vaults.Vault, conversation: Conversation, *, by: Viewer, now: datetime
) -> None:
    """Reopen: to the team's queue when a person has spoken before, else to the first line."""
    to_queue = conversation.team_id is not None and conversation.person_replied_at is not None
    holder = "queue" if to_queue else "first_line"
    await change.record(
        tx, vault, conversation, kind=REOPENED, by=by, now=now, data={"holder": holder, "anew": True}, audience="public"
    )
    await change.move(
        tx,
        conversation,
        now=now,
        status="open",
        resolved_at=None,
        holder=holder,
        assignee_id=None,
        queued_at=now if to_queue else None,
    )


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
    if conversation.holder != "first_line" or (reason is not None and reason != newest):
        raise FirstLineTooLate


def _findings(text: GuardedText | None) -> dict[str, Any]:
    """Name what was masked (kinds only), so that the case is raised and the customer told."""
    kinds = sorted({finding.kind for finding in text.findings}) if text else []
    return {"masked": kinds} if kinds else {}
