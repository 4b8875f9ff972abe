"""search.first and search.five: the right article, to a question that is in another language than the article."""

from __future__ import annotations

import asyncio

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

    The thresholds have seen these questions, the articles and what search is made of have not.
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
    by_language = {
        tag: [place for place, example in zip(places, asked, strict=True) if example.language == tag]
        for tag in sorted({example.language for example in asked})
    }
    return [_figure("search.first", 1, 0.85, places, by_language), _figure("search.five", 5, 0.97, places, by_language)]


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
    """Return the place of the right article from 1, None where it is not among the first ten."""
    from bellrock.triage.topics import languages

    others = [tag for tag in languages() if tag != example.language]
    reader = others[number % len(others)]
    async with database.transaction() as tx:
        right = await knowledge.answer_for(tx, topic=example.topic, language=reader)
        assert right is not None
        hits = await knowledge.search(tx, text=example.text, language=reader, limit=10, meaning=meaning)
    return next((place for place, hit in enumerate(hits, start=1) if hit.card.article_id == right.article_id), None)


def _figure(
    name: str, most: int, bar: float, places: list[int | None], by_language: dict[str, list[int | None]]
) -> Figure:
    def share(found: list[int | None]) -> float:
        return sum(place is not None and place <= most for place in found) / max(len(found), 1)

    shares = sorted((share(found), tag) for tag, found in by_language.items())
    note = f"{len(places)} questions; worst " + " ".join(f"{tag} {value:.2f}" for value, tag in shares)
    return Figure(name, share(places), "share", bar, "least", note=note)
