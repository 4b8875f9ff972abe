"""What a story of an account is told with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from bellrock import chains
from bellrock.exchange import (
    Deposit,
    DepositState,
    NetworkRule,
)
from bellrock.reference_exchange.addresses import txid_of
from bellrock.reference_exchange.prices import Prices
from bellrock.reference_exchange.state import Draw, State

D = Decimal


@dataclass(frozen=True, slots=True)
class World:
    """What a story is told with. `at` is the start of the exchange: stories end there."""

    account: str
    draw: Draw
    prices: Prices
    listed: list[NetworkRule]
    at: datetime

    def rule(self, asset: str, network: str) -> NetworkRule:
        """Return a rule of the table."""
        return next(rule for rule in self.listed if (rule.asset, rule.network) == (asset, network))

    def ago(self, **distance: float) -> datetime:
        """Return a time before the start."""
        return self.at - timedelta(**distance)

    def deposit(self, state: State, rule: NetworkRule, subject: str, amount: str, *, at: datetime) -> Deposit:
        """Return a deposit that was seen at a time; a story says what became of it."""
        own = next(one for one in state.addresses if (one.asset, one.network) == (rule.asset, rule.network))
        return Deposit(
            id=f"dep-{self.draw.digits('story', self.account, subject, size=5)}",
            asset=rule.asset,
            network=rule.network,
            asset_id=rule.asset_id,
            amount=D(amount),
            address=own.address,
            memo=own.memo,
            txid=self.txid(rule.network, subject),
            state=DepositState.SEEN,
            confirmations=0,
            confirmations_needed=rule.confirmations_to_credit,
            seen_at=at,
            credited_at=None,
        )

    def txid(self, network: str, subject: str) -> str:
        """Return the transaction id of something in a story."""
        return txid_of(chains.network(network), self.draw, self.account, "story", subject)
