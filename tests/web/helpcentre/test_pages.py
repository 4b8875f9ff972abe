"""What readers see: every page in every language, old links, nothing that is not published, nothing that runs."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any
from xml.etree import ElementTree

import pytest

from bellrock import guard, incidents, knowledge
from bellrock.core import SYSTEM, clock, i18n
from bellrock.house import House
from bellrock.knowledge import seeding

LANGUAGES = ("en", "zh-Hans", "ar")
HASH = "0x" + "9f3c" * 16


@pytest.mark.parametrize(
    ("wish", "language"),
    [("zh-CN,zh;q=0.9", "zh-Hans"), ("ar-EG", "ar"), ("en-GB,en;q=0.8", "en"), ("th", "en"), ("", "en")],
)
async def test_sends_readers_to_their_language(site: Any, wish: str, language: str) -> None:
    answer = await site.get("/help", headers={"accept-language": wish})
    assert (answer.status_code, answer.headers["location"]) == (302, f"/help/{language}")
    assert "Accept-Language" in answer.headers["vary"]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_start_page_shows_every_category_in_the_language(site: Any, language: str) -> None:
    page = await site.get(f"/help/{language}")
    assert page.status_code == 200
    assert f'<html lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}"' in page.text
    for slug, names in seeding.plan()["categories"].items():
        assert f'href="/help/{language}/c/{slug}"' in page.text
        assert names[language] in page.text
    assert 'role="search"' in page.text


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_article_opens_with_answer_and_alternates(site: Any, site_house: House, language: str) -> None:
    async with site_house.database.transaction() as tx:
        rows = [row for row in await knowledge.published_addresses(tx) if row["language"] == language]
    assert len(rows) == len(seeding.plan()["articles"])
    for row in rows:
        page = await site.get(f"/help/{language}/a/{row['slug']}")
        assert page.status_code == 200
        assert '<div class="short">' in page.text
        assert "{{" not in page.text
        base = site_house.settings.base_url
        for other in LANGUAGES:
            assert f'hreflang="{other}" href="{base}/help/{other}/a/' in page.text
        assert 'hreflang="x-default"' in page.text
        assert f'<link rel="canonical" href="{base}/help/{language}/a/{row["slug"]}">' in page.text


async def test_an_article_about_where_something_stands_has_its_drawing(site: Any) -> None:
    for language in ("en", "ar"):
        page = (await site.get(f"/help/{language}/a/deposit-address-and-network")).text
        assert f'aria-label="{i18n.translate(language, "Where to find it")}"><svg' in page
    assert 'class="where"' not in (await site.get("/help/en/a/cannot-log-in")).text


async def test_pages_are_the_same_for_everybody_and_cached(site: Any) -> None:
    page = await site.get("/help/en/a/cannot-log-in", headers={"cookie": "theme=dark; tz=Asia/Tokyo; lang=ar"})
    other = await site.get("/help/en/a/cannot-log-in")
    assert page.text == other.text
    assert "set-cookie" not in page.headers
    assert page.headers["cache-control"].startswith("public")
    again = await site.get("/help/en/a/cannot-log-in", headers={"if-none-match": page.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_choosing_a_language_keeps_it_and_finds_the_same_article(own_site: Any, house: House) -> None:
    async with house.database.transaction() as tx:
        answer = await knowledge.answer_for(tx, topic="trading_fee", language="ar")
        assert answer
        await knowledge.save_draft(
            tx,
            house.vault,
            article_id=answer.article_id,
            language="ar",
            slug="رسوم-التداول",
            text=_text("رسوم التداول", "رسم.", "نص."),
            after=1,
            by=SYSTEM,
            now=clock.now(),
        )
    chosen = await own_site.get("/help/en/a/trading-fees?lang=ar")
    assert chosen.status_code == 302
    assert "lang=ar" in chosen.headers["set-cookie"]
    page = await own_site.get(chosen.headers["location"])
    assert page.status_code == 200 and 'lang="ar"' in page.text
    moved = await own_site.get("/help/ar/a/trading-fees")
    assert (moved.status_code, moved.headers["location"]) == (301, chosen.headers["location"])


@pytest.mark.parametrize(
    ("path", "status", "location"),
    [
        ("/help/zh-CN", 301, "/help/zh-Hans"),
        ("/help/en-GB/c/trading", 301, "/help/en/c/trading"),
        ("/help/en/cannot-log-in", 301, "/help/en/a/cannot-log-in"),
        ("/help/ar/articles/cannot-log-in", 301, "/help/ar/a/cannot-log-in"),
    ],
)
async def test_leads_on_from_near_addresses(site: Any, path: str, status: int, location: str) -> None:
    answer = await site.get(path)
    assert (answer.status_code, answer.headers["location"]) == (status, location)


@pytest.mark.parametrize(
    "path",
    ["/help/xx", "/help/en/a/nothing", "/help/en/c/nothing", "/help/en/x/y/z", "/help/en/a/%00", "/help/%E2%80%AE/a/b"],
)
async def test_missing_pages_help(site: Any, path: str) -> None:
    page = await site.get(path, headers={"accept-language": "en"})
    assert page.status_code == 404
    assert 'role="search"' in page.text
    assert "/help/en/c/account-security" in page.text
    assert "noindex" in page.text


async def test_missing_article_guesses_what_was_meant(site: Any) -> None:
    page = await site.get("/help/en/a/how-trading-fees-work")
    assert page.status_code == 404
    assert "/help/en/a/trading-fees" in page.text


@pytest.mark.parametrize(
    ("language", "words"), [("en", "pasword forgotten"), ("zh-Hans", "收不到验证码"), ("ar", "نسيت كلمة المرور")]
)
async def test_search_finds_without_a_script(site: Any, language: str, words: str) -> None:
    page = await site.get(f"/help/{language}/search", params={"q": words})
    assert page.status_code == 200
    assert f"/help/{language}/a/cannot-log-in" in page.text
    assert page.headers["cache-control"] == "private, no-store"
    assert "noindex" in page.text


async def test_empty_search_shows_the_way_to_people_and_places(site: Any) -> None:
    for words in ("", "xqzvw", "\u200b", "\x00"):
        page = await site.get("/help/en/search", params={"q": words})
        assert page.status_code == 200
        assert "/contact?lang=en" in page.text
        assert "/help/en/c/trading" in page.text


async def test_search_shows_words_as_words(site: Any) -> None:
    page = await site.get("/help/en/search", params={"q": '"><script>alert(1)</script>'})
    assert page.status_code == 200
    _assert_nothing_runs(page.text)


@pytest.mark.parametrize(
    "pasted",
    [
        HASH,
        HASH[2:],
        f"https://etherscan.io/tx/{HASH}",
        f"tx {HASH} please",
        "5VERv8NMvzbJMEkV8xnrLkEaWRtSz9CosKDYjCJjBRnbJLgp8uirBgmQpjKhoR4tjF3ZpRzrFmBV6UjKdiSZkQUW",
    ],
)
async def test_pasted_hash_leads_to_the_form(site: Any, pasted: str) -> None:
    page = await site.get("/help/en/search", params={"q": pasted})
    link = re.search(r'href="(/contact[^"]*txid=[^"]+)"', page.text)
    assert link
    form = await site.get(link[1].replace("&amp;", "&"), follow_redirects=True)
    assert form.status_code == 200
    assert (HASH[2:] in form.text) or ("5VERv8" in form.text)


async def test_pasted_recovery_phrase_is_not_shown_again(site: Any) -> None:
    phrase = "legal winner thank year wave sausage worth useful legal winner thank yellow"
    page = await site.get("/help/en/search", params={"q": phrase})
    assert page.status_code == 200
    assert "sausage" not in page.text
    assert "create a new wallet" in page.text


async def test_open_incidents_stand_above_every_page(own_site: Any, house: House) -> None:
    async with house.database.transaction() as tx:
        await incidents.open_incident(
            tx,
            house.vault,
            texts={
                "en": incidents.Text(guard.screen("Deposits on Tron are late"), guard.screen("They are safe.")),
                "ar": incidents.Text(guard.screen("تأخر الإيداعات"), guard.screen("أموالك بأمان.")),
            },
            topics=["deposit_not_credited"],
            by=SYSTEM,
            now=clock.now(),
        )
    for path, words in (
        ("/help/en", "Deposits on Tron are late"),
        ("/help/ar/a/cannot-log-in", "تأخر الإيداعات"),
        ("/help/zh-Hans/c/trading", "Deposits on Tron are late"),
    ):
        assert words in (await own_site.get(path)).text


async def test_drafts_are_not_shown(own_site: Any, house: House) -> None:
    async with house.database.transaction() as tx:
        article_id = await knowledge.start_article(
            tx,
            house.vault,
            category_slug="general",
            topic=None,
            slug="secret-draft",
            text=_text("Zymurgy", "Zymurgy.", "Zymurgy."),
            by=SYSTEM,
            now=clock.now(),
        )
    for path in (
        "/help/en",
        "/help/en/c/general",
        "/help/en/search?q=zymurgy",
        "/sitemap.xml",
        "/help/en/a/secret-draft",
    ):
        page = await own_site.get(path)
        assert "Zymurgy" not in page.text and "/a/secret-draft" not in page.text.replace("%2F", "/").split("<main")[-1]
    assert (await own_site.get("/help/en/a/secret-draft")).status_code == 404
    assert (await own_site.post("/help/en/a/secret-draft/feedback", data={"helped": "yes"})).status_code == 404
    assert article_id


async def test_nothing_that_an_editor_writes_can_run(own_site: Any, house: House) -> None:
    evil = (
        "<script>alert(1)</script>\n\n<img src=x onerror=alert(1)>\n\n[a](javascript:alert(1)) [b](//evil.example)"
        " [c](data:text/html,x) [d](http://evil.example)\n\n## <svg onload=alert(1)>\n\n<a href='https://x' onclick='y'>z</a>"
    )
    async with house.database.transaction() as tx:
        article_id = await knowledge.start_article(
            tx,
            house.vault,
            category_slug="general",
            topic=None,
            slug="evil",
            text=_text('<script>"title"</script>', "<b onclick=x>answer</b> </script><script>alert(2)</script>", evil),
            by=SYSTEM,
            now=clock.now(),
        )
        await knowledge.publish(
            tx, house.vault, article_id=article_id, language="en", number=1, by=SYSTEM, now=clock.now()
        )
    for path in ("/help/en/a/evil", "/help/en/search?q=answer+title", "/help/en/c/general"):
        _assert_nothing_runs((await own_site.get(path)).text)


async def test_brand_stands_in_articles_and_is_escaped(own_site: Any, house: House) -> None:
    async with house.database.transaction() as tx:
        await tx.execute("UPDATE help_centre SET brand = %s", ("A<b>&Co",))
    page = await own_site.get("/help/en/a/verify-official-channels")
    assert "A&lt;b&gt;&amp;Co" in page.text and "A<b>" not in page.text


async def test_sitemap_and_robots_name_every_public_page(site: Any, site_house: House) -> None:
    answer = await site.get("/sitemap.xml")
    root = ElementTree.fromstring(answer.text)
    space = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}
    places = [place.text or "" for place in root.findall("s:url/s:loc", space)]
    plan = seeding.plan()
    assert len(places) == len(set(places)) == 3 * (1 + len(plan["categories"]) + len(plan["articles"]))
    assert all(place.startswith(site_house.settings.base_url) for place in places)
    assert len(root.findall("s:url", space)[0].findall("x:link", space)) == 4
    for place in places[::20]:
        assert (await site.get(place.removeprefix(site_house.settings.base_url))).status_code == 200
    robots = (await site.get("/robots.txt")).text
    assert "Disallow: /desk" in robots and f"Sitemap: {site_house.settings.base_url}/sitemap.xml" in robots


async def test_feedback_counts_once_a_visitor(own_site: Any, house: House) -> None:
    address = "/help/en/a/cannot-log-in/feedback"
    first = await own_site.post(address, data={"helped": "yes"})
    assert (first.status_code, first.headers["location"]) == (303, "/help/en/a/cannot-log-in?said=yes#helped")
    assert "httponly" in first.headers["set-cookie"].lower()
    assert "Thank you" in (await own_site.get("/help/en/a/cannot-log-in?said=yes")).text
    await own_site.post(address, data={"helped": "no"})
    own_site.cookies.clear()
    await own_site.post(address, data={"helped": "no"})
    async with house.database.transaction() as tx:
        answer = await knowledge.answer_for(tx, topic="login_failed", language="en")
        assert answer
        article = await knowledge.desk_article(tx, article_id=answer.article_id)
    assert article.translations["en"].feedback == knowledge.FeedbackCounts(1, 1)


@pytest.mark.parametrize(
    ("headers", "data", "status"),
    [
        ({"sec-fetch-site": "cross-site"}, {"helped": "yes"}, 403),
        ({"origin": "https://evil.example"}, {"helped": "yes"}, 403),
        ({"sec-fetch-site": "same-origin"}, {"helped": "perhaps"}, 422),
        ({"sec-fetch-site": "same-origin"}, {}, 422),
    ],
)
async def test_feedback_refuses_other_sites_and_other_words(
    site: Any, headers: dict[str, str], data: dict[str, str], status: int
) -> None:
    answer = await site.post("/help/en/a/cannot-log-in/feedback", data=data, headers=headers)
    assert answer.status_code == status


class _Tags(HTMLParser):
    """Collects what a browser would see as tags and their attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def _assert_nothing_runs(html: str) -> None:
    parser = _Tags()
    parser.feed(html)
    for tag, attributes in parser.found:
        assert not [name for name in attributes if name.startswith("on") or name in ("style", "srcdoc")], (
            tag,
            attributes,
        )
        assert tag not in ("img", "iframe", "object", "embed", "base")
        if tag == "script":
            assert attributes.get("src") == "/widget/bellrock.js" or attributes.get("type") == "application/ld+json"
        for name in ("href", "src", "action", "formaction"):
            link = attributes.get(name) or "/"
            assert re.match(r"/(?!/)|#|https?://127\.0\.0\.1:\d+/", link), (tag, link)


def _text(title: str, answer: str, body: str) -> knowledge.Text:
    return knowledge.Text(guard.screen(title), guard.screen(answer), guard.screen(body))
