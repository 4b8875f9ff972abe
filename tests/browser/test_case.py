"""A case in a browser: labels, translation both ways, words and pictures taken out, split and merged, earlier entries."""

# ruff: noqa: F401, F811
from __future__ import annotations

import io
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from PIL import Image, ImageDraw
from playwright.async_api import expect

from bellrock import channels, conversations, guard, incidents, people, workbench
from bellrock.core import clock, new_id
from tests.browser.test_console import MARA, PHONE, Stage, stage
from tests.web.agent import scene as scenes

Open = Callable[..., Awaitable[Any]]


def picture() -> bytes:
    made = Image.new("RGB", (640, 400), (246, 243, 236))
    draw = ImageDraw.Draw(made)
    for line in range(5):
        draw.text((40, 60 + line * 60), f"Account 0047 1181 {line}   Elif Yilmaz", fill=(20, 30, 60), font_size=26)
    out = io.BytesIO()
    made.save(out, "PNG")
    return out.getvalue()


async def furnish(stage: Stage) -> None:
    """Labels, an incident, a picture of the customer's, and another case of theirs."""
    house, now = stage.house, clock.now()
    mara = stage.scene.agents[MARA]
    async with house.database.transaction() as tx:
        await workbench.choose(tx, agent_id=mara.id, hold_seconds=0)
        for name, colour in (("VIP", "sand"), ("Wrong network", "sea"), ("Follow up", "heather")):
            if not [label for label in await conversations.labels(tx) if label.name == name]:
                await conversations.create_label(tx, house.vault, name=name, colour=colour, by=mara.actor, now=now)  # type: ignore[arg-type]
        text = incidents.Text(guard.screen("USDT deposits on BNB Smart Chain are late"), guard.screen("We know why."))
        await incidents.open_incident(
            tx, house.vault, texts={"en": text}, topics=["deposit_missing"], by=mara.actor, now=now
        )
        case = await conversations.get(tx, viewer=mara, conversation_id=stage.scene.cases["elif"])
        customer = await people.customer(tx, customer_id=case.customer_id)
        file = await channels.attach_file(
            tx, house.vault, house.files, by=customer, customer_id=customer.id, client_key=f"file-{new_id()}",
            name="statement.png", data=picture(), now=now,
        )  # fmt: skip
        await conversations.receive(
            tx, house.vault, customer=customer, conversation_id=case.id, file_ids=[file.id], now=now,
            text=guard.screen("Adresim 12 Karanfil Sokak. Faturam burada."), client_key=str(new_id()),
        )  # fmt: skip
        await channels.send_files(tx, by=customer, conversation_id=case.id, file_ids=[file.id], now=now)
        other = await conversations.open_conversation(
            tx, house.vault, customer=customer, channel="web", language="tr", now=now
        )
        await conversations.receive(
            tx, house.vault, customer=customer, conversation_id=other.id, now=now,
            text=guard.screen("Bir sorum daha var."), client_key=str(new_id()),
        )  # fmt: skip
        await conversations.assign(
            tx, house.vault, by=mara, conversation_id=other.id, agent_id=mara.id, team_id=stage.scene.payments, now=now
        )
    stage.scene.cases["other"] = other.id
    await scenes.number(house)


async def test_a_day_with_one_case(stage: Stage, assert_accessible: Open, shot: Open) -> None:
    await furnish(stage)
    page = await stage.open(stage.case("elif"))

    # A label by its key, and again off.
    await page.keyboard.press("l")
    await page.click('#menu-label button:has-text("Wrong network")')
    await page.wait_for_selector('#pane .label-tag:has-text("Wrong network")')
    await page.wait_for_selector('#menu-label [aria-pressed="true"]:has-text("Wrong network")')
    await assert_accessible(page)
    await shot(page, "label")
    await page.keyboard.press("Escape")

    # The incident it is about.
    await page.click("#menu-more > summary")
    await shot(page, "more")
    await page.click('#menu-more button:has-text("USDT deposits")')
    await page.wait_for_selector('#pane h3:has-text("Incident")')

    # Translation inline; the original is one key away.
    entry = page.locator(".entry.customer", has_text="Param kayboldu mu?").last
    await entry.hover()
    await entry.get_by_role("button", name="Translate").click()
    await entry.locator(".translation", has_text="Is my money lost?").wait_for()
    await shot(page, "translated")
    await page.keyboard.press("o")
    await entry.locator(".text:not(.translation)").wait_for(state="visible")
    await entry.locator(".translation").wait_for(state="hidden")

    # What is sent is the translation; the customer can read the original.
    await page.keyboard.press("r")
    await page.fill("#write-reply textarea", "Your 1,250 USDT are safe.")
    await page.click('[data-do="translate-reply"]')
    await page.wait_for_selector("#write-reply .written:visible")
    await expect(page.locator("#write-reply textarea")).to_have_value("1,250 USDT güvende.")
    await assert_accessible(page)
    await shot(page, "reply")
    await page.click("#write-reply .send")
    await page.wait_for_selector(".entry.ours details.original")

    # Words taken out: chosen in a dialog, gone for good.
    await page.keyboard.press("Escape")
    entry = page.locator(".entry.customer", has_text="Karanfil Sokak")
    await entry.hover()
    await entry.get_by_role("button", name="Take words out").click()
    await page.fill("#redact-span", "12 Karanfil Sokak")
    await assert_accessible(page)
    await shot(page, "redact")
    await page.click("#redact button.main")
    await page.wait_for_selector('.entry.customer:has-text("Adresim █████.")')
    await expect(page.locator("text=12 Karanfil Sokak")).to_have_count(0)

    # A picture, large; a box moved with the keyboard, another drawn; painted over for good.
    await page.click(".entry a[data-look]")
    await page.wait_for_selector("#lightbox[open] img")
    await page.keyboard.press("+")
    await page.keyboard.press("0")
    await shot(page, "lightbox")
    await page.click("#lightbox [data-part=paint]")
    await page.click("#lightbox [data-part=add]")
    await page.keyboard.press("ArrowUp")
    await page.keyboard.press("Shift+ArrowRight")
    frame = await page.locator("#lightbox img").bounding_box()
    await page.mouse.move(frame["x"] + 30, frame["y"] + 40)
    await page.mouse.down()
    await page.mouse.move(frame["x"] + frame["width"] * 0.6, frame["y"] + 90, steps=4)
    await page.mouse.up()
    await expect(page.locator("#lightbox .box")).to_have_count(2)
    await assert_accessible(page)
    await shot(page, "painting")
    await page.click("#lightbox [data-part=keep]")
    await page.wait_for_selector('.entry .files:has-text("Painted over")')

    # Split off, and merged back.
    await page.click("#menu-more > summary")
    await page.click('[data-do="split"]')
    entry = page.locator(".entry.customer", has_text="Adresim")
    await entry.locator(".split-pick input").check()
    await shot(page, "split")
    await page.click("#splitting .main")
    await page.wait_for_selector("text=Now a case of its own")
    await page.wait_for_selector(f"#log:not([data-id='{stage.scene.cases['elif']}'])")
    new = await page.get_attribute("#log", "data-id")
    await page.click("#menu-more > summary")
    await page.locator('form[data-act="merge"] button').last.click()
    await page.wait_for_function("id => document.getElementById('log').dataset.id !== id", arg=new)
    assert page.problems == []


@pytest.mark.parametrize(("language", "scheme"), [("en", "dark"), ("ar", "light"), ("zh-Hans", "dark")])
async def test_reads_well_with_everything_on_it(
    stage: Stage,
    assert_accessible: Open,
    shot: Open,
    language: str,
    scheme: str,
) -> None:
    await furnish(stage)
    page = await stage.open(f"{stage.case('elif')}&lang={language}", color_scheme=scheme)
    await page.click("#menu-more > summary")
    await assert_accessible(page)
    await shot(page)
    await page.keyboard.press("Escape")
    await page.click(".entry a[data-look]")
    await page.click("#lightbox [data-part=paint]")
    await page.click("#lightbox [data-part=add]")
    await assert_accessible(page)
    await shot(page, "painting")
    assert page.problems == []


async def test_on_a_phone(stage: Stage, shot: Open) -> None:
    await furnish(stage)
    page = await stage.open(stage.case("elif"), viewport=PHONE, has_touch=True)
    await shot(page, "case")
    await page.click("#menu-more > summary")
    await shot(page, "more")
    await page.keyboard.press("Escape")
    await page.locator(".entry a[data-look]").last.click()
    await page.click("#lightbox [data-part=paint]")
    await shot(page, "painting")
    wide = await page.evaluate("document.documentElement.scrollWidth > innerWidth")
    assert not wide
    await page.keyboard.press("Escape")

    # A secret comes in: the right pane tells it at once, and leads to its line.
    phrase = "legal winner thank year wave sausage worth useful legal winner thank yellow"
    await scenes.say(stage.house, stage.scene, stage.scene.cases["elif"], phrase, clock.now())
    await scenes.number(stage.house)
    await page.wait_for_selector(".risks a", state="attached")
    await page.click('[data-do="pane"]:visible')
    await page.locator(".risks a").first.click()
    await page.wait_for_selector('.entry:focus:has-text("[recovery phrase removed]")')
    assert not await page.locator(".desk.with-pane").count()
    assert page.problems == []
