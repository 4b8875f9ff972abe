"""A help centre with the articles of the product, in the whole application."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from bellrock import knowledge
from bellrock.app import open_house
from bellrock.core import settings
from bellrock.house import House
from tests.fixtures.serving import browser

NOW = datetime(2026, 11, 9, 9, 0, tzinfo=UTC)
Site = AsyncTestClient[Litestar]


@pytest.fixture(scope="session")
async def site_house(
    clone_database: Callable[[], str], tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[House]:
    """A house that the reading tests share; none of them changes it."""
    folder = tmp_path_factory.mktemp("site")
    values = {
        "BELLROCK_DATABASE_URL": clone_database(),
        "BELLROCK_DATA": str(folder / "data"),
        "BELLROCK_KEYS": str(folder / "keys"),
        "BELLROCK_CHECKPOINTS": str(folder / "checkpoints"),
    }
    async with open_house(settings.load(values)) as house:
        await _fill(house)
        yield house


@pytest.fixture(scope="session")
async def _shared_site(site_house: House) -> AsyncIterator[Site]:
    async with _browser(site_house) as client:
        yield client


@pytest.fixture
def site(_shared_site: Site) -> Site:
    """A reader's browser before the published help centre, for tests that only read."""
    _shared_site.cookies.clear()
    return _shared_site


@pytest.fixture
async def own_site(house: House) -> AsyncIterator[Site]:
    """A reader's browser before a help centre that the test may change."""
    await _fill(house)
    async with _browser(house) as client:
        yield client


async def _fill(house: House) -> None:
    async with house.database.transaction() as tx:
        await knowledge.seed(tx, house.vault, now=NOW, brand=house.settings.brand, only=("en", "zh-Hans", "ar"))


@asynccontextmanager
async def _browser(house: House) -> AsyncIterator[Site]:
    async with browser(house) as client:
        client.headers["accept"] = "text/html"
        client.follow_redirects = False
        yield client
