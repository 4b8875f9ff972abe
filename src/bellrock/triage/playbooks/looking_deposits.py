"""Deposits looked up at the exchange and on the chains; the verdict becomes a diagnosis that can be told."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal

from bellrock import chains
from bellrock.exchange import Astray, ExchangeInvalid, ExchangeNotFound, Sighting
from bellrock.triage.entities import EntityKind
from bellrock.triage.playbooks.asking import Asked, Missing
from bellrock.triage.playbooks.deposit_exchange import ask_exchange
from bellrock.triage.playbooks.deposits import (
    Claim,
    Conclusion,
    ExchangeAnswer,
    Look,
    Pace,
    Recovery,
    Verdict,
    conclude,
    look_up,
)
from bellrock.triage.playbooks.diagnosis import Diagnosis, Money, Source, Step, Value

_BY_ITSELF = frozenset({Recovery.NOT_NEEDED, Recovery.WAIT, Recovery.SENDER, Recovery.TOP_UP, Recovery.HOLDER})
_NETWORKS_MAX = 5
_NOT_CREDITED = frozenset({Sighting.UNASSIGNED, Sighting.IGNORED})
_ASTRAY = {Astray.WRONG_NETWORK: Verdict.WRONG_NETWORK, Astray.WRONG_MEMO: Verdict.MEMO_MISSING}
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
    Verdict.NOT_OURS: "deposit_not_ours",
}


async def deposit(asked: Asked) -> Diagnosis | Missing | None:
    """Find out what is the matter with a deposit; without a transaction id, ask for it."""
    assert asked.account is not None
    claim = claim_of(asked)
    looks = await look_up(claim, asked.chains)
    if claim.txid is None and not looks:
        return Missing("txid")
    answer = await ask_exchange(asked.account, claim, funds=asked.exchange.funds, networks=asked.exchange.networks)
    found = conclude(claim, answer, looks)
    if found.verdict is Verdict.UNCLEAR and claim.txid is not None:
        found = await _astray(asked, asked.account, claim, claim.txid, answer) or found
    return diagnosis_of(found, looks, now=asked.now)


async def _astray(asked: Asked, account: str, claim: Claim, txid: str, known: ExchangeAnswer) -> Conclusion | None:
    """Take the exchange's word for coins that came astray, where no node tells of them; None where it saw nothing."""
    fitting = [one.network.id for one in chains.identify(txid).candidates if one.kind is chains.Kind.TXID]
    listed = {one.network for one in known.listings if claim.asset in (None, one.asset)}
    fitting.sort(key=lambda network: (network != claim.network, network not in listed))
    for network in tuple(dict.fromkeys(fitting))[:_NETWORKS_MAX]:
        try:
            seen = await asked.exchange.networks.sighted(account, network=network, txid=txid)
        except (ExchangeInvalid, ExchangeNotFound):  # a network that it does not have
            continue
        verdict = _ASTRAY.get(seen.astray) if seen.astray and seen.sighting in _NOT_CREDITED else None
        if verdict is None:
            continue
        there = replace(claim, network=network)
        answer = await ask_exchange(account, there, funds=asked.exchange.funds, networks=asked.exchange.networks)
        return Conclusion(
            verdict,
            Recovery.EXCHANGE if verdict in answer.recoveries else Recovery.NONE,
            network=network,
            txid=txid,
            asset=claim.asset,
            memo_expected=next((one.memo for one in answer.addresses if network in one.networks and one.memo), None),
            cost=answer.recoveries.get(verdict),
            reference=seen.deposit_id or txid,
        )
    return None


def claim_of(asked: Asked) -> Claim:
    """Return what the customer says of the deposit."""
    networks = (asked.value(EntityKind.NETWORK) or "").split()
    return Claim(
        txid=asked.first(EntityKind.TXID),
        network=networks[0] if networks else None,
        address=asked.first(EntityKind.ADDRESS),
        asset=asked.asset,
        amount=next(iter(asked.amounts), None),
        sent_at=datetime.combine(asked.day, time(), UTC) if asked.day else None,
    )


def diagnosis_of(found: Conclusion, looks: tuple[Look, ...], *, now: datetime) -> Diagnosis | None:
    """Put a verdict into a diagnosis; None for one that says nothing, or that lacks what its sentence tells."""
    code = _CODES.get(found.verdict)
    if found.verdict is Verdict.PENDING and (found.pace is Pace.STUCK or found.eta_seconds is None):
        code = "deposit_stuck" if found.pace is Pace.STUCK else None
    values = _values(found)
    if code is None or not _NEEDS.get(code, frozenset()) <= set(values):
        return None
    settles = found.recovery in _BY_ITSELF or (found.verdict is Verdict.NOT_FOUND and not found.unanswered)
    return Diagnosis(
        code,
        values,
        _sources(found, looks, now),
        settles=settles and found.verdict is not Verdict.CONFIRMED,
        steps=_steps(found),
        next_step=None if settles else _next(found),
    )


def _next(found: Conclusion) -> str:
    is_astray = found.verdict is not Verdict.CONFIRMED and found.recovery is Recovery.EXCHANGE
    return "recover" if is_astray else "review"


_NEEDS = {
    "deposit_credited": {"amount"},
    "deposit_not_found": {"txid"},
    "deposit_wrong_network": {"network"},
    "deposit_wrong_coin": {"network", "contract"},
    "deposit_memo": {"expected"},
    "deposit_small": {"amount", "minimum"},
    "deposit_pending": {"network", "eta"},
    "deposit_stuck": {"network"},
    "deposit_confirming": {"count", "needed", "network", "eta"},
    "deposit_confirmed": {"network"},
    "deposit_replaced": {"network", "by"},
    "deposit_dropped": {"network"},
    "deposit_failed": {"network"},
    "deposit_not_ours": {"network", "to"},
}


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
        values["network"] = _name(found.network)
    if found.confirmations is not None and found.confirmations_needed is not None:
        values |= {"count": found.confirmations, "needed": found.confirmations_needed}
    if found.eta_seconds is not None:
        values["eta"] = timedelta(seconds=found.eta_seconds)
    return values


def _steps(found: Conclusion) -> tuple[Step, ...]:
    if found.recovery is not Recovery.EXCHANGE or found.cost is None:
        return ()
    if not found.cost.amount:
        return (Step("recoverable_free"),)
    return (Step("recoverable", {"cost": Money(found.cost.amount, found.cost.asset)}),)


def _sources(found: Conclusion, looks: tuple[Look, ...], now: datetime) -> tuple[Source, ...]:
    seen = [Source("chain", _name(look.network), look.transaction.as_of) for look in looks if look.transaction]
    known = [Source("account", found.reference, now)] if found.reference else []
    asked = [Source("chain", _name(look.network), now) for look in looks if not look.is_unavailable]
    return tuple(known + seen) or tuple(asked[:6])


def _name(network: str) -> str:
    try:
        return chains.network(network).name
    except chains.NetworkUnknown:
        return network
