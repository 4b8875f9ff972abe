"""Prices looked up so that no moment outside a time is judged: coarse for what is long, fine where it matters."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bellrock.exchange import Candle, Order, PriceKind
from bellrock.triage.playbooks.asking import Asked
from bellrock.triage.playbooks.prices import reaches_trigger

_STEPS_MAX, _QUESTIONS_MAX = 200, 4
_SECONDS = (1, 5, 15, 60, 300, 900, 3600, 14400, 86400)
_FINE = timedelta(seconds=5)
_AFTER = timedelta(seconds=3)


@dataclass(frozen=True, slots=True)
class Watched:
    """Prices in order of time, and the step of that one in which a trigger was reached first."""

    candles: tuple[Candle, ...]
    as_of: datetime | None
    step: timedelta


async def watched(asked: Asked, order: Order) -> Watched:
    """Return the prices that a stop watches, from its placing until it was triggered or ended.

    Where it was triggered, a moment on both sides belongs to it; where it was not, only what lies wholly within counts.
    """
    kind = order.trigger_by or PriceKind.LAST
    if order.triggered_at is not None:
        since, until = order.created_at.replace(microsecond=0), order.triggered_at + _AFTER
    else:
        since, until = _next_second(order.created_at), order.ended_at or order.as_of
    rows, as_of = await _covering(asked, order.symbol, kind, since, until)
    step = timedelta(seconds=1)
    for _ in range(_QUESTIONS_MAX):
        reached = next((one for one in rows if reaches_trigger(order, one[0])), None)
        if reached is None:
            break
        candle, step = reached
        if step <= _FINE:
            break
        finer, as_of = await _covering(asked, order.symbol, kind, candle.at, candle.at + step)
        if not any(reaches_trigger(order, one) for one, _ in finer):
            break  # the finer prices know nothing of it: what is coarse stays
        place = rows.index(reached)
        rows[place : place + 1] = finer
    return Watched(tuple(one for one, _ in rows), as_of, step)


async def last_prices(asked: Asked, order: Order, *, since: datetime) -> Watched:
    """Return the last prices while an order was in the book: only what lies wholly within."""
    until = order.ended_at or order.as_of
    rows, as_of = await _covering(asked, order.symbol, PriceKind.LAST, _next_second(since), until)
    return Watched(tuple(one for one, _ in rows), as_of, max((step for _, step in rows), default=_FINE))


async def _covering(
    asked: Asked, symbol: str, kind: PriceKind, since: datetime, until: datetime
) -> tuple[list[tuple[Candle, timedelta]], datetime | None]:
    """Return candles with their steps, none of which reaches beyond the end: at the end they are finer and finer."""
    rows: list[tuple[Candle, timedelta]] = []
    as_of: datetime | None = None
    for _ in range(_QUESTIONS_MAX):
        length = int((until - since).total_seconds())
        seconds = next((one for one in _SECONDS if length / one <= _STEPS_MAX - 2), _SECONDS[-1])
        # A step that is a part of the whole, so that the next ones of it begin where these end.
        whole = length // seconds * seconds
        if whole <= 0:
            break
        step, end = timedelta(seconds=seconds), since + timedelta(seconds=whole)
        page = await asked.exchange.market.prices(symbol, kind=kind, since=since, until=end, step_seconds=seconds)
        rows += [(one, step) for one in page.rows if one.at + step <= until]
        as_of, since = page.as_of, end
    return rows, as_of


def _next_second(at: datetime) -> datetime:
    whole = at.replace(microsecond=0)
    return whole if whole == at else whole + timedelta(seconds=1)
