"""The pool: a server that comes back is used again without a failure."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bellrock.core import Database, Transaction, new_id
from bellrock.core.db import is_stale
from bellrock.core.postgres import EmbeddedPostgres


@pytest.fixture
def server() -> Iterator[EmbeddedPostgres]:
    folder = Path(tempfile.mkdtemp(prefix="brk-"))
    made = EmbeddedPostgres(
        folder / "postgres", settings={"max_connections": "20", "shared_buffers": "16MB", "fsync": "off"}
    )
    made.start()
    yield made
    made.stop()
    shutil.rmtree(folder)


async def _answer(database: Database) -> int:
    async with database.transaction() as tx:
        row = await (await tx.execute("SELECT 1 AS one, pg_sleep(0.05)")).fetchone()
    assert row is not None
    return int(row["one"])


async def test_no_request_pays_for_a_restart_that_is_over(server: EmbeddedPostgres) -> None:
    async with Database(server.url, pool_size_max=6) as database:
        assert await asyncio.gather(*[_answer(database) for _ in range(6)]) == [1] * 6
        await asyncio.to_thread(server.stop)
        await asyncio.to_thread(server.start)
        assert await asyncio.gather(*[_answer(database) for _ in range(12)]) == [1] * 12


async def test_a_quiet_connection_is_not_taken_for_a_dead_one(database: Database) -> None:
    connection: Transaction = await database.connect(autocommit=True)
    other = await database.connect(autocommit=True)
    try:
        await connection.execute("LISTEN quiet")
        assert not is_stale(connection)
        await other.execute("NOTIFY quiet")
        await asyncio.sleep(0.05)
        assert not is_stale(connection)
        await other.execute("SELECT pg_terminate_backend(%s)", (connection.info.backend_pid,))
        await asyncio.sleep(0.05)
        assert is_stale(connection)
    finally:
        await connection.close()
        await other.close()


async def test_arrays_of_ids_come_back_as_they_went(database: Database) -> None:
    ids = [new_id() for _ in range(30)]
    lists: list[list[Any]] = [ids, ids[:1], [], [ids[0], None], [None], [ids[:2], ids[2:4]]]
    async with database.transaction() as tx:
        for given in lists * 2:
            row = await (await tx.execute("SELECT %s::uuid[] AS ids", (given,))).fetchone()
            assert row == {"ids": given}
        row = await (await tx.execute("SELECT %s::text[] AS words", (["a", '{"', "NULL"],))).fetchone()
        assert row == {"words": ["a", '{"', "NULL"]}
