"""Search: our own words in a tsvector, likeness of spelling for typos, and meaning, fused by reciprocal rank."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from bellrock.core import Transaction
from bellrock.knowledge import index
from bellrock.knowledge.models import Hit, fallbacks
from bellrock.knowledge.port import NOTHING, Meaning
from bellrock.knowledge.queries import card

QUERY_CHARS_MAX = 300
QUERY_WORDS_MAX = 32
RESULTS_MAX = 20
RANK_CONSTANT = 60
# A word that stands in most articles says nothing; with few articles that cannot be known.
COMMON_SHARE = 0.6
COMMON_FROM_ARTICLES = 10
LIKENESS_MIN = 0.45
# A question in other words than the article's is the ordinary one: meaning outweighs words and spelling together where it is
# sure; where it is not, they decide among what it finds likely.
MEANING_WEIGHT = 2.5
SURE_CONSTANT, UNSURE_CONSTANT = 5, 15

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
    SELECT DISTINCT ON (a.id) a.id AS article_id, t.language, t.slug, v.title, v.answer, c.slug AS category_slug, h.brand
    FROM article_translations t JOIN articles a ON a.id = t.article_id JOIN categories c ON c.id = a.category_id
    JOIN article_versions v ON (v.article_id, v.language, v.number) = (t.article_id, t.language, t.published_number)
    CROSS JOIN help_centre_spoken h WHERE t.language = ANY(%(languages)s) AND t.article_id = ANY(%(articles)s)
    ORDER BY a.id, array_position(%(languages)s, t.language)
"""


async def search(
    tx: Transaction,
    *,
    text: str,
    language: str,
    limit: int = RESULTS_MAX,
    elsewhere: bool = True,
    meaning: Meaning | None = None,
) -> list[Hit]:
    """Return published articles that fit what a reader typed, best first, each in the reader's language where it exists in it.

    Words and spelling are looked up in the language of the question: that which `meaning` tells, else the reader's, and
    where that has nothing its fallbacks and then every other (a reader may type Chinese on the English page). What
    `meaning` finds in any language is fused with that. No article is returned in two languages. `elsewhere=False` keeps to
    the words of the reader's language. Reads the first 300 characters of the text.
    """
    text = text[:QUERY_CHARS_MAX].replace("\x00", " ").strip()
    if not text:
        return []
    limit = max(1, min(limit, RESULTS_MAX))
    if not elsewhere:
        scores = await _by_words_of(tx, text=text, language=language, limit=limit)
        return await _hits(tx, scores, languages=[language], limit=limit)
    near = await meaning.nearest(text, language=language, limit=limit) if meaning else NOTHING
    scores = {}
    for code in await _order(tx, near.language or language, reader=language):
        scores = await _by_words_of(tx, text=text, language=code, limit=limit)
        if scores or near.articles:
            break
    constant = SURE_CONSTANT if near.is_sure else UNSURE_CONSTANT
    _fuse(scores, near.articles, weight=MEANING_WEIGHT, constant=constant)
    return await _hits(tx, scores, languages=await _order(tx, language, reader=language), limit=limit)


async def _order(tx: Transaction, first: str, *, reader: str) -> list[str]:
    order = [first, *fallbacks(first), *fallbacks(reader), *await _others(tx)]
    return list(dict.fromkeys(order))


async def _hits(tx: Transaction, scores: dict[UUID, float], *, languages: list[str], limit: int) -> list[Hit]:
    """Return the best of these articles, each in the first of these languages in which it is published."""
    if not scores:
        return []
    best = sorted(scores, key=lambda article_id: (-scores[article_id], str(article_id)))[:limit]
    cursor = await tx.execute(_CARDS, {"languages": languages, "articles": best})
    cards = {row["article_id"]: card(row) for row in await cursor.fetchall()}
    return [Hit(cards[article_id], scores[article_id]) for article_id in best if article_id in cards]


async def _by_words_of(tx: Transaction, *, text: str, language: str, limit: int) -> dict[UUID, float]:
    """Return the fused scores of a language's articles by words and by spelling."""
    asked = index.asked(text)[:QUERY_WORDS_MAX]
    values: dict[str, Any] = {"language": language, "limit": limit * 2}
    scores: dict[UUID, float] = {}
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
    return scores


def _fuse(
    scores: dict[UUID, float], ranked: Sequence[UUID], *, weight: float = 1.0, constant: int = RANK_CONSTANT
) -> None:
    """Add a list to the fused scores: weight / (60 + rank), as Cormack, Clarke and Buettcher (2009)."""
    for rank, article_id in enumerate(ranked, start=1):
        scores[article_id] = scores.get(article_id, 0.0) + weight / (constant + rank)


async def _others(tx: Transaction) -> list[str]:
    cursor = await tx.execute(
        "SELECT DISTINCT language FROM article_translations WHERE published_number IS NOT NULL ORDER BY language"
    )
    return [str(row["language"]) for row in await cursor.fetchall()]
