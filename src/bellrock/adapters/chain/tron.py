"""TRON by the HTTP API of a full node, and TronGrid's index for what an address received (https://developers.tron.network)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

from bellrock.adapters.chain.http import Node, NodeRefused
from bellrock.adapters.chain.reading import (
    NodeChain,
    Scales,
    bounded,
    careful,
    coins,
    hexadecimal,
    instant,
    require_same,
)
from bellrock.chains.port import (
    ACTIVITY_MAX,
    Ability,
    ChainCannot,
    Family,
    Fate,
    Fees,
    Kind,
    Movement,
    Network,
    Outcome,
    Received,
    State,
    Tip,
    Transaction,
    require_kind,
    to_base58check,
)
from bellrock.core import clock

TRANSFER = "ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef"
_READ = frozenset(
    {"TransferContract", "TriggerSmartContract"}
)  # others, as of TRC-10 tokens, move what is not read here


class TronChain(NodeChain):
    """TRON. It has no market of fees: energy and bandwidth have a price, so that `fees` is not among what it can."""

    can = frozenset({Ability.ACTIVITY, Ability.FATE, Ability.PENDING, Ability.TOKENS})

    def __init__(self, network: Network, node: Node) -> None:
        super().__init__(network, node)
        self._scales = Scales(self._decimals_of)

    @careful
    async def tip(self) -> Tip:
        await self._check()
        header = (await self._node.post("/wallet/getnowblock", {}))["block_header"]["raw_data"]
        return Tip(int(header["number"]), instant(int(header["timestamp"]) // 1_000), clock.now())

    @careful
    async def transaction(self, txid: str, /) -> Transaction | None:
        txid = hexadecimal(txid)
        await self._check()
        asked = {"value": txid, "visible": True}
        found = await self._node.post("/wallet/gettransactionbyid", asked) or await self._waiting(asked)
        if not found:
            return None
        require_same(found["txID"], txid)
        info = await self._node.post("/wallet/gettransactioninfobyid", {"value": txid})
        contract = found["raw_data"]["contract"][0]
        results = [one.get("contractRet", "SUCCESS") for one in found.get("ret") or []]
        reason = next((one for one in results if one != "SUCCESS"), None)
        height = int(info["blockNumber"]) if info else None
        state = State.PENDING if height is None else State.FAILED if reason else State.CONFIRMED
        return Transaction(
            network=self.network.id,
            txid=txid,
            state=state,
            confirmations=0 if height is None else max(1, (await self.tip()).height - height + 1),
            movements=() if state is State.FAILED else (*self._own(found), *await self._moved(info)),
            as_of=clock.now(),
            height=height,
            block_at=instant(int(info["blockTimeStamp"]) // 1_000) if info else None,
            fee=coins(info.get("fee") or 0, self.network.decimals) if info else None,
            hangs_on=(f"expires:{int(found['raw_data']['expiration'])}",),
            calls=contract["parameter"]["value"].get("contract_address"),
            reason=reason,
            hides=contract["type"] not in _READ or len(bounded(_transfers(info))) < len(_transfers(info)),
        )

    async def _waiting(self, asked: dict[str, Any]) -> Any:
        """Return what no block has taken: a node keeps it apart. Services that offer no such question know none."""
        try:
            return await self._node.post("/wallet/gettransactionfrompending", asked)
        except NodeRefused:
            return None

    @careful
    async def activity(self, address: str, /, *, since: datetime) -> tuple[Received, ...]:
        address = require_kind(address, Kind.ADDRESS, Family.TRON)
        await self._check()
        query = f"only_to=true&limit={ACTIVITY_MAX}&min_timestamp={int(since.timestamp() * 1_000)}"
        tokens = await self._node.get(f"/v1/accounts/{address}/transactions/trc20?{query}")
        own = await self._node.get(f"/v1/accounts/{address}/transactions?{query}")
        received = [_of_token(row) for row in tokens["data"] if row["type"] == "Transfer" and row["to"] == address]
        for row in own["data"]:
            at = instant(int(row["block_timestamp"]) // 1_000)
            received += [
                Received(row["txID"], one, int(row["blockNumber"]), at) for one in self._own(row) if one.to == address
            ]
        received = [one for one in received if one.block_at and one.block_at >= since]
        received.sort(key=lambda one: one.block_at or since, reverse=True)
        return tuple(received[:ACTIVITY_MAX])

    async def fees(self) -> Fees:
        raise ChainCannot

    @careful
    async def fate(self, seen: Transaction, /) -> Outcome:
        """A transaction says until when it may be taken, mostly a minute; afterwards it is gone for good."""
        if await self.transaction(seen.txid) is not None:
            return Outcome(Fate.THERE)
        marker, _, expires = (seen.hangs_on[0] if seen.hangs_on else "").partition(":")
        if marker != "expires":
            return Outcome(Fate.UNKNOWN)
        tip = await self.tip()
        is_over = tip.block_at is not None and tip.block_at > instant(int(expires) // 1_000)
        return Outcome(Fate.DROPPED if is_over else Fate.UNKNOWN)

    def _own(self, found: dict[str, Any]) -> tuple[Movement, ...]:
        contract = found["raw_data"]["contract"][0]
        value = contract["parameter"]["value"]
        if contract["type"] != "TransferContract":
            return ()
        amount = coins(value["amount"], self.network.decimals)
        memo = bytes.fromhex(found["raw_data"].get("data") or "").decode("utf-8", "replace")[:200] or None
        return (Movement(_visible(value["to_address"]), amount, source=_visible(value["owner_address"]), memo=memo),)

    async def _moved(self, info: dict[str, Any]) -> list[Movement]:
        movements = list(self._passed(info))
        for log in bounded(_transfers(info)):
            token, source, to = (_visible("41" + part[-40:]) for part in (log["address"], *log["topics"][1:]))
            decimals = await self._scales.of(token)
            amount = None if decimals is None else coins(int(log["data"][:64] or "0", 16), decimals)
            movements.append(Movement(to, amount, token, source))
        return movements

    def _passed(self, info: dict[str, Any]) -> Iterator[Movement]:
        """Return the coins that contracts passed on; those of tokens stand in the logs."""
        for inner in info.get("internal_transactions") or []:
            for one in inner.get("callValueInfo") or []:
                if one.get("callValue") and "tokenId" not in one and not inner.get("rejected"):
                    source, to = _visible(inner["caller_address"]), _visible(inner["transferTo_address"])
                    yield Movement(to, coins(one["callValue"], self.network.decimals), source=source)

    async def _decimals_of(self, token: str) -> int | None:
        asked = {"owner_address": token, "contract_address": token, "function_selector": "decimals()", "visible": True}
        try:
            answer = await self._node.post("/wallet/triggerconstantcontract", asked)
            return int(answer["constant_result"][0], 16)
        except (KeyError, IndexError, ValueError):
            return None

    async def _serves(self) -> str:
        first = (await self._node.post("/wallet/getblockbynum", {"num": 0}))["blockID"]
        return f"tron:0x{str(first)[-8:]}"


def _transfers(info: dict[str, Any]) -> list[dict[str, Any]]:
    return [one for one in info.get("log") or [] if one["topics"][:1] == [TRANSFER] and len(one["topics"]) == 3]


def _visible(address: str) -> str:
    """Return an address in base58, as people know it."""
    return to_base58check(bytes.fromhex(address)) if re.fullmatch("41[0-9a-fA-F]{40}", address) else address


def _of_token(row: dict[str, Any]) -> Received:
    token = row["token_info"]
    amount: Decimal | None = coins(row["value"], int(token["decimals"])) if token.get("decimals") is not None else None
    at = instant(int(row["block_timestamp"]) // 1_000)
    return Received(row["transaction_id"], Movement(row["to"], amount, token["address"], row["from"]), None, at)
