"""A language model in a browser: draft and summary by a click, the fitting answer by one key, each to be read first."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.async_api import expect

from tests.browser.test_composer import prioritise
from tests.browser.test_console import PHONE, Open, Stage, stage
from tests.fixtures.writing import NAME, serving

__all__ = ["stage"]
REPLY, NOTE = "#write-reply textarea", "#write-note textarea"


@pytest.fixture(scope="module")
def server_settings() -> Iterator[dict[str, str]]:
    with serving() as model:
        yield {"BELLROCK_LLM_URL": model.url, "BELLROCK_LLM_MODEL": NAME}


async def scroll_to_fitting(page: Any) -> None:
    """At one stroke: news may put another pane there at any time, and it keeps how far this one was scrolled."""
    await page.evaluate("document.getElementById('fitting').scrollIntoView()")


async def test_a_draft_stands_in_the_reply_with_its_articles_and_is_not_sent(
    stage: Stage, assert_accessible: Open, shot: Open
) -> None:
    page = await stage.open(stage.case("elif"))
    sent = await page.locator(".entry.ours").count()
    await page.keyboard.press("r")
    await page.click('[data-do="drafting"]')
    await page.wait_for_selector("#write-reply .by-machine:visible")
    assert len(await page.input_value(REPLY)) > 20
    assert (await page.text_content("#write-reply .by-machine")).startswith("Written by machine")
    assert await page.locator(".entry.ours").count() == sent
    await assert_accessible(page)
    await shot(page, "draft")
    assert page.problems == []


async def test_a_summary_becomes_a_note_for_the_agent_to_keep(stage: Stage, assert_accessible: Open) -> None:
    page = await stage.open(stage.case("elif"), viewport=PHONE)
    await page.click("#tab-note")
    await page.click('[data-do="sum-up"]')
    await page.wait_for_selector("#write-note .by-machine:visible")
    assert await page.input_value(NOTE) != ""
    await assert_accessible(page)
    assert page.problems == []


async def test_one_key_inserts_the_answer_that_fits(stage: Stage, assert_accessible: Open) -> None:
    page = await stage.open(stage.case("elif"))
    await page.keyboard.press("i")
    await expect(page.locator(REPLY)).to_have_value(re.compile("/help/"))
    await scroll_to_fitting(page)
    await expect(page.locator("#fitting li button").first).to_be_visible()
    await assert_accessible(page)
    await page.fill(REPLY, "")
    await page.keyboard.type("::")
    await page.wait_for_selector("#offers [role=option]")
    assert page.problems == []


async def test_articles_that_fit_outlive_news(stage: Stage) -> None:
    page = await stage.open(stage.case("elif"))
    listed = page.locator("#fitting li button")
    await scroll_to_fitting(page)
    await expect(listed.first).to_be_visible()
    await page.evaluate("document.getElementById('fitting').classList.add('old')")
    await prioritise(stage, "elif", "low")
    await page.wait_for_selector("#fitting:not(.old)", state="attached")
    await expect(listed.first).to_be_visible()
    assert page.problems == []
