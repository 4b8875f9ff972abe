"""The published rule of margin and liquidation, in exact numbers: brackets, maintenance margin, liquidation price."""

from __future__ import annotations

from collections.abc import Iterable
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
) -> Decimal | None:
    """Return the mark price at which the margin of a position equals its maintenance margin; None where no positive one does.

    LP = (WB - TMM + UPNL + cum - side × quantity × entry) / (quantity × rate - side × quantity), where WB is the isolated
    wallet, or in cross margin the cross wallet, and TMM and UPNL are maintenance margin and unrealised profit of the `others` in
    cross margin (0 in isolated margin). It holds while the notional stays in the bracket that rate and cumulative are of.
    The formula is the one that venues publish for one-way mode, such as
    https://www.binance.com/en/support/faq/how-to-calculate-liquidation-price-of-usd%E2%93%A2-m-futures-contracts-b3c689c1f50a44cabb3a84e663b81d93
    """
    side = sign(direction)
    free = wallet + cumulative - side * quantity * entry
    for other in others:
        free += other.unrealised - other.maintenance
    price = free / (quantity * rate - side * quantity)
    return price if price > ZERO else None


def bankruptcy_price(
    *, wallet: Decimal, direction: Direction, quantity: Decimal, entry: Decimal, others: Iterable[Position] = ()
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
    )
