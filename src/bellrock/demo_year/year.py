"""A demo house with a past: colleagues, labels, incidents, and a year of conversations in 18 languages."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import queue
import random
import secrets
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

from bellrock import conversations, ledger, people, triage, wiring
from bellrock.core import (
    SYSTEM,
    BellrockError,
    Database,
    Settings,
    Transaction,
    clock,
    cursors,
    journal,
    loop,
    sequencer,
)
from bellrock.core.cursors import Cursor
from bellrock.demo_year import making, names
from bellrock.demo_year.calendar import LANGUAGES, TOPICS
from bellrock.demo_year.making import Plan
from bellrock.demo_year.stories import Cast
from bellrock.house import House

LABELS = ("refund", "vip", "bank", "on-chain", "bug", "waiting for documents", "scam attempt")
_SEQUENCER = 0x42454C4C


# A listener that still has to read of a conversation goes on where it stands, and reads everything.
_BEHIND = """
UPDATE cursors SET number = %(last)s WHERE log = 'records' AND name NOT LIKE 'ledger.%%' AND NOT EXISTS
  (SELECT FROM journal j WHERE j.log = 'records' AND j.number > cursors.number AND j.number <= %(before)s
   AND j.conversation_id IS NOT NULL)
"""


class ServingNow(BellrockError):
    """Facts in bulk need the house for themselves."""

    code = "serving_now"
    text = "Bellrock is serving on this data. Stop it first; this needs the house for itself."


async def fill(house: House, plan: Plan, *, on_progress: Callable[[int], None] = lambda _: None) -> int:
    """Make and write the conversations of a plan with all cores; return how many facts there are now.

    The house has its teams and articles already, and is not serving. What is past by now is no news: listeners go on
    behind it. Raises ServingNow.
    """
    cast = await _cast(house)
    async with _alone(house.database):
        async with house.database.transaction() as tx:
            await cursors.register(tx, wiring.listeners(house, has_first_line=False, defer=None))
            before = await journal.last_number(tx)
        await asyncio.to_thread(_in_processes, house.settings, plan, cast, on_progress)
        async with house.database.transaction() as tx:
            last = await journal.last_number(tx)
            await tx.execute(_BEHIND, {"last": last, "before": before})
    return last + 1


async def has_past(house: House) -> bool:
    """Whether more conversations are there than a new demo house has."""
    async with house.database.transaction() as tx:
        cursor = await tx.execute("SELECT count(*) AS some FROM (SELECT FROM conversations LIMIT 50) c")
        row = await cursor.fetchone()
    return row is not None and row["some"] >= 50


async def settle(house: House) -> None:
    """Grow the Merkle trees over what was written, and sign a checkpoint."""
    await grow(house)
    await ledger.keep(house.database, house.vault.keyring, house.settings, now=clock.now())


async def grow(house: House) -> None:
    """Grow the Merkle trees over what was written."""
    async with house.database.transaction() as tx:
        await cursors.register(tx, [Cursor(f"ledger.{log}", ledger.extend, log=log) for log in journal.LOGS])
    for log in journal.LOGS:
        while True:
            async with house.database.transaction() as tx:
                if not await ledger.catch_up(tx, log):
                    break


def _in_processes(settings: Settings, plan: Plan, cast: Cast, on_progress: Callable[[int], None]) -> None:
    context = multiprocessing.get_context("spawn")
    counter = context.Value("q", 0)
    made: Any = context.Queue()
    workers = [
        context.Process(target=work, args=(settings, plan, cast, counter, made), daemon=True)
        for _ in range(max(1, min(os.cpu_count() or 1, -(-plan.total // plan.batch))))
    ]
    for process in workers:
        process.start()
    try:
        left = plan.total
        while left:
            try:
                count = made.get(timeout=1)
            except queue.Empty:
                if any(process.exitcode for process in workers):
                    raise RuntimeError("a process that made conversations has failed") from None
                continue
            left -= count
            on_progress(count)
    finally:
        for process in workers:
            process.join(timeout=None if not left else 0)
            process.kill()


def work(settings: Settings, plan: Plan, cast: Cast, counter: Any, made: Any) -> None:
    """Be one of the processes."""

    def take() -> int:
        with counter.get_lock():
            counter.value += 1
            return int(counter.value) - 1

    loop.run(making.run(settings, plan, cast, take, made.put))


@asynccontextmanager
async def _alone(database: Database) -> AsyncIterator[None]:
    """Hold the sequencer's place, so that nobody numbers facts meanwhile. Raises ServingNow."""
    async with await database.connect(autocommit=True) as connection:
        epochs = await sequencer.lead(connection)
        if epochs is None:
            raise ServingNow
        for log, epoch in epochs.items():
            while await sequencer.number_batch(connection, log, epoch):
                pass
        yield
        await connection.execute("SELECT pg_advisory_unlock(%s)", (_SEQUENCER,))


async def _cast(house: House) -> Cast:
    """Return who works on what; colleagues for every language and a few labels are made when they are missing."""
    async with house.database.transaction() as tx:
        teams = {queue: team.id for team in await people.teams(tx) for queue in team.queues}
        default = await people.default_team_id(tx)
        team_of = {topic: teams.get(triage.topic(topic).queue, default) for topic in TOPICS}
        agents = await _colleagues(tx, house, set(team_of.values()))
        labels = {label.name: label.id for label in await conversations.labels(tx)}
        for name in LABELS:
            if name not in labels:
                made = await conversations.create_label(tx, house.vault, name=name, by=SYSTEM, now=clock.now())
                labels[name] = made.id
    return Cast(team_of, agents, {name: labels[name] for name in LABELS})


async def _colleagues(tx: Transaction, house: House, teams: set[UUID]) -> dict[tuple[UUID, str], list[UUID]]:
    """Return who of each team speaks which language; somebody for each language is invited if nobody does."""
    now = clock.now()
    rows = [row for row in await people.directory(tx, house.vault, now=now) if str(row.status) == "active"]
    spoken = {language for row in rows for language in row.agent.languages}
    for language in LANGUAGES:
        if language not in spoken:
            await _invite(tx, house, language, teams)
    rows = await people.directory(tx, house.vault, now=now)
    agents: dict[tuple[UUID, str], list[UUID]] = defaultdict(list)
    for row in rows:
        if str(row.status) == "closed":
            continue
        for team_id in row.agent.team_ids & teams or teams:
            for language in ("", *row.agent.languages):
                agents[(team_id, language)].append(row.agent.id)
    return dict(agents)


async def _invite(tx: Transaction, house: House, language: str, teams: set[UUID]) -> None:
    chance = random.Random(language)
    _, secret = await people.invite_agent(
        tx,
        house.vault,
        name=names.name(language, chance),
        email=f"{language.lower()}@northwick.example",
        roles=[people.Role.AGENT],
        team_ids=teams,
        languages=[language, "en"] if language != "en" else ["en"],
        by=SYSTEM,
        now=clock.now(),
    )
    hashed = await people.hash_password(secrets.token_urlsafe(24))
    await people.set_password(tx, house.vault, secret=secret, password_hash=hashed, now=clock.now())
