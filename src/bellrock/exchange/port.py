"""The port to the exchange: what support asks of it, and how it protects an account. Nothing here can move money.

Every part is a Protocol of at most five methods and is declared in `Exchange.can`; what is not declared raises ExchangeCannot.
A customer is named by the exchange's own account id, the `sub` of the customer's token (`people.Profile.external_id`).
All methods raise ExchangeUnavailable, ExchangeRateLimited, ExchangeMixedUp, ExchangeNotAllowed and ExchangeInvalid; those that
name an account or a thing of it raise ExchangeNotFound. Answers say in `as_of` how fresh they are. Rows come the newest
first; `cursor` is the `next` of the page before, asked with the same filters. Lists without a cursor have one page.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bellrock.exchange.account import AccountProfile, Hold, Login, OpenSession, SecurityState
from bellrock.exchange.api import ApiCall, ApiKey, RateRule, SigningRule
from bellrock.exchange.derivatives import (
    Brackets,
    Contract,
    FundingPayment,
    FundingRate,
    Liquidation,
    MarginAccount,
    PathPoint,
    Settlement,
)
from bellrock.exchange.earn import Bonus, EarnProduct, Redemption, Reward, Subscription
from bellrock.exchange.errors import (
    ExchangeCannot,
    ExchangeConflict,
    ExchangeInvalid,
    ExchangeMixedUp,
    ExchangeNotAllowed,
    ExchangeNotFound,
    ExchangeRateLimited,
    ExchangeUnavailable,
)
from bellrock.exchange.facts import Ability, Page
from bellrock.exchange.funds import (
    Balance,
    Belongs,
    Deposit,
    DepositAddress,
    NetworkRule,
    Payment,
    RecoveryRule,
    Sighted,
    Withdrawal,
)
from bellrock.exchange.identity import Availability, Identity, LevelRules
from bellrock.exchange.protection import Approver, Measure, Taken
from bellrock.exchange.trading import (
    AccountFees,
    Book,
    Candle,
    FeeSchedule,
    Market,
    Order,
    OrderState,
    PriceKind,
    Trade,
)


class AccountPart(Protocol):
    """Who an account is, how it is secured, who came in, what is on hold."""

    async def profile(self, account: str, /) -> AccountProfile: ...

    async def security(self, account: str, /) -> SecurityState: ...

    async def logins(
        self, account: str, /, *, since: datetime | None = None, cursor: str | None = None
    ) -> Page[Login]: ...

    async def sessions(self, account: str, /) -> Page[OpenSession]: ...

    async def holds(self, account: str, /) -> Page[Hold]:
        """Return what is on hold now."""


class ApiPart(Protocol):
    """API keys and the calls made with them, and the rules that they have to follow."""

    async def keys(self, account: str, /) -> Page[ApiKey]: ...

    async def calls(
        self, account: str, /, *, since: datetime | None = None, faults_only: bool = False, cursor: str | None = None
    ) -> Page[ApiCall]: ...

    async def signing(self) -> SigningRule: ...

    async def limits(self) -> Page[RateRule]: ...


class FundsPart(Protocol):
    """What an account has, and what came in and went out."""

    async def balances(self, account: str, /, *, cursor: str | None = None) -> Page[Balance]: ...

    async def deposits(
        self,
        account: str,
        /,
        *,
        asset: str | None = None,
        txid: str | None = None,
        since: datetime | None = None,
        cursor: str | None = None,
    ) -> Page[Deposit]: ...

    async def withdrawals(
        self,
        account: str,
        /,
        *,
        asset: str | None = None,
        txid: str | None = None,
        since: datetime | None = None,
        cursor: str | None = None,
    ) -> Page[Withdrawal]: ...

    async def addresses(
        self, account: str, /, *, asset: str | None = None, cursor: str | None = None
    ) -> Page[DepositAddress]: ...

    async def payments(
        self, account: str, /, *, since: datetime | None = None, cursor: str | None = None
    ) -> Page[Payment]:
        """Return payments by bank, card and the like, in and out."""


class NetworksPart(Protocol):
    """Which assets go over which networks, and whose an address or a transaction is, as far as an account may know."""

    async def rules(
        self, *, asset: str | None = None, network: str | None = None, cursor: str | None = None
    ) -> Page[NetworkRule]:
        """Return the rules by asset code and CAIP-2 network, the most used first."""

    async def recovery(self, *, asset: str, network: str) -> Page[RecoveryRule]:
        """Return what is done for deposits of an asset that went astray on a network, one row a way of going astray."""

    async def whose(self, account: str, /, *, network: str, address: str, memo: str | None = None) -> Belongs:
        """Return whose an address is on a network. Never tells another account's name."""

    async def sighted(self, account: str, /, *, network: str, txid: str) -> Sighted:
        """Return what the exchange knows of a transaction, credited or not."""


class TradingPart(Protocol):
    """Orders, trades and fees of an account."""

    async def orders(
        self,
        account: str,
        /,
        *,
        symbol: str | None = None,
        state: OrderState | None = None,
        since: datetime | None = None,
        cursor: str | None = None,
    ) -> Page[Order]: ...

    async def order(self, account: str, /, *, order_id: str) -> Order:
        """Return an order by its own or the client's id, with all its steps."""

    async def trades(
        self,
        account: str,
        /,
        *,
        order_id: str | None = None,
        symbol: str | None = None,
        since: datetime | None = None,
        cursor: str | None = None,
    ) -> Page[Trade]: ...

    async def fees(self, account: str, /) -> AccountFees: ...


class MarketPart(Protocol):
    """Markets, books, prices and published fees: the same for everybody."""

    async def markets(self, *, symbol: str | None = None, cursor: str | None = None) -> Page[Market]: ...

    async def book(self, symbol: str, /, *, at: datetime) -> Book:
        """Return the book as it stood at a time."""

    async def prices(
        self, symbol: str, /, *, kind: PriceKind, since: datetime, until: datetime, step_seconds: int
    ) -> Page[Candle]:
        """Return prices from `since` (included) to `until` (excluded), the oldest first; at most 200 steps of 1 s to 1 day."""

    async def fee_schedule(self) -> FeeSchedule: ...


class DerivativesPart(Protocol):
    """Positions of an account, and what became of them."""

    async def margin(self, account: str, /, *, at: datetime | None = None) -> MarginAccount:
        """Return wallet and open positions, now or as they were."""

    async def path(self, account: str, /, *, position_id: str, cursor: str | None = None) -> Page[PathPoint]:
        """Return the life of a position, the oldest first."""

    async def liquidations(
        self, account: str, /, *, symbol: str | None = None, since: datetime | None = None, cursor: str | None = None
    ) -> Page[Liquidation]: ...

    async def funding(
        self, account: str, /, *, symbol: str | None = None, since: datetime | None = None, cursor: str | None = None
    ) -> Page[FundingPayment]: ...

    async def settlements(
        self, account: str, /, *, since: datetime | None = None, cursor: str | None = None
    ) -> Page[Settlement]: ...


class ContractsPart(Protocol):
    """Contracts, their brackets and rates: the same for everybody."""

    async def contracts(self, *, symbol: str | None = None, cursor: str | None = None) -> Page[Contract]: ...

    async def brackets(self, symbol: str, /, *, at: datetime | None = None) -> Brackets: ...

    async def rates(
        self, symbol: str, /, *, since: datetime | None = None, cursor: str | None = None
    ) -> Page[FundingRate]: ...


class EarnPart(Protocol):
    """Yield products, what an account has in them, and bonuses."""

    async def products(self, *, asset: str | None = None) -> Page[EarnProduct]: ...

    async def subscriptions(self, account: str, /) -> Page[Subscription]: ...

    async def redemptions(
        self, account: str, /, *, since: datetime | None = None, cursor: str | None = None
    ) -> Page[Redemption]: ...

    async def rewards(
        self, account: str, /, *, subscription_id: str, since: datetime | None = None, cursor: str | None = None
    ) -> Page[Reward]: ...

    async def bonuses(self, account: str, /) -> Page[Bonus]: ...


class IdentityPart(Protocol):
    """How far holders are identified, and what is offered where. Documents themselves are never seen."""

    async def identity(self, account: str, /) -> Identity: ...

    async def levels(self, *, country: str) -> LevelRules: ...

    async def availability(self, *, country: str) -> Availability: ...


class ProtectionPart(Protocol):
    """Measures that take possibilities away. The exchange's own staff gives them back, in the exchange's own tools."""

    @property
    def measures(self) -> frozenset[Measure]:
        """What this exchange lets support do."""

    async def take(
        self,
        account: str,
        measure: Measure,
        /,
        *,
        key: str,
        reason: str,
        approver: Approver,
        target: str | None = None,
    ) -> Taken:
        """Take a measure, once for an idempotency key. `reason` is kept by the exchange and holds no customer's words.

        Raises ExchangeConflict where the key was used for something else, ExchangeCannot for a measure that is not in `measures`.
        After ExchangeUnavailable it is not known whether it was taken: ask again with the same key.
        """

    async def taken(self, account: str, /) -> Page[Taken]: ...


@dataclass(frozen=True, slots=True)
class Exchange:
    """One exchange, part by part. A part that is not in `can` is there and raises ExchangeCannot."""

    name: str
    can: frozenset[Ability]
    account: AccountPart
    api: ApiPart
    funds: FundsPart
    networks: NetworksPart
    trading: TradingPart
    market: MarketPart
    derivatives: DerivativesPart
    contracts: ContractsPart
    earn: EarnPart
    identity: IdentityPart
    protection: ProtectionPart


__all__ = [
    "Ability",
    "AccountPart",
    "ApiPart",
    "ContractsPart",
    "DerivativesPart",
    "EarnPart",
    "Exchange",
    "ExchangeCannot",
    "ExchangeConflict",
    "ExchangeInvalid",
    "ExchangeMixedUp",
    "ExchangeNotAllowed",
    "ExchangeNotFound",
    "ExchangeRateLimited",
    "ExchangeUnavailable",
    "FundsPart",
    "IdentityPart",
    "MarketPart",
    "NetworksPart",
    "Page",
    "ProtectionPart",
    "TradingPart",
]
