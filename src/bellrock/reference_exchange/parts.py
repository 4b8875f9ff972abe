"""The parts of the reference exchange that are about an account: who, money, identity, yield, protection."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from bellrock import chains
from bellrock.exchange import (
    Ability,
    AccountProfile,
    ApiCall,
    ApiKey,
    Availability,
    Balance,
    Belonging,
    Belongs,
    Bonus,
    Deposit,
    DepositAddress,
    EarnProduct,
    ExchangeInvalid,
    ExchangeNotFound,
    Hold,
    Identity,
    LevelRules,
    Login,
    NetworkRule,
    OpenSession,
    Page,
    Payment,
    RateRule,
    RecoveryRule,
    Redemption,
    Reward,
    SecurityState,
    Sighted,
    Sighting,
    SigningRule,
    Subscription,
    Withdrawal,
)
from bellrock.reference_exchange import rules
from bellrock.reference_exchange.markets import Contracts, Derivatives, Market, Trading
from bellrock.reference_exchange.protecting import Protection
from bellrock.reference_exchange.state import page
from bellrock.reference_exchange.venue import Venue


class Account:
    """Who an account is and who came in."""

    def __init__(self, venue: Venue) -> None:
        self._venue = venue

    async def profile(self, account: str, /) -> AccountProfile:
        return replace(self._venue.account(account).profile, as_of=self._venue.now())

    async def security(self, account: str, /) -> SecurityState:
        return replace(self._venue.account(account).security, as_of=self._venue.now())

    async def logins(self, account: str, /, *, since: datetime | None = None, cursor: str | None = None) -> Page[Login]:
        rows = self._venue.account(account).logins
        return page(rows, now=self._venue.now(), cursor=cursor, keep=lambda row: since is None or row.at >= since)

    async def sessions(self, account: str, /) -> Page[OpenSession]:
        return page(self._venue.account(account).sessions, now=self._venue.now())

    async def holds(self, account: str, /) -> Page[Hold]:
        now = self._venue.now()
        return page(self._venue.account(account).holds, now=now, keep=lambda row: row.until is None or row.until > now)


class Api:
    """API keys and calls."""

    def __init__(self, venue: Venue) -> None:
        self._venue = venue

    async def keys(self, account: str, /) -> Page[ApiKey]:
        return page(self._venue.account(account).keys, now=self._venue.now())

    async def calls(
        self, account: str, /, *, since: datetime | None = None, faults_only: bool = False, cursor: str | None = None
    ) -> Page[ApiCall]:
        def keep(row: ApiCall) -> bool:
            return (since is None or row.received_at >= since) and (row.fault is not None or not faults_only)

        return page(self._venue.account(account).calls, now=self._venue.now(), cursor=cursor, keep=keep)

    async def signing(self) -> SigningRule:
        return rules.signing(self._venue.now())

    async def limits(self) -> Page[RateRule]:
        return page(rules.rate_rules(), now=self._venue.now())


class Funds:
    """What came in and went out. Deposits are looked up on the chains that are watched."""

    def __init__(self, venue: Venue) -> None:
        self._venue = venue

    async def balances(self, account: str, /, *, cursor: str | None = None) -> Page[Balance]:
        return page(self._venue.account(account).balances, now=self._venue.now(), cursor=cursor)

    async def deposits(
        self,
        account: str,
        /,
        *,
        asset: str | None = None,
        txid: str | None = None,
        since: datetime | None = None,
        cursor: str | None = None,
    ) -> Page[Deposit]:
        def keep(row: Deposit) -> bool:
            return (
                asset in (None, row.asset)
                and (txid is None or _same(txid, row.txid))
                and (since is None or row.seen_at >= since)
            )

        state = await self._venue.looked_at(account)
        if txid is not None and not any(_same(txid, row.txid) for row in state.deposits):
            await self._venue.look_for(account, txid)
        return page(state.deposits, now=self._venue.now(), cursor=cursor, keep=keep)

    async def withdrawals(
        self,
        account: str,
        /,
        *,
        asset: str | None = None,
        txid: str | None = None,
        since: datetime | None = None,
        cursor: str | None = None,
    ) -> Page[Withdrawal]:
        def keep(row: Withdrawal) -> bool:
            return (
                asset in (None, row.asset)
                and (txid is None or _same(txid, row.txid))
                and (since is None or row.created_at >= since)
            )

        return page(self._venue.account(account).withdrawals, now=self._venue.now(), cursor=cursor, keep=keep)

    async def addresses(
        self, account: str, /, *, asset: str | None = None, cursor: str | None = None
    ) -> Page[DepositAddress]:
        rows = self._venue.account(account).addresses
        return page(rows, now=self._venue.now(), cursor=cursor, keep=lambda row: asset in (None, row.asset))

    async def payments(
        self, account: str, /, *, since: datetime | None = None, cursor: str | None = None
    ) -> Page[Payment]:
        rows = self._venue.account(account).payments
        keep = lambda row: since is None or row.created_at >= since  # noqa: E731
        return page(rows, now=self._venue.now(), cursor=cursor, keep=keep)


class Networks:
    """Rules of networks, and whose things on them are."""

    def __init__(self, venue: Venue) -> None:
        self._venue = venue

    async def rules(
        self, *, asset: str | None = None, network: str | None = None, cursor: str | None = None
    ) -> Page[NetworkRule]:
        def keep(row: NetworkRule) -> bool:
            return asset in (None, row.asset) and network in (None, row.network)

        return page(self._venue.listed, now=self._venue.now(), cursor=cursor, keep=keep)

    async def recovery(self, *, asset: str, network: str) -> Page[RecoveryRule]:
        is_listed = any((rule.asset, rule.network) == (asset, network) for rule in self._venue.listed)
        now = self._venue.now()
        return page(rules.recovery_rules(network, is_listed=is_listed, now=now), now=now)

    async def whose(self, account: str, /, *, network: str, address: str, memo: str | None = None) -> Belongs:
        self._venue.account(account)
        now = self._venue.now()
        owner = self._venue.owner_of(network, address, memo)
        if owner == account:
            listed = next((one for one in self._listed_of(account, address)), None)
            is_here = any(one == network for one in self._listed_of(account, address))
            if is_here:
                return Belongs(Belonging.THIS_ACCOUNT, None, now)
            return Belongs(Belonging.THIS_ACCOUNT_ELSEWHERE, listed, now)
        if owner is not None:
            return Belongs(Belonging.ANOTHER_ACCOUNT if owner else Belonging.SHARED, None, now)
        known = self._venue.network(network)
        is_ours = known is not None and self._venue.is_ours(known, address)
        return Belongs(Belonging.EXCHANGE if is_ours else Belonging.NOT_OURS, None, now)

    async def sighted(self, account: str, /, *, network: str, txid: str) -> Sighted:
        state, now = await self._venue.looked_at(account), self._venue.now()
        told = state.sighted.get((network, txid)) or state.sighted.get((network, txid.lower()))
        if told:
            return replace(told, as_of=now)
        for row in state.withdrawals:
            if row.network == network and _same(txid, row.txid):
                return Sighted(Sighting.SENT_BY_US, None, row.id, None, now)
        for deposit in state.deposits:
            if deposit.network == network and _same(txid, deposit.txid) and not deposit.id.startswith("chain-"):
                is_credited = deposit.state.value == "credited"
                sighting = Sighting.CREDITED if is_credited else Sighting.UNDER_WAY
                return Sighted(sighting, deposit.id, None, None, now)
        try:
            found = await self._venue.watch.take(account, state, network, txid, now=now)
        except chains.TxidWrong as error:
            raise ExchangeInvalid from error
        return found or Sighted(Sighting.UNKNOWN, None, None, None, now)

    def _listed_of(self, account: str, address: str) -> list[str]:
        rows = self._venue.account(account).addresses
        return [row.network for row in rows if row.address.lower() == address.lower()]


class Earn:
    """Yield products and bonuses."""

    def __init__(self, venue: Venue) -> None:
        self._venue = venue

    async def products(self, *, asset: str | None = None) -> Page[EarnProduct]:
        return page(rules.earn_products(), now=self._venue.now(), keep=lambda row: asset in (None, row.asset))

    async def subscriptions(self, account: str, /) -> Page[Subscription]:
        return page(self._venue.account(account).subscriptions, now=self._venue.now())

    async def redemptions(
        self, account: str, /, *, since: datetime | None = None, cursor: str | None = None
    ) -> Page[Redemption]:
        rows = self._venue.account(account).redemptions
        keep = lambda row: since is None or row.asked_at >= since  # noqa: E731
        return page(rows, now=self._venue.now(), cursor=cursor, keep=keep)

    async def rewards(
        self, account: str, /, *, subscription_id: str, since: datetime | None = None, cursor: str | None = None
    ) -> Page[Reward]:
        rows = self._venue.account(account).rewards.get(subscription_id)
        if rows is None:
            raise ExchangeNotFound
        keep = lambda row: since is None or row.day >= since.date()  # noqa: E731
        return page(rows, now=self._venue.now(), cursor=cursor, keep=keep)

    async def bonuses(self, account: str, /) -> Page[Bonus]:
        return page(self._venue.account(account).bonuses, now=self._venue.now())


class Identities:
    """How far holders are identified, and what is offered where."""

    def __init__(self, venue: Venue) -> None:
        self._venue = venue

    async def identity(self, account: str, /) -> Identity:
        return replace(self._venue.account(account).identity, as_of=self._venue.now())

    async def levels(self, *, country: str) -> LevelRules:
        return LevelRules(_country(country), tuple(rules.levels(country)), self._venue.now())

    async def availability(self, *, country: str) -> Availability:
        return Availability(_country(country), rules.offers(country), self._venue.now())


PARTS: Mapping[Ability, Any] = {
    Ability.ACCOUNT: Account,
    Ability.API: Api,
    Ability.FUNDS: Funds,
    Ability.NETWORKS: Networks,
    Ability.TRADING: Trading,
    Ability.MARKET: Market,
    Ability.DERIVATIVES: Derivatives,
    Ability.CONTRACTS: Contracts,
    Ability.EARN: Earn,
    Ability.IDENTITY: Identities,
    Ability.PROTECTION: Protection,
}


def _country(text: str) -> str:
    if len(text) != 2 or not text.isascii() or not text.isupper():
        raise ExchangeInvalid
    return text


def _same(asked: str, txid: str | None) -> bool:
    """Compare transaction ids: those in hexadecimal digits in any case."""
    return txid is not None and (asked == txid or (len(asked) in (64, 66) and asked.lower() == txid.lower()))
