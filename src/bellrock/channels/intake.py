"""Accepting what a customer sends: verified, parsed, guarded, put into the right conversation, once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from bellrock import conversations, guard, people
from bellrock import vault as vaults
from bellrock.channels.attachments import send_files
from bellrock.channels.errors import NotOurs
from bellrock.channels.models import FIELDS_MAX, TEXT_MAX, Envelope, Incoming
from bellrock.channels.port import Channel
from bellrock.conversations import Conversation
from bellrock.core import Transaction
from bellrock.people import Customer

# A thread that was closed longer ago than this stays closed; what is written then begins a new one.
REOPENS_WITHIN = timedelta(days=14)
_LONG_NUMBER = re.compile(r"\d{12}")
_FIRST_MESSAGE_LOCK = 0x62656C6C  # the class of the advisory lock that makes two first messages one conversation
_SOUGHT_MAX = FIELDS_MAX * 1_001  # all fields of a form, and the spaces between


@dataclass(frozen=True, slots=True)
class Accepted:
    """Where a message went. `is_duplicate`: it had been accepted before, and `text` is None.

    `text` is what was kept of it, with secrets masked.
    """

    conversation_id: UUID
    message_id: UUID
    is_duplicate: bool
    client_key: str
    text: guard.GuardedText | None = None
    file_ids: tuple[UUID, ...] = ()


async def accept(
    tx: Transaction,
    vault: vaults.Vault,
    *,
    channel: Channel,
    envelope: Envelope,
    language: str,
    now: datetime,
    conversation_id: UUID | None = None,
    brand_id: UUID | None = None,
    known_order_ids: frozenset[str] = frozenset(),
) -> Accepted:
    """Accept a message into the customer's running thread of this channel, or into the conversation that is named.

    Opens a conversation, of the brand that was written to, when there is none that can go on. `known_order_ids` are numbers of
    the customer's own orders, which are never taken for a card. Raises CustomerBlocked,
    NotOurs, MessageUnreadable, TextTooLong, FilesUnknown,
    ConversationUnknown for a conversation of somebody else, MessageMissing when it is empty.
    """
    customer, incoming = _read(channel, envelope)
    await people.refuse_blocked(tx, customer=customer, now=now)
    if conversation_id is None:
        thread = await _thread(
            tx, vault, channel=channel, customer=customer, language=language, brand_id=brand_id, now=now
        )
        conversation_id = thread.id
    return await _receive(
        tx,
        vault,
        customer=customer,
        conversation_id=conversation_id,
        incoming=incoming,
        now=now,
        known_order_ids=known_order_ids,
    )


async def accept_running(
    connection: Transaction,
    vault: vaults.Vault,
    *,
    channel: Channel,
    envelope: Envelope,
    conversation_id: UUID,
    proof: tuple[str, dict[str, Any]],
    now: datetime,
) -> Accepted | None:
    """Accept words without files into the thread that the sender wrote in last, in one statement where nothing is special.

    `proof` says when the sender is the envelope's customer; the connection is in autocommit. None, with nothing written,
    means that `accept` has to look. Raises NotOurs, MessageUnreadable, TextTooLong.
    """
    customer, incoming = _read(channel, envelope)
    if incoming.file_ids or not incoming.text.strip():
        return None
    text = guard.screen(incoming.text, max_chars=TEXT_MAX)
    if _may_be_order(text, incoming.text):
        return None
    message_id = await conversations.receive_running(
        connection,
        vault,
        customer=customer,
        conversation_id=conversation_id,
        channel=channel.name,  # type: ignore[arg-type]
        proof=proof,
        text=text,
        client_key=incoming.client_key,
        now=now,
    )
    if message_id is None:
        return None
    return Accepted(conversation_id, message_id, False, incoming.client_key, text)


async def accept_first(
    tx: Transaction,
    vault: vaults.Vault,
    *,
    channel: Channel,
    envelope: Envelope,
    language: str,
    proof: tuple[str, dict[str, Any]],
    now: datetime,
    brand_id: UUID | None = None,
) -> Accepted | None:
    """Open the customer's first thread of this channel with words without files, where nothing is special.

    `proof` and None as in `accept_running`; the transaction is in a pipeline. Raises NotOurs, MessageUnreadable, TextTooLong.
    """
    customer, incoming = _read(channel, envelope)
    if incoming.file_ids or not incoming.text.strip():
        return None
    text = guard.screen(incoming.text, max_chars=TEXT_MAX)
    if _may_be_order(text, incoming.text):
        return None
    await _one_at_a_time(tx, customer)
    received = await conversations.open_with_message(
        tx,
        vault,
        customer=customer,
        channel=channel.name,  # type: ignore[arg-type]
        language=language,
        brand_id=brand_id,
        proof=proof,
        text=text,
        client_key=incoming.client_key,
        now=now,
    )
    if received is None:
        return None
    return Accepted(received.conversation_id, received.message_id, False, incoming.client_key, text)


async def accept_ticket(
    tx: Transaction,
    vault: vaults.Vault,
    *,
    channel: Channel,
    envelope: Envelope,
    language: str,
    now: datetime,
    brand_id: UUID | None = None,
) -> tuple[Accepted, Conversation]:
    """Open a conversation of its own with the fields of a form. The same key opens it once.

    What the customer calls urgent is kept as their claim. Raises as `accept` does.
    """
    customer, incoming = _read(channel, envelope)
    await people.refuse_blocked(tx, customer=customer, now=now)
    await _one_at_a_time(tx, customer)
    known = await _ticket_of(tx, customer, incoming.client_key)
    if known is not None:
        conversation, message_id = known
        return Accepted(conversation.id, message_id, True, incoming.client_key), conversation
    conversation = await conversations.open_conversation(
        tx,
        vault,
        customer=customer,
        channel=channel.name,  # type: ignore[arg-type]
        language=language,
        topic=incoming.topic,
        fields=_guard_fields(incoming.fields),
        claimed_urgent=incoming.is_urgent,
        brand_id=brand_id,
        now=now,
    )
    sought = guard.screen(" ".join(incoming.fields.values()), max_chars=_SOUGHT_MAX) if incoming.fields else None
    accepted = await _receive(
        tx, vault, customer=customer, conversation_id=conversation.id, incoming=incoming, sought=sought, now=now
    )
    return accepted, conversation


def _read(channel: Channel, envelope: Envelope) -> tuple[Customer, Incoming]:
    channel.verify(envelope)
    if envelope.customer is None:
        raise NotOurs
    return envelope.customer, channel.parse(envelope)


async def _thread(
    tx: Transaction,
    vault: vaults.Vault,
    *,
    channel: Channel,
    customer: Customer,
    language: str,
    brand_id: UUID | None,
    now: datetime,
) -> Conversation:
    await _one_at_a_time(tx, customer)
    current = await conversations.current_of(tx, customer=customer, channel=channel.name)
    if current is not None and _goes_on(current, now):
        return current
    return await conversations.open_conversation(
        tx,
        vault,
        customer=customer,
        channel=channel.name,  # type: ignore[arg-type]
        language=language,
        brand_id=brand_id,
        now=now,
    )


def _goes_on(conversation: Conversation, now: datetime) -> bool:
    """Say whether what a customer writes belongs to their newest thread. Spam goes on as spam, for good."""
    return (
        conversation.resolved_at is None
        or conversation.spam_at is not None
        or now - conversation.resolved_at < REOPENS_WITHIN
    )


async def _one_at_a_time(tx: Transaction, customer: Customer) -> None:
    await tx.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", (_FIRST_MESSAGE_LOCK, str(customer.id)))


async def _ticket_of(tx: Transaction, customer: Customer, client_key: str) -> tuple[Conversation, UUID] | None:
    cursor = await tx.execute(
        "SELECT m.id, m.conversation_id FROM messages m JOIN conversations c ON c.id = m.conversation_id"
        " WHERE c.customer_id = %s AND m.client_key = %s AND m.author_kind IN ('customer', 'visitor') LIMIT 1",
        (customer.id, client_key),
    )
    row = await cursor.fetchone()
    if row is None:
        return None
    return await conversations.get(tx, viewer=customer, conversation_id=row["conversation_id"]), row["id"]


async def _receive(
    tx: Transaction,
    vault: vaults.Vault,
    *,
    customer: Customer,
    conversation_id: UUID,
    incoming: Incoming,
    now: datetime,
    known_order_ids: frozenset[str] = frozenset(),
    sought: guard.GuardedText | None = None,
) -> Accepted:
    has_words = bool(incoming.text.strip())
    text = guard.screen(incoming.text, known_order_ids=known_order_ids, max_chars=TEXT_MAX) if has_words else None
    received = await conversations.receive(
        tx,
        vault,
        customer=customer,
        conversation_id=conversation_id,
        text=text,
        client_key=incoming.client_key,
        file_ids=incoming.file_ids,
        sought=sought,
        now=now,
    )
    if received.is_duplicate:
        return Accepted(conversation_id, received.message_id, True, incoming.client_key)
    await send_files(tx, by=customer, conversation_id=conversation_id, file_ids=incoming.file_ids, now=now)
    return Accepted(conversation_id, received.message_id, False, incoming.client_key, text, incoming.file_ids)


def _may_be_order(guarded: guard.GuardedText, written: str) -> bool:
    """Say whether what was taken for a card may be an order, written in one: whoever looks knows the customer's own."""
    return guard.Kind.CARD in guarded.kinds and _LONG_NUMBER.search(written) is not None


def _guard_fields(fields: Mapping[str, str]) -> dict[str, guard.GuardedText]:
    return {name: guard.screen(value, max_chars=TEXT_MAX) for name, value in fields.items()}
