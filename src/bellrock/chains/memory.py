"""A chain in memory: what is put into it, it says, like a node would. For demos, for tests, and where no node is set up."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from bellrock.chains.facts import (
    ACTIVITY_MAX,
    Ability,
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
from bellrock.chains.models import Kind, Network
from bellrock.chains.reading import identify

MEMORY_MAX = 10_000


class MemoryChain:
    """A chain whose blocks are made by hand, at times that are given. It refuses ids that its network would not write."""

    can = frozenset(Ability)

    def __init__(self, network: Network, *, at: datetime, unit: str = "units") -> None:
        self.network = network
        self._unit = unit
        self._blocks: list[datetime] = [at]
        self._known: dict[str, Transaction] = {}
        self._gone: dict[str, str | None] = {}
        self._now = at

    def put(
        self,
        txid: str,
        *movements: Movement,
        at: datetime,
        fee_rate: Decimal = Decimal(1),
        hangs_on: tuple[str, ...] = (),
        calls: str | None = None,
    ) -> Transaction:
        """Let a transaction wait. What hangs on the same as one that waits takes its place. Raises TxidWrong."""
        self._require(txid, Kind.TXID)
        self._pass(at)
        for other in list(self._known.values()):
            if other.state is State.PENDING and set(other.hangs_on) & set(hangs_on):
                self._gone[other.txid] = txid
                del self._known[other.txid]
        if len(self._known) >= MEMORY_MAX:
            del self._known[next(iter(self._known))]
        self._known[txid] = Transaction(
            network=self.network.id,
            txid=txid,
            state=State.PENDING,
            confirmations=0,
            movements=movements,
            as_of=at,
            fee_rate=fee_rate,
            hangs_on=hangs_on,
            calls=calls,
        )
        return self._known[txid]

    def mine(self, *, at: datetime, failing: frozenset[str] = frozenset()) -> int:
        """Make a block of everything that waits and return its height; those in `failing` have no effect."""
        self._pass(at)
        self._blocks.append(at)
        height = len(self._blocks) - 1
        for txid, one in list(self._known.items()):
            if one.state is State.PENDING:
                failed = txid in failing
                self._known[txid] = replace(
                    one,
                    state=State.FAILED if failed else State.CONFIRMED,
                    movements=() if failed else one.movements,
                    height=height,
                    block_at=at,
                    reason="failed" if failed else None,
                )
        return height

    def drop(self, txid: str, *, at: datetime) -> None:
        """Let a transaction that waits be forgotten."""
        self._pass(at)
        if txid in self._known and self._known[txid].state is State.PENDING:
            del self._known[txid]
            self._gone[txid] = None

    async def tip(self) -> Tip:
        return Tip(len(self._blocks) - 1, self._blocks[-1], self._now)

    async def transaction(self, txid: str, /) -> Transaction | None:
        self._require(txid, Kind.TXID)
        found = self._known.get(txid)
        if found is None:
            return None
        confirmations = 0 if found.height is None else len(self._blocks) - found.height
        return replace(found, confirmations=confirmations, as_of=self._now)

    async def activity(self, address: str, /, *, since: datetime) -> tuple[Received, ...]:
        self._require(address, Kind.ADDRESS)
        received = [
            Received(one.txid, movement, one.height, one.block_at)
            for one in reversed(self._known.values())
            for movement in one.movements
            if movement.to == address and (one.block_at or self._now) >= since
        ]
        return tuple(received[:ACTIVITY_MAX])

    async def fees(self) -> Fees:
        rates = sorted(one.fee_rate or Decimal(0) for one in self._known.values() if one.state is State.PENDING)
        slow, normal, fast = (rates[len(rates) * part // 100] if rates else Decimal(1) for part in (10, 50, 90))
        return Fees(self._unit, slow, normal, fast, self._now, waiting=len(rates))

    async def fate(self, seen: Transaction, /) -> Outcome:
        if seen.txid in self._known:
            return Outcome(Fate.THERE)
        if seen.txid not in self._gone:
            return Outcome(Fate.UNKNOWN)
        by = self._gone[seen.txid]
        return Outcome(Fate.REPLACED if by else Fate.DROPPED, by=by)

    def _pass(self, at: datetime) -> None:
        self._now = max(self._now, at)

    def _require(self, text: str, kind: Kind) -> None:
        if not any(one.kind is kind and one.network.id == self.network.id for one in identify(text).candidates):
            raise TxidWrong
