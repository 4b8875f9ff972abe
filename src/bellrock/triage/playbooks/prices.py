"""What orders should have come to by the rules: the book walked, stops and limits beside the prices that they wait for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal, localcontext
from enum import StrEnum

from bellrock.exchange import BookLevel, Candle, Order, OrderType, Side, Trade
from bellrock.triage.playbooks.liquidation import DIGITS

SLIPPAGE_TOLERANCE = Decimal("0.0005")
LATE_AFTER, SKEW_MAX = timedelta(seconds=10), timedelta(seconds=2)
_ZERO = Decimal(0)
_PROFIT_TAKERS = frozenset({OrderType.TAKE_PROFIT_MARKET, OrderType.TAKE_PROFIT_LIMIT})


@dataclass(frozen=True, slots=True)
class Walk:
    """What the book would have given: so much, at this average, down to this price; the rest found nobody."""

    quantity: Decimal
    average: Decimal | None
    last: Decimal | None


@dataclass(frozen=True, slots=True)
class Slippage:
    """How a price differs from the best one and from what the book allowed, as shares; above zero is worse for the customer."""

    quantity: Decimal
    average: Decimal
    best: Decimal
    expected: Decimal
    from_best: Decimal
    from_expected: Decimal
    is_followed: bool


class Trigger(StrEnum):
    """Whether a stop did what its rule says."""

    WAITS = "waits"
    FOLLOWED = "followed"
    LATE = "late"
    EARLY = "early"
    MISSED = "missed"


@dataclass(frozen=True, slots=True)
class Stopped:
    """A stop beside the prices that it watched: the lowest, the highest, and since when they had reached the trigger."""

    outcome: Trigger
    low: Decimal
    high: Decimal
    reached_at: datetime | None


class Reach(StrEnum):
    """How far the last price came towards a limit."""

    NOT = "not"
    TOUCHED = "touched"  # as far as the limit: what traded there filled the orders that stood there before
    PASSED = "passed"  # beyond it, where every order at the limit has to be filled


@dataclass(frozen=True, slots=True)
class Reached:
    """A limit beside the last prices while its order was in the book, and when they first came to it."""

    outcome: Reach
    low: Decimal
    high: Decimal
    at: datetime | None


def traded(trades: Sequence[Trade]) -> Decimal:
    """Return how much was traded, exact: of coins with eighteen places people hold milliards."""
    with localcontext(prec=DIGITS):
        return sum((one.quantity for one in trades), _ZERO)


def average(trades: Sequence[Trade]) -> Decimal | None:
    """Return the price of the trades on average, or None without any."""
    quantity = traded(trades)
    with localcontext(prec=DIGITS):
        return sum((one.price * one.quantity for one in trades), _ZERO) / quantity if quantity else None


def walk(levels: Sequence[BookLevel], quantity: Decimal) -> Walk:
    """Take a quantity from the other side of the book, best price first."""
    left, value, last = quantity, _ZERO, None
    with localcontext(prec=DIGITS):
        for level in levels:
            taken = min(left, level.quantity)
            if taken <= 0:
                break
            left, value, last = left - taken, value + taken * level.price, level.price
        got = quantity - left
        return Walk(got, value / got if got else None, last)


def slippage(
    side: Side, trades: Sequence[Trade], levels: Sequence[BookLevel], *, tolerance: Decimal = SLIPPAGE_TOLERANCE
) -> Slippage | None:
    """Hold trades beside the book as it was when their order came; None without trades or where the book held too little.

    `levels` are the side that the order takes from. The rule is followed where the price is no worse than the book allowed,
    within a tolerance for what changed between the two.
    """
    quantity = traded(trades)
    got, would = average(trades), walk(levels, quantity)
    if got is None or would.average is None or would.quantity < quantity:
        return None
    worse = 1 if side is Side.BUY else -1
    best = levels[0].price
    with localcontext(prec=DIGITS):
        from_best = worse * (got - best) / best
        from_expected = worse * (got - would.average) / would.average
    return Slippage(quantity, got, best, would.average, from_best, from_expected, from_expected <= tolerance)


def stop(order: Order, candles: Sequence[Candle], *, step: timedelta) -> Stopped | None:
    """Say whether a stop was triggered by the prices that it watches; None without a trigger or prices.

    `candles` are those of the order's `trigger_by`, the oldest first, from its placing until it was triggered or ended.
    A stop to buy waits for a price at or above its trigger, one to sell for one at or below; taking profit the other way
    round. Within a candle nobody knows the order of prices, so that its whole `step` counts as the moment.
    """
    if order.stop_price is None or not candles:
        return None
    reached = next((one.at for one in candles if reaches_trigger(order, one)), None)
    if order.triggered_at is None:
        outcome = Trigger.WAITS if reached is None else Trigger.MISSED
    elif reached is None or order.triggered_at + SKEW_MAX < reached:  # two clocks are never the same
        outcome = Trigger.EARLY
    else:
        outcome = Trigger.LATE if order.triggered_at > reached + step + LATE_AFTER else Trigger.FOLLOWED
    return Stopped(outcome, min(one.low for one in candles), max(one.high for one in candles), reached)


def reaches_trigger(order: Order, candle: Candle) -> bool:
    """Say whether a candle came to the trigger of a stop."""
    if order.stop_price is None:
        return False
    is_above = (order.side is Side.BUY) is not (order.type in _PROFIT_TAKERS)
    return candle.high >= order.stop_price if is_above else candle.low <= order.stop_price


def limit(order: Order, candles: Sequence[Candle], *, since: datetime) -> Reached | None:
    """Say how far the last price came to the limit of an order that waits in the book; None without limit or prices.

    `candles` are of the last price, the oldest first, from `since`, when the order came into the book, until it ended. What
    lies in the candle in which it came may have been before it: that one alone never counts as passed.
    """
    if order.price is None or not candles:
        return None
    is_buy = order.side is Side.BUY
    outcome, at = Reach.NOT, None
    for one in candles:
        extreme = one.low if is_buy else one.high
        is_there = extreme <= order.price if is_buy else extreme >= order.price
        if not is_there or one.at < since:
            continue
        at = at or one.at
        if extreme != order.price:
            outcome, at = Reach.PASSED, one.at
            break
        outcome = Reach.TOUCHED
    return Reached(outcome, min(one.low for one in candles), max(one.high for one in candles), at)


def is_within_limit(order: Order, trades: Sequence[Trade]) -> bool:
    """Say whether every trade is at the limit of its order or better; one without a limit accepts every price."""
    if order.price is None:
        return True
    return all(one.price <= order.price if order.side is Side.BUY else one.price >= order.price for one in trades)
