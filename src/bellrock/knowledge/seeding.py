"""The articles that come with the product: read from `seed/`, published where no editor has taken over."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from bellrock import guard
from bellrock import vault as vaults
from bellrock.core import SYSTEM, Transaction, new_id
from bellrock.knowledge.actions import Text, publish, save_draft, start_article
from bellrock.knowledge.models import SOURCE_LANGUAGE

FOLDER = Path(__file__).parent / "seed"


@dataclass(frozen=True, slots=True)
class SeedArticle:
    """One file of `seed/<language>/<topic>.md`. `slug` is empty where the English address is used."""

    topic: str
    language: str
    slug: str
    title: str
    answer: str
    body: str


@cache
def plan() -> dict[str, Any]:
    """Return categories and articles as `seed/plan.toml` orders them."""
    return tomllib.loads((FOLDER / "plan.toml").read_text(encoding="utf-8"))


def languages() -> tuple[str, ...]:
    """Return the languages that have seed articles, the source first."""
    found = sorted(folder.name for folder in FOLDER.iterdir() if folder.is_dir())
    return tuple(sorted(found, key=lambda code: (code != SOURCE_LANGUAGE, code)))


def read(language: str, topic: str) -> SeedArticle | None:
    """Return one seed article, None where the language does not have it."""
    file = FOLDER / language / f"{topic}.md"
    if not file.exists():
        return None
    head, _, body = file.read_text(encoding="utf-8").removeprefix("---\n").partition("\n---\n")
    fields = dict(line.split(": ", 1) for line in head.splitlines())
    return SeedArticle(topic, language, fields.get("slug", ""), fields["title"], fields["answer"], body.strip())


async def seed(
    tx: Transaction,
    vault: vaults.Vault,
    *,
    now: datetime,
    brand: str | None = None,
    only: Collection[str] | None = None,
) -> int:
    """Bring categories and articles of the product into the help centre; return how many texts were published.

    Runs at every start: what is there already is left alone, a text that an editor has touched is never replaced, a text
    that only the product has written follows the product's newer one. `brand` is the exchange's name in all articles.
    `only` names the languages to bring; without it, all come.
    """
    # One process at a time: two that start together would both find nothing.
    await tx.execute("SELECT pg_advisory_xact_lock(hashtext('knowledge.seed'))")
    if brand is not None:
        await tx.execute("UPDATE help_centre SET brand = %s WHERE brand <> %s", (brand, brand))
    standing = await _standing(tx)
    due = [
        article
        for article in _all(only)
        if standing.get((article.topic, article.language), _NOTHING).gives_way_to(article)
    ]
    if not due:
        return 0
    await vault.create_subject(tx, vaults.HOUSE_SUBJECT)
    await _seed_categories(tx)
    for article in due:
        await _publish(tx, vault, article, standing=standing, now=now)
    await _seed_related(tx)
    return len(due)


@dataclass(frozen=True, slots=True)
class _Standing:
    """The newest version of a translation, and whether anybody but the product has written it."""

    article_id: UUID | None = None
    number: int = 0
    text: tuple[str, str, str] | None = None
    is_taken_over: bool = False

    def gives_way_to(self, article: SeedArticle) -> bool:
        return not self.is_taken_over and self.text != (article.title, article.answer, article.body)


_NOTHING = _Standing()


def _all(only: Collection[str] | None) -> Iterator[SeedArticle]:
    """Yield the seed in the order of the help centre, the source language of each article first."""
    wanted = [language for language in languages() if only is None or language in only]
    for topic in plan()["articles"]:
        for language in wanted:
            article = read(language, topic)
            if article is not None:
                yield article


async def _standing(tx: Transaction) -> dict[tuple[str, str], _Standing]:
    cursor = await tx.execute(
        "SELECT DISTINCT ON (a.topic, v.language) a.topic, a.id, v.language, v.number, v.title, v.answer, v.body,"
        " bool_or(v.written_by_kind <> 'system') OVER (PARTITION BY a.topic, v.language) AS is_taken_over"
        " FROM articles a JOIN article_versions v ON v.article_id = a.id WHERE a.topic IS NOT NULL"
        " ORDER BY a.topic, v.language, v.number DESC"
    )
    return {
        (row["topic"], row["language"]): _Standing(
            row["id"], row["number"], (row["title"], row["answer"], row["body"]), row["is_taken_over"]
        )
        for row in await cursor.fetchall()
    }


async def _publish(
    tx: Transaction,
    vault: vaults.Vault,
    article: SeedArticle,
    *,
    standing: dict[tuple[str, str], _Standing],
    now: datetime,
) -> None:
    text = Text(guard.screen(article.title), guard.screen(article.answer), guard.screen(article.body))
    source = standing.get((article.topic, SOURCE_LANGUAGE), _NOTHING)
    if source.article_id is None:
        article_id = await start_article(
            tx,
            vault,
            category_slug=plan()["articles"][article.topic]["category"],
            topic=article.topic,
            slug=article.slug,
            text=text,
            by=SYSTEM,
            now=now,
            language=article.language,
        )
        number = 1
        standing[article.topic, SOURCE_LANGUAGE] = _Standing(article_id, number)
    else:
        article_id = source.article_id
        number = await save_draft(
            tx,
            vault,
            article_id=article_id,
            language=article.language,
            slug=article.slug or _english_slug(article.topic),
            text=text,
            after=standing.get((article.topic, article.language), _NOTHING).number,
            by=SYSTEM,
            now=now,
        )
    await publish(tx, vault, article_id=article_id, language=article.language, number=number, by=SYSTEM, now=now)


def _english_slug(topic: str) -> str:
    english = read(SOURCE_LANGUAGE, topic)
    assert english is not None, f"{topic} has no English article"
    return english.slug


async def _seed_categories(tx: Transaction) -> None:
    for position, (slug, names) in enumerate(plan()["categories"].items(), start=1):
        await tx.execute(
            "INSERT INTO categories (id, slug, position) VALUES (%s, %s, %s) ON CONFLICT (slug) DO NOTHING",
            (new_id(), slug, position),
        )
        for language, name in names.items():
            await tx.execute(
                "INSERT INTO category_names (category_id, language, name)"
                " SELECT id, %s, %s FROM categories WHERE slug = %s ON CONFLICT DO NOTHING",
                (language, name, slug),
            )


async def _seed_related(tx: Transaction) -> None:
    """Name what is related, for articles of which nobody has said it yet."""
    pairs = [
        (topic, related, position)
        for topic, article in plan()["articles"].items()
        for position, related in enumerate(article["related"])
    ]
    await tx.execute(
        "INSERT INTO article_related (article_id, related_id, position)"
        " SELECT a.id, r.id, p.position FROM unnest(%s::text[], %s::text[], %s::smallint[]) AS p(topic, related, position)"
        " JOIN articles a ON a.topic = p.topic JOIN articles r ON r.topic = p.related"
        " WHERE NOT EXISTS (SELECT 1 FROM article_related WHERE article_id = a.id) ON CONFLICT DO NOTHING",
        tuple(map(list, zip(*pairs, strict=True))),
    )
