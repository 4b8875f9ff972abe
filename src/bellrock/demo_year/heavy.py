"""For millions of rows: the indexes are taken down before and built again after, side by side."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from bellrock.core import Database

_TABLES = ("records", "journal", "messages", "conversations", "customers", "subject_keys")
_BUILDERS = 2
_PLAIN_INDEXES = """
SELECT i.indexrelid::regclass::text AS name, pg_get_indexdef(i.indexrelid) AS definition
FROM pg_index i WHERE i.indrelid = ANY(%s::regclass[]) AND NOT EXISTS
  (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid)
ORDER BY pg_relation_size(i.indrelid) DESC
"""
_RECOUNT = (
    "TRUNCATE inbox_counts, inbox_moves",
    "INSERT INTO inbox_counts (team_id, assignee_id, holder, status, held)"
    " SELECT team_id, assignee_id, holder, status, count(*) FROM conversations WHERE status <> 'resolved'"
    " GROUP BY team_id, assignee_id, holder, status",
)


@asynccontextmanager
async def without_indexes(
    database: Database, *, meanwhile: Callable[[], Awaitable[None]] | None = None
) -> AsyncIterator[None]:
    """Take down every index that no constraint needs; at the end build them again and count the inbox anew.

    `meanwhile` is done while the indexes are built.
    """
    async with database.transaction() as tx:
        cursor = await tx.execute(_PLAIN_INDEXES, (list(_TABLES),))
        indexes = await cursor.fetchall()
        for row in indexes:
            await tx.execute(f"DROP INDEX {row['name']}")
    yield
    waiting = [row["definition"] for row in indexes]
    # The dearest first, so that the builders end together.
    waiting.sort(key=lambda definition: "gin" in definition)
    await asyncio.gather(*(_build(database, waiting) for _ in range(_BUILDERS)), *([meanwhile()] if meanwhile else []))
    async with database.transaction() as tx:
        for statement in _RECOUNT:
            await tx.execute(statement)


async def analyse(database: Database) -> None:
    """Let the database know what it holds now."""
    async with await database.connect(autocommit=True) as connection:
        await connection.execute("SET statement_timeout = 0")
        for table in (*_TABLES, "ledger_tiles"):
            await connection.execute(f"VACUUM (ANALYZE) {table}")


async def _build(database: Database, waiting: list[str]) -> None:
    async with await database.connect(autocommit=True) as connection:
        await connection.execute("SET statement_timeout = 0")
        await connection.execute("SET maintenance_work_mem = '600MB'")
        await connection.execute("SET max_parallel_maintenance_workers = 1")
        while waiting:
            await connection.execute(waiting.pop())
