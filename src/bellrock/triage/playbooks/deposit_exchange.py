"""What the exchange says of a deposit, asked through its port and put into the words of the judgement."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from typing import Any

from bellrock.core import clock
from bellrock.exchange import (
    Astray,
    Deposit,
    DepositAddress,
    DepositState,
    FundsPart,
    NetworkRule,
    NetworksPart,
    Page,
    Recoverable,
    RecoveryRule,
    Withdrawal,
)
from bellrock.triage.playbooks.deposit_facts import (
    Claim,
    Cost,
    Credit,
    ExchangeAnswer,
    KnownDeposit,
    Listing,
    OwnAddress,
    Verdict,
)

PAGES_MAX = 5
_CREDITS = {
    DepositState.CREDITED: Credit.CREDITED,
    DepositState.BELOW_MINIMUM: Credit.SMALL,
    DepositState.SUSPENDED: Credit.SUSPENDED,
    DepositState.HELD: Credit.HELD,
    DepositState.RETURNED: Credit.RETURNED,
    DepositState.FAILED: Credit.REJECTED,
}
_VERDICTS = {
    Astray.WRONG_NETWORK: (Verdict.WRONG_NETWORK,),
    Astray.WRONG_MEMO: (Verdict.MEMO_MISSING, Verdict.MEMO_WRONG),
    Astray.UNLISTED_ASSET: (Verdict.WRONG_CONTRACT,),
    Astray.BELOW_MINIMUM: (Verdict.BELOW_MINIMUM,),
}


async def ask_exchange(account: str, claim: Claim, *, funds: FundsPart, networks: NetworksPart) -> ExchangeAnswer:
    """Return what the exchange says of a claimed deposit, asked all at once. Raises what the port raises.

    Rules are asked for by the claimed coin and by the claimed network, since either may be wrong; without both, the first page
    of all rules is what is known. Recoveries are asked for where coin and network are claimed: see `with_recovery` for others.
    """
    both = claim.asset is not None and claim.network is not None
    addresses, deposits, by_asset, by_network, recovery = await asyncio.gather(
        funds.addresses(account),
        funds.deposits(account, txid=claim.txid) if claim.txid else _none(),
        rules_of(networks, asset=claim.asset) if claim.asset else _none(),
        rules_of(networks, network=claim.network) if claim.network or not claim.asset else _none(),
        networks.recovery(asset=claim.asset or "", network=claim.network or "") if both else _none(),
    )
    known = answer_of(addresses.rows, deposits.rows, (*by_asset.rows, *by_network.rows), recovery.rows)
    return known if both else replace(known, recoveries=None)


async def _none() -> Page[Any]:
    return Page((), clock.now())


async def rules_of(
    networks: NetworksPart, *, asset: str | None = None, network: str | None = None
) -> Page[NetworkRule]:
    """Return the rules of a coin or of a network: up to five pages, a thousand rows. Raises what the port raises."""
    found = await networks.rules(asset=asset, network=network)
    rows = list(found.rows)
    for _ in range(PAGES_MAX - 1):
        if found.next is None or not (asset or network):
            break
        found = await networks.rules(asset=asset, network=network, cursor=found.next)
        rows += found.rows
    return Page(tuple(rows), found.as_of)


def with_rules(answer: ExchangeAnswer, rules: Iterable[NetworkRule]) -> ExchangeAnswer:
    """Return an answer that knows further rules."""
    known = {(one.network, one.asset) for one in answer.listings}
    more = tuple(one for one in _listings(rules) if (one.network, one.asset) not in known)
    return replace(answer, listings=answer.listings + more)


def with_recovery(answer: ExchangeAnswer, recovery: Iterable[RecoveryRule]) -> ExchangeAnswer:
    """Return an answer that knows what is done for deposits astray, on the network and of the coin that were asked for."""
    recovery = tuple(recovery)
    by_itself = any(one.astray is Astray.BELOW_MINIMUM and one.recoverable is Recoverable.BY_ITSELF for one in recovery)
    return replace(
        answer,
        listings=tuple(replace(one, adds_up=by_itself) for one in answer.listings),
        recoveries={
            verdict: Cost(one.fee, one.fee_asset) if one.recoverable is Recoverable.ON_REQUEST else None
            for one in recovery
            if one.recoverable in (Recoverable.ON_REQUEST, Recoverable.SOMETIMES)
            for verdict in _VERDICTS.get(one.astray, ())
        },
    )


def answer_of(
    addresses: Iterable[DepositAddress],
    deposits: Iterable[Deposit],
    rules: Iterable[NetworkRule],
    recovery: Iterable[RecoveryRule] = (),
) -> ExchangeAnswer:
    """Return the exchange's facts as the judgement takes them."""
    answer = ExchangeAnswer(_own(addresses), _listings(rules), tuple(known_of(deposit) for deposit in deposits))
    return with_recovery(answer, recovery)


def _listings(rules: Iterable[NetworkRule]) -> tuple[Listing, ...]:
    """Return what is taken, also while it is suspended."""
    found = {
        (rule.network, rule.asset_id): Listing(
            network=rule.network,
            asset=rule.asset,
            minimum=rule.deposit_min,
            confirmations=rule.confirmations_to_credit,
            contract=contract_of(rule.asset_id),
            is_open=rule.takes_deposits,
            opens_at=None if rule.takes_deposits else rule.suspended_until,
        )
        for rule in rules
        if rule.takes_deposits or rule.suspended_since is not None
    }
    return tuple(found.values())


def of_withdrawal(withdrawal: Withdrawal, *, confirmations: int) -> tuple[Claim, ExchangeAnswer] | None:
    """Return a withdrawal as the deposit that it is at its destination, to look it up and judge it; None before it was sent.

    Then `confirmed` says that it arrived, after so many confirmations as receivers usually want: whoever runs the destination
    has to credit it. `failed`, `dropped` and `replaced` are for the exchange, which is the sender.
    """
    if withdrawal.txid is None:
        return None
    there = OwnAddress(withdrawal.address, frozenset({withdrawal.network}), withdrawal.memo)
    listing = Listing(withdrawal.network, withdrawal.asset, Decimal(0), confirmations, contract_of(withdrawal.asset_id))
    claim = Claim(
        txid=withdrawal.txid,
        network=withdrawal.network,
        address=withdrawal.address,
        memo=withdrawal.memo,
        asset=withdrawal.asset,
        amount=withdrawal.amount,
        sent_at=withdrawal.sent_at,
    )
    return claim, ExchangeAnswer((there,), (listing,))


def contract_of(asset_id: str) -> str:
    """Return the contract of a CAIP-19 asset, empty for a chain's own coin (`slip44`)."""
    _, _, asset = asset_id.partition("/")
    namespace, _, reference = asset.partition(":")
    return "" if namespace == "slip44" else reference


def _own(addresses: Iterable[DepositAddress]) -> tuple[OwnAddress, ...]:
    networks: dict[tuple[str, str | None], set[str]] = {}
    for one in addresses:
        networks.setdefault((one.address, one.memo), set()).add(one.network)
    return tuple(OwnAddress(address, frozenset(found), memo) for (address, memo), found in networks.items())


def known_of(deposit: Deposit) -> KnownDeposit:
    """Return a deposit of the exchange as the judgement takes it."""
    credit = _CREDITS.get(deposit.state, Credit.WAITING)
    if deposit.is_internal and credit is Credit.CREDITED:
        credit = Credit.INTERNAL
    waits = deposit.state in (DepositState.HELD, DepositState.SUSPENDED)
    return KnownDeposit(
        reference=deposit.id,
        credit=credit,
        asset=deposit.asset,
        amount=Decimal(deposit.amount),
        txid=deposit.txid,
        network=deposit.network,
        at=deposit.credited_at or deposit.seen_at,
        reason=(deposit.reason or deposit.state.value) if waits or credit is Credit.REJECTED else None,
        confirmations=deposit.confirmations,
        confirmations_needed=deposit.confirmations_needed,
    )
