"""Protective measures: what support may do to an account, all of which only ever takes possibilities away."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bellrock.exchange.facts import Id, Instant, Text


class Measure(StrEnum):
    """What protects. None of them moves money, and none can be taken back through this port: the exchange's staff does that."""

    FREEZE_WITHDRAWALS = "freeze_withdrawals"  # those not sent yet wait too
    FREEZE_TRADING = "freeze_trading"
    LOCK_LOGIN = "lock_login"
    END_SESSIONS = "end_sessions"  # all, or one by its id
    DISABLE_API_KEYS = "disable_api_keys"  # all, or one by its id
    REQUIRE_VERIFICATION = "require_verification"  # identity again before the next withdrawal
    RESET_PASSWORD = "reset_password"  # noqa: S105 - the next sign-in needs a new one, by a link to the e-mail on file


class ApproverKind(StrEnum):
    """Who decided."""

    CUSTOMER = "customer"  # themselves, with their identity proven
    STAFF = "staff"
    RULE = "rule"  # a published rule of the first line


@dataclass(frozen=True, slots=True)
class Approver:
    """Who decided: `reference` is an agent's id, the customer's external id or a rule's name."""

    kind: ApproverKind
    reference: Id


class MeasureState(StrEnum):
    """Whether a measure is in force."""

    IN_FORCE = "in_force"
    DONE = "done"  # it was an act, not a state: sessions are ended
    LIFTED = "lifted"  # by the exchange's staff


@dataclass(frozen=True, slots=True)
class Taken:
    """A measure that was taken. `is_new` is False when the same idempotency key had taken it before."""

    id: Id
    measure: Measure
    target: Id | None
    state: MeasureState
    at: Instant
    reason: Text
    approver: Approver
    lifted_at: Instant | None
    is_new: bool
    as_of: Instant
