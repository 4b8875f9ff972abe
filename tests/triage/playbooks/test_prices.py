"""Orders beside the book, stops beside their prices, fees beside the rates."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bellrock.exchange import BookLevel, OrderReason, OrderState, OrderType, Side
from bellrock.triage.playbooks.orders import OrderFacts, explain_fees, explain_order, explain_price
from bellrock.triage.playbooks.prices import Trigger, charges, slippage, stop, walk
from tests.triage.playbooks.things import (
    FEES,
    NOW,
    PERPETUAL,
    SCHEDULE,
    SPOT,
    D,
    book,
    candles,
    order,
    stop_order,
    trade,
)

MINUTE = timedelta(minutes=1)
LEVELS = st.lists(
    st.tuples(st.decimals("0.01", "100000", places=2), st.decimals("0.001", "1000", places=3)), min_size=1, max_size=8
)


@given(rows=LEVELS, quantity=st.decimals("0.001", "5000", places=3))
def test_a_walk_takes_no_more_than_is_wanted_and_offered_and_pays_between_best_and_last(
    rows: list[tuple[Decimal, Decimal]], quantity: Decimal
) -> None:
    levels = [BookLevel(price, amount) for price, amount in sorted(rows)]
    found = walk(levels, quantity)
    assert found.quantity == min(quantity, sum(level.quantity for level in levels))
    assert found.average is not None
    assert found.last is not None
    assert levels[0].price <= found.average * D("1.000000000001")
    assert found.average <= found.last * D("1.000000000001")


def test_slippage_is_told_apart_from_a_wrong_price() -> None:
    asks = book([("100", "1"), ("101", "1"), ("102", "5")]).asks
    fair = slippage(Side.BUY, [trade("100", "1"), trade("101", "1")], asks)
    assert fair is not None
    assert (fair.average, fair.expected, fair.from_best, fair.is_followed) == (D("100.5"), D("100.5"), D("0.005"), True)
    wrong = slippage(Side.BUY, [trade("103", "2")], asks)
    assert wrong is not None
    assert not wrong.is_followed
    assert slippage(Side.BUY, [trade("103", "20")], asks) is None


@pytest.mark.parametrize(
    ("prices", "after", "outcome"),
    [
        ([("91", "99"), ("92", "98")], None, Trigger.WAITS),
        ([("91", "99"), ("90", "98")], None, Trigger.MISSED),
        ([("91", "99"), ("90", "98")], MINUTE + timedelta(seconds=5), Trigger.FOLLOWED),
        ([("91", "99"), ("90", "98")], timedelta(seconds=5), Trigger.EARLY),
        ([("90", "99"), ("90", "98")], MINUTE * 3, Trigger.LATE),
    ],
)
def test_a_stop_is_held_to_the_prices_that_it_watches(
    prices: list[tuple[str, str]], after: timedelta | None, outcome: Trigger
) -> None:
    triggered = None if after is None else NOW - timedelta(hours=1) + after
    found = stop(stop_order(triggered_at=triggered), candles(*prices), step=MINUTE)
    assert found is not None
    assert found.outcome is outcome


def test_a_stop_to_buy_and_one_that_takes_profit_look_the_other_way() -> None:
    rising = candles(("91", "95"), ("95", "101"))
    buy = stop_order(side=Side.BUY, stop_price=D(100))
    profit = stop_order(type=OrderType.TAKE_PROFIT_MARKET, stop_price=D(100))
    for one in (buy, profit):
        found = stop(one, rising, step=MINUTE)
        assert found is not None
        assert found.reached_at == rising[1].at


@given(
    price=st.decimals("0.01", "100000", places=2),
    quantity=st.decimals("0.001", "1000", places=3),
    is_maker=st.booleans(),
    is_contract=st.booleans(),
    in_discount=st.booleans(),
)
def test_a_fee_by_the_rates_is_right_and_a_cent_more_is_not(
    price: Decimal, quantity: Decimal, is_maker: bool, is_contract: bool, in_discount: bool
) -> None:
    market = PERPETUAL if is_contract else SPOT
    level = FEES.level
    rates = (level.futures_maker, level.futures_taker) if is_contract else (level.spot_maker, level.spot_taker)
    rate = rates[0 if is_maker else 1]
    asset = "BRK" if in_discount else "USDT"
    if in_discount and not is_contract:
        rate *= 1 - SCHEDULE.discount
    fair = trade(
        str(price), str(quantity), is_maker=is_maker, fee_rate=rate, fee=price * quantity * rate, fee_asset=asset
    )
    (charge,) = charges([fair], market=market, fees=FEES, schedule=SCHEDULE)
    assert charge.is_right
    dear = replace(fair, fee_rate=rate * 2) if in_discount else replace(fair, fee=fair.fee + D("0.01"))
    (charge,) = charges([dear], market=market, fees=FEES, schedule=SCHEDULE)
    assert not charge.is_right


def test_an_earlier_trade_is_held_to_the_rate_it_names() -> None:
    old = trade("100", "1", at=FEES.since - timedelta(days=1), fee_rate=D("0.002"), fee=D("0.2"))
    assert all(one.is_right for one in charges([old], market=SPOT, fees=FEES, schedule=SCHEDULE))


def test_orders_are_explained_by_their_state() -> None:
    def told(**changes: object) -> str | None:
        with_book = OrderFacts(order(**changes), SPOT, (), NOW, book([("101", "1")], [("99", "1")]))
        found = explain_order(with_book)
        return f"{found.code}:{found.settles}" if found else None

    live = {"type": OrderType.LIMIT, "state": OrderState.OPEN, "filled": D(0), "average_price": None, "ended_at": None}
    assert told() == "order_filled:True"
    assert told(**live, price=D(100)) == "order_open:True"
    assert told(**live, price=D(102)) == "order_open:False"
    assert told(state=OrderState.REJECTED, reason=OrderReason.PRICE_BAND) == "order_ended:True"
    assert told(state=OrderState.REJECTED, reason=OrderReason.OTHER) is None


def test_prices_are_explained_or_put_before_a_person_with_the_evidence() -> None:
    asks = book([("100", "1"), ("101", "1")])
    fair = explain_price(OrderFacts(order(), SPOT, (trade("100", "1"), trade("101", "1")), NOW, asks))
    assert fair is not None
    assert (fair.code, fair.settles) == ("price_followed", True)
    assert {source.kind for source in fair.sources} == {"order", "trades", "book"}
    wrong = explain_price(OrderFacts(order(), SPOT, (trade("104", "2"),), NOW, asks))
    assert wrong is not None
    assert (wrong.code, wrong.settles, wrong.next_step) == ("price_wrong", False, "correct")
    missed = OrderFacts(stop_order(), SPOT, (), NOW, None, candles(("89", "99")), NOW, MINUTE)
    found = explain_price(missed)
    assert found is not None
    assert (found.code, found.evidence["outcome"]) == ("stop_wrong", "missed")


def test_fees_above_the_rates_go_to_a_person() -> None:
    def told(fee: str) -> tuple[str, bool]:
        found = explain_fees(
            [trade("100", "1"), trade("100", "2", fee=D(fee))],
            market=SPOT,
            fees=FEES,
            schedule=SCHEDULE,
            trades_as_of=NOW,
            about="7001",
        )
        assert found is not None
        return found.code, found.settles

    assert told("0.24") == ("fee_right", True)
    assert told("0.25") == ("fee_wrong", False)
