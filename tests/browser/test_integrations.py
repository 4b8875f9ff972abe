"""Tokens and webhooks in a browser, and the API behind the real servers."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any

import httpx

from tests.browser.test_people import admin_token
from tests.fixtures.serving import LiveServer

__all__ = ["admin_token"]


async def test_an_administrator_connects_software(
    live_server: LiveServer,
    new_context: Any,
    admin_token: Any,
    assert_accessible: Callable[[Any], Awaitable[None]],
    shot: Callable[..., Awaitable[None]],
) -> None:
    token, _, _ = admin_token
    context = await new_context(color_scheme="light", viewport={"width": 1280, "height": 900})
    await context.add_cookies(
        [
            {"name": name, "value": value, "url": live_server.url}
            for name, value in {"bellrock_agent": token, "lang": "en"}.items()
        ]
    )
    page = await context.new_page()
    await page.goto(f"{live_server.url}/desk/settings")
    await page.locator("nav.settings-menu").get_by_role("link", name="API tokens").click()
    await page.get_by_label("What it is for").fill("Ledger import")
    for scope in ("teams:read", "webhooks:read", "events:read"):
        await page.locator(f"input[value='{scope}']").check()
    assert await page.locator("input[value='conversations:read']").is_disabled(), "this administrator reads none"
    await page.get_by_role("button", name="Make the token").click()
    secret = await page.locator("code.secret").inner_text()
    assert re.fullmatch(r"brk_[A-Za-z0-9_-]{43}", secret)
    await assert_accessible(page)
    await shot(page, "token")
    async with httpx.AsyncClient(base_url=live_server.url, headers={"authorization": f"Bearer {secret}"}) as client:
        teams = await client.get("/api/v1/teams")
        assert teams.status_code == 200, teams.text
        described = await client.get("/api/v1/openapi.json")
        assert described.headers["content-encoding"] == "gzip"
        waited = await client.get("/api/v1/events", params={"wait": "1"})
        assert waited.status_code == 200
        found = await client.get("/api/v1/webhooks")
        assert found.status_code == 200, found.text
        assert (await client.get("/api/v1/labels")).json()["code"] == "scope_missing"
    await page.goto(f"{live_server.url}/desk/tokens")
    assert secret not in await page.content()
    await page.get_by_role("button", name="End it now: Ledger import").click()
    await page.get_by_text("The token works no more.").wait_for()
    async with httpx.AsyncClient(base_url=live_server.url, headers={"authorization": f"Bearer {secret}"}) as client:
        assert (await client.get("/api/v1/teams")).status_code == 401

    await page.locator("nav.settings-menu").get_by_role("link", name="Webhooks").click()
    await page.get_by_label("Address").fill("https://hooks.northwick.example/in")
    await page.locator("input[value='team.created']").check()
    await assert_accessible(page)
    await shot(page, "webhooks")
    await page.get_by_role("button", name="Make the webhook").click()
    assert (await page.locator("code.secret").inner_text()).startswith("whsec_")
    await assert_accessible(page)
    await shot(page, "webhook")
    await page.get_by_role("button", name="Remove").click()
    await page.get_by_text("Removed. Nothing more is sent there.").wait_for()

    for scheme in ("light", "dark"):
        await page.emulate_media(color_scheme=scheme)
        await page.goto(f"{live_server.url}/api/v1/docs")
        await assert_accessible(page)
        await shot(page, f"docs-{scheme}")
