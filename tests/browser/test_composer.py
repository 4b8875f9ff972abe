"""Writing in a browser: what # :: and @ offer, replies that can be taken back, macros, snooze in words, keys that move."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from playwright.async_api import expect

from bellrock import conversations, guard, people, workbench
from bellrock.conversations import Priority
from bellrock.core import SYSTEM, clock, new_id
from bellrock.workbench import Step
from tests.browser.test_console import MARA, PHONE, TOMAS, Open, Stage, stage

__all__ = ["stage"]
AREA = "#write-reply textarea"


async def prioritise(stage: Stage, key: str, priority: Priority) -> None:
    """Have a colleague change how urgent a case is, as news for whoever has it open."""
    async with stage.house.database.transaction() as tx:
        await conversations.set_priority(
            tx, stage.house.vault, by=stage.scene.agents[TOMAS],
            conversation_id=stage.scene.cases[key], priority=priority, now=clock.now(),
        )  # fmt: skip


async def canned(stage: Stage, text: str, **more: str) -> tuple[UUID, str]:
    """Keep a canned reply under a short name of its own."""
    name = f"t{new_id().hex[-12:]}"
    texts = {"en": text, **more}
    async with stage.house.database.transaction() as tx:
        id = await workbench.save_canned(
            tx,
            stage.house.vault,
            shortcut=name,
            team_id=None,
            texts={code: (guard.screen(f"Found {name}"), guard.screen(said)) for code, said in texts.items()},
            by=stage.scene.agents[MARA],
            now=clock.now(),
        )
    return id, name


async def macro(stage: Stage, name: str, *steps: Step) -> UUID:
    async with stage.house.database.transaction() as tx:
        return await workbench.save_macro(
            tx, stage.house.vault, name=guard.screen(name), team_id=stage.scene.payments, steps=steps,
            by=stage.scene.agents[MARA], now=clock.now(),
        )  # fmt: skip


async def choose(stage: Stage, name: str = MARA, **choice: Any) -> None:
    async with stage.house.database.transaction() as tx:
        await workbench.choose(tx, agent_id=stage.scene.agents[name].id, **choice)


async def case_of(stage: Stage, name: str) -> conversations.Conversation:
    async with stage.house.database.transaction() as tx:
        return await conversations.get(tx, viewer=SYSTEM, conversation_id=stage.scene.cases[name])


async def test_what_is_missing_is_red_and_stops_the_reply(stage: Stage, assert_accessible: Open, shot: Open) -> None:
    await choose(stage, hold_seconds=0)
    _, name = await canned(stage, "x", tr="Sayın {{customer_name}}, işleminiz {{txid}}, emriniz {{order_id}}.")
    page = await stage.open(stage.case("elif"))
    await page.keyboard.press("r")
    await page.keyboard.type(f"#{name[:8]}")
    await page.wait_for_selector("#offers [role=option] >> nth=0")
    await page.keyboard.type(name[8:])
    await page.wait_for_selector(f"#offers [role=option]:has-text('{name}'):only-child")
    await assert_accessible(page)
    await shot(page, "offers")
    await page.keyboard.press("Enter")
    text = await page.input_value(AREA)
    assert text == "Sayın Elif Yılmaz, işleminiz 0x9c4f02be77d1e21b, emriniz {{order_id}}."
    assert await page.text_content("#write-reply .missing") == "Still to fill in:Order"
    assert await page.text_content("#write-reply .mirror mark") == "{{order_id}}"
    await assert_accessible(page)
    await shot(page, "missing")
    await page.keyboard.press("Control+Enter")
    await page.wait_for_selector(".toast.signal")
    assert await page.locator(".entry.ours:has-text('emriniz')").count() == 0
    await page.keyboard.type("A-77")  # the gap was selected
    assert (await page.input_value(AREA)).endswith("emriniz A-77.")
    await page.wait_for_selector("#write-reply .missing", state="hidden")
    await page.keyboard.press("Control+Enter")
    await page.wait_for_selector(".entry.ours:has-text('emriniz A-77.')")
    assert page.problems == []


async def test_articles_and_colleagues_are_a_sign_away(stage: Stage, shot: Open) -> None:
    page = await stage.open(stage.case("elif"))
    await page.keyboard.press("r")
    await page.keyboard.type("See ::deposit")
    await page.wait_for_selector("#offers [role=option]")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Escape")
    assert not await page.is_visible("#offers")
    assert await page.input_value(AREA) == "See ::deposit"
    await page.keyboard.press("Backspace")
    await page.wait_for_selector("#offers [role=option]")
    await page.keyboard.press("Tab")
    assert "/help/" in await page.input_value(AREA)
    await page.fill(AREA, "")
    await page.keyboard.press("Escape")
    await page.keyboard.press("n")
    await page.keyboard.type("@tom")
    await page.wait_for_selector(f"#offers [role=option]:has-text('{TOMAS}')")
    await shot(page, "mention")
    await page.keyboard.press("Enter")
    await page.keyboard.type("have a look")
    await page.keyboard.press("Control+Enter")
    await page.wait_for_selector(f".entry.note:has-text('@{TOMAS} have a look')")
    async with stage.house.database.transaction() as tx:
        cursor = await tx.execute(
            "SELECT name FROM mentions JOIN agents ON agents.id = agent_id WHERE conversation_id = %s",
            (stage.scene.cases["elif"],),
        )
        assert [row["name"] for row in await cursor.fetchall()] == [TOMAS]


async def test_enter_takes_what_was_typed_for_not_what_is_shown_yet(stage: Stage) -> None:
    page = await stage.open(stage.case("elif"))
    await page.keyboard.press("n")
    await page.keyboard.type("@")
    await page.wait_for_selector("#offers [role=option]")
    assert TOMAS not in await page.inner_text("#offers [role=option] >> nth=0")
    await page.keyboard.type("tom")
    await page.keyboard.press("Enter")
    await expect(page.locator("#write-note textarea")).to_have_value(f"@{TOMAS} ")


async def test_a_reply_waits_for_its_author_and_comes_back_whole(
    stage: Stage, assert_accessible: Open, shot: Open
) -> None:
    await choose(stage, hold_seconds=30)
    page = await stage.open(stage.case("elif"))
    await page.fill(AREA, "Too early.")
    await page.set_input_files(
        "#write-reply [name=files]", {"name": "a.txt", "mimeType": "text/plain", "buffer": b"hello"}
    )
    await page.press(AREA, "Control+Enter")
    await page.wait_for_selector("#held .held:has-text('goes out in')")
    await assert_accessible(page)
    await shot(page, "held")
    assert await page.locator(".entry:has-text('Too early.')").count() == 0
    await page.reload()  # it is the server that holds it
    await page.wait_for_selector("#held .held")
    await page.keyboard.press("z")
    await expect(page.locator(AREA)).to_have_value("Too early.")
    await page.fill(AREA, "In time.")
    await page.press(AREA, "Control+Enter")
    await page.wait_for_selector("#held .held")
    await page.press(AREA, "Control+z")  # the field is empty: the reply is what is undone
    await expect(page.locator(AREA)).to_have_value("In time.")
    await page.press(AREA, "Control+Enter")
    await page.click("#held button:has-text('Send now')")
    await page.wait_for_selector(".entry.ours:has-text('In time.')")
    await expect(page.locator("#held .held")).to_have_count(0)
    assert page.problems == []


async def test_a_closed_page_sends_all_the_same_and_a_quicker_colleague_stops_it(stage: Stage) -> None:
    await choose(stage, hold_seconds=5)
    await choose(stage, TOMAS, hold_seconds=0)
    page = await stage.open(stage.case("elif"))
    theirs = await stage.open(stage.case("elif", "all"), name=TOMAS)
    await page.fill(AREA, "Sent by the house.")
    await page.press(AREA, "Control+Enter")
    await page.wait_for_selector("#held .held")
    await page.close()
    await theirs.wait_for_selector(".entry.ours:has-text('Sent by the house.')", timeout=20_000)
    await choose(stage, hold_seconds=30)
    page = await stage.open(stage.case("elif"))
    await page.fill(AREA, "Mine.")
    await page.press(AREA, "Control+Enter")
    await page.wait_for_selector("#held .held")
    await theirs.fill(AREA, "Theirs.")
    await theirs.press(AREA, "Control+Enter")
    await page.wait_for_selector(".entry.ours:has-text('Theirs.')")
    await page.click("#held button:has-text('Send now')")
    await expect(page.locator(AREA)).to_have_value("Mine.")
    assert await page.locator(".entry:has-text('Mine.')").count() == 0


async def test_sent_and_resolved_the_next_one_opens(stage: Stage) -> None:
    await choose(stage, hold_seconds=30)
    page = await stage.open(stage.case("elif"))
    await page.fill(AREA, "All is well now.")
    await page.press(AREA, "Control+Shift+Enter")
    await page.wait_for_selector(f"#log:not([data-id='{stage.scene.cases['elif']}'])")
    await page.click("#held button:has-text('Send now')")
    await page.wait_for_selector(f"#row-{stage.scene.cases['elif']}", state="detached")
    assert (await case_of(stage, "elif")).status == "resolved"


async def test_a_macro_is_shown_before_it_is_done(stage: Stage, assert_accessible: Open, shot: Open) -> None:
    id, _ = await canned(stage, "x", tr="Merhaba {{customer_name}}, {{amount}}, {{order_id}}")
    await macro(stage, "Money is safe", Step("reply", str(id)), Step("priority", "high"), Step("resolve"))
    page = await stage.open(stage.case("elif"))
    await page.keyboard.press("m")
    await page.keyboard.type("money")
    await assert_accessible(page)
    await page.keyboard.press("Enter")
    await page.wait_for_selector("#macros li:has-text('Resolve the conversation')")
    await assert_accessible(page)
    await shot(page, "plan")
    assert (await case_of(stage, "elif")).priority == "normal"
    await page.click("#macros button:has-text('Do it')")  # a gap is left: nothing happens
    await page.keyboard.type("A-77")
    await page.click("#macros button:has-text('Do it')")
    await page.wait_for_selector(f"#log:not([data-id='{stage.scene.cases['elif']}'])")
    after = await case_of(stage, "elif")
    assert (after.priority, after.status) == ("high", "resolved")


async def test_snooze_is_said_back_before_it_is_done(stage: Stage, shot: Open) -> None:
    async with stage.house.database.transaction() as tx:
        case = await conversations.get(tx, viewer=SYSTEM, conversation_id=stage.scene.cases["elif"])
        await people.note_zone(tx, customer_id=case.customer_id, zone="Asia/Tokyo")
    page = await stage.open(stage.case("elif"))
    await page.keyboard.press("s")
    assert await page.is_visible('#menu-snooze button:has-text("Tomorrow morning, customer\'s time")')
    await page.fill("#snooze-words", "banana")
    await page.wait_for_selector(".in-words output.wrong")
    await page.fill("#snooze-words", "tomorrow nine, customer's time")
    await page.wait_for_selector(".in-words output:has-text('where the customer has 09:00')")
    await shot(page, "snooze")
    await page.press("#snooze-words", "Enter")
    await page.wait_for_selector(f"#row-{stage.scene.cases['elif']}", state="detached")
    until = (await case_of(stage, "elif")).snoozed_until
    assert until is not None
    assert (until.hour, until.minute) == (0, 0)


async def test_news_leaves_what_is_typed_in_a_menu(stage: Stage) -> None:
    page = await stage.open(stage.case("elif"))
    await page.keyboard.press("s")
    await page.fill("#snooze-words", "tomorrow 9")
    await prioritise(stage, "elif", "low")
    await page.wait_for_selector("#menu-priority button[aria-current=true]:has-text('Low')", state="attached")
    assert await page.input_value("#snooze-words") == "tomorrow 9"
    assert await page.evaluate("document.activeElement.id") == "snooze-words"
    await page.keyboard.type(":30")
    await page.wait_for_selector(".in-words output:has-text('09:30')")
    assert page.problems == []


async def test_typing_claims_and_echoes_at_once(stage: Stage) -> None:
    async with stage.house.database.transaction() as tx:
        await conversations.assign(
            tx, stage.house.vault, by=stage.scene.agents[MARA], conversation_id=stage.scene.cases["noura"],
            agent_id=None, now=clock.now(),
        )  # fmt: skip
    page = await stage.open(stage.case("noura", "all"), name=TOMAS)
    await page.evaluate(
        f"""() => {{ const area = document.querySelector('{AREA}'); window.echo = [];
        area.addEventListener('keydown', () => {{ const began = performance.now();
          area.addEventListener('input', () => window.echo.push(performance.now() - began), {{ once: true }}); }}); }}"""
    )
    await page.focus(AREA)
    took = []
    for words in ("I am on it.", " Please wait.", " Thank you."):  # the best of three: a machine that is shared stalls
        await page.keyboard.type(words)
        took.append(max(await page.evaluate("window.echo.splice(0)")))
    await page.wait_for_selector("#state:has-text('Held by you')")
    assert min(took) < 50
    assert (await case_of(stage, "noura")).assignee_id == stage.scene.agents[TOMAS].id


async def test_a_key_moves_by_its_place_on_the_board(stage: Stage, assert_accessible: Open, shot: Open) -> None:
    page = await stage.open(stage.case("elif"))
    await page.keyboard.press("Shift+Slash")
    await page.click("#help [data-action=note]")
    await page.keyboard.press("g")
    await page.wait_for_selector("#help [data-key-of=note]:has-text('G')")
    await page.click("#help [data-action=reply]")
    await page.keyboard.press("g")  # taken
    await page.wait_for_selector(".toast.signal")
    await assert_accessible(page)
    await shot(page, "keys")
    async with page.expect_response("**/desk/choices"):
        await page.select_option("#hold-seconds", "20")
    await page.keyboard.press("Escape")
    await page.keyboard.press("n")
    assert await page.get_attribute("#composer", "data-mode") == "reply"
    # A Russian layout writes п where g stands: the place counts, not the letter.
    await page.evaluate(
        "document.body.dispatchEvent(new KeyboardEvent('keydown', {key: 'п', code: 'KeyG', bubbles: true}))"
    )
    await page.wait_for_selector("#composer.writes-note")
    again = await stage.open(stage.case("elif"))
    assert await again.input_value("#hold-seconds") == "20"
    await again.keyboard.press("g")
    await again.wait_for_selector("#composer.writes-note")


@pytest.mark.parametrize(
    ("language", "scheme", "viewport"), [("ar", "dark", None), ("zh-Hans", "light", None), ("ar", "light", PHONE)]
)
async def test_reads_well_while_writing(
    stage: Stage, assert_accessible: Open, shot: Open, language: str, scheme: str, viewport: Any
) -> None:
    await choose(stage, hold_seconds=30)
    _, name = await canned(stage, "Hello {{order_id}}", tr="Merhaba {{order_id}}, {{reference}}")
    options = {"color_scheme": scheme, **({"viewport": viewport, "has_touch": True} if viewport else {})}
    page = await stage.open(f"{stage.case('elif')}&lang={language}", **options)
    await page.fill(AREA, "Merhaba.")
    await page.press(AREA, "Control+Enter")
    await page.wait_for_selector("#held .held")
    await page.focus(AREA)
    await page.keyboard.type(f"#{name}")
    await page.wait_for_selector("#offers [role=option]")
    await page.wait_for_selector(f"#offers [role=option]:has-text('{name}')")
    await assert_accessible(page)
    await shot(page, "offers")
    await page.keyboard.press("Enter")
    await assert_accessible(page)
    await shot(page, "missing")
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_every_single_key_does_its_thing(stage: Stage) -> None:
    page = await stage.open(stage.case("elif"))
    for key, opened in (("a", "#menu-assign[open]"), ("p", "#menu-priority[open]"), ("s", "#menu-snooze[open]")):
        await page.keyboard.press(key)
        await page.wait_for_selector(opened)
        await page.keyboard.press("Escape")
        await page.wait_for_selector(opened, state="detached")
    await page.keyboard.press("m")
    await page.wait_for_selector("#macros[open]")
    await page.keyboard.press("Escape")
    await page.keyboard.press("Slash")
    await page.wait_for_selector("#seek input:focus")
    await page.keyboard.press("Escape")
    await page.evaluate("document.activeElement.blur()")
    await page.keyboard.press("n")
    await page.wait_for_selector("#write-note textarea:focus")
    await page.keyboard.press("Escape")
    await page.keyboard.press("r")
    await page.wait_for_selector(f"{AREA}:focus")
