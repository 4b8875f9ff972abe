"""Orders beside the book, stops and limits beside the prices that they wait for."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bellrock.exchange import BookLevel, OrderReason, OrderState, OrderType, Side
from bellrock.triage.playbooks.executions import explain_price
from bellrock.triage.playbooks.orders import OrderFacts, explain_order
from bellrock.triage.playbooks.prices import Reach, Trigger, is_within_limit, limit, slippage, stop, walk
from tests.triage.playbooks.things import (
    NOW,
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
    assert told(state=OrderState.REJECTED, reason=OrderReason.OTHER) == "order_unclear:False"
    assert told(state=OrderState.EXPIRED, reason=None) == "order_ended:True"
    assert told(state=OrderState.CANCELLED, reason=OrderReason.SELF_TRADE) == "order_ended:True"


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


def test_an_order_of_very_many_coins_is_held_beside_its_trades_to_the_last_digit() -> None:
    much, little = "1234567890123456.000000000000000001", "0.000000000000000002"
    facts = OrderFacts(
        order(filled=D("1234567890123456.000000000000000003")),
        SPOT,
        (trade("0.01", much), trade("0.01", little)),
        NOW,
        book([("0.01", "2000000000000000")]),
    )
    found = explain_price(facts)
    assert found is not None
    assert (found.code, found.settles) == ("price_best", True)


def test_every_reason_for_an_end_is_told_or_handed_over() -> None:
    """None is left without a word: also of those that a venue adds later."""
    for reason in OrderReason:
        found = explain_order(OrderFacts(order(state=OrderState.CANCELLED, reason=reason), SPOT, (), NOW))
        assert found is not None
        assert found.settles is (reason is not OrderReason.OTHER), reason


@pytest.mark.parametrize(
    ("prices", "outcome", "code"),
    [
        ([("101", "104"), ("100.5", "103")], Reach.NOT, "order_open"),
        ([("101", "104"), ("100", "103")], Reach.TOUCHED, "order_open"),
        ([("101", "104"), ("100", "103"), ("99.99", "101")], Reach.PASSED, "limit_passed"),
    ],
)
def test_a_limit_that_was_touched_is_told_apart_from_one_that_the_price_went_past(
    prices: list[tuple[str, str]], outcome: Reach, code: str
) -> None:
    begun = NOW - timedelta(hours=1)
    waits = {"type": OrderType.LIMIT, "state": OrderState.OPEN, "filled": D(0), "average_price": None, "ended_at": None}
    one = order(price=D(100), **waits)
    there = candles(*prices)
    reached = limit(one, there, since=begun)
    assert reached is not None
    assert reached.outcome is outcome
    found = explain_order(
        OrderFacts(one, SPOT, (), NOW, book([("101", "1")], [("99", "1")]), last=there, last_as_of=NOW)
    )
    assert found is not None
    assert (found.code, found.settles) == (code, outcome is not Reach.PASSED)
    steps = {Reach.NOT: ["limit_far"], Reach.TOUCHED: ["limit_touched"], Reach.PASSED: []}
    assert [step.code for step in found.steps] == steps[outcome]
    if outcome is Reach.PASSED:
        assert found.evidence["last_prices"] == there


@given(
    prices=st.lists(
        st.tuples(st.decimals("1", "200", places=2), st.decimals("1", "200", places=2)), min_size=1, max_size=9
    ),
    at=st.decimals("1", "200", places=2),
    side=st.sampled_from(Side),
)
def test_how_far_a_price_came_to_a_limit_is_the_same_seen_from_both_sides(
    prices: list[tuple[Decimal, Decimal]], at: Decimal, side: Side
) -> None:
    """A mirror: what a sale meets at its limit, a purchase meets at the limit mirrored."""
    rows = candles(*[(str(min(pair)), str(max(pair))) for pair in prices])
    mirrored = candles(*[(str(300 - max(pair)), str(300 - min(pair))) for pair in prices])
    other = Side.SELL if side is Side.BUY else Side.BUY
    begun = NOW - timedelta(hours=1)
    one = limit(order(price=at, side=side), rows, since=begun)
    two = limit(order(price=300 - at, side=other), mirrored, since=begun)
    assert one is not None
    assert two is not None
    assert (one.outcome, one.at) == (two.outcome, two.at)


def test_what_was_before_an_order_says_nothing_of_its_limit() -> None:
    one = order(price=D(100), filled=D(0))
    begun = NOW - timedelta(hours=1)
    reached = limit(one, candles(("90", "104"), ("101", "103")), since=begun + timedelta(seconds=1))
    assert reached is not None
    assert reached.outcome is Reach.NOT


def test_a_limit_is_held_beside_every_trade() -> None:
    fair = (trade("100", "1"), trade("99", "1"))
    for side, price, right in ((Side.BUY, "100", True), (Side.BUY, "99.5", False), (Side.SELL, "99.5", False)):
        one = order(type=OrderType.LIMIT, side=side, price=D(price))
        assert is_within_limit(one, fair) is right
        found = explain_price(OrderFacts(one, SPOT, fair, NOW))
        assert found is not None
        assert (found.code, found.settles) == ("limit_followed" if right else "limit_broken", right)


def test_a_stop_that_was_followed_says_what_the_book_gave_then() -> None:
    asks = book([("101", "1")], [("89", "1"), ("88", "1")])
    begun = NOW - timedelta(hours=1)
    sold = stop_order(state=OrderState.FILLED, filled=D(2), average_price=D("88.5"), triggered_at=begun, ended_at=begun)
    trades = (trade("89", "1", side=Side.SELL), trade("88", "1", side=Side.SELL))
    found = explain_price(OrderFacts(sold, SPOT, trades, NOW, asks, candles(("89.9", "99")), NOW, MINUTE))
    assert found is not None
    assert (found.code, found.settles) == ("stop_followed", True)
    (slip, *offered) = found.steps
    assert slip.code == "stop_slip"
    assert round(slip.values["share"].part, 20) == round(D("1.5") / D(90), 20)  # type: ignore[union-attr]
    assert [step.code for step in offered] == ["offered", "offered"]


def test_a_price_that_cannot_be_judged_is_said_to_be_so() -> None:
    """No book, one of another moment, or trades that do not add up: nothing is said of a rule."""
    trades = (trade("100", "1"), trade("101", "1"))
    away = replace(book([("100", "1"), ("101", "1")]), at=NOW)
    shallow = book([("100", "1")])
    for facts, missing in (
        (OrderFacts(order(), SPOT, trades, NOW), "book"),
        (OrderFacts(order(), SPOT, trades, NOW, away), "book"),
        (OrderFacts(order(), SPOT, trades, NOW, shallow), "book"),
        (OrderFacts(order(), SPOT, trades[:1], NOW, book([("100", "5")])), "trades"),
    ):
        found = explain_price(facts)
        assert found is not None
        assert (found.code, found.settles, found.next_step) == ("price_unclear", False, "look")
        assert f"fact.{missing}" in [term.code for term in found.values["missing"]]  # type: ignore[union-attr]


def test_a_reason_is_held_beside_the_book_and_the_rules_of_the_market() -> None:
    def told(asks: list[tuple[str, str]], **changes: object) -> tuple[str, bool, list[str]]:
        one = order(**{"filled": D(0), "average_price": None, "state": OrderState.REJECTED, **changes})
        found = explain_order(OrderFacts(one, SPOT, (), NOW, book(asks)))
        assert found is not None
        return found.code, found.settles, [step.code for step in found.steps]

    post = {"type": OrderType.LIMIT, "price": D(100), "reason": OrderReason.POST_ONLY_WOULD_TAKE}
    assert told([("100", "1")], **post) == ("order_ended", True, ["crossed"])
    assert told([("100.01", "1")], **post) == ("order_unclear", False, ["crossed"])
    kill = {"type": OrderType.LIMIT, "price": D(100), "reason": OrderReason.FILL_OR_KILL, "time_in_force": "fok"}
    assert told([("100", "1.9"), ("101", "9")], **kill) == ("order_ended", True, ["held"])
    assert told([("100", "2"), ("101", "9")], **kill) == ("order_unclear", False, ["held"])
    small = {"type": OrderType.LIMIT, "price": D("2.4"), "reason": OrderReason.MIN_SIZE}
    assert told([("100", "1")], **small) == ("order_ended", True, ["bounds"])
    assert told([("100", "1")], **{**small, "price": D(3)}) == ("order_unclear", False, ["bounds"])


def test_enough_at_the_best_price_is_not_said_to_be_too_little() -> None:
    found = explain_price(OrderFacts(order(), SPOT, (trade("100", "2"),), NOW, book([("100", "2")])))
    assert found is not None
    assert (found.code, found.settles) == ("price_best", True)


def test_two_clocks_are_never_the_same() -> None:
    begun = NOW - timedelta(hours=1)
    reached = candles(("91", "99"), ("89", "98"), step=timedelta(seconds=1))
    for before, outcome in ((0.9, Trigger.FOLLOWED), (4, Trigger.EARLY)):
        triggered = begun + timedelta(seconds=1) - timedelta(seconds=before)
        found = stop(stop_order(triggered_at=triggered), reached, step=timedelta(seconds=1))
        assert found is not None
        assert found.outcome is outcome
