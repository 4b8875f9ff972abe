"""Reads for editors: drafts, history, the state of each translation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from bellrock.core import Transaction
from bellrock.knowledge.errors import ArticleNotFound
from bellrock.knowledge.models import (
    Category,
    DeskArticle,
    DeskTranslation,
    FeedbackCounts,
    Version,
    fallbacks,
    translation_state,
)

LIST_MAX = 500
HISTORY_MAX = 200

_ROWS = """
    SELECT a.id, a.topic, a.source_language, c.slug AS category_slug, t.language, t.slug, t.published_number,
      t.draft_number, v.title, p.source_number AS based_on, s.published_number AS source_published,
      count(f.visitor) FILTER (WHERE f.helped) AS helped, count(f.visitor) FILTER (WHERE NOT f.helped) AS not_helped
    FROM articles a
    JOIN categories c ON c.id = a.category_id
    JOIN article_translations t ON t.article_id = a.id
    JOIN article_versions v ON (v.article_id, v.language) = (t.article_id, t.language)
      AND v.number = coalesce(t.draft_number, t.published_number)
    LEFT JOIN article_versions p
      ON (p.article_id, p.language, p.number) = (t.article_id, t.language, t.published_number)
    LEFT JOIN article_translations s
      ON s.article_id = a.id AND s.language = a.source_language AND s.language <> t.language
    LEFT JOIN article_feedback f ON (f.article_id, f.language) = (t.article_id, t.language)
    WHERE a.id = %(id)s OR %(id)s IS NULL
    GROUP BY a.id, c.id, t.article_id, t.language, v.title, p.source_number, s.published_number
    ORDER BY c.position, a.position, a.id, t.language
"""


async def desk_list(tx: Transaction) -> list[DeskArticle]:
    """Return every article with the states of its translations, in the order of the help centre."""
    cursor = await tx.execute(_ROWS, {"id": None})
    grouped: dict[UUID, list[Mapping[str, Any]]] = {}
    for row in await cursor.fetchall():
        grouped.setdefault(row["id"], []).append(row)
    return [_article(rows) for rows in list(grouped.values())[:LIST_MAX]]


async def all_categories(tx: Transaction, *, language: str) -> list[Category]:
    """Return every category in its order, also the empty ones; `count` counts all of its articles."""
    cursor = await tx.execute(
        "SELECT c.id, c.slug, (SELECT count(*) FROM articles WHERE category_id = c.id) AS count,"
        " coalesce((SELECT n.name FROM category_names n WHERE n.category_id = c.id AND n.language = ANY(%(languages)s)"
        "  ORDER BY array_position(%(languages)s, n.language) LIMIT 1), c.slug) AS name"
        " FROM categories c ORDER BY c.position, c.slug",
        {"languages": list(fallbacks(language))},
    )
    return [Category(**row) for row in await cursor.fetchall()]


async def desk_article(tx: Transaction, *, article_id: UUID) -> DeskArticle:
    """Return one article for editors. Raises ArticleNotFound."""
    cursor = await tx.execute(_ROWS, {"id": article_id})
    rows = await cursor.fetchall()
    if not rows:
        raise ArticleNotFound
    return _article(rows)


async def history(tx: Transaction, *, article_id: UUID, language: str) -> list[Version]:
    """Return the saved versions of a translation, newest first."""
    cursor = await tx.execute(
        "SELECT * FROM article_versions WHERE article_id = %s AND language = %s ORDER BY number DESC LIMIT %s",
        (article_id, language, HISTORY_MAX),
    )
    return [Version(**row) for row in await cursor.fetchall()]


async def version(tx: Transaction, *, article_id: UUID, language: str, number: int) -> Version:
    """Return one saved version. Raises ArticleNotFound."""
    cursor = await tx.execute(
        "SELECT * FROM article_versions WHERE article_id = %s AND language = %s AND number = %s",
        (article_id, language, number),
    )
    row = await cursor.fetchone()
    if row is None:
        raise ArticleNotFound
    return Version(**row)


async def related_topics(tx: Transaction, *, article_id: UUID) -> list[str]:
    """Return the topics of the articles that editors named as related, in their order."""
    cursor = await tx.execute(
        "SELECT a.topic FROM article_related r JOIN articles a ON a.id = r.related_id"
        " WHERE r.article_id = %s AND a.topic IS NOT NULL ORDER BY r.position",
        (article_id,),
    )
    return [row["topic"] for row in await cursor.fetchall()]


def _article(rows: Sequence[Mapping[str, Any]]) -> DeskArticle:
    first = rows[0]
    translations = {row["language"]: _translation(row) for row in rows}
    source = translations.get(first["source_language"], next(iter(translations.values())))
    return DeskArticle(
        id=first["id"],
        topic=first["topic"],
        category_slug=first["category_slug"],
        source_language=first["source_language"],
        title=source.title,
        translations=translations,
    )


def _translation(row: Mapping[str, Any]) -> DeskTranslation:
    return DeskTranslation(
        language=row["language"],
        state=translation_state(
            published_number=row["published_number"],
            draft_number=row["draft_number"],
            based_on=row["based_on"],
            source_number=row["source_published"],
        ),
        slug=row["slug"],
        title=row["title"],
        published_number=row["published_number"],
        draft_number=row["draft_number"],
        feedback=FeedbackCounts(row["helped"], row["not_helped"]),
    )
