"""What the first line found out, as an agent reads it in the case, and what of it the customer's widget gets."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID

import pytest

from bellrock import conversations, guard, people
from bellrock.conversations import Entry
from bellrock.core import FIRST_LINE, SYSTEM, clock
from bellrock.triage.playbooks.diagnosis import Chart, Diagnosis, Exact, Money, Page, Source, Step, Term
from bellrock.triage.playbooks.telling import answer, to_record
from bellrock.web.widget.frames import message_of
from tests.triage.playbooks.things import NOW, D, trade
from tests.web.agent import scene as scenes
from tests.web.agent.conftest import OUTSIDER, OWNER, Play

FOUND = Diagnosis(
    "stop_wrong",
    {
        "order": "7001",
        "trigger": Money(D("50040.8"), "USDT"),
        "kind": Term("mark"),
        "low": Money(D("49100"), "USDT"),
        "high": Money(D("61787"), "USDT"),
    },
    (Source("order", "7001", NOW), Source("prices", "BTC-USDT", NOW - timedelta(hours=1))),
    settles=False,
    steps=(
        Step("offered", {"price": Money(D(3), "USDT"), "quantity": Money(D(4), "BTC")}),
        Step("page", {"page": Page("https://etherscan.io/tx/0xab")}),
        Step("lookalike", {"own": "<b>https</b>"}),
        Step("exact", {"text": Exact("GET https://planted.example/ and evil@planted.example")}),
    ),
    next_step="correct",
    chart=Chart(
        "BTC-USDT",
        "USDT",
        tuple((NOW + timedelta(minutes=place), D(100 - place)) for place in range(9)),
        D(99),
        D(93),
        NOW,
    ),
    evidence={"trades": (trade("89.5", "1"),)},
    missing=("book",),
)


@pytest.fixture
async def case(play: Play) -> UUID:
    """A case that the first line answered with a diagnosis, and then handed over with it."""
    house, now = play.house, clock.now()
    id = await scenes.open_case(house, play.scene, "Elif Yılmaz", "tr", now, "stop?", topic="price_dispute")
    async with house.database.transaction() as tx:
        record = to_record(FOUND, "tr")
        await conversations.reply(
            tx,
            house.vault,
            by=FIRST_LINE,
            conversation_id=id,
            text=guard.screen(answer(FOUND, "tr")),
            now=now,
            diagnosis=record,
        )
        await conversations.hand_over(
            tx,
            house.vault,
            by=FIRST_LINE,
            conversation_id=id,
            reason="topic_needs_person",
            summary=guard.screen("stop?"),
            facts={},
            team_id=play.scene.payments,
            priority="normal",
            now=now,
            diagnosis=record,
        )
    return id


async def test_the_case_shows_conclusion_steps_drawing_sources_and_next_step(play: Play, case: UUID) -> None:
    page = (await play(OWNER).get(f"/desk/conversations/{case}")).text
    assert page.count('<div class="diagnosis">') == 2
    assert page.count('<svg class="path"') == 2
    for words in (
        "Conclusion",
        "has a trigger at",
        "mark price",
        "Next step",
        "correct the difference",
        "Sources",
        "Price history",
    ):
        assert words in page
    assert "49,100" in page
    assert '<a href="https://etherscan.io/tx/0xab" rel="noopener noreferrer" target="_blank">' in page
    assert "<b>https" not in page
    assert "GET https://planted.example/" in page and 'href="https://planted' not in page and "mailto:" not in page
    assert "Not known yet: Order · Amount · Date" in page
    assert 'style="' not in page


async def test_numbers_stand_in_the_readers_language(play: Play, case: UUID) -> None:
    page = (await play(OWNER).get(f"/desk/conversations/{case}?lang=de")).text
    assert "49.100" in page
    assert "49,100" not in page.split('<div class="diagnosis">')[1]


async def test_an_outsider_sees_nothing_of_it(play: Play, case: UUID) -> None:
    page = await play(OUTSIDER).get(f"/desk/conversations/{case}")
    assert "49,100" not in page.text
    assert page.status_code in (302, 303, 403, 404)


async def test_the_customers_widget_gets_the_drawing_in_their_language_and_nothing_else(play: Play, case: UUID) -> None:
    entries = await _customers_entries(play, case)
    (said,) = [entry for entry in entries if entry.kind == "conversations.replied"]
    message = message_of(said, {})
    assert message["chart"].startswith('<svg class="path"')
    assert "diagnosis" not in message
    assert "93" in message["chart"]
    assert not any("diagnosis" in (entry.words or {}) for entry in entries)


async def _customers_entries(play: Play, case: UUID) -> list[Entry]:
    async with play.house.database.transaction() as tx:
        conversation = await conversations.get(tx, viewer=SYSTEM, conversation_id=case)
        customer = await people.customer(tx, conversation.customer_id)
        return await conversations.timeline(tx, play.house.vault, viewer=customer, conversation_id=case)


async def test_the_evidence_is_downloaded_by_who_may_see_the_case_and_by_nobody_else(play: Play, case: UUID) -> None:
    page = (await play(OWNER).get(f"/desk/conversations/{case}")).text
    places = re.findall(rf'href="(/desk/conversations/{case}/evidence/[0-9a-f-]+)"', page)
    assert len(places) == 2
    assert page.count("Not known yet: Order book") == 2
    answered = await play(OWNER).get(places[0])
    assert answered.status_code == 200
    assert answered.headers["content-disposition"].startswith('attachment; filename="evidence-')
    kept = answered.json()
    assert (kept["code"], kept["evidence"]["missing"]) == ("stop_wrong", ["book"])
    assert kept["evidence"]["facts"]["trades"][0]["price"] == "89.5"
    assert "chart" not in kept
    assert (await play(OUTSIDER).get(places[0])).status_code in (302, 303, 403, 404)
    assert (await play(OWNER).get(f"{places[0][:-4]}beef")).status_code == 404
    customers = await _customers_entries(play, case)
    assert not any("evidence" in (entry.words or {}) for entry in customers)
