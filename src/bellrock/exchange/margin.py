"""The published rule of margin and liquidation, in exact numbers: brackets, maintenance margin, liquidation price."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from bellrock.exchange.derivatives import Bracket, Direction, Position

ZERO = Decimal(0)


def sign(direction: Direction) -> int:
    """Return 1 for long, -1 for short."""
    return 1 if direction is Direction.LONG else -1


def bracket_of(notional: Decimal, brackets: Iterable[Bracket]) -> Bracket:
    """Return the bracket of a notional. Raises ValueError where none holds it."""
    for bracket in brackets:
        if bracket.notional_to is None or notional <= bracket.notional_to:
            return bracket
    raise ValueError("no bracket")


def maintenance(notional: Decimal, bracket: Bracket) -> Decimal:
    """Return the maintenance margin: notional × rate - cumulative."""
    return notional * bracket.rate - bracket.cumulative


def unrealised(direction: Direction, quantity: Decimal, entry: Decimal, mark: Decimal) -> Decimal:
    """Return the profit of a position at a mark price."""
    return sign(direction) * quantity * (mark - entry)


def liquidation_price(
    *,
    wallet: Decimal,
    direction: Direction,
    quantity: Decimal,
    entry: Decimal,
    rate: Decimal,
    cumulative: Decimal,
    others: Iterable[Position] = (),
    beside: Iterable[Position] = (),
) -> Decimal | None:
    """Return the mark price at which the margin of a position equals its maintenance margin; None where no positive one does.

    LP = (WB - TMM + UPNL + Σ cum - Σ side × quantity × entry) / (Σ quantity × rate - Σ side × quantity), where WB is the
    isolated wallet, or in cross margin the cross wallet, and TMM and UPNL are maintenance margin and unrealised profit of the
    `others` in cross margin, in other contracts (0 in isolated margin). The sums are over the position and, in hedge mode, the
    one `beside` it: the other side of the same contract in cross margin, whose worth moves with the same mark price. It holds
    while the notionals stay in the brackets that rates and cumulative amounts are of.
    The formula is the one that venues publish, such as
    https://www.binance.com/en/support/faq/how-to-calculate-liquidation-price-of-usd%E2%93%A2-m-futures-contracts-b3c689c1f50a44cabb3a84e663b81d93
    """
    side = sign(direction)
    free = wallet + cumulative - side * quantity * entry
    slope = quantity * rate - side * quantity
    for one in beside:
        moves = sign(one.direction) * one.quantity
        free += one.cumulative - moves * one.entry_price
        slope += one.quantity * one.rate - moves
    for other in others:
        free += other.unrealised - other.maintenance
    price = free / slope if slope else ZERO
    return price if price > ZERO else None


def bankruptcy_price(
    *,
    wallet: Decimal,
    direction: Direction,
    quantity: Decimal,
    entry: Decimal,
    others: Iterable[Position] = (),
    beside: Iterable[Position] = (),
) -> Decimal | None:
    """Return the price at which nothing would be left of the margin; None where no positive one is."""
    return liquidation_price(
        wallet=wallet,
        direction=direction,
        quantity=quantity,
        entry=entry,
        rate=ZERO,
        cumulative=ZERO,
        others=others,
        beside=[replace(one, rate=ZERO, cumulative=ZERO) for one in beside],
    )
