"""Things of an exchange, as a test needs them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from bellrock.exchange import (
    AccountFees,
    Book,
    BookLevel,
    Candle,
    Direction,
    FeeLevel,
    FeeSchedule,
    MarginAccount,
    MarginMode,
    Market,
    MarketState,
    Order,
    OrderState,
    OrderType,
    Position,
    PriceKind,
    Side,
    SigningRule,
    Trade,
)

D = Decimal
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
SPOT = Market(
    "BTC-USDT", "BTC", "USDT", False, MarketState.TRADING, D("0.01"), D("0.00001"), D(5), D("0.05"), None, None
)
PERPETUAL = replace(SPOT, symbol="BTC-USDT-PERP", is_contract=True)
LEVEL = FeeLevel(0, "Regular", D(0), D("0.001"), D("0.0012"), D("0.0002"), D("0.0005"))
FEES = AccountFees(LEVEL, NOW - timedelta(days=30), D(1200), False, NOW)
SCHEDULE = FeeSchedule((LEVEL,), "BRK", D("0.25"), NOW)
SIGNING = SigningRule("hmac-sha256", "hex", ("query",), "ms", 5000, ("X-API-KEY",), NOW)


def order(**changes: Any) -> Order:
    made = Order(
        id="7001",
        client_id=None,
        symbol="BTC-USDT",
        side=Side.BUY,
        type=OrderType.MARKET,
        time_in_force="gtc",
        is_post_only=False,
        is_reduce_only=False,
        quantity=D(2),
        quote_quantity=None,
        price=None,
        stop_price=None,
        trigger_by=None,
        filled=D(2),
        average_price=D("100.5"),
        state=OrderState.FILLED,
        reason=None,
        created_at=NOW - timedelta(hours=1),
        triggered_at=None,
        ended_at=NOW - timedelta(hours=1),
        as_of=NOW,
    )
    return replace(made, **changes)


def stop_order(**changes: Any) -> Order:
    return order(
        **{
            "type": OrderType.STOP_MARKET,
            "side": Side.SELL,
            "stop_price": D(90),
            "trigger_by": PriceKind.MARK,
            "state": OrderState.WAITING,
            "filled": D(0),
            "average_price": None,
            "ended_at": None,
            **changes,
        }
    )


def trade(price: str, quantity: str, **changes: Any) -> Trade:
    value = D(price) * D(quantity)
    made = Trade(
        id="t1",
        order_id="7001",
        symbol="BTC-USDT",
        side=Side.BUY,
        price=D(price),
        quantity=D(quantity),
        quote=value,
        fee=value * LEVEL.spot_taker,
        fee_asset="USDT",
        fee_rate=LEVEL.spot_taker,
        is_maker=False,
        at=NOW - timedelta(hours=1),
    )
    return replace(made, **changes)


def book(asks: list[tuple[str, str]], bids: list[tuple[str, str]] | None = None) -> Book:
    def levels(rows: list[tuple[str, str]]) -> tuple[BookLevel, ...]:
        return tuple(BookLevel(D(price), D(quantity)) for price, quantity in rows)

    return Book("BTC-USDT", NOW - timedelta(hours=1), levels(bids or []), levels(asks), NOW)


def candles(*prices: tuple[str, str], step: timedelta = timedelta(minutes=1)) -> tuple[Candle, ...]:
    """Candles of (low, high), one a step, from an hour ago."""
    begin = NOW - timedelta(hours=1)
    return tuple(
        Candle(begin + step * place, D(low), D(high), D(low), D(high)) for place, (low, high) in enumerate(prices)
    )


def position(**changes: Any) -> Position:
    made = Position(
        id="p1",
        symbol="BTC-USDT-PERP",
        direction=Direction.LONG,
        mode=MarginMode.CROSS,
        quantity=D(1),
        entry_price=D(100),
        mark_price=D(100),
        leverage=10,
        isolated_wallet=None,
        rate=D("0.01"),
        cumulative=D(0),
        maintenance=D(1),
        unrealised=D(0),
        liquidation_price=None,
        opened_at=NOW - timedelta(days=1),
    )
    return replace(made, **changes)


def account(wallet: str, *positions: Position) -> MarginAccount:
    return MarginAccount("USDT", D(wallet), D(0), D(0), None, positions, NOW, NOW)
