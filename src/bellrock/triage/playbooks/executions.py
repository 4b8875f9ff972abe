"""The prices at which orders were filled: stops beside their triggers, limits beside their trades, the rest beside the book."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import localcontext

from bellrock.exchange import BookLevel, Side
from bellrock.triage.playbooks.diagnosis import Diagnosis, Money, Share, Step, Term, Value
from bellrock.triage.playbooks.liquidation import DIGITS
from bellrock.triage.playbooks.orders import (
    STOPS,
    OrderFacts,
    book_then,
    explain_order,
    kind,
    price,
    stop_wrong,
)
from bellrock.triage.playbooks.prices import Slippage, Trigger, average, is_within_limit, slippage, stop, traded

_LEVELS_SHOWN = 5


def explain_price(facts: OrderFacts) -> Diagnosis | None:
    """Say whether the price of an order follows the rule: its stop first, then its limit, then the book.

    An order that has not traded is explained as it is. Where what is needed is not there, nothing is said of a rule: the
    specialist gets what there is, and the names of what is missing.
    """
    order = facts.order
    is_stop = order.type in STOPS
    if is_stop and (stopped := stop(order, facts.candles, step=facts.step)) is not None:
        if stopped.outcome is Trigger.WAITS:
            return explain_order(facts)
        if stopped.outcome is not Trigger.FOLLOWED:
            return stop_wrong(facts, stopped)
    elif is_stop and order.triggered_at is not None:
        return _unclear(facts, "prices")
    if not order.filled:
        return explain_order(facts)
    if traded(facts.trades) != order.filled:
        return _unclear(facts, "trades")
    if order.price is not None:
        return _limited(facts)
    levels = book_then(facts)
    slipped = slippage(order.side, facts.trades, levels)
    if slipped is None:
        return _unclear(facts, "book")
    if not slipped.is_followed:
        return _slipped(facts, slipped, levels)
    return _stop_followed(facts, slipped, levels) if is_stop else _slipped(facts, slipped, levels)


def _unclear(facts: OrderFacts, missing: str) -> Diagnosis | None:
    """Say what was found, and that it is not enough to judge the price."""
    order, at = facts.order, facts.order.ended_at or facts.order.as_of
    got = order.average_price or average(facts.trades)
    if got is None:
        return explain_order(facts)
    names = tuple(dict.fromkeys((*facts.missing, missing)))
    values: dict[str, Value] = {
        "order": order.id,
        "filled": Money(order.filled, facts.market.base),
        "average": price(got, facts.market),
        "at": at,
        "missing": tuple(Term(f"fact.{name}") for name in names),
    }
    return facts.concluded("price_unclear", values, settles=False, next_step="look")


def _limited(facts: OrderFacts) -> Diagnosis | None:
    """Hold every trade of an order beside its limit."""
    order, market = facts.order, facts.market
    got = average(facts.trades)
    if order.price is None or got is None:
        return None
    values: dict[str, Value] = {
        "order": order.id,
        "limit": Money(order.price, market.quote),
        "filled": Money(order.filled, market.base),
        "quantity": Money(order.quantity, market.base),
        "average": price(got, market),
    }
    if is_within_limit(order, facts.trades):
        return facts.concluded("limit_followed", values, settles=True)
    prices = [one.price for one in facts.trades]
    worst = max(prices) if order.side is Side.BUY else min(prices)
    return facts.concluded(
        "limit_broken", {**values, "worst": Money(worst, market.quote)}, settles=False, next_step="correct"
    )


def _stop_followed(facts: OrderFacts, slipped: Slippage, levels: Sequence[BookLevel]) -> Diagnosis | None:
    """Say when a stop was triggered and what the book gave then: the trigger says when it sells, not at which price."""
    order, quote = facts.order, facts.market.quote
    if order.stop_price is None or order.triggered_at is None:
        return None
    values: dict[str, Value] = {
        "order": order.id,
        "trigger": Money(order.stop_price, quote),
        "kind": kind(order),
        "at": order.triggered_at,
        "average": price(slipped.average, facts.market),
    }
    with localcontext(prec=DIGITS):
        away = abs(slipped.average - order.stop_price) / order.stop_price
    slip: dict[str, Value] = {
        "best": Money(slipped.best, quote),
        "quantity": Money(slipped.quantity, facts.market.base),
        "expected": price(slipped.expected, facts.market),
        "share": Share(away),
    }
    steps = (Step("stop_slip", slip), *_offered(facts, levels))
    return facts.concluded("stop_followed", values, settles=True, steps=steps)


def _slipped(facts: OrderFacts, slipped: Slippage, levels: Sequence[BookLevel]) -> Diagnosis:
    quote, base, is_followed = facts.market.quote, facts.market.base, slipped.is_followed
    values: dict[str, Value] = {
        "order": facts.order.id,
        "quantity": Money(slipped.quantity, base),
        "best": Money(slipped.best, quote),
        "expected": price(slipped.expected, facts.market),
        "average": price(slipped.average, facts.market),
        "share": Share(slipped.from_best if is_followed else slipped.from_expected),
    }
    code = "price_wrong"
    if is_followed:
        code = "price_followed" if slipped.quantity > levels[0].quantity else "price_best"
    return facts.concluded(
        code,
        values,
        settles=is_followed,
        steps=_offered(facts, levels),
        next_step=None if is_followed else "correct",
    )


def _offered(facts: OrderFacts, levels: Sequence[BookLevel]) -> tuple[Step, ...]:
    quote, base = facts.market.quote, facts.market.base
    return tuple(
        Step("offered", {"price": Money(level.price, quote), "quantity": Money(level.quantity, base)})
        for level in levels[:_LEVELS_SHOWN]
    )
