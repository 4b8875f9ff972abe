"""A disk that fills up while serving: writes are refused, what was acknowledged is kept, and room is all it takes."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from bellrock.core import Database, DatabaseUnavailable
from bellrock.core.postgres import DiskNearlyFull, EmbeddedPostgres

ATTEMPTS_MAX = 20_000


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A file system of its own with 700 MB."""
    folder = Path(tempfile.mkdtemp(prefix="brk-"))
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=700m", "tmpfs", folder], capture_output=True)
    if mounted.returncode != 0:
        folder.rmdir()
        pytest.skip("making a small file system needs the right to mount one")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)
    folder.rmdir()


async def test_keeps_everything_acknowledged_and_goes_on_when_there_is_room(small_disk: Path) -> None:
    server = EmbeddedPostgres(small_disk / "postgres", settings={"max_connections": "20"})
    server.start()
    filler = small_disk / "filler"
    kept: list[int] = []
    refused: list[int] = []
    try:
        async with Database(server.url, pool_size_max=2) as database:
            async with database.transaction() as tx:
                await tx.execute("CREATE TABLE words (number int, word text)")
            with filler.open("wb") as stream:
                os.posix_fallocate(stream.fileno(), 0, shutil.disk_usage(small_disk).free - 25_000_000)
            for number in range(ATTEMPTS_MAX):
                try:
                    async with database.transaction() as tx:
                        await tx.execute(
                            "INSERT INTO words SELECT %s, repeat(md5(random()::text), 3000) FROM generate_series(1, 5)",
                            (number,),
                        )
                    kept.append(number)
                except DatabaseUnavailable:
                    refused.append(number)
                    break
            assert refused
            filler.unlink()
            server.start()  # where not even the log of changes had room, the server stopped; the supervisor does this
            found = await _write_and_read(database)
        # Whether the refused one was kept nobody was told; all others were acknowledged.
        assert [number for number in found if number not in refused] == kept
    finally:
        server.stop()


async def _write_and_read(database: Database) -> list[int]:
    """Try again, as every sender does: each pooled connection of the old server fails once."""
    for _ in range(10):
        with suppress(DatabaseUnavailable):
            async with database.transaction() as tx:
                await tx.execute("INSERT INTO words VALUES (-1, 'room again')")
                rows = await tx.execute("SELECT DISTINCT number FROM words WHERE number >= 0 ORDER BY 1")
                return [row["number"] for row in await rows.fetchall()]
    raise AssertionError("the database did not come back")


def test_does_not_start_on_a_disk_that_is_nearly_full_and_starts_when_there_is_room(small_disk: Path) -> None:
    server = EmbeddedPostgres(small_disk / "postgres", settings={"max_connections": "20"})
    server.start()
    with psycopg.connect(server.url) as connection:
        connection.execute("CREATE TABLE words AS SELECT 'kept' AS word")
    server.stop()
    filler = small_disk / "filler"
    with filler.open("wb") as stream:
        os.posix_fallocate(stream.fileno(), 0, 300_000_000)
    with pytest.raises(DiskNearlyFull, match="the database needs 512 MB"):
        server.start()
    filler.unlink()
    server.start()
    with psycopg.connect(server.url) as connection:
        assert connection.execute("SELECT word FROM words").fetchone() == ("kept",)
    server.stop()
