"""The customer writes: once only, into the right thread, in one statement where the thread simply goes on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from psycopg import errors as pg

from bellrock import language, people
from bellrock import vault as vaults
from bellrock.conversations import change
from bellrock.conversations.errors import MessageMissing
from bellrock.conversations.models import (
    RECEIVED,
    REOPENED,
    Channel,
    Conversation,
    Viewer,
    may_see,
)
from bellrock.conversations.writing import (
    INTO_MESSAGES,
    KNOWN,
    OF_MESSAGE,
    TOKENS_MAX,
    array,
    findings,
    write,
)
from bellrock.core import Fact, Transaction, journal, new_id
from bellrock.guard import GuardedText

_RECEIVING = (
    "status = 'open', snoozed_until = NULL, resolved_at = NULL, waiting_since = coalesce(waiting_since, %(at)s),"
    " changed_at = %(at)s, changes = changes + 1, last_message_id = %(fact)s, last_customer_message_id = %(fact)s"
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
{INTO_MESSAGES} SELECT {OF_MESSAGE} FROM moved
"""


@dataclass(frozen=True, slots=True)
class Received:
    """What became of a customer's message. `is_duplicate`: the same `client_key` was accepted before, with this id."""

    conversation_id: UUID
    message_id: UUID
    is_duplicate: bool


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
    sought: GuardedText | None = None,
) -> Received:
    """Accept a message of the customer, once per `client_key` (8 to 64 characters, made by the sender).

    A resolved conversation is reopened, spam stays what it is. `sought` is what its form asked for: search finds the message
    by it as well.

    Raises ConversationUnknown for another customer's conversation and MessageMissing
    when there are neither words nor files.
    """
    if text is None and not file_ids:
        raise MessageMissing
    async with tx.pipeline():
        locked = await change.locking(tx, viewer=customer, conversation_id=conversation_id)
        # A statement of its own: it sees what was committed while the lock was waited for.
        cursor = await tx.execute(KNOWN, {"key": conversation_id, "client_key": client_key})
        conversation = await change.locked(locked)
        if conversation.merged_into is not None:  # merged while the lock was waited for
            conversation = await change.lock(tx, viewer=customer, conversation_id=conversation.merged_into)
        if known := await cursor.fetchone():
            return Received(conversation.id, known["id"], is_duplicate=True)
        if not conversation.is_open and conversation.spam_at is None:
            await _reopen(tx, vault, conversation, by=customer, now=now)
        message_id = await write(
            tx,
            vault,
            conversation,
            kind=RECEIVED,
            by=customer,
            text=text,
            now=now,
            client_key=client_key,
            file_ids=file_ids,
            data=findings(text),
            sought=sought,
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
        data={**findings(text), "files": []},
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
                "tokens": array(vault.token_hashes(language.tokens(text.text)[:TOKENS_MAX])),
            },
        )
    except pg.UniqueViolation:
        return None
    if cursor.rowcount != 1:
        return None
    # Otherwise the keys of a busy minute would run out together, and their next messages all take the long way.
    vault.subjects.confirm((customer.id, vaults.CASE), prepared["key"])
    return fact.id


@lru_cache(maxsize=16)
def _receive_running(condition: str) -> bytes:
    return _RECEIVE_RUNNING.format(condition=condition).encode()


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
