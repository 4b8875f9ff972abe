"""The editor of articles and incidents in a real browser: three languages, axe on every page, a draft written and published."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import expect

from bellrock import people
from bellrock.app import open_house
from bellrock.core import clock, settings
from bellrock.people import Role
from tests.fixtures.serving import LiveServer

WIDE = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}


@pytest.fixture
async def lead_token(live_server: LiveServer) -> AsyncIterator[str]:
    """The session of a colleague who may edit."""
    values = {
        "BELLROCK_DATABASE_URL": live_server.database_url,
        "BELLROCK_DATA": str(live_server.folder / "data"),
        "BELLROCK_KEYS": str(live_server.folder / "keys"),
        "BELLROCK_CHECKPOINTS": str(live_server.folder / "checkpoints"),
        "BELLROCK_DEMO": "1",
    }
    async with open_house(settings.load(values)) as house, house.database.transaction() as tx:
        rows = await people.directory(tx, house.vault, now=clock.now())
        lead = next(row.agent for row in rows if Role.LEAD in row.agent.roles)
        device = people.device_of("Firefox Linux", "203.0.113.9")
        signed_in = await people.open_for(tx, house.vault, agent_id=lead.id, device=device, now=clock.now())
    yield signed_in.token


@pytest.mark.parametrize("language", ["en", "zh-Hans", "ar"])
async def test_every_page_is_accessible(
    live_server: LiveServer, lead_token: str, new_context: Any, assert_accessible: Any, shot: Any, language: str
) -> None:
    dark = language == "zh-Hans"
    context = await new_context(viewport=WIDE, color_scheme="dark" if dark else "light")
    page = await _enter(context, live_server, lead_token, language)
    article = await _first_article(page, live_server)
    paths = {
        "list": "/desk/articles",
        "new": "/desk/articles/new",
        "source": f"{article}/en",
        "translation": f"{article}/ar",
        "history": f"{article}/en/history",
        "incidents": "/desk/incidents",
        "incident": "/desk/incidents/new",
    }
    for name, path in paths.items():
        await page.goto(live_server.url + path)
        await assert_accessible(page)
        await shot(page, name)
    await page.set_viewport_size(PHONE)
    for name in ("list", "translation", "incident"):
        await page.goto(live_server.url + paths[name])
        await assert_accessible(page)
        width = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert width <= 0
        await shot(page, f"{name}-phone")


async def test_writes_previews_and_publishes(
    live_server: LiveServer, lead_token: str, new_context: Any, shot: Any
) -> None:
    page = await _enter(await new_context(viewport=WIDE), live_server, lead_token, "en")
    await page.goto(f"{live_server.url}/desk/articles/new")
    await page.get_by_label("Category").select_option("general")
    await page.get_by_label("Title").fill("Where the office is")
    await page.get_by_label("Answer", exact=True).fill("We have no counter. Everything is done here.")
    await page.get_by_label("Text").fill("## Steps\n\n1. Open **Support**.\n2. Write to us.")
    await page.get_by_role("button", name="Save draft").click()
    await page.get_by_role("button", name="Preview").click()
    await expect(page.locator(".preview ol li")).to_have_count(2)
    await shot(page, "preview")
    await page.get_by_role("button", name="Save and publish").click()
    await expect(page.locator("[role=status]").first).to_contain_text("Readers see it now")
    await page.goto(f"{live_server.url}/help/en/search?q=office+counter")
    await page.get_by_role("link", name="Where the office is").click()
    await expect(page.locator("article ol li")).to_have_count(2)


async def _enter(context: Any, server: LiveServer, token: str, language: str) -> Any:
    await context.add_cookies(
        [
            {"name": name, "value": value, "url": server.url}
            for name, value in {"bellrock_agent": token, "lang": language}.items()
        ]
    )
    return await context.new_page()


async def _first_article(page: Any, server: LiveServer) -> str:
    await page.goto(f"{server.url}/desk/articles")
    link = await page.locator("th a").first.get_attribute("href")
    return re.sub(r"/[^/]+$", "", link or "")
