"""Replay: whatever is done to conversations, their rows are what their facts make; whatever else is done, is seen."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bellrock import conversations, guard
from bellrock.conversations.errors import AlreadyResolved, FirstLineTooLate
from bellrock.core import FIRST_LINE, NotFound, Transaction, new_id
from bellrock.vault import Vault
from tests.conversations.conftest import NOW, Cast

DEEDS = (
    "receive",
    "reply",
    "first_line",
    "announce",
    "note",
    "hand_over",
    "assign",
    "to_queue",
    "prioritise",
    "set_topic",
    "snooze",
    "wake",
    "resolve",
    "reopen",
    "label",
    "unlabel",
    "spam",
    "not_spam",
)


async def do(tx: Transaction, vault: Vault, cast: Cast, id: Any, deed: str, minute: int) -> None:
    text = guard.screen(f"Minute {minute}: 提现")
    given: dict[str, Any] = {"conversation_id": id, "now": NOW + timedelta(minutes=minute)}
    if deed == "receive":
        await conversations.receive(tx, vault, customer=cast.owner, text=text, client_key=str(new_id()), **given)
    elif deed == "reply":
        await conversations.reply(tx, vault, by=cast.lead, text=text, **given)
    elif deed == "first_line":
        await conversations.reply(tx, vault, by=FIRST_LINE, text=text, **given)
    elif deed == "announce":
        await conversations.announce(tx, vault, text=text, **given)
    elif deed == "note":
        await conversations.note(tx, vault, by=cast.lead, text=text, **given)
    elif deed == "hand_over":
        await conversations.hand_over(
            tx,
            vault,
            by=FIRST_LINE,
            reason="asked_for_person",
            summary=text,
            facts={},
            team_id=cast.payments,
            priority="high",
            **given,
        )
    elif deed == "assign":
        await conversations.assign(tx, vault, by=cast.lead, agent_id=cast.mate.id, team_id=cast.payments, **given)
    elif deed == "to_queue":
        await conversations.assign(tx, vault, by=cast.lead, agent_id=None, team_id=cast.security, **given)
    elif deed == "prioritise":
        await conversations.set_priority(
            tx, vault, by=cast.lead, priority=conversations.PRIORITIES[minute % 4], **given
        )
    elif deed == "set_topic":
        await conversations.set_topic(tx, vault, by=FIRST_LINE, topic="deposit_missing", language="zh-Hans", **given)
    elif deed == "snooze":
        until = NOW + timedelta(minutes=minute, hours=1)
        await conversations.snooze(tx, vault, by=cast.lead, until=until, **given)
    elif deed == "wake":
        await conversations.wake(tx, vault, by=cast.lead, **given)
    elif deed == "resolve":
        await conversations.resolve(tx, vault, by=cast.lead, **given)
    elif deed in ("label", "unlabel"):
        known = await conversations.labels(tx)
        if not known:
            known = [await conversations.create_label(tx, vault, name="VIP", by=cast.lead.actor, now=given["now"])]
        act = conversations.add_label if deed == "label" else conversations.remove_label
        await act(tx, vault, by=cast.lead, label_id=known[0].id, **given)
    elif deed == "spam":
        await conversations.mark_spam(tx, vault, by=cast.lead, **given)
    elif deed == "not_spam":
        await conversations.clear_spam(tx, vault, by=cast.lead, **given)
    else:
        await conversations.reopen(tx, vault, by=cast.lead, **given)


async def opened(tx: Transaction, vault: Vault, cast: Cast) -> Any:
    conversation = await conversations.open_conversation(
        tx, vault, customer=cast.owner, channel="widget", language="en", now=NOW
    )
    return conversation.id


async def found(tx: Transaction, vault: Vault) -> list[tuple[str, str, str]]:
    return [
        (item.code, item.where, item.detail) async for item in conversations.compare_rows(tx, vault) if item is not None
    ]


@settings(max_examples=60)
@given(deeds=st.lists(st.sampled_from(DEEDS), max_size=14))
async def test_rows_are_what_their_facts_make(tx: Transaction, vault: Vault, cast: Cast, deeds: list[str]) -> None:
    id = await opened(tx, vault, cast)
    for minute, deed in enumerate(deeds, 1):
        try:
            await do(tx, vault, cast, id, deed, minute)
        except (AlreadyResolved, FirstLineTooLate, NotFound):  # no general team is there to take what is no spam
            continue
    assert await found(tx, vault) == []


@pytest.mark.parametrize(
    ("statement", "code", "where"),
    [
        ("UPDATE conversations SET priority = 'low'", "row_differs", "conversations"),
        ("UPDATE conversations SET reference = 'BR-00000000'", "row_differs", "conversations"),
        ("UPDATE conversations SET created_at = created_at - interval '1 day'", "row_differs", "conversations"),
        ("UPDATE conversations SET waiting_since = NULL", "row_differs", "conversations"),
        ("UPDATE conversations SET topic = 'other'", "row_differs", "conversations"),
        ("UPDATE messages SET kind = 'message' WHERE kind = 'note'", "row_differs", "messages"),
        ("UPDATE messages SET created_at = created_at + interval '1 s'", "row_differs", "messages"),
        ("UPDATE messages SET author_kind = 'agent', author_id = uuidv7()", "row_differs", "messages"),
        ("UPDATE messages SET tokens = '{1}'", "row_differs", "messages"),
        ("DELETE FROM messages WHERE kind = 'note'", "row_missing", "messages"),
        (
            "INSERT INTO messages SELECT (SELECT id FROM records r WHERE NOT EXISTS (SELECT FROM messages m"
            " WHERE m.id = r.id) LIMIT 1), conversation_id, kind, author_kind, author_id, 'a-new-key', tokens, created_at"
            " FROM messages LIMIT 1",
            "row_stray",
            "messages",
        ),
    ],
)
async def test_an_edited_row_is_seen(
    tx: Transaction, vault: Vault, cast: Cast, statement: str, code: str, where: str
) -> None:
    id = await opened(tx, vault, cast)
    for minute, deed in enumerate(("receive", "note", "hand_over"), 1):
        await do(tx, vault, cast, id, deed, minute)
    assert await found(tx, vault) == []
    await tx.execute(statement)
    assert {(item[0], item[1]) for item in await found(tx, vault)} == {(code, where)}


async def test_erased_words_may_leave_no_tokens(tx: Transaction, vault: Vault, cast: Cast) -> None:
    id = await opened(tx, vault, cast)
    await do(tx, vault, cast, id, "receive", 1)
    await vault.shred_subject(tx, cast.owner.id, now=NOW)
    assert [item[2] for item in await found(tx, vault)] == ["tokens"]
    await tx.execute("UPDATE messages SET tokens = '{}'")
    assert await found(tx, vault) == []


async def test_a_row_whose_opening_was_taken_out_of_the_journal_is_found(
    tx: Transaction, vault: Vault, cast: Cast
) -> None:
    """Facts that begin in the middle make no row; the audit says so instead of stumbling."""
    opened = await conversations.open_conversation(
        tx, vault, customer=cast.owner, channel="widget", language="en", now=NOW
    )
    await conversations.receive(
        tx, vault, customer=cast.owner, conversation_id=opened.id, text=guard.screen("Hello?"), client_key=str(new_id()),
        now=NOW,
    )  # fmt: skip
    await tx.execute(
        "DELETE FROM journal_inbox WHERE conversation_id = %s AND kind = 'conversations.opened'", (opened.id,)
    )
    found = [finding async for finding in conversations.compare_rows(tx, vault)]
    assert any(finding is not None for finding in found)
