"""What a page can ask of the widget, in a real browser: one page, many steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.async_api import expect

if TYPE_CHECKING:
    from playwright.async_api import Page

    from tests.fixtures.serving import LiveServer

_LISTEN = """() => {
  window.told = [];
  for (const name of ["open", "close", "unreadCount", "message"]) Bellrock("on", name, (value) => told.push([name, value ?? null]));
}"""


async def test_a_page_drives_the_widget(live_server: LiveServer, page: Page) -> None:
    # Calls made before the script has come wait in the queue.
    await page.add_init_script(
        "window.Bellrock = function () { (Bellrock.q = Bellrock.q || []).push(arguments); };"
        "Bellrock('boot', { launcher: false, theme: 'dark', locale: 'en' });"
    )
    await page.goto(f"{live_server.url}/?as=visitor&lang=en")
    widget = page.locator("bellrock-widget")
    await widget.wait_for(state="attached")
    await expect(widget).to_have_attribute("theme", "dark")
    await expect(page.locator("bellrock-widget .launch")).to_be_hidden()
    await page.evaluate("() => Bellrock('update', { launcher: true, theme: 'light' })")
    await expect(page.locator("bellrock-widget .launch")).to_be_visible()
    await page.evaluate(_LISTEN)
    await page.evaluate("() => Bellrock('showNewMessage', 'About my card')")
    box = page.get_by_role("textbox", name="Write a message")
    await box.wait_for()
    await page.wait_for_function(
        "() => document.querySelector('bellrock-widget').shadowRoot.querySelector('textarea').value === 'About my card'"
    )
    # What the customer has begun themselves is never replaced.
    await box.fill("My own words")
    await page.evaluate("() => Bellrock('showNewMessage', 'Other words')")
    assert await box.input_value() == "My own words"
    await page.evaluate("() => Bellrock('hide')")
    await page.locator("bellrock-widget .panel").wait_for(state="detached")
    await page.evaluate("() => Bellrock('toggle')")
    await page.locator("bellrock-widget .panel").wait_for()
    assert await page.evaluate("() => told.map(([name]) => name).filter((name) => /open|close/.test(name))") == [
        "open",
        "close",
        "open",
    ]
    # A control of the page's own, without a script.
    await page.evaluate("() => Bellrock('close')")
    await page.evaluate(
        "() => document.body.insertAdjacentHTML('afterbegin', '<button data-bellrock=\"open\">Help me</button>')"
    )
    await page.get_by_role("button", name="Help me").click()
    await page.locator("bellrock-widget .panel").wait_for()
    # An answer that comes while the chat is closed is told without its words.
    await box.fill("I want a person")
    await box.press("Enter")
    await page.evaluate("() => Bellrock('close')")
    await page.wait_for_function("() => told.some(([name]) => name === 'message')", timeout=30_000)
    said = await page.evaluate("() => told.find(([name]) => name === 'message')[1]")
    assert sorted(said) == ["at", "author", "id"]
    assert await page.evaluate("() => Bellrock('unreadCount')") > 0
    # Somebody signs in: the same widget, now theirs; then it goes.
    await page.evaluate("() => Bellrock('identify', () => '')")
    assert await page.locator("bellrock-widget").count() == 1
    await page.evaluate("() => Bellrock('shutdown')")
    assert await page.locator("bellrock-widget").count() == 0
    assert await page.evaluate("() => Bellrock('unreadCount')") == 0
    types = await page.request.get(f"{live_server.url}/widget/bellrock.d.ts")
    assert "showNewMessage" in await types.text()
