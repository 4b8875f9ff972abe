"""What articles mean, by the real encoder and the shipped head: a question in any language finds the right one."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from bellrock import knowledge, triage
from bellrock.core import Database
from bellrock.triage.port import Embedder

ASKED = [
    ("tr", "şifremi unuttum giremiyorum", "login_failed"),
    ("de", "Warum kann ich gerade nichts auszahlen?", "withdrawal_suspended"),
    ("ja", "資金調達率とは何ですか", "funding_rate"),
    ("es", "cuánto cuesta cada operación", "trading_fee"),
    ("ru", "как пройти верификацию личности", "kyc_how_to"),
    ("ko", "이 이메일이 정말 거래소에서 보낸 건가요?", "verify_official_channel"),
    ("vi", "tôi cần báo cáo thuế cho năm ngoái", "statement_or_tax"),
    ("ar", "ما الشبكة التي أختارها وكم رسوم السحب", "network_fee"),
]


@pytest.fixture(scope="module")
async def meaning(
    furnished: tuple[str, Path], clone_database: Callable[..., str], embedder: Embedder
) -> AsyncIterator[tuple[Database, triage.ArticleMeaning]]:
    """Every English article, encoded once, in a database of this module's own."""
    async with Database(clone_database(urlsplit(furnished[0]).path[1:])) as database:
        async with database.transaction() as tx:
            await tx.execute("DELETE FROM article_translations WHERE language <> 'en'")
        made = triage.ArticleMeaning(database, embedder)
        assert (await made.nearest("anything", language="en", limit=5)).articles == ()
        while await made.refresh(limit=64):
            pass
        yield database, made


async def test_a_question_finds_the_article_in_the_readers_language_whatever_its_own(
    meaning: tuple[Database, triage.ArticleMeaning],
) -> None:
    database, known = meaning
    first = within = 0
    async with database.transaction() as tx:
        for _, asked, topic in ASKED:
            wanted = await knowledge.answer_for(tx, topic=topic, language="en")
            assert wanted is not None
            hits = await knowledge.search(tx, text=asked, language="en", meaning=known)
            found = [hit.card.article_id for hit in hits[:5]]
            first += found[:1] == [wanted.article_id]
            within += wanted.article_id in found
            assert {hit.card.language for hit in hits} == {"en"}
    assert within == len(ASKED)
    assert first >= 0.85 * len(ASKED)


async def test_what_is_published_is_known_at_once_and_what_is_withdrawn_is_not(
    meaning: tuple[Database, triage.ArticleMeaning],
) -> None:
    database, known = meaning
    assert await known.refresh() == 0
    async with database.transaction() as tx:
        article = await knowledge.answer_for(tx, topic="api_rate_limit", language="en")
        assert article is not None
        await tx.execute("DELETE FROM article_vectors WHERE article_id = %s", (article.article_id,))
    assert await known.refresh() == 1
    found = await known.nearest("How many requests may I send, 429?", language="en", limit=3)
    assert found.articles[0] == article.article_id
    assert found.language == "en"
    async with database.transaction() as tx:
        await tx.execute(
            "UPDATE article_translations SET draft_number = published_number, published_number = NULL, published_at = NULL,"
            " answer_html = NULL, body_html = NULL, search = NULL, words = NULL WHERE article_id = %s",
            (article.article_id,),
        )
    await known.refresh()
    assert (
        article.article_id
        not in (await known.nearest("How many requests may I send, 429?", language="en", limit=50)).articles
    )


async def test_an_editors_article_without_a_topic_is_found_by_its_own_words(
    meaning: tuple[Database, triage.ArticleMeaning],
) -> None:
    database, known = meaning
    async with database.transaction() as tx:
        article = await knowledge.answer_for(tx, topic="copy_trading", language="en")
        assert article is not None
        await tx.execute("UPDATE articles SET topic = NULL WHERE id = %s", (article.article_id,))
        await tx.execute("DELETE FROM article_vectors WHERE article_id = %s", (article.article_id,))
    assert await known.refresh() == 1
    async with database.transaction() as tx:
        for asked in ("как работает копитрейдинг и боты", "demo trading", "跟单交易和机器人怎么用"):
            hits = await knowledge.search(tx, text=asked, language="en", limit=3, meaning=known)
            assert article.article_id in [hit.card.article_id for hit in hits], asked
