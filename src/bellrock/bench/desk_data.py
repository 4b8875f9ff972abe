"""The data of `bellrock bench desk`: conversations by the hundred thousand, really sealed, in a house of their own."""

from __future__ import annotations

import asyncio
import os
import random
import re
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID

from bellrock import demo_year, language, people
from bellrock.app import open_house
from bellrock.core import Settings, Transaction, clock, migrate, settings
from bellrock.core.postgres import EmbeddedPostgres
from bellrock.house import House

LANGUAGES = ("en", "zh-Hans", "ar")
MESSAGES_IN_VIEW = 20
SAMPLE = 100
_RARE = re.compile(r"NW\d{8}")
_RARE_MOST = 25
# While the data is made, nothing of it is worth keeping if the machine fails; the measured server has none of these.
_LOADING = {
    "fsync": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "16GB",
    "checkpoint_timeout": "1h",
    "autovacuum": "off",
    "shared_buffers": "512MB",
}


@dataclass(frozen=True, slots=True)
class Sample:
    """What to ask for: conversations with 20 messages, words that few messages have, and the cookie of a lead."""

    long: list[UUID]
    rare: list[str]
    cookie: str = ""
    seconds: float = 0.0
    facts: int = 0


def fill(folder: Path, count: int) -> Sample:
    """Make a house with `count` conversations of a year; return what the measurements ask for."""
    from bellrock.bench.console import open_console

    server = EmbeddedPostgres(folder / "data" / "postgres", settings=_LOADING)
    server.start()
    try:
        migrate.upgrade(server.url)
        began = time.monotonic()
        facts = asyncio.run(_fill(folder, server.url, count))
        seconds = time.monotonic() - began
        sample = asyncio.run(_sample(folder, server.url))
        cookie = asyncio.run(open_console(folder, server.url))
    finally:
        server.stop()
        os.sync()
    return replace(sample, cookie=cookie, seconds=seconds, facts=facts)


async def _fill(folder: Path, url: str, count: int) -> int:
    async with open_house(_settings(folder, url)) as house:
        async with house.database.transaction() as tx:
            await people.seed_teams(tx, house.vault, now=clock.now())
        plan = demo_year.Plan(
            total=count, end=clock.now(), languages=LANGUAGES, variety=60, fast=True, brief=0.88, batch=1_000
        )
        done = 0

        def tell(made: int) -> None:
            nonlocal done
            done += made
            if done % 20_000 < made or done == count:
                sys.stderr.write(f"\r  {done:,} of {count:,} conversations")
                sys.stderr.flush()

        async with demo_year.without_indexes(house.database, meanwhile=lambda: demo_year.grow(house)):
            facts = await demo_year.fill(house, plan, on_progress=tell)
            sys.stderr.write(", now their indexes and trees\n")
        await demo_year.settle(house)
        await demo_year.analyse(house.database)
        return facts


async def _sample(folder: Path, url: str) -> Sample:
    async with open_house(_settings(folder, url)) as house, house.database.transaction() as tx:
        await tx.execute("SET LOCAL statement_timeout = 0")
        cursor = await tx.execute(
            "SELECT conversation_id AS id FROM messages WHERE kind = 'message' GROUP BY conversation_id"
            " HAVING count(*) BETWEEN %s AND %s LIMIT %s",
            (MESSAGES_IN_VIEW - 1, MESSAGES_IN_VIEW + 2, SAMPLE),
        )
        long = [row["id"] for row in await cursor.fetchall()]
        rare = await _rare_words(house, tx)
    if not long or not rare:
        raise RuntimeError("the data has no conversation to look at, or no word to search for")
    return Sample(long, rare)


async def _rare_words(house: House, tx: Transaction) -> list[str]:
    """Return order numbers out of messages of the whole year, each of which few messages have."""
    cursor = await tx.execute("SELECT min(number) AS first, max(number) AS last FROM journal WHERE log = 'records'")
    row = await cursor.fetchone()
    assert row is not None
    chance = random.Random(7)
    found: list[str] = []
    for _ in range(400):
        cursor = await tx.execute(
            "SELECT id FROM journal WHERE log = 'records' AND number >= %s AND kind = 'conversations.received'"
            " ORDER BY number LIMIT 60",
            (chance.randint(row["first"], row["last"]),),
        )
        records = await house.vault.open_records(tx, [each["id"] for each in await cursor.fetchall()])
        for record in records.values():
            for word in _RARE.findall(record["words"]["text"])[:1]:
                if word not in found and await _is_rare(house, tx, word):
                    found.append(word)
        if len(found) >= SAMPLE:
            break
    return found


async def _is_rare(house: House, tx: Transaction, word: str) -> bool:
    hashes = house.vault.token_hashes(language.tokens(word))
    cursor = await tx.execute(
        "SELECT count(*) AS held FROM (SELECT FROM messages WHERE tokens @> %s LIMIT %s) found", (hashes, _RARE_MOST)
    )
    row = await cursor.fetchone()
    return row is not None and 0 < row["held"] < _RARE_MOST


def _settings(folder: Path, url: str) -> Settings:
    return replace(
        settings.load({}),
        data=folder / "data",
        keys=folder / "keys",
        checkpoints=folder / "checkpoints",
        database_url=url,
    )
