"""The console in a browser: what an agent sees, the keys, the command bar, live changes, and two people at one case."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from playwright.async_api import expect

from bellrock.core import clock, settings
from tests.fixtures.serving import LiveServer
from tests.web.agent import scene as scenes
from tests.web.agent.scene import Scene

MARA, TOMAS = "Mara Lindqvist", "Tomás Reyes"
PHONE = {"width": 390, "height": 844}
WIDE = {"width": 1440, "height": 900}
Open = Callable[..., Awaitable[Any]]


class Stage:
    """The scene on a running server, and browsers of its people."""

    def __init__(
        self, server: LiveServer, house: Any, scene: Scene, new_context: Callable[..., Awaitable[Any]]
    ) -> None:
        self.server, self.house, self.scene, self._new_context = server, house, scene, new_context

    async def open(self, path: str, *, name: str = MARA, **options: Any) -> Any:
        context = await self._new_context(**{"viewport": WIDE, **options})
        cookies = {"bellrock_agent": self.scene.tokens[name], "tz": "UTC"}
        await context.add_cookies(
            [{"name": key, "value": value, "url": self.server.url} for key, value in cookies.items()]
        )
        page = await context.new_page()
        page.problems = []
        page.on("pageerror", lambda error: page.problems.append(str(error)))
        page.on(
            "console", lambda line: page.problems.append(line.text) if "Content Security Policy" in line.text else None
        )
        await page.goto(self.server.url + path)
        await page.wait_for_selector("html[data-ready]")
        return page

    def case(self, name: str, view: str = "mine") -> str:
        return f"/desk/conversations/{self.scene.cases[name]}?view={view}"


@pytest.fixture
async def stage(live_server: LiveServer, new_context: Callable[..., Awaitable[Any]]) -> Any:
    from bellrock.app import open_house

    values = {
        "BELLROCK_DATABASE_URL": live_server.database_url,
        "BELLROCK_DATA": str(live_server.folder / "data"),
        "BELLROCK_KEYS": str(live_server.folder / "keys"),
        "BELLROCK_CHECKPOINTS": str(live_server.folder / "checkpoints"),
        "BELLROCK_DEMO": "1",
    }
    async with open_house(settings.load(values)) as house:
        scene = await scenes.build(house)
        # Whoever signs in is there for the router: cases come to them when a test gives them one, not in between. A router
        # that is at it has done before the first case is there.
        async with house.database.transaction() as tx:
            await tx.execute("SELECT pg_advisory_xact_lock(hashtext('bellrock.routing'))")
            await tx.execute(
                "UPDATE agents SET capacity = 0 WHERE id = ANY(%s)", ([a.id for a in scene.agents.values()],)
            )
        await scenes.add_conversations(house, scene)
        yield Stage(live_server, house, scene, new_context)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "zh-Hans", "ar"])
async def test_reads_well_in_every_language_and_light(
    stage: Stage, assert_accessible: Open, shot: Open, scheme: str, language: str
) -> None:
    page = await stage.open(f"{stage.case('elif')}&lang={language}", color_scheme=scheme)
    await page.wait_for_selector("text=Param kayboldu mu?")
    await assert_accessible(page)
    await shot(page)
    assert page.problems == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_command_bar_note_and_help_are_accessible(
    stage: Stage, assert_accessible: Open, shot: Open, scheme: str
) -> None:
    page = await stage.open(stage.case("elif"), color_scheme=scheme)
    await page.keyboard.press("Control+k")
    await page.wait_for_selector("#command[open]")
    await assert_accessible(page)
    await shot(page, "command")
    await page.keyboard.press("Escape")
    await page.wait_for_selector("#command:not([open])", state="attached")
    await page.keyboard.press("n")
    await page.wait_for_selector("#composer.writes-note")
    await assert_accessible(page)
    await shot(page, "note")
    await page.keyboard.press("Escape")
    await page.keyboard.press("Shift+Slash")
    await page.wait_for_selector("#help[open]")
    await assert_accessible(page)
    await shot(page, "help")


async def test_a_key_right_after_the_command_bar_is_not_lost(stage: Stage) -> None:
    page = await stage.open(stage.case("elif"))
    await page.keyboard.press("Control+k")
    await page.wait_for_selector("#command[open]")
    session = await page.context.new_cdp_session(page)
    # Both keys before the browser draws again: until then the focus is in the field of the closed bar.
    await asyncio.gather(
        *(
            session.send(
                "Input.dispatchKeyEvent", {"type": kind, "key": key, "code": code, "windowsVirtualKeyCode": number}
            )
            for key, code, number in (("Escape", "Escape", 27), ("n", "KeyN", 78))
            for kind in ("keyDown", "keyUp")
        )
    )
    await page.wait_for_selector("#composer.writes-note")


async def test_folds_on_a_phone(stage: Stage, assert_accessible: Open, shot: Open) -> None:
    page = await stage.open("/desk?view=mine", viewport=PHONE, has_touch=True, is_mobile=True)
    await assert_accessible(page)
    await shot(page, "list")
    await page.tap(f"#row-{stage.scene.cases['elif']}")
    await page.wait_for_selector("#composer")
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    await page.wait_for_selector("#rows", state="hidden")
    await assert_accessible(page)
    await shot(page, "case")
    await page.tap('[data-do="back"]')
    await page.wait_for_selector("#rows", state="visible")


async def test_empty_views_say_what_to_do(stage: Stage, assert_accessible: Open, shot: Open) -> None:
    page = await stage.open("/desk?view=mine", name="Omar Haddad")
    await page.wait_for_selector("text=Nothing waits for you")
    await assert_accessible(page)
    await shot(page)


async def test_keys_walk_open_write_and_switch_off(stage: Stage) -> None:
    page = await stage.open("/desk?view=mine")
    await page.keyboard.press("j")
    assert await page.evaluate("document.activeElement === document.querySelector('#list .row')")
    await page.keyboard.press("j")
    assert await page.evaluate("document.activeElement === document.querySelectorAll('#list .row')[1]")
    await page.keyboard.press("k")
    await page.keyboard.press("Enter")
    await page.wait_for_selector("#composer")
    await page.keyboard.press("r")
    await page.keyboard.type("jkenaspr ?")  # while writing, keys are letters
    assert await page.input_value("#write-reply textarea") == "jkenaspr ?"
    await page.keyboard.press("Escape")
    await page.keyboard.press("p")
    await page.wait_for_selector("#menu-priority[open]")
    await page.keyboard.press("Escape")
    await page.keyboard.press("Shift+Slash")
    await page.uncheck("#keys-on")
    await page.keyboard.press("Escape")
    await page.wait_for_selector("#help:not([open])", state="attached")
    await page.keyboard.press("n")
    assert await page.get_attribute("#composer", "data-mode") == "reply"


async def test_a_reply_is_sent_once_and_seen_by_a_colleague(stage: Stage) -> None:
    mine = await stage.open(stage.case("elif"))
    theirs = await stage.open(stage.case("elif", "all"), name=TOMAS)
    await mine.wait_for_selector("#also:has-text('Tomás Reyes')")
    await mine.fill("#write-reply textarea", "It is safe, Elif.")
    await theirs.wait_for_selector("#also:has-text('is typing')")
    await mine.press("#write-reply textarea", "Control+Enter")
    await mine.wait_for_selector(".entry.ours:has-text('It is safe, Elif.')")
    await theirs.wait_for_selector(".entry.ours:has-text('It is safe, Elif.')")
    await expect(mine.locator("#write-reply textarea")).to_have_value("")
    await expect(mine.locator(".entry:has-text('It is safe, Elif.')")).to_have_count(1)
    assert mine.problems == theirs.problems == []


async def test_a_double_reply_is_asked_about(stage: Stage, shot: Open) -> None:
    mine = await stage.open(stage.case("elif"))
    theirs = await stage.open(stage.case("elif", "all"), name=TOMAS)
    await mine.fill("#write-reply textarea", "Mine.")
    await theirs.fill("#write-reply textarea", "Theirs.")
    await theirs.press("#write-reply textarea", "Control+Enter")
    await mine.wait_for_selector(".entry.ours:has-text('Theirs.')")
    await mine.press("#write-reply textarea", "Control+Enter")
    await mine.wait_for_selector("#guard")
    await shot(mine)
    assert await mine.locator(".entry:has-text('Mine.')").count() == 0
    await mine.click("text=Send mine too")
    await mine.wait_for_selector(".entry.ours:has-text('Mine.')")


async def test_new_messages_and_conversations_appear_by_themselves(stage: Stage) -> None:
    page = await stage.open(stage.case("elif", "all"))
    await scenes.say(stage.house, stage.scene, stage.scene.cases["elif"], "Are you there?", clock.now())
    await page.wait_for_selector(".entry.customer:has-text('Are you there?')")
    await page.wait_for_selector(f"#list li:first-child #row-{stage.scene.cases['elif']}:has-text('Are you there?')")
    new = await scenes.queued(stage.house, stage.scene, "Somchai P.", "en", "stop it now", clock.now())
    await page.wait_for_selector(f"#row-{new}:has-text('stop it now')")


async def test_a_lost_line_is_said_and_nothing_is_missed(stage: Stage) -> None:
    page = await stage.open(stage.case("elif", "all"))
    await page.context.set_offline(True)
    await page.evaluate("dispatchEvent(new Event('online'))")  # the line is tried at once and found dead
    await page.wait_for_selector("#offline:not([hidden])")
    await scenes.say(stage.house, stage.scene, stage.scene.cases["elif"], "Said meanwhile.", clock.now())
    await page.context.set_offline(False)
    await page.wait_for_selector(".entry.customer:has-text('Said meanwhile.')")
    await page.wait_for_selector("#offline", state="hidden")
    assert await page.locator(".entry:has-text('Said meanwhile.')").count() == 1


async def test_resolve_opens_the_next_and_can_be_undone(stage: Stage) -> None:
    page = await stage.open(stage.case("elif"))
    await page.keyboard.press("e")
    await page.wait_for_selector(f"#log:not([data-id='{stage.scene.cases['elif']}'])")
    await page.wait_for_selector(f"#row-{stage.scene.cases['elif']}", state="detached")
    await page.click(".toast button")
    await page.wait_for_selector(f"#log[data-id='{stage.scene.cases['elif']}']")
    await page.wait_for_selector(f"#row-{stage.scene.cases['elif']}")


async def test_the_command_bar_finds_and_does(stage: Stage) -> None:
    page = await stage.open(stage.case("elif"))
    reference = await page.get_attribute(f"#row-{stage.scene.cases['moritz']}", "data-ref")
    await page.keyboard.press("Control+k")
    await page.keyboard.type(str(reference)[3:])
    await page.wait_for_selector("#hits [role=option]:has-text('Moritz Brandt')")
    await page.keyboard.press("Enter")
    await page.wait_for_selector(f"#log[data-id='{stage.scene.cases['moritz']}']")
    await page.keyboard.press("Control+k")
    await page.keyboard.type("note")
    await page.keyboard.press("Enter")
    await page.wait_for_selector("#composer.writes-note")


async def test_a_draft_is_there_after_a_reload(stage: Stage) -> None:
    page = await stage.open(stage.case("noura"))
    await page.fill("#write-reply textarea", "Half an answer")
    await page.wait_for_selector("#kept:has-text('Draft kept')")
    await page.reload()
    await expect(page.locator("#write-reply textarea")).to_have_value("Half an answer")


async def test_works_without_a_script(stage: Stage) -> None:
    context = await stage._new_context(java_script_enabled=False, viewport=WIDE)
    await context.add_cookies([{"name": "bellrock_agent", "value": stage.scene.tokens[MARA], "url": stage.server.url}])
    page = await context.new_page()
    await page.goto(stage.server.url + "/desk?view=mine")
    await page.click(f"#row-{stage.scene.cases['noura']}")
    await page.fill("#write-reply textarea", "Without a script.")
    await page.click("#write-reply .btn.main")
    await page.wait_for_selector(".entry.ours:has-text('Without a script.')")
    await page.click("#menu-snooze summary")
    await page.click("#menu-snooze button >> nth=0")
    await expect(page).to_have_url(re.compile(r"/desk/conversations/"))
    await page.click("#resolve")
    await expect(page).not_to_have_url(re.compile(str(stage.scene.cases["noura"])))
