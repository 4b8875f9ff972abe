"""Savings, staking and other yield products, and bonuses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from bellrock.exchange.facts import Code, Id, Instant, Text


class EarnKind(StrEnum):
    """How a product binds."""

    FLEXIBLE = "flexible"
    LOCKED = "locked"
    STAKING = "staking"


@dataclass(frozen=True, slots=True)
class RateTier:
    """The yearly rate, as a share, for the part of an amount from `amount_from` up to the next tier."""

    amount_from: Decimal
    rate: Decimal


@dataclass(frozen=True, slots=True)
class EarnProduct:
    """A product. A day's reward is amount × rate / 365 by tier, simple; it begins `accrues_after_hours` after subscribing.

    `redemption_days` pass until redeemed coins are back; leaving a locked product early costs all rewards so far if
    `early_forfeits`, and None of it can be left early if `early_forfeits` is None.
    """

    id: Id
    name: Text
    asset: Code
    kind: EarnKind
    tiers: tuple[RateTier, ...]
    term_days: int | None
    redemption_days: int
    accrues_after_hours: int
    amount_min: Decimal
    early_forfeits: bool | None
    is_open: bool


class EarnState(StrEnum):
    """Where a subscription is."""

    STARTING = "starting"
    EARNING = "earning"
    REDEEMING = "redeeming"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Subscription:
    """What an account has put into a product. `rewarded` is the sum of rewards so far."""

    id: Id
    product_id: Id
    asset: Code
    amount: Decimal
    state: EarnState
    subscribed_at: Instant
    accrues_from: Instant
    ends_at: Instant | None
    renews: bool
    rewarded: Decimal


class RedemptionState(StrEnum):
    """Where a redemption is."""

    WAITING = "waiting"
    PAID = "paid"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Redemption:
    """Coins on their way back from a product. `forfeited` is what leaving early cost."""

    id: Id
    subscription_id: Id
    asset: Code
    amount: Decimal
    is_early: bool
    forfeited: Decimal
    state: RedemptionState
    asked_at: Instant
    due_at: Instant
    paid_at: Instant | None


@dataclass(frozen=True, slots=True)
class Reward:
    """The reward of one day (in UTC). `rate` is the yearly rate that applied to `amount` on average over its tiers."""

    id: Id
    subscription_id: Id
    day: date
    asset: Code
    amount: Decimal
    rate: Decimal
    reward: Decimal
    paid_at: Instant | None


class BonusState(StrEnum):
    """Where a bonus is."""

    PENDING = "pending"  # its conditions are not met yet
    CREDITED = "credited"
    EXPIRED = "expired"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Bonus:
    """A voucher, referral or campaign reward. `conditions` say in plain words what is needed, `done` what of it is there."""

    id: Id
    kind: Text
    title: Text
    asset: Code
    amount: Decimal
    state: BonusState
    conditions: tuple[Text, ...]
    done: tuple[Text, ...]
    created_at: Instant
    expires_at: Instant | None
    reason: Text | None = None
