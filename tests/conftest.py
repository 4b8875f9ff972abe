"""Fixtures for every suite: one PostgreSQL a run, a database cloned from a migrated template for each test that commits."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from bellrock.core import Database, Transaction
from bellrock.core.postgres import EmbeddedPostgres

if TYPE_CHECKING:
    from bellrock.house import House
    from bellrock.vault import Vault

pytest_plugins = [
    "tests.fixtures.serving",
    "tests.fixtures.browsing",
    "tests.fixtures.translating",
    "tests.fixtures.writing",
]

TEMPLATE = "bellrock_template"
_MEMORY = Path("/dev/shm")
_MEMORY_MIN = 6_000_000_000
_FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "300"}

# A shared machine stalls now and then: slowness alone is no failure of a property.
hypothesis_settings.register_profile(
    "bellrock", deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
hypothesis_settings.load_profile("bellrock")


# On the memory's file system, where it has room, cloning a database takes 30 ms instead of 600. Processes inherit this.
if "TMPDIR" not in os.environ and os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > _MEMORY_MIN:
    os.environ["TMPDIR"] = str(_MEMORY)
    tempfile.tempdir = None


class _TestServer:
    """The run's PostgreSQL: started when first asked for, removed at the end."""

    def __init__(self) -> None:
        self._folder: Path | None = None
        self._server: EmbeddedPostgres | None = None

    def url(self) -> str:
        if self._server is None:
            from bellrock.core import migrate

            self._folder = Path(tempfile.mkdtemp(prefix="bellrock-test-"))
            self._server = EmbeddedPostgres(self._folder, settings=_FAST)
            self._server.start()
            with psycopg.connect(self._server.url, autocommit=True) as connection:
                connection.execute(f"CREATE DATABASE {TEMPLATE}")
            migrate.upgrade(with_database(self._server.url, TEMPLATE))
        return self._server.url

    def close(self) -> None:
        if self._server is not None and self._folder is not None:
            self._server.stop()
            shutil.rmtree(self._folder, ignore_errors=True)
            self._server = None


_server = _TestServer()


class _SharedServer:
    """Under xdist the first process starts the server and tells the workers where it is."""

    def pytest_configure_node(self, node: Any) -> None:
        node.workerinput["postgres_url"] = _server.url()


def pytest_configure(config: pytest.Config) -> None:
    if config.pluginmanager.hasplugin("dsession") or config.pluginmanager.hasplugin("xdist"):
        config.pluginmanager.register(_SharedServer())


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest, so that no process of the run is left with it at the end."""
    first = ("browser", "journeys", "operations", "faults", "bench", "triage")
    root = Path(__file__).parent

    def place(item: pytest.Item) -> int:
        folder = item.path.relative_to(root).parts[0] if item.path.is_relative_to(root) else ""
        return first.index(folder) if folder in first else len(first)

    items.sort(key=place)


def pytest_unconfigure() -> None:
    _server.close()


def with_database(url: str, name: str) -> str:
    """Return the same server's address with another database."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


@pytest.fixture(scope="session")
def postgres_url(request: pytest.FixtureRequest) -> str:
    """The run's server; the database that it names stays empty."""
    given = getattr(request.config, "workerinput", {}).get("postgres_url")
    return given or _server.url()


@pytest.fixture(scope="session")
def clone_database(postgres_url: str, worker_id: str) -> Iterator[Callable[..., str]]:
    """Make a fresh database of the migrated template, or a given one, and return its address, as often as it is called."""
    names: list[str] = []

    def clone(template: str = TEMPLATE) -> str:
        name = f"bellrock_{worker_id}_{len(names)}"
        with psycopg.connect(postgres_url, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
        names.append(name)
        return with_database(postgres_url, name)

    yield clone
    with suppress(psycopg.Error), psycopg.connect(postgres_url, autocommit=True) as connection:
        for name in names:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.fixture
def database_url(clone_database: Callable[[], str]) -> Iterator[str]:
    """The address of a database of this test's own."""
    url = clone_database()
    yield url
    with psycopg.connect(with_database(url, "postgres"), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {urlsplit(url).path[1:]} WITH (FORCE)")


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """An open pool on a database of this test's own; what it commits, no other test sees."""
    async with Database(database_url, pool_size_max=8) as opened:
        yield opened


@pytest.fixture(scope="session")
def worker_database_url(clone_database: Callable[[], str]) -> str:
    """The address of the database that this worker's rolled-back tests share."""
    return clone_database()


@pytest.fixture
async def tx(worker_database_url: str) -> AsyncIterator[Transaction]:
    """An open transaction that is rolled back at the end: the quickest way to test one room."""
    connection = await Database(worker_database_url).connect()
    try:
        yield connection
    finally:
        await connection.rollback()
        await connection.close()


@pytest.fixture
def keys_folder(tmp_path: Path) -> Path:
    """A folder for keys, apart from the data."""
    folder = tmp_path / "keys"
    folder.mkdir(mode=0o700)
    return folder


@pytest.fixture
def vault(keys_folder: Path) -> Vault:
    """A vault with keys of this test's own."""
    from bellrock.vault import Keyring, Vault

    return Vault(Keyring.load(keys_folder))


@pytest.fixture
async def house(database_url: str, tmp_path: Path, keys_folder: Path) -> AsyncIterator[House]:
    """Everything a request handler stands on, over a database of this test's own."""
    from bellrock.app import open_house
    from bellrock.core import settings

    values = {
        "BELLROCK_DATABASE_URL": database_url,
        "BELLROCK_DATA": str(tmp_path / "data"),
        "BELLROCK_KEYS": str(keys_folder),
        "BELLROCK_CHECKPOINTS": str(tmp_path / "checkpoints"),
        "BELLROCK_DEMO": "1",
    }
    async with open_house(settings.load(values)) as opened:
        yield opened
