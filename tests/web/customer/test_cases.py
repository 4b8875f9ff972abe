"""A signed-in customer's cases."""

from __future__ import annotations

from typing import Any

from bellrock import conversations, guard
from bellrock.core import FIRST_LINE, clock
from bellrock.house import House
from bellrock.web.widget.demo import CUSTOMERS, demo_token
from tests.web.customer.conftest import Browser
from tests.web.customer.test_form import FORM, NewBrowser, opened


async def enter(browser: Browser, house: House, customer: str, **more: str) -> Any:
    token = demo_token(house, CUSTOMERS[customer], now=clock.now())
    return await browser.send("", "/widget/enter", token=token, **more)


async def test_a_customer_sees_their_own_cases_and_no_others(new_browser: NewBrowser, house: House) -> None:
    elif_, noura, nobody = new_browser(), new_browser(), new_browser()
    assert (await enter(elif_, house, "elif")).headers["location"] == "/cases"
    await enter(noura, house, "noura")
    page = (await elif_.get(FORM)).text
    assert 'name="email"' not in page
    sent = await elif_.send(page, "/help/en/contact", text="It is gone")
    case = sent.headers["location"].partition("?")[0]
    assert "case" not in elif_.cookies
    reference = case.rpartition("/")[2]
    assert reference in (await elif_.get("/cases")).text
    assert "It is gone" in (await elif_.get(case)).text
    for other in (noura, nobody):
        assert reference not in (await other.get("/cases")).text
        assert (await other.get(case)).status_code == 404


async def test_a_question_of_the_first_line_brings_its_drawing_to_the_page_of_the_case(
    new_browser: NewBrowser, house: House
) -> None:
    browser = new_browser()
    case = await opened(browser)
    assert '<figure class="where"' not in (await browser.get(case)).text
    async with house.database.transaction() as tx:
        found = await conversations.find_by_reference(tx, viewer=FIRST_LINE, reference=case.rpartition("/")[2])
        await conversations.reply(
            tx,
            house.vault,
            by=FIRST_LINE,
            conversation_id=found.id,
            text=guard.screen("Which order is it?"),
            now=clock.now(),
            extras={"picture": "order"},
        )
    assert '<figure class="where" role="img" aria-label="Where to find it"><svg' in (await browser.get(case)).text


async def test_a_forged_token_signs_nobody_in(new_browser: NewBrowser) -> None:
    browser = new_browser()
    answer = await browser.send("", "/widget/enter", token="a.b.c")
    assert answer.status_code == 401
    assert "bellrock_customer" not in browser.cookies


async def test_goes_on_to_pages_of_ours_only(new_browser: NewBrowser, house: House) -> None:
    for wish, place in (
        ("/cases/BR-7K2M4QXD", "/cases/BR-7K2M4QXD"),
        ("/help/en/contact", "/help/en/contact"),
        ("https://evil.example", "/cases"),
        ("//evil.example", "/cases"),
        ("/cases//evil", "/cases"),
        ("/cases\\evil", "/cases"),
    ):
        assert (await enter(new_browser(), house, "elif", next=wish)).headers["location"] == place


async def test_a_visitor_learns_how_to_come_to_a_case(new_browser: NewBrowser) -> None:
    page = await new_browser().get("/cases")
    assert page.status_code == 200
    assert "Use the link" in page.text
