"""The database: one pool, transactions that the caller opens and commits."""

from __future__ import annotations

import select
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import psycopg
from psycopg import errors as pg
from psycopg.rows import DictRow, dict_row
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from bellrock.core.errors import BellrockError, Unavailable

Transaction = psycopg.AsyncConnection[DictRow]
"""An open transaction: `await tx.execute(sql, params)` gives a cursor whose rows are dicts."""

POOL_SIZE_MAX = 16
STATEMENT_TIMEOUT_MS = 15_000
WAIT_SECONDS_MAX = 10.0
_NOTICES_MAX = 20


class DatabaseUnavailable(Unavailable):
    """The database does not answer, or is full; nothing of the transaction was kept."""

    code = "database_unavailable"


class Database:
    """A pool of connections to one PostgreSQL. Open it once per process; close it at the end."""

    def __init__(self, url: str, *, pool_size_max: int = POOL_SIZE_MAX) -> None:
        self.url = url
        self._pool: AsyncConnectionPool[Transaction] = AsyncConnectionPool(
            url,
            connection_class=psycopg.AsyncConnection[DictRow],
            kwargs={
                "row_factory": dict_row,
                "options": f"-c statement_timeout={STATEMENT_TIMEOUT_MS} -c timezone=UTC",
                "prepare_threshold": 2,
            },
            min_size=1,
            max_size=pool_size_max,
            timeout=WAIT_SECONDS_MAX,
            max_waiting=2_000,
            check=None,
            open=False,
        )

    async def open(self) -> None:
        await self._pool.open()

    async def close(self) -> None:
        await self._pool.close()

    async def __aenter__(self) -> Database:
        await self.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """Yield an open transaction; commit at the end, roll back on any exception.

        Raises DatabaseUnavailable when the database cannot be reached or has no room; retrying helps.
        """
        try:
            tx = await self._live_connection()
            try:
                async with tx:
                    yield tx
            finally:
                await self._pool.putconn(tx)
        except BellrockError:
            raise
        except PoolTimeout as error:
            raise DatabaseUnavailable from error
        except (pg.DiskFull, pg.OperationalError) as error:
            raise DatabaseUnavailable from error

    @asynccontextmanager
    async def pipeline(self) -> AsyncIterator[Transaction]:
        """Yield a transaction whose statements travel together: each is sent when a result is first asked for.

        For hot paths. A statement whose rows nobody fetches reports its failure later, at the end at the latest, and its
        `rowcount` is not known. Commits with the last statements, in the same journey.
        """
        async with self.transaction() as tx, tx.pipeline():
            yield tx
            await tx.commit()

    @asynccontextmanager
    async def autocommit(self) -> AsyncIterator[Transaction]:
        """Yield a connection on which every statement is a transaction of its own, for what one statement does whole."""
        async with self.transaction() as connection:
            await connection.set_autocommit(True)
            try:
                yield connection
            finally:
                if not connection.broken:
                    await connection.set_autocommit(False)

    async def _live_connection(self) -> Transaction:
        """Take a connection from the pool, dropping those whose server went away while they lay there."""
        while True:
            connection = await self._pool.getconn()
            if not is_stale(connection):
                return connection
            await connection.close()
            await self._pool.putconn(connection)  # the pool opens another one in its place

    async def connect(self, **options: Any) -> Transaction:
        """Return a connection of its own outside the pool (for LISTEN and advisory locks); the caller closes it."""
        return await psycopg.AsyncConnection[DictRow].connect(self.url, row_factory=dict_row, **options)


def is_stale(connection: Transaction) -> bool:
    """Whether an idle connection has lost its server. It asks the socket, not the server: some microseconds, no journey.

    A server that stopped, or was killed, has closed its end: the socket can be read, and ends.
    """
    if connection.closed:
        return True
    poll = select.poll()
    poll.register(connection.pgconn.socket, select.POLLIN)
    for _ in range(_NOTICES_MAX):
        if not poll.poll(0):
            return False
        try:
            connection.pgconn.consume_input()
        except psycopg.Error:
            return True
    return True
