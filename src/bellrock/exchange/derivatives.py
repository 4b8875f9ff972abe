"""Futures: contracts and their maintenance brackets, positions, margin, liquidations, funding, settlements."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from bellrock.exchange.facts import Code, Id, Instant, Symbol, Text


class Direction(StrEnum):
    """Of a position."""

    LONG = "long"
    SHORT = "short"


class MarginMode(StrEnum):
    """Whose money stands for a position: the whole wallet, or what was set aside for it."""

    CROSS = "cross"
    ISOLATED = "isolated"


@dataclass(frozen=True, slots=True)
class Contract:
    """A contract. Perpetual ones have no `expires_at` and pay funding every `funding_hours`."""

    symbol: Symbol
    base: Code
    quote: Code
    settle: Code
    is_perpetual: bool
    size: Decimal  # base units a contract
    leverage_max: int
    funding_hours: int | None
    expires_at: Instant | None
    liquidation_fee: Decimal  # share of the notional
    formula: Text  # address of the published rule


@dataclass(frozen=True, slots=True)
class Bracket:
    """The maintenance rule for notionals of `notional_from` (excluded) up to `notional_to` (included; None is without end).

    Maintenance margin = notional × `rate` - `cumulative`, in the settlement asset.
    """

    notional_from: Decimal
    notional_to: Decimal | None
    leverage_max: int
    rate: Decimal
    cumulative: Decimal


@dataclass(frozen=True, slots=True)
class Brackets:
    """The brackets of a contract as they were in force at `valid_at`, the lowest first."""

    symbol: Symbol
    brackets: tuple[Bracket, ...]
    valid_at: Instant
    as_of: Instant


@dataclass(frozen=True, slots=True)
class Position:
    """A position at some time. `quantity` is positive in the base asset; `rate` and `cumulative` are of its bracket.

    `isolated_wallet` is what was set aside (isolated only), `unrealised` the profit at the mark price.
    `liquidation_price` is None where no positive price would liquidate.
    """

    id: Id
    symbol: Symbol
    direction: Direction
    mode: MarginMode
    quantity: Decimal
    entry_price: Decimal
    mark_price: Decimal
    leverage: int
    isolated_wallet: Decimal | None
    rate: Decimal
    cumulative: Decimal
    maintenance: Decimal
    unrealised: Decimal
    liquidation_price: Decimal | None
    opened_at: Instant
    closed_at: Instant | None = None


@dataclass(frozen=True, slots=True)
class MarginAccount:
    """The futures wallet of an account at `at`: all positions, and what stands for those in cross margin.

    `wallet` is the cross wallet balance without isolated margin; `ratio` = maintenance / (wallet + unrealised) over
    cross positions; at 1 they are liquidated.
    """

    asset: Code
    wallet: Decimal
    unrealised: Decimal
    maintenance: Decimal
    ratio: Decimal | None
    positions: tuple[Position, ...]
    at: Instant
    as_of: Instant


class PathEvent(StrEnum):
    """What changed a position."""

    OPENED = "opened"
    INCREASED = "increased"
    REDUCED = "reduced"
    MARGIN_ADDED = "margin_added"
    MARGIN_TAKEN = "margin_taken"
    LEVERAGE = "leverage"
    FUNDING = "funding"
    LIQUIDATED = "liquidated"
    SETTLED = "settled"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class PathPoint:
    """A position at one moment of its life: what it would have been worth, and how near liquidation was.

    `margin` is what stood for it (isolated wallet or cross wallet, with unrealised profit), `amount` what the event moved.
    """

    at: Instant
    mark_price: Decimal
    quantity: Decimal
    entry_price: Decimal
    margin: Decimal
    maintenance: Decimal
    liquidation_price: Decimal | None
    event: PathEvent | None = None
    amount: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Fill:
    """One trade of a liquidation."""

    at: Instant
    price: Decimal
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class Liquidation:
    """A liquidation, with all that its formula needs as it was at that moment.

    `position` and `account` are snapshots just before; `fee` went to the insurance fund, `from_insurance` came from it
    when the fills were worse than the bankruptcy price.
    """

    id: Id
    position: Position
    account: MarginAccount
    at: Instant
    mark_price: Decimal
    bankruptcy_price: Decimal | None
    fills: tuple[Fill, ...]
    realised: Decimal
    fee: Decimal
    from_insurance: Decimal


@dataclass(frozen=True, slots=True)
class FundingPayment:
    """One funding payment of a position: amount = -(±1 for long, short) × quantity × mark × rate; negative was paid."""

    id: Id
    symbol: Symbol
    direction: Direction
    quantity: Decimal
    mark_price: Decimal
    rate: Decimal
    amount: Decimal
    asset: Code
    at: Instant


@dataclass(frozen=True, slots=True)
class FundingRate:
    """The rate of a perpetual contract at one of its funding times."""

    symbol: Symbol
    rate: Decimal
    mark_price: Decimal
    at: Instant


@dataclass(frozen=True, slots=True)
class Settlement:
    """What a position came to when its contract expired."""

    id: Id
    symbol: Symbol
    direction: Direction
    quantity: Decimal
    entry_price: Decimal
    settlement_price: Decimal
    realised: Decimal
    fee: Decimal
    asset: Code
    at: Instant
