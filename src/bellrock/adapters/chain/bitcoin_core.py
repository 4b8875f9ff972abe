"""Bitcoin and its relatives by the RPC of their own node (https://developer.bitcoin.org/reference/rpc), with `-txindex=1`.

A node has no index of addresses, so that `activity` is for `esplora`.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from bellrock.adapters.chain.http import NodeRefused, exact
from bellrock.adapters.chain.reading import NodeChain, careful, hexadecimal, instant, require_same
from bellrock.chains.port import (
    Ability,
    ChainCannot,
    Fate,
    Fees,
    Movement,
    Outcome,
    Received,
    State,
    Tip,
    Transaction,
)
from bellrock.core import clock

UNIT = "sat/vB"
BLOCK_VBYTES = 1_000_000
BLOCKS = (1, 3, 10)
MEMPOOL_MAX = 3_000
SEARCH_MAX = 300
SEARCH_BLOCKS = 6
_NOT_THERE = -5
# Chains that share their first block with Bitcoin are called by the block that parted them (CAIP-4).
_PARTED = {"bip122:000000000000000000651ef99cb9fcbe": 478559}


class CoreChain(NodeChain):
    """A chain behind a node of Bitcoin's family: bitcoind, litecoind, dogecoind."""

    can = frozenset({Ability.FEES, Ability.FATE, Ability.PENDING})

    @careful
    async def tip(self) -> Tip:
        await self._check()
        info = await self._node.call("getblockchaininfo")
        header = await self._node.call("getblockheader", [info["bestblockhash"]])
        return Tip(int(info["blocks"]), instant(header["time"]), clock.now())

    @careful
    async def transaction(self, txid: str, /) -> Transaction | None:
        txid = hexadecimal(txid)
        await self._check()
        found = await self._raw(txid)
        if found is None:
            return None
        require_same(found["txid"], txid)
        waits = None if found.get("confirmations") else await self._entry(txid)
        if not found.get("confirmations") and waits is None:
            return None  # its block was given up, and nobody waits for it
        header = await self._node.call("getblockheader", [found["blockhash"]]) if waits is None else {}
        fee = waits["fees"]["base"] if waits else None
        return Transaction(
            network=self.network.id,
            txid=txid,
            state=State.PENDING if waits else State.CONFIRMED,
            confirmations=int(found.get("confirmations") or 0),
            movements=tuple(movement for output in found["vout"] for movement in _movements(output)),
            as_of=clock.now(),
            height=header.get("height"),
            block_at=instant(header["time"]) if header else None,
            fee=fee,
            fee_rate=_rate(fee, waits["vsize"]) if waits else None,
            hangs_on=tuple(f"{spent['txid']}:{spent['vout']}" for spent in found["vin"] if "txid" in spent),
        )

    async def activity(self, address: str, /, *, since: datetime) -> tuple[Received, ...]:  # noqa: ARG002 - the port's shape
        raise ChainCannot

    @careful
    async def fees(self) -> Fees:
        """From the transactions that wait, as blocks would take them; with more than 3,000, from `estimatesmartfee`."""
        await self._check()
        info = await self._node.call("getmempoolinfo")
        floor = max(_per_kb(info["mempoolminfee"]), _per_kb(info.get("minrelaytxfee", 0)))
        rates = await self._estimated(floor) if info["size"] > MEMPOOL_MAX else await self._waiting_rates(floor)
        return Fees(UNIT, rates[2], rates[1], rates[0], clock.now(), waiting=int(info["size"]))

    @careful
    async def fate(self, seen: Transaction, /) -> Outcome:
        """A transaction whose outputs another one spent can never be confirmed; while they are unspent, it was dropped."""
        if await self.transaction(seen.txid) is not None:
            return Outcome(Fate.THERE)
        spent = []
        for place in seen.hangs_on:
            txid, _, index = place.partition(":")
            if await self._node.call("gettxout", [txid, int(index), True]) is None:
                spent.append(place)
        if not seen.hangs_on:
            return Outcome(Fate.UNKNOWN)
        if not spent:
            return Outcome(Fate.DROPPED)
        taker = await self._taker(frozenset(spent))
        if taker:
            return Outcome(Fate.REPLACED, by=taker)
        # An output that is gone because its own transaction is gone takes this one along.
        return Outcome(Fate.REPLACED if await self._raw(spent[0].partition(":")[0]) else Fate.DROPPED)

    async def _taker(self, outputs: frozenset[str]) -> str | None:
        """Return what spent an output: among those that wait, and in the newest six blocks."""
        for txid in (await self._node.call("getrawmempool"))[-SEARCH_MAX:]:
            found = await self._raw(txid)
            if found and _spends(found, outputs):
                return str(txid)
        block = (await self._node.call("getblockchaininfo"))["bestblockhash"]
        for _ in range(SEARCH_BLOCKS):
            if not block:
                break
            whole = await self._node.call("getblock", [block, 2])
            for found in whole["tx"]:
                if _spends(found, outputs):
                    return str(found["txid"])
            block = whole.get("previousblockhash")
        return None

    async def _raw(self, txid: str) -> dict[str, Any] | None:
        try:
            found = await self._node.call("getrawtransaction", [txid, True])
        except NodeRefused as error:
            if error.code == _NOT_THERE:
                return None
            raise
        return dict(found)

    async def _entry(self, txid: str) -> dict[str, Any] | None:
        try:
            return dict(await self._node.call("getmempoolentry", [txid]))
        except NodeRefused as error:
            if error.code == _NOT_THERE:
                return None
            raise

    async def _waiting_rates(self, floor: Decimal) -> list[Decimal]:
        waiting = (await self._node.call("getrawmempool", [True])).values()
        ordered = sorted(((_rate(one["fees"]["base"], one["vsize"]), one["vsize"]) for one in waiting), reverse=True)
        rates = []
        for blocks in BLOCKS:
            room, rate = blocks * BLOCK_VBYTES, floor
            for price, size in ordered:
                room -= size
                if room < 0:
                    rate = max(floor, price)
                    break
            rates.append(rate)
        return rates

    async def _estimated(self, floor: Decimal) -> list[Decimal]:
        rates = []
        for blocks in BLOCKS:
            answer = await self._node.call("estimatesmartfee", [max(blocks, 2)])
            rates.append(max(floor, _per_kb(answer.get("feerate", 0))))
        return rates

    async def _serves(self) -> str:
        first = await self._node.call("getblockhash", [_PARTED.get(self.network.id, 0)])
        return f"bip122:{str(first)[:32]}"


def _movements(output: dict[str, Any]) -> list[Movement]:
    script = output["scriptPubKey"]
    addresses = [script["address"]] if "address" in script else script.get("addresses") or []
    return [Movement(to=address, amount=exact(output["value"])) for address in addresses[:1]]


def _spends(found: dict[str, Any], outputs: frozenset[str]) -> bool:
    return any(f"{spent.get('txid')}:{spent.get('vout')}" in outputs for spent in found["vin"])


def _rate(fee: Any, vsize: int) -> Decimal:
    return round(exact(fee).scaleb(8) / vsize, 2)


def _per_kb(rate: Any) -> Decimal:
    return round(exact(rate).scaleb(5), 2)
