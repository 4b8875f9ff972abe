"""Orders met with the book and the price path as they were: fills, triggers and fees follow from them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from bellrock.exchange import (
    FeeLevel,
    Order,
    OrderEvent,
    OrderReason,
    OrderState,
    OrderStep,
    OrderType,
    PriceKind,
    Side,
    Trade,
)
from bellrock.reference_exchange import rules
from bellrock.reference_exchange.prices import Prices

D = Decimal
_LOOK = timedelta(seconds=15)
_LOOKS_MAX = 20_000
_CENT = D("0.00000001")


@dataclass(frozen=True, slots=True)
class Ask:
    """An order as a customer placed it. A market order is worked off at once, the others as the prices came."""

    id: str
    coin: str
    side: Side
    type: OrderType
    quantity: Decimal
    at: datetime
    price: Decimal | None = None
    stop_price: Decimal | None = None
    trigger_by: PriceKind | None = None
    cancelled_at: datetime | None = None
    is_post_only: bool = False


def work(ask: Ask, prices: Prices, *, level: FeeLevel, discount: Decimal, now: datetime) -> tuple[Order, list[Trade]]:
    """Return what became of an order until now, and its trades, the newest first."""
    steps = [OrderEvent(OrderStep.PLACED, ask.at, ask.price or ask.stop_price, ask.quantity)]
    order = _placed(ask, now)
    end = min(ask.cancelled_at or now, now)
    start = ask.at
    if ask.stop_price is not None:
        triggered = _first(prices, ask, end)
        if triggered is None:
            return _ended(order, ask, steps, now), []
        start, price = triggered
        steps.append(OrderEvent(OrderStep.TRIGGERED, start, price))
        order = replace(order, triggered_at=start, state=OrderState.OPEN)
    if ask.type in (OrderType.MARKET, OrderType.STOP_MARKET, OrderType.TAKE_PROFIT_MARKET):
        fills = _against_book(ask, prices, start, now)
        is_maker = False
    else:
        if ask.is_post_only and _crosses(ask, prices.price(ask.coin, PriceKind.LAST, start)):
            steps.append(OrderEvent(OrderStep.REJECTED, start))
            return replace(
                order,
                state=OrderState.REJECTED,
                reason=OrderReason.POST_ONLY_WOULD_TAKE,
                ended_at=start,
                steps=tuple(steps),
            ), []
        fills, is_maker = _at_limit(ask, prices, start, end)
    trades = [
        _trade(ask, number, fill, level, discount, prices, is_maker=is_maker) for number, fill in enumerate(fills, 1)
    ]
    steps += [OrderEvent(OrderStep.FILLED, trade.at, trade.price, trade.quantity) for trade in trades]
    return _filled(order, ask, trades, steps, now), trades[::-1]


def _placed(ask: Ask, now: datetime) -> Order:
    return Order(
        id=ask.id,
        client_id=f"app-{ask.id[-6:]}",
        symbol=f"{ask.coin}-USDT",
        side=ask.side,
        type=ask.type,
        time_in_force="gtc" if ask.price is not None else "ioc",
        is_post_only=ask.is_post_only,
        is_reduce_only=False,
        quantity=ask.quantity,
        quote_quantity=None,
        price=ask.price,
        stop_price=ask.stop_price,
        trigger_by=ask.trigger_by or (PriceKind.LAST if ask.stop_price is not None else None),
        filled=D(0),
        average_price=None,
        state=OrderState.WAITING if ask.stop_price is not None else OrderState.OPEN,
        reason=None,
        created_at=ask.at,
        triggered_at=None,
        ended_at=None,
        as_of=now,
    )


def _first(prices: Prices, ask: Ask, end: datetime) -> tuple[datetime, Decimal] | None:
    """Return when the trigger's price was reached, and the price then. A stop to sell waits below, one to buy above."""
    assert ask.stop_price is not None
    is_stop = ask.type in (OrderType.STOP_MARKET, OrderType.STOP_LIMIT)
    waits_below = (ask.side is Side.SELL) == is_stop
    at = ask.at
    for _ in range(_LOOKS_MAX):
        if at > end:
            return None
        price = prices.price(ask.coin, ask.trigger_by or PriceKind.LAST, at)
        if price <= ask.stop_price if waits_below else price >= ask.stop_price:
            return at, price
        at += _LOOK
    return None


def _crosses(ask: Ask, last: Decimal) -> bool:
    assert ask.price is not None
    return last <= ask.price if ask.side is Side.BUY else last >= ask.price


def _against_book(ask: Ask, prices: Prices, at: datetime, now: datetime) -> list[tuple[datetime, Decimal, Decimal]]:
    book = prices.book(f"{ask.coin}-USDT", ask.coin, rules.COINS[ask.coin][2], at, now=now)
    left, fills = ask.quantity, []
    for level in book.asks if ask.side is Side.BUY else book.bids:
        taken = min(left, level.quantity)
        fills.append((at, level.price, taken))
        left -= taken
        if left <= 0:
            break
    return fills


def _at_limit(
    ask: Ask, prices: Prices, start: datetime, end: datetime
) -> tuple[list[tuple[datetime, Decimal, Decimal]], bool]:
    """Return fills at the limit: all at once where it crosses when placed, else half at each of two touches."""
    assert ask.price is not None
    lot = rules.COINS[ask.coin][2]
    if _crosses(ask, last := prices.price(ask.coin, PriceKind.LAST, start)):
        return [(start, min(last, ask.price) if ask.side is Side.BUY else max(last, ask.price), ask.quantity)], False
    half = (ask.quantity / 2 / lot).quantize(D(1)) * lot
    sizes, fills, at = [half, ask.quantity - half], list[tuple[datetime, Decimal, Decimal]](), start
    for _ in range(_LOOKS_MAX):
        at += _LOOK
        if at > end or not sizes:
            break
        if _crosses(ask, prices.price(ask.coin, PriceKind.LAST, at)):
            fills.append((at, ask.price, sizes.pop(0)))
            at += 4 * _LOOK
    return fills, True


def _trade(
    ask: Ask,
    number: int,
    fill: tuple[datetime, Decimal, Decimal],
    level: FeeLevel,
    discount: Decimal,
    prices: Prices,
    *,
    is_maker: bool,
) -> Trade:
    """Return a fill with its fee, which is paid in NWT by those who have the discount."""
    at, price, quantity = fill
    rate = (level.spot_maker if is_maker else level.spot_taker) * (1 - discount)
    quote = price * quantity
    unit = prices.price("NWT", PriceKind.LAST, at) if discount else D(1)
    return Trade(
        id=f"{ask.id}-{number:03}",
        order_id=ask.id,
        symbol=f"{ask.coin}-USDT",
        side=ask.side,
        price=price,
        quantity=quantity,
        quote=quote,
        fee=(quote * rate / unit).quantize(_CENT),
        fee_asset="NWT" if discount else "USDT",
        fee_rate=rate,
        is_maker=is_maker,
        at=at,
    )


def _filled(order: Order, ask: Ask, trades: list[Trade], steps: list[OrderEvent], now: datetime) -> Order:
    filled = sum((trade.quantity for trade in trades), D(0))
    if not filled:
        return _ended(order, ask, steps, now)
    average = (sum((trade.quote for trade in trades), D(0)) / filled).quantize(_CENT)
    order = replace(order, filled=filled, average_price=average)
    if filled == ask.quantity:
        return replace(order, state=OrderState.FILLED, ended_at=trades[-1].at, steps=tuple(steps))
    if ask.price is None:  # the book was not deep enough
        return replace(
            order,
            state=OrderState.EXPIRED,
            reason=OrderReason.NO_LIQUIDITY,
            ended_at=trades[-1].at,
            steps=tuple(steps),
        )
    return _ended(replace(order, state=OrderState.PARTLY_FILLED), ask, steps, now)


def _ended(order: Order, ask: Ask, steps: list[OrderEvent], now: datetime) -> Order:
    if ask.cancelled_at is None or ask.cancelled_at > now:
        return replace(order, steps=tuple(steps))
    steps.append(OrderEvent(OrderStep.CANCELLED, ask.cancelled_at))
    return replace(
        order,
        state=OrderState.CANCELLED,
        reason=OrderReason.CUSTOMER,
        ended_at=ask.cancelled_at,
        steps=tuple(steps),
    )
