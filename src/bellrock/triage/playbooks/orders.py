"""Orders: where each is and why, by which rule, with the numbers. Pure; the same facts give the same diagnosis."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from bellrock.exchange import (
    Book,
    BookLevel,
    Candle,
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
from bellrock.triage.playbooks.prices import Reach, Stopped, Trigger, limit, stop

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
    OrderReason.POST_ONLY_WOULD_TAKE: "order.post_only",
    OrderReason.REDUCE_ONLY: "order.reduce_only",
    OrderReason.SELF_TRADE: "order.self_trade",
    OrderReason.MARKET_CLOSED: "order.market_closed",
    OrderReason.LIQUIDATION: "order.liquidation",
}
_AT_ONCE = frozenset({OrderReason.FILL_OR_KILL, OrderReason.IMMEDIATE_OR_CANCEL, OrderReason.NO_LIQUIDITY})
BOOK_AWAY_MAX = timedelta(seconds=10)
"""A book of another moment says nothing of what an order met."""


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """An order with what is needed to judge it. `book` is as of its beginning, or as of now while it is open.

    `candles` are of the price that a stop watches, one each `step`; `last` are of the last price while a limit waited in the
    book. `trades_as_of` says how fresh the trades are. `missing` names what could not be had: book, prices, trades.
    """

    order: Order
    market: Market
    trades: tuple[Trade, ...]
    trades_as_of: datetime
    book: Book | None = None
    candles: tuple[Candle, ...] = ()
    candles_as_of: datetime | None = None
    step: timedelta = timedelta(seconds=1)
    last: tuple[Candle, ...] = ()
    last_as_of: datetime | None = None
    missing: tuple[str, ...] = ()

    @property
    def sources(self) -> tuple[Source, ...]:
        order = self.order
        found = [Source("order", order.id, order.as_of)]
        if self.trades:
            found.append(Source("trades", str(len(self.trades)), self.trades_as_of))
        if self.book:
            found.append(Source("book", order.symbol, self.book.at))
        as_of = self.candles_as_of if self.candles else self.last_as_of if self.last else None
        if as_of:
            found.append(Source("prices", order.symbol, as_of))
        return tuple(found)

    @property
    def evidence(self) -> dict[str, object]:
        """What a specialist needs to do the sum again."""
        found: dict[str, object] = {"order": self.order, "market": self.market, "trades": self.trades}
        if self.book:
            found["book"] = self.book
        if self.candles:
            found |= {"watched_prices": self.candles, "step_seconds": int(self.step.total_seconds())}
        if self.last:
            found["last_prices"] = self.last
        return found

    def concluded(
        self,
        code: str,
        values: dict[str, Value],
        *,
        settles: bool,
        steps: tuple[Step, ...] = (),
        next_step: str | None = None,
        findings: dict[str, object] | None = None,
    ) -> Diagnosis:
        """Return a conclusion from these facts, with all of them as its evidence."""
        return Diagnosis(
            code,
            values,
            self.sources,
            settles=settles,
            steps=steps,
            next_step=next_step,
            evidence={**self.evidence, **(findings or {})},
            missing=self.missing,
        )


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
        values = {**_common(facts), "average": price(order.average_price, facts.market), "at": order.ended_at}
        return facts.concluded("order_filled", values, settles=True)
    return _ended(facts)


def stop_wrong(facts: OrderFacts, stopped: Stopped) -> Diagnosis:
    """Say that a stop did something else than the prices that it watches say."""
    order, quote = facts.order, facts.market.quote
    assert order.stop_price is not None
    values: dict[str, Value] = {
        "order": order.id,
        "trigger": Money(order.stop_price, quote),
        "kind": kind(order),
        "low": Money(stopped.low, quote),
        "high": Money(stopped.high, quote),
    }
    findings: dict[str, object] = {"outcome": stopped.outcome.value, "reached_at": stopped.reached_at}
    return facts.concluded("stop_wrong", values, settles=False, next_step="correct", findings=findings)


def other_side(book: Book, side: Side) -> tuple[BookLevel, ...]:
    """Return the levels that an order of a side takes from, best price first."""
    return book.asks if side is Side.BUY else book.bids


def book_then(facts: OrderFacts) -> tuple[BookLevel, ...]:
    """Return what the order met, best price first; nothing where the book is of another moment."""
    if facts.book is None or abs(facts.book.at - began_at(facts.order)) > BOOK_AWAY_MAX:
        return ()
    return other_side(facts.book, facts.order.side)


def began_at(order: Order) -> datetime:
    """Return when an order met the book: when its stop was triggered, else when it was placed."""
    placed = next((one.at for one in order.steps if one.step is OrderStep.PLACED), order.created_at)
    return order.triggered_at or placed


def kind(order: Order) -> Term:
    """Return which price a stop watches."""
    return Term((order.trigger_by or PriceKind.LAST).value)


def price(amount: Decimal, market: Market) -> Money:
    """Return an average price to read: averages have no end; two places more than the market's own prices are enough."""
    exponent = min(market.tick.normalize().as_tuple().exponent, 0)
    return Money(round(amount, 2 - int(exponent)), market.quote)


def _common(facts: OrderFacts) -> dict[str, Value]:
    order, market = facts.order, facts.market
    return {
        "order": order.id,
        "quantity": Money(order.quantity, market.base),
        "filled": Money(order.filled, market.base),
    }


def _waiting(facts: OrderFacts) -> Diagnosis | None:
    order, quote = facts.order, facts.market.quote
    stopped = stop(order, facts.candles, step=facts.step)
    if stopped is None or order.stop_price is None:
        return None
    if stopped.outcome is not Trigger.WAITS:
        return stop_wrong(facts, stopped)
    values: dict[str, Value] = {
        "order": order.id,
        "trigger": Money(order.stop_price, quote),
        "kind": kind(order),
        "low": Money(stopped.low, quote),
        "high": Money(stopped.high, quote),
    }
    return facts.concluded("order_waits", values, settles=True)


def _open(facts: OrderFacts) -> Diagnosis | None:
    order, market = facts.order, facts.market
    levels = other_side(facts.book, order.side) if facts.book else ()
    passed, steps = _towards(facts)
    if passed is not None:
        return passed
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
    return facts.concluded("order_open", values, settles=not is_crossing, steps=steps, next_step=next_step)


def _ended(facts: OrderFacts) -> Diagnosis:
    order = facts.order
    if order.type in STOPS and order.triggered_at is None:
        stopped = stop(order, facts.candles, step=facts.step)
        if stopped is not None and stopped.outcome is Trigger.MISSED:
            return stop_wrong(facts, stopped)
    why = _WHY.get(order.reason) if order.reason else None
    if why is None and order.state is OrderState.EXPIRED:
        why = "order.expired"
    values = {**_common(facts), "at": order.ended_at or order.as_of}
    if why is None:
        return facts.concluded("order_unclear", values, settles=False, next_step="look")
    if order.reason in (OrderReason.CUSTOMER, None) and order.filled < order.quantity:
        passed, steps = _towards(facts)
        if passed is not None:
            return passed
    else:
        steps, is_contradicted = _numbers(facts)
        if is_contradicted:
            return facts.concluded("order_unclear", values, settles=False, steps=steps, next_step="correct")
    return facts.concluded("order_ended", {**values, "why": Term(why)}, settles=True, steps=steps)


def _towards(facts: OrderFacts) -> tuple[Diagnosis | None, tuple[Step, ...]]:
    """Return how far the last price came towards the limit of an order in the book; a conclusion where it went past it."""
    order, market = facts.order, facts.market
    reached = limit(order, facts.last, since=began_at(order))
    if reached is None or order.price is None or order.filled >= order.quantity:
        return None, ()
    values: dict[str, Value] = {"low": Money(reached.low, market.quote), "high": Money(reached.high, market.quote)}
    if reached.at is None:
        return None, (Step("limit_far", values),)
    if reached.outcome is Reach.TOUCHED:
        return None, (Step("limit_touched", {**values, "at": reached.at}),)
    farthest = reached.low if order.side is Side.BUY else reached.high
    told: dict[str, Value] = {
        **_common(facts),
        "limit": Money(order.price, market.quote),
        "last": Money(farthest, market.quote),
        "at": reached.at,
    }
    return facts.concluded("limit_passed", told, settles=False, next_step="correct"), ()


def _numbers(facts: OrderFacts) -> tuple[tuple[Step, ...], bool]:
    """Return the numbers behind the reason for which the exchange ended an order, and whether they contradict it."""
    order, market, levels = facts.order, facts.market, book_then(facts)
    if order.reason in (OrderReason.PRICE_BAND, OrderReason.MIN_SIZE):
        values: dict[str, Value] = {"least": Money(market.notional_min, market.quote), "band": Share(market.band)}
        is_big = order.price is not None and order.quantity * order.price >= market.notional_min
        return (Step("bounds", values),), order.reason is OrderReason.MIN_SIZE and is_big
    if not levels:
        return (), False
    best = levels[0].price
    if order.reason is OrderReason.POST_ONLY_WOULD_TAKE and order.price is not None:
        crosses = order.price >= best if order.side is Side.BUY else order.price <= best
        told: dict[str, Value] = {"best": Money(best, market.quote), "limit": Money(order.price, market.quote)}
        return (Step("crossed", told),), not crosses
    if order.reason in _AT_ONCE:
        there = [one for one in levels if order.price is None or _is_acceptable(one, order)]
        held = sum((one.quantity for one in there), Decimal(0))
        offered: dict[str, Value] = {
            "held": Money(held, market.base),
            "quantity": Money(order.quantity, market.base),
            "best": Money(best, market.quote),
        }
        return (Step("held", offered),), held >= order.quantity
    return (), False


def _is_acceptable(level: BookLevel, order: Order) -> bool:
    assert order.price is not None
    return level.price <= order.price if order.side is Side.BUY else level.price >= order.price
