"""A small house with a life behind it: customers, agents, conversations of every state, files, checkpoints."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from bellrock import conversations, guard, knowledge, ledger, people
from bellrock.core import FIRST_LINE, SYSTEM, Settings, Transaction, clock, migrate, new_id, sequencer
from bellrock.core.cursors import Cursor
from bellrock.core.postgres import EmbeddedPostgres
from bellrock.house import House

_WORDS = (
    "提现一直没有到账",
    "لم يصل الإيداع",
    "My withdrawal is still pending",
    "Where is order 20261118?",
    "Thank you",
)


@dataclass
class Furnished:
    """An open house, the server under it, and who lives in it."""

    house: House
    server: EmbeddedPostgres
    chance: random.Random
    now: datetime
    teams: list[UUID]
    agent: people.Agent

    async def converse(self, count: int) -> None:
        """Have `count` conversations of new customers, each with a handful of events, and put them on record."""
        for _ in range(count):
            async with self.house.database.transaction() as tx:
                await self._conversation(tx)
        await self.settle()

    async def settle(self) -> None:
        """Number every fact, grow the trees, keep checkpoints in and outside the database."""
        from bellrock import worker

        async with await self.house.database.connect(autocommit=True) as connection:
            await sequencer.number_all(connection)
        logs = [Cursor(f"ledger.{log}", ledger.extend, log=log, batch=1_000) for log in ("records", "access")]
        await worker.drain(self.house.database, logs)
        await ledger.keep(self.house.database, self.house.vault.keyring, self.house.settings, now=self._later())

    async def _conversation(self, tx: Transaction) -> None:
        vault = self.house.vault
        customer, _secret = await people.start_visitor(tx, vault, locale="en", now=self._later())
        opened = await conversations.open_conversation(
            tx,
            vault,
            customer=customer,
            channel=self.chance.choice(("widget", "web")),
            language=self.chance.choice(("en", "zh-Hans", "ar")),
            now=self._later(),
        )
        for _ in range(self.chance.randint(1, 4)):
            await conversations.receive(
                tx,
                vault,
                customer=customer,
                conversation_id=opened.id,
                text=self._text(),
                client_key=str(new_id()),
                now=self._later(),
            )
            if self.chance.random() < 0.7:
                await self._answer(tx, opened.id)

    async def _answer(self, tx: Transaction, id: UUID) -> None:
        vault, by = self.house.vault, self.agent
        if self.chance.random() < 0.5:
            await conversations.hand_over(
                tx,
                vault,
                by=FIRST_LINE,
                conversation_id=id,
                reason="asked_for_person",
                summary=self._text(),
                facts={},
                team_id=self.chance.choice(self.teams),
                priority=self.chance.choice(("high", "normal", "low")),
                now=self._later(),
            )
        if self.chance.random() < 0.5:
            team_id = self.chance.choice(self.teams)
            await conversations.assign(
                tx, vault, by=by, conversation_id=id, agent_id=by.id, team_id=team_id, now=self._later()
            )
        await conversations.note(tx, vault, by=by, conversation_id=id, text=self._text(), now=self._later())
        await conversations.reply(tx, vault, by=by, conversation_id=id, text=self._text(), now=self._later())
        if self.chance.random() < 0.4:
            await conversations.resolve(tx, vault, by=by, conversation_id=id, now=self._later())

    def _text(self) -> guard.GuardedText:
        return guard.screen(f"{self.chance.choice(_WORDS)} {self.chance.randint(1, 999)}")

    def _later(self) -> datetime:
        self.now += timedelta(seconds=self.chance.randint(1, 90))
        return self.now


@asynccontextmanager
async def furnished(folder: Path, *, seed: int | None = None) -> AsyncIterator[Furnished]:
    """Yield a house of its own in `folder`, with teams and one agent who sees everything."""
    from bellrock.app import open_house

    server = EmbeddedPostgres(folder / "data" / "postgres")
    server.start()
    try:
        migrate.upgrade(server.url)
        settings = replace(
            Settings(),
            data=folder / "data",
            keys=folder / "keys",
            checkpoints=folder / "checkpoints",
            database_url=server.url,
        )
        chance = random.Random(seed)
        async with open_house(settings) as house:
            async with house.database.transaction() as tx:
                now = clock.now()
                await people.seed_demo(tx, house.vault, now=now)
                teams = [team.id for team in await people.teams(tx)]
                agent = await _lead(tx, now)
                await _articles(tx, house, now)
            yield Furnished(house, server, chance, now, teams, agent)
    finally:
        server.stop()


async def _articles(tx: Transaction, house: House, now: datetime) -> None:
    """Publish a few articles."""
    await tx.execute("INSERT INTO categories (id, slug, position) VALUES (%s, 'deposits', 1)", (new_id(),))
    for slug, title in (("late", "My deposit is late"), ("network", "I chose the wrong network")):
        text = knowledge.Text(guard.screen(title), guard.screen("Look at **Wallet**."), guard.screen("# Why\n\nWords."))
        article_id = await knowledge.start_article(
            tx, house.vault, category_slug="deposits", topic=None, slug=slug, text=text, by=SYSTEM, now=now
        )
        await knowledge.publish(tx, house.vault, article_id=article_id, language="en", number=1, by=SYSTEM, now=now)


async def _lead(tx: Transaction, now: datetime) -> people.Agent:
    """Return an agent who may see and do everything with conversations."""
    agent_id = new_id()
    await tx.execute(
        "INSERT INTO agents (id, name, email_fingerprint, email, roles, status, password_hash, created_at)"
        " VALUES (%s, 'Bench', %s, '', '{lead}', 'active', 'none', %s)",
        (agent_id, agent_id.bytes * 2, now),
    )
    return people.Agent(
        id=agent_id,
        name="Bench",
        roles=frozenset({people.Role.LEAD}),
        team_ids=frozenset(),
        languages=("en",),
        permissions=frozenset(people.Permission),
    )
