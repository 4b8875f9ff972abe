"""Orders, prices and fees: what should have happened by the rules, to hold beside what did. Pure arithmetic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, localcontext
from enum import StrEnum

from bellrock.triage.playbooks.liquidation import DIGITS

_ZERO = Decimal(0)


class Way(StrEnum):
    """The direction of an order."""

    BUY = "buy"
    SELL = "sell"

    @property
    def sign(self) -> int:
        return 1 if self is Way.BUY else -1


@dataclass(frozen=True, slots=True)
class Level:
    """Somebody's offer in the book: `amount` of the coin at a price."""

    price: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Fill:
    """One trade of an order. `fee` is in `fee_asset`."""

    price: Decimal
    amount: Decimal
    fee: Decimal
    fee_asset: str
    is_maker: bool
    at: datetime

    @property
    def value(self) -> Decimal:
        return self.price * self.amount


@dataclass(frozen=True, slots=True)
class Walk:
    """What the book would have given: so much at this average, the rest found nobody."""

    amount: Decimal
    average: Decimal | None
    last: Decimal | None


@dataclass(frozen=True, slots=True)
class Slippage:
    """How a price differs from the best one and from what the book allowed; positive shares are worse for the customer."""

    average: Decimal
    best: Decimal
    expected: Decimal
    from_best: Decimal
    from_expected: Decimal
    is_followed: bool


@dataclass(frozen=True, slots=True)
class Charge:
    """One trade's fee as it was and as the rates say."""

    fill: Fill
    rate: Decimal
    base: Decimal
    expected: Decimal

    @property
    def excess(self) -> Decimal:
        return self.fill.fee - self.expected


def average(fills: Sequence[Fill]) -> Decimal | None:
    """Return the price at which the fills went on average, or None without any."""
    amount = sum((one.amount for one in fills), _ZERO)
    with localcontext(prec=DIGITS):
        return sum((one.value for one in fills), _ZERO) / amount if amount else None


def walk(levels: Sequence[Level], amount: Decimal) -> Walk:
    """Take an amount from the other side of the book, best price first."""
    left, value, last = amount, _ZERO, None
    for level in levels:
        taken = min(left, level.amount)
        if taken <= 0:
            break
        left, value, last = left - taken, value + taken * level.price, level.price
    filled = amount - left
    with localcontext(prec=DIGITS):
        return Walk(filled, value / filled if filled else None, last)


def slippage(
    way: Way, fills: Sequence[Fill], levels: Sequence[Level], *, tolerance: Decimal = Decimal("0.0005")
) -> Slippage | None:
    """Hold fills beside the book as it was when the order came; None without fills or without a book.

    `levels` are the side that the order takes from, best price first. The rule is followed where the price is no worse than
    the book allowed, within a tolerance for what changed in between.
    """
    got = average(fills)
    would = walk(levels, sum((one.amount for one in fills), _ZERO))
    if got is None or would.average is None:
        return None
    with localcontext(prec=DIGITS):
        best = levels[0].price
        from_best = way.sign * (got - best) / best
        from_expected = way.sign * (got - would.average) / would.average
    return Slippage(got, best, would.average, from_best, from_expected, from_expected <= tolerance)


def charges(
    fills: Sequence[Fill],
    *,
    maker: Decimal,
    taker: Decimal,
    discount: Decimal = _ZERO,
    quote: str,
    price_of: dict[str, Decimal] | None = None,
) -> tuple[Charge, ...]:
    """Return each fill's fee beside what the rates say.

    A rate is a share of the trade's value in `quote`; `discount` a share of the fee. A fee in another coin is converted at
    `price_of` that coin in `quote`; a fill whose coin has no price is taken as it is.
    """
    found = []
    for fill in fills:
        rate = (maker if fill.is_maker else taker) * (1 - discount)
        with localcontext(prec=DIGITS):
            price = Decimal(1) if fill.fee_asset == quote else (price_of or {}).get(fill.fee_asset)
            expected = fill.value * rate / price if price else fill.fee
        found.append(Charge(fill, rate, fill.value, expected))
    return tuple(found)


class Trigger(StrEnum):
    """Whether a stop did what its rule says."""

    WAITS = "waits"
    FOLLOWED = "followed"
    MISSED = "missed"
    EARLY = "early"


@dataclass(frozen=True, slots=True)
class Triggered:
    """A stop beside the prices that it watched: their lowest and highest, and when they first reached the trigger."""

    outcome: Trigger
    low: Decimal | None
    high: Decimal | None
    reached_at: datetime | None


def stop(
    way: Way,
    trigger: Decimal,
    path: Sequence[tuple[datetime, Decimal]],
    *,
    triggered_at: datetime | None,
    is_above: bool | None = None,
) -> Triggered:
    """Say whether a stop should have been triggered by the prices that it watches (`path`, in order of time).

    A stop to buy waits for a price at or above its trigger, a stop to sell for one at or below; `is_above` says otherwise,
    as for taking profit.
    """
    above = is_above if is_above is not None else way is Way.BUY
    reached = next((at for at, price in path if (price >= trigger if above else price <= trigger)), None)
    prices = [price for _, price in path]
    if triggered_at is None:
        outcome = Trigger.WAITS if reached is None else Trigger.MISSED
    elif reached is None or triggered_at < reached:
        outcome = Trigger.EARLY
    else:
        outcome = Trigger.FOLLOWED
    return Triggered(outcome, min(prices, default=None), max(prices, default=None), reached)
