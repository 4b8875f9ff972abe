"""The settings in a real browser: every page with axe in light, dark, Arabic and on a phone; hours, a brand and a role made."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import expect

from bellrock import people
from bellrock.app import open_house
from bellrock.core import clock, settings
from bellrock.people import Role
from tests.fixtures.serving import LiveServer

PHONE = {"width": 390, "height": 844}
LEAD_PAGES = {
    "settings": "/desk/settings",
    "teams": "/desk/teams",
    "team-new": "/desk/teams/new",
    "roles": "/desk/roles",
    "hours": "/desk/hours",
    "hours-new": "/desk/hours/new",
    "brands": "/desk/brands",
    "brand-new": "/desk/brands/new",
    "labels": "/desk/labels",
    "work": "/desk/articles/work?language=all",
}


@pytest.fixture
async def tokens(live_server: LiveServer) -> AsyncIterator[dict[Role, str]]:
    """Sessions of the demo's lead and administrator."""
    values = {name: value for name, value in live_server.environment.items() if name.startswith("BELLROCK_")}
    found: dict[Role, str] = {}
    async with open_house(settings.load(values)) as house, house.database.transaction() as tx:
        rows = await people.directory(tx, house.vault, now=clock.now())
        device = people.device_of("Firefox Linux", "203.0.113.9")
        for role in (Role.LEAD, Role.ADMIN):
            agent = next(row.agent for row in rows if role in row.agent.roles and row.agent.name != "Ada Okafor")
            opened = await people.open_for(tx, house.vault, agent_id=agent.id, device=device, now=clock.now())
            found[role] = opened.token
    yield found


async def _enter(new_context: Any, live_server: LiveServer, token: str, language: str, **options: Any) -> Any:
    context = await new_context(timezone_id="Europe/Berlin", **options)
    cookies = {"bellrock_agent": token, "lang": language, "tz": "Europe/Berlin"}
    await context.add_cookies(
        [{"name": name, "value": value, "url": live_server.url} for name, value in cookies.items()]
    )
    return await context.new_page()


async def test_a_lead_sets_the_desk_up(
    live_server: LiveServer, tokens: dict[Role, str], new_context: Any, assert_accessible: Any, shot: Any
) -> None:
    page = await _enter(new_context, live_server, tokens[Role.LEAD], "en")
    await page.goto(live_server.url + "/desk/settings")
    await assert_accessible(page)
    await page.get_by_role("navigation", name="Settings").get_by_role("link", name="Business hours").click()
    await page.get_by_role("link", name="New hours").first.click()
    await page.get_by_label("Name").fill("Berlin office")
    await page.get_by_label("Time zone").select_option("Europe/Berlin")
    await page.get_by_label("Monday").fill("9-12:30, 13:15-18")
    await page.locator("#f-holidays").fill("*-05-01 Labour Day")
    await page.get_by_role("button", name="Save").click()
    await page.get_by_text("Saved. Customers are told").wait_for()
    await expect(page.get_by_text("09:00-12:30, 13:15-18:00")).to_have_count(1)

    await page.get_by_role("link", name="Brands").click()
    await page.get_by_role("link", name="Make it a brand").click()
    await page.get_by_label("Colour on light ground").fill("#ffd400")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("alert")).to_contain_text("The nearest that can is")
    await assert_accessible(page)
    await page.get_by_label("Colour on light ground").fill("#7a1f5c")
    await page.get_by_role("button", name="Save").click()
    await page.get_by_text("Saved. Customers see it").wait_for()

    await page.get_by_role("link", name="Labels").click()
    await page.get_by_label("New label").fill("Big client")
    await page.get_by_role("button", name="Add").click()
    await page.get_by_text("Saved.").wait_for()
    for name, path in LEAD_PAGES.items():
        await page.goto(live_server.url + path)
        await assert_accessible(page)
        await shot(page, name)
    # Customers see the brand's colour: the button of the form is drawn in it.
    await page.goto(live_server.url + "/help/en/contact")
    colour = await page.locator(".btn.main").first.evaluate("button => getComputedStyle(button).backgroundColor")
    assert colour == "rgb(122, 31, 92)"
    await assert_accessible(page)
    await shot(page, "form-in-the-brand")


async def test_an_administrator_makes_a_role(
    live_server: LiveServer, tokens: dict[Role, str], new_context: Any, assert_accessible: Any, shot: Any
) -> None:
    page = await _enter(new_context, live_server, tokens[Role.ADMIN], "en")
    await page.goto(live_server.url + "/desk/roles/new")
    await page.get_by_label("Name").fill("Night watch")
    await page.get_by_label("Reads the conversations of every team").check()
    await assert_accessible(page)
    await shot(page, "role")
    await page.get_by_role("button", name="Save").click()
    await page.get_by_role("heading", name="Night watch").wait_for()
    await page.goto(live_server.url + "/desk/people")
    await page.get_by_role("link", name="Omar Haddad").click()
    await page.get_by_label("Night watch").check()
    await assert_accessible(page)
    await shot(page, "person", full_page=True)
    await page.get_by_role("button", name="Save").click()
    await page.goto(live_server.url + "/desk/people")
    await page.get_by_text("Night watch").first.wait_for()


@pytest.mark.parametrize(("language", "scheme"), [("zh-Hans", "dark"), ("ar", "light")])
async def test_it_reads_well_elsewhere(
    live_server: LiveServer,
    tokens: dict[Role, str],
    new_context: Any,
    assert_accessible: Any,
    shot: Any,
    language: str,
    scheme: str,
) -> None:
    page = await _enter(new_context, live_server, tokens[Role.LEAD], language, color_scheme=scheme)
    for name in ("settings", "roles", "hours", "hours-new", "brands", "team-new"):
        await page.goto(live_server.url + LEAD_PAGES[name])
        await assert_accessible(page)
        await shot(page, name)
    await page.set_viewport_size(PHONE)
    for name in ("settings", "hours", "labels", "work", "team-new"):
        await page.goto(live_server.url + LEAD_PAGES[name])
        width = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert width <= 0, name
        await shot(page, f"{name}-phone")
