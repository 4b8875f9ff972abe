"""Search: our own words in a tsvector, likeness of spelling for typos, names of subjects, and meaning, added up as evidence."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from bellrock import language as languages
from bellrock.core import Transaction
from bellrock.knowledge import index, names
from bellrock.knowledge.models import Hit, fallbacks
from bellrock.knowledge.port import NOTHING, Meaning, Nearest
from bellrock.knowledge.queries import card

QUERY_CHARS_MAX = 300
QUERY_WORDS_MAX = 32
RESULTS_MAX = 20
POOL_MAX = 50
# A word that stands in most articles says nothing; with few articles that cannot be known.
COMMON_SHARE = 0.6
COMMON_FROM_ARTICLES = 10
LIKENESS_MIN = 0.45
LETTERS_SURE = 0.65
# What each kind of evidence adds to the logarithm of how likely an article is: a conditional logit (McFadden, 1974) over all
# articles, fitted to messages that the classifier had not learnt from and to queries as people type them.
WORDS_WEIGHT, SPELLING_WEIGHT, NAME_WEIGHT = 3.3, 2.9, 2.2
# Of a word or two, meaning makes less than of a sentence, and words more. Brevity falls from 1 by this many index words.
BREVITY_WORDS = 4.0
MEANING_OF_BRIEF = 0.7
WORDS_OF_LONG, WORDS_OF_BRIEF = 0.5, 2.0
# As likely as this is an article that `meaning` does not name.
UNLIKELY = -9.2

# The share of the question that an article has, from 0 to about 1: rarer words weigh more (the idf of BM25), and those in
# the title more than those in the answer and the body (the rank).
_BY_WORDS = """
    WITH asked AS (
      SELECT word::tsquery AS word, ord FROM unnest(%(words)s::text[]) WITH ORDINALITY AS u(word, ord)
    ), pool AS (
      SELECT article_id, search FROM article_translations WHERE language = %(language)s AND published_number IS NOT NULL
    ), total AS (SELECT count(*)::float AS articles FROM pool),
    found AS (
      SELECT a.ord, p.article_id, ts_rank(p.search, a.word) AS rank FROM asked a JOIN pool p ON p.search @@ a.word
    ), spread AS (SELECT ord, count(*)::float AS articles FROM found GROUP BY ord)
    SELECT f.article_id, sum(f.rank * ln(1 + t.articles / s.articles))
      / (SELECT sum(ln(1 + t.articles / coalesce(s.articles, 1))) FROM asked LEFT JOIN spread s USING (ord)) AS score
    FROM found f JOIN spread s USING (ord) CROSS JOIN total t
    WHERE t.articles < %(common_from)s OR s.articles <= t.articles * %(common_share)s
    GROUP BY f.article_id, t.articles
    ORDER BY score DESC, f.article_id LIMIT %(limit)s
"""
_BY_SPELLING = """
    SELECT article_id, sum(strict_word_similarity(u.word, words)) / cardinality(%(spelt)s::text[]) AS score
    FROM unnest(%(spelt)s::text[]) AS u(word)
    JOIN article_translations t ON strict_word_similarity(u.word, t.words) >= %(likeness)s
    WHERE t.language = %(language)s AND t.published_number IS NOT NULL
    GROUP BY article_id
    ORDER BY score DESC, article_id LIMIT %(limit)s
"""
_BY_NAME = """
    SELECT a.id AS article_id, 1.0 AS score FROM articles a JOIN article_translations t ON t.article_id = a.id
    WHERE a.topic = ANY(%(topics)s) AND t.language = %(language)s AND t.published_number IS NOT NULL
    ORDER BY array_position(%(topics)s, a.topic) LIMIT %(limit)s
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

    Words and spelling are looked up in the language of the question: that which `meaning` tells, else what its letters tell,
    else the reader's, and where that has nothing its fallbacks and then every other (a reader may type Chinese on the English
    page). What `meaning` finds in any language is added to that. No article is returned in two languages. `elsewhere=False`
    keeps to the words of the reader's language. Reads the first 300 characters of the text.
    """
    text = text[:QUERY_CHARS_MAX].replace("\x00", " ").strip()
    if not text:
        return []
    limit = max(1, min(limit, RESULTS_MAX))
    question = _question(text)
    if not elsewhere:
        return await _hits(tx, await _by_words_of(tx, question, language), readable=[language], limit=limit)
    near = await meaning.nearest(text, language=language, limit=POOL_MAX) if meaning else NOTHING
    first, others = near.language or _written_in(text, reader=language), await _others(tx)
    scores: dict[UUID, float] = {}
    for code in _order(first, reader=language, others=others):
        scores = await _by_words_of(tx, question, code)
        if scores or near.articles:
            break
    if near.articles:
        scores = _added(near, scores, brevity=question.brevity)
    return await _hits(tx, scores, readable=_order(language, reader=language, others=others), limit=limit)


@dataclass(frozen=True, slots=True)
class _Question:
    """The index words that tell something, quoted; the words whose spelling is compared; the topics that are named.

    `brevity` is 1 for a single word, the nearer to 0 the longer the question is.
    """

    words: list[str]
    spelt: list[str]
    topics: list[str]
    brevity: float


def _question(text: str) -> _Question:
    words = index.words(text)
    telling = index.telling(words)[:QUERY_WORDS_MAX]
    # Likeness needs letters to compare: short words, and scripts of few letters a word, are left to the index.
    spelt = [word for word in dict.fromkeys(index.fold(text).casefold().split()) if len(word) >= 4]
    # Overlapping pairs of characters are half a word each.
    length = sum(0.5 if len(word) == 2 and word > "\u0e00" else 1.0 for word in telling)
    return _Question(
        [index.quote(word) for word in telling],
        spelt[:QUERY_WORDS_MAX],
        names.named(words),
        math.exp(-max(length - 1, 0) / BREVITY_WORDS),
    )


def _added(near: Nearest, scores: dict[UUID, float], *, brevity: float) -> dict[UUID, float]:
    """Return the evidence of meaning and of words together."""
    likely = dict(zip(near.articles, near.scores or [0.0] * len(near.articles), strict=True))
    of_meaning = 1.0 + (MEANING_OF_BRIEF - 1.0) * brevity
    of_words = WORDS_OF_LONG + (WORDS_OF_BRIEF - WORDS_OF_LONG) * brevity
    return {
        article_id: of_meaning * likely.get(article_id, UNLIKELY) + of_words * scores.get(article_id, 0.0)
        for article_id in {*likely, *scores}
    }


def _written_in(text: str, *, reader: str) -> str:
    """Return the language of a text where its letters alone settle that, else the reader's."""
    found = languages.detect(text, prior=reader, with_model=False)
    return found.language if found.confidence >= LETTERS_SURE else reader


def _order(first: str, *, reader: str, others: list[str]) -> list[str]:
    return list(dict.fromkeys([first, *fallbacks(first), *fallbacks(reader), *others]))


async def _hits(tx: Transaction, scores: dict[UUID, float], *, readable: list[str], limit: int) -> list[Hit]:
    """Return the best of these articles, each in the first of these languages in which it is published."""
    if not scores:
        return []
    best = sorted(scores, key=lambda article_id: (-scores[article_id], str(article_id)))[:limit]
    cursor = await tx.execute(_CARDS, {"languages": readable, "articles": best})
    cards = {row["article_id"]: card(row) for row in await cursor.fetchall()}
    return [Hit(cards[article_id], scores[article_id]) for article_id in best if article_id in cards]


async def _by_words_of(tx: Transaction, question: _Question, language: str) -> dict[UUID, float]:
    """Return the evidence for a language's articles by words, by spelling, and by names of their subjects."""
    values: dict[str, Any] = {"language": language, "limit": POOL_MAX, "likeness": LIKENESS_MIN}
    values |= {"words": question.words, "spelt": question.spelt, "topics": question.topics}
    values |= {"common_from": COMMON_FROM_ARTICLES, "common_share": COMMON_SHARE}
    scores: dict[UUID, float] = {}
    for looked_up, statement, weight in (
        (question.words, _BY_WORDS, WORDS_WEIGHT),
        (question.spelt, _BY_SPELLING, SPELLING_WEIGHT),
        (question.topics, _BY_NAME, NAME_WEIGHT),
    ):
        if looked_up:
            cursor = await tx.execute(statement, values)
            for row in await cursor.fetchall():
                article_id = row["article_id"]
                scores[article_id] = scores.get(article_id, 0.0) + weight * float(row["score"])
    return scores


async def _others(tx: Transaction) -> list[str]:
    cursor = await tx.execute(
        "SELECT DISTINCT language FROM article_translations WHERE published_number IS NOT NULL ORDER BY language"
    )
    return [str(row["language"]) for row in await cursor.fetchall()]
