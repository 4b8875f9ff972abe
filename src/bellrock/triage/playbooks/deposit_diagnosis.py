"""A conclusion about a deposit as a diagnosis: which sentence, what is filled in, what can be done, and where to see it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from bellrock import chains
from bellrock.triage.playbooks.deposits import (
    HELD,
    INSIDE_CONTRACT,
    SUSPENDED,
    VANISHED,
    Conclusion,
    Look,
    Pace,
    Recovery,
    Verdict,
)
from bellrock.triage.playbooks.diagnosis import Diagnosis, Finding, Money, Page, Source, Step, Value

_BY_ITSELF = frozenset({Recovery.NOT_NEEDED, Recovery.WAIT, Recovery.SENDER, Recovery.TOP_UP, Recovery.HOLDER})
_ASTRAY = frozenset(
    {
        Verdict.WRONG_NETWORK,
        Verdict.WRONG_CONTRACT,
        Verdict.MEMO_MISSING,
        Verdict.MEMO_WRONG,
        Verdict.BELOW_MINIMUM,
    }
)
_FOR_PEOPLE = frozenset({Verdict.CONFIRMED, Verdict.RETURNED})
_CODES = {
    Verdict.CREDITED: "deposit_credited",
    Verdict.INTERNAL: "deposit_credited",
    Verdict.NOT_FOUND: "deposit_not_found",
    Verdict.WRONG_NETWORK: "deposit_wrong_network",
    Verdict.WRONG_CONTRACT: "deposit_wrong_coin",
    Verdict.MEMO_MISSING: "deposit_memo",
    Verdict.MEMO_WRONG: "deposit_memo",
    Verdict.BELOW_MINIMUM: "deposit_small",
    Verdict.PENDING: "deposit_pending",
    Verdict.CONFIRMING: "deposit_confirming",
    Verdict.CONFIRMED: "deposit_confirmed",
    Verdict.REPLACED: "deposit_replaced",
    Verdict.DROPPED: "deposit_dropped",
    Verdict.FAILED: "deposit_failed",
    Verdict.RETURNED: "deposit_returned",
    Verdict.NOT_OURS: "deposit_not_ours",
    Verdict.UNCLEAR: "deposit_unclear",
}
_UNCLEAR = {INSIDE_CONTRACT: "deposit_contract", VANISHED: "deposit_vanished", HELD: "deposit_held"}
# What will not fit once it has arrived: the step that says it, with what it tells.
_WAITS_ASTRAY = {
    Verdict.WRONG_NETWORK: ("waits_network", ("network",)),
    Verdict.WRONG_CONTRACT: ("waits_coin", ("network", "contract")),
    Verdict.MEMO_MISSING: ("waits_memo", ("expected",)),
    Verdict.MEMO_WRONG: ("waits_memo", ("expected",)),
    Verdict.BELOW_MINIMUM: ("waits_small", ("amount", "minimum")),
    Verdict.NOT_OURS: ("waits_elsewhere", ("to",)),
}
_NEEDS = {
    "deposit_credited": {"amount"},
    "deposit_not_found": {"txid", "networks"},
    "deposit_wrong_network": {"network"},
    "deposit_wrong_coin": {"network", "contract"},
    "deposit_memo": {"expected"},
    "deposit_small": {"amount", "minimum"},
    "deposit_pending": {"network", "eta"},
    "deposit_seen": {"network"},
    "deposit_stuck": {"network"},
    "deposit_waits": {"network"},
    "deposit_waits_astray": {"network"},
    "deposit_held": {"network"},
    "deposit_confirming": {"count", "needed", "network", "eta"},
    "deposit_confirmed": {"network"},
    "deposit_suspended": {"network"},
    "deposit_returned": {"amount"},
    "deposit_replaced": {"network", "by"},
    "deposit_replaced_here": {"network", "by"},
    "deposit_replaced_away": {"network", "by"},
    "deposit_unclear": {"txid", "networks"},
    "deposit_contract": {"network"},
    "deposit_vanished": {"network"},
    "deposit_dropped": {"network"},
    "deposit_failed": {"network"},
    "deposit_not_ours": {"network", "to"},
    "deposit_not_yours": {"network"},
}
SEEN = "seen"
"""The value that tells a later look what was seen waiting: network, transaction, and what it hangs on."""


def diagnosis_of(found: Conclusion, looks: tuple[Look, ...], *, now: datetime) -> Diagnosis | None:
    """Put a verdict into a diagnosis; None for one that says nothing, or that lacks what its sentence tells."""
    values = _values(found)
    code = code_of(found)
    if code is None or not _NEEDS.get(code, frozenset()) <= set(values):
        return None
    settles = found.recovery in _BY_ITSELF or (found.verdict is Verdict.NOT_FOUND and not found.unanswered)
    settles = settles and (found.verdict not in _FOR_PEOPLE or code == "deposit_suspended")
    settles = settles and found.resembles is None  # somebody was deceived: a person takes that on
    seen = next((look.transaction for look in looks if look.transaction and look.network == found.network), None)
    evidence: dict[str, Any] = {"transaction": seen} if seen else {}
    return Diagnosis(
        code,
        values,
        _sources(found, looks, now),
        settles=settles,
        steps=steps_of(found),
        next_step=None if settles else _next(found),
        evidence=evidence,
    )


def code_of(found: Conclusion) -> str | None:
    """Return the code of the sentence that says a conclusion; None where there is none."""
    if found.verdict is Verdict.PENDING and found.pace is Pace.STUCK:
        return "deposit_stuck"
    if found.verdict is Verdict.PENDING and found.eta_seconds is None:
        return "deposit_seen"
    if found.reason == SUSPENDED and found.verdict in (Verdict.CONFIRMING, Verdict.CONFIRMED):
        return "deposit_suspended"
    if found.verdict is Verdict.NOT_OURS and found.recovery is Recovery.UNKNOWN:
        return "deposit_not_yours"
    if found.waits and found.verdict in _WAITS_ASTRAY:
        return "deposit_waits_astray"
    if found.waits and found.verdict is Verdict.UNCLEAR and found.reason != HELD:
        return "deposit_waits"
    if found.verdict is Verdict.REPLACED and found.replaced_pays is not None:
        return "deposit_replaced_here" if found.replaced_pays else "deposit_replaced_away"
    if found.verdict is Verdict.UNCLEAR and found.reason in _UNCLEAR:
        return _UNCLEAR[found.reason]
    return _CODES.get(found.verdict)


def steps_of(found: Conclusion) -> tuple[Step, ...]:
    """Return what stands below the sentence: the fee beside others, who can do what at which cost, and where to see it."""
    steps = [*_waiting(found), *_fee(found), *_recovery(found)]
    if found.opens_at and found.reason == SUSPENDED:
        steps.append(Step("deposit_opens", {"at": found.opens_at}))
    if found.resembles:
        steps.append(Step("lookalike", {"own": found.resembles}))
    seen_at = found.replaced_by or (None if found.verdict is Verdict.NOT_FOUND else found.txid)
    page = chains.explorer_page(found.network, seen_at) if found.network and seen_at else None
    if page:
        steps.append(Step("page", {"page": Page(page)}))
    return tuple(steps)


def together(told: list[tuple[str, Diagnosis]]) -> Diagnosis:
    """Return one diagnosis of several transactions: what needs a person leads, the others stand below it."""
    told = sorted(told, key=lambda one: one[1].settles)
    (_, first), *others = told
    also = tuple(Step("also", {"txid": txid, "found": Finding(one.code, one.values)}) for txid, one in others)
    return replace(
        first,
        settles=all(one.settles for _, one in told),
        steps=(*first.steps, *also),
        sources=tuple(dict.fromkeys(source for _, one in told for source in one.sources)),
    )


def _next(found: Conclusion) -> str:
    can_begin = found.verdict in _ASTRAY and found.recovery is Recovery.EXCHANGE and not found.waits
    return "recover" if can_begin else "review"


def _values(found: Conclusion) -> dict[str, Value]:
    asset = found.asset or ""
    amounts: dict[str, Decimal | None] = {"amount": found.amount, "minimum": found.minimum}
    values: dict[str, Value] = {
        name: Money(amount, asset) for name, amount in amounts.items() if amount is not None and asset
    }
    words = {
        "txid": found.txid,
        "contract": found.contract,
        "expected": found.memo_expected,
        "by": found.replaced_by,
        "to": found.went_to,
    }
    values |= {name: word for name, word in words.items() if word}
    if found.network:
        values["network"] = network_name(found.network)
    if found.asked:
        values["networks"] = tuple(network_name(one) for one in found.asked)
    if found.confirmations is not None and found.confirmations_needed is not None:
        values |= {"count": found.confirmations, "needed": found.confirmations_needed}
    # Of what waits it is told when a block takes it, of the others when the last confirmation comes.
    seconds = found.taken_seconds if found.waits else found.eta_seconds
    if seconds is not None:
        values["eta"] = timedelta(seconds=seconds)
    if found.network and found.txid and found.hangs_on:
        values[SEEN] = (found.network, found.txid, *found.hangs_on)
    return values


def _waiting(found: Conclusion) -> tuple[Step, ...]:
    """Return what is to be known of a transaction in no block yet: why it will not be credited, and what it waits for."""
    if not found.waits:
        return ()
    steps = [Step("earlier_first")] if found.follows else []
    if found.verdict is Verdict.PENDING and found.reason == SUSPENDED:
        steps.append(Step("waits_paused", {"network": network_name(found.network or "")}))
    if code_of(found) == "deposit_waits_astray":
        code, names = _WAITS_ASTRAY[found.verdict]
        values = _values(found)
        if set(names) <= set(values):
            steps.insert(0, Step(code, {name: values[name] for name in names}))
    return tuple(steps)


def _fee(found: Conclusion) -> tuple[Step, ...]:
    fees = found.fees
    if not found.waits or fees is None or found.fee_rate is None:
        return ()
    rates = {"paid": found.fee_rate, "slow": fees.slow, "normal": fees.normal, "fast": fees.fast}
    return (Step("fee_paid", {"unit": fees.unit, **{name: _short(rate) for name, rate in rates.items()}}),)


def _short(rate: Decimal) -> Decimal:
    """Return a fee rate as people compare them: two places, below one two digits that are not nought."""
    return round(rate, 2 if rate >= 1 else 1 - rate.adjusted()) if rate else rate


def _recovery(found: Conclusion) -> tuple[Step, ...]:
    if found.verdict not in _ASTRAY:
        return ()
    match found.recovery:
        case Recovery.TOP_UP:
            return (Step("top_up"),)
        case Recovery.NONE:
            return (Step("lost"),)
        case Recovery.EXCHANGE if found.cost is not None:
            if not found.cost.amount:
                return (Step("recoverable_free"),)
            return (Step("recoverable", {"cost": Money(found.cost.amount, found.cost.asset)}),)
    return (Step("recoverable_maybe"),)


def _sources(found: Conclusion, looks: tuple[Look, ...], now: datetime) -> tuple[Source, ...]:
    seen = [Source("chain", network_name(look.network), look.transaction.as_of) for look in looks if look.transaction]
    known = [Source("account", found.reference, now)] if found.reference else []
    asked = [Source("chain", network_name(look.network), now) for look in looks if not look.is_unavailable]
    return tuple(known + seen) or tuple(asked[:6])


def network_name(network: str) -> str:
    """Return what people call a network, by its CAIP-2 id."""
    try:
        return chains.network(network).name
    except chains.NetworkUnknown:
        return network
