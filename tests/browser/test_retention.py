"""Periods and legal holds in a browser: set, placed, released; nothing amiss for axe, on a phone and from right to left too."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import psycopg
import pytest

from bellrock.core import clock, settings
from bellrock.people import Role
from bellrock.people.sessions import Device, open_session
from tests.fixtures.serving import LiveServer
from tests.operations.conftest import agent_of

PHONE = {"width": 390, "height": 844}


@pytest.fixture
async def token(live_server: LiveServer) -> str:
    from bellrock.app import open_house

    values = {
        "BELLROCK_DATABASE_URL": live_server.database_url,
        "BELLROCK_DATA": str(live_server.folder / "data"),
        "BELLROCK_KEYS": str(live_server.folder / "keys"),
        "BELLROCK_DEMO": "1",
    }
    async with open_house(settings.load(values)) as house:
        agent = await agent_of(house, f"keeper-{clock.now().timestamp()}", Role.ADMIN)
        async with house.database.transaction() as tx:
            _, opened = await open_session(tx, agent_id=agent.id, stage="open", device=Device("", ""), now=clock.now())
    return opened


async def test_periods_and_holds(
    live_server: LiveServer,
    new_context: Any,
    token: str,
    assert_accessible: Callable[[Any], Awaitable[None]],
    shot: Callable[..., Awaitable[None]],
) -> None:
    with psycopg.connect(live_server.database_url) as connection:
        row = connection.execute("SELECT reference FROM conversations LIMIT 1").fetchone()
    assert row is not None
    context = await new_context()
    await context.add_cookies([{"name": "bellrock_agent", "value": token, "url": live_server.url}])
    page = await context.new_page()
    await page.goto(f"{live_server.url}/desk/retention")
    await page.get_by_label("Days: Words of conversations").fill("730")
    await page.get_by_role("button", name="Save").click()
    await page.get_by_text("Nothing was deleted yet").wait_for()
    await page.get_by_role("textbox", name="Customer").fill(row[0])
    await page.get_by_role("textbox", name="Why").fill("Court order 17/2026")
    await page.get_by_role("button", name="Put on hold").click()
    await page.get_by_text("Court order 17/2026").wait_for()
    await assert_accessible(page)
    await shot(page, "desk", full_page=True)
    await context.add_cookies([{"name": "lang", "value": "ar", "url": live_server.url}])
    await page.set_viewport_size(PHONE)
    await page.goto(f"{live_server.url}/desk/retention")
    await assert_accessible(page)
    await shot(page, "phone", full_page=True)
    await context.add_cookies([{"name": "lang", "value": "en", "url": live_server.url}])
    await page.goto(f"{live_server.url}/desk/retention")
    await page.get_by_role("button", name="Release").first.click()
    await page.get_by_text("What has had its time goes").wait_for()
    with psycopg.connect(live_server.database_url) as connection:
        connection.execute("DELETE FROM retention_policies")
