"""Erasure: nothing of the erased opens or is found again, and the request closes when every room has confirmed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bellrock import access, conversations, guard, people
from bellrock.core import SYSTEM, NotFound, Transaction, new_id
from bellrock.vault import SubjectShredded, Vault
from tests.access.conftest import CANARY, NOW, Scene

LATER = NOW + timedelta(hours=1)


async def words(tx: Transaction, vault: Vault, scene: Scene) -> str:
    entries = await conversations.timeline(tx, vault, viewer=SYSTEM, conversation_id=scene.conversation_id)
    return repr([entry.words for entry in entries])


async def tokens(tx: Transaction, scene: Scene) -> list[int]:
    cursor = await tx.execute("SELECT tokens FROM messages WHERE id = %s", (scene.message_id,))
    row = await cursor.fetchone()
    assert row is not None
    return list(row["tokens"])


async def test_erases_a_customer_wholly(tx: Transaction, vault: Vault, scene: Scene) -> None:
    await access.erase_customer(
        tx, vault, customer_id=scene.customer.id, by=SYSTEM, reason="customer_request", now=LATER
    )
    assert await people.profiles(tx, vault, ids=[scene.customer.id]) == {}
    assert await vault.open_records(tx, [scene.message_id]) == {}
    assert await tokens(tx, scene) == []
    assert "canary" not in await words(tx, vault, scene)
    conversation = await conversations.get(tx, viewer=SYSTEM, conversation_id=scene.conversation_id)
    assert not conversation.is_open
    with pytest.raises(SubjectShredded):
        await conversations.receive(
            tx,
            vault,
            customer=scene.customer,
            conversation_id=scene.conversation_id,
            text=guard.screen("again"),
            client_key="key-00000002",
            now=LATER,
        )


async def test_erases_the_visitors_a_customer_was(tx: Transaction, vault: Vault, scene: Scene) -> None:
    visitor, _ = await people.start_visitor(tx, vault, locale="en", now=NOW)
    conversation = await conversations.open_conversation(
        tx, vault, customer=visitor, channel="widget", language="en", now=NOW
    )
    received = await conversations.receive(
        tx,
        vault,
        customer=visitor,
        conversation_id=conversation.id,
        text=guard.screen(CANARY),
        client_key="key-00000003",
        now=NOW,
    )
    await people.adopt_visitor(tx, vault, visitor_id=visitor.id, customer=scene.customer, now=NOW)
    await access.erase_customer(tx, vault, customer_id=scene.customer.id, by=SYSTEM, reason="test", now=LATER)
    assert await vault.open_records(tx, [received.message_id]) == {}
    cursor = await tx.execute("SELECT tokens FROM messages WHERE id = %s", (received.message_id,))
    assert await cursor.fetchone() == {"tokens": []}


async def test_erases_one_message_and_the_card_that_repeats_it(tx: Transaction, vault: Vault, scene: Scene) -> None:
    other = await conversations.reply(
        tx,
        vault,
        by=scene.owner,
        conversation_id=scene.conversation_id,
        text=guard.screen("We are looking into it."),
        now=NOW,
        last_seen_message_id=scene.message_id,
    )
    assert "canary" in await words(tx, vault, scene)
    await access.erase_message(tx, vault, message_id=scene.message_id, by=SYSTEM, reason="test", now=LATER)
    assert "canary" not in await words(tx, vault, scene)
    assert await tokens(tx, scene) == []
    assert "looking into it" in await words(tx, vault, scene)
    assert (await vault.open_records(tx, [other])).keys() == {other}
    assert (await people.profile(tx, vault, customer_id=scene.customer.id)).name == "Canary Aylin"


async def test_an_outsider_erases_nothing(tx: Transaction, vault: Vault, scene: Scene) -> None:
    for message_id in (scene.message_id, new_id()):
        with pytest.raises(NotFound):
            await access.erase_message(tx, vault, message_id=message_id, by=scene.outsider, reason="test", now=LATER)
    with pytest.raises(NotFound):
        await access.erase_customer(tx, vault, customer_id=new_id(), by=SYSTEM, reason="test", now=LATER)
    assert await tokens(tx, scene) != []


async def test_closes_when_every_room_has_confirmed(tx: Transaction, vault: Vault, scene: Scene) -> None:
    erasure_id = await access.erase_customer(
        tx, vault, customer_id=scene.customer.id, by=SYSTEM, reason="test", now=LATER
    )
    [waiting] = await access.erasures(tx)
    assert (waiting.what, waiting.waits_for, waiting.closed_at) == ("customer", ("channels",), None)
    with pytest.raises(access.ErasureUnknown):
        await access.confirm(tx, vault, erasure_id=erasure_id, room="nobody", by=SYSTEM, now=LATER)
    assert await access.confirm(tx, vault, erasure_id=erasure_id, room="channels", by=SYSTEM, now=LATER)
    assert not await access.confirm(tx, vault, erasure_id=erasure_id, room="channels", by=SYSTEM, now=LATER)
    [closed] = await access.erasures(tx)
    assert closed.closed_at == LATER and closed.waits_for == ()


async def test_erasing_twice_is_the_same_as_once(tx: Transaction, vault: Vault, scene: Scene) -> None:
    for _ in range(2):
        await access.erase_customer(tx, vault, customer_id=scene.customer.id, by=SYSTEM, reason="test", now=LATER)
    assert await vault.open_records(tx, [scene.message_id]) == {}
