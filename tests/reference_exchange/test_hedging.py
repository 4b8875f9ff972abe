"""Both sides of one contract in cross margin: liquidated by the published rule, one side after the other."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from bellrock.exchange import Direction
from bellrock.reference_exchange import rules
from bellrock.reference_exchange.courses import Opening
from bellrock.reference_exchange.futures import Engine
from bellrock.reference_exchange.prices import Prices
from bellrock.triage.playbooks.liquidation import judge

START = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
D = Decimal


def test_a_hedged_account_is_liquidated_at_the_price_that_the_rule_gives_for_both_sides() -> None:
    prices = Prices("hedge", START, {coin: row[:2] for coin, row in rules.COINS.items()})
    long = Opening("long", "BTC", Direction.LONG, D("1.2"), 20, START - timedelta(hours=30))
    short = Opening("short", "BTC", Direction.SHORT, D("0.2"), 20, START - timedelta(hours=29))
    course = Engine(prices).run([long, short], wallet=D(8_000), until=START - timedelta(hours=25), now=START)
    first = course.liquidations[0]
    assert first.position.direction is Direction.LONG
    verdict = judge(first, rules.brackets("BTC"))
    assert verdict.is_followed
    assert [one.direction for one in verdict.explained.beside] == [Direction.SHORT]
    assert first.position.liquidation_price is not None
    assert 0 <= first.position.liquidation_price - first.mark_price < first.mark_price * D("0.005")
