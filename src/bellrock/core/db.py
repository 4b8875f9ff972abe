"""The database: one pool, transactions that the caller opens and commits."""

from __future__ import annotations

import asyncio
import select
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import msgspec
import psycopg
from psycopg import errors as pg
from psycopg.pq import TransactionStatus
from psycopg.rows import DictRow, dict_row
from psycopg.types.array import ListDumper
from psycopg.types.json import set_json_loads
from psycopg.types.uuid import UUIDDumper
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from bellrock.core.errors import BellrockError, Unavailable
from bellrock.core.journeys import Connection

Transaction = psycopg.AsyncConnection[DictRow]
"""An open transaction: `await tx.execute(sql, params)` gives a cursor whose rows are dicts."""

POOL_SIZE_MAX = 16
STATEMENTS_MAX = 8
STATEMENT_TIMEOUT_MS = 15_000
_FIRST_CONNECTION_SECONDS = 2.0
WAIT_SECONDS_MAX = 10.0
_NOTICES_MAX = 20


_OPTIONS: dict[str, Any] = {
    "row_factory": dict_row,
    "options": f"-c statement_timeout={STATEMENT_TIMEOUT_MS} -c timezone=UTC",
    "prepare_threshold": 2,
}


class _ArrayDumper(ListDumper):
    """Writes an array of ids at once; each of them by itself takes ten times as long."""

    def dump(self, obj: list[Any]) -> Any:
        """Return an array as the database reads it."""
        if type(self.sub_dumper) is UUIDDumper:
            with suppress(AttributeError):  # one of them is None, or a list of its own
                return ("{" + ",".join([each.hex for each in obj]) + "}").encode()
        return super().dump(obj)


set_json_loads(msgspec.json.decode)  # the standard one takes ten times as long
psycopg.adapters.register_dumper(list, _ArrayDumper)


class DatabaseUnavailable(Unavailable):
    """The database does not answer, or is full; nothing of the transaction was kept."""

    code = "database_unavailable"


class Database:
    """A pool of connections to one PostgreSQL. Open it once per process; close it at the end."""

    def __init__(self, url: str, *, pool_size_max: int = POOL_SIZE_MAX) -> None:
        self.url = url
        self._pool: AsyncConnectionPool[Connection] = AsyncConnectionPool(
            url,
            connection_class=Connection,
            kwargs=_OPTIONS,
            min_size=1,
            max_size=pool_size_max,
            timeout=WAIT_SECONDS_MAX,
            max_waiting=2_000,
            check=None,
            open=False,
        )
        self.statements: list[Transaction] = []
        self.statements_free = asyncio.Semaphore(STATEMENTS_MAX)

    async def open(self) -> None:
        await self._pool.open()

    async def close(self) -> None:
        while self.statements:
            await self.statements.pop().close()
        # A connection that is given up while it signs in stays half open at the server, and holds up what waits for it.
        with suppress(PoolTimeout):
            await self._pool.wait(_FIRST_CONNECTION_SECONDS)
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
        async with self._connection() as tx, tx:
            yield tx

    @asynccontextmanager
    async def pipeline(self) -> AsyncIterator[Transaction]:
        """Yield a transaction whose statements travel together: each is sent when a result is first asked for.

        For hot paths; `together` has several functions ask at once. A statement whose rows nobody fetches reports its failure
        later, at the end at the latest, and its `rowcount` is not known. Begins with the first statements and commits with
        the last, in their journeys. Raises as `transaction`.
        """
        async with self._connection() as tx:
            await tx.set_autocommit(True)  # the driver would wait for BEGIN and for COMMIT
            try:
                async with tx.pipeline():
                    await tx.execute("BEGIN")
                    yield tx
                    await tx.execute("COMMIT")
            finally:
                if not tx.closed:
                    await tx.rollback()  # of what failed; there is nothing to do otherwise
                    await tx.set_autocommit(False)

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[Connection]:
        try:
            connection = await self._live_connection()
            try:
                yield connection
            finally:
                await self._pool.putconn(connection)
        except BellrockError:
            raise
        except PoolTimeout as error:
            raise DatabaseUnavailable from error
        except (pg.DiskFull, pg.OperationalError) as error:
            raise DatabaseUnavailable from error

    def autocommit(self) -> Statements:
        """Yield a connection on which every statement is a transaction of its own, for what one statement does whole.

        For the hottest paths: few connections that are always the same ones, the last used first, so that what the server
        keeps in memory for each of them stays warm. Raises DatabaseUnavailable as `transaction` does.
        """
        return Statements(self)

    async def _live_connection(self) -> Connection:
        """Take a connection from the pool, dropping those whose server went away while they lay there."""
        while True:
            connection = await self._pool.getconn()
            if not is_stale(connection):
                return connection
            await connection.close()
            await self._pool.putconn(connection)  # the pool opens another one in its place

    async def connect(self, **options: Any) -> Transaction:
        """Return a connection of its own outside the pool (for LISTEN and advisory locks); the caller closes it."""
        opening = asyncio.ensure_future(Connection.connect(self.url, **{"row_factory": dict_row, **options}))
        try:
            return await asyncio.shield(opening)
        except asyncio.CancelledError:
            # Given up in the middle, it would stay half open at the server until that loses patience.
            with suppress(psycopg.Error, TimeoutError):
                await (await asyncio.wait_for(opening, _FIRST_CONNECTION_SECONDS)).close()
            raise


class Statements:
    """A connection in autocommit for the length of a block."""

    __slots__ = ("_connection", "_database")

    def __init__(self, database: Database) -> None:
        self._database = database

    async def __aenter__(self) -> Transaction:
        database = self._database
        await database.statements_free.acquire()
        try:
            while database.statements:
                connection = database.statements.pop()
                if not is_stale(connection):
                    break
                await connection.close()
            else:
                connection = await database.connect(autocommit=True, **_OPTIONS)
        except BaseException as error:
            database.statements_free.release()
            if isinstance(error, pg.OperationalError):
                raise DatabaseUnavailable from error
            raise
        self._connection = connection
        return connection

    async def __aexit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        connection, database = self._connection, self._database
        try:
            if connection.pgconn.transaction_status == TransactionStatus.IDLE:
                database.statements.append(connection)
            else:
                await connection.close()  # broken, or left in the middle of something
        finally:
            database.statements_free.release()
        if isinstance(error, (pg.DiskFull, pg.OperationalError)):
            raise DatabaseUnavailable from error


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
