"""The record in a whole house: a real conversation is audited, receipted, erased, and the commands say so."""

from __future__ import annotations

import json

import pytest

from bellrock import access, checkup, conversations, guard, ledger, people, worker
from bellrock.core import SYSTEM, Actor, clock
from bellrock.core.cursors import Cursor
from bellrock.house import House


@pytest.fixture
async def closed(house: House) -> conversations.Conversation:
    """A conversation with a message, a note and an answer, resolved, under a checkpoint."""
    now = clock.now()
    async with house.database.transaction() as tx:
        await people.seed_teams(tx, house.vault, now=now)
        customer, _secret = await people.start_visitor(tx, house.vault, locale="en", now=now)
        opened = await conversations.open_conversation(
            tx, house.vault, customer=customer, channel="widget", language="en", now=now
        )
        given = {"conversation_id": opened.id, "now": now}
        await conversations.receive(
            tx, house.vault, customer=customer, text=guard.screen("Where is it?"), client_key="first-key", **given
        )
        await conversations.reply(tx, house.vault, by=SYSTEM, text=guard.screen("On its way."), **given)
        await conversations.resolve(tx, house.vault, by=SYSTEM, **given)
    await settle(house)
    return opened


async def settle(house: House) -> None:
    await worker.drain(
        house.database, [Cursor(f"ledger.{log}", ledger.extend, log=log) for log in ("records", "access")]
    )
    await ledger.keep(house.database, house.vault.keyring, house.settings, now=clock.now())


async def test_an_audit_says_that_everything_holds(house: House, closed: conversations.Conversation) -> None:
    report = await checkup.examine_ledger(house, kind="audit")
    assert checkup.report_lines(report, kind="audit")[-1] == "Everything holds."
    assert json.loads(checkup.report_as_json(report))["holds"] is True
    assert (await checkup.examine_ledger(house, kind="verify")).holds


async def test_an_audit_names_what_does_not(house: House, closed: conversations.Conversation) -> None:
    async with house.database.transaction() as tx:
        await tx.execute("UPDATE conversations SET priority = 'urgent'")
    report = await checkup.examine_ledger(house, kind="audit")
    lines = checkup.report_lines(report, kind="audit")
    assert lines[-1] == "The record does not hold."
    assert lines[-2].startswith(f"WRONG row_differs in conversations {closed.id}")
    assert lines[-2].endswith("priority")


async def test_a_receipt_is_checked_with_the_published_key(house: House, closed: conversations.Conversation) -> None:
    content = await checkup.receipt_of(house, closed.reference.lower())
    (key, _access_key) = checkup.public_keys(house.settings)
    for given in (key, ""):
        lines = checkup.check_receipt(content, key=given, settings=house.settings)
        assert lines[0] == "This receipt holds."
    other = key.replace("bellrock.example", "other.example")
    with pytest.raises(ledger.ProofWrong):
        checkup.check_receipt(content, key=other, settings=house.settings)


@pytest.mark.parametrize("what", ["customer", "message"])
async def test_the_record_bears_an_erasure(house: House, closed: conversations.Conversation, what: str) -> None:
    now = clock.now()
    by = Actor("operator")
    async with house.database.transaction() as tx:
        found = await conversations.get(tx, viewer=SYSTEM, conversation_id=closed.id)
        if what == "customer":
            await access.erase_customer(
                tx, house.vault, customer_id=found.customer_id, by=by, reason="request", now=now
            )
        else:
            assert found.last_customer_message_id is not None
            await access.erase_message(
                tx, house.vault, message_id=found.last_customer_message_id, by=by, reason="request", now=now
            )
    await settle(house)
    report = await checkup.examine_ledger(house, kind="audit")
    assert report.findings == []
    assert report.shredded > 0
    assert b"Where is it?" not in json.dumps(await _timeline(house, closed)).encode()


async def _timeline(house: House, closed: conversations.Conversation) -> list[object]:
    async with house.database.transaction() as tx:
        entries = await conversations.timeline(tx, house.vault, viewer=SYSTEM, conversation_id=closed.id)
    return [entry.words for entry in entries]
