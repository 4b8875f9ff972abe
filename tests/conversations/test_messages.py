"""Words in a conversation: once only, to the right eyes only, and never two answers at once."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from bellrock import conversations, guard, people
from bellrock.conversations import (
    AlreadyResolved,
    AnsweredMeanwhile,
    ConversationUnknown,
    FirstLineTooLate,
    MessageMissing,
    kinds,
)
from bellrock.core import FIRST_LINE, SYSTEM, Transaction
from bellrock.vault import Vault
from tests.conversations.conftest import NOW, Cast

SOON = NOW + timedelta(seconds=30)


async def opened(tx: Transaction, vault: Vault, cast: Cast) -> UUID:
    conversation = await conversations.open_conversation(
        tx, vault, customer=cast.owner, channel="widget", language="en", now=NOW
    )
    return conversation.id


async def received(
    tx: Transaction, vault: Vault, cast: Cast, id: UUID, text: str = "Where is it?", key: str = "key-0001"
):
    return await conversations.receive(
        tx, vault, customer=cast.owner, conversation_id=id, text=guard.screen(text), client_key=key, now=NOW
    )


async def queued(tx: Transaction, vault: Vault, cast: Cast) -> UUID:
    id = await opened(tx, vault, cast)
    await received(tx, vault, cast, id)
    await conversations.hand_over(
        tx,
        vault,
        by=FIRST_LINE,
        conversation_id=id,
        reason="asked_for_person",
        summary=guard.screen("Wants a person"),
        facts={"txid": guard.screen("0xabc")},
        team_id=cast.payments,
        priority="high",
        now=NOW,
    )
    return id


async def test_what_a_customer_writes_is_on_the_timeline_in_their_words(
    tx: Transaction, vault: Vault, cast: Cast
) -> None:
    id = await opened(tx, vault, cast)
    await received(tx, vault, cast, id, "我的充值没有到账")
    entries = await conversations.timeline(tx, vault, viewer=cast.owner, conversation_id=id)
    assert [entry.kind for entry in entries] == [kinds.OPENED, kinds.RECEIVED]
    assert entries[1].words == {"text": "我的充值没有到账"}


async def test_the_same_client_key_is_kept_once(tx: Transaction, vault: Vault, cast: Cast) -> None:
    id = await opened(tx, vault, cast)
    first = await received(tx, vault, cast, id)
    second = await received(tx, vault, cast, id, "Where is it?? (sent again)")
    assert second.is_duplicate
    assert second.message_id == first.message_id
    entries = await conversations.timeline(tx, vault, viewer=cast.owner, conversation_id=id)
    assert len([entry for entry in entries if entry.kind == kinds.RECEIVED]) == 1


async def test_nothing_at_all_is_not_a_message(tx: Transaction, vault: Vault, cast: Cast) -> None:
    id = await opened(tx, vault, cast)
    with pytest.raises(MessageMissing):
        await conversations.receive(
            tx, vault, customer=cast.owner, conversation_id=id, text=None, client_key="key-0002", now=NOW
        )


async def test_a_stranger_can_neither_read_nor_write(tx: Transaction, vault: Vault, cast: Cast) -> None:
    id = await opened(tx, vault, cast)
    with pytest.raises(ConversationUnknown):
        await conversations.timeline(tx, vault, viewer=cast.stranger, conversation_id=id)
    with pytest.raises(ConversationUnknown):
        await conversations.receive(
            tx,
            vault,
            customer=cast.stranger,
            conversation_id=id,
            text=guard.screen("hi"),
            client_key="key-0003",
            now=NOW,
        )


async def _listed(tx: Transaction, viewer: people.Agent) -> list[UUID]:
    page = await conversations.inbox(tx, viewer=viewer, selection=conversations.Selection("all"), now=NOW)
    return [item.id for item in page.conversations]


async def test_teammates_see_it_and_another_team_does_not(tx: Transaction, vault: Vault, cast: Cast) -> None:
    id = await queued(tx, vault, cast)
    for viewer in (cast.mate, cast.teammate, cast.lead):
        assert (await conversations.get(tx, viewer=viewer, conversation_id=id)).id == id
        assert id in await _listed(tx, viewer)
    with pytest.raises(ConversationUnknown):
        await conversations.get(tx, viewer=cast.outsider, conversation_id=id)
    assert id not in await _listed(tx, cast.outsider)
    for action in (conversations.resolve, conversations.wake, conversations.reopen):
        with pytest.raises(ConversationUnknown):
            await action(tx, vault, by=cast.outsider, conversation_id=id, now=NOW)


async def test_whoever_lacks_the_permission_sees_nothing_of_their_own_team(
    tx: Transaction, vault: Vault, cast: Cast
) -> None:
    id = await queued(tx, vault, cast)
    from dataclasses import replace

    powerless = replace(cast.mate, permissions=frozenset())
    with pytest.raises(ConversationUnknown):
        await conversations.get(tx, viewer=powerless, conversation_id=id)


async def test_notes_and_hand_over_summaries_never_reach_the_customer(
    tx: Transaction, vault: Vault, cast: Cast
) -> None:
    id = await queued(tx, vault, cast)
    await conversations.note(
        tx, vault, by=cast.mate, conversation_id=id, text=guard.screen("Looks like a scam victim"), now=SOON
    )
    theirs = await conversations.timeline(tx, vault, viewer=cast.owner, conversation_id=id)
    ours = await conversations.timeline(tx, vault, viewer=cast.mate, conversation_id=id)
    assert kinds.NOTED not in [entry.kind for entry in theirs]
    assert kinds.NOTED in [entry.kind for entry in ours]
    handed = next(entry for entry in theirs if entry.kind == kinds.HANDED_OVER)
    assert handed.words == {}
    handed = next(entry for entry in ours if entry.kind == kinds.HANDED_OVER)
    assert handed.words == {"summary": "Wants a person", "facts": {"txid": "0xabc"}}


async def test_a_second_answer_is_held_back_until_the_first_was_seen(tx: Transaction, vault: Vault, cast: Cast) -> None:
    id = await queued(tx, vault, cast)
    conversation = await conversations.get(tx, viewer=cast.mate, conversation_id=id)
    seen = conversation.last_message_id
    first = await conversations.reply(
        tx, vault, by=cast.mate, conversation_id=id, text=guard.screen("One"), now=SOON, last_seen_message_id=seen
    )
    with pytest.raises(AnsweredMeanwhile):
        await conversations.reply(
            tx,
            vault,
            by=cast.teammate,
            conversation_id=id,
            text=guard.screen("Two"),
            now=SOON,
            last_seen_message_id=seen,
        )
    await conversations.reply(
        tx, vault, by=cast.teammate, conversation_id=id, text=guard.screen("Two"), now=SOON, last_seen_message_id=first
    )


async def test_the_first_line_keeps_silent_once_a_person_has_it(tx: Transaction, vault: Vault, cast: Cast) -> None:
    id = await queued(tx, vault, cast)
    with pytest.raises(FirstLineTooLate):
        await conversations.reply(
            tx, vault, by=FIRST_LINE, conversation_id=id, text=guard.screen("I am a bot"), now=SOON
        )


async def test_the_first_line_keeps_silent_when_a_newer_message_came(tx: Transaction, vault: Vault, cast: Cast) -> None:
    id = await opened(tx, vault, cast)
    first = await received(tx, vault, cast, id)
    await received(tx, vault, cast, id, "Forget it, another question", "key-0009")
    with pytest.raises(FirstLineTooLate):
        await conversations.reply(
            tx,
            vault,
            by=FIRST_LINE,
            conversation_id=id,
            text=guard.screen("About your first message"),
            now=SOON,
            last_seen_message_id=first.message_id,
        )


async def test_bot_and_person_have_clocks_of_their_own(tx: Transaction, vault: Vault, cast: Cast) -> None:
    id = await opened(tx, vault, cast)
    await received(tx, vault, cast, id)
    await conversations.reply(tx, vault, by=FIRST_LINE, conversation_id=id, text=guard.screen("Try this"), now=SOON)
    conversation = await conversations.get(tx, viewer=SYSTEM, conversation_id=id)
    assert conversation.first_line_replied_at == SOON
    assert conversation.person_replied_at is None
    assert conversation.status == "waiting"


async def test_a_closed_conversation_takes_no_answer_and_reopens_when_the_customer_writes(
    tx: Transaction, vault: Vault, cast: Cast
) -> None:
    id = await queued(tx, vault, cast)
    await conversations.reply(tx, vault, by=cast.mate, conversation_id=id, text=guard.screen("Done"), now=SOON)
    await conversations.resolve(tx, vault, by=cast.mate, conversation_id=id, now=SOON)
    with pytest.raises(AlreadyResolved):
        await conversations.reply(tx, vault, by=cast.mate, conversation_id=id, text=guard.screen("And"), now=SOON)
    await received(tx, vault, cast, id, "It is not done", "key-0010")
    conversation = await conversations.get(tx, viewer=cast.mate, conversation_id=id)
    assert (conversation.status, conversation.holder, conversation.assignee_id) == ("open", "queue", None)


async def test_a_secret_is_masked_before_it_is_kept(tx: Transaction, vault: Vault, cast: Cast) -> None:
    id = await opened(tx, vault, cast)
    phrase = "abandon " * 11 + "about"
    await received(tx, vault, cast, id, f"my words are {phrase}")
    entries = await conversations.timeline(tx, vault, viewer=cast.lead, conversation_id=id)
    assert "abandon" not in str(entries[-1].words)
    assert entries[-1].data["masked"]


async def test_queue_places_count_urgent_first_then_oldest(tx: Transaction, vault: Vault, cast: Cast) -> None:
    first = await queued(tx, vault, cast)
    second = await queued(tx, vault, cast)
    await conversations.set_priority(tx, vault, by=cast.mate, conversation_id=second, priority="urgent", now=SOON)
    conversation = await conversations.get(tx, viewer=SYSTEM, conversation_id=first)
    assert await conversations.queue_place(tx, conversation=conversation) == 2


async def test_drafts_are_their_authors_alone(tx: Transaction, vault: Vault, cast: Cast) -> None:
    id = await queued(tx, vault, cast)
    await conversations.save_draft(
        tx, vault, by=cast.mate, conversation_id=id, kind="reply", text=guard.screen("Dear"), now=NOW
    )
    assert await conversations.drafts_of(tx, vault, by=cast.mate, conversation_id=id) == {"reply": "Dear"}
    assert await conversations.drafts_of(tx, vault, by=cast.teammate, conversation_id=id) == {}
    await conversations.save_draft(tx, vault, by=cast.mate, conversation_id=id, kind="reply", text=None, now=NOW)
    assert await conversations.drafts_of(tx, vault, by=cast.mate, conversation_id=id) == {}


async def test_seen_is_told_once(tx: Transaction, vault: Vault, cast: Cast) -> None:
    id = await queued(tx, vault, cast)
    await conversations.reply(tx, vault, by=cast.mate, conversation_id=id, text=guard.screen("Hello"), now=SOON)
    assert not await conversations.mark_seen(tx, customer=cast.stranger, conversation_id=id, now=SOON)
    assert await conversations.mark_seen(tx, customer=cast.owner, conversation_id=id, now=SOON)
    assert not await conversations.mark_seen(tx, customer=cast.owner, conversation_id=id, now=SOON)
