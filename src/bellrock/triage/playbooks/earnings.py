"""Yield by the published rule: simple, by tiers, a 365th of a year for each day. Redemptions by their days."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal, localcontext

from bellrock.exchange import EarnProduct, RateTier, Reward, Subscription
from bellrock.triage.playbooks.liquidation import DIGITS, ROUNDING

DAYS_OF_YEAR = 365
_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Yield:
    """Rewards of some days as paid and as the rule says. `missing` are days without any, `short` days with less."""

    paid: Decimal
    expected: Decimal
    days: int
    a_day: Decimal
    rate: Decimal
    missing: tuple[date, ...]
    short: tuple[date, ...]

    @property
    def is_right(self) -> bool:
        return not self.missing and not self.short


def a_day(amount: Decimal, tiers: Sequence[RateTier]) -> Decimal:
    """Return a day's reward: each part of the amount at the rate of its own tier."""
    ordered = sorted(tiers, key=lambda one: one.amount_from)
    total = _ZERO
    with localcontext(prec=DIGITS):
        for place, tier in enumerate(ordered):
            end = ordered[place + 1].amount_from if place + 1 < len(ordered) else amount
            part = min(amount, end) - tier.amount_from
            total += max(part, _ZERO) * tier.rate
        return total / DAYS_OF_YEAR


def earned(
    subscription: Subscription,
    product: EarnProduct,
    rewards: Collection[Reward],
    *,
    since: date,
    until: date,
    tolerance: Decimal = ROUNDING,
) -> Yield:
    """Hold rewards of the days from `since` (included) to `until` (excluded) beside the rule.

    A day earns that lies wholly behind `accrues_from` and before the end. Rates of a day are those that its reward names;
    for a day without a reward, the product's of now.
    """
    by_day = {one.day: one for one in rewards}
    first = max(since, _first_whole_day(subscription.accrues_from))
    last = min(until, subscription.ends_at.date()) if subscription.ends_at else until
    days = [first + timedelta(days=number) for number in range(max((last - first).days, 0))]
    rule = a_day(subscription.amount, product.tiers)
    paid, expected, missing, short = _ZERO, _ZERO, [], []
    with localcontext(prec=DIGITS):
        for day in days:
            reward = by_day.get(day)
            due = reward.amount * reward.rate / DAYS_OF_YEAR if reward else rule
            expected += due
            if reward is None or reward.paid_at is None:
                missing.append(day)
                continue
            paid += reward.reward
            if due - reward.reward > tolerance:
                short.append(day)
        rate = rule * DAYS_OF_YEAR / subscription.amount if subscription.amount else _ZERO
    return Yield(paid, expected, len(days), rule, rate, tuple(missing), tuple(short))


def _first_whole_day(at: datetime) -> date:
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
    return at.date() if at == midnight else at.date() + timedelta(days=1)
