"""Accounts: locked, paused, held, an unusual sign-in; identification and what is offered where."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bellrock.exchange import (
    Availability,
    Document,
    Hold,
    HoldKind,
    HoldReason,
    Identity,
    IdentityReason,
    IdentityState,
    Login,
    LoginOutcome,
    Product,
    SecurityState,
)
from bellrock.triage.playbooks.diagnosis import Country, Diagnosis, Source, Term, Value

_WHY = {
    IdentityReason.BLURRED: "kyc.picture",
    IdentityReason.CROPPED: "kyc.picture",
    IdentityReason.GLARE: "kyc.picture",
    IdentityReason.SCREEN_PHOTO: "kyc.picture",
    IdentityReason.DOCUMENT_EXPIRED: "kyc.document_expired",
    IdentityReason.DOCUMENT_UNSUPPORTED: "kyc.document_unsupported",
    IdentityReason.NAME_MISMATCH: "kyc.mismatch",
    IdentityReason.BIRTH_DATE_MISMATCH: "kyc.mismatch",
    IdentityReason.ADDRESS_MISMATCH: "kyc.mismatch",
    IdentityReason.FACE_MISMATCH: "kyc.face_mismatch",
    IdentityReason.ADDRESS_OLD: "kyc.address_old",
    IdentityReason.UNDER_AGE: "kyc.under_age",
    IdentityReason.DUPLICATE: "kyc.duplicate",
    IdentityReason.REGION: "kyc.region",
}
# No better picture helps here.
_FINAL = frozenset({IdentityReason.UNDER_AGE, IdentityReason.REGION})
_DOCUMENTS = {
    Document.IDENTITY_DOCUMENT: "identity_document",
    Document.SELFIE: "selfie",
    Document.LIVENESS: "selfie",
    Document.PROOF_OF_ADDRESS: "proof_of_address",
    Document.SOURCE_OF_FUNDS: "source_of_funds",
    Document.QUESTIONNAIRE: "questionnaire",
}
# What products are called in every language.
_PRODUCTS = {
    "spot": "Spot",
    "futures": "Futures",
    "earn": "Earn",
    "card": "Card",
    "fiat": "Fiat",
    "p2p": "P2P",
    "copy_trading": "Copy Trading",
    "web3": "Web3",
    "api": "API",
}
_TOLD_HOLDS = frozenset({HoldReason.SECURITY_CHANGE, HoldReason.CUSTOMER_REQUEST, HoldReason.SUPPORT_REQUEST})


def explain_lock(security: SecurityState, *, now: datetime) -> Diagnosis | None:
    """Say that too many wrong attempts locked the account, or that a change pauses withdrawals; None where neither holds."""
    source = (Source("account", "", security.as_of),)
    if security.locked_until and security.locked_until > now:
        return Diagnosis("account_locked", {"until": security.locked_until}, source, settles=True)
    if security.withdrawals_paused_until and security.withdrawals_paused_until > now:
        until: dict[str, Value] = {"until": security.withdrawals_paused_until}
        return Diagnosis("withdrawals_paused", until, source, settles=True)
    return None


def explain_pause(security: SecurityState, holds: Sequence[Hold], *, now: datetime) -> Diagnosis | None:
    """Say why withdrawals wait. Whatever is held for reasons that are never told goes to a person, without a word of them."""
    untold = [one for one in holds if one.kind is HoldKind.WITHDRAWALS and one.reason not in _TOLD_HOLDS]
    return None if untold else explain_lock(security, now=now)


def explain_login(logins: Sequence[Login], *, as_of: datetime) -> Diagnosis | None:
    """Name the newest unusual sign-in that succeeded, else the newest that did not get in; None without either."""
    unusual = [one for one in logins if one.anomalies]
    seen = next((one for one in unusual if one.outcome is LoginOutcome.OK), unusual[0] if unusual else None)
    if seen is None:
        return None
    country: Value = Country(seen.country) if seen.country else "?"
    values: dict[str, Value] = {"at": seen.at, "device": seen.device, "country": country}
    code = "login_seen" if seen.outcome is LoginOutcome.OK else "login_tried"
    return Diagnosis(code, values, (Source("account", seen.id, as_of),), settles=True)


def explain_identity(identity: Identity) -> Diagnosis | None:
    """Say where an identification is; None where the reason is one that is never told, or nothing is known."""
    source = (Source("account", "", identity.as_of),)
    match identity.state:
        case IdentityState.APPROVED:
            return Diagnosis("kyc_approved", {"level": identity.level}, source, settles=True)
        case IdentityState.PENDING if identity.submitted_at and identity.due_at:
            is_late = identity.due_at < identity.as_of
            values: dict[str, Value] = {"at": identity.submitted_at, "due": identity.due_at}
            if is_late:
                return Diagnosis("kyc_late", values, source, settles=False, next_step="review")
            return Diagnosis("kyc_pending", values, source, settles=True)
        case IdentityState.REJECTED:
            return _rejected(identity, source)
        case IdentityState.PENDING:
            return None  # what is missing of it is being looked at
        case _ if identity.missing:
            missing = tuple(dict.fromkeys(Term(_DOCUMENTS[one]) for one in identity.missing))
            code = "kyc_expired" if identity.state is IdentityState.EXPIRED else "kyc_missing"
            return Diagnosis(code, {"missing": missing}, source, settles=True)
    return None


def explain_region(availability: Availability) -> Diagnosis | None:
    """Say what is offered in a country and what is not, or that no account is; None where nothing is known."""
    source = (Source("account", availability.country, availability.as_of),)
    has_account = all(one.is_offered for one in availability.offers if one.product is Product.ACCOUNT)
    offered = [_PRODUCTS[one.product] for one in availability.offers if one.is_offered and one.product in _PRODUCTS]
    closed = [_PRODUCTS[one.product] for one in availability.offers if not one.is_offered and one.product in _PRODUCTS]
    if availability.offers and (not has_account or not offered):
        return Diagnosis("region_none", {"country": Country(availability.country)}, source, settles=True)
    if not offered:
        return None
    values: dict[str, Value] = {
        "country": Country(availability.country),
        "offered": tuple(offered),
        "closed": tuple(closed) or "–",
    }
    return Diagnosis("region", values, source, settles=True)


def _rejected(identity: Identity, source: tuple[Source, ...]) -> Diagnosis | None:
    reasons = tuple(dict.fromkeys(_WHY[one] for one in identity.reasons if one in _WHY))
    left = identity.attempts_left
    # One reason that is never told makes all of it a person's matter.
    if not reasons or any(one not in _WHY for one in identity.reasons):
        return None
    why: dict[str, Value] = {"why": tuple(Term(one) for one in reasons)}
    if IdentityReason.DUPLICATE in identity.reasons:
        # Whoever hands in a stranger's papers must not learn that the stranger is a customer.
        return Diagnosis("kyc_duplicate", why, source, settles=False, next_step="review")
    if not left or _FINAL & set(identity.reasons):
        return Diagnosis("kyc_refused", why, source, settles=False, next_step="review")
    return Diagnosis("kyc_rejected", {**why, "left": left}, source, settles=True)
