"""The page of gaps: suggestions with examples, topics that lost their gate, for leads alone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from bellrock import conversations, guard, people, triage
from bellrock.core import clock, new_id
from bellrock.house import House
from tests.web.admin.conftest import Staff, sign_in
from tests.web.staff import Browser


@pytest.fixture
async def gap(house: House, staff: Staff) -> UUID:
    """A suggestion with one example, and a topic that lost its gate."""
    now, gap_id = clock.now(), new_id()
    async with house.database.transaction() as tx:
        customer, _ = await people.start_visitor(tx, house.vault, locale="en", now=now)
        case = await conversations.open_conversation(
            tx, house.vault, customer=customer, channel="widget", language="en", now=now
        )
        await conversations.receive(
            tx, house.vault, customer=customer, conversation_id=case.id, client_key="key-00000001", now=now,
            text=guard.screen("<b>Where</b> are my 1,250 USDT?"),
        )  # fmt: skip
        await tx.execute(
            "INSERT INTO knowledge_gaps (id, week, kind, topic, language, asked, answered, reopened, examples)"
            " VALUES (%s, %s, 'article', 'trading_fee', 'tr', 17, 4, 3, %s)",
            (gap_id, now.date(), [case.id]),
        )
        await tx.execute(
            "INSERT INTO lost_gates (topic, lost_at, judged, failed) VALUES ('kyc_how_to', %s, 30, 21)", (now,)
        )
    return gap_id


async def test_a_lead_sees_the_suggestion_and_its_examples_veiled(lead: Browser, gap: UUID) -> None:
    page = (await lead.get("/desk/gaps")).text
    assert f"The article does not settle it: {triage.topic_name('trading_fee', 'en')}" in page, "4 were answered by it"
    assert "17" in page
    assert 'href="/desk/articles/new"' in page
    assert 'href="/desk?view=all~topic:kyc_how_to"' in page
    assert (await lead.get("/desk?view=all~topic:kyc_how_to")).status_code == 200
    examples = (await lead.get(f"/desk/gaps/{gap}")).text
    assert "&lt;b&gt;Where&lt;/b&gt; are my ••• •••?" in examples
    assert "1,250" not in examples


async def test_a_suggestion_is_put_away_once(lead: Browser, gap: UUID) -> None:
    assert (await lead.post(f"/desk/gaps/{gap}/closing", {}, page="/desk/gaps")).status_code == 303
    assert triage.topic_name("trading_fee", "en") not in (await lead.get("/desk/gaps")).text
    assert (await lead.get(f"/desk/gaps/{gap}")).status_code == 404


async def test_a_lost_gate_is_given_back_by_name(lead: Browser, gap: UUID, house: House) -> None:
    assert "goes to people" in (await lead.get("/desk/gaps")).text
    assert (await lead.post("/desk/gaps/gates/kyc_how_to", {}, page="/desk/gaps")).status_code == 303
    async with house.database.transaction() as tx:
        assert await triage.lost_gates(tx) == frozenset()
        row = await (await tx.execute("SELECT given_back_by FROM lost_gates")).fetchone()
    assert row is not None and row["given_back_by"] is not None
    assert (await lead.post("/desk/gaps/gates/kyc_how_to", {}, page="/desk/gaps")).status_code == 404


async def test_leads_are_written_to_when_a_topic_loses_its_gate(house: House, staff: Staff) -> None:
    sent: list[Any] = []

    class Outbox:
        async def send(self, letter: Any) -> None:
            sent.append(letter)

    house.mail = Outbox()
    async with house.database.transaction() as tx:
        for number in range(20):
            customer, _ = await people.start_visitor(tx, house.vault, locale="en", now=clock.now())
            case = await conversations.open_conversation(
                tx, house.vault, customer=customer, channel="widget", language="en", now=clock.now()
            )
            is_failed = number % 4 > 0
            await tx.execute(
                "INSERT INTO first_answers (conversation_id, topic, language, answered_at, failed_at, failed_because)"
                " VALUES (%s, 'trading_fee', 'en', %s, %s, %s)",
                (
                    case.id,
                    clock.now() - timedelta(days=4),
                    clock.now() if is_failed else None,
                    "reopened" if is_failed else None,
                ),
            )
    assert await triage.watch(house, now=clock.now()) == 1
    assert await triage.watch(house, now=clock.now()) == 0
    assert [letter.to for letter in sent] == ["mara@northwick.example"]
    assert "15 of 20" in sent[0].text
    assert "/desk/gaps" in sent[0].text


async def test_an_agent_and_a_stranger_get_none_of_it(
    client: AsyncTestClient[Litestar], house: House, staff: Staff, gap: UUID
) -> None:
    for someone, expected in ((staff.agent, {403}), (None, {303, 401})):
        browser = await sign_in(client, house, someone)
        for path in ("/desk/gaps", f"/desk/gaps/{gap}"):
            assert (await browser.get(path)).status_code in expected
        for path in (f"/desk/gaps/{gap}/closing", "/desk/gaps/gates/kyc_how_to"):
            assert (await browser.post(path, {})).status_code in {*expected, 401}
    async with house.database.transaction() as tx:
        assert await triage.lost_gates(tx) == {"kyc_how_to"}
        assert len(await triage.open_gaps(tx)) == 1
