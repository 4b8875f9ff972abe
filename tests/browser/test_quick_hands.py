"""Hands that are quicker than the line: nothing that comes late undoes, moves or mixes what somebody does by then."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import Any

from playwright.async_api import expect

from tests.browser.test_composer import choose
from tests.browser.test_console import Stage, stage

__all__ = ["stage"]
REPLY = "#write-reply textarea"
Release = Callable[[], Awaitable[None]]


async def hold_back(page: Any, pattern: str, method: str = "GET") -> tuple[asyncio.Event, Release]:
    """Keep the answers to like requests back; return what is set once one was asked for, and how to let them come."""
    asked, free = asyncio.Event(), asyncio.Event()

    async def wait(route: Any) -> None:
        if route.request.method == method:
            asked.set()
            await free.wait()
        await route.continue_()

    await page.route(re.compile(pattern), wait)

    async def release() -> None:
        free.set()

    return asked, release


async def opened(page: Any, stage: Stage, key: str) -> None:
    await page.wait_for_selector(f"#log[data-id='{stage.scene.cases[key]}']")


async def test_a_translation_that_comes_late_stays_out_of_another_case(stage: Stage) -> None:
    page = await stage.open(stage.case("elif"))
    await page.fill(REPLY, "Your money is not lost")
    asked, release = await hold_back(page, "/reply-translation", "POST")
    await page.click('[data-do="translate-reply"]')
    await asked.wait()
    await page.click(f"#row-{stage.scene.cases['noura']}")
    await opened(page, stage, "noura")
    async with page.expect_response(re.compile("/reply-translation")):
        await release()
    await page.wait_for_selector("[data-do='translate-reply']:not([aria-busy])")
    await page.wait_for_timeout(300)
    assert await page.input_value(REPLY) == ""
    assert page.problems == []


async def test_no_draft_comes_after_the_reply_that_it_was(stage: Stage) -> None:
    await choose(stage, hold_seconds=0)
    page = await stage.open(stage.case("elif"))

    async def late(route: Any) -> None:
        answer = await route.fetch()
        await asyncio.sleep(1.5)
        await route.fulfill(response=answer)

    await page.route(re.compile("/replies$"), late)
    await page.focus(REPLY)
    await page.keyboard.type("Sent just now")
    await page.keyboard.press("Control+Enter")
    await expect(page.locator(REPLY)).to_have_value("")
    await page.reload()
    await page.wait_for_selector("html[data-ready]")
    assert await page.input_value(REPLY) == ""
