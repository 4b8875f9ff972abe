"""Error answers: a page for people, a fragment for scripts, JSON for programs; and headers on each of them."""

from __future__ import annotations

from typing import Any

import pytest

PAGE = {"accept": "text/html"}


async def test_a_wrong_address_is_a_page_in_the_readers_language(client: Any) -> None:
    answer = await client.get("/nothing/here", headers={**PAGE, "accept-language": "ar-EG, en;q=0.5"})
    assert answer.status_code == 404
    assert '<html lang="ar" dir="rtl"' in answer.text
    assert "لا شيء هنا" in answer.text


async def test_a_script_gets_a_fragment(client: Any) -> None:
    answer = await client.get("/nothing/here", headers={**PAGE, "x-requested-with": "fragment"})
    assert answer.status_code == 404
    assert "<html" not in answer.text
    assert 'role="alert"' in answer.text


@pytest.mark.parametrize("headers", [{"accept": "application/json"}, {"accept": "text/html, application/problem+json"}])
async def test_a_program_gets_a_problem(client: Any, headers: dict[str, str]) -> None:
    answer = await client.get("/nothing/here", headers=headers)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json() == {
        "type": "about:blank",
        "title": "There is nothing here",
        "status": 404,
        "detail": "The address is mistyped, or what stood here has moved.",
        "code": "http_404",
    }


@pytest.mark.parametrize("url", ["/nothing/here", "/favicon.svg", "/desk/sign-in"])
async def test_every_answer_keeps_the_page_to_itself(client: Any, url: str) -> None:
    headers = (await client.get(url, headers=PAGE)).headers
    assert headers["content-security-policy"].startswith("default-src 'self'")
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"


async def test_what_a_reader_typed_stays_text(client: Any) -> None:
    answer = await client.get("/nothing/<script>alert(1)</script>", headers=PAGE)
    assert "<script>alert" not in answer.text


@pytest.mark.parametrize("name", ["manifest.json", "..%2Fmanifest.json", "../../core/settings.py", "shared.css"])
async def test_only_built_files_are_served(client: Any, name: str) -> None:
    assert (await client.get(f"/assets/{name}", headers=PAGE)).status_code == 404


async def test_built_files_are_kept_for_a_year(client: Any) -> None:
    from bellrock.web.shared import asset

    answer = await client.get(asset("shared.css"))
    assert answer.status_code == 200
    assert "immutable" in answer.headers["cache-control"]


async def test_a_chosen_language_is_remembered(client: Any) -> None:
    answer = await client.get("/desk/sign-in?lang=zh-Hans", headers=PAGE)
    assert '<html lang="zh-Hans"' in answer.text
    assert "lang=zh-Hans" in answer.headers.get("set-cookie", "")
