"""EVM chains by JSON-RPC (https://ethereum.github.io/execution-apis). What a contract passes on is seen where the node traces."""

from __future__ import annotations

from collections import deque
from datetime import datetime
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
    number,
    require_same,
)
from bellrock.chains.port import (
    ACTIVITY_MAX,
    Ability,
    ChainUnavailable,
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
)
from bellrock.core import clock

TRANSFER = "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef"  # Keccak-256 of Transfer(address,address,uint256)
DECIMALS = "0x313ce567"
SCAN_BLOCKS_MAX = 48
LOG_BLOCKS_MAX = 2_000
CALLS_MAX = 2_000


class EvmChain(NodeChain):
    """An EVM chain behind a node that keeps the usual 128 blocks of state; no archive and no trace module is needed."""

    can = frozenset(Ability)

    def __init__(self, network: Network, node: Node) -> None:
        super().__init__(network, node)
        self._traces = True
        self._scales = Scales(self._decimals_of)

    async def tip(self) -> Tip:
        block = await self._block("latest")
        return Tip(number(block["number"]), instant(number(block["timestamp"])), clock.now())

    @careful
    async def transaction(self, txid: str, /) -> Transaction | None:
        txid = hexadecimal(txid, prefix="0x")
        await self._check()
        found = await self._node.call("eth_getTransactionByHash", [txid])
        if found is None:
            return None
        require_same(found["hash"], txid)
        receipt = await self._node.call("eth_getTransactionReceipt", [txid]) if found.get("blockNumber") else None
        return await (self._mined(found, receipt) if receipt else self._waiting(found))

    @careful
    async def activity(self, address: str, /, *, since: datetime) -> tuple[Received, ...]:
        address = require_kind(address, Kind.ADDRESS, Family.EVM).lower()
        tip = await self.tip()
        received = await self._coins_to(address, tip.height, since) + await self._tokens_to(address, tip, since)
        received.sort(key=lambda one: one.height or 0, reverse=True)
        return tuple(received[:ACTIVITY_MAX])

    @careful
    async def fees(self) -> Fees:
        """Base fee of the next block and the tips of the last ten, at the 10th, 50th and 90th part (EIP-1559), in gwei."""
        await self._check()
        history = await self._node.call("eth_feeHistory", ["0xa", "latest", [10, 50, 90]])
        base = number(history["baseFeePerGas"][-1])
        tips = [[number(tip) for tip in block] for block in history.get("reward") or [] if block] or [[0, 0, 0]]
        slow, normal, fast = (coins(base + sorted(column)[len(column) // 2], 9) for column in zip(*tips, strict=True))
        return Fees("gwei", slow, normal, fast, clock.now(), waiting=await self._waiting_count())

    @careful
    async def fate(self, seen: Transaction, /) -> Outcome:
        """A sender's transactions are numbered: when its count has passed this number, another one took the place."""
        if await self.transaction(seen.txid) is not None:
            return Outcome(Fate.THERE)
        sender, _, nonce = (seen.hangs_on[0] if seen.hangs_on else "").partition(":")
        if not nonce:
            return Outcome(Fate.UNKNOWN)
        used = number(await self._node.call("eth_getTransactionCount", [sender, "latest"]))
        other = await self._taker(sender, int(nonce), is_mined=used > int(nonce))
        if used > int(nonce) or other:
            return Outcome(Fate.REPLACED, by=other)
        return Outcome(Fate.DROPPED)

    async def _taker(self, sender: str, nonce: int, *, is_mined: bool) -> str | None:
        """Return the transaction that carries this number: in the newest 48 blocks, or among those that wait."""
        tip = number(await self._node.call("eth_blockNumber")) if is_mined else 0
        newest = [hex(height) for height in range(tip, max(-1, tip - SCAN_BLOCKS_MAX), -1)]
        for place in newest if is_mined else ["pending"]:
            block = await self._node.call("eth_getBlockByNumber", [place, True])
            for one in (block or {}).get("transactions", []):
                if one["from"].lower() == sender and number(one["nonce"]) == nonce:
                    return str(one["hash"])
        return None

    async def _mined(self, found: dict[str, Any], receipt: dict[str, Any]) -> Transaction:
        height = number(receipt["blockNumber"])
        block = await self._block(hex(height))
        tip = number(await self._node.call("eth_blockNumber"))
        did_work = number(receipt.get("status") or "0x1") == 1  # blocks before 2017 do not say
        inner = await self._inner(found) if did_work and _called(found) else ()
        transfers = [log for log in receipt["logs"] if _is_transfer(log)] if did_work else []
        read = bounded(transfers)
        price = number(receipt.get("effectiveGasPrice") or found["gasPrice"])
        # Rollups charge for their parent chain besides.
        fee = coins(number(receipt["gasUsed"]) * price + number(receipt.get("l1Fee") or "0x0"), self.network.decimals)
        return Transaction(
            network=self.network.id,
            txid=found["hash"],
            state=State.CONFIRMED if did_work else State.FAILED,
            confirmations=max(1, tip - height + 1),
            movements=(*self._own(found), *(inner or ()), *[await self._of_log(log) for log in read])
            if did_work
            else (),
            as_of=clock.now(),
            height=height,
            block_at=instant(number(block["timestamp"])),
            fee=fee,
            fee_rate=coins(price, 9),
            hangs_on=(f"{found['from'].lower()}:{number(found['nonce'])}",),
            calls=_called(found),
            reason=None if did_work else ("out of gas" if receipt["gasUsed"] == found["gas"] else "reverted"),
            hides=inner is None or len(read) < len(transfers),
        )

    async def _inner(self, found: dict[str, Any]) -> tuple[Movement, ...] | None:
        """Return the coins that contracts passed on, or None where this node does not trace: most public ones do not."""
        if not self._traces:
            return None
        try:
            whole = await self._node.call("debug_traceTransaction", [found["hash"], {"tracer": "callTracer"}])
            return self._passed(whole.get("calls") or [])
        except NodeRefused as error:
            self._traces = error.code not in (-32601, -32600)  # there is no such method
            return None
        except ChainUnavailable:
            return None  # it traces, and this one was too long

    def _passed(self, calls: list[dict[str, Any]]) -> tuple[Movement, ...] | None:
        """Return the coins that calls passed on; None where they are more than 2,000."""
        waiting, passed = deque(calls), list[Movement]()
        for _ in range(CALLS_MAX):
            if not waiting:
                break
            call = waiting.popleft()
            if call.get("error"):
                continue  # what a call that failed did was undone, with all below it
            waiting += call.get("calls") or []
            value = number(call.get("value") or "0x0")
            if value and call["type"] in ("CALL", "SELFDESTRUCT"):
                amount = coins(value, self.network.decimals)
                passed.append(Movement(to=call["to"].lower(), amount=amount, source=call["from"].lower()))
        return None if waiting else tuple(passed)

    async def _waiting(self, found: dict[str, Any]) -> Transaction:
        return Transaction(
            network=self.network.id,
            txid=found["hash"],
            state=State.PENDING,
            confirmations=0,
            movements=(*self._own(found), *await self._promised(found)),
            as_of=clock.now(),
            fee_rate=coins(number(found.get("maxFeePerGas") or found["gasPrice"]), 9),
            hangs_on=(f"{found['from'].lower()}:{number(found['nonce'])}",),
            calls=_called(found),
            hides=_called(found) is not None,
            follows=await self._follows(found["from"].lower(), number(found["nonce"])),
        )

    async def _follows(self, sender: str, nonce: int) -> bool:
        """Say whether a lower number of the sender is in no block yet; a node that cannot say keeps nothing else back."""
        try:
            return number(await self._node.call("eth_getTransactionCount", [sender, "latest"])) < nonce
        except (NodeRefused, ChainUnavailable):
            return False

    def _own(self, found: dict[str, Any]) -> tuple[Movement, ...]:
        value = number(found["value"])
        if not value or not found.get("to"):
            return ()
        amount = coins(value, self.network.decimals)
        return (Movement(to=found["to"].lower(), amount=amount, source=found["from"].lower()),)

    async def _promised(self, found: dict[str, Any]) -> tuple[Movement, ...]:
        """Return what a call of transfer(address,uint256) would move, while it waits."""
        data = str(found.get("input") or "")
        if not data.startswith("0xa9059cbb") or len(data) < 138:
            return ()
        token = found["to"].lower()
        return (await self._movement(token, found["from"].lower(), "0x" + data[34:74].lower(), data[74:138]),)

    async def _of_log(self, log: dict[str, Any]) -> Movement:
        source, to = ("0x" + topic[-40:].lower() for topic in log["topics"][1:3])
        return await self._movement(log["address"].lower(), source, to, log["data"].removeprefix("0x"))

    async def _movement(self, token: str, source: str, to: str, digits: str) -> Movement:
        decimals = await self._scales.of(token)
        amount = None if decimals is None else coins(int(digits[:64] or "0", 16), decimals)
        return Movement(to=to, amount=amount, asset=token, source=source)

    async def _decimals_of(self, token: str) -> int | None:
        answer = str(await self._node.call("eth_call", [{"to": token, "data": DECIMALS}, "latest"]))
        return number(answer) if len(answer) > 2 else None

    async def _coins_to(self, address: str, tip: int, since: datetime) -> list[Received]:
        """Return coins sent directly, from the newest 48 blocks: a node has no index of them."""
        received: list[Received] = []
        for height in range(tip, max(-1, tip - SCAN_BLOCKS_MAX), -1):
            block = await self._node.call("eth_getBlockByNumber", [hex(height), True])
            at = instant(number(block["timestamp"]))
            if at < since:
                break
            for one in block["transactions"]:
                if (one.get("to") or "").lower() == address and number(one["value"]):
                    received += [Received(one["hash"], movement, height, at) for movement in self._own(one)]
        return received

    async def _tokens_to(self, address: str, tip: Tip, since: datetime) -> list[Received]:
        seconds = max(0.0, (clock.now() - since).total_seconds())
        blocks = min(LOG_BLOCKS_MAX, int(seconds / self.network.block_seconds) + 10)
        topic = "0x" + address[2:].rjust(64, "0")
        asked = {
            "fromBlock": hex(max(0, tip.height - blocks)),
            "toBlock": hex(tip.height),
            "topics": [TRANSFER, None, topic],
        }
        logs = [log for log in await self._node.call("eth_getLogs", [asked]) if _is_transfer(log)][-ACTIVITY_MAX:]
        return [
            Received(log["transactionHash"], await self._of_log(log), number(log["blockNumber"]), None) for log in logs
        ]

    async def _waiting_count(self) -> int | None:
        try:
            return number((await self._node.call("txpool_status"))["pending"])
        except NodeRefused:
            return None  # public nodes do not tell

    @careful
    async def _block(self, place: str) -> dict[str, Any]:
        await self._check()
        block = await self._node.call("eth_getBlockByNumber", [place, False])
        if not isinstance(block, dict):
            raise ValueError
        return block

    async def _serves(self) -> str:
        return f"eip155:{number(await self._node.call('eth_chainId'))}"


def _is_transfer(log: dict[str, Any]) -> bool:
    """Say whether a log is an ERC-20 transfer; one with a fourth topic is of ERC-721, whose number is no amount."""
    return log["topics"][:1] == [TRANSFER] and len(log["topics"]) == 3 and not log.get("removed")


def _called(found: dict[str, Any]) -> str | None:
    return found["to"].lower() if found.get("to") and len(found.get("input") or "") > 2 else None
