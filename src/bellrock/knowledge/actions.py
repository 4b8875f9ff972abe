"""Writes: an article is drafted in a language, published, corrected, withdrawn; readers say whether it helped."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from bellrock import vault as vaults
from bellrock.core import Actor, Transaction, new_id
from bellrock.guard import GuardedText
from bellrock.knowledge import index
from bellrock.knowledge.errors import ArticleNotFound, BadArticle, DraftConflict, SlugTaken
from bellrock.knowledge.models import ANSWER_MAX, BODY_MAX, SLUG_MAX, SOURCE_LANGUAGE, TITLE_MAX
from bellrock.knowledge.rendering import render, render_line

_SLUG = re.compile(r"\w+(-\w+)*")
_TOPIC = re.compile("[a-z0-9_]{1,80}")


@dataclass(frozen=True, slots=True)
class Text:
    """The words of an article in one language. `answer` is what the first line may send; `body` is Markdown."""

    title: GuardedText
    answer: GuardedText
    body: GuardedText

    def __post_init__(self) -> None:
        limits = ((self.title, 1, TITLE_MAX), (self.answer, 1, ANSWER_MAX), (self.body, 1, BODY_MAX))
        if not all(least <= len(part.text.strip()) <= most for part, least, most in limits):
            raise BadArticle


async def start_article(
    tx: Transaction,
    vault: vaults.Vault,
    *,
    category_slug: str,
    topic: str | None,
    slug: str,
    text: Text,
    by: Actor,
    now: datetime,
    language: str = SOURCE_LANGUAGE,
) -> UUID:
    """Start an article with a draft in its source language; return its id.

    Raises BadArticle when the category does not exist or the topic already has an article, SlugTaken for the address.
    """
    if topic and not _TOPIC.fullmatch(topic):
        raise BadArticle
    article_id = new_id()
    cursor = await tx.execute(
        "INSERT INTO articles (id, category_id, topic, source_language, position, created_at)"
        " SELECT %(id)s, c.id, %(topic)s, %(language)s,"
        "  (SELECT coalesce(max(position), 0) + 1 FROM articles WHERE category_id = c.id), %(now)s"
        " FROM categories c WHERE c.slug = %(category)s ON CONFLICT (topic) DO NOTHING RETURNING id",
        {"id": article_id, "topic": topic or None, "language": language, "now": now, "category": category_slug},
    )
    if await cursor.fetchone() is None:
        raise BadArticle
    await save_draft(tx, vault, article_id=article_id, language=language, slug=slug, text=text, after=0, by=by, now=now)
    return article_id


async def save_draft(
    tx: Transaction,
    vault: vaults.Vault,
    *,
    article_id: UUID,
    language: str,
    slug: str,
    text: Text,
    after: int,
    by: Actor,
    now: datetime,
) -> int:
    """Save the next version of a translation as its draft; return the version's number.

    `after` is the newest version the writer has seen, 0 for none. Raises DraftConflict when there is a newer one,
    SlugTaken, BadArticle, ArticleNotFound.
    """
    if not _SLUG.fullmatch(slug) or len(slug) > SLUG_MAX:
        raise BadArticle
    article = await _lock(tx, article_id)
    number = await _last_number(tx, article_id=article_id, language=language)
    if number != after:
        raise DraftConflict
    number += 1
    source_number = None
    if language != article["source_language"]:
        source = await _translation(tx, article_id=article_id, language=article["source_language"])
        source_number = source["published_number"] if source else None
    await tx.execute(
        "INSERT INTO article_versions (article_id, language, number, title, answer, body, source_number,"
        " written_by_kind, written_by, written_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (
            article_id,
            language,
            number,
            text.title.text.strip(),
            text.answer.text.strip(),
            text.body.text.strip(),
            source_number,
            by.kind,
            by.id,
            now,
        ),
    )
    await _set_draft(tx, article_id=article_id, language=language, slug=slug, number=number)
    await _record(
        tx,
        vault,
        kind="knowledge.draft_saved",
        article_id=article_id,
        language=language,
        number=number,
        by=by,
        now=now,
        words={"slug": slug, "title": text.title.text, "answer": text.answer.text, "body": text.body.text},
    )
    return number


async def publish(
    tx: Transaction,
    vault: vaults.Vault,
    *,
    article_id: UUID,
    language: str,
    number: int,
    by: Actor,
    now: datetime,
) -> None:
    """Publish a saved version: render it, index it, show it. Publishing an older version brings it back.

    A published translation is current until the source is published again. Raises ArticleNotFound.
    """
    await _lock(tx, article_id)
    cursor = await tx.execute(
        "UPDATE article_versions SET published_at = %s WHERE article_id = %s AND language = %s AND number = %s"
        " RETURNING title, answer, body",
        (now, article_id, language, number),
    )
    version = await cursor.fetchone()
    if version is None:
        raise ArticleNotFound
    await tx.execute(
        "UPDATE article_translations SET published_number = %(number)s, published_at = %(now)s,"
        " draft_number = CASE WHEN draft_number > %(number)s THEN draft_number END,"
        " answer_html = %(answer_html)s, body_html = %(body_html)s, search = %(search)s::tsvector, words = %(words)s"
        " WHERE article_id = %(article)s AND language = %(language)s",
        {
            "number": number,
            "now": now,
            "answer_html": render_line(version["answer"]),
            "body_html": render(version["body"]),
            "search": index.vector(**version),
            "words": index.spelling(title=version["title"], answer=version["answer"]),
            "article": article_id,
            "language": language,
        },
    )
    await _record(
        tx,
        vault,
        kind="knowledge.article_published",
        article_id=article_id,
        language=language,
        number=number,
        by=by,
        now=now,
    )


async def unpublish(
    tx: Transaction, vault: vaults.Vault, *, article_id: UUID, language: str, by: Actor, now: datetime
) -> None:
    """Take a translation away from readers; its text stays as a draft. Raises ArticleNotFound."""
    await _lock(tx, article_id)
    translation = await _translation(tx, article_id=article_id, language=language)
    if translation is None or translation["published_number"] is None:
        raise ArticleNotFound
    await tx.execute(
        "UPDATE article_translations SET draft_number = coalesce(draft_number, published_number),"
        " published_number = NULL, published_at = NULL, answer_html = NULL, body_html = NULL, search = NULL, words = NULL"
        " WHERE article_id = %s AND language = %s",
        (article_id, language),
    )
    await _record(
        tx,
        vault,
        kind="knowledge.article_unpublished",
        article_id=article_id,
        language=language,
        number=translation["published_number"],
        by=by,
        now=now,
    )


async def give_feedback(
    tx: Transaction,
    vault: vaults.Vault,
    *,
    article_id: UUID,
    language: str,
    visitor: str,
    helped: bool,
    now: datetime,
) -> bool:
    """Keep a visitor's word on an article, once; return whether it was new.

    `visitor` is the random value of a cookie. It is kept as a hash together with the article, so that what one visitor
    read cannot be put together. Raises ArticleNotFound.
    """
    translation = await _translation(tx, article_id=article_id, language=language)
    if translation is None or translation["published_number"] is None:
        raise ArticleNotFound
    cursor = await tx.execute(
        "INSERT INTO article_feedback (article_id, language, visitor, helped, given_at) VALUES (%s, %s, %s, %s, %s)"
        " ON CONFLICT DO NOTHING",
        (article_id, language, sha256(article_id.bytes + visitor.encode()).digest(), helped, now),
    )
    if cursor.rowcount == 0:
        return False
    await _record(
        tx,
        vault,
        kind="knowledge.feedback_given",
        article_id=article_id,
        language=language,
        number=translation["published_number"],
        by=Actor("visitor"),
        now=now,
        helped=helped,
    )
    return True


async def _lock(tx: Transaction, article_id: UUID) -> dict[str, Any]:
    cursor = await tx.execute("SELECT * FROM articles WHERE id = %s FOR UPDATE", (article_id,))
    row = await cursor.fetchone()
    if row is None:
        raise ArticleNotFound
    return row


async def _last_number(tx: Transaction, *, article_id: UUID, language: str) -> int:
    cursor = await tx.execute(
        "SELECT coalesce(max(number), 0) AS last FROM article_versions WHERE article_id = %s AND language = %s",
        (article_id, language),
    )
    row = await cursor.fetchone()
    return int(row["last"]) if row else 0


async def _translation(tx: Transaction, *, article_id: UUID, language: str) -> dict[str, Any] | None:
    cursor = await tx.execute(
        "SELECT slug, published_number, draft_number FROM article_translations WHERE article_id = %s AND language = %s",
        (article_id, language),
    )
    return await cursor.fetchone()


async def _set_draft(tx: Transaction, *, article_id: UUID, language: str, slug: str, number: int) -> None:
    """Point the translation to its draft. A changed address leaves the old one behind as a way to the article."""
    # Two who choose the same address come one after the other, so that the second is told.
    await tx.execute("SELECT pg_advisory_xact_lock(hashtext('knowledge.slug'))")
    before = await _translation(tx, article_id=article_id, language=language)
    cursor = await tx.execute(
        "SELECT 1 FROM article_translations WHERE language = %s AND slug = %s AND article_id <> %s",
        (language, slug, article_id),
    )
    if await cursor.fetchone() is not None:
        raise SlugTaken
    await tx.execute(
        "INSERT INTO article_translations (article_id, language, slug, draft_number) VALUES (%s, %s, %s, %s)"
        " ON CONFLICT (article_id, language) DO UPDATE SET slug = excluded.slug, draft_number = excluded.draft_number",
        (article_id, language, slug, number),
    )
    if before is not None and before["slug"] != slug and before["published_number"] is not None:
        await tx.execute(
            "INSERT INTO article_slugs (language, slug, article_id) VALUES (%s, %s, %s)"
            " ON CONFLICT (language, slug) DO UPDATE SET article_id = excluded.article_id",
            (language, before["slug"], article_id),
        )


async def _record(
    tx: Transaction,
    vault: vaults.Vault,
    *,
    kind: str,
    article_id: UUID,
    language: str,
    number: int,
    by: Actor,
    now: datetime,
    words: dict[str, str] | None = None,
    helped: bool | None = None,
) -> None:
    data: dict[str, Any] = {"article": str(article_id), "language": language, "number": number}
    if helped is not None:
        data["helped"] = helped
    await vaults.record(tx, vault, kind=kind, at=now, actor=by, data=data, words=words)
