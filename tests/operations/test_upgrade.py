"""Data of an older revision, made by the code of that time, is upgraded, serves and is proven.

`tests/data/revision_0010` holds rows, sealed files, keys and checkpoints as Bellrock wrote them at 0010_jobs: cases of every
state, notes, a hand-over, files, a message and a customer that were erased, a job that waits.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import psycopg
import pytest

from bellrock import channels, conversations, guard, operations, people, supervisor
from bellrock.app import build_files, open_house
from bellrock.core import SYSTEM, Settings, clock, migrate, new_id
from bellrock.core import settings as declared
from bellrock.core.pg_binaries import find_binaries
from bellrock.house import House
from bellrock.operations import archive, tools
from bellrock.vault import Keyring
from tests.fixtures.serving import browser
from tests.operations.conftest import audit, settle

DATA = Path(__file__).resolve().parents[1] / "data" / "revision_0010"
REVISION = "0010_jobs"


@pytest.fixture
def old_database(empty_database: Callable[[], str]) -> Iterator[str]:
    url = empty_database()
    assert migrate.upgrade(url, to=REVISION)[-1] == REVISION
    subprocess.run(
        [find_binaries() / "psql", "--quiet", "--no-psqlrc", "-v", "ON_ERROR_STOP=1", "-f", DATA / "data.sql", url],
        check=True,
        capture_output=True,
    )
    yield url


@pytest.fixture
def settings(old_database: str, tmp_path: Path) -> Settings:
    for name in ("keys", "checkpoints"):
        shutil.copytree(DATA / name, tmp_path / name)
    shutil.copytree(DATA / "files", tmp_path / "data" / "files")
    for path in (tmp_path / "keys", *(tmp_path / "keys").rglob("*")):
        path.chmod(0o700 if path.is_dir() else 0o600)
    return declared.load(
        {
            "BELLROCK_DATABASE_URL": old_database,
            "BELLROCK_DATA": str(tmp_path / "data"),
            "BELLROCK_KEYS": str(tmp_path / "keys"),
            "BELLROCK_CHECKPOINTS": str(tmp_path / "checkpoints"),
        }
    )


async def test_the_last_version_s_data_comes_up_serves_and_is_proven(settings: Settings) -> None:
    assert migrate.current(settings.database_url) == REVISION
    ran = migrate.upgrade(settings.database_url)
    assert ran[0] > REVISION
    assert migrate.is_at_head(settings.database_url)
    async with open_house(settings) as house:
        report = await audit(house)
        assert report.findings == []
        assert report.records > 100
        assert report.shredded == 9
        async with browser(house) as client:
            assert (await client.get("/health/ready")).status_code == 200
            assert (await client.get("/help/en")).status_code == 200
        async with house.database.transaction() as tx:
            (row,) = await (
                await tx.execute("SELECT a.id, a.conversation_id, a.customer_id FROM attachments a")
            ).fetchall()
            entries = await conversations.timeline(
                tx, house.vault, viewer=SYSTEM, conversation_id=row["conversation_id"]
            )
            assert "Words of revision ten, number 1" in repr([entry.words for entry in entries])
            _, content = await channels.open_attachment(tx, house.vault, house.files, viewer=SYSTEM, file_id=row["id"])
            assert content.startswith(b"\x89PNG")
            assert (await people.profile(tx, house.vault, customer_id=row["customer_id"])).name == "Grace Adeyemi"
        await _write_on(house, row["customer_id"])
        await settle(house)
        assert (await audit(house)).findings == []


async def _write_on(house: House, customer_id: UUID) -> None:
    async with house.database.transaction() as tx:
        customer = await people.customer(tx, customer_id)
        opened = await conversations.open_conversation(
            tx, house.vault, customer=customer, channel="widget", language="en", now=clock.now()
        )
        await conversations.receive(
            tx, house.vault, customer=customer, conversation_id=opened.id, text=guard.screen("After the upgrade"),
            client_key=str(new_id()), now=clock.now(),
        )  # fmt: skip


def test_an_upgrade_that_was_interrupted_goes_on(settings: Settings) -> None:
    middle = migrate.revisions()[migrate.revisions().index(REVISION) + 2]
    assert migrate.upgrade(settings.database_url, to=middle)[-1] == middle
    assert migrate.upgrade(settings.database_url)[0] > middle
    assert migrate.upgrade(settings.database_url) == []


def test_serve_upgrades_nothing_on_a_server_of_the_operator_s(settings: Settings) -> None:
    with pytest.raises(migrate.SchemaBehind, match="bellrock migrate"):
        supervisor.serve(replace(settings, port=0), any_port=True, on_ready=lambda _settings: None)
    assert migrate.current(settings.database_url) == REVISION


def test_nothing_touches_a_database_newer_than_itself(settings: Settings) -> None:
    with psycopg.connect(settings.database_url) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999_future'")
    for attempt in (
        lambda: migrate.upgrade(settings.database_url),
        lambda: migrate.require_head(settings.database_url),
        lambda: supervisor.serve(replace(settings, port=0), any_port=True, on_ready=lambda _settings: None),
    ):
        with pytest.raises(migrate.SchemaUnknown, match="9999_future"):
            attempt()


async def test_a_backup_of_the_last_version_is_restored_by_this_one(
    settings: Settings, empty_database: Callable[[], str], tmp_path: Path
) -> None:
    """Archived at its revision, as the older version did; brought up and proven on the way in."""
    head = archive.Head(archive.FORMAT, "0.1.0", REVISION, 18, settings.ledger_origin, clock.rfc3339(clock.now()))
    writer = archive.Writer(tmp_path / "old.tar", head)
    for path in (DATA / "checkpoints").iterdir():
        writer.add(f"checkpoints/{path.name}", path.read_bytes())
    number = 0
    async for piece in tools.dump(settings.database_url, pg_bin=None, piece_bytes=archive.PIECE_BYTES):
        writer.add(f"database/{number:08d}", piece)
        number += 1
    for path in (path for path in (DATA / "files").rglob("*") if path.is_file()):
        writer.add(str(path.relative_to(DATA / "files")), path.read_bytes())
    writer.finish(Keyring.load(settings.keys).signing)
    there = replace(
        settings,
        database_url=empty_database(),
        data=tmp_path / "there" / "data",
        checkpoints=tmp_path / "there" / "proof",
    )
    restored = await operations.restore(
        there, tmp_path / "old.tar", open_house=open_house, files_at=build_files, checkpoints=DATA / "checkpoints",
        now=clock.now(),
    )  # fmt: skip
    assert restored.upgraded[-1] == migrate.head()
    assert restored.report.holds
    assert restored.proven["records"].is_outside
    assert restored.proven["records"].size == 104
