"""The worker: sequencer, cursors, jobs and sweeps of one process; any number of them may run."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import structlog
from psycopg import errors as pg

from bellrock.core import BellrockError, Database, clock, cursors, journal, sequencer
from bellrock.core.cursors import Cursor
from bellrock.core.jobs import Jobs

_log = structlog.get_logger(__name__)
_POLL_SECONDS = 1.0
_PASS_OVER_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Sweep:
    """Something looked after every so often: snoozes that end, checkpoints, jobs of dead workers."""

    name: str
    every_seconds: float
    sweep: Callable[[], Awaitable[object]]


async def run(
    database: Database,
    *,
    listeners: Sequence[Cursor],
    jobs: Jobs | None,
    sweeps: Sequence[Sweep],
    stop: asyncio.Event,
    with_sequencer: bool = True,
) -> None:
    """Run everything until `stop`; what a batch has begun is finished or rolled back whole."""
    async with database.transaction() as tx:
        await cursors.register(tx, listeners)
    bells = {cursor.name: asyncio.Event() for cursor in listeners}
    tasks = [asyncio.create_task(_follow(database, cursor, bells[cursor.name], stop)) for cursor in listeners]
    tasks += [asyncio.create_task(_repeat(sweep, stop)) for sweep in sweeps]
    tasks.append(asyncio.create_task(_ring(database, [(c, bells[c.name]) for c in listeners], stop)))
    if with_sequencer:
        tasks.append(asyncio.create_task(sequencer.run(database, stop)))
    if jobs is not None:
        tasks.append(asyncio.create_task(jobs.run(stop)))
    watch = asyncio.create_task(stop.wait())
    # A task that ends before `stop` is a bug: the process ends too, and its supervisor starts it anew.
    _done, _ = await asyncio.wait([*tasks, watch], return_when=asyncio.FIRST_COMPLETED)
    stop.set()
    _, late = await asyncio.wait(tasks, timeout=15)
    for task in late:
        task.cancel()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    for result in results:
        if isinstance(result, Exception):
            raise result


async def drain(database: Database, listeners: Sequence[Cursor]) -> int:
    """Number all facts and give them to all listeners until nothing is left; for tests and tools."""
    async with database.transaction() as tx:
        await cursors.register(tx, listeners)
    total = 0
    for _ in range(1_000):
        async with await database.connect(autocommit=True) as connection:
            await sequencer.number_all(connection)
        passed = 0
        for cursor in listeners:
            passed += await cursors.advance(database, cursor)
        total += passed
        if not passed:
            return total
    return total


async def _follow(database: Database, cursor: Cursor, bell: asyncio.Event, stop: asyncio.Event) -> None:
    passed_over_at = clock.monotonic()
    while not stop.is_set():
        bell.clear()
        is_due = clock.monotonic() - passed_over_at >= _PASS_OVER_SECONDS
        try:
            passed = await cursors.advance(database, cursor, pass_over=is_due)
            if is_due:
                passed_over_at = clock.monotonic()
        except (BellrockError, pg.Error, OSError) as error:
            _log.warning("cursor.interrupted", cursor=cursor.name, reason=type(error).__name__)
            passed = 0
            await _pause(stop, 0.5)
        if passed < cursor.batch:
            await _pause(stop, cursor.pause_seconds)
            await _wait(bell, _POLL_SECONDS)


async def _ring(database: Database, bells: Sequence[tuple[Cursor, asyncio.Event]], stop: asyncio.Event) -> None:
    """Wake those cursors that a batch concerns when the sequencer announces it, and all when the worker stops."""
    while not stop.is_set():
        try:
            async with await database.connect(autocommit=True) as connection:
                await connection.execute(f"LISTEN {journal.CHANNEL}")
                while not stop.is_set():
                    async for notice in connection.notifies(timeout=1.0, stop_after=1):
                        batch = json.loads(notice.payload)
                        for cursor, bell in bells:
                            if cursor.log == batch["log"] and not (
                                cursor.kinds and cursor.kinds.isdisjoint(batch["kinds"])
                            ):
                                bell.set()
        except (pg.OperationalError, OSError) as error:
            _log.warning("worker.deaf", reason=type(error).__name__)
            await _pause(stop, 0.5)
    for _cursor, bell in bells:
        bell.set()


async def _repeat(sweep: Sweep, stop: asyncio.Event) -> None:
    while not stop.is_set():
        try:
            await sweep.sweep()
        except Exception as error:  # noqa: BLE001 - what one sweep cannot do must not end the others; it is tried again
            _log.warning("sweep.failed", sweep=sweep.name, reason=type(error).__name__)
        await _pause(stop, sweep.every_seconds)


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    await _wait(stop, seconds)


async def _wait(event: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(event.wait(), seconds)
    except TimeoutError:
        return
