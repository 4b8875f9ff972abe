"""Orders and fees looked up: which order is meant, and what is needed to judge it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from bellrock.exchange import (
    ExchangeNotFound,
    Market,
    Order,
    OrderState,
    Page,
    PriceKind,
    Trade,
)
from bellrock.triage.entities import EntityKind
from bellrock.triage.playbooks.asking import LATELY, Asked, Missing
from bellrock.triage.playbooks.diagnosis import Diagnosis
from bellrock.triage.playbooks.orders import (
    STOPS,
    OrderFacts,
    began_at,
    explain_fees,
    explain_level,
    explain_order,
    explain_price,
)

_STEPS_MAX = 200
_SECONDS = (1, 5, 15, 60, 300, 900, 3600, 14400, 86400)
_SAME_MATTER = timedelta(days=1)
_UNFILLED = frozenset(OrderState) - {OrderState.FILLED}


async def order(asked: Asked) -> Diagnosis | Missing | None:
    """Say why an order is where it is."""
    return await _judged(asked, explain_order, _is_unfilled)


async def price(asked: Asked) -> Diagnosis | Missing | None:
    """Say whether the price of an order follows the rule."""
    return await _judged(asked, explain_price, _has_traded_or_stops)


async def fees(asked: Asked) -> Diagnosis | Missing | None:
    """Check the fees of an order, or of the newest trades of a market."""
    assert asked.account is not None
    trading, market = asked.exchange.trading, asked.exchange.market
    order_id = asked.first_value(EntityKind.ORDER)
    page = await trading.trades(asked.account, order_id=order_id, since=None if order_id else asked.now - LATELY)
    meant = [one for one in page.rows if asked.is_about(one.symbol)]
    if not meant:
        return Missing("order") if page.rows or order_id else None
    own = [one for one in meant if one.symbol == meant[0].symbol]
    return explain_fees(
        own,
        market=await _market(asked, own[0].symbol),
        fees=await trading.fees(asked.account),
        schedule=await market.fee_schedule(),
        trades_as_of=page.as_of,
        about=order_id or own[0].symbol,
    )


async def level(asked: Asked) -> Diagnosis | None:
    """Say what the account pays."""
    assert asked.account is not None
    return explain_level(await asked.exchange.trading.fees(asked.account))


async def _judged(
    asked: Asked, judge: Callable[[OrderFacts], Diagnosis | None], is_meant: Callable[[Order], bool]
) -> Diagnosis | Missing | None:
    found = await _order(asked, is_meant)
    return judge(await _facts(asked, found)) if isinstance(found, Order) else found


async def _order(asked: Asked, is_meant: Callable[[Order], bool]) -> Order | Missing | None:
    """Return the order that the customer named, or the only one that can be meant; else ask for its number."""
    assert asked.account is not None
    trading = asked.exchange.trading
    order_id = asked.first_value(EntityKind.ORDER)
    if order_id is not None:
        try:
            return await trading.order(asked.account, order_id=order_id)
        except ExchangeNotFound:
            return Missing("order")
    page: Page[Order] = await trading.orders(asked.account, since=asked.now - LATELY)
    named = next(
        (one for one in page.rows if asked.names(one.id) or (one.client_id and asked.names(one.client_id))), None
    )
    if named is not None:
        return await trading.order(asked.account, order_id=named.id)
    about = [one for one in page.rows if asked.is_about(one.symbol) and is_meant(one)]
    if asked.day is not None:
        about = [one for one in about if one.created_at.date() == asked.day] or about
    if amounts := asked.amounts:
        about = [one for one in about if amounts & {one.quantity, one.price, one.stop_price, one.filled}] or about
    if not about:
        return Missing("order") if page.rows else None
    # Somebody who writes about an order usually means the newest; two of one day can both be meant.
    if len(about) > 1 and about[0].created_at - about[1].created_at < _SAME_MATTER:
        return Missing("order")
    return await trading.order(asked.account, order_id=about[0].id)


async def _facts(asked: Asked, meant: Order) -> OrderFacts:
    assert asked.account is not None
    market = asked.exchange.market
    trades: Page[Trade] = await asked.exchange.trading.trades(asked.account, order_id=meant.id)
    is_open = meant.state in (OrderState.OPEN, OrderState.PARTLY_FILLED)
    is_waiting = meant.state is OrderState.WAITING
    facts = OrderFacts(
        order=meant,
        market=await _market(asked, meant.symbol),
        trades=trades.rows,
        trades_as_of=trades.as_of,
        book=None if is_waiting else await market.book(meant.symbol, at=asked.now if is_open else began_at(meant)),
    )
    if meant.type not in STOPS:
        return facts
    until = meant.triggered_at or meant.ended_at or asked.now
    seconds = _step_seconds(meant.created_at, until)
    step = timedelta(seconds=seconds)
    candles = await market.prices(
        meant.symbol,
        kind=meant.trigger_by or PriceKind.LAST,
        since=meant.created_at.replace(microsecond=0),
        until=until + step,
        step_seconds=seconds,
    )
    return OrderFacts(
        facts.order,
        facts.market,
        facts.trades,
        facts.trades_as_of,
        facts.book,
        candles.rows,
        candles.as_of,
        step,
    )


def _step_seconds(since: datetime, until: datetime) -> int:
    """Return the finest step with which the whole time fits into one answer."""
    length = (until - since).total_seconds()
    return next((one for one in _SECONDS if length / one <= _STEPS_MAX - 2), _SECONDS[-1])


async def _market(asked: Asked, symbol: str) -> Market:
    rows = (await asked.exchange.market.markets(symbol=symbol)).rows
    if not rows:
        raise ExchangeNotFound
    return rows[0]


def _is_unfilled(order: Order) -> bool:
    return order.state in _UNFILLED


def _has_traded_or_stops(order: Order) -> bool:
    return bool(order.filled) or order.type in STOPS
