"""The port to a chain: what support asks of a node, and nothing that could move a coin."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from bellrock.chains.codecs import BITCOIN_58, RIPPLE_58, base58check, to_base58check
from bellrock.chains.facts import (
    ACTIVITY_MAX,
    Ability,
    ChainCannot,
    ChainMixedUp,
    ChainUnavailable,
    Fate,
    Fees,
    Movement,
    Outcome,
    Received,
    State,
    Tip,
    Transaction,
    TxidWrong,
)
from bellrock.chains.models import Family, Kind, Network
from bellrock.chains.networks import network
from bellrock.chains.reading import identify


class Chain(Protocol):
    """One network, asked through a node. Adapters: `adapters.chain`; built in: `chains.MemoryChain`."""

    @property
    def network(self) -> Network: ...

    @property
    def can(self) -> frozenset[Ability]: ...

    async def tip(self) -> Tip:
        """Return the newest block. Raises ChainUnavailable, ChainMixedUp."""

    async def transaction(self, txid: str, /) -> Transaction | None:
        """Return a transaction, or None when the node knows none of this id. Raises TxidWrong, ChainUnavailable, ChainMixedUp."""

    async def activity(self, address: str, /, *, since: datetime) -> tuple[Received, ...]:
        """Return what an address received since a time, the newest first, at most 50. Raises ChainCannot and as above."""

    async def fees(self) -> Fees:
        """Return what a place in the next blocks costs. Raises ChainCannot and as above."""

    async def fate(self, seen: Transaction, /) -> Outcome:
        """Return what became of a transaction as it was seen earlier. Raises ChainCannot and as above."""


def require(chain: Chain, ability: Ability) -> None:
    """Raise ChainCannot where a chain does not have an ability."""
    if ability not in chain.can:
        raise ChainCannot


def require_kind(text: str, kind: Kind, family: Family) -> str:
    """Return a text that can be an address or transaction id of a family. Raises TxidWrong: nothing else is sent to a node."""
    if any(one.kind is kind and one.network.family is family for one in identify(text).candidates):
        return text.strip()
    raise TxidWrong


__all__ = [
    "ACTIVITY_MAX",
    "BITCOIN_58",
    "RIPPLE_58",
    "Ability",
    "Chain",
    "ChainCannot",
    "ChainMixedUp",
    "ChainUnavailable",
    "Family",
    "Fate",
    "Fees",
    "Kind",
    "Movement",
    "Network",
    "Outcome",
    "Received",
    "State",
    "Tip",
    "Transaction",
    "TxidWrong",
    "base58check",
    "identify",
    "network",
    "require",
    "require_kind",
    "to_base58check",
]
