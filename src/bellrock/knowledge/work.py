"""What the help centre still needs: each translation that is missing, stale or waits for review, the most wanted first."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from bellrock.core import Transaction

WORK_MAX = 200
COUNTED_DAYS = 30
KEPT_DAYS = 400


class Work(StrEnum):
    """What a translation needs. `review`: a draft waits that nobody has published."""

    MISSING = "missing"
    STALE = "stale"
    REVIEW = "review"


@dataclass(frozen=True, slots=True)
class WorkItem:
    """One piece of work. `asked` and `read`: how often in this language lately; `wanted` in all languages together."""

    article_id: UUID
    title: str
    topic: str | None
    language: str
    work: Work
    asked: int
    read: int
    wanted: int


async def note_asked(tx: Transaction, asked: Mapping[tuple[str, str], int], *, day: date) -> None:
    """Count how often customers asked about topics, by (topic, their language); topics without an article are left aside."""
    keys = sorted(asked)
    await tx.execute(
        "INSERT INTO article_uses AS u (article_id, language, day, asked)"
        " SELECT a.id, t.language, %(day)s, sum(t.asked)"
        "  FROM unnest(%(topics)s::text[], %(languages)s::text[], %(counts)s::int[]) AS t (topic, language, asked)"
        "  JOIN articles a ON a.topic = t.topic GROUP BY a.id, t.language ORDER BY a.id, t.language"
        " ON CONFLICT (article_id, language, day) DO UPDATE SET asked = u.asked + excluded.asked",
        {
            "day": day,
            "topics": [topic for topic, _ in keys],
            "languages": [language for _, language in keys],
            "counts": [asked[key] for key in keys],
        },
    )


async def note_read(tx: Transaction, read: Mapping[tuple[UUID, str], int], *, day: date) -> None:
    """Count how often articles were read, by (article, language)."""
    keys = sorted(read)
    await tx.execute(
        "INSERT INTO article_uses AS u (article_id, language, day, read)"
        " SELECT t.id, t.language, %(day)s, t.read FROM unnest(%(ids)s::uuid[], %(languages)s::text[], %(counts)s::int[])"
        "  AS t (id, language, read) WHERE EXISTS (SELECT FROM articles a WHERE a.id = t.id)"
        " ON CONFLICT (article_id, language, day) DO UPDATE SET read = u.read + excluded.read",
        {
            "day": day,
            "ids": [article for article, _ in keys],
            "languages": [language for _, language in keys],
            "counts": [read[key] for key in keys],
        },
    )


async def forget_uses(tx: Transaction, *, day: date) -> None:
    """Forget the counts of days long past."""
    await tx.execute("DELETE FROM article_uses WHERE day < %s", (day - timedelta(days=KEPT_DAYS),))


async def work_list(
    tx: Transaction, *, languages: Collection[str], day: date, work: Work | None = None, limit: int = WORK_MAX
) -> list[WorkItem]:
    """Return what is to be done in these languages, the most wanted first, and of equals in the order of the help centre."""
    cursor = await tx.execute(
        "WITH uses AS (SELECT article_id, language, sum(asked)::int AS asked, sum(read)::int AS read FROM article_uses"
        "   WHERE day > %(since)s GROUP BY article_id, language),"
        " totals AS (SELECT article_id, sum(asked + read)::int AS wanted FROM uses GROUP BY article_id),"
        " states AS (SELECT a.id, a.topic, a.position, c.position AS place, l.language,"
        "   (SELECT v.title FROM article_versions v WHERE v.article_id = a.id AND v.language = a.source_language"
        "    ORDER BY v.number DESC LIMIT 1) AS title,"
        "   CASE WHEN t.article_id IS NULL THEN 'missing'"
        "     WHEN t.published_number IS NULL OR EXISTS (SELECT FROM article_versions d WHERE d.article_id = a.id"
        "       AND d.language = l.language AND d.number > t.published_number) THEN 'review'"
        "     WHEN l.language <> a.source_language AND s.published_number > v.source_number THEN 'stale' END AS work"
        "  FROM articles a JOIN categories c ON c.id = a.category_id"
        "  CROSS JOIN unnest(%(languages)s::text[]) AS l (language)"
        "  LEFT JOIN article_translations t ON t.article_id = a.id AND t.language = l.language"
        "  LEFT JOIN article_translations s ON s.article_id = a.id AND s.language = a.source_language"
        "  LEFT JOIN article_versions v ON v.article_id = a.id AND v.language = l.language AND v.number = t.published_number)"
        " SELECT st.id AS article_id, st.title, st.topic, st.language, st.work, coalesce(u.asked, 0) AS asked,"
        "  coalesce(u.read, 0) AS read, coalesce(w.wanted, 0) AS wanted FROM states st"
        " LEFT JOIN uses u ON u.article_id = st.id AND u.language = st.language"
        " LEFT JOIN totals w ON w.article_id = st.id"
        " WHERE st.work IS NOT NULL AND (%(work)s::text IS NULL OR st.work = %(work)s)"
        " ORDER BY coalesce(u.asked, 0) + coalesce(u.read, 0) DESC, wanted DESC, st.place, st.position, st.id, st.language"
        " LIMIT %(limit)s",
        {
            "since": day - timedelta(days=COUNTED_DAYS),
            "languages": list(languages),
            "work": work.value if work else None,
            "limit": limit,
        },
    )
    return [
        WorkItem(**{**row, "title": row["title"] or "", "work": Work(row["work"])}) for row in await cursor.fetchall()
    ]


async def work_counts(tx: Transaction, *, languages: Collection[str]) -> dict[str, dict[Work, int]]:
    """Return how many pieces of work of each kind there are in each language."""
    counts: dict[str, dict[Work, int]] = {language: dict.fromkeys(Work, 0) for language in languages}
    for item in await work_list(tx, languages=languages, day=date.max, limit=100_000):
        counts[item.language][item.work] += 1
    return counts
