"""The published rule of liquidation: the example of the page that publishes it, and what must always hold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bellrock import exchange
from bellrock.exchange import Bracket, Direction

D = Decimal


@dataclass(frozen=True)
class Example:
    symbol: str
    quantity: D
    entry: D
    mark: D
    rate: D
    cumulative: D
    price: D


ETH = Example("ETH", D("3683.979"), D("1456.84"), D("1335.18"), D("0.10"), D(135365), D("1153.26"))
BTC = Example("BTC", D("109.488"), D("32481.98"), D("31967.27"), D("0.025"), D(16300), D("26316.89"))


@pytest.mark.parametrize(("one", "other"), [(ETH, BTC), (BTC, ETH)], ids=["ETH", "BTC"])
def test_cross_margin_comes_to_the_published_example(one: Example, other: Example) -> None:
    price = exchange.liquidation_price(
        wallet=D("1535443.01"),
        direction=Direction.LONG,
        quantity=one.quantity,
        entry=one.entry,
        rate=one.rate,
        cumulative=one.cumulative,
        others=[_position(other)],
    )
    assert price is not None
    assert round(price, 2) == one.price


@given(
    direction=st.sampled_from(Direction),
    quantity=st.decimals("0.001", "1000", places=3),
    entry=st.decimals("0.01", "100000", places=2),
    leverage=st.integers(2, 50),
    rate=st.decimals("0.004", "0.01", places=4),
)
def test_at_the_liquidation_price_margin_is_maintenance_margin(
    direction: Direction, quantity: D, entry: D, leverage: int, rate: D
) -> None:
    wallet = quantity * entry / leverage
    price = exchange.liquidation_price(
        wallet=wallet, direction=direction, quantity=quantity, entry=entry, rate=rate, cumulative=D(0)
    )
    assume(price is not None)
    assert price is not None
    margin = wallet + exchange.unrealised(direction, quantity, entry, price)
    needed = exchange.maintenance(quantity * price, Bracket(D(0), None, 50, rate, D(0)))
    assert abs(margin - needed) <= D("1e-15") * max(D(1), wallet)
    bankrupt = exchange.bankruptcy_price(wallet=wallet, direction=direction, quantity=quantity, entry=entry)
    assert bankrupt is not None
    assert (bankrupt < price) is (direction is Direction.LONG)


def test_a_position_that_is_covered_whole_has_no_liquidation_price() -> None:
    assert (
        exchange.liquidation_price(
            wallet=D(1000), direction=Direction.LONG, quantity=D(1), entry=D(100), rate=D("0.01"), cumulative=D(0)
        )
        is None
    )


def test_a_bracket_includes_its_upper_end() -> None:
    brackets = [Bracket(D(0), D(50_000), 125, D("0.004"), D(0)), Bracket(D(50_000), None, 100, D("0.005"), D(50))]
    assert exchange.bracket_of(D(50_000), brackets).rate == D("0.004")
    assert exchange.bracket_of(D("50000.01"), brackets).rate == D("0.005")


def _position(one: Example) -> exchange.Position:
    notional = one.quantity * one.mark
    return exchange.Position(
        id=one.symbol,
        symbol=one.symbol,
        direction=Direction.LONG,
        mode=exchange.MarginMode.CROSS,
        quantity=one.quantity,
        entry_price=one.entry,
        mark_price=one.mark,
        leverage=20,
        isolated_wallet=None,
        rate=one.rate,
        cumulative=one.cumulative,
        maintenance=notional * one.rate - one.cumulative,
        unrealised=exchange.unrealised(Direction.LONG, one.quantity, one.entry, one.mark),
        liquidation_price=None,
        opened_at=datetime(2026, 1, 1, tzinfo=UTC),
    )
