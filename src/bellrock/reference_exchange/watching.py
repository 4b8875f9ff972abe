"""Deposits seen on real nodes: what addresses received is looked up, counted up to the confirmations, and credited."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from bellrock.chains import Ability, Chain, Movement, Transaction
from bellrock.chains import State as OnChain
from bellrock.core import BellrockError
from bellrock.exchange import Astray, Deposit, DepositAddress, DepositState, NetworkRule, Sighted, Sighting
from bellrock.reference_exchange.state import State

LOOK_AGAIN = timedelta(seconds=1)
LOOK_BACK = timedelta(hours=2)
_log = structlog.get_logger(__name__)


class Watch:
    """Looks at the nodes for an account whenever it is asked about, at most once a second."""

    def __init__(
        self,
        chains: Mapping[str, Chain],
        listed: list[NetworkRule],
        owner_of: Callable[[str, str, str | None], str | None],
    ) -> None:
        self._chains = chains
        self._listed = listed
        self._owner_of = owner_of

    async def look(self, account: str, state: State, *, now: datetime) -> None:
        """Bring the deposits of an account up to date. A node that does not answer leaves them as they were."""
        if not self._chains or (state.looked_at and now - state.looked_at < LOOK_AGAIN):
            return
        state.looked_at = now
        for network, chain in self._chains.items():
            try:
                await self._follow(network, chain, state, now)
                for address in {one.address for one in state.addresses if one.network == network}:
                    if Ability.ACTIVITY in chain.can:
                        for received in await chain.activity(address, since=now - LOOK_BACK):
                            await self.take(account, state, network, received.txid, now=now)
            except BellrockError as error:
                _log.warning("chain.not_read", network=network, reason=error.code)

    async def take(self, account: str, state: State, network: str, txid: str, *, now: datetime) -> Sighted | None:
        """Look at one transaction; keep it as a deposit where it is one of this account. None: the chain has none such."""
        chain = self._chains.get(network)
        found = await chain.transaction(txid) if chain else None
        if found is None or found.state is OnChain.FAILED:
            return None
        told = Sighted(Sighting.UNKNOWN, None, None, None, now)
        for movement in found.movements:
            owner = self._owner_of(network, movement.to, movement.memo)
            if owner is None:
                continue
            rule = self._rule(network, movement.asset)
            if owner == "":
                told = replace(told, sighting=Sighting.UNASSIGNED, astray=Astray.WRONG_MEMO)
            elif owner != account:
                told = replace(told, sighting=Sighting.ANOTHER_ACCOUNT)
            elif rule is None:
                told = replace(told, sighting=Sighting.IGNORED, astray=self._astray(movement))
            elif movement.amount is not None:
                return self._keep(state, rule, found, movement, now)
        return told

    async def _follow(self, network: str, chain: Chain, state: State, now: datetime) -> None:
        """Count the confirmations of what is not credited; what is gone from the chain has failed."""
        for number, row in enumerate(state.deposits):
            if row.network != network or row.txid is None or not row.id.startswith("chain-"):
                continue
            if row.state in (DepositState.CREDITED, DepositState.FAILED):
                continue
            found = await chain.transaction(row.txid)
            if found is None or found.state is OnChain.FAILED:
                state.deposits[number] = replace(row, state=DepositState.FAILED, confirmations=0)
            else:
                state.deposits[number] = _counted(row, self._rule_of(row), found, now)

    def _keep(self, state: State, rule: NetworkRule, found: Transaction, movement: Movement, now: datetime) -> Sighted:
        identity = f"chain-{found.txid}"[:60]
        for row in state.deposits:
            if row.id == identity:
                return _sighted(row, now)
        own = next(one for one in state.addresses if _is_same(one, rule))
        row = Deposit(
            id=identity,
            asset=rule.asset,
            network=rule.network,
            asset_id=rule.asset_id,
            amount=movement.amount or rule.deposit_min,
            address=own.address,
            memo=own.memo,
            txid=found.txid,
            state=DepositState.SEEN,
            confirmations=0,
            confirmations_needed=rule.confirmations_to_credit,
            seen_at=now,
            credited_at=None,
        )
        row = _counted(row, rule, found, now)
        state.deposits.insert(0, row)
        return _sighted(row, now)

    def _rule(self, network: str, token: str) -> NetworkRule | None:
        for rule in self._listed:
            kind, _, reference = rule.asset_id.partition("/")[2].partition(":")
            is_coin = kind == "slip44"
            if rule.network == network and (is_coin if not token else reference.lower() == token.lower()):
                return rule
        return None

    def _rule_of(self, row: Deposit) -> NetworkRule:
        return next(rule for rule in self._listed if (rule.asset_id, rule.asset) == (row.asset_id, row.asset))

    def _astray(self, movement: Movement) -> Astray:
        """Tell a coin that is taken elsewhere from one that is taken nowhere. Every EVM chain's coin can be ether's cousin."""
        known = any(movement.asset and rule.asset_id.lower().endswith(movement.asset.lower()) for rule in self._listed)
        return Astray.WRONG_NETWORK if known or not movement.asset else Astray.UNLISTED_ASSET


def _counted(row: Deposit, rule: NetworkRule, found: Transaction, now: datetime) -> Deposit:
    row = replace(row, confirmations=found.confirmations)
    if found.state is OnChain.PENDING:
        return replace(row, state=DepositState.SEEN)
    if not rule.takes_deposits:
        return replace(row, state=DepositState.SUSPENDED)
    if row.amount < rule.deposit_min:
        return replace(row, state=DepositState.BELOW_MINIMUM)
    if found.confirmations < rule.confirmations_to_credit:
        return replace(row, state=DepositState.CONFIRMING)
    return replace(row, state=DepositState.CREDITED, credited_at=now)


def _sighted(row: Deposit, now: datetime) -> Sighted:
    is_small = row.state is DepositState.BELOW_MINIMUM
    sighting = Sighting.CREDITED if row.state is DepositState.CREDITED else Sighting.UNDER_WAY
    return Sighted(sighting, row.id, None, Astray.BELOW_MINIMUM if is_small else None, now)


def _is_same(one: DepositAddress, rule: NetworkRule) -> bool:
    return (one.asset, one.network) == (rule.asset, rule.network)
