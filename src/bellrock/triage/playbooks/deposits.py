"""Deposits: what the chain and the exchange say together. Pure; the same facts give the same conclusion."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal, localcontext

from bellrock.chains import Fate, Fees, Movement, State, Transaction
from bellrock.triage.playbooks.deposit_addresses import account_of, plain_id, resembled, txid_candidates
from bellrock.triage.playbooks.deposit_exchange import (
    answer_of,
    ask_exchange,
    known_of,
    of_withdrawal,
    rules_of,
    with_recovery,
    with_rules,
)
from bellrock.triage.playbooks.deposit_facts import (
    Claim,
    Conclusion,
    Cost,
    Credit,
    ExchangeAnswer,
    KnownDeposit,
    Listing,
    Look,
    OwnAddress,
    Pace,
    Recovery,
    Verdict,
)
from bellrock.triage.playbooks.deposit_looks import look_up
from bellrock.triage.playbooks.deposit_records import (
    HELD,
    SUSPENDED,
    VANISHED,
    known_in,
    settled_by,
    with_cost,
    with_record,
)

_DIGITS = 100  # 256 bits are 78, and sums of them a few more: nothing is rounded
INSIDE_CONTRACT = "inside_contract"
"""The reason of what ran through a contract whose own transfers are not seen."""
# In how many blocks a transaction is taken that pays so much; what pays less than the slow ones may never be.
_BLOCKS: Mapping[Pace, int] = {Pace.FAST: 1, Pace.NORMAL: 3, Pace.SLOW: 10}
_CREDITED_BY_ITSELF = frozenset({Verdict.PENDING, Verdict.CONFIRMING, Verdict.CONFIRMED})


def conclude(claim: Claim, answer: ExchangeAnswer, looks: Sequence[Look]) -> Conclusion:
    """Return what is the matter with a deposit, what can be done, and the facts that say so.

    What the exchange credited or sent back is credited or sent back, whatever the customer thinks. Then the transaction is
    judged where it was found: on the network that pays to the customer's address first, then on the claimed one. Where no
    chain tells, the exchange's own record counts. "Not found" is said only of networks that were looked at, all of which
    answered, the claimed one among them; without a claim, all that the exchange takes and the id fits.
    """
    known = known_in(claim, answer)
    if known and (settled := settled_by(known)):
        return settled
    found = _on_chains(claim, answer, looks)
    if known:
        found = with_record(found, known, answer)
    return replace(
        found,
        asked=tuple(look.network for look in looks if not look.is_unavailable),
        unanswered=tuple(look.network for look in looks if look.is_unavailable),
    )


def _on_chains(claim: Claim, answer: ExchangeAnswer, looks: Sequence[Look]) -> Conclusion:
    look = _best(claim, answer, looks)
    if look and look.transaction:
        return _judge(look, look.transaction, claim, answer)
    if look and look.outcome and look.outcome.fate in (Fate.REPLACED, Fate.DROPPED):
        return _gone(look, claim, answer)
    if claim.txid is None or not _looked_everywhere(claim.txid, claim.network, answer, looks):
        return Conclusion(Verdict.UNCLEAR, Recovery.UNKNOWN, txid=claim.txid, network=claim.network)
    return Conclusion(Verdict.NOT_FOUND, Recovery.UNKNOWN, txid=claim.txid, network=claim.network)


def _looked_everywhere(txid: str, claimed: str | None, answer: ExchangeAnswer, looks: Sequence[Look]) -> bool:
    """Say whether every network was looked at on which the transaction has to be for the customer's words to make sense."""
    asked = {look.network for look in looks}
    if not asked or any(look.is_unavailable for look in looks):
        return False
    if claimed is not None:
        return claimed in asked
    fitting = {one.network.id for one in txid_candidates(txid, claimed)}
    taken = {one.network for one in answer.listings} | {name for one in answer.addresses for name in one.networks}
    return fitting & taken <= asked


def _best(claim: Claim, answer: ExchangeAnswer, looks: Sequence[Look]) -> Look | None:
    def order(look: Look) -> tuple[bool, bool, bool]:
        pays = bool(look.transaction and _to_us(look.transaction, answer))
        return not pays, look.transaction is None, look.network != claim.network

    telling = [look for look in looks if look.transaction or (look.outcome and look.outcome.fate is not Fate.UNKNOWN)]
    return min(telling, key=order, default=None)


def _gone(look: Look, claim: Claim, answer: ExchangeAnswer) -> Conclusion:
    assert look.outcome is not None
    if look.outcome.fate is Fate.DROPPED:
        return Conclusion(Verdict.DROPPED, Recovery.SENDER, network=look.network, txid=claim.txid)
    told = Conclusion(
        Verdict.REPLACED, Recovery.SENDER, network=look.network, txid=claim.txid, replaced_by=look.outcome.by
    )
    if look.replacement is None:
        return told
    # What took the place may pay here as well, from a sender who raised the fee; or here, and not as it has to.
    instead = _judge(look, look.replacement, claim, answer).verdict
    if instead in _CREDITED_BY_ITSELF:
        return replace(told, recovery=Recovery.WAIT, replaced_pays=True)
    pays_nothing = instead in (Verdict.NOT_OURS, Verdict.FAILED)
    return replace(told, replaced_pays=False) if pays_nothing else replace(told, recovery=Recovery.UNKNOWN)


def _judge(look: Look, seen: Transaction, claim: Claim, answer: ExchangeAnswer) -> Conclusion:
    base = replace(as_seen(look, seen), verdict=Verdict.NOT_OURS, recovery=Recovery.HOLDER)
    if seen.state is State.FAILED:
        return replace(base, verdict=Verdict.FAILED, recovery=Recovery.SENDER, reason=seen.reason)
    ours = _to_us(seen, answer)
    if not ours and seen.hides and all(movement.to == seen.calls for movement in seen.movements):
        # A contract ran and may have passed coins on: many exchanges pay out that way.
        return replace(base, verdict=Verdict.UNCLEAR, recovery=Recovery.UNKNOWN, reason=INSIDE_CONTRACT)
    if not ours:
        first = _largest(seen.movements)
        to = first.to if first else seen.calls
        amount = first.amount if first else None
        return replace(base, went_to=to, amount=amount, resembles=resembled(to, answer.addresses) if to else None)
    movement, own = _meant(ours, claim, look.network, answer)
    amount = _sum(ours, movement)
    base = replace(base, amount=amount, went_to=movement.to, contract=movement.asset or None)
    listing = _listing(look.network, movement.asset, answer)
    if look.network not in own.networks:
        return with_cost(replace(base, verdict=Verdict.WRONG_NETWORK), answer)
    if listing is None:
        return with_cost(replace(base, verdict=Verdict.WRONG_CONTRACT), answer)
    base = replace(base, asset=listing.asset, confirmations_needed=listing.confirmations, minimum=listing.minimum)
    if own.memo is not None and not _is_memo(movement, own.memo):
        verdict = Verdict.MEMO_WRONG if movement.memo else Verdict.MEMO_MISSING
        told = replace(base, verdict=verdict, memo_found=movement.memo, memo_expected=own.memo)
        return with_cost(told, answer)
    if not listing.is_open:
        base = replace(base, reason=SUSPENDED, opens_at=listing.opens_at)
    if amount is not None and amount < listing.minimum:
        small = replace(base, verdict=Verdict.BELOW_MINIMUM, recovery=Recovery.TOP_UP)
        return small if listing.adds_up else with_cost(small, answer)
    return _on_its_way(base, look, seen, listing)


def as_seen(look: Look, seen: Transaction) -> Conclusion:
    """Return what the chain alone says of a transaction; whose it is stays open. What waits has arrived nowhere yet."""
    found = Conclusion(
        Verdict.UNCLEAR,
        Recovery.UNKNOWN,
        network=look.network,
        txid=seen.txid,
        confirmations=seen.confirmations,
        fee_rate=seen.fee_rate,
    )
    if seen.state is not State.PENDING:
        return found
    pace = pace_of(seen.fee_rate, look.fees)
    return replace(found, waits=True, fees=look.fees, pace=pace, follows=seen.follows, hangs_on=seen.hangs_on)


def _on_its_way(base: Conclusion, look: Look, seen: Transaction, listing: Listing) -> Conclusion:
    if base.waits:
        pending = replace(base, verdict=Verdict.PENDING, recovery=Recovery.WAIT)
        blocks = _BLOCKS.get(base.pace) if base.pace and not base.follows else None
        if blocks is None:
            return pending
        eta = round((blocks + listing.confirmations - 1) * look.block_seconds)
        return replace(pending, eta_seconds=eta, taken_seconds=max(1, round(blocks * look.block_seconds)))
    missing = listing.confirmations - seen.confirmations
    if missing > 0:
        eta = max(1, round(missing * look.block_seconds))
        counted = replace(base, verdict=Verdict.CONFIRMING, recovery=Recovery.WAIT, eta_seconds=eta)
        return replace(counted, hangs_on=seen.hangs_on)  # its block may be given up
    by_itself = base.reason == SUSPENDED
    return replace(base, verdict=Verdict.CONFIRMED, recovery=Recovery.WAIT if by_itself else Recovery.EXCHANGE)


def pace_of(rate: Decimal | None, fees: Fees | None) -> Pace | None:
    """Return how a fee rate compares with what places cost now; None where either is not known. Both are in the same unit."""
    if rate is None or fees is None:
        return None
    if rate >= fees.fast:
        return Pace.FAST
    if rate >= fees.normal:
        return Pace.NORMAL
    return Pace.SLOW if rate >= fees.slow else Pace.STUCK


def _to_us(seen: Transaction, answer: ExchangeAnswer) -> list[tuple[Movement, OwnAddress]]:
    """Return the movements to addresses of this customer, the address that takes this network first."""
    own = sorted(answer.addresses, key=lambda one: seen.network not in one.networks)
    found = []
    for movement in seen.movements:
        account, _ = account_of(movement.to)
        match = next((one for one in own if account_of(one.address)[0] == account), None)
        if match:
            found.append((movement, match))
    return found


def _meant(
    ours: list[tuple[Movement, OwnAddress]], claim: Claim, network: str, answer: ExchangeAnswer
) -> tuple[Movement, OwnAddress]:
    """Return the movement that is talked about: of a coin that is taken, with the right memo, of the claimed amount."""

    def order(one: tuple[Movement, OwnAddress]) -> tuple[bool, bool, bool]:
        movement, own = one
        is_memo = own.memo is None or _is_memo(movement, own.memo)
        return _listing(network, movement.asset, answer) is None, not is_memo, movement.amount != claim.amount

    return min(ours, key=order)


def _sum(ours: list[tuple[Movement, OwnAddress]], meant: Movement) -> Decimal | None:
    """Return all that arrived of the same coin at the same place with the same memo."""
    place = (meant.to, meant.asset, meant.memo)
    total = Decimal(0)
    with localcontext(prec=_DIGITS):
        for movement, _ in ours:
            if (movement.to, movement.asset, movement.memo) == place:
                if movement.amount is None:
                    return None
                total += movement.amount
    return total


def _is_memo(movement: Movement, expected: str) -> bool:
    found = movement.memo if movement.memo is not None else account_of(movement.to)[1]
    return found is not None and found.strip() == expected.strip()


def _listing(network: str, asset: str, answer: ExchangeAnswer) -> Listing | None:
    wanted = plain_id(asset)
    return next((one for one in answer.listings if one.network == network and plain_id(one.contract) == wanted), None)


def _largest(movements: Sequence[Movement]) -> Movement | None:
    return max(movements, key=lambda one: one.amount or Decimal(0), default=None)


__all__ = [
    "HELD",
    "INSIDE_CONTRACT",
    "SUSPENDED",
    "VANISHED",
    "Claim",
    "Conclusion",
    "Cost",
    "Credit",
    "ExchangeAnswer",
    "KnownDeposit",
    "Listing",
    "Look",
    "OwnAddress",
    "Pace",
    "Recovery",
    "Verdict",
    "account_of",
    "answer_of",
    "as_seen",
    "ask_exchange",
    "conclude",
    "known_of",
    "look_up",
    "of_withdrawal",
    "pace_of",
    "resembled",
    "rules_of",
    "with_recovery",
    "with_rules",
]
