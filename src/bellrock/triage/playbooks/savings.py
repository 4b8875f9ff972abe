"""Savings: rewards beside the rule, redemptions beside their days."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from bellrock.exchange import EarnProduct, Redemption, RedemptionState, Reward, Subscription
from bellrock.triage.playbooks.diagnosis import Diagnosis, Money, Share, Source, Value
from bellrock.triage.playbooks.earnings import earned

DAYS = 30


def explain_yield(
    subscription: Subscription, product: EarnProduct, rewards: Collection[Reward], *, as_of: datetime
) -> Diagnosis | None:
    """Hold the rewards of the last 30 whole days beside the rule; None before the first whole day.

    The reward of yesterday may still be on its way, so that the day before it is the last that counts.
    """
    until = as_of.date() - timedelta(days=1)
    found = earned(subscription, product, rewards, since=until - timedelta(days=DAYS), until=until)
    if not found.days:
        return None
    asset = subscription.asset
    values: dict[str, Value] = {
        "days": found.days,
        "expected": Money(found.expected, asset),
        "paid": Money(found.paid, asset),
        "amount": Money(subscription.amount, asset),
        "rate": Share(found.rate),
        "day": Money(found.a_day, asset),
    }
    sources = (Source("earn", product.name, as_of),)
    if found.is_right:
        return Diagnosis("yield_right", values, sources, settles=True)
    evidence: dict[str, Value] = {"missing": tuple(day.isoformat() for day in found.missing)}
    return Diagnosis("yield_wrong", values, sources, settles=False, next_step="correct", evidence=evidence)


def explain_redemption(redemptions: Sequence[Redemption], *, as_of: datetime) -> Diagnosis | None:
    """Say where the newest redemption is; None without one, or where it was refused."""
    if not redemptions:
        return None
    newest = redemptions[0]
    amount: dict[str, Value] = {"amount": Money(newest.amount, newest.asset)}
    sources = (Source("earn", newest.id, as_of),)
    if newest.state is RedemptionState.PAID and newest.paid_at:
        return Diagnosis("redemption_paid", {**amount, "at": newest.paid_at}, sources, settles=True)
    if newest.state is not RedemptionState.WAITING:
        return None
    is_late = newest.due_at < as_of
    return Diagnosis(
        "redemption_late" if is_late else "redemption_due",
        {**amount, "due": newest.due_at},
        sources,
        settles=not is_late,
        next_step="review" if is_late else None,
    )
