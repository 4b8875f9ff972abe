"""Things that happen on real nodes: payments, tokens, replacements, transactions that are dropped or fail."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from bellrock.bench.nodes import LITECOIN_REGTEST, Rpc
from bellrock.chains import Family, Memo, Network

GWEI = 10**9
COIN = 10**18
# A token of six decimals, written by hand, since no compiler is at hand. transfer(address,uint256) logs Transfer and returns
# true; every other call returns 6. It keeps no balances: what is looked at is the log.
_TRANSFER = "ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef"
_TOKEN = (
    "60003560e01c63a9059cbb14601957"  # is it transfer? then go to 0x19
    "600660005260206000f3"  # return 6
    "5b602435600052"  # memory = amount
    f"600435337f{_TRANSFER}"  # topics: Transfer, caller, receiver
    "60206000a3600160005260206000f3"  # log3; return true
)
# Passes the coins it is sent on to the address that it is called with, as payouts in batches do.
_PASSER = "5f5f5f5f346004355af15000"
_REFUSER = "60006000fd"  # reverts whatever it is asked
REGTEST = Network(LITECOIN_REGTEST, "Litecoin Regtest", "LTC", Family.BITCOIN, 8, 150.0, Memo.NONE, True, 99)


@dataclass(frozen=True)
class EvmScene:
    """What is done on an EVM node. Accounts are its ten rich ones; every word in an address is in small letters."""

    rpc: Rpc

    def account(self, number: int) -> str:
        return str(self.rpc.call("eth_accounts")[number]).lower()

    def mine(self, blocks: int = 1) -> None:
        self.rpc.call("anvil_mine", hex(blocks))

    def stranger(self, name: str) -> str:
        """Return an address that nobody here has a key of."""
        return "0x" + hashlib.sha256(name.encode()).hexdigest()[:40]

    def pay(
        self, to: str, amount: Decimal, *, sender: int = 0, gwei: int = 20, nonce: int | None = None, data: str = "0x"
    ) -> str:
        """Send coins and return the transaction's id; it waits until a block is mined."""
        order: dict[str, Any] = {
            "from": self.account(sender),
            "to": to,
            "value": hex(int(amount * COIN)),
            "gas": hex(200_000),
            "maxFeePerGas": hex(gwei * GWEI),
            "maxPriorityFeePerGas": hex(GWEI),
            "data": data,
        }
        if nonce is not None:
            order["nonce"] = hex(nonce)
        return str(self.rpc.call("eth_sendTransaction", order))

    def nonce(self, sender: int) -> int:
        return int(self.rpc.call("eth_getTransactionCount", self.account(sender), "pending"), 16)

    def pay_token(self, token: str, to: str, units: int, *, sender: int = 0) -> str:
        return self.pay(
            token, Decimal(0), sender=sender, data="0xa9059cbb" + to[2:].rjust(64, "0") + hex(units)[2:].rjust(64, "0")
        )

    def deploy(self, code: str = _TOKEN) -> str:
        """Put a contract on the chain and return its address."""
        size = f"{len(code) // 2:02x}"
        order = {"from": self.account(9), "gas": hex(500_000), "data": f"0x60{size}600c60003960{size}6000f3{code}"}
        txid = self.rpc.call("eth_sendTransaction", order)
        self.mine()
        return str(self.rpc.call("eth_getTransactionReceipt", txid)["contractAddress"]).lower()

    def deploy_refuser(self) -> str:
        return self.deploy(_REFUSER)

    def deploy_passer(self) -> str:
        return self.deploy(_PASSER)

    def pay_through(self, passer: str, to: str, amount: Decimal) -> str:
        """Pay by way of a contract."""
        return self.pay(passer, amount, data="0x00000000" + to[2:].rjust(64, "0"))

    def drop(self, txid: str) -> None:
        self.rpc.call("anvil_dropTransaction", txid)


@dataclass(frozen=True)
class LitecoinScene:
    """What is done on a node of Litecoin's regression test chain."""

    rpc: Rpc

    def address(self) -> str:
        return str(self.rpc.call("getnewaddress"))

    def mine(self, blocks: int = 1) -> None:
        self.rpc.call("generatetoaddress", blocks, self.address())

    def pay(self, to: str, amount: Decimal, *, rate: int = 20) -> str:
        """Send coins at a rate in satoshis a virtual byte and return the transaction's id; another one may take its place."""
        self._coins()
        self.rpc.call("settxfee", str(Decimal(rate).scaleb(-5)))
        txid = str(self.rpc.call("sendtoaddress", to, str(amount), "", "", False, True))
        self.rpc.call("sendrawtransaction", self.rpc.call("gettransaction", txid)["hex"])
        return txid

    def rate_of(self, txid: str) -> Decimal:
        """Return what the wallet's books say it paid a virtual byte: signatures differ by a byte, so it is seldom more."""
        sent = self.rpc.call("gettransaction", txid)
        size = int(self.rpc.call("decoderawtransaction", sent["hex"])["vsize"])
        return round(-Decimal(sent["fee"]).scaleb(8) / size, 2)

    def replace(self, txid: str) -> str:
        """Send the same coins for a higher fee and return the id of what took the place."""
        other = str(self.rpc.call("bumpfee", txid)["txid"])
        self.rpc.call("sendrawtransaction", self.rpc.call("gettransaction", other)["hex"])
        return other

    def drop(self, *txids: str) -> None:
        """Let hours pass on the node's clock, so that it forgets these; nobody sends them again."""
        now = int(self.rpc.call("getblockheader", self.rpc.call("getbestblockhash"))["time"])
        self.rpc.call("setmocktime", now + 3 * 3600)
        for txid in txids:
            self.rpc.call("abandontransaction", txid) if txid not in self._waiting() else None
        self.pay(self.address(), Decimal("0.1"))
        for txid in txids:
            if txid in self._waiting():
                raise RuntimeError("it still waits")
        self.rpc.call("setmocktime", 0)

    def _waiting(self) -> list[str]:
        return list(self.rpc.call("getrawmempool"))

    def _coins(self) -> None:
        """Mine until there is something to spend that waits for nothing else."""
        if Decimal(self.rpc.call("getbalance")) < 5:
            self.mine(5)
