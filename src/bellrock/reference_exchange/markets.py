"""The parts of the reference exchange that are about trading: orders, markets, positions, contracts."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from bellrock.exchange import (
    AccountFees,
    Book,
    Brackets,
    Candle,
    Contract,
    ExchangeInvalid,
    ExchangeNotFound,
    FeeSchedule,
    FundingPayment,
    FundingRate,
    Liquidation,
    MarginAccount,
    Order,
    OrderState,
    Page,
    PathPoint,
    PriceKind,
    Settlement,
    Trade,
)
from bellrock.exchange import Market as MarketRules
from bellrock.reference_exchange import rules
from bellrock.reference_exchange.courses import funding_times
from bellrock.reference_exchange.state import page
from bellrock.reference_exchange.venue import Venue

STEPS_MAX = 200
DAY_SECONDS = 86_400
RATES_BACK = timedelta(days=30)


class Trading:
    """Orders, trades and fees of an account."""

    def __init__(self, venue: Venue) -> None:
        self._venue = venue

    async def orders(
        self,
        account: str,
        /,
        *,
        symbol: str | None = None,
        state: OrderState | None = None,
        since: datetime | None = None,
        cursor: str | None = None,
    ) -> Page[Order]:
        def keep(row: Order) -> bool:
            return (
                symbol in (None, row.symbol)
                and state in (None, row.state)
                and (since is None or row.created_at >= since)
            )

        now = self._venue.now()
        rows = [replace(row, as_of=now, steps=()) for row in self._venue.account(account).orders]
        return page(rows, now=now, cursor=cursor, keep=keep)

    async def order(self, account: str, /, *, order_id: str) -> Order:
        for row in self._venue.account(account).orders:
            if order_id in (row.id, row.client_id):
                return replace(row, as_of=self._venue.now())
        raise ExchangeNotFound

    async def trades(
        self,
        account: str,
        /,
        *,
        order_id: str | None = None,
        symbol: str | None = None,
        since: datetime | None = None,
        cursor: str | None = None,
    ) -> Page[Trade]:
        def keep(row: Trade) -> bool:
            return (
                order_id in (None, row.order_id) and symbol in (None, row.symbol) and (since is None or row.at >= since)
            )

        return page(self._venue.account(account).trades, now=self._venue.now(), cursor=cursor, keep=keep)

    async def fees(self, account: str, /) -> AccountFees:
        state, now = self._venue.account(account), self._venue.now()
        level = rules.fee_schedule(now).levels[state.profile.vip]
        volume = sum((trade.quote for trade in state.trades if now - trade.at < timedelta(days=30)), Decimal(0))
        since = state.level_since or state.profile.created_at
        return AccountFees(level, since, max(volume, level.volume_min), state.pays_in_discount_asset, now)


class Market:
    """Markets, books and prices, the same for everybody. Nothing is told of the future."""

    def __init__(self, venue: Venue) -> None:
        self._venue = venue

    async def markets(self, *, symbol: str | None = None, cursor: str | None = None) -> Page[MarketRules]:
        keep = lambda row: symbol in (None, row.symbol)  # noqa: E731
        return page(rules.markets(), now=self._venue.now(), cursor=cursor, keep=keep)

    async def book(self, symbol: str, /, *, at: datetime) -> Book:
        market, now = _market(symbol), self._venue.now()
        if at > now:
            raise ExchangeInvalid
        return self._venue.prices.book(symbol, market.base, market.lot, at, now=now)

    async def prices(
        self, symbol: str, /, *, kind: PriceKind, since: datetime, until: datetime, step_seconds: int
    ) -> Page[Candle]:
        market, now = _market(symbol), self._venue.now()
        if not 1 <= step_seconds <= DAY_SECONDS or until < since:
            raise ExchangeInvalid
        step = timedelta(seconds=step_seconds)
        if (until - since) / step > STEPS_MAX:
            raise ExchangeInvalid
        rows, at = list[Candle](), since
        while at < min(until, now):
            rows.append(self._venue.prices.candle(market.base, kind, at, min(step, now - at)))
            at += step
        return Page(tuple(rows), now)

    async def fee_schedule(self) -> FeeSchedule:
        return rules.fee_schedule(self._venue.now())


class Derivatives:
    """Positions and what the engine made of them."""

    def __init__(self, venue: Venue) -> None:
        self._venue = venue

    async def margin(self, account: str, /, *, at: datetime | None = None) -> MarginAccount:
        found = self._venue.course(account, at).margin
        if found is None:
            raise ExchangeNotFound
        return replace(found, as_of=self._venue.now())

    async def path(self, account: str, /, *, position_id: str, cursor: str | None = None) -> Page[PathPoint]:
        points = self._venue.course(account).paths.get(position_id)
        if points is None:
            raise ExchangeNotFound
        return page(points, now=self._venue.now(), cursor=cursor, is_oldest_first=True)

    async def liquidations(
        self, account: str, /, *, symbol: str | None = None, since: datetime | None = None, cursor: str | None = None
    ) -> Page[Liquidation]:
        def keep(row: Liquidation) -> bool:
            return symbol in (None, row.position.symbol) and (since is None or row.at >= since)

        rows = self._venue.course(account).liquidations[::-1]
        return page(rows, now=self._venue.now(), cursor=cursor, keep=keep)

    async def funding(
        self, account: str, /, *, symbol: str | None = None, since: datetime | None = None, cursor: str | None = None
    ) -> Page[FundingPayment]:
        def keep(row: FundingPayment) -> bool:
            return symbol in (None, row.symbol) and (since is None or row.at >= since)

        rows = self._venue.course(account).funding[::-1]
        return page(rows, now=self._venue.now(), cursor=cursor, keep=keep)

    async def settlements(
        self, account: str, /, *, since: datetime | None = None, cursor: str | None = None
    ) -> Page[Settlement]:
        rows = self._venue.account(account).settlements
        keep = lambda row: since is None or row.at >= since  # noqa: E731
        return page(rows, now=self._venue.now(), cursor=cursor, keep=keep)


class Contracts:
    """Contracts, brackets and funding rates."""

    def __init__(self, venue: Venue) -> None:
        self._venue = venue

    async def contracts(self, *, symbol: str | None = None, cursor: str | None = None) -> Page[Contract]:
        return page(
            rules.contracts(self._venue.started_at),
            now=self._venue.now(),
            cursor=cursor,
            keep=lambda row: symbol in (None, row.symbol),
        )

    async def brackets(self, symbol: str, /, *, at: datetime | None = None) -> Brackets:
        now = self._venue.now()
        return Brackets(symbol, rules.brackets(self._contract(symbol).base), at or now, now)

    async def rates(
        self, symbol: str, /, *, since: datetime | None = None, cursor: str | None = None
    ) -> Page[FundingRate]:
        contract, now = self._contract(symbol), self._venue.now()
        if not contract.is_perpetual:
            return page([], now=now, cursor=cursor)
        since = max(since or now - RATES_BACK, now - RATES_BACK)
        rows = [self._venue.engine.rate(contract.base, at) for at in reversed(funding_times(since, now))]
        return page(rows, now=now, cursor=cursor)

    def _contract(self, symbol: str) -> Contract:
        for row in rules.contracts(self._venue.started_at):
            if row.symbol == symbol:
                return row
        raise ExchangeNotFound


def _market(symbol: str) -> MarketRules:
    for row in rules.markets():
        if row.symbol == symbol:
            return row
    raise ExchangeNotFound
