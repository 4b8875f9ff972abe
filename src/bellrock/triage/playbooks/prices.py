"""What orders should have come to by the rules: the book walked, stops beside the prices they watch, fees by the rates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal, localcontext
from enum import StrEnum

from bellrock.exchange import (
    AccountFees,
    BookLevel,
    Candle,
    FeeSchedule,
    Market,
    Order,
    OrderType,
    Side,
    Trade,
)
from bellrock.triage.playbooks.liquidation import DIGITS, ROUNDING

SLIPPAGE_TOLERANCE = Decimal("0.0005")
LATE_AFTER = timedelta(seconds=10)
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


@dataclass(frozen=True, slots=True)
class Charge:
    """One trade's fee beside what the rates say. `expected` is None where the fee's coin cannot be converted."""

    trade: Trade
    rate: Decimal
    expected: Decimal | None
    is_right: bool


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


def average(trades: Sequence[Trade]) -> Decimal | None:
    """Return the price of the trades on average, or None without any."""
    quantity = sum((one.quantity for one in trades), _ZERO)
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
    quantity = sum((one.quantity for one in trades), _ZERO)
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
    is_above = (order.side is Side.BUY) is not (order.type in _PROFIT_TAKERS)
    trigger = order.stop_price
    reached = next((one.at for one in candles if (one.high >= trigger if is_above else one.low <= trigger)), None)
    if order.triggered_at is None:
        outcome = Trigger.WAITS if reached is None else Trigger.MISSED
    elif reached is None or order.triggered_at < reached:
        outcome = Trigger.EARLY
    else:
        outcome = Trigger.LATE if order.triggered_at > reached + step + LATE_AFTER else Trigger.FOLLOWED
    return Stopped(outcome, min(one.low for one in candles), max(one.high for one in candles), reached)


def charges(
    trades: Sequence[Trade], *, market: Market, fees: AccountFees, schedule: FeeSchedule, tolerance: Decimal = ROUNDING
) -> tuple[Charge, ...]:
    """Return each trade's fee beside what the rates say.

    Trades since the account has its level are held to that level, with the discount where it was paid in the discount's coin
    on a spot market; earlier ones to the rate that the trade itself names.
    """
    found = []
    for trade in trades:
        rate = _rate(trade, market, fees, schedule) if trade.at >= fees.since else trade.fee_rate
        with localcontext(prec=DIGITS):
            expected = _fee(trade, market, rate)
            is_amount_right = expected is None or trade.fee - expected <= tolerance
        found.append(Charge(trade, rate, expected, trade.fee_rate <= rate and is_amount_right))
    return tuple(found)


def _rate(trade: Trade, market: Market, fees: AccountFees, schedule: FeeSchedule) -> Decimal:
    level = fees.level
    if market.is_contract:
        return level.futures_maker if trade.is_maker else level.futures_taker
    rate = level.spot_maker if trade.is_maker else level.spot_taker
    is_discounted = schedule.discount_asset is not None and trade.fee_asset == schedule.discount_asset
    return rate * (1 - schedule.discount) if is_discounted else rate


def _fee(trade: Trade, market: Market, rate: Decimal) -> Decimal | None:
    if trade.fee_asset == market.quote:
        return trade.price * trade.quantity * rate
    return trade.quantity * rate if trade.fee_asset == market.base else None
