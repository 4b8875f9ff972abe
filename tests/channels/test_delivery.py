"""Answers on their way out, and the notice when nobody looks."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import msgspec

from bellrock import channels, conversations, guard, people
from bellrock.channels import BUILTIN, Envelope
from bellrock.core import FIRST_LINE, Transaction
from bellrock.people import Customer
from bellrock.people.customers import customer_described
from bellrock.people.tokens import Claims
from bellrock.vault import Vault
from tests.channels.conftest import NOW


async def answered(tx: Transaction, vault: Vault, customer: Customer) -> tuple[UUID, UUID]:
    body = msgspec.json.encode({"client_key": "key-00000001", "text": "Where is my deposit?"})
    accepted = await channels.accept(
        tx,
        vault,
        channel=BUILTIN["widget"],
        envelope=Envelope(body=body, customer=customer),
        language="en",
        now=NOW,
    )
    return accepted.conversation_id, await answer(tx, vault, accepted.conversation_id)


async def answer(tx: Transaction, vault: Vault, conversation_id: UUID) -> UUID:
    return await conversations.reply(
        tx, vault, by=FIRST_LINE, conversation_id=conversation_id, text=guard.screen("It is safe."), now=NOW
    )


async def test_hands_an_answer_to_its_channel_once(tx: Transaction, vault: Vault, visitor: Customer) -> None:
    conversation_id, message_id = await answered(tx, vault, visitor)
    widget = BUILTIN["widget"]
    given = {"channel": widget, "message_id": message_id, "conversation_id": conversation_id, "now": NOW}
    assert await channels.deliver(tx, **given)  # type: ignore[arg-type]
    assert not await channels.deliver(tx, **given)  # type: ignore[arg-type]
    assert await channels.undelivered(tx, conversation_id=conversation_id) == 1
    assert await channels.delivered(tx, conversation_id=conversation_id, now=NOW) == 1
    assert await channels.undelivered(tx, conversation_id=conversation_id) == 0


async def test_hands_a_batch_over_once_and_leaves_strange_channels_alone(
    tx: Transaction, vault: Vault, visitor: Customer
) -> None:
    conversation_id, message_id = await answered(tx, vault, visitor)
    answers = [(message_id, conversation_id)]
    assert await channels.deliver_answers(tx, channels={}, answers=answers, now=NOW) == 0
    assert await channels.deliver_answers(tx, channels=BUILTIN, answers=answers, now=NOW) == 1
    assert await channels.deliver_answers(tx, channels=BUILTIN, answers=answers, now=NOW) == 0


async def test_gives_notice_once_for_an_unread_burst(tx: Transaction, vault: Vault, visitor: Customer) -> None:
    await people.give_contact(tx, vault, visitor=visitor, name=None, email="elif@example.org", now=NOW)
    conversation_id, _ = await answered(tx, vault, visitor)
    notice = await channels.due_notice(tx, vault, conversation_id=conversation_id, now=NOW)
    assert notice is not None
    assert notice.email == "elif@example.org"
    same = await channels.due_notice(tx, vault, conversation_id=conversation_id, now=NOW)
    assert same is not None and same.id == notice.id  # begun and not sent: the job died
    await channels.note_sent(tx, notice_id=notice.id, now=NOW)
    await answer(tx, vault, conversation_id)
    assert await channels.due_notice(tx, vault, conversation_id=conversation_id, now=NOW) is None

    seen = NOW + timedelta(minutes=5)
    assert await conversations.mark_seen(tx, customer=visitor, conversation_id=conversation_id, now=seen)
    assert await channels.due_notice(tx, vault, conversation_id=conversation_id, now=seen) is None
    await answer(tx, vault, conversation_id)
    later = await channels.due_notice(tx, vault, conversation_id=conversation_id, now=seen + timedelta(minutes=1))
    assert later is not None and later.id != notice.id


async def test_gives_no_notice_without_an_address(tx: Transaction, vault: Vault, visitor: Customer) -> None:
    conversation_id, _ = await answered(tx, vault, visitor)
    assert await channels.due_notice(tx, vault, conversation_id=conversation_id, now=NOW) is None


async def test_a_notice_says_nothing_of_the_answer(tx: Transaction, vault: Vault, visitor: Customer) -> None:
    await people.give_contact(tx, vault, visitor=visitor, name=None, email="elif@example.org", now=NOW)
    conversation_id, _ = await answered(tx, vault, visitor)
    notice = await channels.due_notice(tx, vault, conversation_id=conversation_id, now=NOW)
    assert notice is not None
    assert "elif@example.org" not in repr(notice)
    subject, body = channels.notice_text(notice, brand="Northwick", url="https://support.example/cases/X")
    assert "safe." not in body
    assert notice.reference in body
    assert subject == "Northwick support has answered you"


async def test_a_link_opens_its_own_case_and_no_other(tx: Transaction, vault: Vault, visitor: Customer) -> None:
    conversation_id, _ = await answered(tx, vault, visitor)
    conversation = await conversations.get(tx, viewer=visitor, conversation_id=conversation_id)
    secret = await channels.case_link(tx, conversation_id=conversation_id, now=NOW)
    found = await channels.customer_of_link(tx, reference=conversation.reference.lower(), secret=secret, now=NOW)
    assert found is not None
    assert (found[0].id, found[1]) == (visitor.id, conversation_id)
    for reference, given, at in (
        (conversation.reference, secret + "x", NOW),
        (conversation.reference, "", NOW),
        ("BR-00000000", secret, NOW),
        (conversation.reference, secret, NOW + timedelta(days=91)),
    ):
        assert await channels.customer_of_link(tx, reference=reference, secret=given, now=at) is None


async def test_a_link_opens_nothing_once_its_visitor_is_a_customer(
    tx: Transaction, vault: Vault, visitor: Customer
) -> None:
    """Whoever finds the letter would ask about the account: the customer signs in instead."""
    conversation_id, _ = await answered(tx, vault, visitor)
    reference = (await conversations.get(tx, viewer=visitor, conversation_id=conversation_id)).reference
    secret = await channels.case_link(tx, conversation_id=conversation_id, now=NOW)
    claims = Claims("nw-7", "Elif", "elif@example.org", "en", people.Tier.STANDARD)
    customer = await customer_described(tx, vault, claims=claims, now=NOW)
    await conversations.adopt(tx, vault, visitor_id=visitor.id, customer=customer, now=NOW)
    assert await channels.customer_of_link(tx, reference=reference, secret=secret, now=NOW) is None
