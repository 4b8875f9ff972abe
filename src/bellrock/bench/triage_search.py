"""The right article: to a question that is in another language than the article, and to what people type in their own."""

from __future__ import annotations

import asyncio
import tomllib
from pathlib import Path

from bellrock import knowledge, triage
from bellrock.bench import stack as stacks
from bellrock.bench.report import Figure
from bellrock.core import Database
from bellrock.triage.corpus import Example, corpus
from bellrock.triage.port import Embedder

QUESTIONS = 900
_SEEDED_SECONDS = 120


def measure(embedder: Embedder, *, step: int) -> list[Figure]:
    """Ask the help centre held-back questions, each as somebody who reads one of the other seventeen languages.

    The thresholds have seen these questions, the articles and what search is made of have not. Then what people type, a word or
    two in the reader's language, with meaning and without: search was fitted to such queries, these among them.
    """
    with stacks.folder() as folder, stacks.running(folder, first_line="0") as stack:
        return asyncio.run(_measure(stack.database_url, embedder, step))


async def _measure(url: str, embedder: Embedder, step: int) -> list[Figure]:
    async with Database(url) as database:
        meaning = triage.ArticleMeaning(database, embedder)
        topics = await _articles(database)
        while await meaning.refresh():
            pass
        asked = [example for example in corpus("calibration") if example.topic in topics]
        asked = asked[:: max(1, len(asked) // QUESTIONS) * step]
        places = [await _place(database, meaning, example, number) for number, example in enumerate(asked)]
        queries = typed()[::step]
        by_all = [await _place_of(database, meaning, query, query.language) for query in queries]
        by_words = [await _place_of(database, None, query, query.language) for query in queries]
    return [
        _figure("search.first", 1, 0.85, places, asked),
        _figure("search.five", 5, 0.97, places, asked),
        _figure("search.typed", 1, 0.90, by_all, queries),
        _figure("search.typed_words", 1, 0.85, by_words, queries),
    ]


def typed() -> list[Example]:
    """Return what people type into a search, with the topic that they mean, in 18 languages."""
    found = tomllib.loads((Path(__file__).parent / "typed.toml").read_text(encoding="utf-8"))
    return [Example(text, topic, language) for language, queries in found.items() for text, topic in queries]


async def _articles(database: Database) -> frozenset[str]:
    """Return the topics that have an article, when all are published in every language."""
    from bellrock.triage.topics import languages, topics

    for _ in range(_SEEDED_SECONDS):
        async with database.transaction() as tx:
            found = [await knowledge.topics_answered(tx, language=tag) for tag in languages()]
        if found and len({len(names) for names in found}) == 1 and found[0]:
            return frozenset(found[0]) & frozenset(topics())
        await asyncio.sleep(1)
    raise TimeoutError("the help centre is not filled")


async def _place(database: Database, meaning: triage.ArticleMeaning, example: Example, number: int) -> int | None:
    """Return the place of the right article for a reader of another language."""
    from bellrock.triage.topics import languages

    others = [tag for tag in languages() if tag != example.language]
    return await _place_of(database, meaning, example, others[number % len(others)])


async def _place_of(
    database: Database, meaning: triage.ArticleMeaning | None, example: Example, reader: str
) -> int | None:
    """Return the place of the right article from 1, None where it is not among the first ten."""
    async with database.transaction() as tx:
        right = await knowledge.answer_for(tx, topic=example.topic, language=reader)
        assert right is not None
        hits = await knowledge.search(tx, text=example.text, language=reader, limit=10, meaning=meaning)
    return next((place for place, hit in enumerate(hits, start=1) if hit.card.article_id == right.article_id), None)


def _figure(name: str, most: int, bar: float, places: list[int | None], asked: list[Example]) -> Figure:
    def share(found: list[int | None]) -> float:
        return sum(place is not None and place <= most for place in found) / max(len(found), 1)

    by_language = {
        tag: [place for place, example in zip(places, asked, strict=True) if example.language == tag]
        for tag in sorted({example.language for example in asked})
    }
    shares = sorted((share(found), tag) for tag, found in by_language.items())
    note = f"{len(places)} questions; worst " + " ".join(f"{tag} {value:.2f}" for value, tag in shares)
    return Figure(name, share(places), "share", bar, "least", note=note)
