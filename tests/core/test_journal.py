"""The journal: numbered without a gap, in the order of a conversation, whatever dies in between."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import psycopg
import pytest

from bellrock.core import Actor, Database, Fact, Numbered, Transaction, cursors, journal, new_id, sequencer
from bellrock.core.cursors import Cursor
from bellrock.core.journal import Log

NOW = datetime(2026, 11, 18, 14, 30, tzinfo=UTC)


def fact(kind: str = "tests.happened", *, conversation_id: UUID | None = None, log: Log = "records") -> Fact:
    return Fact(
        id=new_id(),
        kind=kind,
        at=NOW,
        actor=Actor("system"),
        leaf=b"\x07" * 32,
        conversation_id=conversation_id,
        data={"n": 1},
        log=log,
    )


async def write(database: Database, *facts: Fact) -> None:
    async with database.transaction() as tx:
        for item in facts:
            await journal.write(tx, item)


async def number(database: Database) -> int:
    async with await database.connect(autocommit=True) as connection:
        return await sequencer.number_all(connection)


async def read(database: Database, log: Log = "records", after: int = -1) -> list[Numbered]:
    async with database.transaction() as tx:
        return await journal.read(tx, log=log, after=after)


async def test_numbers_from_zero_without_a_gap_in_order(database: Database) -> None:
    facts = [fact() for _ in range(25)]
    await write(database, *facts)
    assert await number(database) == 25
    found = await read(database)
    assert [item.number for item in found] == list(range(25))
    assert [item.id for item in found] == [item.id for item in facts]


async def test_a_rolled_back_transaction_leaves_no_number(database: Database) -> None:
    await write(database, fact())
    with pytest.raises(RuntimeError):
        async with database.transaction() as tx:
            await journal.write(tx, fact())
            raise RuntimeError
    await write(database, fact())
    await number(database)
    assert [item.number for item in await read(database)] == [0, 1]


async def test_the_two_logs_count_apart(database: Database) -> None:
    await write(database, fact(), fact(log="access"), fact(log="access"))
    await number(database)
    assert [item.number for item in await read(database)] == [0]
    assert [item.number for item in await read(database, "access")] == [0, 1]


async def test_many_writers_at_once_still_give_every_number_once(database: Database) -> None:
    stop = asyncio.Event()
    running = asyncio.create_task(sequencer.run(database, stop, period_seconds=0.005))

    async def writer() -> None:
        for _ in range(20):
            await write(database, fact())

    await asyncio.gather(*(writer() for _ in range(6)))
    for _ in range(1_500):
        if len(await read(database)) == 120:
            break
        await asyncio.sleep(0.02)
    stop.set()
    await running
    assert [item.number for item in await read(database)] == list(range(120))


async def test_only_one_sequencer_leads(database: Database) -> None:
    async with await database.connect(autocommit=True) as one, await database.connect(autocommit=True) as two:
        assert await sequencer.lead(one) is not None
        assert await sequencer.lead(two) is None


async def test_a_sequencer_of_a_past_epoch_moves_nothing(database: Database) -> None:
    async with await database.connect(autocommit=True) as old:
        epochs = await sequencer.lead(old)
        assert epochs is not None
        await old.execute("SELECT pg_advisory_unlock_all()")
        async with await database.connect(autocommit=True) as new:
            assert await sequencer.lead(new) is not None
        await write(database, fact())
        with pytest.raises(sequencer.LeadershipLost):
            await sequencer.number_batch(old, "records", epochs["records"])
    assert await read(database) == []


async def test_the_journal_refuses_change_and_deletion(database: Database) -> None:
    await write(database, fact())
    await number(database)
    for statement in ("UPDATE journal SET kind = 'tests.other'", "DELETE FROM journal"):
        with pytest.raises(psycopg.errors.RestrictViolation):
            async with await database.connect() as connection:
                await connection.execute(statement)


class Listener:
    """Keeps what it heard; fails on kinds named `bad`."""

    def __init__(self) -> None:
        self.heard: list[int] = []

    async def listen(self, tx: Transaction, facts: Sequence[Numbered]) -> None:
        for item in facts:
            if item.kind == "tests.bad":
                raise ValueError("bad")
        self.heard += [item.number for item in facts]


async def advance_until_idle(database: Database, cursor: Cursor) -> None:
    async with database.transaction() as tx:
        await cursors.register(tx, [cursor])
    for _ in range(50):
        if not await cursors.advance(database, cursor):
            async with database.transaction() as tx:
                if (await cursors.lag(tx))[cursor.name] == 0:
                    return


async def test_a_cursor_hears_each_fact_once(database: Database) -> None:
    listener = Listener()
    cursor = Cursor("tests", listener.listen, batch=4)
    await write(database, *(fact() for _ in range(10)))
    await number(database)
    await advance_until_idle(database, cursor)
    await advance_until_idle(database, cursor)
    assert listener.heard == list(range(10))


async def test_a_cursor_hears_only_its_kinds(database: Database) -> None:
    listener = Listener()
    cursor = Cursor("tests", listener.listen, kinds=frozenset({"tests.wanted"}))
    await write(database, fact("tests.other"), fact("tests.wanted"))
    await number(database)
    await advance_until_idle(database, cursor)
    assert listener.heard == [1]


async def test_a_cursor_at_the_end_of_a_long_log_does_not_read_it_again(database: Database) -> None:
    async with database.transaction() as tx:
        await tx.execute(
            "INSERT INTO journal (log, number, id, kind, at, actor_kind, data, audience, leaf)"
            " SELECT 'records', n, gen_random_uuid(), 'tests.happened', %s, 'system', '{}', 'internal', %s"
            " FROM generate_series(0, 20000) n",
            (NOW, b"\x07" * 32),
        )
        await tx.execute("UPDATE sequencer SET next = 20001 WHERE log = 'records'")
        await cursors.register(tx, [Cursor("tests", Listener().listen)])
        await tx.execute("UPDATE cursors SET number = 19990 WHERE name = 'tests'")
        await tx.execute("ANALYZE journal")
        for mode in ("force_custom_plan", "force_generic_plan"):
            await tx.execute("SELECT set_config('plan_cache_mode', %s, true)", (mode,))
            for kinds in (None, ["tests.happened"]):
                asked = {"name": "tests", "log": "records", "kinds": kinds, "limit": 500}
                explained = await tx.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {cursors.READ}", asked, prepare=True)
                row = await explained.fetchone()
                assert row is not None
                assert max(rows_of(row["QUERY PLAN"][0]["Plan"])) <= 500


def rows_of(plan: dict[str, Any]) -> Iterator[float]:
    yield plan["Actual Rows"] * plan["Actual Loops"] + plan.get("Rows Removed by Filter", 0)
    for part in plan.get("Plans", ()):
        yield from rows_of(part)


async def test_a_fact_that_fails_five_times_is_parked_and_the_others_go_on(database: Database) -> None:
    listener = Listener()
    cursor = Cursor("tests", listener.listen)
    await write(database, fact(), fact("tests.bad"), fact())
    await number(database)
    await advance_until_idle(database, cursor)
    assert listener.heard == [0, 2]
    async with database.transaction() as tx:
        rows = await (await tx.execute("SELECT cursor, number, kind, reason FROM parked")).fetchall()
    assert rows == [{"cursor": "tests", "number": 1, "kind": "tests.bad", "reason": "ValueError"}]


async def test_two_workers_share_a_cursor_without_hearing_twice(database: Database) -> None:
    listener = Listener()
    cursor = Cursor("tests", listener.listen, batch=3)
    async with database.transaction() as tx:
        await cursors.register(tx, [cursor])
    await write(database, *(fact() for _ in range(30)))
    await number(database)

    async def worker() -> None:
        for _ in range(30):
            await cursors.advance(database, cursor)

    await asyncio.gather(worker(), worker(), worker())
    assert listener.heard == list(range(30))
