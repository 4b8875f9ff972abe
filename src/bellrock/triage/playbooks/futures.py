"""Futures: why a position was liquidated, step by step and with its path; margin, funding and settlement in numbers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from bellrock.exchange import (
    Brackets,
    FundingPayment,
    Liquidation,
    MarginAccount,
    MarginMode,
    PathEvent,
    PathPoint,
    Settlement,
)
from bellrock.triage.playbooks.diagnosis import POINTS_MAX, Chart, Diagnosis, Money, Share, Source, Step, Value
from bellrock.triage.playbooks.liquidation import (
    ROUNDING,
    Explained,
    Verdict,
    closed_at,
    explain,
    funding,
    judge,
    margin_ratio,
    settled,
)

_PLACES, _PLACES_OF_CHEAP, _DEAR = Decimal("0.01"), Decimal("0.0001"), 100
_PAYMENTS_SHOWN = 6


def explain_liquidation(
    liquidation: Liquidation, *, brackets: Brackets, path: Sequence[PathPoint] = (), path_as_of: datetime | None = None
) -> Diagnosis:
    """Explain a liquidation by the published formula; where the numbers do not agree with the booking, a person checks."""
    verdict = judge(liquidation, brackets.brackets)
    position, asset = verdict.explained.position, liquidation.account.asset
    sources = [
        Source("position", position.symbol, liquidation.at),
        Source("account", asset, liquidation.account.at),
        Source("brackets", position.symbol, brackets.valid_at),
    ]
    if path and path_as_of:
        sources.append(Source("prices", position.symbol, path_as_of))
    values: dict[str, Value] = {"symbol": position.symbol, "at": liquidation.at}
    steps, chart = _steps(verdict.explained, liquidation), _chart(liquidation, path)
    code, settles, next_step = "liquidation_differs", False, "correct"
    if verdict.is_followed and verdict.explained.price is not None:
        is_cross = position.mode is MarginMode.CROSS
        values |= {
            "mark": Money(liquidation.mark_price, asset),
            "price": Money(_price(verdict.explained.price), asset),
        }
        if not is_cross:
            values["wallet"] = Money(_rounded(verdict.explained.wallet), asset)
        code, settles, next_step = "liquidation_cross" if is_cross else "liquidation_isolated", True, ""
        if verdict.is_bracket_right is None:
            code, settles, next_step = "liquidation_unchecked", False, "look"
    return Diagnosis(
        code,
        values,
        tuple(sources),
        settles=settles,
        steps=steps,
        next_step=next_step or None,
        chart=chart,
        evidence={"liquidation": liquidation, "brackets": brackets, "path": path, "findings": _findings(verdict)},
        missing=(*(() if verdict.is_bracket_right is not None else ("brackets",)), *(() if chart else ("path",))),
    )


def explain_margin(account: MarginAccount) -> Diagnosis | None:
    """Say how near the cross positions are to liquidation, else the isolated one that is nearest; None without any."""
    source = Source("account", account.asset, account.as_of)
    ratio = margin_ratio(account)
    if ratio is not None:
        found = explain(next(one for one in account.positions if one.mode is MarginMode.CROSS), account)
        values: dict[str, Value] = {
            "ratio": Share(ratio),
            "maintenance": Money(_rounded(found.needed), account.asset),
            "balance": Money(_rounded(found.balance), account.asset),
        }
        return Diagnosis("margin_ratio", values, (source,), settles=True, evidence={"account": account})
    isolated = [explain(one, account) for one in account.positions if one.mode is MarginMode.ISOLATED]
    priced = [one for one in isolated if one.ratio is not None and one.price is not None]
    nearest = max(priced, key=lambda one: one.ratio or Decimal(0), default=None)
    if nearest is None or nearest.price is None or nearest.ratio is None:
        return None
    own: dict[str, Value] = {
        "symbol": nearest.position.symbol,
        "ratio": Share(nearest.ratio),
        "maintenance": Money(_rounded(nearest.needed), account.asset),
        "balance": Money(_rounded(nearest.balance), account.asset),
        "price": Money(_price(nearest.price), account.asset),
    }
    return Diagnosis("margin_isolated", own, (source,), settles=True, evidence={"account": account})


def explain_funding(payments: Sequence[FundingPayment], *, as_of: datetime) -> Diagnosis | None:
    """Sum the funding of the asset with the newest payment; None without payments."""
    if not payments:
        return None
    asset = payments[0].asset
    own = [one for one in payments if one.asset == asset]
    found = funding(own)
    source = Source("account", asset, as_of)
    steps = tuple(_payment(one) for one in own[:_PAYMENTS_SHOWN])
    if found.twice:
        first = found.twice[0]
        again: dict[str, Value] = {"at": first.at, "symbol": first.symbol, "count": len(found.twice)}
        return Diagnosis(
            "funding_twice",
            again,
            (source,),
            settles=False,
            steps=tuple(_payment(one) for one in found.twice[:_PAYMENTS_SHOWN]),
            next_step="correct",
            evidence={"payments": own},
        )
    values: dict[str, Value] = {
        "received": Money(found.received, asset),
        "paid": Money(found.paid, asset),
        "count": len(own),
    }
    is_right = not found.wrong
    return Diagnosis(
        "funding_sum",
        values,
        (source,),
        settles=is_right,
        steps=steps if is_right else tuple(_payment(one) for one in found.wrong[:_PAYMENTS_SHOWN]),
        next_step=None if is_right else "correct",
        evidence={"payments": own},
    )


def explain_settlement(settlement: Settlement, *, as_of: datetime) -> Diagnosis:
    """Say what a contract came to; a person checks where the booking is another number."""
    profit = settled(settlement)
    asset = settlement.asset
    values: dict[str, Value] = {
        "symbol": settlement.symbol,
        "at": settlement.at,
        "price": Money(settlement.settlement_price, asset),
        "entry": Money(settlement.entry_price, asset),
        "quantity": settlement.quantity,
        "profit": Money(profit, asset),
        "fee": Money(settlement.fee, asset),
    }
    # Venues book the profit before or after its fee.
    booked = settlement.realised
    is_right = min(abs(booked - profit), abs(booked - profit + settlement.fee)) <= ROUNDING
    return Diagnosis(
        "settlement",
        values,
        (Source("position", settlement.symbol, as_of),),
        settles=is_right,
        next_step=None if is_right else "correct",
        evidence={"settlement": settlement},
    )


def thinned(points: Sequence[PathPoint], most: int = POINTS_MAX) -> tuple[PathPoint, ...]:
    """Return at most so many points: first, last, lowest and highest stay, and those at which something happened come first."""
    if len(points) <= most:
        return tuple(points)
    places = range(len(points))
    lowest = min(places, key=lambda place: points[place].mark_price)
    highest = max(places, key=lambda place: points[place].mark_price)
    kept = {0, len(points) - 1, lowest, highest}
    kept |= set([place for place in places if points[place].event is not None][-(most // 3) :])
    step = max((len(points) - 1) / max(most - len(kept), 1), 1)
    even = (round(number * step) for number in range(most - len(kept)))
    kept |= {place for place in even if place < len(points)}
    return tuple(points[place] for place in sorted(kept))


def _payment(payment: FundingPayment) -> Step:
    value = payment.quantity * payment.mark_price
    return Step(
        "funding",
        {
            "at": payment.at,
            "symbol": payment.symbol,
            "value": _rounded(value),
            "rate": Share(payment.rate),
            "amount": Money(payment.amount, payment.asset),
        },
    )


def _steps(found: Explained, liquidation: Liquidation) -> tuple[Step, ...]:
    position, asset = found.position, liquidation.account.asset
    value = position.quantity * position.mark_price
    steps = [Step("wallet", {"wallet": Money(_rounded(found.wallet), asset)})]
    if found.others:
        steps.append(
            Step(
                "others",
                {
                    "count": found.others,
                    "profit": Money(_rounded(found.others_profit), asset),
                    "maintenance": Money(_rounded(found.others_maintenance), asset),
                },
            )
        )
    steps += [
        Step(
            "hedge",
            {
                "quantity": one.quantity,
                "entry": Money(one.entry_price, asset),
                "maintenance": Money(_rounded(one.maintenance), asset),
            },
        )
        for one in found.beside
    ]
    steps += [
        Step(
            "position",
            {
                "quantity": position.quantity,
                "entry": Money(position.entry_price, asset),
                "value": Money(_rounded(value), asset),
            },
        ),
        Step(
            "maintenance",
            {
                "value": _rounded(value),
                "rate": Share(position.rate),
                "cumulative": _rounded(position.cumulative),
                "maintenance": Money(_rounded(position.maintenance), asset),
            },
        ),
        Step(
            "reached",
            {
                "mark": Money(position.mark_price, asset),
                "balance": Money(_rounded(found.balance), asset),
                "needed": Money(_rounded(found.needed), asset),
            },
        ),
    ]
    if (closed := closed_at(liquidation)) is not None:
        told: dict[str, Value] = {
            "average": Money(_price(closed), asset),
            "realised": Money(_rounded(liquidation.realised), asset),
            "fee": Money(_rounded(liquidation.fee), asset),
        }
        steps.append(Step("closed", told))
    if liquidation.from_insurance > 0:
        steps.append(Step("insured", {"amount": Money(_rounded(liquidation.from_insurance), asset)}))
    return tuple(steps)


def _chart(liquidation: Liquidation, path: Sequence[PathPoint]) -> Chart | None:
    if len(path) < 2:
        return None
    position = liquidation.position
    return Chart(
        name=position.symbol,
        asset=liquidation.account.asset,
        points=tuple((one.at, one.mark_price) for one in thinned(path)),
        entry=position.entry_price,
        liquidation=position.liquidation_price,
        at=next((one.at for one in path if one.event is PathEvent.LIQUIDATED), liquidation.at),
    )


def _findings(verdict: Verdict) -> dict[str, bool | Decimal | None]:
    return {
        "is_price_right": verdict.is_price_right,
        "is_reached": verdict.is_reached,
        "is_bracket_right": verdict.is_bracket_right,
        "is_result_right": verdict.is_result_right,
        "computed_price": verdict.explained.price,
    }


def _rounded(value: Decimal) -> Decimal:
    """Two places are enough to read of a sum of money; small ones keep theirs."""
    return value.quantize(_PLACES) if abs(value) >= 1 else value


def _price(value: Decimal) -> Decimal:
    """Return a price to read: of cheap coins the further places count."""
    return value.quantize(_PLACES if value >= _DEAR else _PLACES_OF_CHEAP) if value >= 1 else value
