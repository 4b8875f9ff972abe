"""Orders and trades of an account; markets, books, prices and fees of everybody."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from bellrock.exchange.facts import Code, Id, Instant, Side, Symbol, Text


class OrderType(StrEnum):
    """How an order meets the book."""

    MARKET = "market"
    LIMIT = "limit"
    STOP_MARKET = "stop_market"
    STOP_LIMIT = "stop_limit"
    TAKE_PROFIT_MARKET = "take_profit_market"
    TAKE_PROFIT_LIMIT = "take_profit_limit"


class OrderState(StrEnum):
    """Where an order is."""

    WAITING = "waiting"  # its trigger was not reached
    OPEN = "open"
    PARTLY_FILLED = "partly_filled"
    FILLED = "filled"
    CANCELLED = "cancelled"
    REJECTED = "rejected"
    EXPIRED = "expired"


class PriceKind(StrEnum):
    """Which price: of the last trade, the mark price of futures, or the index of other venues."""

    LAST = "last"
    MARK = "mark"
    INDEX = "index"


class OrderReason(StrEnum):
    """Why an order ended unfilled."""

    CUSTOMER = "customer"
    INSUFFICIENT_BALANCE = "insufficient_balance"
    PRICE_BAND = "price_band"
    POST_ONLY_WOULD_TAKE = "post_only_would_take"
    FILL_OR_KILL = "fill_or_kill"
    IMMEDIATE_OR_CANCEL = "immediate_or_cancel"
    REDUCE_ONLY = "reduce_only"
    MIN_SIZE = "min_size"
    NO_LIQUIDITY = "no_liquidity"
    SELF_TRADE = "self_trade"
    MARKET_CLOSED = "market_closed"
    LIQUIDATION = "liquidation"
    OTHER = "other"


class OrderStep(StrEnum):
    """What happened to an order."""

    PLACED = "placed"
    TRIGGERED = "triggered"
    FILLED = "filled"  # a part or all of it
    CHANGED = "changed"
    CANCELLED = "cancelled"
    REJECTED = "rejected"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class OrderEvent:
    """One step of an order. `price` is the price that caused it: of the trigger, or of the fill."""

    step: OrderStep
    at: Instant
    price: Decimal | None = None
    quantity: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """An order. `quantity` is in the base asset, `quote_quantity` set where it was given in the quote asset instead.

    `average_price` is None while nothing is filled. `steps` are the oldest first, and empty in lists.
    """

    id: Id
    client_id: Text | None
    symbol: Symbol
    side: Side
    type: OrderType
    time_in_force: Text  # gtc, ioc, fok
    is_post_only: bool
    is_reduce_only: bool
    quantity: Decimal
    quote_quantity: Decimal | None
    price: Decimal | None
    stop_price: Decimal | None
    trigger_by: PriceKind | None
    filled: Decimal
    average_price: Decimal | None
    state: OrderState
    reason: OrderReason | None
    created_at: Instant
    triggered_at: Instant | None
    ended_at: Instant | None
    as_of: Instant
    steps: tuple[OrderEvent, ...] = ()


@dataclass(frozen=True, slots=True)
class Trade:
    """One fill. `quote` is price × quantity; `fee` (positive: paid) is worth `fee_rate` × quote, in `fee_asset`."""

    id: Id
    order_id: Id
    symbol: Symbol
    side: Side
    price: Decimal
    quantity: Decimal
    quote: Decimal
    fee: Decimal
    fee_asset: Code
    fee_rate: Decimal
    is_maker: bool
    at: Instant


class MarketState(StrEnum):
    """Whether a market trades."""

    TRADING = "trading"
    PAUSED = "paused"
    ANNOUNCED = "announced"
    DELISTED = "delisted"


@dataclass(frozen=True, slots=True)
class Market:
    """A market and its rules. `band` is the greatest distance of a price from the last one, as a share."""

    symbol: Symbol
    base: Code
    quote: Code
    is_contract: bool
    state: MarketState
    tick: Decimal
    lot: Decimal
    notional_min: Decimal
    band: Decimal
    opens_at: Instant | None
    closes_at: Instant | None


@dataclass(frozen=True, slots=True)
class BookLevel:
    """What stands in the book at a price."""

    price: Decimal
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class Book:
    """The book of a market at a time; bids from the highest, asks from the lowest, at most 200 levels a side."""

    symbol: Symbol
    at: Instant
    bids: tuple[BookLevel, ...]
    asks: tuple[BookLevel, ...]
    as_of: Instant


@dataclass(frozen=True, slots=True)
class Candle:
    """How a price moved in the step that begins at `at`."""

    at: Instant
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal


@dataclass(frozen=True, slots=True)
class FeeLevel:
    """The rates of a level, as shares (0.001 is 0.1 %), and the 30-day volume in USD from which it begins."""

    level: int
    name: Text
    volume_min: Decimal
    spot_maker: Decimal
    spot_taker: Decimal
    futures_maker: Decimal
    futures_taker: Decimal


@dataclass(frozen=True, slots=True)
class FeeStep:
    """Fees in an asset are rounded to whole steps of it, up or down."""

    asset: Code
    step: Decimal


@dataclass(frozen=True, slots=True)
class FeeSchedule:
    """The published fees, lowest level first. Who pays in `discount_asset` pays `discount` less on spot markets.

    `steps` names the assets whose fees are rounded more coarsely than to eight places.
    """

    levels: tuple[FeeLevel, ...]
    discount_asset: Code | None
    discount: Decimal
    as_of: Instant
    steps: tuple[FeeStep, ...] = ()


@dataclass(frozen=True, slots=True)
class AccountFees:
    """What an account pays now and since when, with its volume of 30 days in USD."""

    level: FeeLevel
    since: Instant
    volume: Decimal
    pays_in_discount_asset: bool
    as_of: Instant
