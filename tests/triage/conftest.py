"""A house with teams, articles and a customer, the real encoder and the shipped head."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bellrock import conversations, guard, knowledge, people, triage
from bellrock.adapters.embed import build_embedder
from bellrock.conversations import Conversation, Entry
from bellrock.core import FIRST_LINE, Database, Transaction, new_id
from bellrock.people.demo import seed_teams
from bellrock.triage import model
from bellrock.triage.first_line import Begin
from bellrock.triage.model import Model
from bellrock.triage.port import Embedder
from bellrock.vault import Keyring, Vault

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def embedder() -> Embedder:
    return build_embedder()


@pytest.fixture(scope="session")
def head() -> Model:
    return model.load()


@pytest.fixture(scope="session")
def furnished(clone_database: Callable[[], str], tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """The address of a database with teams and the product's articles, and its keys."""
    url, keys = clone_database(), tmp_path_factory.mktemp("keys")

    async def furnish() -> None:
        vault = Vault(Keyring.load(keys))
        async with Database(url) as database, database.transaction() as tx:
            await seed_teams(tx, vault, now=NOW)
            await knowledge.seed(tx, vault, now=NOW, brand="Northwick", only=("en", "zh-Hans", "ar"))

    asyncio.run(furnish())
    return url, keys


@pytest.fixture
def vault(furnished: tuple[str, Path]) -> Vault:
    return Vault(Keyring.load(furnished[1]))


@pytest.fixture
async def tx(furnished: tuple[str, Path]) -> AsyncIterator[Transaction]:
    """A transaction in that database, rolled back at the end."""
    connection = await Database(furnished[0]).connect()
    try:
        yield connection
    finally:
        await connection.rollback()
        await connection.close()


def inside(tx: Transaction) -> Begin:
    """Let the first line do all that it does in one transaction, which the test rolls back."""
    return lambda: nullcontext(tx)


@dataclass
class Chat:
    """A customer's conversation with the first line, as a test plays it."""

    tx: Transaction
    vault: Vault
    first_line: triage.FirstLine
    customer: people.Customer
    conversation_id: object
    now: datetime = NOW
    decisions: list[triage.Decision | None] = field(default_factory=list)

    async def write(self, text: str) -> triage.CustomerWrote:
        guarded = guard.screen(text) if text else None
        received = await conversations.receive(
            self.tx,
            self.vault,
            customer=self.customer,
            conversation_id=self.conversation_id,  # type: ignore[arg-type]
            text=guarded,
            client_key=str(new_id()),
            now=self.now,
            file_ids=() if guarded else (new_id(),),
        )
        kinds = tuple(sorted({finding.kind for finding in guarded.findings})) if guarded else ()
        return triage.CustomerWrote(received.conversation_id, received.message_id, kinds)

    async def say(self, text: str) -> triage.Decision | None:
        decision = await self.first_line.answer(inside(self.tx), await self.write(text), now=self.now)
        self.decisions.append(decision)
        return decision

    async def state(self) -> Conversation:
        return await conversations.get(self.tx, viewer=FIRST_LINE, conversation_id=self.conversation_id)  # type: ignore[arg-type]

    async def entries(self, kind: str) -> list[Entry]:
        found = await conversations.timeline(
            self.tx,
            self.vault,
            viewer=FIRST_LINE,
            conversation_id=self.conversation_id,  # type: ignore[arg-type]
        )
        return [entry for entry in found if entry.kind == kind]

    async def last_reply(self) -> Entry:
        return (await self.entries("conversations.replied"))[-1]


@pytest.fixture
def first_line(vault: Vault, embedder: Embedder) -> triage.FirstLine:
    return triage.FirstLine(vault, embedder)


@pytest.fixture
def open_chat(tx: Transaction, vault: Vault, first_line: triage.FirstLine) -> Callable[..., object]:
    async def opened(language: str = "en", **more: object) -> Chat:
        customer, _secret = await people.start_visitor(tx, vault, locale=language, now=NOW)
        conversation = await conversations.open_conversation(
            tx,
            vault,
            customer=customer,
            channel="widget",
            language=language,
            now=NOW,
            **more,  # type: ignore[arg-type]
        )
        return Chat(tx, vault, first_line, customer, conversation.id)

    return opened
