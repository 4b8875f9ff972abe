"""Liquidations, margin, funding and settlement computed anew, to hold beside what the exchange did; each number is kept.

The formula of a liquidation price is `exchange.liquidation_price`; here stand the numbers that go into it, step by step.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal, localcontext

from bellrock import exchange
from bellrock.exchange import Bracket, FundingPayment, Liquidation, MarginAccount, MarginMode, Position, Settlement

DIGITS = 40
ROUNDING = Decimal("0.00000001")
PRICE_TOLERANCE = Decimal("0.0001")
RESULT_TOLERANCE = Decimal("0.01")
_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Explained:
    """The numbers on the way to a liquidation price; `price` is None where no price above zero liquidates.

    `wallet` is the cross wallet or the position's own margin; what the `others` hold back and have gained counts in cross
    margin alone. `beside` is the other side of the same contract in hedge mode, which moves with the same mark price.
    `balance` and `needed` are margin with profit, and maintenance margin, of all that stands for one another.
    """

    position: Position
    wallet: Decimal
    others: int
    others_maintenance: Decimal
    others_profit: Decimal
    price: Decimal | None
    balance: Decimal
    needed: Decimal
    beside: tuple[Position, ...] = ()

    @property
    def ratio(self) -> Decimal | None:
        return self.needed / self.balance if self.balance > 0 else None


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a liquidation followed the rule: its price, its moment, its bracket (None: there was none to read), its result."""

    explained: Explained
    is_price_right: bool
    is_reached: bool
    is_bracket_right: bool | None
    is_result_right: bool

    @property
    def is_followed(self) -> bool:
        return self.is_price_right and self.is_reached and self.is_bracket_right is not False and self.is_result_right


@dataclass(frozen=True, slots=True)
class Funding:
    """Funding over a time: received, paid, the payments that do not follow from their rate, and those booked twice.

    `twice` are the payments of the newest time at which a side of a contract has more than one.
    """

    received: Decimal
    paid: Decimal
    wrong: tuple[FundingPayment, ...]
    twice: tuple[FundingPayment, ...] = ()

    @property
    def net(self) -> Decimal:
        return self.received - self.paid


def computed(position: Position) -> Position:
    """Return a position with profit and maintenance margin computed from its quantity, prices and rate."""
    value = position.quantity * position.mark_price
    return replace(
        position,
        maintenance=value * position.rate - position.cumulative,
        unrealised=exchange.unrealised(
            position.direction, position.quantity, position.entry_price, position.mark_price
        ),
    )


def explain(position: Position, account: MarginAccount) -> Explained:
    """Return the liquidation price of a position in its account, with the numbers on the way; all computed anew."""
    with localcontext(prec=DIGITS):
        own = computed(position)
        others: list[Position] = []
        wallet = position.isolated_wallet or _ZERO
        if position.mode is MarginMode.CROSS:
            wallet = account.wallet
            cross = (one for one in account.positions if one.mode is MarginMode.CROSS and one.id != position.id)
            others = [computed(one) for one in cross]
        # What is in the same contract moves with the same price: it has the same one wherever the snapshot was taken.
        beside = tuple(computed(replace(one, mark_price=own.mark_price)) for one in others if one.symbol == own.symbol)
        others = [one for one in others if one.symbol != own.symbol]
        held = sum((one.maintenance for one in others), _ZERO)
        gained = sum((one.unrealised for one in others), _ZERO)
        price = exchange.liquidation_price(
            wallet=wallet,
            direction=own.direction,
            quantity=own.quantity,
            entry=own.entry_price,
            rate=own.rate,
            cumulative=own.cumulative,
            others=others,
            beside=beside,
        )
        balance = wallet + gained + own.unrealised + sum((one.unrealised for one in beside), _ZERO)
        needed = held + own.maintenance + sum((one.maintenance for one in beside), _ZERO)
        return Explained(own, wallet, len(others), held, gained, price, balance, needed, beside)


def judge(liquidation: Liquidation, brackets: Sequence[Bracket]) -> Verdict:
    """Hold a liquidation beside the rule: the stated price, the mark price that reached it, and the bracket in force."""
    position = replace(liquidation.position, mark_price=liquidation.mark_price)
    found = explain(position, liquidation.account)
    stated = position.liquidation_price
    with localcontext(prec=DIGITS):
        is_right = (
            stated is not None and found.price is not None and abs(stated - found.price) <= PRICE_TOLERANCE * stated
        )
        value = position.quantity * liquidation.mark_price
        bracket = next((one for one in brackets if one.notional_to is None or value <= one.notional_to), None)
    is_bracket_right = None
    if bracket is not None:
        is_bracket_right = (bracket.rate, bracket.cumulative) == (position.rate, position.cumulative)
    return Verdict(found, is_right, found.needed >= found.balance, is_bracket_right, _is_result_right(liquidation))


def closed_at(liquidation: Liquidation) -> Decimal | None:
    """Return the price at which a position was closed, on average over its fills; None without any."""
    quantity = sum((one.quantity for one in liquidation.fills), _ZERO)
    with localcontext(prec=DIGITS):
        return sum((one.price * one.quantity for one in liquidation.fills), _ZERO) / quantity if quantity else None


def _is_result_right(liquidation: Liquidation) -> bool:
    """Say whether the booked result is that of the fills; without fills nobody can say, and nothing contradicts it."""
    position = liquidation.position
    result = sum(
        (
            exchange.unrealised(position.direction, one.quantity, position.entry_price, one.price)
            for one in liquidation.fills
        ),
        _ZERO,
    )
    # Venues book the result before or after the fee.
    booked = liquidation.realised
    return (
        not liquidation.fills or min(abs(booked - result), abs(booked - result + liquidation.fee)) <= RESULT_TOLERANCE
    )


def margin_ratio(account: MarginAccount) -> Decimal | None:
    """Return how near the cross positions are to liquidation, computed anew: it comes at 1. None without any."""
    with localcontext(prec=DIGITS):
        cross = [computed(one) for one in account.positions if one.mode is MarginMode.CROSS]
        balance = account.wallet + sum((one.unrealised for one in cross), _ZERO)
        return sum((one.maintenance for one in cross), _ZERO) / balance if cross and balance > 0 else None


def funding(payments: Sequence[FundingPayment], *, tolerance: Decimal = ROUNDING) -> Funding:
    """Sum payments of one asset, and check each: at a rate above zero a long pays it on the value, a short receives it."""
    with localcontext(prec=DIGITS):
        wrong = tuple(
            one
            for one in payments
            if abs(one.amount + exchange.sign(one.direction) * one.quantity * one.mark_price * one.rate) > tolerance
        )
        received = sum((one.amount for one in payments if one.amount > 0), _ZERO)
        paid = -sum((one.amount for one in payments if one.amount < 0), _ZERO)
    together: dict[tuple[str, str, datetime], list[FundingPayment]] = {}
    for one in payments:
        together.setdefault((one.symbol, one.direction, one.at.replace(second=0, microsecond=0)), []).append(one)
    twice = max((rows for rows in together.values() if len(rows) > 1), key=lambda rows: rows[0].at, default=[])
    return Funding(received, paid, wrong, tuple(twice))


def settled(settlement: Settlement) -> Decimal:
    """Return what a contract with margin in money comes to at its settlement price, before the fee."""
    return exchange.unrealised(
        settlement.direction, settlement.quantity, settlement.entry_price, settlement.settlement_price
    )
