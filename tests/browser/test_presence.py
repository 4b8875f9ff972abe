"""Being here, in a browser: states, work given back, focus, sounds, what is unread, being called, the app."""

from __future__ import annotations

from typing import Any

import pytest

from bellrock import conversations, workbench
from bellrock.core import FIRST_LINE, SYSTEM, clock
from tests.browser.test_console import MARA, PHONE, TOMAS, Open, Stage, stage
from tests.web.agent import scene as scenes

__all__ = ["stage"]


async def case_of(stage: Stage, name: str) -> conversations.Conversation:
    async with stage.house.database.transaction() as tx:
        return await conversations.get(tx, viewer=SYSTEM, conversation_id=stage.scene.cases[name])


async def test_going_off_says_what_becomes_of_the_work(stage: Stage, assert_accessible: Open, shot: Open) -> None:
    page = await stage.open(stage.case("elif"))
    await page.wait_for_selector("body[data-presence=online]")
    await page.click(".me summary")
    await shot(page, "menu")
    await assert_accessible(page)
    await page.click(".presence.is-busy")
    await page.wait_for_selector("#online:has-text('Busy')")
    await page.click(".me summary")
    await page.click(".presence.is-offline")
    await page.wait_for_selector("#leaving[open] li:has-text('Elif')")
    assert await page.is_visible("#leaving li:has-text('the customer has the next step')")
    await assert_accessible(page)
    await shot(page, "leaving")
    await page.click("#leaving button[value=give]")
    await page.wait_for_selector("#online:has-text('Offline')")
    assert (await case_of(stage, "elif")).assignee_id != stage.scene.agents[MARA].id
    assert (await case_of(stage, "moritz")).assignee_id == stage.scene.agents[MARA].id
    assert page.problems == []


async def test_idle_is_away_until_a_hand_moves(stage: Stage) -> None:
    page = await stage.open(stage.case("elif"))
    await page.wait_for_selector("body[data-presence=online]")
    await page.clock.install()
    await page.reload()
    await page.wait_for_selector("body[data-presence=online]")
    await page.clock.fast_forward(11 * 60 * 1_000)
    await page.clock.run_for(31_000)
    await page.wait_for_selector("body[data-presence=away]")
    await page.mouse.click(700, 300)
    await page.wait_for_selector("body[data-presence=online]")


async def test_focus_leaves_one_case_and_no_noise(stage: Stage, assert_accessible: Open, shot: Open) -> None:
    page = await stage.open(stage.case("elif"))
    await page.mouse.click(700, 300)  # a page may sound once a hand was on it
    await scenes.say(stage.house, stage.scene, stage.scene.cases["noura"], "أما من أحد؟", clock.now())
    await page.wait_for_selector("html[data-sounded=message]", state="attached")
    await page.evaluate("delete document.documentElement.dataset.sounded")
    await page.keyboard.press("f")
    await page.wait_for_selector("body.focus[data-presence=busy]")
    await page.wait_for_selector("#rows", state="hidden")
    await assert_accessible(page)
    await shot(page)
    await page.wait_for_timeout(1_600)  # the rest after a sound
    await scenes.say(stage.house, stage.scene, stage.scene.cases["noura"], "من فضلكم", clock.now())
    await page.wait_for_selector(f"#row-{stage.scene.cases['noura']}:has-text('من فضلكم')", state="attached")
    assert await page.get_attribute("html", "data-sounded") is None
    async with stage.house.database.transaction() as tx:
        await conversations.record_decision(
            tx, stage.house.vault, conversation_id=stage.scene.cases["noura"], by=FIRST_LINE, now=clock.now(),
            data={"decision": "warn", "warns": "money_at_risk"},
        )  # fmt: skip
    await page.wait_for_selector(
        ".toast.signal:has-text('danger in a case of yours')"
    )  # money does not wait for its end
    await page.keyboard.press("f")
    await page.wait_for_selector("body[data-presence=online]:not(.focus)")


async def test_who_types_is_seen_though_word_of_their_coming_is_slower(stage: Stage) -> None:
    theirs = await stage.open(stage.case("elif", "all"), name=TOMAS)
    mine = await stage.open(stage.case("elif"))
    await theirs.wait_for_selector("#also:has-text('Mara Lindqvist')")
    await theirs.clock.set_fixed_time(clock.now())  # typing is told of for six seconds
    await mine.fill("#write-reply textarea", "It is safe, Elif.")
    await theirs.wait_for_selector("#also:has-text('is typing')")
    path = f"/desk/conversations/{stage.scene.cases['elif']}/presence"
    await mine.evaluate(
        """async (path) => (await fetch(path, {method: "POST", body: JSON.stringify({type: "viewing"}), headers: {
            "content-type": "application/json", "x-csrftoken": document.querySelector('meta[name="csrf"]').content}})).status""",
        path,
    )
    await scenes.say(stage.house, stage.scene, stage.scene.cases["elif"], "Hello?", clock.now())
    await theirs.wait_for_selector(".entry.customer:has-text('Hello?')")  # what was said before this has been heard
    assert "is typing" in await theirs.inner_text("#also")


async def test_unread_is_what_i_have_not_seen(stage: Stage) -> None:
    page = await stage.open(stage.case("elif"))
    noura = f"#row-{stage.scene.cases['noura']}"
    await page.wait_for_selector(f"{noura}.unread")
    await page.wait_for_selector(f"#row-{stage.scene.cases['elif']}:not(.unread)")
    await page.click(noura)
    await page.wait_for_selector(f"{noura}:not(.unread)")
    await page.click(f"#row-{stage.scene.cases['elif']}")
    await page.wait_for_selector(f"#log[data-id='{stage.scene.cases['elif']}']")
    await scenes.say(stage.house, stage.scene, stage.scene.cases["noura"], "مرحبا", clock.now())
    await page.wait_for_selector(f"{noura}.unread:has-text('مرحبا')")


async def test_a_call_is_heard_seen_and_counted(stage: Stage, assert_accessible: Open, shot: Open) -> None:
    page = await stage.open("/desk?view=mine", name=TOMAS)
    await page.mouse.click(700, 300)
    mara, tomas = stage.scene.agents[MARA], stage.scene.agents[TOMAS]
    async with stage.house.database.transaction() as tx:
        note = await conversations.note(
            tx, stage.house.vault, by=mara, conversation_id=stage.scene.cases["elif"],
            text=scenes.guard.screen("@Tomás Reyes, look"), now=clock.now(),
        )  # fmt: skip
        await workbench.mention(
            tx, stage.house.vault, by=mara, conversation_id=stage.scene.cases["elif"], note_id=note,
            agent_ids=[tomas.id], now=clock.now(),
        )  # fmt: skip
    await page.wait_for_selector("#mentions:has-text('1')")
    await page.wait_for_selector("html[data-sounded=mentioned]", state="attached")
    await page.goto(stage.server.url + "/desk/mentions")
    await assert_accessible(page)
    await shot(page)
    await page.click(f"#row-{stage.scene.cases['elif']}")
    await page.wait_for_selector("#composer")
    await page.wait_for_selector("#mentions:has-text('1')", state="detached")


async def test_a_call_is_heard_though_a_case_came_a_moment_before(stage: Stage) -> None:
    page = await stage.open("/desk?view=mine", name=TOMAS)
    await page.mouse.click(700, 300)
    mara, tomas = stage.scene.agents[MARA], stage.scene.agents[TOMAS]
    case_id = stage.scene.cases["moritz"]
    await page.evaluate(
        "window.heard = []; new MutationObserver(() => heard.push(document.documentElement.dataset.sounded))"
        ".observe(document.documentElement, {attributeFilter: ['data-sounded']})"
    )
    async with stage.house.database.transaction() as tx:
        await conversations.assign(
            tx, stage.house.vault, by=mara, conversation_id=case_id, agent_id=tomas.id, now=clock.now()
        )
        note = await conversations.note(
            tx, stage.house.vault, by=mara, conversation_id=case_id, text=scenes.guard.screen("@Tomás Reyes, yours"),
            now=clock.now(),
        )  # fmt: skip
        await workbench.mention(
            tx, stage.house.vault, by=mara, conversation_id=case_id, note_id=note, agent_ids=[tomas.id], now=clock.now()
        )

    await page.wait_for_function("() => heard.includes('assigned') && heard.includes('mentioned')")


async def test_it_installs_as_an_app_and_says_when_there_is_no_network(stage: Stage) -> None:
    page = await stage.open(stage.case("elif"))
    scope = await page.evaluate("navigator.serviceWorker.ready.then((worker) => worker.scope)")
    assert scope == f"{stage.server.url}/desk"
    session = await page.context.new_cdp_session(page)
    found = await session.send("Page.getAppManifest")
    assert found["errors"] == []
    assert "standalone" in found["data"]
    await page.reload()  # now the worker answers
    assert await page.evaluate("Boolean(navigator.serviceWorker.controller)")
    cached = await page.evaluate("caches.keys()")
    assert cached == []  # no page of a customer is kept on the device


@pytest.mark.parametrize(("language", "viewport"), [("ar", None), ("zh-Hans", PHONE)])
async def test_going_off_reads_well(
    stage: Stage, assert_accessible: Open, shot: Open, language: str, viewport: Any
) -> None:
    options = {"viewport": viewport, "has_touch": True} if viewport else {"color_scheme": "dark"}
    page = await stage.open(f"/desk?view=mine&lang={language}", **options)
    await page.wait_for_selector("body[data-presence]")
    await page.evaluate("document.querySelector('.presence.is-offline').click()")
    await page.wait_for_selector("#leaving[open] li")
    await assert_accessible(page)
    await shot(page, "leaving")
