"""Accounts as support sees them: who it is in broad strokes, how it is secured, who came in, what is held and why."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bellrock.exchange.facts import Country, Id, Instant, Text


class AccountStatus(StrEnum):
    """Whether an account can be used."""

    ACTIVE = "active"
    RESTRICTED = "restricted"  # something of it is on hold; `Account.holds` says what
    FROZEN = "frozen"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class AccountProfile:
    """An account. `vip` is 0 for most; `level` is the level of identification (0 none). `email` and `phone` are masked."""

    account: Id
    status: AccountStatus
    created_at: Instant
    country: Country | None
    language: Text | None
    level: int
    vip: int
    is_institution: bool
    email: Text | None
    phone: Text | None
    as_of: Instant


class Factor(StrEnum):
    """A second factor that is set up."""

    TOTP = "totp"
    PASSKEY = "passkey"
    SECURITY_KEY = "security_key"
    SMS = "sms"
    EMAIL = "email"


@dataclass(frozen=True, slots=True)
class SecurityState:
    """How an account is secured, and when that changed. A change pauses withdrawals until `withdrawals_paused_until`."""

    factors: tuple[Factor, ...]
    has_anti_phishing_code: bool
    has_address_list: bool  # withdrawals go to listed addresses only
    password_changed_at: Instant | None
    email_changed_at: Instant | None
    phone_changed_at: Instant | None
    factors_changed_at: Instant | None
    withdrawals_paused_until: Instant | None
    locked_until: Instant | None  # after too many wrong passwords or codes
    as_of: Instant


class LoginOutcome(StrEnum):
    """How an attempt to sign in ended."""

    OK = "ok"
    WRONG_PASSWORD = "wrong_password"  # noqa: S105
    WRONG_CODE = "wrong_code"
    CODE_EXPIRED = "code_expired"
    LOCKED = "locked"
    BLOCKED = "blocked"  # the exchange's own rules stopped it


class Anomaly(StrEnum):
    """What is unusual about an attempt to sign in."""

    NEW_DEVICE = "new_device"
    NEW_COUNTRY = "new_country"
    IMPOSSIBLE_TRAVEL = "impossible_travel"
    MANY_FAILURES = "many_failures"
    BAD_NETWORK = "bad_network"  # an address of an anonymiser, or one known for attacks


@dataclass(frozen=True, slots=True)
class Login:
    """One attempt to sign in. `network_place` is a shortened address such as 203.0.113.0/24."""

    id: Id
    at: Instant
    outcome: LoginOutcome
    device: Text
    country: Country | None
    city: Text | None
    network_place: Text | None
    anomalies: tuple[Anomaly, ...] = ()


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A device that is signed in now."""

    id: Id
    device: Text
    started_at: Instant
    seen_at: Instant
    country: Country | None
    city: Text | None


class HoldKind(StrEnum):
    """What is on hold."""

    WITHDRAWALS = "withdrawals"
    DEPOSITS = "deposits"
    TRADING = "trading"
    LOGIN = "login"
    API = "api"


class HoldReason(StrEnum):
    """Why. Of risk_review, compliance and court_order no more is ever told."""

    SECURITY_CHANGE = "security_change"
    CUSTOMER_REQUEST = "customer_request"
    SUPPORT_REQUEST = "support_request"
    RISK_REVIEW = "risk_review"
    COMPLIANCE = "compliance"
    COURT_ORDER = "court_order"
    IDENTITY = "identity"
    REGION = "region"
    DEBT = "debt"
    OTHER = "other"


class LiftedBy(StrEnum):
    """What ends a hold."""

    TIME = "time"
    CUSTOMER = "customer"  # does what `needs` says
    STAFF = "staff"


@dataclass(frozen=True, slots=True)
class Hold:
    """Something of an account that is on hold. `needs` names what the customer has to bring, in the exchange's plain words."""

    id: Id
    kind: HoldKind
    reason: HoldReason
    since: Instant
    until: Instant | None
    lifted_by: LiftedBy
    needs: tuple[Text, ...] = ()
    reference: Text | None = None
