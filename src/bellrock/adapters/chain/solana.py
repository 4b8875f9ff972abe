"""Solana by JSON-RPC (https://solana.com/docs/rpc/http). What an account gained is what counts, whichever program moved it."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from bellrock.adapters.chain.reading import NodeChain, careful, coins, instant, require_same
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

SIGNATURES_MAX = 20
_HOW = {"commitment": "confirmed", "encoding": "jsonParsed", "maxSupportedTransactionVersion": 0}
_CONFIRMED = {"commitment": "confirmed"}
_BASE_FEE = 5_000  # lamports a signature


class SolanaChain(NodeChain):
    """Solana. A transaction that no block took while its block hash was young (about a minute) is gone for good."""

    can = frozenset({Ability.ACTIVITY, Ability.FEES, Ability.FATE, Ability.TOKENS})

    @careful
    async def tip(self) -> Tip:
        await self._check()
        return Tip(int(await self._node.call("getSlot", [_CONFIRMED])), None, clock.now())

    @careful
    async def transaction(self, txid: str, /) -> Transaction | None:
        txid = require_kind(txid, Kind.TXID, Family.SOLANA)
        await self._check()
        found = await self._node.call("getTransaction", [txid, _HOW])
        if found is None:
            return None
        require_same(found["transaction"]["signatures"][0], txid)
        tip, meta, message = await self.tip(), found["meta"], found["transaction"]["message"]
        error, height = meta["err"], int(found["slot"])
        return Transaction(
            network=self.network.id,
            txid=txid,
            state=State.FAILED if error else State.CONFIRMED,
            confirmations=max(1, tip.height - height + 1),
            movements=() if error else self._movements(meta, message),
            as_of=clock.now(),
            height=height,
            block_at=instant(found["blockTime"]) if found.get("blockTime") else None,
            fee=coins(meta["fee"], self.network.decimals),
            hangs_on=(message["recentBlockhash"],),
            calls=_program(message),
            reason=str(error)[:200] if error else None,
        )

    @careful
    async def activity(self, address: str, /, *, since: datetime) -> tuple[Received, ...]:
        address = require_kind(address, Kind.ADDRESS, Family.SOLANA)
        await self._check()
        asked = [address, {"limit": SIGNATURES_MAX, **_CONFIRMED}]
        received: list[Received] = []
        for one in await self._node.call("getSignaturesForAddress", asked):
            if one["err"] is None and not (one.get("blockTime") and instant(one["blockTime"]) < since):
                found = await self.transaction(one["signature"])
                if found:
                    gained = [movement for movement in found.movements if movement.to == address]
                    received += [Received(found.txid, movement, found.height, found.block_at) for movement in gained]
        return tuple(received[:ACTIVITY_MAX])

    @careful
    async def fees(self) -> Fees:
        """The base fee, and what recent blocks were paid to be preferred: micro-lamports a compute unit, for 200,000 of them."""
        await self._check()
        recent = sorted(
            int(one["prioritizationFee"]) for one in await self._node.call("getRecentPrioritizationFees", [[]])
        )
        prices = [recent[len(recent) * part // 100] if recent else 0 for part in (10, 50, 90)]
        slow, normal, fast = (Decimal(_BASE_FEE + price * 200_000 // 1_000_000) for price in prices)
        return Fees("lamports", slow, normal, fast, clock.now())

    @careful
    async def fate(self, seen: Transaction, /) -> Outcome:
        if await self.transaction(seen.txid) is not None:
            return Outcome(Fate.THERE)
        if not seen.hangs_on:
            return Outcome(Fate.UNKNOWN)
        valid = await self._node.call("isBlockhashValid", [seen.hangs_on[0], _CONFIRMED])
        return Outcome(Fate.UNKNOWN if valid["value"] else Fate.DROPPED)

    def _movements(self, meta: dict[str, Any], message: dict[str, Any]) -> tuple[Movement, ...]:
        keys = [key if isinstance(key, str) else key["pubkey"] for key in message["accountKeys"]]
        memo = _memo(message)
        payer = keys[0]
        gained = [
            Movement(key, coins(after - before, self.network.decimals), source=payer, memo=memo)
            for key, before, after in zip(keys, meta["preBalances"], meta["postBalances"], strict=False)
            if after > before
        ]
        return (*gained, *_tokens(meta, payer, memo))

    async def _serves(self) -> str:
        return f"solana:{str(await self._node.call('getGenesisHash'))[:32]}"


def _tokens(meta: dict[str, Any], payer: str, memo: str | None) -> list[Movement]:
    """Return what owners gained of each mint."""
    gained: dict[tuple[str, str], Decimal] = {}
    for field, sign in (("preTokenBalances", -1), ("postTokenBalances", 1)):
        for one in meta.get(field) or []:
            amount = coins(one["uiTokenAmount"]["amount"], int(one["uiTokenAmount"]["decimals"]))
            place = (one["owner"], one["mint"])
            gained[place] = gained.get(place, Decimal(0)) + sign * amount
    return [Movement(owner, amount, mint, payer, memo) for (owner, mint), amount in gained.items() if amount > 0]


def _memo(message: dict[str, Any]) -> str | None:
    for instruction in message["instructions"]:
        if instruction.get("program") == "spl-memo" and isinstance(instruction.get("parsed"), str):
            return str(instruction["parsed"])[:200]
    return None


def _program(message: dict[str, Any]) -> str | None:
    """Return the first program that is neither the system's nor a token's, where a transaction calls one."""
    for instruction in message["instructions"]:
        if instruction.get("program") not in ("system", "spl-token", "spl-memo", "spl-associated-token-account"):
            return str(instruction.get("programId") or "") or None
    return None
