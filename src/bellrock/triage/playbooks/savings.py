"""Savings: rewards beside the rule, redemptions beside their days."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from bellrock.exchange import EarnKind, EarnProduct, Redemption, RedemptionState, Reward, Subscription
from bellrock.triage.playbooks.diagnosis import Diagnosis, Money, Share, Source, Step, Value
from bellrock.triage.playbooks.earnings import DAYS_OF_YEAR, a_day, earned

DAYS = 30
_DAYS_SHOWN = 5
_DAY = timedelta(days=1)


def explain_yield(
    subscription: Subscription, product: EarnProduct, rewards: Collection[Reward], *, as_of: datetime
) -> Diagnosis | None:
    """Hold the rewards of the last 30 whole days beside the rule; before the first of them, say when they begin.

    The reward of yesterday may still be on its way, so that the day before it is the last that counts; that it is not there
    yet is said.
    """
    until = as_of.date() - _DAY
    found = earned(subscription, product, rewards, since=until - timedelta(days=DAYS), until=until)
    asset, sources = subscription.asset, (Source("earn", product.name, as_of),)
    evidence = {"subscription": subscription, "product": product, "rewards": list(rewards)}
    amount = Money(subscription.amount, asset)
    if not found.days:
        if subscription.ends_at is not None and subscription.ends_at <= as_of:
            return None
        rule = a_day(subscription.amount, product.tiers)
        begun: dict[str, Value] = {
            "amount": amount,
            "product": product.name,
            "since": subscription.accrues_from,
            "rate": Share(rule * DAYS_OF_YEAR / subscription.amount if subscription.amount else rule),
            "day": Money(rule, asset),
        }
        return Diagnosis("yield_begins", begun, sources, settles=True, evidence=evidence)
    values: dict[str, Value] = {
        "days": found.days,
        "expected": Money(found.expected, asset),
        "paid": Money(found.paid, asset),
        "amount": amount,
        "rate": Share(found.rate),
        "day": Money(found.a_day, asset),
    }
    if found.is_right:
        is_paid = any(one.day == until and one.paid_at is not None for one in rewards)
        is_over = subscription.ends_at is not None and subscription.ends_at.date() <= until
        ahead = () if is_paid or is_over else (Step("reward_late", {"day": until}),)
        return Diagnosis("yield_right", values, sources, settles=True, steps=ahead, evidence=evidence)
    steps = tuple(Step("reward_late", {"day": day}) for day in found.missing[-_DAYS_SHOWN:])
    steps += tuple(Step("reward_short", {"day": day}) for day in found.short[-_DAYS_SHOWN:])
    return Diagnosis("yield_wrong", values, sources, settles=False, steps=steps, next_step="correct", evidence=evidence)


def explain_redemption(
    redemptions: Sequence[Redemption], *, as_of: datetime, product: EarnProduct | None = None
) -> Diagnosis | None:
    """Say where the newest redemption is that is under way, else the newest; None without one, or where it was refused.

    With its product, it is held to the days that the product names: one that is due later than that goes to a person.
    """
    found = newest(redemptions)
    if found is None:
        return None
    values: dict[str, Value] = {"amount": Money(found.amount, found.asset)}
    sources = (Source("earn", found.id, as_of),)
    evidence = {"redemption": found, "product": product}
    if found.state is RedemptionState.PAID and found.paid_at:
        return Diagnosis("redemption_paid", {**values, "at": found.paid_at}, sources, settles=True, evidence=evidence)
    if found.state is not RedemptionState.WAITING:
        return None
    days = None if product is None else timedelta(days=product.redemption_days) + _DAY
    is_late = found.due_at < as_of
    is_slow = days is not None and found.due_at > found.asked_at + days
    code = "redemption_late" if is_late else "redemption_due"
    values["due"] = found.due_at
    if not is_late and found.is_early and found.forfeited > 0:
        code, values["forfeited"] = "redemption_early", Money(found.forfeited, found.asset)
    needs_person = is_late or is_slow
    return Diagnosis(
        code,
        values,
        sources,
        settles=not needs_person,
        next_step="review" if needs_person else None,
        evidence=evidence,
    )


def newest(redemptions: Sequence[Redemption]) -> Redemption | None:
    """Return the newest redemption that is under way, else the newest."""
    waiting = (one for one in redemptions if one.state is RedemptionState.WAITING)
    return next(waiting, redemptions[0] if redemptions else None)


def explain_ahead(subscription: Subscription, product: EarnProduct, *, as_of: datetime) -> Diagnosis | None:
    """Say when coins would be back that nobody asked for yet; None for those that are bound for a time."""
    if product.kind is EarnKind.LOCKED:
        return None
    values: dict[str, Value] = {
        "amount": Money(subscription.amount, subscription.asset),
        "product": product.name,
        "due": as_of + max(timedelta(days=product.redemption_days), timedelta(hours=1)),
    }
    evidence = {"subscription": subscription, "product": product}
    return Diagnosis(
        "redemption_ahead", values, (Source("earn", product.name, as_of),), settles=True, evidence=evidence
    )
