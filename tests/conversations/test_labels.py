"""Labels: made once, put on and taken off, in the record; spam: out of every list but its own."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from bellrock import conversations, guard, people
from bellrock.conversations import ConversationUnknown, LabelTaken, LabelUnknown
from bellrock.conversations.inbox import is_in
from bellrock.conversations.selection import Selection
from bellrock.core import Invalid, Transaction, new_id
from bellrock.vault import Vault
from tests.conversations.conftest import NOW, Cast


async def begun(tx: Transaction, vault: Vault, cast: Cast) -> UUID:
    """A conversation with one message, held by an agent of the payments team."""
    await vault.create_subject(tx, UUID(int=0))
    opened = await conversations.open_conversation(
        tx, vault, customer=cast.owner, channel="widget", language="en", now=NOW
    )
    await say(tx, vault, cast, opened.id, "Where is my deposit?")
    await conversations.assign(
        tx, vault, by=cast.lead, conversation_id=opened.id, agent_id=cast.mate.id, team_id=cast.payments, now=NOW
    )
    return opened.id


async def say(tx: Transaction, vault: Vault, cast: Cast, id: UUID, text: str, minute: int = 1) -> Any:
    return await conversations.receive(
        tx,
        vault,
        customer=cast.owner,
        conversation_id=id,
        text=guard.screen(text),
        client_key=str(new_id()),
        now=NOW + timedelta(minutes=minute),
    )


async def views_with(tx: Transaction, viewer: people.Agent, id: UUID) -> set[str]:
    names: tuple[Any, ...] = ("mine", "unassigned", "all", "snoozed", "resolved", "spam")
    return {
        name
        for name in names
        if await is_in(tx, viewer=viewer, selection=Selection(view=name), conversation_id=id, now=NOW)
    }


async def test_a_label_goes_on_once_and_off_again(tx: Transaction, vault: Vault, cast: Cast) -> None:
    id = await begun(tx, vault, cast)
    label = await conversations.create_label(tx, vault, name="  Chain   halt ", by=cast.lead.actor, now=NOW)
    assert label.name == "Chain halt"
    given: Any = {"by": cast.mate, "conversation_id": id, "label_id": label.id, "now": NOW}
    assert await conversations.add_label(tx, vault, **given)
    assert not await conversations.add_label(tx, vault, **given)
    assert await conversations.labels_of(tx, conversation_ids=[id]) == {id: [label]}
    assert await conversations.remove_label(tx, vault, **given)
    assert not await conversations.remove_label(tx, vault, **given)
    assert await conversations.labels_of(tx, conversation_ids=[id]) == {}


async def test_an_outsider_labels_nothing(tx: Transaction, vault: Vault, cast: Cast) -> None:
    id = await begun(tx, vault, cast)
    label = await conversations.create_label(tx, vault, name="VIP", by=cast.lead.actor, now=NOW)
    for act in (conversations.add_label, conversations.remove_label):
        with pytest.raises(ConversationUnknown):
            await act(tx, vault, by=cast.outsider, conversation_id=id, label_id=label.id, now=NOW)
    for deed in (conversations.mark_spam, conversations.clear_spam):
        with pytest.raises(ConversationUnknown):
            await deed(tx, vault, by=cast.outsider, conversation_id=id, now=NOW)


async def test_a_name_is_there_once_and_a_retired_label_stays_where_it_is(
    tx: Transaction, vault: Vault, cast: Cast
) -> None:
    id = await begun(tx, vault, cast)
    by: Any = {"by": cast.lead.actor, "now": NOW}
    label = await conversations.create_label(tx, vault, name="VIP", **by)
    other = await conversations.create_label(tx, vault, name="Chain halt", colour="signal", **by)
    with pytest.raises(LabelTaken):
        await conversations.create_label(tx, vault, name="vip", **by)
    with pytest.raises(LabelTaken):
        await conversations.change_label(tx, vault, label_id=other.id, name="VIP", colour="sea", is_retired=False, **by)
    with pytest.raises(Invalid):
        await conversations.create_label(tx, vault, name=" ", **by)
    await conversations.add_label(tx, vault, by=cast.mate, conversation_id=id, label_id=label.id, now=NOW)
    await conversations.change_label(tx, vault, label_id=label.id, name="VIP", colour="sea", is_retired=True, **by)
    assert [item.name for item in await conversations.labels(tx)] == ["Chain halt"]
    assert [item.name for item in (await conversations.labels_of(tx, conversation_ids=[id]))[id]] == ["VIP"]
    with pytest.raises(LabelUnknown):
        await conversations.add_label(tx, vault, by=cast.mate, conversation_id=id, label_id=new_id(), now=NOW)


async def test_spam_is_in_one_list_alone_and_what_follows_stays_in_it(
    tx: Transaction, vault: Vault, cast: Cast
) -> None:
    id = await begun(tx, vault, cast)
    assert await views_with(tx, cast.mate, id) == {"mine", "all"}
    assert await conversations.mark_spam(tx, vault, by=cast.mate, conversation_id=id, now=NOW)
    assert await views_with(tx, cast.mate, id) == {"spam"}
    received = await say(tx, vault, cast, id, "Buy my coin", minute=5)
    conversation = await conversations.get(tx, viewer=cast.mate, conversation_id=id)
    assert (conversation.status, conversation.last_message_id) == ("resolved", received.message_id)
    assert await views_with(tx, cast.mate, id) == {"spam"}
    assert [item async for item in conversations.compare_rows(tx, vault) if item] == []


async def test_what_is_no_spam_after_all_is_with_whoever_had_it(tx: Transaction, vault: Vault, cast: Cast) -> None:
    id = await begun(tx, vault, cast)
    await conversations.mark_spam(tx, vault, by=cast.mate, conversation_id=id, now=NOW)
    assert await conversations.clear_spam(tx, vault, by=cast.teammate, conversation_id=id, now=NOW)
    assert not await conversations.clear_spam(tx, vault, by=cast.teammate, conversation_id=id, now=NOW)
    assert await views_with(tx, cast.mate, id) == {"mine", "all"}


async def test_the_customer_is_not_told(tx: Transaction, vault: Vault, cast: Cast) -> None:
    id = await begun(tx, vault, cast)
    await conversations.mark_spam(tx, vault, by=cast.mate, conversation_id=id, now=NOW)
    shown = await conversations.timeline(tx, vault, viewer=cast.owner, conversation_id=id)
    assert not [entry for entry in shown if "spam" in entry.kind or entry.kind == conversations.kinds.RESOLVED]
