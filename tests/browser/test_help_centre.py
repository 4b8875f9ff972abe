"""The help centre in a real browser: three languages, light and dark, phone width, without a script, axe on every page."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import expect

PHONE = {"width": 390, "height": 844}
PAGES = {
    "home": "/help/{}",
    "category": "/help/{}/c/account-security",
    "article": "/help/{}/a/cannot-log-in",
    "table": "/help/{}/a/withdrawals-suspended",
    "found": "/help/{}/search?q=API",
    "nothing": "/help/{}/search?q=xqzvw",
    "pasted": "/help/{}/search?q=0x" + "9f3c" * 16,
    "missing": "/help/{}/a/api-key-limits",
}


@pytest.mark.parametrize("language", ["en", "zh-Hans", "ar"])
async def test_every_page_is_accessible_and_fits(
    live_server: Any, new_context: Any, assert_accessible: Any, shot: Any, language: str
) -> None:
    looks: list[tuple[str, dict[str, Any]]] = [
        ("wide-light", {"color_scheme": "light", "viewport": {"width": 1440, "height": 900}}),
        ("phone-dark", {"color_scheme": "dark", "viewport": PHONE}),
    ]
    for look, options in looks:
        context = await new_context(**options)
        page = await context.new_page()
        for name, path in PAGES.items():
            await page.goto(live_server.url + path.format(language))
            await assert_accessible(page)
            width = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert width <= 0, f"{name} is {width} px too wide"
            await shot(page, f"{name}-{look}", full_page=name in ("article", "table"))


async def test_reads_searches_and_says_that_it_helped_without_a_script(live_server: Any, new_context: Any) -> None:
    context = await new_context(java_script_enabled=False, locale="zh-CN", viewport=PHONE)
    page = await context.new_page()
    await page.goto(f"{live_server.url}/help")
    assert page.url.endswith("/help/zh-Hans")
    await page.get_by_role("searchbox").fill("收不到验证码")
    await page.keyboard.press("Enter")
    await page.locator("ul.cards a").first.click()
    await page.wait_for_url("**/help/zh-Hans/a/cannot-log-in")
    await page.get_by_role("button", name="有帮助", exact=True).click()
    await expect(page.locator("#helped")).to_contain_text("谢谢")
    await page.locator("details.menu summary").click()
    await page.get_by_role("link", name="العربية").click()
    await page.wait_for_url("**/help/ar/a/cannot-log-in")
    await expect(page.locator("html")).to_have_attribute("dir", "rtl")


async def test_is_quick(live_server: Any, page: Any) -> None:
    await page.goto(f"{live_server.url}/help/en/a/cannot-log-in")
    size = await page.evaluate(
        "performance.getEntriesByType('resource').filter(e => /\\.css/.test(e.name)).reduce((a, e) => a + e.transferSize, 0)"
        " + performance.getEntriesByType('navigation')[0].transferSize"
    )
    assert size < 60_000
