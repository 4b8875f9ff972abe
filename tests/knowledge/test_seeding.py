"""The articles of the product: complete, in shape, and never over what an editor wrote."""

from __future__ import annotations

import re
from datetime import datetime

import pytest

from bellrock import guard, knowledge
from bellrock.core import Actor, Transaction, new_id
from bellrock.knowledge import seeding
from bellrock.triage import Gate, topics
from bellrock.vault import Vault

LANGUAGES = seeding.languages()
ANSWERED = [name for name, topic in topics().items() if topic.gate is Gate.ANSWER]


def test_every_topic_that_may_be_answered_has_an_article() -> None:
    assert sorted(seeding.plan()["articles"]) == sorted(ANSWERED)
    for article in seeding.plan()["articles"].values():
        assert set(article["related"]) <= set(ANSWERED)
        assert article["category"] in seeding.plan()["categories"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("topic", ANSWERED)
def test_each_article_is_in_shape(language: str, topic: str) -> None:
    article = seeding.read(language, topic)
    assert article is not None
    if language == "zh-Hans":
        assert 300 <= len(article.body) <= 700
    else:
        assert 120 <= len(article.body.split()) <= 300
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


async def test_seeding_again_changes_nothing(seeded: Transaction, vault: Vault, now: datetime) -> None:
    assert await knowledge.seed(seeded, vault, now=now) == 0
    for language in LANGUAGES:
        assert set(ANSWERED) <= await knowledge.topics_answered(seeded, language=language)
        for topic in ANSWERED:
            answer = await knowledge.answer_for(seeded, topic=topic, language=language)
            assert answer is not None and answer.language == language and not answer.is_outdated


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
    assert await knowledge.seed(seeded, vault, now=now) == 1
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
    assert page.addresses.keys() == set(LANGUAGES)
    assert len(page.headings) == 3
