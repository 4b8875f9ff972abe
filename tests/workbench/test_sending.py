"""A held reply goes out once or is a draft again; nobody but its author knows of it before."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from bellrock import conversations, guard, people, workbench
from bellrock.conversations import AnsweredMeanwhile, HeldGone
from bellrock.core import Transaction
from bellrock.vault import Vault
from tests.workbench.conftest import NOW, Cast

LATER = NOW + timedelta(seconds=5)


async def held_by(tx: Transaction, vault: Vault, agent: people.Agent, case: UUID, **more: object) -> UUID:
    seen = (await conversations.get(tx, viewer=agent, conversation_id=case)).last_message_id
    values = {
        "text": guard.screen("It is safe."),
        "client_key": "key-00000009",
        "last_seen_message_id": seen,
        "send_at": LATER,
        **more,
    }
    return await conversations.hold(tx, vault, by=agent, conversation_id=case, now=NOW, **values)  # type: ignore[arg-type]


async def said_in(tx: Transaction, vault: Vault, cast: Cast, case: UUID) -> list[str]:
    lines = await conversations.timeline(tx, vault, viewer=cast.owner, conversation_id=case)
    return [line.words["text"] for line in lines if line.words and line.kind == conversations.kinds.REPLIED]


async def test_the_customer_sees_nothing_until_it_goes_out_once(
    tx: Transaction, vault: Vault, cast: Cast, case: UUID
) -> None:
    held = await held_by(tx, vault, cast.mate, case)
    assert await said_in(tx, vault, cast, case) == []
    assert await conversations.held_due(tx, now=NOW) == []
    assert await conversations.held_due(tx, now=LATER) == [held]
    await workbench.send_held(tx, vault, held_id=held, by=cast.mate, now=LATER)
    assert await said_in(tx, vault, cast, case) == ["It is safe."]
    with pytest.raises(HeldGone):
        await workbench.send_held(tx, vault, held_id=held, by=cast.mate, now=LATER)
    assert (await conversations.get(tx, viewer=cast.mate, conversation_id=case)).assignee_id == cast.mate.id


async def test_taken_back_it_is_a_draft_before_what_was_begun_since(
    tx: Transaction, vault: Vault, cast: Cast, case: UUID
) -> None:
    held = await held_by(tx, vault, cast.mate, case)
    await conversations.save_draft(
        tx, vault, by=cast.mate, conversation_id=case, kind="reply", text=guard.screen("And more."), now=NOW
    )
    _, text = await workbench.take_back(tx, vault, by=cast.mate, held_id=held, now=NOW)
    assert text == "It is safe.\n\nAnd more."
    drafts = await conversations.drafts_of(tx, vault, by=cast.mate, conversation_id=case)
    assert drafts == {"reply": text}
    assert await said_in(tx, vault, cast, case) == []
    with pytest.raises(HeldGone):
        await workbench.take_back(tx, vault, by=cast.mate, held_id=held, now=NOW)


async def test_nobody_else_takes_it_back_sends_it_or_sees_it(
    tx: Transaction, vault: Vault, cast: Cast, case: UUID
) -> None:
    held = await held_by(tx, vault, cast.mate, case)
    for other in (cast.teammate, cast.outsider):
        assert await conversations.held_of(tx, vault, by=other) == []
        with pytest.raises(HeldGone):
            await workbench.take_back(tx, vault, by=other, held_id=held, now=NOW)
        with pytest.raises(HeldGone):
            await workbench.send_held(tx, vault, held_id=held, by=other, now=NOW)
    with pytest.raises(conversations.ConversationUnknown):
        await held_by(tx, vault, cast.outsider, case)


async def test_a_colleague_who_was_quicker_makes_it_a_draft_again(
    tx: Transaction, vault: Vault, cast: Cast, case: UUID
) -> None:
    await tx.execute("INSERT INTO team_members (team_id, agent_id) VALUES (%s, %s)", (cast.payments, cast.mate.id))
    held = await held_by(tx, vault, cast.mate, case)
    await conversations.reply(
        tx,
        vault,
        by=cast.teammate,
        conversation_id=case,
        text=guard.screen("I have it."),
        now=NOW + timedelta(seconds=1),
    )
    async with tx.transaction():
        with pytest.raises(AnsweredMeanwhile):
            async with tx.transaction():
                await workbench.send_held(tx, vault, held_id=held, by=cast.mate, now=LATER)
    await workbench.keep_back(tx, vault, held_id=held, refused=AnsweredMeanwhile(), now=LATER)
    assert await said_in(tx, vault, cast, case) == ["I have it."]
    (mine,) = await conversations.held_of(tx, vault, by=cast.mate)
    assert mine.refused == "answered_meanwhile"
    assert (await conversations.drafts_of(tx, vault, by=cast.mate, conversation_id=case))["reply"] == "It is safe."
    assert await conversations.held_due(tx, now=LATER) == []
    await conversations.forget_refused(tx, by=cast.mate, held_id=held)
    assert await conversations.held_of(tx, vault, by=cast.mate) == []


async def test_the_same_reply_is_held_once(tx: Transaction, vault: Vault, cast: Cast, case: UUID) -> None:
    assert await held_by(tx, vault, cast.mate, case) == await held_by(tx, vault, cast.mate, case)


async def test_it_resolves_or_snoozes_as_it_goes_out(tx: Transaction, vault: Vault, cast: Cast, case: UUID) -> None:
    until = NOW + timedelta(hours=3)
    held = await held_by(tx, vault, cast.mate, case, afterwards="snooze", snooze_until=until)
    await workbench.send_held(tx, vault, held_id=held, by=cast.mate, now=LATER)
    now = await conversations.get(tx, viewer=cast.mate, conversation_id=case)
    assert (now.status, now.snoozed_until) == ("snoozed", until)
    held = await held_by(tx, vault, cast.mate, case, afterwards="resolve", client_key="key-00000010")
    await workbench.send_held(tx, vault, held_id=held, by=cast.mate, now=LATER)
    assert (await conversations.get(tx, viewer=cast.mate, conversation_id=case)).status == "resolved"


async def test_a_text_with_a_variable_left_in_never_goes_out(
    tx: Transaction, vault: Vault, cast: Cast, case: UUID
) -> None:
    held = await held_by(tx, vault, cast.mate, case, text=guard.screen("Dear {{customer_name}}"))
    with pytest.raises(workbench.VariablesMissing):
        await workbench.send_held(tx, vault, held_id=held, by=cast.mate, now=LATER)


async def test_an_erased_customer_leaves_no_held_reply(tx: Transaction, vault: Vault, cast: Cast, case: UUID) -> None:
    await held_by(tx, vault, cast.mate, case)
    await conversations.forget_customers(tx, vault, customer_ids=[cast.owner.id], now=LATER)
    assert await conversations.held_of(tx, vault, by=cast.mate) == []
