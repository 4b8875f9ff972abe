"""Journeys: what several functions ask of one transaction is sent at once, and fails as one."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from psycopg import errors as pg

from bellrock.core import Database, NotFound, Transaction, together


async def _next(tx: Transaction, number: int, *, times: int = 1) -> int:
    for _ in range(times):
        row = await (await tx.execute("SELECT %s::int + 1 AS next", (number,))).fetchone()
        assert row is not None
        number = row["next"]
    return number


async def _fail(tx: Transaction) -> None:
    await (await tx.execute("SELECT 1 / 0")).fetchall()


async def _refuse(tx: Transaction) -> None:
    await _next(tx, 1)
    raise NotFound


async def _both(tx: Transaction, number: int) -> tuple[int, int]:
    return await together(tx, _next(tx, number), _next(tx, number + 10, times=2))


class _Journeys:
    """Counts how often the server is waited for."""

    def __init__(self, tx: Transaction, monkeypatch: pytest.MonkeyPatch) -> None:
        self.count = 0
        loop, add = asyncio.get_running_loop(), asyncio.get_running_loop().add_reader

        def counted(*arguments: Any) -> None:
            self.count += arguments[0] == tx.pgconn.socket
            add(*arguments)

        monkeypatch.setattr(loop, "add_reader", counted)


async def test_results_come_in_order_however_long_each_takes(database: Database) -> None:
    async with database.pipeline() as tx:
        assert await together(tx, _next(tx, 1, times=3), _next(tx, 10), _next(tx, 20, times=2)) == (4, 11, 22)


async def test_those_who_travel_together_wait_once(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    async with database.pipeline() as tx:
        await _next(tx, 0)
        journeys = _Journeys(tx, monkeypatch)
        assert await together(tx, _next(tx, 1), _next(tx, 2), _next(tx, 3), _next(tx, 4)) == (2, 3, 4, 5)
        assert journeys.count == 1
        assert await together(tx, _both(tx, 1), _next(tx, 5, times=2), _both(tx, 2)) == ((2, 13), 7, (3, 14))
        assert journeys.count == 3


async def test_outside_a_pipeline_they_run_one_after_the_other(database: Database) -> None:
    async with database.transaction() as tx:
        assert await together(tx, _next(tx, 1, times=3), _both(tx, 10)) == (4, (11, 22))


@pytest.mark.parametrize("opened", ["pipeline", "transaction"])
async def test_the_first_error_ends_all_of_them_and_nothing_is_kept(database: Database, opened: str) -> None:
    for failing, error in ((_refuse, NotFound), (_fail, pg.DivisionByZero)):
        with pytest.raises(error):
            async with getattr(database, opened)() as tx:
                await tx.execute("CREATE TABLE of_no_lasting (id int)")
                await together(tx, _next(tx, 1, times=3), failing(tx), _next(tx, 2))
        async with database.transaction() as tx:
            row = await (await tx.execute("SELECT to_regclass('of_no_lasting') AS found")).fetchone()
            assert row == {"found": None}
            assert await _next(tx, 1) == 2


async def test_after_an_error_the_transaction_goes_on_by_itself(database: Database) -> None:
    async with database.pipeline() as tx:
        with pytest.raises(NotFound):
            await together(tx, _refuse(tx), _both(tx, 1))
        assert await _next(tx, 1) == 2


async def test_a_pipeline_commits_what_nobody_waited_for(database: Database) -> None:
    async with database.transaction() as tx:
        await tx.execute("CREATE TABLE of_journeys (id int UNIQUE)")
    try:
        async with database.pipeline() as tx:
            for number in range(200):
                await tx.execute("INSERT INTO of_journeys VALUES (%s)", (number,))
        with pytest.raises(pg.UniqueViolation):
            async with database.pipeline() as tx:
                await tx.execute("INSERT INTO of_journeys VALUES (1000)")
                await tx.execute("INSERT INTO of_journeys VALUES (1)")
        async with database.transaction() as tx:
            row = await (await tx.execute("SELECT count(*) AS held FROM of_journeys")).fetchone()
            assert row == {"held": 200}
    finally:
        async with database.transaction() as tx:
            await tx.execute("DROP TABLE of_journeys")


async def test_one_who_is_given_up_leaves_the_connection_as_it_was(database: Database) -> None:
    async def sleep(tx: Transaction) -> None:
        await (await tx.execute("SELECT pg_sleep(30)")).fetchall()

    async def wait() -> None:
        async with database.pipeline() as tx:
            await together(tx, _next(tx, 1), sleep(tx))

    with pytest.raises(TimeoutError):
        await asyncio.wait_for(wait(), 0.2)
    async with database.pipeline() as tx:
        assert await _both(tx, 1) == (2, 13)


async def test_what_is_asked_in_between_of_the_loop_is_answered(database: Database) -> None:
    async def idle(tx: Transaction, number: int) -> int:
        await asyncio.sleep(0.001)
        number = await _next(tx, number)
        await asyncio.sleep(0)
        return await asyncio.create_task(_next(tx, number))

    async with database.pipeline() as tx:
        assert await together(tx, idle(tx, 1), idle(tx, 5), _next(tx, 9)) == (3, 7, 10)
