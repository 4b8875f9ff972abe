"""API: why a call was refused, from the customer's redacted request and from what the exchange received."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bellrock.exchange import ApiCall, ApiFault, RateRule, SigningRule
from bellrock.triage.playbooks.diagnosis import Diagnosis, Source, Term, Value
from bellrock.triage.playbooks.signatures import (
    TEST_SECRET,
    Mistake,
    Request,
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


def explain_call(
    call: ApiCall | None,
    request: Request | None,
    *,
    rule: SigningRule,
    limits: Sequence[RateRule] = (),
    as_of: datetime,
) -> Diagnosis | None:
    """Say why a call was refused. Either side may be missing; None where what is there does not say.

    `call` is the newest refused call as the exchange received it, `request` the one in the customer's message.
    """
    sources = [Source("api", rule.algorithm, rule.as_of)]
    if call is not None:
        sources.append(Source("api", call.id, as_of))
        found = _of_call(call, rule, limits, tuple(sources))
        if found is not None:
            return found
    return explain_request(request, rule=rule, call=call, sources=tuple(sources)) if request is not None else None


def explain_request(
    request: Request, *, rule: SigningRule, call: ApiCall | None = None, sources: tuple[Source, ...]
) -> Diagnosis | None:
    """Find the mistake in a request, or give a text and a test key by which the customer's own program can be checked."""
    found = mistakes(request, rule, call=call)
    if not found and request.get("signature"):
        by_signature = mistake_of_signature(request, rule)
        found = () if by_signature in (None, Mistake.KEY) else (by_signature,)
    why = next((_WHY[one] for one in found if one in _WHY), None)
    if why is not None:
        return Diagnosis("api_mistake", {"why": Term(why)}, sources, settles=True)
    if Mistake.CLOCK_AHEAD in found or Mistake.CLOCK_BEHIND in found:
        return _clock(call, rule, sources) if call else None
    text = request.to_sign(rule)
    if text is None:
        return None
    values: dict[str, Value] = {
        "key": TEST_SECRET,
        "text": text,
        "begins": sign(text, in_base64=rule.encoding == "base64")[:_BEGINS],
    }
    return Diagnosis("api_signature", values, sources, settles=True)


def _of_call(
    call: ApiCall, rule: SigningRule, limits: Sequence[RateRule], sources: tuple[Source, ...]
) -> Diagnosis | None:
    if call.fault is ApiFault.TIMESTAMP:
        return _clock(call, rule, sources)
    if call.fault in (ApiFault.RATE, ApiFault.BANNED):
        return _rate(call, limits, sources)
    if call.fault in _REFUSED:
        return Diagnosis("api_refused", {"why": Term(_REFUSED[call.fault])}, sources, settles=True)
    return None


def _clock(call: ApiCall, rule: SigningRule, sources: tuple[Source, ...]) -> Diagnosis | None:
    skew = skew_ms(call)
    if skew is None:
        why: dict[str, Value] = {"why": Term("api.timestamp_missing")}
        return Diagnosis("api_refused", why, sources, settles=True)
    values: dict[str, Value] = {"skew": abs(skew), "window": rule.window_ms}
    return Diagnosis("api_clock", values, sources, settles=True)


def _rate(call: ApiCall, limits: Sequence[RateRule], sources: tuple[Source, ...]) -> Diagnosis | None:
    rule = next((one for one in limits if call.used_weight >= one.weight_max), limits[0] if limits else None)
    if rule is None:
        return None
    values: dict[str, Value] = {
        "used": call.used_weight,
        "limit": rule.weight_max,
        "seconds": rule.seconds,
        "ban": rule.ban_seconds,
    }
    return Diagnosis("api_rate", values, sources, settles=True)
