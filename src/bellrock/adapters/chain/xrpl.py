"""The XRP Ledger by JSON-RPC (https://xrpl.org/docs/references). What was delivered counts, not what was offered."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bellrock.adapters.chain.http import exact
from bellrock.adapters.chain.reading import NodeChain, careful, coins, hexadecimal, instant, require_same
from bellrock.chains.port import (
    ACTIVITY_MAX,
    Ability,
    ChainUnavailable,
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
    identify,
    require_kind,
)
from bellrock.core import clock

EPOCH = 946_684_800  # 2000-01-01, from which the ledger counts
_MISSING = frozenset({"txnNotFound", "actNotFound", "lgrNotFound"})


class XrplChain(NodeChain):
    """The XRP Ledger, or a sister with a network id of its own."""

    can = frozenset(Ability)

    @careful
    async def tip(self) -> Tip:
        await self._check()
        found = await self._call("ledger", ledger_index="validated")
        assert found is not None
        return Tip(int(found["ledger_index"]), _instant(found["ledger"]["close_time"]), clock.now())

    @careful
    async def transaction(self, txid: str, /) -> Transaction | None:
        txid = hexadecimal(txid).upper()
        await self._check()
        found = await self._call("tx", transaction=txid, binary=False)
        if found is None:
            return None
        require_same(found["hash"], txid)
        is_final = bool(found.get("validated"))
        result = (found.get("meta") or {}).get("TransactionResult", "")
        state = State.PENDING if not is_final else State.CONFIRMED if result == "tesSUCCESS" else State.FAILED
        height = int(found["ledger_index"]) if is_final else None
        return Transaction(
            network=self.network.id,
            txid=txid,
            state=state,
            confirmations=0 if height is None else max(1, (await self.tip()).height - height + 1),
            movements=() if state is State.FAILED else self._movements(found, found.get("meta") or {}),
            as_of=clock.now(),
            height=height,
            block_at=_instant(found["date"]) if is_final and "date" in found else None,
            fee=coins(found["Fee"], self.network.decimals),
            fee_rate=exact(found["Fee"]),
            hangs_on=_hangs_on(found),
            reason=result if state is State.FAILED else None,
            hides=found["TransactionType"] != "Payment",  # checks, escrows and pools pay out otherwise
        )

    @careful
    async def activity(self, address: str, /, *, since: datetime) -> tuple[Received, ...]:
        reading = identify(require_kind(address, Kind.ADDRESS, Family.XRPL))
        account = reading.candidates[0].account or reading.text
        await self._check()
        found = await self._call(
            "account_tx", account=account, ledger_index_min=-1, ledger_index_max=-1, limit=ACTIVITY_MAX
        )
        received: list[Received] = []
        for row in (found or {}).get("transactions", []):
            tx, meta = row["tx"], row["meta"]
            at = _instant(tx["date"])
            if row.get("validated") and meta["TransactionResult"] == "tesSUCCESS" and at >= since:
                gained = [one for one in self._movements(tx, meta) if one.to == account]
                received += [Received(tx["hash"], one, int(tx["ledger_index"]), at) for one in gained]
        return tuple(received)

    @careful
    async def fees(self) -> Fees:
        await self._check()
        found = await self._call("fee")
        assert found is not None
        drops = {name: exact(value) for name, value in found["drops"].items()}
        fast = max(drops["open_ledger_fee"], drops["median_fee"])
        waiting = int(found["current_queue_size"])
        return Fees("drops", drops["minimum_fee"], drops["open_ledger_fee"], fast, clock.now(), waiting=waiting)

    @careful
    async def fate(self, seen: Transaction, /) -> Outcome:
        """A sender's transactions are numbered, and name the last ledger that may take them."""
        if await self.transaction(seen.txid) is not None:
            return Outcome(Fate.THERE)
        hung = dict(place.split(":", 1) for place in seen.hangs_on)
        last = hung.pop("ledger", None)
        for account, sequence in hung.items():
            info = await self._call("account_info", account=account, ledger_index="validated")
            if info and int(info["account_data"]["Sequence"]) > int(sequence):
                return Outcome(Fate.REPLACED, by=await self._taker(account, int(sequence)))
        if last and (await self.tip()).height > int(last):
            return Outcome(Fate.DROPPED)
        return Outcome(Fate.UNKNOWN)

    async def _taker(self, account: str, sequence: int) -> str | None:
        found = await self._call(
            "account_tx", account=account, ledger_index_min=-1, ledger_index_max=-1, limit=ACTIVITY_MAX
        )
        for row in (found or {}).get("transactions", []):
            if row["tx"]["Account"] == account and row["tx"].get("Sequence") == sequence:
                return str(row["tx"]["hash"])
        return None

    def _movements(self, tx: dict[str, Any], meta: dict[str, Any]) -> tuple[Movement, ...]:
        if tx["TransactionType"] != "Payment":
            return ()
        # With the flag of partial payments, far less than Amount may arrive.
        given = meta.get("delivered_amount", tx.get("Amount"))
        if given == "unavailable":
            given = tx.get("Amount")
        tag = tx.get("DestinationTag")
        memo = None if tag is None else str(tag)
        if isinstance(given, str):
            return (Movement(tx["Destination"], coins(given, self.network.decimals), source=tx["Account"], memo=memo),)
        assert isinstance(given, dict)
        asset = f"{given['currency']}.{given['issuer']}"
        return (Movement(tx["Destination"], exact(given["value"]), asset, tx["Account"], memo),)

    async def _call(self, method: str, **params: Any) -> dict[str, Any] | None:
        """Return a result, or None for what the ledger does not have. Errors stand inside the result here."""
        result = await self._node.call(method, [params])
        if result.get("status") == "error" or "error" in result:
            if result.get("error") in _MISSING:
                return None
            raise ChainUnavailable
        return dict(result)

    async def _serves(self) -> str:
        info = await self._call("server_info")
        assert info is not None
        return f"xrpl:{info['info'].get('network_id', 0)}"


def _instant(seconds: int) -> datetime:
    return instant(int(seconds) + EPOCH)


def _hangs_on(found: dict[str, Any]) -> tuple[str, ...]:
    places = [f"{found['Account']}:{found['Sequence']}"] if found.get("Sequence") else []
    if found.get("LastLedgerSequence"):
        places.append(f"ledger:{found['LastLedgerSequence']}")
    return tuple(places)
