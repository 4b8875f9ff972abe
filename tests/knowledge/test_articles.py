"""An article's life: draft, published, outdated, corrected, withdrawn; every step a fact, nothing half done visible."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from bellrock import guard, knowledge
from bellrock.core import SYSTEM, Actor, Database, Transaction, new_id
from bellrock.knowledge import TranslationState
from bellrock.vault import Vault

EDITOR = Actor("agent", new_id())


async def test_answers_nothing_before_it_is_published(seeded: Transaction, vault: Vault, now: datetime) -> None:
    article_id = await _start(seeded, vault, now, topic="a_new_topic")
    assert await knowledge.answer_for(seeded, topic="a_new_topic", language="en") is None
    await _publish(seeded, vault, now, article_id, 1)
    answer = await knowledge.answer_for(seeded, topic="a_new_topic", language="en")
    assert answer is not None
    assert (answer.text, answer.language, answer.number, answer.path) == (
        "Bold answer.",
        "en",
        1,
        "/help/en/a/an-article",
    )
    assert answer.html == "<strong>Bold</strong> answer."
    assert "a_new_topic" in await knowledge.topics_answered(seeded, language="en")


async def test_falls_back_to_a_language_the_reader_knows_and_says_which(seeded: Transaction) -> None:
    for asked, given in (("ar", "ar"), ("zh-Hant", "zh-Hans"), ("pl", "en"), ("xx", "en")):
        answer = await knowledge.answer_for(seeded, topic="funding_rate", language=asked)
        assert answer is not None and answer.language == given
    assert await knowledge.answer_for(seeded, topic="account_hacked", language="en") is None


async def test_fills_in_the_brand(seeded: Transaction) -> None:
    answer = await knowledge.answer_for(seeded, topic="network_fee", language="en")
    assert answer is not None and "Northwick" in answer.text
    await seeded.execute("UPDATE help_centre SET brand = 'Southport'")
    answer = await knowledge.answer_for(seeded, topic="network_fee", language="en")
    assert answer is not None and "Southport" in answer.text and "{{" not in answer.text


async def test_a_draft_leaves_what_is_published_alone(seeded: Transaction, vault: Vault, now: datetime) -> None:
    article_id = await _start(seeded, vault, now)
    await _publish(seeded, vault, now, article_id, 1)
    await _save(seeded, vault, now, article_id, title="Newer", after=1)
    assert (await knowledge.article(seeded, slug="an-article", language="en")).title == "An article"
    desk = await knowledge.desk_article(seeded, article_id=article_id)
    assert (desk.translations["en"].published_number, desk.translations["en"].draft_number) == (1, 2)
    await _publish(seeded, vault, now, article_id, 2)
    assert (await knowledge.article(seeded, slug="an-article", language="en")).title == "Newer"
    assert (await knowledge.desk_article(seeded, article_id=article_id)).translations["en"].draft_number is None


async def test_translation_states_follow_the_source(seeded: Transaction, vault: Vault, now: datetime) -> None:
    article_id = await _start(seeded, vault, now)
    await _publish(seeded, vault, now, article_id, 1)

    async def state(language: str) -> TranslationState:
        article = await knowledge.desk_article(seeded, article_id=article_id)
        found = article.translations.get(language)
        return found.state if found else TranslationState.MISSING

    assert await state("ar") is TranslationState.MISSING
    await _save(seeded, vault, now, article_id, language="ar", after=0)
    assert await state("ar") is TranslationState.DRAFT
    await _publish(seeded, vault, now, article_id, 1, language="ar")
    assert await state("ar") is TranslationState.PUBLISHED
    await _save(seeded, vault, now, article_id, title="Newer", after=1)
    assert await state("ar") is TranslationState.PUBLISHED
    await _publish(seeded, vault, now, article_id, 2)
    assert (await state("ar"), await state("en")) == (TranslationState.OUTDATED, TranslationState.PUBLISHED)
    assert (await knowledge.article(seeded, slug="an-article", language="ar")).is_outdated
    await _save(seeded, vault, now, article_id, language="ar", after=1)
    await _publish(seeded, vault, now, article_id, 2, language="ar")
    assert await state("ar") is TranslationState.PUBLISHED


async def test_refuses_to_save_over_a_colleague(seeded: Transaction, vault: Vault, now: datetime) -> None:
    article_id = await _start(seeded, vault, now)
    await _save(seeded, vault, now, article_id, after=1)
    with pytest.raises(knowledge.DraftConflict):
        await _save(seeded, vault, now, article_id, after=1)
    assert [version.number for version in await knowledge.history(seeded, article_id=article_id, language="en")] == [
        2,
        1,
    ]


async def test_keeps_every_version_and_publishes_an_old_one_again(
    seeded: Transaction, vault: Vault, now: datetime
) -> None:
    article_id = await _start(seeded, vault, now)
    for number in (1, 2, 3):
        await _publish(seeded, vault, now, article_id, number)
        await _save(seeded, vault, now + timedelta(hours=number), article_id, title=f"Title {number}", after=number)
    await _publish(seeded, vault, now, article_id, 1)
    assert (await knowledge.article(seeded, slug="an-article", language="en")).title == "An article"
    versions = await knowledge.history(seeded, article_id=article_id, language="en")
    assert [version.title for version in versions] == ["Title 3", "Title 2", "Title 1", "An article"]
    assert versions[0].written_by == EDITOR.id


async def test_an_address_belongs_to_one_article_and_old_ones_lead_on(
    seeded: Transaction, vault: Vault, now: datetime
) -> None:
    article_id = await _start(seeded, vault, now)
    await _publish(seeded, vault, now, article_id, 1)
    await _save(seeded, vault, now, article_id, slug="renamed", after=1)
    assert (await knowledge.article(seeded, slug="renamed", language="en")).article_id == article_id
    assert await knowledge.find_moved(seeded, slug="an-article", language="en") == ("en", "renamed")
    with pytest.raises(knowledge.SlugTaken):
        await _save(seeded, vault, now, article_id, slug="trading-fees", after=2)


@pytest.mark.parametrize("slug", ["", "a b", "a/b", "-a", "a-", "a--b", "x" * 121, "a?b", "../a"])
async def test_refuses_addresses_that_are_none(seeded: Transaction, vault: Vault, now: datetime, slug: str) -> None:
    with pytest.raises(knowledge.BadArticle):
        await _start(seeded, vault, now, slug=slug)


async def test_refuses_a_second_article_for_a_topic_and_an_unknown_category(
    seeded: Transaction, vault: Vault, now: datetime
) -> None:
    with pytest.raises(knowledge.BadArticle):
        await _start(seeded, vault, now, topic="trading_fee")
    with pytest.raises(knowledge.BadArticle):
        await _start(seeded, vault, now, category="nowhere")


@pytest.mark.parametrize(
    ("title", "answer", "body"), [("x" * 201, "a", "b"), ("t", "x" * 1001, "b"), ("t", "a", "x" * 60_001)]
)
def test_refuses_texts_that_are_too_long(title: str, answer: str, body: str) -> None:
    with pytest.raises(knowledge.BadArticle):
        _text(title, answer, body)


async def test_unpublishing_hides_it_everywhere(seeded: Transaction, vault: Vault, now: datetime) -> None:
    article_id = await _start(seeded, vault, now, topic="a_new_topic")
    await _publish(seeded, vault, now, article_id, 1)
    await knowledge.unpublish(seeded, vault, article_id=article_id, language="en", by=EDITOR, now=now)
    with pytest.raises(knowledge.ArticleNotFound):
        await knowledge.article(seeded, slug="an-article", language="en")
    assert await knowledge.answer_for(seeded, topic="a_new_topic", language="en") is None
    with pytest.raises(knowledge.ArticleNotFound):
        await knowledge.unpublish(seeded, vault, article_id=article_id, language="en", by=EDITOR, now=now)


async def test_feedback_counts_once_a_visitor_and_keeps_no_cookie(
    seeded: Transaction, vault: Vault, now: datetime
) -> None:
    article_id = await _start(seeded, vault, now)
    await _publish(seeded, vault, now, article_id, 1)
    given = [
        await knowledge.give_feedback(
            seeded, vault, article_id=article_id, language="en", visitor=visitor, helped=helped, now=now
        )
        for visitor, helped in (("visitor-one", True), ("visitor-one", False), ("visitor-two", False))
    ]
    assert given == [True, False, True]
    desk = await knowledge.desk_article(seeded, article_id=article_id)
    assert desk.translations["en"].feedback == knowledge.FeedbackCounts(1, 1)
    cursor = await seeded.execute("SELECT visitor FROM article_feedback")
    assert all(b"visitor-one" not in row["visitor"] for row in await cursor.fetchall())
    with pytest.raises(knowledge.ArticleNotFound):
        await knowledge.give_feedback(
            seeded, vault, article_id=article_id, language="ar", visitor="v", helped=True, now=now
        )


async def test_every_change_is_a_fact_with_its_words_sealed(seeded: Transaction, vault: Vault, now: datetime) -> None:
    article_id = await _start(seeded, vault, now)
    await _publish(seeded, vault, now, article_id, 1)
    cursor = await seeded.execute(
        "SELECT id, kind, data FROM journal_inbox WHERE data ->> 'article' = %s ORDER BY position", (str(article_id),)
    )
    facts = await cursor.fetchall()
    assert [fact["kind"] for fact in facts] == ["knowledge.draft_saved", "knowledge.article_published"]
    assert facts[1]["data"] == {"article": str(article_id), "language": "en", "number": 1}
    records = await vault.open_records(seeded, [fact["id"] for fact in facts])
    assert records[facts[0]["id"]]["words"]["title"] == "An article"


async def test_nothing_stays_of_a_transaction_that_fails(
    seeded_place: tuple[str, Path], vault: Vault, now: datetime
) -> None:
    async with Database(seeded_place[0]) as database:
        with pytest.raises(RuntimeError):
            async with database.transaction() as tx:
                await _start(tx, vault, now, topic="half_done")
                raise RuntimeError
        async with database.transaction() as tx:
            cursor = await tx.execute("SELECT count(*) AS count FROM articles WHERE topic = 'half_done'")
            row = await cursor.fetchone()
    assert row == {"count": 0}


async def test_secrets_of_editors_are_not_kept(seeded: Transaction, vault: Vault, now: datetime) -> None:
    phrase = "legal winner thank year wave sausage worth useful legal winner thank yellow"
    article_id = await _start(seeded, vault, now, body=f"My words: {phrase}")
    version = (await knowledge.history(seeded, article_id=article_id, language="en"))[0]
    assert "sausage" not in version.body


async def _start(
    tx: Transaction,
    vault: Vault,
    now: datetime,
    *,
    topic: str | None = None,
    slug: str = "an-article",
    category: str = "general",
    body: str = "Text.",
) -> UUID:
    return await knowledge.start_article(
        tx,
        vault,
        category_slug=category,
        topic=topic,
        slug=slug,
        text=_text("An article", "**Bold** answer.", body),
        by=EDITOR,
        now=now,
    )


async def _save(
    tx: Transaction,
    vault: Vault,
    now: datetime,
    article_id: UUID,
    *,
    after: int,
    language: str = "en",
    title: str = "An article",
    slug: str = "an-article",
) -> int:
    return await knowledge.save_draft(
        tx,
        vault,
        article_id=article_id,
        language=language,
        slug=slug,
        text=_text(title, "Answer.", "Text."),
        after=after,
        by=EDITOR,
        now=now,
    )


async def _publish(
    tx: Transaction, vault: Vault, now: datetime, article_id: UUID, number: int, *, language: str = "en"
) -> None:
    await knowledge.publish(tx, vault, article_id=article_id, language=language, number=number, by=SYSTEM, now=now)


def _text(title: str, answer: str, body: str) -> knowledge.Text:
    return knowledge.Text(*(guard.screen(part, max_chars=100_000) for part in (title, answer, body)))
