"""Coming in and managing people, in a browser: in three languages, on a phone, with the keyboard, nothing amiss for axe."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pyotp
import pytest

from bellrock import people
from bellrock.core import SYSTEM, clock, settings
from bellrock.people import Role
from tests.fixtures.serving import LiveServer

PHONE = {"width": 390, "height": 844}
Shot = Callable[..., Awaitable[None]]
Check = Callable[[Any], Awaitable[None]]
PASSWORD = "lantern over quiet water"


@pytest.fixture
async def admin_token(live_server: LiveServer) -> Any:
    """A session of an administrator and auditor of their own on the running server; and their e-mail."""
    from bellrock.app import open_house

    values = {
        "BELLROCK_DATABASE_URL": live_server.database_url,
        "BELLROCK_DATA": str(live_server.folder / "data"),
        "BELLROCK_KEYS": str(live_server.folder / "keys"),
        "BELLROCK_DEMO": "1",
    }
    async with open_house(settings.load(values)) as house:
        now = clock.now()
        email = f"ada-{int(now.timestamp() * 1000)}@northwick.example"
        hashed = await people.hash_password(PASSWORD)
        async with house.database.transaction() as tx:
            teams = await people.teams(tx)
            agent_id, link = await people.invite_agent(
                tx,
                house.vault,
                name="Ada Okafor",
                email=email,
                roles=[Role.ADMIN, Role.AUDITOR],
                team_ids=[teams[0].id],
                languages=["en"],
                by=SYSTEM,
                now=now,
            )
            await people.set_password(tx, house.vault, secret=link, password_hash=hashed, now=now)
            signed_in = await people.open_for(
                tx, house.vault, agent_id=agent_id, device=people.device_of("Firefox Linux", "203.0.113.9"), now=now
            )
        yield signed_in.token, email, agent_id


@pytest.mark.parametrize(("lang", "scheme"), [("en", "light"), ("zh-Hans", "dark"), ("ar", "light")])
async def test_every_page_of_people_is_accessible(
    live_server: LiveServer,
    new_context: Any,
    admin_token: Any,
    assert_accessible: Check,
    shot: Shot,
    lang: str,
    scheme: str,
) -> None:
    token, _, agent_id = admin_token
    context = await new_context(color_scheme=scheme)
    await context.add_cookies(
        [
            {"name": name, "value": value, "url": live_server.url}
            for name, value in {"bellrock_agent": token, "lang": lang}.items()
        ]
    )
    page = await context.new_page()
    for path in (
        "/desk/account",
        "/desk/people",
        "/desk/people/new",
        f"/desk/people/{agent_id}",
        "/desk/teams",
        "/desk/roles",
        "/desk/looks",
        "/desk/erasures",
    ):
        await page.goto(live_server.url + path)
        assert await page.locator("html").get_attribute("lang") == lang
        await assert_accessible(page)
        await shot(page, path.replace(str(agent_id), "person"))
        wide = await page.evaluate("document.documentElement.scrollWidth > innerWidth")
        assert not wide, path


@pytest.mark.parametrize("lang", ["en", "zh-Hans", "ar"])
async def test_comes_in_on_a_phone(
    live_server: LiveServer, new_context: Any, admin_token: Any, assert_accessible: Check, shot: Shot, lang: str
) -> None:
    _, email, _ = admin_token
    context = await new_context(viewport=PHONE)
    await context.add_cookies([{"name": "lang", "value": lang, "url": live_server.url}])
    page = await context.new_page()
    await page.goto(f"{live_server.url}/desk/people")
    assert "/desk/sign-in?next=" in page.url
    await assert_accessible(page)
    await page.fill("#f-email", email)
    await page.fill("#f-password", "wrong password")
    await page.keyboard.press("Enter")
    await page.wait_for_selector("[role=alert]")
    await assert_accessible(page)
    await shot(page, "refused", full_page=True)
    await page.fill("#f-password", PASSWORD)
    await page.keyboard.press("Enter")
    await page.wait_for_selector(".qr svg")
    await assert_accessible(page)
    await shot(page, "authenticator", full_page=True)
    await page.locator("details.by-hand > summary").click()
    secret = (await page.locator("details.by-hand code").inner_text()).replace(" ", "")
    await page.fill("#f-code", pyotp.TOTP(secret).at(clock.now()))
    await page.keyboard.press("Enter")
    await page.wait_for_selector(".codes li")
    await assert_accessible(page)
    await shot(page, "codes", full_page=True)
    await page.goto(f"{live_server.url}/desk/account")
    await assert_accessible(page)
    await shot(page, "account")
    assert not await page.evaluate("document.documentElement.scrollWidth > innerWidth")
    await context.clear_cookies(name="bellrock_agent")
    await page.goto(f"{live_server.url}/desk/sign-in")
    await page.fill("#f-email", email)
    await page.fill("#f-password", PASSWORD)
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/desk/sign-in/code**")
    await assert_accessible(page)
    # No code is taken twice. The next one is taken already, and still when its time begins meanwhile.
    await page.fill("#f-code", pyotp.TOTP(secret).at(clock.now() + timedelta(seconds=30)))
    await page.keyboard.press("Enter")
    await page.wait_for_url(lambda url: "/sign-in" not in url)
