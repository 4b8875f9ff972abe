"""Reads for everyone: only what is published."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bellrock.core import Transaction, together
from bellrock.knowledge.errors import ArticleNotFound
from bellrock.knowledge.models import (
    SOURCE_LANGUAGE,
    ArticlePage,
    Card,
    Category,
    PublishedAnswer,
    fallbacks,
)
from bellrock.knowledge.rendering import headings, plain_line, with_brand, with_brand_html

LIST_MAX = 200
RELATED_MAX = 4
_WORDS_A_MINUTE = 200
_CJK_CHARS_A_MINUTE = 400

# One published translation of each article: the first of the wanted languages that there is.
_CHOSEN = """
    SELECT DISTINCT ON (t.article_id) t.*
    FROM article_translations t
    WHERE t.published_number IS NOT NULL AND t.language = ANY(%(languages)s)
    ORDER BY t.article_id, array_position(%(languages)s, t.language)
"""
_CARD = "a.id AS article_id, t.language, t.slug, v.title, v.answer, c.slug AS category_slug, h.brand"
_FROM_CHOSEN = """
    FROM chosen t
    JOIN articles a ON a.id = t.article_id
    JOIN categories c ON c.id = a.category_id
    JOIN article_versions v ON (v.article_id, v.language, v.number) = (t.article_id, t.language, t.published_number)
    CROSS JOIN help_centre_spoken h
"""
# The same for articles `a` that were found before: each looks up its own, and no other text is read.
_FROM_FOUND = """
    JOIN LATERAL (SELECT t.* FROM article_translations t WHERE t.article_id = a.id AND t.published_number IS NOT NULL
      AND t.language = ANY(%(languages)s) ORDER BY array_position(%(languages)s, t.language) LIMIT 1) t ON true
    JOIN categories c ON c.id = a.category_id
    JOIN article_versions v ON (v.article_id, v.language, v.number) = (t.article_id, t.language, t.published_number)
    CROSS JOIN help_centre_spoken h
"""
# The article at an address.
_HERE = """
    (SELECT a.id, a.category_id FROM article_translations t JOIN articles a ON a.id = t.article_id
      WHERE t.language = %(language)s AND t.slug = %(slug)s AND t.published_number IS NOT NULL) here
"""
# The source is newer than the text that this translation was made from.
_OUTDATED = """
    EXISTS (SELECT 1 FROM article_translations s
            WHERE s.article_id = a.id AND s.language = a.source_language AND s.language <> v.language
              AND s.published_number > v.source_number) AS is_outdated
"""


async def categories(tx: Transaction, *, language: str) -> list[Category]:
    """Return the categories that hold an article for readers of `language`, in their order."""
    cursor = await tx.execute(
        f"WITH chosen AS ({_CHOSEN}) "
        "SELECT c.id, c.slug, count(*) AS count,"
        " (SELECT n.name FROM category_names n WHERE n.category_id = c.id AND n.language = ANY(%(languages)s)"
        "  ORDER BY array_position(%(languages)s, n.language) LIMIT 1) AS name"
        " FROM chosen t JOIN articles a ON a.id = t.article_id JOIN categories c ON c.id = a.category_id"
        " GROUP BY c.id ORDER BY c.position, c.slug",
        _wanted(language),
    )
    return [
        Category(row["id"], row["slug"], row["name"] or row["slug"], row["count"]) for row in await cursor.fetchall()
    ]


async def category(tx: Transaction, *, slug: str, language: str) -> Category:
    """Return one category. Raises ArticleNotFound when it does not exist or is empty for this reader."""
    for found in await categories(tx, language=language):
        if found.slug == slug:
            return found
    raise ArticleNotFound


async def cards_of_category(tx: Transaction, *, slug: str | None, language: str) -> list[Card]:
    """Return the articles of a category, or of all when `slug` is None, in their order."""
    cursor = await tx.execute(
        f"WITH chosen AS ({_CHOSEN}) SELECT {_CARD} {_FROM_CHOSEN}"
        " WHERE c.slug = %(slug)s OR %(slug)s IS NULL ORDER BY c.position, a.position, a.id LIMIT %(limit)s",
        {**_wanted(language), "slug": slug, "limit": LIST_MAX},
    )
    return [card(row) for row in await cursor.fetchall()]


async def article(tx: Transaction, *, slug: str, language: str) -> ArticlePage:
    """Return a published article by its address in exactly this language. Raises ArticleNotFound."""
    if "\x00" in slug:
        raise ArticleNotFound
    row, addresses, related = await together(
        tx,
        _published(tx, slug=slug, language=language),
        _addresses(tx, slug=slug, language=language),
        _related(tx, slug=slug, language=language),
    )
    if row is None:
        raise ArticleNotFound
    brand = row["brand"]
    body_html = with_brand_html(row["body_html"], brand)
    return ArticlePage(
        article_id=row["article_id"],
        topic=row["topic"],
        language=row["language"],
        slug=row["slug"],
        title=with_brand(row["title"], brand),
        answer=with_brand(plain_line(row["answer"]), brand),
        answer_html=with_brand_html(row["answer_html"], brand),
        body_html=body_html,
        headings=headings(body_html),
        category_slug=row["category_slug"],
        category_name=row["category_name"] or row["category_slug"],
        number=row["published_number"],
        published_at=row["published_at"],
        is_outdated=row["is_outdated"],
        addresses=addresses,
        related=related,
        minutes=_minutes(row["body"]),
    )


async def _published(tx: Transaction, *, slug: str, language: str) -> dict[str, Any] | None:
    cursor = await tx.execute(
        "SELECT a.id AS article_id, a.topic, a.category_id, t.language, t.slug, t.published_number, t.published_at,"
        f" t.answer_html, t.body_html, v.title, v.answer, v.body, c.slug AS category_slug, h.brand, {_OUTDATED},"
        " (SELECT n.name FROM category_names n WHERE n.category_id = c.id AND n.language = ANY(%(languages)s)"
        "  ORDER BY array_position(%(languages)s, n.language) LIMIT 1) AS category_name"
        " FROM article_translations t JOIN articles a ON a.id = t.article_id"
        " JOIN categories c ON c.id = a.category_id"
        " JOIN article_versions v ON (v.article_id, v.language, v.number) = (t.article_id, t.language, t.published_number)"
        " CROSS JOIN help_centre_spoken h WHERE t.language = %(language)s AND t.slug = %(slug)s",
        {**_wanted(language), "language": language, "slug": slug},
    )
    return await cursor.fetchone()


async def find_moved(tx: Transaction, *, slug: str, language: str) -> tuple[str, str] | None:
    """Return (language, slug) under which an article is read now that once had this address, or has it elsewhere.

    Serves old links, and links whose language was changed by hand: the reader's language first, then its fallbacks.
    """
    if "\x00" in slug:
        return None
    cursor = await tx.execute(
        f"WITH chosen AS ({_CHOSEN}), named AS ("
        "  SELECT article_id, language FROM article_slugs WHERE slug = %(slug)s"
        "  UNION SELECT article_id, language FROM article_translations"
        "  WHERE slug = %(slug)s AND published_number IS NOT NULL)"
        " SELECT t.language, t.slug FROM named n JOIN chosen t ON t.article_id = n.article_id"
        " ORDER BY (n.language = %(language)s) DESC, n.language LIMIT 1",
        {**_wanted(language), "slug": slug, "language": language},
    )
    row = await cursor.fetchone()
    return (row["language"], row["slug"]) if row else None


async def answer_for(tx: Transaction, *, topic: str, language: str) -> PublishedAnswer | None:
    """Return the published answer to a topic in the reader's language, else in the next one they can read.

    None when no article answers the topic. Look at `.language` before sending: it may be a fallback.
    """
    cursor = await tx.execute(
        f"SELECT {_CARD}, a.topic, t.published_number, t.answer_html, {_OUTDATED} FROM articles a {_FROM_FOUND}"
        " WHERE a.topic = %(topic)s",
        {**_wanted(language), "topic": topic},
    )
    row = await cursor.fetchone()
    if row is None:
        return None
    brand = row["brand"]
    return PublishedAnswer(
        article_id=row["article_id"],
        topic=row["topic"],
        language=row["language"],
        number=row["published_number"],
        slug=row["slug"],
        title=with_brand(row["title"], brand),
        text=with_brand(plain_line(row["answer"]), brand),
        html=with_brand_html(row["answer_html"], brand),
        is_outdated=row["is_outdated"],
    )


async def topics_answered(tx: Transaction, *, language: str) -> frozenset[str]:
    """Return the topics that have a published answer for readers of `language`, fallbacks included."""
    cursor = await tx.execute(
        "SELECT DISTINCT a.topic FROM articles a JOIN article_translations t ON t.article_id = a.id"
        " WHERE a.topic IS NOT NULL AND t.published_number IS NOT NULL AND t.language = ANY(%(languages)s)",
        _wanted(language),
    )
    return frozenset(row["topic"] for row in await cursor.fetchall())


async def languages(tx: Transaction) -> list[str]:
    """Return the languages in which something is published, the source first."""
    cursor = await tx.execute(
        "SELECT DISTINCT language FROM article_translations WHERE published_number IS NOT NULL ORDER BY language"
    )
    found = [str(row["language"]) for row in await cursor.fetchall()]
    return sorted(found, key=lambda code: (code != SOURCE_LANGUAGE, code))


async def published_addresses(tx: Transaction) -> list[dict[str, Any]]:
    """Return article_id, language, slug and published_at of every published translation, for the sitemap."""
    cursor = await tx.execute(
        "SELECT article_id, language, slug, published_at FROM article_translations"
        " WHERE published_number IS NOT NULL ORDER BY article_id, language LIMIT 50000"
    )
    return [dict(row) for row in await cursor.fetchall()]


def card(row: Mapping[str, Any]) -> Card:
    """Make a card of a row with its columns and `brand`."""
    return Card(
        article_id=row["article_id"],
        language=row["language"],
        slug=row["slug"],
        title=with_brand(row["title"], row["brand"]),
        answer=with_brand(plain_line(row["answer"]), row["brand"]),
        category_slug=row["category_slug"],
    )


async def _addresses(tx: Transaction, *, slug: str, language: str) -> dict[str, str]:
    cursor = await tx.execute(
        f"SELECT o.language, o.slug FROM {_HERE} JOIN article_translations o ON o.article_id = here.id"
        " WHERE o.published_number IS NOT NULL ORDER BY o.language",
        {"language": language, "slug": slug},
    )
    return {row["language"]: row["slug"] for row in await cursor.fetchall()}


async def _related(tx: Transaction, *, slug: str, language: str) -> tuple[Card, ...]:
    """Return what the editors named, then neighbours of the same category."""
    cursor = await tx.execute(
        f"WITH here AS MATERIALIZED (SELECT * FROM {_HERE}), near AS MATERIALIZED ("
        "SELECT a.id, a.category_id, r.position AS named, a.position FROM here JOIN articles a ON a.id <> here.id"
        " LEFT JOIN article_related r ON r.article_id = here.id AND r.related_id = a.id"
        " WHERE r.related_id IS NOT NULL OR a.category_id = here.category_id), chosen AS MATERIALIZED ("
        "SELECT DISTINCT ON (t.article_id) n.*, t.language, t.slug, t.published_number FROM near n"
        " JOIN article_translations t ON t.article_id = n.id WHERE t.published_number IS NOT NULL"
        " AND t.language = ANY(%(languages)s) ORDER BY t.article_id, array_position(%(languages)s, t.language)),"
        " shown AS MATERIALIZED (SELECT * FROM chosen ORDER BY named NULLS LAST, position LIMIT %(limit)s)"
        " SELECT t.id AS article_id, t.language, t.slug, v.title, v.answer, c.slug AS category_slug, h.brand FROM shown t"
        " JOIN categories c ON c.id = t.category_id JOIN article_versions v"
        " ON (v.article_id, v.language, v.number) = (t.id, t.language, t.published_number)"
        " CROSS JOIN help_centre_spoken h ORDER BY t.named NULLS LAST, t.position",
        {**_wanted(language), "language": language, "slug": slug, "limit": RELATED_MAX},
    )
    return tuple(card(row) for row in await cursor.fetchall())


def _wanted(language: str) -> dict[str, Any]:
    return {"languages": list(fallbacks(language))}


def _minutes(body: str) -> int:
    """Return how long reading takes, at least one minute."""
    ideographs = sum(1 for char in body if "\u3040" <= char <= "\u9fff")
    return max(1, round(ideographs / _CJK_CHARS_A_MINUTE + len(body.split()) / _WORDS_A_MINUTE))
