"""Bitcoin and its relatives by Esplora's HTTP API (github.com/Blockstream/esplora, API.md), as mempool.space has it."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from bellrock.adapters.chain.http import NodeRefused, exact
from bellrock.adapters.chain.reading import NodeChain, careful, coins, hexadecimal, instant, require_same
from bellrock.chains.port import (
    ACTIVITY_MAX,
    Ability,
    Family,
    Fate,
    Fees,
    Kind,
    Movement,
    Outcome,
    Received,
    State,
    Tip,
    Transaction,
    require_kind,
)
from bellrock.core import clock

UNIT = "sat/vB"
INPUTS_MAX = 20


class EsploraChain(NodeChain):
    """A chain behind a server that indexes addresses. Use one of your own: it learns which addresses are asked for."""

    can = frozenset({Ability.ACTIVITY, Ability.FEES, Ability.FATE, Ability.PENDING})

    @careful
    async def tip(self) -> Tip:
        await self._check()
        newest = (await self._node.get("/blocks"))[0]
        return Tip(int(newest["height"]), instant(newest["timestamp"]), clock.now())

    @careful
    async def transaction(self, txid: str, /) -> Transaction | None:
        txid = hexadecimal(txid)
        await self._check()
        found = await self._found(txid)
        if found is None:
            return None
        require_same(found["txid"], txid)
        status = found["status"]
        height = int(status["block_height"]) if status["confirmed"] else None
        return Transaction(
            network=self.network.id,
            txid=txid,
            state=State.PENDING if height is None else State.CONFIRMED,
            confirmations=0 if height is None else max(1, (await self.tip()).height - height + 1),
            movements=_movements(found),
            as_of=clock.now(),
            height=height,
            block_at=None if height is None else instant(status["block_time"]),
            fee=coins(found["fee"], self.network.decimals),
            fee_rate=round(exact(found["fee"]) * 4 / int(found["weight"]), 2),
            hangs_on=tuple(
                f"{spent['txid']}:{spent['vout']}" for spent in found["vin"] if not spent.get("is_coinbase")
            ),
        )

    @careful
    async def activity(self, address: str, /, *, since: datetime) -> tuple[Received, ...]:
        address = require_kind(address, Kind.ADDRESS, Family.BITCOIN)
        await self._check()
        received = []
        for found in await self._node.get(f"/address/{address}/txs"):
            status = found["status"]
            at = instant(status["block_time"]) if status["confirmed"] else None
            if at is None or at >= since:
                height = int(status["block_height"]) if at else None
                received += [Received(found["txid"], one, height, at) for one in _movements(found) if one.to == address]
        return tuple(received[:ACTIVITY_MAX])

    @careful
    async def fees(self) -> Fees:
        await self._check()
        estimates = {int(blocks): exact(rate) for blocks, rate in (await self._node.get("/fee-estimates")).items()}
        waiting = (await self._node.get("/mempool"))["count"]
        slow, normal, fast = (round(_within(estimates, blocks), 2) for blocks in (10, 3, 1))
        return Fees(UNIT, slow, normal, fast, clock.now(), waiting=int(waiting))

    @careful
    async def fate(self, seen: Transaction, /) -> Outcome:
        """A transaction whose outputs another one spent can never be confirmed; while they are unspent, it was dropped."""
        if await self.transaction(seen.txid) is not None:
            return Outcome(Fate.THERE)
        if not seen.hangs_on:
            return Outcome(Fate.UNKNOWN)
        for place in seen.hangs_on[:INPUTS_MAX]:
            txid, _, index = place.partition(":")
            try:
                spent = await self._node.get(f"/tx/{txid}/outspend/{int(index)}")
            except NodeRefused:
                continue
            if spent["spent"]:
                return Outcome(Fate.REPLACED, by=str(spent["txid"]))
        return Outcome(Fate.DROPPED)

    async def _found(self, txid: str) -> dict[str, Any] | None:
        try:
            return dict(await self._node.get(f"/tx/{txid}"))
        except NodeRefused as error:
            if error.code == 404:
                return None
            raise

    async def _serves(self) -> str:
        return f"bip122:{(await self._node.text('/block-height/0'))[:32]}"


def _movements(found: dict[str, Any]) -> tuple[Movement, ...]:
    return tuple(
        Movement(to=output["scriptpubkey_address"], amount=coins(output["value"], 8))
        for output in found["vout"]
        if output.get("scriptpubkey_address")
    )


def _within(estimates: dict[int, Decimal], blocks: int) -> Decimal:
    """Return the estimate for so many blocks, or for the next number that is given."""
    return estimates[min((given for given in estimates if given >= blocks), default=max(estimates))]
