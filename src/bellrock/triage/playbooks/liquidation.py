"""Why a position was liquidated: the published formula for perpetual contracts, step by step.

Source: Binance, "How to Calculate Liquidation Price of USDⓈ-M Futures Contracts". For the legs i of one contract, with
side s (1 long, -1 short), quantity q, entry price e, maintenance rate m and deduction c of the bracket:

    price = (wallet - others' maintenance + others' profit + Σc - Σ s·q·e) / (Σ q·m - Σ s·q)

Cross margin counts the whole wallet and all other positions; isolated margin the position's own margin alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal, localcontext
from enum import StrEnum

DIGITS = 40
_ZERO = Decimal(0)


class Side(StrEnum):
    """The direction of a position."""

    LONG = "long"
    SHORT = "short"

    @property
    def sign(self) -> int:
        return 1 if self is Side.LONG else -1


@dataclass(frozen=True, slots=True)
class Bracket:
    """From `floor` (value of the position, in the asset of margin) on, `rate` of it less `deduction` is held back."""

    floor: Decimal
    rate: Decimal
    deduction: Decimal


@dataclass(frozen=True, slots=True)
class Position:
    """An open position. `quantity` is positive; `rate` and `deduction` are those of its bracket."""

    symbol: str
    side: Side
    quantity: Decimal
    entry: Decimal
    mark: Decimal
    rate: Decimal
    deduction: Decimal

    @property
    def value(self) -> Decimal:
        return self.quantity * self.mark

    @property
    def maintenance(self) -> Decimal:
        return self.value * self.rate - self.deduction

    @property
    def profit(self) -> Decimal:
        return self.side.sign * self.quantity * (self.mark - self.entry)

    def at(self, mark: Decimal) -> Position:
        return replace(self, mark=mark)


@dataclass(frozen=True, slots=True)
class Explained:
    """The numbers on the way to a liquidation price; `price` is None where no price above zero liquidates."""

    wallet: Decimal
    others_maintenance: Decimal
    others_profit: Decimal
    numerator: Decimal
    denominator: Decimal
    price: Decimal | None


@dataclass(frozen=True, slots=True)
class Margin:
    """How near an account is to liquidation: it comes when maintenance reaches the balance, so at a ratio of 1."""

    balance: Decimal
    maintenance: Decimal

    @property
    def ratio(self) -> Decimal | None:
        return self.maintenance / self.balance if self.balance > 0 else None

    @property
    def is_liquidated(self) -> bool:
        return self.maintenance >= self.balance


def brackets_of(floors_and_rates: Sequence[tuple[Decimal, Decimal]]) -> tuple[Bracket, ...]:
    """Return brackets with their deductions, so that the sum held back has no jump where one bracket ends."""
    found: list[Bracket] = []
    for floor, rate in sorted(floors_and_rates):
        before = found[-1] if found else Bracket(_ZERO, rate, _ZERO)
        found.append(Bracket(floor, rate, before.deduction + floor * (rate - before.rate)))
    return tuple(found)


def bracket_of(value: Decimal, brackets: Sequence[Bracket]) -> Bracket:
    """Return the bracket of a position's value; `brackets` is not empty."""
    return max((one for one in brackets if one.floor <= value), key=lambda one: one.floor, default=brackets[0])


def explain(wallet: Decimal, legs: Sequence[Position], others: Sequence[Position] = ()) -> Explained:
    """Return the liquidation price of one contract with the numbers on the way; `legs` are its long and short sides.

    With cross margin `wallet` is the balance of the wallet; with isolated margin it is the position's own margin and there
    are no `others`. All amounts are in the asset of margin.
    """
    with localcontext(prec=DIGITS):
        maintenance = sum((one.maintenance for one in others), _ZERO)
        profit = sum((one.profit for one in others), _ZERO)
        numerator = wallet - maintenance + profit
        denominator = _ZERO
        for leg in legs:
            signed = leg.side.sign * leg.quantity
            numerator += leg.deduction - signed * leg.entry
            denominator += leg.quantity * leg.rate - signed
        price = numerator / denominator if denominator else None
        return Explained(wallet, maintenance, profit, numerator, denominator, price if price and price > 0 else None)


def explain_in_brackets(
    wallet: Decimal, leg: Position, brackets: Sequence[Bracket], others: Sequence[Position] = ()
) -> tuple[Position, Explained]:
    """Return the leg in the bracket in which it is liquidated, and the price there.

    The bracket goes by the position's value, which is another one at the price of liquidation than now.
    """
    for bracket in brackets:
        tried = replace(leg, rate=bracket.rate, deduction=bracket.deduction)
        found = explain(wallet, [tried], others)
        if found.price is not None and bracket_of(leg.quantity * found.price, brackets) == bracket:
            return tried, found
    bracket = bracket_of(leg.value, brackets)
    now = replace(leg, rate=bracket.rate, deduction=bracket.deduction)
    return now, explain(wallet, [now], others)


def margin(wallet: Decimal, positions: Sequence[Position]) -> Margin:
    """Return the balance with unrealised profit, and what must be held for the positions."""
    with localcontext(prec=DIGITS):
        return Margin(
            wallet + sum((one.profit for one in positions), _ZERO),
            sum((one.maintenance for one in positions), _ZERO),
        )


@dataclass(frozen=True, slots=True)
class Payment:
    """A funding payment: what came in, or, below zero, what went out, at a rate on the position's value."""

    at: datetime
    amount: Decimal
    rate: Decimal
    value: Decimal
    side: Side


@dataclass(frozen=True, slots=True)
class Funding:
    """Funding over a time: received, paid, and payments that do not follow from their rate."""

    received: Decimal
    paid: Decimal
    count: int
    wrong: tuple[Payment, ...]

    @property
    def net(self) -> Decimal:
        return self.received - self.paid


def funding(payments: Sequence[Payment], *, tolerance: Decimal = Decimal("0.00000001")) -> Funding:
    """Sum funding payments, and check each: a long pays the rate on its value, a short receives it."""
    received = sum((one.amount for one in payments if one.amount > 0), _ZERO)
    paid = -sum((one.amount for one in payments if one.amount < 0), _ZERO)
    wrong = tuple(one for one in payments if abs(one.amount + one.side.sign * one.rate * one.value) > tolerance)
    return Funding(received, paid, len(payments), wrong)


def settlement(side: Side, quantity: Decimal, entry: Decimal, price: Decimal) -> Decimal:
    """Return the profit of a contract with margin in money that is settled at a price."""
    return side.sign * quantity * (price - entry)
