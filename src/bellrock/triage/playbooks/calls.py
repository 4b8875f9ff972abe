"""API: why a call was refused, from the customer's redacted request and from what the exchange received."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bellrock.exchange import ApiCall, ApiFault, ApiKey, RateRule, SigningRule
from bellrock.triage.playbooks.diagnosis import Diagnosis, Exact, Source, Step, Term, Value
from bellrock.triage.playbooks.pairs import Verified, keys_of, of_pairs, verified
from bellrock.triage.playbooks.requests import UNKNOWN, Request
from bellrock.triage.playbooks.signatures import (
    AHEAD_MS_MAX,
    TEST_SECRET,
    Mistake,
    allowed_ms,
    has_test_key,
    mistake_of_signature,
    mistakes,
    sign,
    skew_ms,
)

_BEGINS = 12
_WHY = {
    Mistake.TIMESTAMP_MISSING: "api.timestamp_missing",
    Mistake.TIMESTAMP_UNIT: "api.timestamp_unit",
    Mistake.SIGNATURE_NOT_LAST: "api.signature_not_last",
    Mistake.SIGNATURE_FORM: "api.signature_form",
    Mistake.SIGNATURE_ENCODING: "api.not_encoded",
    Mistake.SIGNATURE_BASE: "api.signature_base",
    Mistake.OTHER_KEY: "api.other_key",
    Mistake.ORDER: "api.order",
    Mistake.ENCODING: "api.encoding",
    Mistake.NEW_LINE: "api.encoding",
    Mistake.PARAMETER_LEFT_OUT: "api.parameters",
    Mistake.PARAMETER_ADDED: "api.parameters",
}
_REFUSED = {
    ApiFault.KEY: "api.key",
    ApiFault.ADDRESS: "api.address",
    ApiFault.PERMISSION: "api.permission",
}
# A clock is hours wrong at most; beyond it, the time was sent in another unit.
_CLOCK_MAX = timedelta(days=300)


def explain_call(
    call: ApiCall | None,
    request: Request | None,
    *,
    rule: SigningRule,
    limits: Sequence[RateRule] = (),
    keys: Sequence[ApiKey] = (),
    as_of: datetime,
) -> Diagnosis | None:
    """Say why a call was refused. Either side may be missing; None where what is there does not say.

    `call` is the newest refused call as the exchange received it, `request` the one in the customer's message, `keys` are those
    of the account.
    """
    sources = [Source("api", rule.algorithm, rule.as_of)]
    if call is not None:
        sources.append(Source("api", call.id, as_of))
        found = _of_call(call, request, rule, limits, tuple(sources))
        if found is not None or call.fault not in (None, ApiFault.SIGNATURE):
            return found
    if request is None:
        return None
    return explain_request(request, rule=rule, call=call, keys=keys, sources=tuple(sources))


def explain_request(
    request: Request,
    *,
    rule: SigningRule,
    call: ApiCall | None = None,
    keys: Sequence[ApiKey] = (),
    sources: tuple[Source, ...],
) -> Diagnosis | None:
    """Find the mistake in a request: by its signature where one of `keys` verifies it, else by its form.

    Without one, give a text and a test key by which the customer's own program can be checked.
    """
    key_id = call.key_id if call else None
    of_account = keys_of(keys, key_id)
    by_pair = of_pairs(rule)
    whole = _with_what_arrived(request, call, rule)
    if of_account and (signed := verified(whole, by_pair, of_account, key_id=key_id)):
        return _of_pair(signed, request, by_pair, call, sources)
    found = mistakes(request, rule, call=call)
    if not found and request.get("signature"):
        by_signature = mistake_of_signature(request, rule)
        found = () if by_signature in (None, Mistake.KEY) else (by_signature,)
    why = next((_WHY[one] for one in found if one in _WHY), None)
    if why is not None:
        return Diagnosis("api_mistake", {"why": Term(why)}, sources, settles=True)
    if Mistake.CLOCK_AHEAD in found or Mistake.CLOCK_BEHIND in found:
        return _clock(call, request, rule, sources) if call else None
    if Mistake.WINDOW_TOO_LARGE in found and call is None:
        return Diagnosis("api_refused", {"why": Term("api.window")}, sources, settles=True)
    text = whole.to_sign(rule) if has_test_key(rule) else None
    if text is None:
        return None
    values: dict[str, Value] = {
        "key": TEST_SECRET,
        "begins": sign(text, in_base64=rule.encoding == "base64")[:_BEGINS],
    }
    return Diagnosis("api_signature", values, sources, settles=True, steps=(Step("exact", {"text": Exact(text)}),))


def _of_pair(
    signed: Verified, request: Request, rule: SigningRule, call: ApiCall | None, sources: tuple[Source, ...]
) -> Diagnosis | None:
    """Conclude from a signature that was verified: which mistake it has, or what is wrong beside it."""
    sources = (*sources, Source("api", signed.key.label or signed.key.id, rule.as_of))
    if signed.mistake in _WHY:
        return Diagnosis("api_mistake", {"why": Term(_WHY[signed.mistake])}, sources, settles=True)
    if signed.mistake is Mistake.KEY:
        return Diagnosis("api_pair_wrong", {"key": signed.key.public}, sources, settles=True)
    found = mistakes(request, rule, call=call)
    if why := next((_WHY[one] for one in found if one in _WHY), None):
        return Diagnosis("api_mistake", {"why": Term(why)}, sources, settles=True)
    if (
        call
        and {Mistake.CLOCK_AHEAD, Mistake.CLOCK_BEHIND} & set(found)
        and (clock := _clock(call, request, rule, sources))
    ):
        return clock
    return Diagnosis("api_pair_right", {"key": signed.key.public}, sources, settles=False, next_step="look")


def _with_what_arrived(request: Request, call: ApiCall | None, rule: SigningRule) -> Request:
    """Return a request with what the words leave out and the exchange received: time, method and path stand beside the query."""
    if call is None:
        return request
    timestamp = request.timestamp
    if (timestamp is None or UNKNOWN in timestamp) and call.sent_at is not None:
        timestamp = str(round(call.sent_at.timestamp() * (1000 if rule.timestamp_unit == "ms" else 1)))
    return replace(request, method=request.method or call.method, path=request.path or call.path, timestamp=timestamp)


def _of_call(
    call: ApiCall, request: Request | None, rule: SigningRule, limits: Sequence[RateRule], sources: tuple[Source, ...]
) -> Diagnosis | None:
    if call.fault is ApiFault.TIMESTAMP:
        return _clock(call, request, rule, sources)
    if call.fault in (ApiFault.RATE, ApiFault.BANNED):
        return _rate(call, limits, sources)
    if call.fault in _REFUSED:
        return Diagnosis("api_refused", {"why": Term(_REFUSED[call.fault])}, sources, settles=True)
    if call.fault in (ApiFault.PARAMETER, ApiFault.OTHER) and call.code and call.detail:
        # What is wrong with a parameter the exchange says best itself; of anything else, somebody has to find out why.
        values: dict[str, Value] = {"path": call.path, "code": call.code, "detail": call.detail}
        settles = call.fault is ApiFault.PARAMETER
        return Diagnosis("api_code", values, sources, settles=settles, next_step=None if settles else "look")
    return None


def _clock(call: ApiCall, request: Request | None, rule: SigningRule, sources: tuple[Source, ...]) -> Diagnosis | None:
    skew = skew_ms(call)
    if request is not None and Mistake.TIMESTAMP_UNIT in mistakes(request, rule, call=call):
        return Diagnosis("api_refused", {"why": Term("api.timestamp_unit")}, sources, settles=True)
    if skew is None or abs(skew) > _CLOCK_MAX / timedelta(milliseconds=1):
        missing = "api.timestamp_missing" if skew is None else "api.timestamp_unit"
        return Diagnosis("api_refused", {"why": Term(missing)}, sources, settles=True)
    allowed = AHEAD_MS_MAX if skew > 0 else allowed_ms(request, call, rule)
    if abs(skew) <= allowed:
        return None
    values: dict[str, Value] = {"skew": abs(skew), "window": allowed}
    return Diagnosis("api_clock", values, sources, settles=True)


def _rate(call: ApiCall, limits: Sequence[RateRule], sources: tuple[Source, ...]) -> Diagnosis | None:
    reached = [one for one in limits if call.used_weight >= one.weight_max]
    if not reached:
        return None
    rule = max(reached, key=lambda one: one.weight_max)
    values: dict[str, Value] = {"used": call.used_weight, "limit": rule.weight_max, "seconds": rule.seconds}
    if not rule.ban_seconds or rule.scope != "address":
        return Diagnosis("api_limit", values, sources, settles=True)
    return Diagnosis("api_rate", {**values, "ban": rule.ban_seconds}, sources, settles=True)
