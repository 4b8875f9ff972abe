"""Fees beside the rates: of the level, with the discount, in steps of the coin, in another coin at that time's price."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, localcontext

from bellrock.exchange import AccountFees, Candle, FeeSchedule, Market, Trade
from bellrock.triage.playbooks.diagnosis import Diagnosis, Money, Share, Source, Step, Value
from bellrock.triage.playbooks.liquidation import DIGITS, ROUNDING

_SHOWN_MAX = 5
_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Charge:
    """One trade's fee beside what the rates say: at least and at most so much, the same where no price lies between.

    Both are None where the fee's coin cannot be converted; then the rate alone was held against the rule.
    """

    trade: Trade
    rate: Decimal
    least: Decimal | None
    most: Decimal | None
    is_right: bool


def charges(
    trades: Sequence[Trade],
    *,
    market: Market,
    fees: AccountFees,
    schedule: FeeSchedule,
    prices: Mapping[str, Sequence[Candle]] | None = None,
) -> tuple[Charge, ...]:
    """Return each trade's fee beside what the rates say.

    Trades since the account has its level are held to that level, with the discount where it was paid in the discount's coin
    on a spot market; earlier ones to the rate that the trade itself names, where it is no more than any level has. A fee may
    be rounded to a whole step of its coin (`FeeSchedule.steps`, else eight places). `prices`, the oldest first, are of coins
    that the market does not trade, in its quote asset: the fee has to lie between the lowest and highest beside the trade.
    """
    steps = {one.asset: one.step for one in schedule.steps}
    found = []
    for trade in trades:
        is_known = trade.at >= fees.since
        rate = _rate(trade, market, fees, schedule) if is_known else trade.fee_rate
        is_rate_right = trade.fee_rate <= rate and (is_known or rate <= _highest(trade, market, schedule))
        with localcontext(prec=DIGITS):
            least, most = _fee(trade, market, rate, prices or {})
            step = steps.get(trade.fee_asset)
            over = _ZERO if most is None else trade.fee - most
            is_amount_right = over <= ROUNDING if step is None else over < step
        found.append(Charge(trade, rate, least, most, is_rate_right and is_amount_right))
    return tuple(found)


def explain_fees(
    trades: Sequence[Trade],
    *,
    market: Market,
    fees: AccountFees,
    schedule: FeeSchedule,
    trades_as_of: datetime,
    about: str,
    prices: Mapping[str, Sequence[Candle]] | None = None,
) -> Diagnosis | None:
    """Say whether the fees of trades of one market follow the rates of the account; None without trades."""
    checked = charges(trades, market=market, fees=fees, schedule=schedule, prices=prices)
    if not checked:
        return None
    level = fees.level
    maker, taker = (
        (level.futures_maker, level.futures_taker) if market.is_contract else (level.spot_maker, level.spot_taker)
    )
    wrong = [one for one in checked if not one.is_right]
    shown = sorted(wrong or checked, key=lambda one: one.trade.at, reverse=True)[:_SHOWN_MAX]
    sums = tuple(
        Money(sum((one.trade.fee for one in checked if one.trade.fee_asset == asset), _ZERO), asset)
        for asset in sorted({one.trade.fee_asset for one in checked})
    )
    steps = [_step(one, market) for one in shown]
    if not market.is_contract and any(one.trade.fee_asset == schedule.discount_asset for one in shown):
        steps.insert(0, Step("discount", {"asset": schedule.discount_asset or "", "share": Share(schedule.discount)}))
    unsure = sorted({one.trade.fee_asset for one in checked if one.most is None})
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
        (Source("trades", about, trades_as_of), Source("fees", level.name, fees.as_of)),
        settles=not wrong,
        steps=tuple(steps),
        next_step="correct" if wrong else None,
        evidence={"trades": [one.trade for one in checked], "market": market, "fees": fees, "schedule": schedule},
        missing=tuple(f"prices:{asset}" for asset in unsure),
    )


def explain_level(fees: AccountFees) -> Diagnosis:
    """Say what an account pays."""
    level = fees.level
    values: dict[str, Value] = {
        "level": level.name,
        "maker": Share(level.spot_maker),
        "taker": Share(level.spot_taker),
        "volume": Money(Decimal(round(fees.volume)), "USD"),
    }
    futures: dict[str, Value] = {"maker": Share(level.futures_maker), "taker": Share(level.futures_taker)}
    sources = (Source("fees", level.name, fees.as_of),)
    return Diagnosis("fee_level", values, sources, settles=True, steps=(Step("futures_level", futures),))


def _rate(trade: Trade, market: Market, fees: AccountFees, schedule: FeeSchedule) -> Decimal:
    level = fees.level
    if market.is_contract:
        return level.futures_maker if trade.is_maker else level.futures_taker
    rate = level.spot_maker if trade.is_maker else level.spot_taker
    return rate * _part(trade, market, schedule)


def _highest(trade: Trade, market: Market, schedule: FeeSchedule) -> Decimal:
    """Return the highest rate that a published level has for such a trade."""
    if market.is_contract:
        rates = [one.futures_maker if trade.is_maker else one.futures_taker for one in schedule.levels]
    else:
        rates = [one.spot_maker if trade.is_maker else one.spot_taker for one in schedule.levels]
    return max(rates, default=_ZERO) * _part(trade, market, schedule)


def _part(trade: Trade, market: Market, schedule: FeeSchedule) -> Decimal:
    """Return what the discount leaves of a rate."""
    is_discounted = schedule.discount_asset is not None and trade.fee_asset == schedule.discount_asset
    return 1 - schedule.discount if is_discounted and not market.is_contract else Decimal(1)


def _fee(
    trade: Trade, market: Market, rate: Decimal, prices: Mapping[str, Sequence[Candle]]
) -> tuple[Decimal, Decimal] | tuple[None, None]:
    value = trade.price * trade.quantity * rate
    if trade.fee_asset == market.quote:
        return value, value
    if trade.fee_asset == market.base:
        return trade.quantity * rate, trade.quantity * rate
    candles = prices.get(trade.fee_asset, ())
    place = bisect_right(candles, trade.at, key=lambda one: one.at)
    beside = candles[max(place - 2, 0) : place + 1]
    if not beside or min(one.low for one in beside) <= 0:
        return None, None
    return value / max(one.high for one in beside), value / min(one.low for one in beside)


def _step(charge: Charge, market: Market) -> Step:
    trade, asset = charge.trade, charge.trade.fee_asset
    values: dict[str, Value] = {
        "quantity": Money(trade.quantity, market.base),
        "price": Money(trade.price, market.quote),
        "rate": Share(charge.rate),
        "fee": Money(trade.fee, asset),
    }
    if charge.least is None or charge.most is None:
        return Step("fee_rate", values)
    if charge.least == charge.most:
        return Step("fee", {**values, "expected": Money(charge.most, asset)})
    return Step("fee_between", {**values, "least": Money(charge.least, asset), "most": Money(charge.most, asset)})
