"""What the exchange says of a deposit, asked through its port and put into the words of the judgement."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from bellrock.exchange import (
    Astray,
    Deposit,
    DepositAddress,
    DepositState,
    FundsPart,
    NetworkRule,
    NetworksPart,
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

_CREDITS = {
    DepositState.CREDITED: Credit.CREDITED,
    DepositState.RETURNED: Credit.REJECTED,
    DepositState.FAILED: Credit.REJECTED,
}
_VERDICTS = {
    Astray.WRONG_NETWORK: (Verdict.WRONG_NETWORK,),
    Astray.WRONG_MEMO: (Verdict.MEMO_MISSING, Verdict.MEMO_WRONG),
    Astray.UNLISTED_ASSET: (Verdict.WRONG_CONTRACT,),
    Astray.BELOW_MINIMUM: (Verdict.BELOW_MINIMUM,),
}


async def ask_exchange(account: str, claim: Claim, *, funds: FundsPart, networks: NetworksPart) -> ExchangeAnswer:
    """Return what the exchange says of a claimed deposit: five questions at most. Raises what the port raises.

    Rules are asked for by the claimed coin and by the claimed network, since either may be wrong; without both, the first page
    of all rules is what is known.
    """
    addresses = await funds.addresses(account)
    deposits = await funds.deposits(account, txid=claim.txid)
    rules: list[NetworkRule] = []
    if claim.asset:
        rules += (await networks.rules(asset=claim.asset)).rows
    if claim.network or not claim.asset:
        rules += (await networks.rules(network=claim.network)).rows
    recovery: tuple[RecoveryRule, ...] = ()
    if claim.asset and claim.network:
        recovery = (await networks.recovery(asset=claim.asset, network=claim.network)).rows
    return answer_of(addresses.rows, deposits.rows, rules, recovery)


def answer_of(
    addresses: Iterable[DepositAddress],
    deposits: Iterable[Deposit],
    rules: Iterable[NetworkRule],
    recovery: Iterable[RecoveryRule] = (),
) -> ExchangeAnswer:
    """Return the exchange's facts as the judgement takes them."""
    recovery = tuple(recovery)
    by_itself = any(one.astray is Astray.BELOW_MINIMUM and one.recoverable is Recoverable.BY_ITSELF for one in recovery)
    listings = {
        (rule.network, rule.asset_id): Listing(
            network=rule.network,
            asset=rule.asset,
            minimum=rule.deposit_min,
            confirmations=rule.confirmations_to_credit,
            contract=contract_of(rule.asset_id),
            adds_up=by_itself,
        )
        for rule in rules
        if rule.takes_deposits
    }
    return ExchangeAnswer(
        addresses=_own(addresses),
        listings=tuple(listings.values()),
        deposits=tuple(_known(deposit) for deposit in deposits),
        recoveries={
            verdict: Cost(one.fee, one.fee_asset) if one.recoverable is Recoverable.ON_REQUEST else None
            for one in recovery
            if one.recoverable in (Recoverable.ON_REQUEST, Recoverable.SOMETIMES)
            for verdict in _VERDICTS.get(one.astray, ())
        },
    )


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


def _known(deposit: Deposit) -> KnownDeposit:
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
    )
