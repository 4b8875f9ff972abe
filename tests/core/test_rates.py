"""Budgets: what is spent, what comes back, what processes know of each other."""

from __future__ import annotations

import pytest

from bellrock.core import Database
from bellrock.core.rates import BUDGETS, COSTS, Rates, TooFast, forget_spent, refused
from tests.fixtures.spending import least_seconds


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def time() -> Clock:
    return Clock()


def _spend_all(rates: Rates, who: str = "c1") -> int:
    taken = 0
    while True:
        try:
            rates.take("customer", who, "message")
        except TooFast:
            return taken
        taken += 1


def test_a_burst_is_taken_and_comes_back_with_time(time: Clock) -> None:
    rates = Rates(monotonic=time)
    budget = BUDGETS["customer"]
    assert _spend_all(rates) == budget.burst // COSTS["message"]
    with pytest.raises(TooFast) as refusal:
        rates.take("customer", "c1", "message")
    time.now += refusal.value.retry_after_seconds
    rates.take("customer", "c1", "message")
    time.now += 60 * budget.burst / budget.per_minute
    assert _spend_all(rates) == budget.burst // COSTS["message"]


def test_the_promise_of_when_to_come_back_is_kept_and_not_padded(time: Clock) -> None:
    rates = Rates(monotonic=time)
    _spend_all(rates)
    with pytest.raises(TooFast) as refusal:
        rates.take("customer", "c1", "file")
    time.now += refusal.value.retry_after_seconds - 1.01
    with pytest.raises(TooFast):
        rates.take("customer", "c1", "file")
    time.now += 1.01
    rates.take("customer", "c1", "file")


def test_one_budget_for_all_that_somebody_does_and_none_for_others(time: Clock) -> None:
    rates = Rates(monotonic=time)
    _spend_all(rates)
    with pytest.raises(TooFast):
        rates.take("customer", "c1", "file")
    rates.take("customer", "c2", "file")
    rates.take("agent", "c1", "read")


def test_standing_tells_what_is_left(time: Clock) -> None:
    rates = Rates(monotonic=time)
    standing = rates.take("token", "t", "write")
    assert (standing.limit, standing.remaining, standing.reset_seconds) == (600, 598, 1)


def test_something_dearer_than_a_burst_passes_once(time: Clock) -> None:
    rates = Rates(monotonic=time)
    rates.spend("customer", "c1", 1_000)
    with pytest.raises(TooFast):
        rates.spend("customer", "c1", 1)


def test_an_address_is_hashed_and_a_household_of_ipv6_is_one(time: Clock) -> None:
    rates = Rates(b"secret", monotonic=time)
    for host in range(40):
        rates.take_address(f"2001:db8:1:2::{host:x}", "form")
    with pytest.raises(TooFast):
        rates.take_address("2001:db8:1:2::ffff", "form")
    rates.take_address("2001:db8:1:3::1", "form")
    assert not any("2001" in key for key in rates._levels)


async def test_processes_share_what_a_script_spends(database: Database) -> None:
    one, two = Rates(), Rates()
    for _ in range(20):
        one.take("customer", "script", "message")
    for _ in range(6):
        two.take("customer", "script", "message")
    async with database.transaction() as tx:
        assert await one.share(tx) == 1
        assert await two.share(tx) == 1
    with pytest.raises(TooFast):
        two.take("customer", "script", "message")
    async with database.transaction() as tx:
        await two.share(tx)
        assert await refused(tx) == {"customer": 1}


async def test_whoever_writes_as_people_do_costs_the_database_nothing(database: Database) -> None:
    rates = Rates()
    for _ in range(4):
        rates.take("customer", "person", "message")
    assert not rates.has_news


async def test_a_share_that_fails_is_made_up_for(database: Database) -> None:
    rates = Rates()
    for _ in range(20):
        rates.take("customer", "script", "message")
    connection = await database.connect()
    await connection.close()
    with pytest.raises(Exception, match="closed"):
        await rates.share(connection)
    other = Rates()
    async with database.transaction() as tx:
        assert await rates.share(tx) == 1
    for _ in range(6):
        other.take("customer", "script", "message")
    async with database.transaction() as tx:
        await other.share(tx)
    with pytest.raises(TooFast):
        other.take("customer", "script", "message")


async def test_rows_of_those_who_rest_are_forgotten(database: Database) -> None:
    async with database.transaction() as tx:
        await tx.execute(
            "INSERT INTO rate_levels VALUES ('customer:a', 10, 2, now() - interval '6 seconds'), ('customer:b', 50, 2, now())"
        )
        assert await forget_spent(tx) == 1


def test_a_request_pays_microseconds() -> None:
    rates = Rates()

    def ask() -> None:
        for number in range(3_000):
            rates.take("customer", number % 1_000, "whisper")

    assert least_seconds(ask) / 3_000 < 0.000_1
