"""A message in a thread that goes on: one statement, and only where nothing is special."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from bellrock import conversations, guard, people
from bellrock.conversations import kinds
from bellrock.core import SYSTEM, Database, Transaction
from bellrock.people import Customer
from bellrock.vault import Vault
from tests.conversations.conftest import NOW

SOON = NOW + timedelta(seconds=30)


async def begun(tx: Transaction, vault: Vault) -> tuple[Customer, str, UUID]:
    """Return a visitor with the token of a session and a running conversation."""
    customer, _secret = await people.start_visitor(tx, vault, locale="en", now=NOW)
    _session, token = await people.start_widget_session(tx, customer=customer, now=NOW)
    return customer, token, await begun_thread(tx, vault, customer)


async def begun_thread(tx: Transaction, vault: Vault, customer: Customer, *, seconds: int = 0) -> UUID:
    conversation = await conversations.open_conversation(
        tx, vault, customer=customer, channel="widget", language="en", now=NOW + timedelta(seconds=seconds)
    )
    return conversation.id


async def said(
    database: Database, vault: Vault, customer: Customer, token: str, thread: UUID, key: str = "key-0001"
) -> UUID | None:
    async with database.autocommit() as connection:
        return await conversations.receive_running(
            connection,
            vault,
            customer=customer,
            conversation_id=thread,
            channel="widget",
            proof=people.has_widget_session(customer=customer, token=token, now=SOON),
            text=guard.screen("Where is my deposit?"),
            client_key=key,
            now=SOON,
        )


async def test_the_same_is_kept_as_on_the_long_way(database: Database, vault: Vault) -> None:
    async with database.transaction() as tx:
        customer, token, thread = await begun(tx, vault)
    short = await said(database, vault, customer, token, thread)
    async with database.transaction() as tx:
        received = await conversations.receive(
            tx,
            vault,
            customer=customer,
            conversation_id=thread,
            text=guard.screen("Where is my deposit?"),
            client_key="key-0002",
            now=SOON,
        )
        lines = await conversations.timeline(tx, vault, viewer=customer, conversation_id=thread)
        one, other = (line for line in lines if line.kind == kinds.RECEIVED)
        assert (one.id, other.id) == (short, received.message_id)
        assert (one.actor, one.at, one.audience, one.data, one.words) == (
            other.actor,
            other.at,
            other.audience,
            other.data,
            other.words,
        )
        rows = await (
            await tx.execute(
                "SELECT kind, author_kind, author_id, tokens, created_at FROM messages WHERE conversation_id = %s",
                (thread,),
            )
        ).fetchall()
        assert len(rows) == 2
        assert rows[0] == rows[1]
        conversation = await conversations.get(tx, viewer=customer, conversation_id=thread)
        assert (conversation.changes, conversation.waiting_since) == (3, SOON)


async def nothing_written(tx: Transaction, thread: UUID, *, messages: int = 0) -> bool:
    row = await (
        await tx.execute(
            "SELECT (SELECT count(*) FROM messages WHERE conversation_id = %(id)s) = %(messages)s AND"
            " (SELECT count(*) FROM journal_inbox WHERE conversation_id = %(id)s AND kind = %(kind)s) = %(messages)s"
            " AS so",
            {"id": thread, "messages": messages, "kind": kinds.RECEIVED},
        )
    ).fetchone()
    return bool(row and row["so"])


CHANGES = {
    "the session has ended": "UPDATE widget_sessions SET ended_at = now() WHERE customer_id = %(customer)s",
    "the session has expired": "UPDATE widget_sessions SET expires_at = started_at WHERE customer_id = %(customer)s",
    "the customer is erased": "UPDATE customers SET erased_at = now() WHERE id = %(customer)s",
    "the key is shredded": "UPDATE subject_keys SET wrapped_key = NULL, shredded_at = now() WHERE subject_id = %(customer)s",
    "the channel is another": "UPDATE conversations SET channel = 'web' WHERE id = %(thread)s",
}


@pytest.mark.parametrize("why", CHANGES)
async def test_nothing_is_written_when(why: str, database: Database, vault: Vault) -> None:
    async with database.transaction() as tx:
        customer, token, thread = await begun(tx, vault)
        await tx.execute(CHANGES[why], {"customer": customer.id, "thread": thread})
    assert await said(database, vault, customer, token, thread) is None
    async with database.transaction() as tx:
        assert await nothing_written(tx, thread)


async def test_nothing_is_written_for_another_thread_than_the_running_one(database: Database, vault: Vault) -> None:
    async with database.transaction() as tx:
        customer, token, thread = await begun(tx, vault)
        stranger, strange_token, strange_thread = await begun(tx, vault)
        resolved = await begun_thread(tx, vault, stranger, seconds=5)
        await conversations.resolve(tx, vault, by=SYSTEM, conversation_id=resolved, now=SOON)
    assert await said(database, vault, customer, token, strange_thread) is None
    assert await said(database, vault, customer, strange_token, thread) is None
    assert await said(database, vault, stranger, strange_token, resolved) is None
    assert await said(database, vault, stranger, strange_token, strange_thread) is None
    async with database.transaction() as tx:
        for untouched in (thread, strange_thread, resolved):
            assert await nothing_written(tx, untouched)


async def test_a_message_that_was_accepted_before_is_left_to_the_long_way(database: Database, vault: Vault) -> None:
    async with database.transaction() as tx:
        customer, token, thread = await begun(tx, vault)
    assert await said(database, vault, customer, token, thread)
    assert await said(database, vault, customer, token, thread) is None
    async with database.transaction() as tx:
        assert await nothing_written(tx, thread, messages=1)


async def test_without_a_cached_key_the_long_way_is_taken(database: Database, vault: Vault) -> None:
    async with database.transaction() as tx:
        customer, token, thread = await begun(tx, vault)
    vault.subjects.forget_all()
    assert await said(database, vault, customer, token, thread) is None
    async with database.transaction() as tx:
        assert await nothing_written(tx, thread)
