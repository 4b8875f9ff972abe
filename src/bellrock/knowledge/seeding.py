"""The articles that come with the product: read from `seed/`, published where no editor has taken over."""

from __future__ import annotations

import tomllib
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


async def seed(tx: Transaction, vault: vaults.Vault, *, now: datetime, brand: str | None = None) -> int:
    """Bring categories and articles of the product into the help centre; return how many texts were published.

    Runs at every start: what is there already is left alone, a text that an editor has touched is never replaced, a text
    that only the product has written follows the product's newer one. `brand` is the exchange's name in all articles.
    """
    await vault.create_subject(tx, vaults.HOUSE_SUBJECT, retention="house")
    # One process at a time: two that start together would both find nothing.
    await tx.execute("SELECT pg_advisory_xact_lock(hashtext('knowledge.seed'))")
    if brand is not None:
        await tx.execute("UPDATE help_centre SET brand = %s WHERE brand <> %s", (brand, brand))
    await _seed_categories(tx)
    count = 0
    for topic, article in plan()["articles"].items():
        count += await _seed_article(tx, vault, topic=topic, category_slug=article["category"], now=now)
    if count:
        await _seed_related(tx)
    return count


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


async def _seed_article(
    tx: Transaction, vault: vaults.Vault, *, topic: str, category_slug: str, now: datetime
) -> int:
    cursor = await tx.execute("SELECT id FROM articles WHERE topic = %s", (topic,))
    row = await cursor.fetchone()
    article_id: UUID | None = row["id"] if row else None
    english = read(SOURCE_LANGUAGE, topic)
    assert english is not None, f"{topic} has no English article"
    count = 0
    for language in languages():
        article = read(language, topic)
        if article is None:
            continue
        text = Text(*(guard.guarded(part) for part in (article.title, article.answer, article.body)))
        slug = article.slug or english.slug
        if article_id is None:
            article_id = await start_article(
                tx, vault, category_slug=category_slug, topic=topic, slug=slug, text=text, by=SYSTEM, now=now
            )
            number = 1
        else:
            after = await _replaceable(tx, article_id=article_id, article=article)
            if after is None:
                continue
            number = await save_draft(
                tx, vault, article_id=article_id, language=language, slug=slug, text=text, after=after, by=SYSTEM, now=now
            )
        await publish(tx, vault, article_id=article_id, language=language, number=number, by=SYSTEM, now=now)
        count += 1
    return count


async def _replaceable(tx: Transaction, *, article_id: UUID, article: SeedArticle) -> int | None:
    """Return the number after which the seed's text may be saved, None when it stands already or an editor took over."""
    cursor = await tx.execute(
        "SELECT number, title, answer, body, bool_or(written_by_kind <> 'system') OVER () AS is_taken_over"
        " FROM article_versions WHERE article_id = %s AND language = %s ORDER BY number DESC LIMIT 1",
        (article_id, article.language),
    )
    last = await cursor.fetchone()
    if last is None:
        return 0
    is_same = (last["title"], last["answer"], last["body"]) == (article.title, article.answer, article.body)
    return None if last["is_taken_over"] or is_same else int(last["number"])


async def _seed_related(tx: Transaction) -> None:
    for topic, article in plan()["articles"].items():
        for position, related in enumerate(article["related"]):
            await tx.execute(
                "INSERT INTO article_related (article_id, related_id, position) SELECT a.id, r.id, %s"
                " FROM articles a, articles r WHERE a.topic = %s AND r.topic = %s ON CONFLICT DO NOTHING",
                (position, topic, related),
            )
