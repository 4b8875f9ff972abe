"""Orders and fees: what happened, by which rule, with the numbers. Pure; the same facts give the same diagnosis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from bellrock.exchange import (
    AccountFees,
    Book,
    BookLevel,
    Candle,
    FeeSchedule,
    Market,
    Order,
    OrderReason,
    OrderState,
    OrderStep,
    OrderType,
    PriceKind,
    Side,
    Trade,
)
from bellrock.triage.playbooks.diagnosis import Diagnosis, Money, Share, Source, Step, Term, Value
from bellrock.triage.playbooks.prices import Charge, Slippage, Stopped, Trigger, charges, slippage, stop

_LEVELS_SHOWN, _FEES_SHOWN = 5, 5
_LIVE = frozenset({OrderState.OPEN, OrderState.PARTLY_FILLED})
STOPS = frozenset(
    {
        OrderType.STOP_MARKET,
        OrderType.STOP_LIMIT,
        OrderType.TAKE_PROFIT_MARKET,
        OrderType.TAKE_PROFIT_LIMIT,
    }
)
_WHY = {
    OrderReason.CUSTOMER: "order.customer",
    OrderReason.INSUFFICIENT_BALANCE: "order.insufficient_balance",
    OrderReason.PRICE_BAND: "order.bounds",
    OrderReason.MIN_SIZE: "order.bounds",
    OrderReason.FILL_OR_KILL: "order.at_once",
    OrderReason.IMMEDIATE_OR_CANCEL: "order.at_once",
    OrderReason.NO_LIQUIDITY: "order.at_once",
    OrderReason.POST_ONLY_WOULD_TAKE: "order.flags",
    OrderReason.REDUCE_ONLY: "order.flags",
    OrderReason.MARKET_CLOSED: "order.market_closed",
    OrderReason.LIQUIDATION: "order.liquidation",
}


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """An order with what is needed to judge it. `book` is as of its beginning, or as of now while it is open.

    `candles` are of the price that a stop watches, one each `step`; `trades_as_of` says how fresh the trades are.
    """

    order: Order
    market: Market
    trades: tuple[Trade, ...]
    trades_as_of: datetime
    book: Book | None = None
    candles: tuple[Candle, ...] = ()
    candles_as_of: datetime | None = None
    step: timedelta = timedelta(seconds=1)

    @property
    def sources(self) -> tuple[Source, ...]:
        order = self.order
        found = [Source("order", order.id, order.as_of)]
        if self.trades:
            found.append(Source("trades", str(len(self.trades)), self.trades_as_of))
        if self.book:
            found.append(Source("book", order.symbol, self.book.at))
        if self.candles and self.candles_as_of:
            found.append(Source("prices", order.symbol, self.candles_as_of))
        return tuple(found)


def explain_order(facts: OrderFacts) -> Diagnosis | None:
    """Say why an order is where it is; None where the facts do not say."""
    order = facts.order
    if order.state is OrderState.WAITING:
        return _waiting(facts)
    if order.state in _LIVE:
        return _open(facts)
    if order.state is OrderState.FILLED:
        if order.average_price is None or order.ended_at is None:
            return None
        values = {
            **_common(facts),
            "average": Money(order.average_price, facts.market.quote),
            "at": order.ended_at,
        }
        return Diagnosis("order_filled", values, facts.sources, settles=True)
    return _ended(facts)


def explain_price(facts: OrderFacts) -> Diagnosis | None:
    """Say whether the price of an order follows the rule: its stop first, then the book; None where nobody can say."""
    order = facts.order
    if order.type in STOPS and (stopped := stop(order, facts.candles, step=facts.step)) is not None:
        if stopped.outcome is Trigger.WAITS:
            return _waiting(facts)
        if stopped.outcome is not Trigger.FOLLOWED:
            return _stop_wrong(facts, stopped)
    if facts.book is None or not facts.trades:
        return explain_order(facts)
    levels = other_side(facts.book, order.side)
    slipped = slippage(order.side, facts.trades, levels) if order.price is None else None
    if slipped is None:
        return _stop_followed(facts) or explain_order(facts)
    if order.type in STOPS and slipped.is_followed:
        return _stop_followed(facts)
    return _slipped(facts, slipped, levels)


def explain_fees(
    trades: Sequence[Trade],
    *,
    market: Market,
    fees: AccountFees,
    schedule: FeeSchedule,
    trades_as_of: datetime,
    about: str,
) -> Diagnosis | None:
    """Say whether the fees of trades of one market follow the rates of the account; None without trades."""
    checked = charges(trades, market=market, fees=fees, schedule=schedule)
    assets = {one.trade.fee_asset for one in checked}
    if not checked:
        return None
    level = fees.level
    maker, taker = (
        (level.futures_maker, level.futures_taker) if market.is_contract else (level.spot_maker, level.spot_taker)
    )
    wrong = [one for one in checked if not one.is_right]
    sums = tuple(
        Money(sum((one.trade.fee for one in checked if one.trade.fee_asset == asset), Decimal(0)), asset)
        for asset in sorted(assets)
    )
    sources = (
        Source("trades", about, trades_as_of),
        Source("fees", level.name, fees.as_of),
    )
    return Diagnosis(
        "fee_wrong" if wrong else "fee_right",
        {
            "count": len(checked),
            "wrong": len(wrong),
            "fee": sums,
            "maker": Share(maker),
            "taker": Share(taker),
            "since": fees.since,
        },
        sources,
        settles=not wrong,
        steps=tuple(_fee_step(one, market) for one in (wrong or checked)[:_FEES_SHOWN]),
        next_step="correct" if wrong else None,
    )


def explain_level(fees: AccountFees) -> Diagnosis:
    """Say what an account pays."""
    level = fees.level
    values: dict[str, Value] = {
        "level": level.name,
        "maker": Share(level.spot_maker),
        "taker": Share(level.spot_taker),
        "volume": Money(fees.volume, "USD"),
    }
    return Diagnosis("fee_level", values, (Source("fees", level.name, fees.as_of),), settles=True)


def other_side(book: Book, side: Side) -> tuple[BookLevel, ...]:
    """Return the levels that an order of a side takes from, best price first."""
    return book.asks if side is Side.BUY else book.bids


def _common(facts: OrderFacts) -> dict[str, Value]:
    order, market = facts.order, facts.market
    return {
        "order": order.id,
        "quantity": Money(order.quantity, market.base),
        "filled": Money(order.filled, market.base),
    }


def _kind(order: Order) -> Term:
    return Term((order.trigger_by or PriceKind.LAST).value)


def _waiting(facts: OrderFacts) -> Diagnosis | None:
    order, quote = facts.order, facts.market.quote
    stopped = stop(order, facts.candles, step=facts.step)
    if stopped is None or order.stop_price is None:
        return None
    if stopped.outcome is not Trigger.WAITS:
        return _stop_wrong(facts, stopped)
    values: dict[str, Value] = {
        "order": order.id,
        "trigger": Money(order.stop_price, quote),
        "kind": _kind(order),
        "low": Money(stopped.low, quote),
        "high": Money(stopped.high, quote),
    }
    return Diagnosis("order_waits", values, facts.sources, settles=True)


def _open(facts: OrderFacts) -> Diagnosis | None:
    order, market = facts.order, facts.market
    levels = other_side(facts.book, order.side) if facts.book else ()
    if order.price is None or not levels:
        return None
    best = levels[0].price
    # An order that crosses the book and is not filled has something that these facts do not show.
    is_crossing = best < order.price if order.side is Side.BUY else best > order.price
    values: dict[str, Value] = {
        **_common(facts),
        "limit": Money(order.price, market.quote),
        "best": Money(best, market.quote),
    }
    next_step = "look" if is_crossing else None
    return Diagnosis("order_open", values, facts.sources, settles=not is_crossing, next_step=next_step)


def _ended(facts: OrderFacts) -> Diagnosis | None:
    order = facts.order
    why = _WHY.get(order.reason) if order.reason else None
    at = order.ended_at or order.as_of
    if why is None:
        return None
    return Diagnosis("order_ended", {**_common(facts), "at": at, "why": Term(why)}, facts.sources, settles=True)


def _stop_wrong(facts: OrderFacts, stopped: Stopped) -> Diagnosis:
    order, quote = facts.order, facts.market.quote
    assert order.stop_price is not None
    values: dict[str, Value] = {
        "order": order.id,
        "trigger": Money(order.stop_price, quote),
        "kind": _kind(order),
        "low": Money(stopped.low, quote),
        "high": Money(stopped.high, quote),
    }
    evidence: dict[str, Value] = {"outcome": stopped.outcome.value}
    if stopped.reached_at:
        evidence["reached_at"] = stopped.reached_at
    if order.triggered_at:
        evidence["triggered_at"] = order.triggered_at
    return Diagnosis("stop_wrong", values, facts.sources, settles=False, next_step="correct", evidence=evidence)


def _stop_followed(facts: OrderFacts) -> Diagnosis | None:
    order, quote = facts.order, facts.market.quote
    if order.stop_price is None or order.triggered_at is None or order.average_price is None:
        return None
    values: dict[str, Value] = {
        "order": order.id,
        "trigger": Money(order.stop_price, quote),
        "kind": _kind(order),
        "at": order.triggered_at,
        "average": Money(order.average_price, quote),
    }
    return Diagnosis("stop_followed", values, facts.sources, settles=True)


def _slipped(facts: OrderFacts, slipped: Slippage, levels: Sequence[BookLevel]) -> Diagnosis:
    quote, base = facts.market.quote, facts.market.base
    values: dict[str, Value] = {
        "order": facts.order.id,
        "quantity": Money(slipped.quantity, base),
        "best": Money(slipped.best, quote),
        "expected": Money(_to_tick(slipped.expected, facts.market), quote),
        "average": Money(_to_tick(slipped.average, facts.market), quote),
        "share": Share(slipped.from_best if slipped.is_followed else slipped.from_expected),
    }
    steps = tuple(
        Step("offered", {"price": Money(level.price, quote), "quantity": Money(level.quantity, base)})
        for level in levels[:_LEVELS_SHOWN]
    )
    is_followed = slipped.is_followed
    return Diagnosis(
        "price_followed" if is_followed else "price_wrong",
        values,
        facts.sources,
        settles=is_followed,
        steps=steps,
        next_step=None if is_followed else "correct",
    )


def _to_tick(price: Decimal, market: Market) -> Decimal:
    """Averages have no end; two places more than the market's own prices are enough to read."""
    exponent = min(market.tick.normalize().as_tuple().exponent, 0)
    return round(price, 2 - int(exponent))


def _fee_step(charge: Charge, market: Market) -> Step:
    trade = charge.trade
    return Step(
        "fee",
        {
            "quantity": Money(trade.quantity, market.base),
            "price": Money(trade.price, market.quote),
            "rate": Share(charge.rate),
            "fee": Money(trade.fee, trade.fee_asset),
            "expected": Money(trade.fee if charge.expected is None else charge.expected, trade.fee_asset),
        },
    )


def began_at(order: Order) -> datetime:
    """Return when an order met the book: when its stop was triggered, else when it was placed."""
    placed = next((one.at for one in order.steps if one.step is OrderStep.PLACED), order.created_at)
    return order.triggered_at or placed
