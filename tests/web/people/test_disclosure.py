"""Need to know, as a browser sees it: a reason before anything is shown, every look listed, erasure typed twice."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from bellrock import access, conversations, guard, people
from bellrock.core import SYSTEM, clock, sequencer
from bellrock.house import House
from tests.web.people.conftest import Staff


@pytest.fixture
async def case(house: House, staff: Staff) -> tuple[UUID, str]:
    """A conversation of a visitor who gave their e-mail, assigned to the agent; its id and reference."""
    now = clock.now() - timedelta(minutes=5)
    async with house.database.transaction() as tx:
        team = await people.team_for_queue(tx, queue="general")
        await people.set_teams(tx, house.vault, agent_id=staff.agent, team_ids=[team.id], by=SYSTEM, now=now)
        visitor, _ = await people.start_visitor(tx, house.vault, locale="en", now=now)
        await people.give_contact(tx, house.vault, visitor=visitor, name="Canary", email="canary@example.org", now=now)
        conversation = await conversations.open_conversation(
            tx, house.vault, customer=visitor, channel="widget", language="en", now=now
        )
        await conversations.receive(
            tx,
            house.vault,
            customer=visitor,
            conversation_id=conversation.id,
            text=guard.screen("canary words"),
            client_key="key-00000001",
            now=now,
        )
        await conversations.hand_over(
            tx,
            house.vault,
            by=SYSTEM,
            conversation_id=conversation.id,
            team_id=team.id,
            reason="asked_for_person",
            priority="normal",
            summary=guard.screen("canary words"),
            facts={},
            now=now,
        )
        await conversations.assign(
            tx, house.vault, by=SYSTEM, conversation_id=conversation.id, agent_id=staff.agent, now=now
        )
    return conversation.id, conversation.reference


async def test_reveals_after_a_reason(browser_of: Any, staff: Staff, case: tuple[UUID, str], house: House) -> None:
    page = f"/desk/conversations/{case[0]}/reveal"
    async with browser_of(staff.agent) as browser:
        assert "canary@example.org" not in (await browser.get(page)).text
        without = await browser.post(page, {"field": "email"}, page=page)
        assert without.status_code == 422 and "canary@example.org" not in without.text
        assert (await browser.post(page, {"field": "profile", "reason": "answer"}, page=page)).status_code == 422
        shown = await browser.post(page, {"field": "email", "reason": "answer"}, page=page)
        assert shown.status_code == 200 and "canary@example.org" in shown.text and "59" in shown.text
        assert shown.headers["cache-control"] == "no-store"
    await number(house)
    async with browser_of(staff.auditor) as browser:
        listed = (await browser.get("/desk/looks")).text
        assert "Revealed" in listed and "Omar" in listed and "canary@" not in listed


async def test_the_console_writes_down_who_opened_a_conversation(
    browser_of: Any, staff: Staff, case: tuple[UUID, str], house: House
) -> None:
    async with browser_of(staff.agent) as browser:
        for _ in range(2):
            assert (await browser.get(f"/desk/conversations/{case[0]}")).status_code == 200
    await number(house)
    async with house.database.transaction() as tx:
        looks = await access.latest_looks(tx)
    # The list beside it is a look of its own, at no one conversation.
    opened = [look for look in looks if look.conversation_id]
    assert [(look.agent_id, look.conversation_id, look.reason) for look in opened] == [
        (staff.agent, case[0], "assigned")
    ]


async def test_erases_after_the_reference_was_typed_twice(
    browser_of: Any, staff: Staff, case: tuple[UUID, str], house: House
) -> None:
    page, reference = "/desk/erasures", case[1]
    async with browser_of(staff.admin) as browser:
        for data in (
            {"reference": reference, "again": reference},
            {"reference": reference, "again": "BR-00000000", "sure": "yes"},
        ):
            assert (await browser.post(page, data, page=page)).status_code == 409
        unknown = {"reference": "BR-00000000", "again": "BR-00000000", "sure": "yes"}
        assert (await browser.post(page, unknown, page=page)).status_code == 404
        done = await browser.post(page, {"reference": reference, "again": reference.lower(), "sure": "yes"}, page=page)
        assert done.status_code == 200 and "keys are destroyed" in done.text
    async with house.database.transaction() as tx:
        entries = await conversations.timeline(tx, house.vault, viewer=SYSTEM, conversation_id=case[0])
    assert "canary" not in repr(entries)


async def test_erases_one_message_and_no_other(
    browser_of: Any, staff: Staff, case: tuple[UUID, str], house: House
) -> None:
    page, action = "/desk/erasures", "/desk/erasures/message"
    async with house.database.transaction() as tx:
        second = await conversations.note(
            tx,
            house.vault,
            by=SYSTEM,
            conversation_id=case[0],
            text=guard.screen("stays"),
            client_key="key-00000002",
            now=clock.now(),
        )
        entries = await conversations.timeline(tx, house.vault, viewer=SYSTEM, conversation_id=case[0])
    first = next(entry.id for entry in entries if entry.kind == conversations.kinds.RECEIVED)
    assert second
    async with browser_of(staff.agent) as outsider:
        refused = await outsider.post(action, {"message": str(first), "sure": "yes"}, page="/desk/account")
        assert refused.status_code == 403
    async with browser_of(staff.admin) as browser:
        for data in ({"message": str(first)}, {"message": "hello", "sure": "yes"}):
            assert (await browser.post(action, data, page=page)).status_code == 409
        unknown = {"message": str(UUID(int=7)), "sure": "yes"}
        assert (await browser.post(action, unknown, page=page)).status_code == 404
        done = await browser.post(action, {"message": f"https://desk/#{first}", "sure": "yes"}, page=page)
        assert done.status_code == 200 and "A message" in done.text
    async with house.database.transaction() as tx:
        entries = await conversations.timeline(tx, house.vault, viewer=SYSTEM, conversation_id=case[0])
    assert "canary words" not in repr(entries) and "stays" in repr(entries)


async def number(house: House) -> None:
    async with await house.database.connect(autocommit=True) as connection:
        await sequencer.number_all(connection)
