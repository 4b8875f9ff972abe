"""The form and the page of a case in a real browser: three languages, light and dark, phone width, without a script."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import expect

from tests.channels.test_attachments import PNG

PHONE = {"width": 390, "height": 844}


@pytest.mark.parametrize("language", ["en", "zh-Hans", "ar"])
async def test_a_case_is_opened_and_followed_without_a_script(
    live_server: Any, new_context: Any, assert_accessible: Any, shot: Any, language: str
) -> None:
    context = await new_context(java_script_enabled=False, viewport=PHONE)
    page = await context.new_page()
    await page.goto(f"{live_server.url}/help/{language}/contact")
    await page.select_option("select", "deposit_wrong_network")
    await page.locator("main form button").click()
    await page.fill("#f-text", "1,250 USDT, BNB Smart Chain")
    await page.fill("#f-txid", "0x" + "ab12" * 16)
    await page.set_input_files("#f-files", {"name": "proof.png", "mimeType": "image/png", "buffer": PNG})
    await page.locator("main form button").click()
    await page.locator(".three").wait_for()
    case = page.url

    looks: list[tuple[str, dict[str, Any]]] = [
        ("wide-light", {"color_scheme": "light", "viewport": {"width": 1280, "height": 900}}),
        ("phone-dark", {"color_scheme": "dark", "viewport": PHONE}),
    ]
    cookies = await context.cookies()
    for look, options in looks:
        seen = await new_context(**options)
        await seen.add_cookies(cookies)
        tab = await seen.new_page()
        for name, address in {
            "topics": f"{live_server.url}/help/{language}/contact",
            "form": f"{live_server.url}/help/{language}/contact?topic=deposit_wrong_network",
            "case": f"{case.partition('?')[0]}?lang={language}",
            "cases": f"{live_server.url}/cases?lang={language}",
            "demo": f"{live_server.url}/?as=visitor&lang={language}",
        }.items():
            await tab.goto(address)
            await assert_accessible(tab)
            width = await tab.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert width <= 0, f"{name} is {width} px too wide"
            await shot(tab, f"{name}-{look}", full_page=True)


async def test_a_mistake_is_named_where_it_is(live_server: Any, page: Any, assert_accessible: Any) -> None:
    await page.goto(f"{live_server.url}/help/en/contact?topic=kyc_pending")
    await page.get_by_role("button", name="Send").click()
    await page.get_by_role("alert").wait_for()
    box = page.get_by_role("textbox", name="What has happened?")
    assert await box.get_attribute("aria-invalid") == "true"
    await expect(box).to_be_focused()
    await assert_accessible(page)
