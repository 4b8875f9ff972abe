"""The engine of futures: opens positions, pays funding, liquidates by the published rule; a look a minute, in a crash six."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from bellrock.exchange import (
    Fill,
    FundingPayment,
    FundingRate,
    Liquidation,
    MarginAccount,
    MarginMode,
    PathEvent,
    PathPoint,
    Position,
    PriceKind,
    bankruptcy_price,
    bracket_of,
    liquidation_price,
    maintenance,
    sign,
    unrealised,
)
from bellrock.reference_exchange import rules
from bellrock.reference_exchange.courses import FUNDING_HOURS, Course, Held, Opening
from bellrock.reference_exchange.prices import Prices

D = Decimal
MINUTE, CRASH_STEP, CRASH_LASTS = timedelta(minutes=1), timedelta(seconds=10), timedelta(hours=1)
LIQUIDATION_FEE = D("0.005")
_TAKER = D("0.0005")
_CENT = D("0.00000001")
_SAMPLE_MINUTES = 15
_PARTS = 3


class Engine:
    """Runs accounts over the price path. The same openings over the same path always come to the same course."""

    def __init__(self, prices: Prices) -> None:
        self._prices = prices

    def run(self, openings: Sequence[Opening], *, wallet: Decimal, until: datetime, now: datetime) -> Course:
        """Return the course of an account from its first opening to a time."""
        course = Course(wallet, until)
        held: list[Held] = []
        waiting = sorted(openings, key=lambda one: one.at)
        at = _minute(waiting[0].at) if waiting else until
        while at <= until:
            while waiting and waiting[0].at <= at:
                held.append(self._open(course, held, waiting.pop(0), at))
            if not held and not waiting:
                break
            if held:
                self._pass(course, held, at)
            at += CRASH_STEP if self._prices.crash_at <= at < self._prices.crash_at + CRASH_LASTS else MINUTE
        course.margin = self._snapshot(course, held, until, now)
        return course

    def rate(self, coin: str, at: datetime) -> FundingRate:
        """Return the funding rate of a contract at one of its times: a base of 0.01 % and what the market adds."""
        mark = self._prices.price(coin, PriceKind.MARK, at)
        index = self._prices.price(coin, PriceKind.INDEX, at)
        rate = (D("0.0001") + (mark - index) / index).quantize(D("0.000001"))
        return FundingRate(f"{coin}-USDT-PERP", max(D("-0.003"), min(D("0.003"), rate)), mark, at)

    def _pass(self, course: Course, held: list[Held], at: datetime) -> None:
        """Let one minute pass: funding, closing, liquidation, and a look for the path."""
        if at.minute == at.second == 0 and at.hour % FUNDING_HOURS == 0:
            for one in held:
                self._pay_funding(course, held, one, at)
        for one in [one for one in held if one.opening.closes_at and one.opening.closes_at <= at]:
            mark = self._mark(one, at)
            self._settle(course, one, unrealised(one.opening.direction, one.opening.quantity, one.entry, mark))
            self._note(course, held, one, at, PathEvent.CLOSED)
            held.remove(one)
        for one in [one for one in held if one.isolated is not None]:
            if self._is_due(self._margin_of(course, held, one, at), self._needed(one, at)):
                self._liquidate(course, held, one, at)
        self._liquidate_cross(course, held, at)
        if at.minute % _SAMPLE_MINUTES == 0 and at.second == 0:
            for one in held:
                self._note(course, held, one, at, None)

    def _open(self, course: Course, held: list[Held], opening: Opening, at: datetime) -> Held:
        entry = self._prices.price(opening.coin, PriceKind.LAST, at)
        course.wallet -= _cents(opening.quantity * entry * _TAKER) + (opening.margin or 0)
        one = Held(opening, entry, opening.margin)
        self._note(course, [*held, one], one, at, PathEvent.OPENED, opening.quantity)
        return one

    def _liquidate_cross(self, course: Course, held: list[Held], at: datetime) -> None:
        """Close the position that needs the most margin, and the next one, until the rest is covered."""
        while crossed := [one for one in held if one.isolated is None]:
            needed = sum((self._needed(one, at) for one in crossed), D(0))
            if not self._is_due(self._margin_of(course, held, crossed[0], at), needed):
                return
            self._liquidate(course, held, max(crossed, key=lambda one: self._needed(one, at)), at)

    def _liquidate(self, course: Course, held: list[Held], one: Held, at: datetime) -> None:
        account = self._snapshot(course, held, at, at)
        position = next(row for row in account.positions if row.id == one.opening.id)
        side, mark = sign(one.opening.direction), position.mark_price
        part = (one.opening.quantity / _PARTS).quantize(rules.COINS[one.opening.coin][2])
        sizes = [part] * (_PARTS - 1) + [one.opening.quantity - part * (_PARTS - 1)]
        tick = rules.COINS[one.opening.coin][1]
        fills = tuple(
            Fill(at + timedelta(milliseconds=40 * number), mark - side * tick * (number + 1), size)
            for number, size in enumerate(sizes)
        )
        realised = sum((side * fill.quantity * (fill.price - one.entry) for fill in fills), D(0))
        fee = _cents(sum((fill.quantity * fill.price for fill in fills), D(0)) * LIQUIDATION_FEE)
        before = course.wallet if one.isolated is None else one.isolated
        held.remove(one)
        is_last = one.isolated is not None or not any(other.isolated is None for other in held)
        missing = max(D(0), -(before + realised - fee)) if is_last else D(0)
        self._settle(course, one, realised - fee + missing)
        course.liquidations.append(
            Liquidation(
                id=f"liq-{one.opening.id}",
                position=position,
                account=account,
                at=at,
                mark_price=mark,
                bankruptcy_price=self._price(account, one, position, is_bankruptcy=True),
                fills=fills,
                realised=realised,
                fee=fee,
                from_insurance=missing,
            )
        )
        point = PathPoint(at, mark, D(0), one.entry, D(0), D(0), None, PathEvent.LIQUIDATED, realised)
        course.paths[one.opening.id].append(point)

    def _settle(self, course: Course, one: Held, amount: Decimal) -> None:
        """Add a result to the wallet, and with it what was set aside."""
        course.wallet += amount + (one.isolated or 0)

    def _pay_funding(self, course: Course, held: list[Held], one: Held, at: datetime) -> None:
        rate = self.rate(one.opening.coin, at)
        amount = _cents(-sign(one.opening.direction) * one.opening.quantity * rate.mark_price * rate.rate)
        if one.isolated is None:
            course.wallet += amount
        else:
            one.isolated += amount
        course.funding.append(
            FundingPayment(
                id=f"fund-{one.opening.id}-{at:%Y%m%d%H}",
                symbol=one.symbol,
                direction=one.opening.direction,
                quantity=one.opening.quantity,
                mark_price=rate.mark_price,
                rate=rate.rate,
                amount=amount,
                asset="USDT",
                at=at,
            )
        )
        self._note(course, held, one, at, PathEvent.FUNDING, amount)

    def _note(
        self,
        course: Course,
        held: list[Held],
        one: Held,
        at: datetime,
        event: PathEvent | None,
        amount: Decimal | None = None,
    ) -> None:
        account = self._snapshot(course, held, at, at)
        position = next(row for row in account.positions if row.id == one.opening.id)
        margin = account.wallet + account.unrealised
        if one.isolated is not None:
            margin = one.isolated + position.unrealised
        needed = account.maintenance if one.isolated is None else position.maintenance
        course.paths.setdefault(one.opening.id, []).append(
            PathPoint(
                at=at,
                mark_price=position.mark_price,
                quantity=position.quantity,
                entry_price=one.entry,
                margin=margin,
                maintenance=needed,
                liquidation_price=position.liquidation_price,
                event=event,
                amount=amount,
            )
        )

    def _snapshot(self, course: Course, held: list[Held], at: datetime, now: datetime) -> MarginAccount:
        plain = [self._position(one, at) for one in held]
        crossed = [row for row in plain if row.mode is MarginMode.CROSS]
        profit = sum((row.unrealised for row in crossed), D(0))
        needed = sum((row.maintenance for row in crossed), D(0))
        account = MarginAccount("USDT", course.wallet, profit, needed, None, tuple(plain), at, now)
        worth = course.wallet + profit
        priced = tuple(
            replace(row, liquidation_price=self._price(account, one, row)) for one, row in zip(held, plain, strict=True)
        )
        ratio = (needed / worth).quantize(_CENT) if crossed and worth > 0 else None
        return replace(account, positions=priced, ratio=ratio)

    def _position(self, one: Held, at: datetime) -> Position:
        mark = self._mark(one, at)
        bracket = bracket_of(one.opening.quantity * mark, rules.brackets(one.opening.coin))
        return Position(
            id=one.opening.id,
            symbol=one.symbol,
            direction=one.opening.direction,
            mode=MarginMode.CROSS if one.isolated is None else MarginMode.ISOLATED,
            quantity=one.opening.quantity,
            entry_price=one.entry,
            mark_price=mark,
            leverage=one.opening.leverage,
            isolated_wallet=one.isolated,
            rate=bracket.rate,
            cumulative=bracket.cumulative,
            maintenance=maintenance(one.opening.quantity * mark, bracket),
            unrealised=unrealised(one.opening.direction, one.opening.quantity, one.entry, mark),
            liquidation_price=None,
            opened_at=one.opening.at,
        )

    def _price(
        self, account: MarginAccount, one: Held, position: Position, *, is_bankruptcy: bool = False
    ) -> Decimal | None:
        is_cross = one.isolated is None
        others = [
            row for row in account.positions if is_cross and row.mode is MarginMode.CROSS and row.id != position.id
        ]
        beside = [row for row in others if row.symbol == position.symbol]
        others = [row for row in others if row.symbol != position.symbol]
        wallet = account.wallet if one.isolated is None else one.isolated
        if is_bankruptcy:
            found = bankruptcy_price(
                wallet=wallet,
                direction=position.direction,
                quantity=position.quantity,
                entry=one.entry,
                others=[replace(row, maintenance=D(0)) for row in others],
                beside=beside,
            )
        else:
            found = liquidation_price(
                wallet=wallet,
                direction=position.direction,
                quantity=position.quantity,
                entry=one.entry,
                rate=position.rate,
                cumulative=position.cumulative,
                others=others,
                beside=beside,
            )
        return None if found is None else found.quantize(_CENT)

    def _margin_of(self, course: Course, held: list[Held], one: Held, at: datetime) -> Decimal:
        if one.isolated is not None:
            return one.isolated + self._profit(one, at)
        return course.wallet + sum((self._profit(row, at) for row in held if row.isolated is None), D(0))

    def _needed(self, one: Held, at: datetime) -> Decimal:
        notional = one.opening.quantity * self._mark(one, at)
        return maintenance(notional, bracket_of(notional, rules.brackets(one.opening.coin)))

    def _profit(self, one: Held, at: datetime) -> Decimal:
        return unrealised(one.opening.direction, one.opening.quantity, one.entry, self._mark(one, at))

    def _mark(self, one: Held, at: datetime) -> Decimal:
        return self._prices.price(one.opening.coin, PriceKind.MARK, at)

    def _is_due(self, margin: Decimal, needed: Decimal) -> bool:
        return margin <= needed


def _minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(_CENT)
