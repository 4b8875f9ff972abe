"""A help centre with the articles of the product, published once a run."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bellrock import knowledge
from bellrock.core import Database, Transaction
from bellrock.vault import Keyring, Vault

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture(scope="session")
def seeded_place(clone_database: Callable[[], str], tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """The address of a database in which the product's articles are published, and its keys."""
    url, keys = clone_database(), tmp_path_factory.mktemp("keys")

    async def publish() -> None:
        async with Database(url) as database, database.transaction() as tx:
            await knowledge.seed(
                tx, Vault(Keyring.load(keys)), now=NOW, brand="Northwick", only=("en", "zh-Hans", "ar")
            )

    asyncio.run(publish())
    return url, keys


@pytest.fixture
def vault(seeded_place: tuple[str, Path]) -> Vault:
    """A vault with the keys of that database."""
    return Vault(Keyring.load(seeded_place[1]))


@pytest.fixture
async def seeded(seeded_place: tuple[str, Path]) -> AsyncIterator[Transaction]:
    """A transaction in it, rolled back at the end."""
    connection = await Database(seeded_place[0]).connect()
    try:
        yield connection
    finally:
        await connection.rollback()
        await connection.close()
