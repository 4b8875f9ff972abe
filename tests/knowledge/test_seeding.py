"""The articles of the product: complete, in shape, and never over what an editor wrote."""

from __future__ import annotations

import re
from datetime import datetime

import pytest

from bellrock import guard, knowledge, language
from bellrock.core import Actor, Transaction, new_id
from bellrock.knowledge import seeding
from bellrock.triage import Gate, topics
from bellrock.vault import Vault

LANGUAGES = seeding.languages()
SEEDED = ("en", "zh-Hans", "ar")  # by the fixture; to seed all takes seconds
SCRIPTS = {
    "zh-Hans": "[\u4e00-\u9fff]",
    "zh-Hant": "[\u4e00-\u9fff]",
    "ja": "[\u3040-\u30ff]",
    "ko": "[\uac00-\ud7a3]",
    "ar": "[\u0600-\u06ff]",
    "ru": "[\u0400-\u04ff]",
    "uk": "[\u0400-\u04ff]",
}
ANSWERED = [name for name, topic in topics().items() if topic.gate is Gate.ANSWER]


def test_every_topic_that_may_be_answered_has_an_article() -> None:
    assert sorted(seeding.plan()["articles"]) == sorted(ANSWERED)
    for article in seeding.plan()["articles"].values():
        assert set(article["related"]) <= set(ANSWERED)
        assert article["category"] in seeding.plan()["categories"]


def test_every_language_of_the_product_has_articles() -> None:
    assert set(LANGUAGES) == set(language.LANGUAGES)


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("topic", ANSWERED)
def test_each_article_is_in_shape(code: str, topic: str) -> None:
    article = seeding.read(code, topic)
    assert article is not None
    english = seeding.read("en", topic)
    assert english is not None
    if code in SCRIPTS:
        letters = len(re.findall(SCRIPTS[code], article.body))
        foreign = len(re.findall("[A-Za-z]", re.sub(r"\(\S+\)|`[^`]*`", "", article.body)))
        assert letters > foreign
    if code in ("zh-Hans", "zh-Hant", "ja"):
        assert 200 <= len(article.body) <= 1_000
    else:
        assert 0.6 <= len(article.body) / len(english.body) <= 1.7 or code == "ko"
    if code != "en":
        assert not {article.title, article.answer, article.body} & {english.title, english.answer, english.body}
        assert outline(article.body) == outline(english.body)
    assert not re.search(r"\b(TODO|FIXME)\b", article.body)
    sentences = re.findall(r"[。！？]|[.!?؟](?=\s|$)", article.answer)
    assert 2 <= len(sentences) <= 6
    assert len(article.answer) <= 500
    assert re.search(r"(?m)^1\. ", article.body), "steps"
    assert re.search(r"(?m)^## ", article.body)
    for part in (article.title, article.answer, article.body):
        screened = guard.screen(part)
        assert screened.findings == () and screened.text == part
        assert "Northwick" not in part and "Bellrock" not in part
        assert not re.search(r"\{\{(?!brand\}\})", part)


def outline(body: str) -> tuple[int, int, list[str]]:
    """Return what all languages have in common: headings, steps, and where links lead."""
    links = sorted(re.findall(r"\]\(([^)]+)\)", body))
    return len(re.findall(r"(?m)^#+ ", body)), len(re.findall(r"(?m)^\d+\. ", body)), links


def test_every_category_has_a_name_in_every_language() -> None:
    for slug, names in seeding.plan()["categories"].items():
        assert names.keys() == set(LANGUAGES), slug


async def test_seeding_again_changes_nothing(seeded: Transaction, vault: Vault, now: datetime) -> None:
    assert await knowledge.seed(seeded, vault, now=now, only=SEEDED) == 0
    for code in SEEDED:
        assert set(ANSWERED) <= await knowledge.topics_answered(seeded, language=code)
        for topic in ANSWERED:
            answer = await knowledge.answer_for(seeded, topic=topic, language=code)
            assert answer is not None and answer.language == code and not answer.is_outdated


async def test_a_newer_seed_replaces_only_what_nobody_has_edited(
    seeded: Transaction, vault: Vault, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    edited = await knowledge.answer_for(seeded, topic="trading_fee", language="en")
    assert edited is not None
    await knowledge.save_draft(
        seeded,
        vault,
        article_id=edited.article_id,
        language="en",
        slug="trading-fees",
        text=knowledge.Text(*(guard.screen(part) for part in ("Ours", "Our words.", "Ours."))),
        after=1,
        by=Actor("agent", new_id()),
        now=now,
    )
    read = seeding.read

    def newer(language: str, topic: str) -> seeding.SeedArticle | None:
        article = read(language, topic)
        if article is None or language != "en" or topic not in ("trading_fee", "funding_rate"):
            return article
        return seeding.SeedArticle(topic, language, article.slug, "Newer", article.answer, article.body)

    monkeypatch.setattr(seeding, "read", newer)
    assert await knowledge.seed(seeded, vault, now=now, only=SEEDED) == 1
    titles = {}
    for topic in ("trading_fee", "funding_rate"):
        answer = await knowledge.answer_for(seeded, topic=topic, language="en")
        assert answer is not None
        titles[topic] = answer.title
    assert titles == {"trading_fee": "How trading fees are computed", "funding_rate": "Newer"}


async def test_lists_in_the_order_of_the_plan(seeded: Transaction) -> None:
    categories = await knowledge.categories(seeded, language="ar")
    assert [category.slug for category in categories] == list(seeding.plan()["categories"])
    assert sum(category.count for category in categories) == len(ANSWERED)
    cards = await knowledge.cards_of_category(seeded, slug="account-security", language="en")
    assert cards[0].slug == "cannot-log-in"
    page = await knowledge.article(seeded, slug="cannot-log-in", language="zh-Hans")
    assert [card.slug for card in page.related][:2] == ["set-up-two-factor", "login-alert"]
    assert page.addresses.keys() == set(SEEDED)
    assert len(page.headings) == 3
