"""The pages on which leads teach the first line: for leads alone, and nobody's words for who may not see the conversation."""

from __future__ import annotations

import re
from uuid import UUID

import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient
from psycopg.types.json import Jsonb

from bellrock import conversations, guard, people, triage
from bellrock.core import clock
from bellrock.house import House
from bellrock.people import Role
from tests.web.admin.conftest import Staff, sign_in
from tests.web.staff import Browser, hire

PAGE = "/desk/first-line"
SEEN = {"topic": "trading_fee", "permille": 610, "does": "answer"}
FIGURES = {"messages": 4, "accuracy": 0.75, "coverage": 0.5, "precision": 1.0, "unsafe": 0, "out_of_scope": None}


@pytest.fixture
async def case_id(house: House, staff: Staff) -> UUID:
    now = clock.now()
    async with house.database.transaction() as tx:
        customer, _ = await people.start_visitor(tx, house.vault, locale="en", now=now)
        case = await conversations.open_conversation(
            tx, house.vault, customer=customer, channel="widget", language="en", now=now
        )
        await conversations.receive(
            tx, house.vault, customer=customer, conversation_id=case.id, client_key="key-00000001", now=now,
            text=guard.screen("<b>What</b> did 1,250 USDT cost me? Write to ana@gmail.example"),
        )  # fmt: skip
    return case.id


async def teach(lead: Browser, case_id: UUID, **more: str) -> str:
    page = f"{PAGE}/from/{case_id}"
    shown = (await lead.get(page)).text
    message = re.search(r'name="message" value="([^"]+)"', shown)
    assert message is not None
    answer = await lead.post(page, {"message": message[1], "text": "What did it cost me?", "topic": "trading_fee",
                                    "language": "en", **more}, page=page)  # fmt: skip
    assert answer.status_code in (200, 303, 409, 422), answer.status_code
    return str(answer.text)


async def test_a_lead_teaches_tries_and_proposes_another_puts_live_and_one_rolls_back(
    client: AsyncTestClient[Litestar], lead: Browser, case_id: UUID, house: House, staff: Staff
) -> None:
    assert "Teach the first line" in (await lead.get(f"/desk/conversations/{case_id}")).text
    shown = (await lead.get(f"{PAGE}/from/{case_id}")).text
    assert "&lt;b&gt;What&lt;/b&gt; did 0,000 USDT cost me? Write to name@example.com" in shown
    assert "nothing to learn from" in await teach(lead, case_id, text="12 345")
    await teach(lead, case_id)
    assert "among the examples" in (await lead.get(f"{PAGE}/from/{case_id}")).text
    assert "What did it cost me?" in (await lead.get(PAGE)).text
    async with house.database.transaction() as tx:
        cursor = await tx.execute(
            "SELECT data FROM journal_inbox WHERE kind = 'access.listed' UNION ALL"
            " SELECT data FROM journal WHERE kind = 'access.listed'"
        )
        assert [row["data"]["conversations"] for row in await cursor.fetchall()] == [[str(case_id)]]
    asked = await lead.post(f"{PAGE}/trials", {}, page=PAGE)
    assert (asked.status_code, asked.headers["location"]) == (303, f"{PAGE}/trials/1")
    assert "being tried" in (await lead.get(f"{PAGE}/trials/1")).text
    assert (await lead.post(f"{PAGE}/trials", {}, page=PAGE)).status_code == 409
    assert (
        "not been tried"
        in (await lead.post(f"{PAGE}/live", {"trial": "1", "seen": "0", "reason": "x"}, page=PAGE)).text
    )
    await found(house, case_id)
    page = (await lead.get(f"{PAGE}/trials/1")).text
    assert re.search(r"75\.0% <svg.*?</svg> <b>100\.0%</b>", page)
    assert f'href="/desk/conversations/{case_id}"' in page
    assert "BELLROCK_TEACHING_BY_ONE" in page, "Mara is the only one here"
    other = await hire(house, "Noor", Role.LEAD)
    tried, proposed = f"{PAGE}/trials/1", f"{PAGE}/trials/1/proposal"
    page = (await lead.get(tried)).text
    assert ("BELLROCK_TEACHING_BY_ONE" in page, f"{PAGE}/live" in page, proposed in page) == (False, False, True)
    put = {"trial": "1", "seen": "0", "reason": "Fees are asked about otherwise here"}
    assert (await lead.post(f"{PAGE}/live", put, page=PAGE)).status_code == 409
    assert (await lead.post(proposed, {**put, "reason": " "}, page=PAGE)).status_code == 422
    assert (await lead.post(proposed, put, page=PAGE)).status_code == 303
    page = (await lead.get(tried)).text
    assert ("Proposed by Mara" in page, "Withdraw" in page, f"{PAGE}/live" in page) == (True, True, False)
    assert "two people" in (await lead.post(f"{PAGE}/live", put, page=PAGE)).text
    assert (await lead.post(f"{tried}/withdrawal", {}, page=PAGE)).status_code == 303
    assert (await lead.post(f"{tried}/withdrawal", {}, page=PAGE)).status_code == 409
    assert (await lead.post(proposed, put, page=PAGE)).status_code == 303
    letters = [file.read_text(encoding="utf-8") for file in (house.settings.data / "outbox").glob("*.eml")]
    assert {re.search(r"^To: (.+)$", letter, re.M)[1] for letter in letters} == {"noor@northwick.example"}  # type: ignore[index]
    assert all("Mara proposes" in letter and tried in letter for letter in letters)
    assert not any("Fees are asked" in letter for letter in letters), "why stands in the record alone"
    second = await sign_in(client, house, other)
    page = (await second.get(tried)).text
    assert ("Fees are asked about otherwise here" in page, "Withdraw" in page, f"{PAGE}/live" in page) == (
        True,
        False,
        True,
    )
    assert (await second.post(f"{tried}/withdrawal", {}, page=PAGE)).status_code == 409
    yes = {**put, "reason": "I looked at all of it"}
    assert (await second.post(f"{PAGE}/live", {**yes, "reason": " "}, page=PAGE)).status_code == 422
    assert (await second.post(f"{PAGE}/live", yes, page=PAGE)).status_code == 303
    assert (await second.post(f"{PAGE}/live", yes, page=PAGE)).status_code == 409
    page = (await second.get(PAGE)).text
    assert "I looked at all of it" in page
    assert "Proposed by Mara" in page
    lead = await sign_in(client, house, staff.lead)
    async with house.database.transaction() as tx:
        live = await triage.live_head(tx)
    back = {"trial": "0", "seen": str(live.number), "reason": "It was worse"}
    assert (await lead.post(f"{PAGE}/live", back, page=PAGE)).status_code == 303
    async with house.database.transaction() as tx:
        assert (await triage.live_head(tx)).trial is None


async def found(house: House, case_id: UUID, *, blocks: list[str] | None = None) -> None:
    better = {**FIGURES, "accuracy": 1.0}
    result = {
        "figures": {"all": {"before": FIGURES, "after": better}, "topics": [],
                    "languages": [{"language": "en", "before": FIGURES, "after": better}]},
        "examples": [], "read": 1, "unsafe": [["account_hacked", "en", "trading_fee"]] if blocks else [],
        "conversations": [{"id": str(case_id), "before": {**SEEN, "does": "ask"}, "after": SEEN}],
    }  # fmt: skip
    async with house.database.transaction() as tx:
        await tx.execute("UPDATE head_trials SET ended_at = now(), result = %s, blocks = %s WHERE ended_at IS NULL",
                         (Jsonb(result), blocks or []))  # fmt: skip


async def test_what_is_unsafe_says_why_and_has_no_way_live(lead: Browser, case_id: UUID, house: House) -> None:
    await teach(lead, case_id)
    await lead.post(f"{PAGE}/trials", {}, page=PAGE)
    await found(house, case_id, blocks=["held_back"])
    page = (await lead.get(f"{PAGE}/trials/1")).text
    assert "for a person alone would be answered" in page
    assert f"{PAGE}/live" not in page
    refused = await lead.post(f"{PAGE}/live", {"trial": "1", "seen": "0", "reason": "I want it"}, page=PAGE)
    assert (refused.status_code, "may not go live" in refused.text) == (409, True)


async def test_who_may_set_up_the_desk_but_reads_no_conversation_sees_no_words(
    client: AsyncTestClient[Litestar], house: House, staff: Staff, case_id: UUID
) -> None:
    lead = await sign_in(client, house, staff.lead)
    await teach(lead, case_id)
    await lead.post(f"{PAGE}/trials", {}, page=PAGE)
    await found(house, case_id)
    admin = await sign_in(client, house, await hire(house, "Ada", Role.ADMIN))
    page, trial = (await admin.get(PAGE)).text, (await admin.get(f"{PAGE}/trials/1")).text
    assert "may not see this conversation" in page
    assert "What did it cost me?" not in page + trial
    assert str(case_id) not in page + trial
    assert f"{PAGE}/live" not in trial
    assert f"{PAGE}/trials/1/proposal" not in trial
    put = {"trial": "1", "seen": "0", "reason": "By the figures"}
    assert "not allowed" in (await admin.post(f"{PAGE}/trials/1/proposal", put, page=PAGE)).text
    lead = await sign_in(client, house, staff.lead)
    assert (await lead.post(f"{PAGE}/trials/1/proposal", put, page=PAGE)).status_code == 303
    admin = await sign_in(client, house, await hire(house, "Abe", Role.ADMIN))
    assert f"{PAGE}/live" not in (await admin.get(f"{PAGE}/trials/1")).text
    assert (await admin.post(f"{PAGE}/live", put, page=PAGE)).status_code == 403
    assert (await admin.get(f"{PAGE}/from/{case_id}")).status_code == 404


async def test_an_agent_and_a_stranger_get_none_of_it(
    client: AsyncTestClient[Litestar], house: House, staff: Staff, case_id: UUID
) -> None:
    for someone, expected in ((staff.agent, {403}), (None, {303, 401})):
        browser = await sign_in(client, house, someone)
        for path in (PAGE, f"{PAGE}/from/{case_id}", f"{PAGE}/trials/1"):
            assert (await browser.get(path)).status_code in expected
        for path in (f"{PAGE}/from/{case_id}", f"{PAGE}/trials", f"{PAGE}/live", f"{PAGE}/examples/{case_id}/removal",
                     f"{PAGE}/trials/1/proposal", f"{PAGE}/trials/1/withdrawal"):  # fmt: skip
            assert (await browser.post(path, {"trial": "0", "seen": "0", "reason": "x"})).status_code in {
                *expected,
                401,
            }
    async with house.database.transaction() as tx:
        for table in ("taught_examples", "head_trials", "live_heads"):
            assert await (await tx.execute(f"SELECT 1 FROM {table}")).fetchone() is None
