"""Loader, texts, the page for apps, and the demo exchange."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bellrock.core import i18n
from bellrock.house import House
from bellrock.web import widget
from bellrock.web.shared.languages import LANGUAGES
from bellrock.web.widget.texts import bundle
from tests.fixtures.serving import browser


async def test_the_loader_names_the_app_and_is_not_sent_twice(client: Any) -> None:
    first = await client.get("/widget/bellrock.js")
    assert first.headers["content-type"].startswith("text/javascript")
    assert "__APP__" not in first.text
    assert "/assets/widget-app." in first.text
    again = await client.get("/widget/bellrock.js", headers={"if-none-match": first.headers["etag"]})
    assert again.status_code == 304


async def test_texts_come_in_the_nearest_language(client: Any) -> None:
    for asked, given, direction in (
        ("en", "en", "ltr"),
        ("zh-Hans", "zh-Hans", "ltr"),
        ("zh-CN", "zh-Hans", "ltr"),
        ("ar-EG", "ar", "rtl"),
        ("tlh", "en", "ltr"),
        ("..secrets", "en", "ltr"),
        ("x" * 300, "en", "ltr"),
    ):
        told = (await client.get(f"/widget/texts/{asked}.json")).json()
        assert (told["lang"], told["dir"]) == (given, direction)


async def test_every_text_of_a_language_is_there_with_its_plural_forms(client: Any) -> None:
    for language, forms in {"ar": 6, "zh-Hans": 1}.items():
        texts = (await client.get(f"/widget/texts/{language}.json")).json()["texts"]
        assert texts["Write a message"] != "Write a message"
        plural = texts["Open support, one new message"]
        assert len(plural) == forms
        assert all(plural)


async def test_the_demo_greets_each_customer_in_their_language(client: Any) -> None:
    for language in LANGUAGES:
        page = await client.get(f"/?lang={language}")
        assert page.status_code == 200
        assert f'<html lang="{language}"' in page.text
        assert i18n.translate(language, "Your wallet") in page.text
        assert "<script>" not in page.text and "style=" not in page.text


async def test_the_demo_signs_a_token_for_the_chosen_customer_alone(client: Any) -> None:
    assert (await client.get("/demo/token")).text == ""
    await client.get("/?as=elif")
    assert (await client.get("/demo/token")).text.count(".") == 2
    await client.get("/?as=nobody")
    assert (await client.get("/demo/token")).text == ""


async def test_without_the_demo_nobody_gets_a_token(client: Any, house: House) -> None:
    token = (await _token_of(client, "elif")).strip()
    house.settings = replace(house.settings, demo=False)
    assert (await client.get("/demo/token")).status_code == 404
    assert (await client.post("/widget/session", json={"token": token, "locale": "en"})).status_code == 401
    home = await client.get("/", follow_redirects=False)
    assert home.status_code == 302
    assert home.headers["location"].startswith("/help/")


async def test_the_page_for_apps_holds_the_chat_alone(client: Any) -> None:
    page = await client.get("/app/chat?lang=ar")
    assert 'dir="rtl"' in page.text
    assert "/widget/bellrock.js" in page.text
    assert 'data-boot="manual"' in page.text


async def _token_of(client: Any, customer: str) -> str:
    await client.get(f"/?as={customer}")
    text: str = (await client.get("/demo/token")).text
    return text


async def test_only_pages_of_the_exchange_may_ask_from_elsewhere(house: House) -> None:
    house.settings = replace(house.settings, origins=("https://northwick.example",))
    async with browser(house) as client:
        for origin, allowed in (("https://northwick.example", True), ("https://evil.example", False)):
            asked = {"origin": origin, "access-control-request-method": "POST"}
            preflight = await client.options("/widget/messages", headers=asked)
            assert preflight.headers.get("access-control-allow-origin") == (origin if allowed else None)
            texts = await client.get("/widget/texts/ar.json", headers={"origin": origin})
            assert texts.headers.get("access-control-allow-origin") == (origin if allowed else None)
            assert "access-control-allow-credentials" not in texts.headers


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "en"])
def test_the_widget_says_nothing_in_english_on_a_foreign_page(language: str) -> None:
    said = {
        text
        for script in (Path(widget.__file__).parent / "static").glob("*.js*")
        for text in re.findall(r'\bt[n]?\(\s*"([^"]+)"', script.read_text(encoding="utf-8"))
    }
    assert len(said) > 70
    assert said <= set(bundle(language)["texts"])
