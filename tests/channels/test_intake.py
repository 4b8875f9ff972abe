"""Accepting what a customer sends."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bellrock import channels, conversations, people
from bellrock.channels import BUILTIN, Envelope
from bellrock.conversations import ConversationUnknown, MessageMissing
from bellrock.core import FIRST_LINE, SYSTEM, BellrockError, Transaction, new_id
from bellrock.people import Customer
from bellrock.vault import Vault
from tests.channels.conftest import NOW

WIDGET, WEB = BUILTIN["widget"], BUILTIN["web"]


def envelope(customer: Customer | None, **message: object) -> Envelope:
    return Envelope(body=msgspec.json.encode({"client_key": "key-00000001", **message}), customer=customer)


async def accept(tx: Transaction, vault: Vault, customer: Customer, **message: object) -> channels.Accepted:
    return await channels.accept(
        tx, vault, channel=WIDGET, envelope=envelope(customer, **message), language="en", now=NOW
    )


async def test_opens_a_conversation_with_the_first_message_and_goes_on_in_it(
    tx: Transaction, vault: Vault, visitor: Customer
) -> None:
    first = await accept(tx, vault, visitor, text="Where is my deposit?")
    second = await accept(tx, vault, visitor, text="It was 1,250 USDT", client_key="key-00000002")
    assert not first.is_duplicate
    assert second.conversation_id == first.conversation_id
    assert second.message_id != first.message_id


async def test_accepts_a_replayed_message_once(tx: Transaction, vault: Vault, visitor: Customer) -> None:
    first = await accept(tx, vault, visitor, text="Where is my deposit?")
    again = await accept(tx, vault, visitor, text="Where is my deposit?")
    assert again.is_duplicate
    assert again.message_id == first.message_id
    entries = await conversations.timeline(tx, vault, viewer=visitor, conversation_id=first.conversation_id)
    assert [entry.kind for entry in entries].count("conversations.received") == 1


async def test_masks_a_secret_before_anything_is_kept(tx: Transaction, vault: Vault, visitor: Customer) -> None:
    phrase = "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about"
    accepted = await accept(tx, vault, visitor, text=f"my words are {phrase}")
    assert accepted.text is not None
    assert "abandon" not in accepted.text.text
    entries = await conversations.timeline(tx, vault, viewer=visitor, conversation_id=accepted.conversation_id)
    assert "abandon" not in str(entries)
    assert [entry.data["masked"] for entry in entries if "masked" in entry.data] == [["seed"]]


async def test_refuses_nobody(tx: Transaction, vault: Vault) -> None:
    with pytest.raises(channels.NotOurs):
        await channels.accept(tx, vault, channel=WIDGET, envelope=envelope(None, text="x"), language="en", now=NOW)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{",
        b'"text"',
        b'{"text": "no key"}',
        b'{"client_key": "short", "text": "x"}',
        b'{"client_key": "key-00000001", "text": 5}',
        b'{"client_key": "key-00000001", "text": "x", "author": "agent"}',
        b'{"client_key": "key-00000001", "text": "x", "files": ["../../etc/passwd"]}',
        b'{"client_key": "key 0000001\\n", "text": "x"}',
        b"\xff\xfe\x00",
        b'{"client_key":' + b"[" * 100_000,
    ],
)
async def test_refuses_what_it_cannot_read(tx: Transaction, vault: Vault, visitor: Customer, body: bytes) -> None:
    with pytest.raises(channels.MessageUnreadable):
        await channels.accept(
            tx, vault, channel=WIDGET, envelope=Envelope(body=body, customer=visitor), language="en", now=NOW
        )


async def test_refuses_an_empty_message(tx: Transaction, vault: Vault, visitor: Customer) -> None:
    with pytest.raises(MessageMissing):
        await accept(tx, vault, visitor, text=" \n\t ")


async def test_refuses_a_line_of_a_megabyte(tx: Transaction, vault: Vault, visitor: Customer) -> None:
    with pytest.raises(channels.TextTooLong):
        await accept(tx, vault, visitor, text="x" * 1_000_000)


async def test_takes_out_what_turns_the_direction_of_a_text(tx: Transaction, vault: Vault, visitor: Customer) -> None:
    accepted = await accept(tx, vault, visitor, text="pay \u202ecba\u202c now\x00\x07")
    assert accepted.text is not None
    assert accepted.text.text == "pay cba now"


async def test_does_not_let_a_stranger_write_into_a_conversation(
    tx: Transaction, vault: Vault, visitor: Customer, stranger: Customer
) -> None:
    theirs = await accept(tx, vault, visitor, text="mine")
    with pytest.raises(ConversationUnknown):
        await channels.accept(
            tx,
            vault,
            channel=WEB,
            envelope=envelope(stranger, text="also mine"),
            language="en",
            conversation_id=theirs.conversation_id,
            now=NOW,
        )


async def test_reopens_a_fresh_thread_and_begins_anew_after_two_weeks(
    tx: Transaction, vault: Vault, visitor: Customer
) -> None:
    first = await accept(tx, vault, visitor, text="Where is my deposit?")
    await conversations.resolve(tx, vault, by=FIRST_LINE, conversation_id=first.conversation_id, now=NOW)
    again = await accept(tx, vault, visitor, text="And now?", client_key="key-00000002")
    assert again.conversation_id == first.conversation_id
    await conversations.resolve(tx, vault, by=FIRST_LINE, conversation_id=first.conversation_id, now=NOW)
    later = await channels.accept(
        tx,
        vault,
        channel=WIDGET,
        envelope=envelope(visitor, text="Something else", client_key="key-00000003"),
        language="en",
        now=NOW + timedelta(days=15),
    )
    assert later.conversation_id != first.conversation_id


async def test_a_ticket_keeps_its_fields_sealed_and_the_claim_of_urgency_as_a_claim(
    tx: Transaction, vault: Vault, visitor: Customer
) -> None:
    ticket = envelope(
        visitor, text="It is gone", topic="deposit_wrong_network", fields={"txid": "0xab", "amount": " "}, urgent=True
    )
    accepted, conversation = await channels.accept_ticket(
        tx, vault, channel=WEB, envelope=ticket, language="en", now=NOW
    )
    assert conversation.priority == "normal"
    entries = await conversations.timeline(tx, vault, viewer=visitor, conversation_id=conversation.id)
    opened = entries[0]
    assert opened.data["claimed_urgent"] is True
    assert opened.words == {"fields": {"txid": "0xab"}}
    again, same = await channels.accept_ticket(tx, vault, channel=WEB, envelope=ticket, language="en", now=NOW)
    assert same.id == conversation.id
    assert again.is_duplicate and again.message_id == accepted.message_id


@given(st.binary(max_size=300))
def test_parsing_never_fails_in_an_unexpected_way(body: bytes) -> None:
    for channel in BUILTIN.values():
        try:
            channel.parse(Envelope(body=body))
        except BellrockError as error:
            assert error.status == 422


async def test_whoever_is_blocked_is_refused_and_nothing_of_it_is_kept(
    tx: Transaction, vault: Vault, visitor: Customer
) -> None:
    accepted = await accept(tx, vault, visitor, client_key="key-00000001", text="first")
    lead = await lead_of(tx)
    await people.block_customer(tx, vault, by=lead, customer_id=visitor.id, reason="abuse", period="day", now=NOW)
    with pytest.raises(people.CustomerBlocked):
        await accept(tx, vault, visitor, client_key="key-00000002", text="second")
    await people.unblock_customer(tx, vault, by=lead, customer_id=visitor.id, now=NOW)
    again = await accept(tx, vault, visitor, client_key="key-00000002", text="second")
    assert not again.is_duplicate
    assert again.conversation_id == accepted.conversation_id


async def test_spam_goes_on_as_spam_however_late(tx: Transaction, vault: Vault, visitor: Customer) -> None:
    accepted = await accept(tx, vault, visitor, client_key="key-00000001", text="first")
    await conversations.mark_spam(tx, vault, by=SYSTEM, conversation_id=accepted.conversation_id, now=NOW)
    later = await channels.accept(
        tx,
        vault,
        channel=WIDGET,
        envelope=envelope(visitor, client_key="key-00000002", text="second"),
        language="en",
        now=NOW + timedelta(days=60),
    )
    assert later.conversation_id == accepted.conversation_id
    row = await conversations.get(tx, viewer=SYSTEM, conversation_id=later.conversation_id)
    assert (row.status, row.waiting_since, row.last_message_id) == ("resolved", None, later.message_id)


async def lead_of(tx: Transaction) -> people.Agent:
    """Somebody who may block."""
    id = new_id()
    await tx.execute(
        "INSERT INTO agents (id, name, email_fingerprint, email, roles, status, password_hash, created_at)"
        " VALUES (%s, 'Mara', %s, 'sealed', '{lead}', 'active', 'none', %s)",
        (id, id.bytes * 2, NOW),
    )
    return people.Agent(id, "Mara", frozenset(), frozenset(), ("en",), frozenset({people.Permission.CUSTOMER_BLOCK}))
