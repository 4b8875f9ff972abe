"""The inbox in a browser: filters kept as a view, several at once and taken back, search, the command bar, a phone."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from playwright.async_api import expect

from bellrock import conversations, guard
from bellrock.core import SYSTEM, clock
from tests.browser.test_console import PHONE, Stage, stage  # noqa: F401 - a fixture
from tests.web.agent import scene as scenes

Open = Callable[..., Awaitable[Any]]
ROWS = "#list .row"


async def _count(page: Any, selector: str = ROWS) -> int:
    return int(await page.locator(selector).count())


async def test_filters_are_kept_as_a_view(stage: Stage, assert_accessible: Open, shot: Open) -> None:  # noqa: F811
    page = await stage.open("/desk?view=all")
    before = await _count(page)
    await page.keyboard.press("Shift+F")
    await page.wait_for_selector("#sheet[open] form")
    await page.select_option("#f-language", "zh-Hans")
    await page.check("#sheet input[value=normal]")
    await assert_accessible(page)
    await shot(page, "filters")
    await page.click("#sheet .btn.main")
    await page.wait_for_url("**/desk?view=all~priority:normal~language:zh-Hans")
    assert 0 < await _count(page) < before
    await page.click("#menu-keep summary")
    await page.fill("#keep-name", "Chinese, calm")
    await assert_accessible(page)
    await shot(page, "keep")
    await page.click(".keep .btn.main")
    await page.wait_for_selector("#views a[aria-current]:has-text('Chinese, calm')")
    await page.click(f"{ROWS} >> nth=0")
    await page.wait_for_selector("#composer")
    assert "view=saved:" in page.url or "view=saved%3A" in page.url
    await page.goto(stage.server.url + "/desk?view=all")
    await page.click("#menu-sort summary")
    await page.click("#menu-sort a:has-text('Longest wait first')")
    await page.wait_for_url("**/desk?view=all~sort:waiting")
    assert "Moritz" not in await page.locator(f"{ROWS} >> nth=0").inner_text()
    await page.click("#views a:has-text('Chinese, calm')")
    await page.click(".sift button")
    await page.wait_for_selector("#views a:has-text('Chinese, calm')", state="detached")
    assert page.problems == []


async def test_several_at_once_and_back(stage: Stage, assert_accessible: Open, shot: Open) -> None:  # noqa: F811
    page = await stage.open("/desk?view=mine")
    before = await _count(page)
    count = await page.inner_text("#views a[data-view=mine] .num")
    for key in ("j", "x", "j", "x"):
        await page.keyboard.press(key)
    await page.wait_for_selector("#bulk:has-text('2 chosen')".replace("2", "\u20682\u2069"))
    await assert_accessible(page)
    await shot(page, "chosen")
    await page.click("#bulk [data-do='bulk-priority']")
    await page.wait_for_selector("#sheet[open] .picks")
    await assert_accessible(page)
    await page.click("#sheet .btn.main")
    await page.wait_for_selector("#sheet .preview")
    await assert_accessible(page)
    await shot(page, "preview")
    await page.keyboard.press("Escape")
    await page.click("#bulk [data-do='bulk-resolve']")
    await page.wait_for_selector("#sheet .preview h3:has-text('2 will change')")
    await page.keyboard.press("Enter")
    await page.wait_for_selector(".toast:has-text('2 conversations changed')")
    await expect(page.locator(ROWS)).to_have_count(before - 2)
    await expect(page.locator("#views a[data-view=mine] .num")).to_have_text(str(int(count) - 2 or ""))
    await page.click(".toast button")
    await expect(page.locator(ROWS)).to_have_count(before)
    await page.wait_for_selector("#bulk", state="hidden")
    assert page.problems == []


async def test_search_in_every_script(stage: Stage) -> None:  # noqa: F811
    page = await stage.open("/desk?view=mine")
    await page.keyboard.press("/")
    await page.keyboard.type("tether")
    for words in ("USDT", "强平", "الدخول"):
        await page.fill("#seek input", words)
        await page.wait_for_selector(f"#list[data-found] mark:has-text('{words}')")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await page.wait_for_selector("#composer, #log")
    assert await _count(page, "#list[data-found] .row") > 0
    await page.keyboard.press("/")
    await page.keyboard.type("nobody said this")
    await page.wait_for_selector("#rows .empty:has-text('Nothing found')")
    assert page.problems == []


async def test_the_command_bar_finds_everything(stage: Stage, assert_accessible: Open, shot: Open) -> None:  # noqa: F811
    page = await stage.open(stage.case("elif"))
    hit = "#hits [role=option]"
    await page.keyboard.press("Control+k")
    await page.keyboard.type("someone@posta.example")
    await page.wait_for_selector(f"{hit}:has-text('BR-')")
    await page.fill("#command input", "Tom")
    await page.wait_for_selector(f"{hit}:has-text('Held by')")
    await shot(page, "colleague")
    await page.fill("#command input", "snoo")
    assert await page.inner_text(f"{hit}:has-text('Snooze') kbd >> nth=0") == "S"
    await page.fill("#command input", "Nomodo")
    await page.wait_for_selector(f"{hit}:has-text('Search all messages for')")
    await page.fill("#command input", "kayboldu")
    await page.wait_for_selector(f"{hit}:has-text('kayboldu')")
    await assert_accessible(page)
    await page.keyboard.press("Enter")
    await page.wait_for_selector("#list[data-found] mark")
    await assert_accessible(page)
    await shot(page, "found")
    await page.keyboard.press("/")
    await page.keyboard.press("Escape")
    await page.wait_for_selector("#list:not([data-found])")
    assert page.problems == []


@pytest.mark.parametrize(("scheme", "language"), [("light", "en"), ("dark", "zh-Hans"), ("light", "ar")])
async def test_looks(stage: Stage, assert_accessible: Open, shot: Open, scheme: str, language: str) -> None:  # noqa: F811
    async with stage.house.database.transaction() as tx:
        for name, colour in (("Chain halt", "signal"), ("Tax", "moss")):
            known = {label.name: label for label in await conversations.labels(tx)}
            label = known.get(name) or await conversations.create_label(
                tx, stage.house.vault, name=name, by=SYSTEM, now=clock.now(), colour=colour
            )  # type: ignore[arg-type]
            await conversations.add_label(
                tx, stage.house.vault, by=SYSTEM, conversation_id=stage.scene.cases["noura"], label_id=label.id,
                now=clock.now(),
            )  # fmt: skip
    page = await stage.open(f"/desk?view=all~priority:normal,urgent&lang={language}", color_scheme=scheme)
    await page.keyboard.press("j")
    await page.keyboard.press("x")
    await page.wait_for_selector("#bulk:not([hidden])")
    await assert_accessible(page)
    await shot(page, "bulk")
    await page.goto(f"{stage.server.url}/desk/search?q=USDT&view=mine&lang={language}")
    await page.wait_for_selector("#list[data-found]")
    await assert_accessible(page)
    await shot(page, "search")
    await page.goto(f"{stage.server.url}/desk?view=spam&lang={language}")
    await assert_accessible(page)
    await shot(page, "empty")


async def test_a_phone_reaches_everything(stage: Stage, assert_accessible: Open, shot: Open) -> None:  # noqa: F811
    page = await stage.open("/desk?view=mine", viewport=PHONE, has_touch=True, is_mobile=True)
    await shot(page, "list")
    await page.tap(".inbox .phone-only summary")
    for words in ("Customer's turn", "Spam", "Payments", "Mentions", "Settings", "Sign out"):
        assert await page.is_visible(f'.phone-only :text("{words}")'), words
    await assert_accessible(page)
    await shot(page, "menu")
    await page.tap(".phone-only a:has-text('All open')")
    await page.wait_for_url("**/desk?view=all")
    await page.tap("[data-do=search]")
    await page.fill("#seek input", "USDT")
    await page.wait_for_selector("#list[data-found] mark")
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    await assert_accessible(page)
    await shot(page, "search")
    await page.tap(f"{ROWS} >> nth=0")
    await page.wait_for_selector("#composer, #log")
    await page.tap('[data-do="back"]')
    await page.wait_for_selector("#list[data-found]", state="visible")
    assert page.problems == []


async def test_the_list_keeps_its_order_while_it_changes(stage: Stage) -> None:  # noqa: F811
    now = clock.now()
    old = await scenes.queued(stage.house, stage.scene, "Ola", "pl", "czekam", now - timedelta(minutes=5))
    page = await stage.open("/desk?view=all~language:pl~sort:waiting")
    new = await scenes.queued(stage.house, stage.scene, "Jan", "pl", "stop it now", clock.now())

    async def order() -> list[str]:
        return list(await page.eval_on_selector_all(ROWS, "rows => rows.map((row) => row.dataset.id)"))

    await page.wait_for_selector(f"#row-{new}:has-text('stop it now')")
    assert await order() == [str(old), str(new)]
    async with stage.house.database.transaction() as tx:
        await conversations.reply(
            tx, stage.house.vault, by=stage.scene.agents["Mara Lindqvist"], conversation_id=old, now=clock.now(),
            text=guard.screen("We stop it."),
        )  # fmt: skip
    await page.wait_for_selector(f"#row-{old}:has-text('We stop it.')")
    assert await order() == [str(new), str(old)]


async def test_news_under_a_hand_that_is_down_waits_until_it_is_up(stage: Stage) -> None:  # noqa: F811
    page = await stage.open("/desk?view=mine")
    noura = stage.scene.cases["noura"]
    frame = await page.locator(f"#row-{noura}").bounding_box()
    await page.mouse.move(frame["x"] + frame["width"] / 2, frame["y"] + frame["height"] / 2)
    await page.mouse.down()
    await page.evaluate("rows.firstElementChild.dataset.old = 'yes'")
    async with page.expect_response("**/desk?view=mine") as coming:
        await page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    await (await coming.value).finished()
    await page.evaluate("new Promise((seen) => requestAnimationFrame(() => requestAnimationFrame(seen)))")
    await page.mouse.up()
    await page.wait_for_selector(f"#log[data-id='{noura}']")
    await page.wait_for_selector("#rows > :first-child:not([data-old])")


async def test_a_list_that_was_asked_for_before_a_row_changed_does_not_undo_it(stage: Stage) -> None:  # noqa: F811
    page = await stage.open("/desk?view=mine")
    noura = stage.scene.cases["noura"]
    asked, may_come = asyncio.Event(), asyncio.Event()

    async def slow(route: Any) -> None:
        if asked.is_set():  # the later ones are let through
            await route.continue_()
            return
        answer = await route.fetch()
        asked.set()
        await may_come.wait()
        await route.fulfill(response=answer)

    await page.route("**/desk?view=mine", slow)
    await page.evaluate("rows.firstElementChild.dataset.old = 'yes'")
    await page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    await asked.wait()
    await scenes.say(stage.house, stage.scene, noura, "أين أنتم؟", clock.now())
    row = page.locator(f"#row-{noura}", has_text="أين أنتم؟")
    await row.wait_for()
    may_come.set()
    await page.wait_for_selector("#rows > :first-child:not([data-old])")
    await expect(row).to_be_visible()


async def test_further_pages_stay_when_the_list_is_fetched_anew(stage: Stage) -> None:  # noqa: F811
    now = clock.now()
    for number in range(55):
        await scenes.open_case(
            stage.house, stage.scene, f"Joost {number}", "nl", now - timedelta(minutes=number), f"waar blijft {number}"
        )
    await scenes.number(stage.house)
    page = await stage.open("/desk?view=all~language:nl")
    for count in (50, 55):
        await page.click("[data-do=more]")
        await expect(page.locator(ROWS)).to_have_count(count)
    last = await page.locator(ROWS).last.get_attribute("data-id")
    await page.evaluate(
        "() => new Promise((done) => {"
        " new MutationObserver((_, me) => { me.disconnect(); done(); }).observe(rows, {childList: true});"
        " dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true})); })"
    )
    await expect(page.locator(ROWS)).to_have_count(55)
    assert await page.locator(ROWS).last.get_attribute("data-id") == last
    assert await page.evaluate("rows.scrollTop > 0")
