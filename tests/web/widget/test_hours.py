"""Waits and hours that customers are told: in business time, and honest when nobody is there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bellrock import conversations, guard, people, sla
from bellrock.core import SYSTEM, clock
from bellrock.house import House
from bellrock.sla import Calendar
from bellrock.web.widget import queue
from bellrock.web.widget.hours import answered_by, middle_half, people_again

OFFICE = Calendar("UTC", (*[sla.parse_slots("9-17")] * 5, (), ()))
FRIDAY = datetime(2026, 11, 20, 16, 50, tzinfo=UTC)
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def test_a_weekend_is_no_wait() -> None:
    waits = [(FRIDAY, MONDAY + timedelta(minutes=minutes)) for minutes in (2, 4, 6, 8, 10)]
    assert middle_half(waits, OFFICE) == (14, 18)
    assert middle_half(waits, None) == (3854, 3858)
    assert middle_half(waits[:4], OFFICE) is None


def test_a_wait_that_passes_closing_time_is_told_as_a_time() -> None:
    assert answered_by(FRIDAY, 8, OFFICE) is None
    assert answered_by(FRIDAY, 30, OFFICE) == MONDAY + timedelta(minutes=20)
    assert answered_by(FRIDAY, 30, None) is None


@pytest.fixture
async def shut(house: House) -> datetime:
    """Hours that begin in two days, for everybody; returns when."""
    now = clock.now()
    opens = (now + timedelta(days=2)).replace(hour=9, minute=0, second=0, microsecond=0)
    week: Any = tuple(sla.parse_slots("9-17") if day == opens.weekday() else () for day in range(7))
    async with house.database.transaction() as tx:
        await people.seed_teams(tx, house.vault, now=now)
        await sla.make_hours(
            tx, house.vault, name=guard.screen("Rare"), zone="UTC", week=week, holidays=[], by=SYSTEM, now=now
        )
    return opens


async def test_whoever_waits_is_told_when_people_are_back(house: House, shut: datetime) -> None:
    now = clock.now()
    async with house.database.transaction() as tx:
        assert await people_again(tx, now=now) == shut
        customer, _ = await people.start_visitor(tx, house.vault, locale="en", now=now)
        opened = await conversations.open_conversation(
            tx, house.vault, customer=customer, channel="widget", language="en", now=now
        )
        await conversations.hand_over(
            tx,
            house.vault,
            by=SYSTEM,
            conversation_id=opened.id,
            reason="asked_for_person",
            summary=guard.screen("x"),
            facts={},
            team_id=await people.default_team_id(tx),
            priority="normal",
            now=now,
        )
        found = await conversations.get(tx, viewer=SYSTEM, conversation_id=opened.id)
        told = await queue.queue_of(tx, found, language="en")
    assert told is not None and told["opens_at"] == clock.rfc3339(shut)
    assert "wait_max" not in told


async def test_the_form_and_the_chat_say_it_before_anybody_writes(house: House, shut: datetime, client: Any) -> None:
    page = (await client.get("/help/en/contact")).text
    assert "Nobody is there right now" in page and shut.isoformat() in page
    began = (await client.post("/widget/session", json={"locale": "en"})).json()
    assert began["opens_at"] == clock.rfc3339(shut)
    async with house.database.transaction() as tx:
        (row,) = await sla.all_hours(tx)
        await sla.change_hours(
            tx,
            house.vault,
            calendar_id=row.id,
            name=guard.screen("Always"),
            zone="UTC",
            week=sla.ALWAYS_WEEK,
            holidays=[],
            by=SYSTEM,
            now=clock.now(),
        )
    assert "Nobody is there" not in (await client.get("/help/en/contact")).text
    assert (await client.post("/widget/session", json={"locale": "en"})).json()["opens_at"] is None


async def test_a_conversation_keeps_the_brand_it_was_written_to(house: House, client: Any) -> None:
    from bellrock import brands

    now = clock.now()
    async with house.database.transaction() as tx:
        for name, host in (("Northwick", ""), ("Eastwick", "help.eastwick.example")):
            face = brands.Face(
                name=guard.screen(name), help_name=None, hosts=[host] if host else [], sender="", reply_to="", colour="#7a1f5c",
                colour_dark="",
            )  # fmt: skip
            await brands.make_brand(tx, house.vault, face=face, by=SYSTEM, now=now)
        east = (await brands.brands(tx, settings=house.settings)).of_host("help.eastwick.example")
    began = (await client.post("http://help.eastwick.example/widget/session", json={"locale": "en"})).json()
    assert began["brand"] == "Eastwick" and began["colours"]["--sea"].startswith("light-dark(#7a1f5c")
    sent = await client.post(
        "http://help.eastwick.example/widget/messages",
        json={"client_key": "first-message-1", "text": "Hello"},
        headers={"authorization": f"Bearer {began['session']}"},
    )
    assert sent.status_code == 201
    async with house.database.transaction() as tx:
        cursor = await tx.execute("SELECT brand_id FROM conversations")
        assert [row["brand_id"] for row in await cursor.fetchall()] == [east.id]
        assert [finding async for finding in conversations.compare_rows(tx, house.vault) if finding] == []
