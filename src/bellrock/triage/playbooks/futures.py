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
    explain,
    funding,
    judge,
    margin_ratio,
    settled,
)

_PLACES = Decimal("0.01")


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
    steps, chart = _steps(verdict.explained, asset), _chart(liquidation, path)
    if not verdict.is_followed or verdict.explained.price is None:
        return Diagnosis(
            "liquidation_differs",
            values,
            tuple(sources),
            settles=False,
            steps=steps,
            next_step="correct",
            chart=chart,
            evidence=_evidence(liquidation, verdict),
        )
    is_cross = position.mode is MarginMode.CROSS
    values |= {
        "mark": Money(liquidation.mark_price, asset),
        "price": Money(_rounded(verdict.explained.price), asset),
    }
    if not is_cross:
        values["wallet"] = Money(_rounded(verdict.explained.wallet), asset)
    code = "liquidation_cross" if is_cross else "liquidation_isolated"
    return Diagnosis(code, values, tuple(sources), settles=True, steps=steps, chart=chart)


def explain_margin(account: MarginAccount) -> Diagnosis | None:
    """Say how near the cross positions are to liquidation; None without any."""
    ratio = margin_ratio(account)
    cross = [one for one in account.positions if one.mode is MarginMode.CROSS]
    if ratio is None:
        return None
    found = explain(cross[0], account)
    values: dict[str, Value] = {
        "ratio": Share(ratio),
        "maintenance": Money(_rounded(found.needed), account.asset),
        "balance": Money(_rounded(found.balance), account.asset),
    }
    return Diagnosis("margin_ratio", values, (Source("account", account.asset, account.as_of),), settles=True)


def explain_funding(payments: Sequence[FundingPayment], *, as_of: datetime) -> Diagnosis | None:
    """Sum the funding of the asset with the newest payment; None without payments."""
    if not payments:
        return None
    asset = payments[0].asset
    own = [one for one in payments if one.asset == asset]
    found = funding(own)
    values: dict[str, Value] = {
        "received": Money(found.received, asset),
        "paid": Money(found.paid, asset),
        "count": len(own),
    }
    is_right = not found.wrong
    return Diagnosis(
        "funding_sum",
        values,
        (Source("account", asset, as_of),),
        settles=is_right,
        next_step=None if is_right else "correct",
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


def _steps(found: Explained, asset: str) -> tuple[Step, ...]:
    position = found.position
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


def _evidence(liquidation: Liquidation, verdict: Verdict) -> dict[str, Value]:
    found: dict[str, Value] = {
        "is_price_right": str(verdict.is_price_right),
        "is_reached": str(verdict.is_reached),
        "is_bracket_right": str(verdict.is_bracket_right),
    }
    if verdict.explained.price is not None:
        found["computed"] = verdict.explained.price
    if liquidation.position.liquidation_price is not None:
        found["stated"] = liquidation.position.liquidation_price
    return found


def _rounded(value: Decimal) -> Decimal:
    """Two places are enough to read of a sum of money; small ones keep theirs."""
    return value.quantize(_PLACES) if abs(value) >= 1 else value
