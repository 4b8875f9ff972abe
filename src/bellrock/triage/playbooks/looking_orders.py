"""Orders and fees looked up: which order is meant, and what is needed to judge it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from bellrock.core import BellrockError
from bellrock.exchange import (
    Candle,
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
from bellrock.triage.playbooks.executions import explain_price
from bellrock.triage.playbooks.fees import explain_fees, explain_level
from bellrock.triage.playbooks.looking_prices import Watched, last_prices, watched
from bellrock.triage.playbooks.orders import STOPS, OrderFacts, began_at, explain_order

_SAME_MATTER = timedelta(days=1)
_UNFILLED = frozenset(OrderState) - {OrderState.FILLED}
_LIVE = (OrderState.OPEN, OrderState.PARTLY_FILLED)
_TRADE_PAGES_MAX, _IDS_ASKED_MAX, _BEGINS = 10, 2, 3
_LIKE_AN_ID = re.compile(
    r"(?<![A-Za-z0-9_-])(?=[A-Za-z_-]*\d)(?=[\d_-]*[A-Za-z])[A-Za-z0-9][A-Za-z0-9_-]{7,63}(?![A-Za-z0-9_-])"
)
_NO_PRICES = Watched((), None, timedelta(seconds=1))
_T = TypeVar("_T")
_FEE_STEPS = 150


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
    named = await _named(asked, await _lately(asked))
    if isinstance(named, Missing):
        return named
    if named is not None:
        own, as_of = await _trades(asked, named)
        if not own:
            return explain_order(await _facts(asked, named))
    else:
        page = await trading.trades(asked.account, since=asked.now - LATELY)
        meant = [one for one in page.rows if asked.is_about(one.symbol) and asked.is_on_day(one.at)]
        meant = meant or [one for one in page.rows if asked.is_about(one.symbol)]
        if len(meant) > 1 and asked.days:
            meant = asked.of_days(meant, lambda one: one.at)
        if not meant:
            return Missing("order") if page.rows else None
        own, as_of = tuple(one for one in meant if one.symbol == meant[0].symbol), page.as_of
    rules = await _market(asked, own[0].symbol)
    return explain_fees(
        own,
        market=rules,
        fees=await trading.fees(asked.account),
        schedule=await market.fee_schedule(),
        trades_as_of=as_of,
        about=named.id if named else own[0].symbol,
        prices=await _prices_of_fees(asked, own, rules),
    )


async def level(asked: Asked) -> Diagnosis | None:
    """Say what the account pays."""
    assert asked.account is not None
    return explain_level(await asked.exchange.trading.fees(asked.account))


async def _judged(
    asked: Asked, judge: Callable[[OrderFacts], Diagnosis | None], is_meant: Callable[[Order], bool]
) -> Diagnosis | Missing | None:
    found, is_by_day = await _order(asked, is_meant)
    if not isinstance(found, Order):
        return found
    told = judge(await _facts(asked, found))
    return asked.by_day(told, found.created_at) if is_by_day else told


async def _lately(asked: Asked) -> tuple[Order, ...]:
    assert asked.account is not None
    page: Page[Order] = await asked.exchange.trading.orders(asked.account, since=asked.now - LATELY)
    return page.rows


async def _named(asked: Asked, lately: Sequence[Order]) -> Order | Missing | None:
    """Return the order whose number or own name stands in the words, None without one.

    A number that is no order of this account, whoever else it may belong to, is asked for again.
    """
    assert asked.account is not None
    trading = asked.exchange.trading
    ids = [(name, one) for one in lately for name in (one.id, one.client_id) if name and asked.names(name)]
    # The last that is named is meant: the words before it are older.
    named = max(ids, key=lambda each: asked.text.lower().rfind(each[0].lower()))[1] if ids else None
    order_id = named.id if named else asked.first_value(EntityKind.ORDER)
    try:
        if order_id is not None:
            return await trading.order(asked.account, order_id=order_id)
    except ExchangeNotFound:
        return Missing("order_unknown")
    # Ids with letters are known for certain among the newest alone: of what looks like one, the exchange is asked.
    kinds = (EntityKind.TXID, EntityKind.ADDRESS, EntityKind.URL)
    others = "\n".join(one.text for one in asked.found if one.kind in kinds)
    for like in [one for one in dict.fromkeys(_LIKE_AN_ID.findall(asked.text)) if one not in others][:_IDS_ASKED_MAX]:
        try:
            return await trading.order(asked.account, order_id=like)
        except ExchangeNotFound:
            if any(one.id[:_BEGINS].casefold() == like[:_BEGINS].casefold() for one in lately):
                return Missing("order_unknown")  # begins like the account's own: mistyped
    return None


async def _order(asked: Asked, is_meant: Callable[[Order], bool]) -> tuple[Order | Missing | None, bool]:
    """Return the order that the customer named, or the only one that can be meant; else ask for its number.

    Beside it, whether a day that they said in words told it from others.
    """
    assert asked.account is not None
    lately = await _lately(asked)
    if (named := await _named(asked, lately)) is not None:
        return named, False
    about = [one for one in lately if asked.is_about(one.symbol) and is_meant(one)]
    about = [one for one in about if asked.is_on_day(one.created_at)] or about
    if amounts := asked.amounts:
        about = [one for one in about if amounts & {one.quantity, one.price, one.stop_price, one.filled}] or about
    if not about:
        return Missing("order") if lately else None, False
    is_by_day = len(about) > 1 and bool(asked.days)
    if is_by_day:
        about = asked.of_days(about, lambda one: one.created_at)
        if len(about) != 1:  # none, or several: the newest would be a guess
            return Missing("order"), False
    # Somebody who writes about an order usually means the newest; two of one day can both be meant.
    if len(about) > 1 and about[0].created_at - about[1].created_at < _SAME_MATTER:
        return Missing("order"), False
    return await asked.exchange.trading.order(asked.account, order_id=about[0].id), is_by_day


async def _facts(asked: Asked, meant: Order) -> OrderFacts:
    """Return what is needed to judge an order; what is not to be had is named as missing. Now is when the exchange says it is."""
    needs_book = meant.state is not OrderState.WAITING
    needs_last = meant.price is not None and meant.filled < meant.quantity and _was_in_book(meant)
    at = meant.as_of if meant.state in _LIVE else began_at(meant)
    (trades, as_of), market, book, prices, last = await asyncio.gather(
        _trades(asked, meant),
        _market(asked, meant.symbol),
        _if_there(asked.exchange.market.book(meant.symbol, at=at)) if needs_book else _nothing(),
        _if_there(watched(asked, meant)) if meant.type in STOPS else _nothing(),
        _if_there(last_prices(asked, meant, since=began_at(meant))) if needs_last else _nothing(),
    )
    missing = [
        *(("book",) if needs_book and book is None else ()),
        *(("prices",) if (meant.type in STOPS and prices is None) or (needs_last and last is None) else ()),
    ]
    prices, last = prices or _NO_PRICES, last or _NO_PRICES
    return OrderFacts(
        order=meant,
        market=market,
        trades=trades,
        trades_as_of=as_of,
        book=book,
        candles=prices.candles,
        candles_as_of=prices.as_of,
        step=prices.step,
        last=last.candles,
        last_as_of=last.as_of,
        missing=tuple(missing),
    )


async def _if_there(question: Awaitable[_T]) -> _T | None:
    """Return an answer; None for what is not kept or not to be had just now: what can be said without it is said."""
    try:
        return await question
    except BellrockError:
        return None


async def _nothing() -> None:
    return None


async def _trades(asked: Asked, meant: Order) -> tuple[tuple[Trade, ...], datetime]:
    """Return all trades of an order, a great many at most, and as of when."""
    assert asked.account is not None
    found: list[Trade] = []
    cursor: str | None = None
    for _ in range(_TRADE_PAGES_MAX):
        page = await asked.exchange.trading.trades(asked.account, order_id=meant.id, cursor=cursor)
        found += page.rows
        cursor = page.next
        if cursor is None:
            break
    return tuple(found), page.as_of


async def _prices_of_fees(asked: Asked, trades: Sequence[Trade], market: Market) -> dict[str, tuple[Candle, ...]]:
    """Return the prices, while the trades were made, of the coins in which fees were paid and that the market does not trade."""
    others = {one.fee_asset for one in trades} - {market.base, market.quote}
    if not others:
        return {}
    times = [one.at for one in trades]
    since = min(times).replace(microsecond=0)
    length = (max(times) - since).total_seconds() + 2
    seconds = min(max(int(length / _FEE_STEPS), 1), 86_400)
    found: dict[str, tuple[Candle, ...]] = {}
    try:
        listed = (await asked.exchange.market.markets()).rows
        for asset in sorted(others)[:2]:
            there = [one for one in listed if (one.base, one.quote, one.is_contract) == (asset, market.quote, False)]
            for one in there[:1]:
                page = await asked.exchange.market.prices(
                    one.symbol,
                    kind=PriceKind.LAST,
                    since=since,
                    until=since + timedelta(seconds=length),
                    step_seconds=seconds,
                )
                found[asset] = page.rows
    except BellrockError:
        return {}
    return found


async def _market(asked: Asked, symbol: str) -> Market:
    rows = (await asked.exchange.market.markets(symbol=symbol)).rows
    if not rows:
        raise ExchangeNotFound
    return rows[0]


def _was_in_book(order: Order) -> bool:
    return order.state is not OrderState.REJECTED and (order.type not in STOPS or order.triggered_at is not None)


def _is_unfilled(order: Order) -> bool:
    return order.state in _UNFILLED


def _has_traded_or_stops(order: Order) -> bool:
    return bool(order.filled) or order.type in STOPS
