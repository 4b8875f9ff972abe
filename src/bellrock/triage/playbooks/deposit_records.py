"""What the exchange's own record of a deposit says, alone or beside the chain, and what it does for coins astray."""

from __future__ import annotations

from dataclasses import replace

from bellrock import chains
from bellrock.triage.playbooks.deposit_addresses import plain_id
from bellrock.triage.playbooks.deposit_facts import (
    Claim,
    Conclusion,
    Credit,
    ExchangeAnswer,
    KnownDeposit,
    Recovery,
    Verdict,
)

SUSPENDED = "suspended"
"""The reason of what arrived while deposits are closed."""
VANISHED = "vanished"
"""The reason of what the exchange counts as waiting, and no chain knows."""
HELD = "held"
"""The reason of what the exchange keeps from being credited, or refused, before it has all confirmations."""
_MINUTE = 60.0
_SETTLED = {
    Credit.CREDITED: (Verdict.CREDITED, Recovery.NOT_NEEDED),
    Credit.INTERNAL: (Verdict.INTERNAL, Recovery.NOT_NEEDED),
    Credit.RETURNED: (Verdict.RETURNED, Recovery.SENDER),
}
_UNSURE = frozenset({Verdict.NOT_FOUND, Verdict.UNCLEAR, Verdict.NOT_OURS})


def settled_by(known: KnownDeposit) -> Conclusion | None:
    """Return the conclusion where the exchange's record settles it, whatever a chain says: credited, or sent back."""
    found = _SETTLED.get(known.credit)
    return _as_known(known, *found) if found else None


def _as_known(known: KnownDeposit, verdict: Verdict, recovery: Recovery) -> Conclusion:
    return Conclusion(
        verdict,
        recovery,
        network=known.network,
        txid=known.txid,
        asset=known.asset,
        amount=known.amount,
        reference=known.reference,
    )


def with_record(found: Conclusion, known: KnownDeposit, answer: ExchangeAnswer) -> Conclusion:
    """Return a conclusion as the exchange's own record of the deposit completes it."""
    if found.verdict in _UNSURE:
        found = _by_record(found, known, answer)
    # A review or a suspension at the exchange is why enough confirmations are not enough.
    reason = (known.reason or found.reason) if found.verdict is Verdict.CONFIRMED else found.reason
    found = replace(found, reference=known.reference, reason=reason)
    if known.credit is Credit.SUSPENDED and found.verdict in (Verdict.CONFIRMED, Verdict.CONFIRMING):
        found = replace(found, verdict=Verdict.CONFIRMED, recovery=Recovery.WAIT, reason=SUSPENDED)
    if known.credit in (Credit.HELD, Credit.REJECTED) and found.verdict in (Verdict.PENDING, Verdict.CONFIRMING):
        found = replace(found, verdict=Verdict.UNCLEAR, recovery=Recovery.EXCHANGE, reason=HELD)
    return found


def _by_record(found: Conclusion, known: KnownDeposit, answer: ExchangeAnswer) -> Conclusion:
    """Return what the exchange's record says where no chain tells; what it saw once and no node knows now was dropped."""
    listing = next((one for one in answer.listings if (one.network, one.asset) == (known.network, known.asset)), None)
    told = _as_known(known, Verdict.CONFIRMED, Recovery.EXCHANGE)
    told = replace(told, confirmations=known.confirmations, confirmations_needed=known.confirmations_needed)
    told = replace(told, opens_at=listing.opens_at if listing else None)
    vanished = replace(told, verdict=Verdict.UNCLEAR, recovery=Recovery.UNKNOWN, reason=VANISHED)
    missing = known.confirmations_needed - known.confirmations
    match known.credit:
        case Credit.WAITING if found.verdict is Verdict.NOT_FOUND:
            return vanished
        case Credit.REJECTED if found.verdict is Verdict.NOT_FOUND and known.confirmations:
            return vanished
        case Credit.REJECTED if found.verdict is Verdict.NOT_FOUND:
            return replace(found, verdict=Verdict.DROPPED, recovery=Recovery.SENDER, network=known.network)
        case Credit.REJECTED:
            return found
        case Credit.SMALL:
            small = replace(told, verdict=Verdict.BELOW_MINIMUM, minimum=listing.minimum if listing else None)
            return replace(small, recovery=Recovery.TOP_UP) if listing and listing.adds_up else with_cost(small, answer)
        case Credit.WAITING if not known.confirmations:
            return replace(told, verdict=Verdict.PENDING, recovery=Recovery.WAIT)
        case Credit.HELD if missing > 0:
            return replace(told, verdict=Verdict.UNCLEAR, reason=HELD)
        case Credit.WAITING if missing > 0:
            eta = max(1, round(missing * _block_seconds(known.network)))
            return replace(told, verdict=Verdict.CONFIRMING, recovery=Recovery.WAIT, eta_seconds=eta)
    return told


def _block_seconds(network: str | None) -> float:
    try:
        return chains.network(network or "").block_seconds
    except chains.NetworkUnknown:
        return _MINUTE


def known_in(claim: Claim, answer: ExchangeAnswer) -> KnownDeposit | None:
    """Return the deposit that a claim names by its transaction, or by the exchange's own id."""
    if claim.txid is None:
        return None
    wanted = plain_id(claim.txid)
    for deposit in answer.deposits:
        if wanted in (plain_id(deposit.txid or ""), plain_id(deposit.reference)):
            return deposit
    return None


def with_cost(found: Conclusion, answer: ExchangeAnswer) -> Conclusion:
    """Say whether the exchange brings coins back after such a verdict, and what that costs; nothing where it was not asked."""
    if answer.recoveries is None:
        return replace(found, recovery=Recovery.UNKNOWN)
    recovery = Recovery.EXCHANGE if found.verdict in answer.recoveries else Recovery.NONE
    return replace(found, recovery=recovery, cost=answer.recoveries.get(found.verdict))
