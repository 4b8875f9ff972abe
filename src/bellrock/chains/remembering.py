"""A chain that remembers what it saw: only so can anybody say later that a transaction was replaced or dropped."""

from __future__ import annotations

from datetime import datetime

from bellrock.chains.facts import Ability, Fate, Fees, Outcome, Received, State, Tip, Transaction
from bellrock.chains.models import Network
from bellrock.chains.port import Chain

REMEMBERED_MAX = 10_000
YOUNG_MAX = 6
"""Blocks that may still be given up for others: what is in them counts as waiting."""


class Remembering:
    """Another chain, and the last 10,000 transactions that this process saw waiting there, or in its newest six blocks.

    The oldest are forgotten first.
    """

    def __init__(self, chain: Chain) -> None:
        self._chain = chain
        self._waiting: dict[str, Transaction] = {}

    @property
    def network(self) -> Network:
        return self._chain.network

    @property
    def can(self) -> frozenset[Ability]:
        return self._chain.can

    async def tip(self) -> Tip:
        return await self._chain.tip()

    async def transaction(self, txid: str, /) -> Transaction | None:
        found = await self._chain.transaction(txid)
        if found is not None:
            self._waiting.pop(_key(found.txid), None)
            if found.hangs_on and (found.state is State.PENDING or found.confirmations <= YOUNG_MAX):
                self._waiting[_key(found.txid)] = found
                if len(self._waiting) > REMEMBERED_MAX:
                    del self._waiting[next(iter(self._waiting))]
        return found

    async def activity(self, address: str, /, *, since: datetime) -> tuple[Received, ...]:
        return await self._chain.activity(address, since=since)

    async def fees(self) -> Fees:
        return await self._chain.fees()

    async def fate(self, seen: Transaction, /) -> Outcome:
        """Return what became of a transaction; where nothing is known of what it hung on, as it was seen here while it waited."""
        known = seen if seen.hangs_on else self._waiting.get(_key(seen.txid))
        return await self._chain.fate(known) if known else Outcome(Fate.UNKNOWN)


def _key(txid: str) -> str:
    return txid.lower()
