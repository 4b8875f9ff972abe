"""Solana's virtual machine (LiteSVM of `solders`) behind the few RPC methods that the adapter asks. Programs run for real.

It has no queue: what is sent is in a block at once. Slots go on when `slots` says so.
"""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from solders.hash import Hash
from solders.instruction import AccountMeta, Instruction
from solders.keypair import Keypair
from solders.litesvm import LiteSVM
from solders.message import Message
from solders.pubkey import Pubkey
from solders.system_program import TransferParams, transfer
from solders.transaction import Transaction
from solders.transaction_metadata import FailedTransactionMetadata

GENESIS = "5eykt4UsFv8P8NJdTREpY1vzqKqZKvdpKuc147dw2N9d"
MEMO = "MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr"
COIN = 1_000_000_000


class Cluster:
    """One machine, its transactions as RPC tells them, and an address for the adapter: `url`."""

    def __init__(self) -> None:
        self._machine = LiteSVM()
        self._slot = 100
        self._machine.warp_to_slot(self._slot)
        self._done: dict[str, dict[str, Any]] = {}
        self._young = {str(self._machine.latest_blockhash())}
        self.payer = Keypair()
        self._machine.airdrop(self.payer.pubkey(), 1_000 * COIN)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(timeout=5)

    def account(self) -> str:
        """Return the address of an account that nobody has used."""
        return str(Keypair().pubkey())

    def slots(self, count: int) -> None:
        """Let slots pass."""
        self._slot += count
        self._machine.warp_to_slot(self._slot)

    def pay(self, to: str, lamports: int, *, memo: str | None = None) -> str:
        """Send lamports, with a memo if one is given, and return the signature. It fails where the payer has too little."""
        instructions = [
            transfer(
                TransferParams(from_pubkey=self.payer.pubkey(), to_pubkey=Pubkey.from_string(to), lamports=lamports)
            )
        ]
        if memo is not None:
            signer = AccountMeta(self.payer.pubkey(), is_signer=True, is_writable=False)
            instructions.append(Instruction(Pubkey.from_string(MEMO), memo.encode(), [signer]))
        return self._send(instructions, memo)

    def unsent(self, to: str, lamports: int) -> tuple[str, str]:
        """Return signature and block hash of a payment that is signed and never sent."""
        order = transfer(
            TransferParams(from_pubkey=self.payer.pubkey(), to_pubkey=Pubkey.from_string(to), lamports=lamports)
        )
        recent = self._machine.latest_blockhash()
        signed = Transaction([self.payer], Message.new_with_blockhash([order], self.payer.pubkey(), recent), recent)
        return str(signed.signatures[0]), str(recent)

    def expire(self) -> None:
        """Make every block hash that was given out too old."""
        self._machine.expire_blockhash()
        self._young = {str(self._machine.latest_blockhash())}

    def _send(self, instructions: list[Instruction], memo: str | None) -> str:
        recent: Hash = self._machine.latest_blockhash()
        message = Message.new_with_blockhash(instructions, self.payer.pubkey(), recent)
        signed = Transaction([self.payer], message, recent)
        keys = list(message.account_keys)
        before = [self._machine.get_balance(key) or 0 for key in keys]
        result = self._machine.send_transaction(signed)
        after = [self._machine.get_balance(key) or 0 for key in keys]
        error = str(result.err())[:80] if isinstance(result, FailedTransactionMetadata) else None
        parsed: list[dict[str, Any]] = [{"program": "system", "parsed": {"type": "transfer"}}]
        if memo is not None:
            parsed.append({"program": "spl-memo", "programId": MEMO, "parsed": memo})
        signature = str(signed.signatures[0])
        self._done[signature] = {
            "slot": self._slot,
            "blockTime": self._machine.get_clock().unix_timestamp or None,
            "meta": {
                "err": {"InstructionError": [0, error]} if error else None,
                "fee": before[0]
                - after[0]
                - (0 if error else sum(a - b for a, b in zip(after[1:], before[1:], strict=True))),
                "preBalances": before,
                "postBalances": after,
                "preTokenBalances": [],
                "postTokenBalances": [],
            },
            "transaction": {
                "signatures": [signature],
                "message": {
                    "accountKeys": [{"pubkey": str(key)} for key in keys],
                    "instructions": parsed,
                    "recentBlockhash": str(recent),
                },
            },
        }
        self._machine.expire_blockhash()
        self._young.add(str(self._machine.latest_blockhash()))
        return signature

    def answer(self, method: str, params: list[Any]) -> Any:
        """Return what RPC answers."""
        if method == "getTransaction":
            return self._done.get(params[0])
        if method == "getSignaturesForAddress":
            rows = [
                {"signature": signature, "err": one["meta"]["err"], "blockTime": one["blockTime"], "slot": one["slot"]}
                for signature, one in reversed(self._done.items())
                if params[0] in [key["pubkey"] for key in one["transaction"]["message"]["accountKeys"]]
            ]
            return rows[: params[1]["limit"]]
        if method == "isBlockhashValid":
            return {"context": {"slot": self._slot}, "value": params[0] in self._young}
        simple = {"getGenesisHash": GENESIS, "getSlot": self._slot, "getRecentPrioritizationFees": []}
        return simple[method]


def _handler(cluster: Cluster) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
            body = json.dumps(
                {"jsonrpc": "2.0", "id": asked["id"], "result": cluster.answer(asked["method"], asked["params"])}
            )
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_args: Any) -> None:
            """Say nothing."""

    return Handler
