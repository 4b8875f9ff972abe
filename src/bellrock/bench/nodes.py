"""Real nodes for a moment: anvil (EVM), litecoind in regtest, Solana's virtual machine behind a small RPC, all local."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from importlib.util import find_spec
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]
ANVIL = ROOT / "node_modules/@foundry-rs/anvil-linux-amd64/bin/anvil"
START_SECONDS_MAX = 30.0
LITECOIN_REGTEST = "bip122:530827f38f93b43ed12af0b3ad25a288"


class NodeMissing(Exception):
    """The program of a node is not on this machine; the text says how it comes there."""


class Rpc:
    """A node's JSON-RPC, for setting a scene: sending, mining, dropping."""

    def __init__(self, url: str, *, login: str = "") -> None:
        self.url = url
        self._headers = {"content-type": "application/json"}
        if login:
            self._headers["authorization"] = f"Basic {b64encode(login.encode()).decode()}"

    def call(self, method: str, *params: Any) -> Any:
        body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).encode()
        request = urllib.request.Request(self.url, data=body, headers=self._headers)  # noqa: S310 - a node of our own
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
                found = json.loads(answer.read(), parse_float=Decimal)
        except urllib.error.HTTPError as error:
            found = json.loads(error.read() or b"{}")
        if found.get("error"):
            raise RuntimeError(f"{method}: {found['error']}")
        return found.get("result")


@contextmanager
def anvil(chain_id: int) -> Iterator[Rpc]:
    """Yield an EVM node that mines when it is told to (`evm_mine`), with ten rich accounts. Raises NodeMissing."""
    if not ANVIL.exists():
        raise NodeMissing("anvil comes with `npm ci`, for Linux on amd64")
    port = _free_port()
    arguments = ["--port", str(port), "--chain-id", str(chain_id), "--no-mining", "--silent", "--host", "127.0.0.1"]
    with _running([str(ANVIL), *arguments], Rpc(f"http://127.0.0.1:{port}"), "eth_chainId") as rpc:
        yield rpc


@contextmanager
def litecoind() -> Iterator[tuple[Rpc, str]]:
    """Yield a node of Litecoin's regression test chain with 101 blocks and a wallet, and its address for the adapter.

    It forgets what waits after an hour of its own clock (`setmocktime`), and its wallet sends nothing by itself.
    Raises NodeMissing.
    """
    program = shutil.which("litecoind")
    if program is None:
        raise NodeMissing("litecoind comes from Debian's package of that name")
    folder = Path(tempfile.mkdtemp(prefix="bellrock-litecoind-"))
    port = _free_port()
    login = "bench:bench"
    arguments = [
        "-regtest", f"-datadir={folder}", "-server=1", "-listen=0", "-dnsseed=0", "-txindex=1", "-mempoolreplacement=1",
        "-walletbroadcast=0", "-mempoolexpiry=1", "-persistmempool=0", "-fallbackfee=0.0001", "-addresstype=legacy",
        "-rpcuser=bench", "-rpcpassword=bench", "-rpcbind=127.0.0.1", "-rpcallowip=127.0.0.1", f"-rpcport={port}",
        "-printtoconsole=0", "-disablewallet=0", "-dbcache=16", "-maxconnections=0",
    ]  # fmt: skip
    try:
        with _running([program, *arguments], Rpc(f"http://127.0.0.1:{port}", login=login), "getblockcount") as rpc:
            rpc.call("createwallet", "bench")
            rpc.call("generatetoaddress", 101, rpc.call("getnewaddress"))
            yield rpc, f"http://{login}@127.0.0.1:{port}"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def litesvm() -> Iterator[Any]:
    """Yield Solana's virtual machine behind a small RPC; see `bench.litesvm`. Raises NodeMissing."""
    if find_spec("solders") is None:
        raise NodeMissing("LiteSVM comes with the package solders")
    from bellrock.bench.litesvm import Cluster

    cluster = Cluster()
    try:
        yield cluster
    finally:
        cluster.close()


@contextmanager
def _running(command: list[str], rpc: Rpc, question: str) -> Iterator[Rpc]:
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        end = time.monotonic() + START_SECONDS_MAX
        while True:
            try:
                rpc.call(question)
                break
            except (OSError, RuntimeError, ValueError):
                if process.poll() is not None or time.monotonic() > end:
                    raise RuntimeError(f"{command[0]} did not start") from None
                time.sleep(0.05)
        yield rpc
    finally:
        process.kill()  # its chain is thrown away; litecoind would take twenty seconds to put it in order
        process.wait()


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
