"""Statements that travel together: what several functions ask of one transaction goes to the server in one journey.

A journey costs both sides more than most statements do: each wakes the other up. In a pipeline nothing is sent before
somebody wants rows, and `together` lets several functions come to that point before anything is.
"""

from __future__ import annotations

import asyncio
import types
from collections.abc import AsyncIterator, Coroutine, Generator
from contextlib import asynccontextmanager
from typing import Any, TypeVar, overload

import psycopg
from psycopg import AsyncCursor, AsyncPipeline
from psycopg.abc import PQGen
from psycopg.generators import send
from psycopg.rows import DictRow

A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")
D = TypeVar("D")
E = TypeVar("E")
F = TypeVar("F")

QUEUE_MAX = 64
"""So many statements are kept back at most; then they are sent without waiting for their rows."""

_LATER = object()
_Work = Coroutine[Any, Any, Any]


class Connection(psycopg.AsyncConnection[DictRow]):
    """A connection whose pipelines keep statements back until rows are wanted."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.cursor_factory = _Cursor
        self.together_in: asyncio.Task[Any] | None = None

    @property
    def is_pipelined(self) -> bool:
        """Whether a pipeline is open."""
        return self._pipeline is not None

    @asynccontextmanager
    async def pipeline(self) -> AsyncIterator[AsyncPipeline]:
        """Open a pipeline, or go on in the one that is open."""
        if self._pipeline is not None:
            yield self._pipeline
            return
        self._check_connection_ok()
        pipeline = self._pipeline = _Pipeline(self)
        try:
            async with pipeline:
                yield pipeline
        finally:
            self._pipeline = None


class _Pipeline(AsyncPipeline):
    """Hands statements to the driver, which sends them when rows are wanted or there are many, in one piece."""

    def _communicate_gen(self) -> PQGen[None]:
        if len(self.result_queue) > QUEUE_MAX:
            yield from super()._communicate_gen()
            return
        while self.command_queue:
            self.command_queue.popleft()()

    def _sync_gen(self) -> PQGen[None]:
        yield from self._exit_gen()

    def _exit_gen(self) -> PQGen[None]:
        self._enqueue_sync()
        while self.command_queue:
            self.command_queue.popleft()()
        yield from send(self.pgconn)
        yield from self._fetch_gen(flush=False)


class _Cursor(AsyncCursor[Any]):
    """Lets those who travel along queue their statements before it asks for rows."""

    __slots__ = ()

    async def _fetch_pipeline(self) -> None:
        connection: Any = self._conn
        travels = connection.together_in
        if travels is not None and self.pgresult is None and travels is asyncio.current_task():
            await _later()
        await super()._fetch_pipeline()


@types.coroutine
def _later() -> Generator[Any, None, None]:
    yield _LATER


@overload
async def together(
    tx: psycopg.AsyncConnection[DictRow], a: Coroutine[Any, Any, A], b: Coroutine[Any, Any, B], /
) -> tuple[A, B]: ...
@overload
async def together(
    tx: psycopg.AsyncConnection[DictRow],
    a: Coroutine[Any, Any, A],
    b: Coroutine[Any, Any, B],
    c: Coroutine[Any, Any, C],
    /,
) -> tuple[A, B, C]: ...
@overload
async def together(
    tx: psycopg.AsyncConnection[DictRow],
    a: Coroutine[Any, Any, A],
    b: Coroutine[Any, Any, B],
    c: Coroutine[Any, Any, C],
    d: Coroutine[Any, Any, D],
    /,
) -> tuple[A, B, C, D]: ...
@overload
async def together(
    tx: psycopg.AsyncConnection[DictRow],
    a: Coroutine[Any, Any, A],
    b: Coroutine[Any, Any, B],
    c: Coroutine[Any, Any, C],
    d: Coroutine[Any, Any, D],
    e: Coroutine[Any, Any, E],
    /,
) -> tuple[A, B, C, D, E]: ...
@overload
async def together(
    tx: psycopg.AsyncConnection[DictRow],
    a: Coroutine[Any, Any, A],
    b: Coroutine[Any, Any, B],
    c: Coroutine[Any, Any, C],
    d: Coroutine[Any, Any, D],
    e: Coroutine[Any, Any, E],
    f: Coroutine[Any, Any, F],
    /,
) -> tuple[A, B, C, D, E, F]: ...
@overload
async def together(tx: psycopg.AsyncConnection[DictRow], /, *work: Coroutine[Any, Any, A]) -> tuple[A, ...]: ...
async def together(tx: psycopg.AsyncConnection[DictRow], /, *work: _Work) -> Any:
    """Run functions that do not need each other's results on one transaction, and return their results in order.

    In a pipeline each runs until it wants rows; then the statements of all of them go in one journey, again and again until
    all have ended. Elsewhere they run one after the other. They are no tasks: at any time one of them runs, each sees what
    all have written, and the first error ends them all.
    """
    if isinstance(tx, Connection) and tx.is_pipelined and tx.together_in in (None, asyncio.current_task()):
        return tuple(await _run(tx, work))
    try:
        return tuple([await each for each in work])
    finally:
        for each in work:
            each.close()


async def given(value: A) -> A:
    """Return a value: what travels along where there is nothing to ask."""
    return value


@types.coroutine
def _run(tx: Connection, work: tuple[_Work, ...]) -> Generator[Any, Any, list[Any]]:
    outer = tx.together_in
    tx.together_in = asyncio.current_task()
    results: list[Any] = [None] * len(work)
    waiting = list(range(len(work)))
    try:
        while waiting:
            still = []
            for place in waiting:
                is_done, results[place] = yield from _until_later(work[place])
                if not is_done:
                    still.append(place)
            waiting = still
            if waiting and outer is not None:
                yield _LATER  # those whom this one travels with come to the same point first
        return results
    finally:
        for each in work:
            each.close()
        tx.together_in = outer  # after those who were ended, who may have travelled with others of their own


def _until_later(each: _Work) -> Generator[Any, Any, tuple[bool, Any]]:
    """Run until it ends (True and its result), or wants rows that have not been asked for (False)."""
    error: BaseException | None = None
    while True:
        try:
            asked = each.send(None) if error is None else each.throw(error)
        except StopIteration as end:
            return True, end.value
        if asked is _LATER:
            return False, None
        error = None
        try:
            yield asked
        except BaseException as thrown:  # noqa: BLE001 - whatever it is, it is meant for the one that waits
            error = thrown
