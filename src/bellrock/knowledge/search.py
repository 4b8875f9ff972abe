"""Search: our own words in a tsvector, likeness of spelling for typos, fused by reciprocal rank."""

from __future__ import annotations

from typing import Any

from bellrock.core import Transaction
from bellrock.knowledge import index
from bellrock.knowledge.models import Hit, fallbacks
from bellrock.knowledge.queries import card

QUERY_CHARS_MAX = 300
QUERY_WORDS_MAX = 32
RESULTS_MAX = 20
RANK_CONSTANT = 60
# A word that stands in most articles says nothing; with few articles that cannot be known.
COMMON_SHARE = 0.6
COMMON_FROM_ARTICLES = 10
LIKENESS_MIN = 0.45

# Rarer words weigh more: the idf of BM25 over the rank that the weights of title, answer and body give; an article with
# more of the words asked goes before one that says a single word often.
_BY_WORDS = """
    WITH asked AS (
      SELECT word::tsquery AS word, ord FROM unnest(%(words)s::text[]) WITH ORDINALITY AS u(word, ord)
    ), pool AS (
      SELECT article_id, search FROM article_translations WHERE language = %(language)s AND published_number IS NOT NULL
    ), total AS (SELECT count(*)::float AS articles FROM pool),
    found AS (
      SELECT a.ord, p.article_id, ts_rank(p.search, a.word) AS rank FROM asked a JOIN pool p ON p.search @@ a.word
    ), spread AS (SELECT ord, count(*)::float AS articles FROM found GROUP BY ord)
    SELECT f.article_id, sum(f.rank * ln(1 + t.articles / s.articles)) * count(*) AS score
    FROM found f JOIN spread s USING (ord) CROSS JOIN total t
    WHERE t.articles < %(common_from)s OR s.articles <= t.articles * %(common_share)s
    GROUP BY f.article_id
    ORDER BY score DESC, f.article_id LIMIT %(limit)s
"""
_BY_SPELLING = """
    SELECT article_id, sum(strict_word_similarity(u.word, words)) AS score
    FROM unnest(%(spelt)s::text[]) AS u(word)
    JOIN article_translations t ON strict_word_similarity(u.word, t.words) >= %(likeness)s
    WHERE t.language = %(language)s AND t.published_number IS NOT NULL
    GROUP BY article_id
    ORDER BY score DESC, article_id LIMIT %(limit)s
"""
_CARDS = """
    SELECT a.id AS article_id, t.language, t.slug, v.title, v.answer, c.slug AS category_slug, h.brand
    FROM article_translations t JOIN articles a ON a.id = t.article_id JOIN categories c ON c.id = a.category_id
    JOIN article_versions v ON (v.article_id, v.language, v.number) = (t.article_id, t.language, t.published_number)
    CROSS JOIN help_centre_spoken h WHERE t.language = %s AND t.article_id = ANY(%s)
"""


async def search(
    tx: Transaction, *, text: str, language: str, limit: int = RESULTS_MAX, elsewhere: bool = True
) -> list[Hit]:
    """Return published articles that fit what a reader typed, best first.

    The reader's language is searched first. Where it has nothing, its fallbacks are, and then every other language (a
    reader may type Chinese on the English page); no article is returned in two languages. `elsewhere=False` keeps to the
    reader's language. Reads the first 300 characters of the text.
    """
    text = text[:QUERY_CHARS_MAX].replace("\x00", " ").strip()
    if not text:
        return []
    limit = max(1, min(limit, RESULTS_MAX))
    order: list[str] = [language]
    if elsewhere:
        order += [code for code in fallbacks(language) if code != language]
        order += [code for code in await _others(tx) if code not in order]
    for code in order:
        hits = await _search_one(tx, text=text, language=code, limit=limit)
        if hits:
            return hits
    return []


async def _search_one(tx: Transaction, *, text: str, language: str, limit: int) -> list[Hit]:
    asked = index.asked(text)[:QUERY_WORDS_MAX]
    values: dict[str, Any] = {"language": language, "limit": limit * 2}
    scores: dict[Any, float] = {}
    if asked:
        cursor = await tx.execute(
            _BY_WORDS,
            {
                **values,
                "words": [index.quote(word) for word in asked],
                "common_from": COMMON_FROM_ARTICLES,
                "common_share": COMMON_SHARE,
            },
        )
        _fuse(scores, [row["article_id"] for row in await cursor.fetchall()])
    # Likeness needs letters to compare: short words, and scripts of few letters a word, are left to the index.
    spelt = [word for word in dict.fromkeys(index.fold(text).lower().split()) if len(word) >= 4][:QUERY_WORDS_MAX]
    if spelt:
        cursor = await tx.execute(_BY_SPELLING, {**values, "spelt": spelt, "likeness": LIKENESS_MIN})
        _fuse(scores, [row["article_id"] for row in await cursor.fetchall()])
    if not scores:
        return []
    best = sorted(scores, key=lambda article_id: (-scores[article_id], str(article_id)))[:limit]
    cursor = await tx.execute(_CARDS, (language, best))
    cards = {row["article_id"]: card(row) for row in await cursor.fetchall()}
    return [Hit(cards[article_id], scores[article_id]) for article_id in best if article_id in cards]


def _fuse(scores: dict[Any, float], ranked: list[Any]) -> None:
    """Add a list to the fused scores: 1 / (60 + rank), as Cormack, Clarke and Buettcher (2009)."""
    for rank, article_id in enumerate(ranked, start=1):
        scores[article_id] = scores.get(article_id, 0.0) + 1 / (RANK_CONSTANT + rank)


async def _others(tx: Transaction) -> list[str]:
    cursor = await tx.execute(
        "SELECT DISTINCT language FROM article_translations WHERE published_number IS NOT NULL ORDER BY language"
    )
    return [str(row["language"]) for row in await cursor.fetchall()]
