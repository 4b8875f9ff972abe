"""What every chain of the contract has: a payment that arrived, one that waits or failed where that exists, one that is gone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from bellrock import chains
from bellrock.adapters.chain import build_chain
from bellrock.adapters.chain.esplora import EsploraChain
from bellrock.adapters.chain.http import Node
from bellrock.adapters.chain.tron import TronChain
from bellrock.adapters.chain.xrpl import XrplChain
from bellrock.bench import scenes
from bellrock.chains import Chain, Fate, MemoryChain, Movement, State, Transaction, network
from bellrock.core import clock
from tests.contracts import chain_recorded as recorded

BITCOIN = network("bip122:000000000019d6689c085ae165831e93")
RECORDED_AT = datetime.fromtimestamp(recorded.NOW, UTC)


@dataclass(frozen=True)
class Paid:
    """A payment that must be found: its transaction, and the movement as it must be told."""

    txid: str
    to: str
    amount: Decimal
    confirmations: int
    asset: str = ""
    memo: str | None = None


@dataclass
class Scene:
    """A chain on which these things happened."""

    chain: Chain
    paid: list[Paid]
    missing: str
    wrong: str  # no id of this chain at all
    since: datetime
    waiting: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    gone: list[tuple[Transaction, Fate, str | None]] = field(default_factory=list)


async def memory() -> Scene:
    start = clock.now() - timedelta(hours=1)
    chain = MemoryChain(BITCOIN, at=start)
    to = recorded.ESPLORA_TO
    hour = start
    seen = [chain.put(letter * 64, Movement(to, Decimal(1)), at=hour, hangs_on=(f"{letter}:0",)) for letter in "abc"]
    chain.put("d" * 64, Movement(to, Decimal(2)), at=hour, hangs_on=("b:0",))
    chain.drop("c" * 64, at=hour)
    chain.put("e" * 64, at=hour)
    chain.mine(at=hour + timedelta(minutes=10), failing=frozenset({"e" * 64}))
    chain.mine(at=hour + timedelta(minutes=20))
    chain.put("f" * 64, Movement(to, Decimal(3)), at=hour + timedelta(minutes=25))
    return Scene(
        chain,
        [Paid("a" * 64, to, Decimal(1), 2)],
        missing="0" * 64,
        wrong="0x" + "a" * 64,
        since=start,
        waiting=["f" * 64],
        failed=["e" * 64],
        gone=[(seen[0], Fate.THERE, None), (seen[1], Fate.REPLACED, "d" * 64), (seen[2], Fate.DROPPED, None)],
    )


async def evm(rpc: Any, caip: str) -> Scene:
    scene, chain = scenes.EvmScene(rpc), build_chain(network(caip), f"evm+{rpc.url}")
    to = scene.stranger("contract of the port")
    token = scene.deploy()
    passer = scene.deploy_passer()
    coin = scene.pay(to, Decimal("1.25"))
    passed = scene.pay_through(passer, to, Decimal("0.75"))
    tokens = scene.pay_token(token, to, 2_500_000)
    failed = scene.pay(scene.deploy_refuser(), Decimal(1), sender=3)
    nonce = scene.nonce(1)
    replaced = await _seen(chain, scene.pay(to, Decimal(1), sender=1, nonce=nonce))
    taker = scene.pay(to, Decimal(0), sender=1, nonce=nonce, gwei=60)
    dropped = await _seen(chain, scene.pay(to, Decimal(1), sender=2))
    scene.drop(dropped.txid)
    scene.mine(2)
    replaced_later = await _seen(chain, scene.pay(to, Decimal(1), sender=4))
    taker_later = scene.pay(to, Decimal(0), sender=4, nonce=int(replaced_later.hangs_on[0].split(":")[1]), gwei=60)
    waiting = scene.pay(to, Decimal(2), sender=5)
    return Scene(
        chain,
        [
            Paid(coin, to, Decimal("1.25"), 3),  # deploying what refuses made a block too
            Paid(tokens, to, Decimal("2.5"), 3, asset=token),
            Paid(passed, to, Decimal("0.75"), 3),
        ],
        missing="0x" + "12" * 32,
        wrong="12" * 32,
        since=clock.now() - timedelta(hours=1),
        waiting=[waiting],
        failed=[failed],
        gone=[
            (replaced, Fate.REPLACED, taker),
            (replaced_later, Fate.REPLACED, taker_later),
            (dropped, Fate.DROPPED, None),
            (await _seen(chain, coin), Fate.THERE, None),
        ],
    )


async def litecoin(rpc: Any, url: str) -> Scene:
    scene, chain = scenes.LitecoinScene(rpc), build_chain(scenes.REGTEST, f"core+{url}")
    to = scene.address()
    coin = scene.pay(to, Decimal("0.5"))
    scene.mine(3)
    replaced = await _seen(chain, scene.pay(to, Decimal("0.25")))
    taker = scene.replace(replaced.txid)
    scene.mine()
    dropped = await _seen(chain, scene.pay(to, Decimal("0.125")))
    scene.drop(dropped.txid)
    replaced_later = await _seen(chain, scene.pay(to, Decimal("0.2")))
    taker_later = scene.replace(replaced_later.txid)
    return Scene(
        chain,
        [Paid(coin, to, Decimal("0.5"), 4)],
        missing="12" * 32,
        wrong="0x" + "12" * 32,
        since=clock.now() - timedelta(hours=1),
        waiting=[taker_later],
        gone=[
            (replaced, Fate.REPLACED, taker),
            (replaced_later, Fate.REPLACED, taker_later),
            (dropped, Fate.DROPPED, None),
            (await _seen(chain, coin), Fate.THERE, None),
        ],
    )


async def solana(cluster: Any) -> Scene:
    from solders.keypair import Keypair

    chain = build_chain(network("solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp"), f"solana+{cluster.url}")
    to = str(Keypair().pubkey())
    paid = cluster.pay(to, 1_500_000_000, memo="77")
    cluster.slots(4)
    failed = cluster.pay(to, 10**17)
    txid, block_hash = cluster.unsent(to, 5)
    cluster.expire()
    dropped = replace(await _seen(chain, paid), txid=txid, hangs_on=(block_hash,))
    return Scene(
        chain,
        [Paid(paid, to, Decimal("1.5"), 5, memo="77")],
        missing=txid,
        wrong="12" * 32,
        since=clock.now() - timedelta(hours=1),
        failed=[failed],
        gone=[(dropped, Fate.DROPPED, None), (await _seen(chain, paid), Fate.THERE, None)],
    )


async def esplora() -> Scene:
    chain = EsploraChain(BITCOIN, node(recorded.esplora))
    waits = await _seen(chain, recorded.ESPLORA_WAITS)
    return Scene(
        chain,
        [Paid(recorded.ESPLORA_PAID, recorded.ESPLORA_TO, Decimal("0.05"), 5)],
        missing=recorded.MISSING,
        wrong="0x" + "12" * 32,
        since=RECORDED_AT - timedelta(hours=2),
        waiting=[recorded.ESPLORA_WAITS],
        gone=[
            (waits, Fate.THERE, None),
            (
                replace(waits, txid=recorded.ESPLORA_GONE, hangs_on=("b3" * 32 + ":1",)),
                Fate.REPLACED,
                recorded.ESPLORA_TAKER,
            ),
            (replace(waits, txid=recorded.ESPLORA_GONE, hangs_on=("b4" * 32 + ":1",)), Fate.DROPPED, None),
        ],
    )


async def tron() -> Scene:
    chain = TronChain(network("tron:0x2b6653dc"), node(recorded.tron))
    waits = await _seen(chain, recorded.TRON_WAITS)
    late = f"expires:{(recorded.NOW + 60) * 1_000}"
    return Scene(
        chain,
        [
            Paid(recorded.TRON_PAID, recorded.TRON_TO, Decimal("120.5"), 19, asset=recorded.TRON_TOKEN),
            Paid(recorded.TRON_COIN, recorded.TRON_TO, Decimal("7.5"), 19, memo="order 5"),
            Paid(recorded.TRON_INNER, recorded.TRON_TO, Decimal("3.25"), 19),
        ],
        missing=recorded.MISSING,
        wrong="D" * 52,
        since=RECORDED_AT - timedelta(hours=2),
        waiting=[recorded.TRON_WAITS],
        failed=[recorded.TRON_FAILED],
        gone=[
            (waits, Fate.THERE, None),
            (replace(waits, txid=recorded.MISSING), Fate.DROPPED, None),
            (replace(waits, txid=recorded.MISSING, hangs_on=(late,)), Fate.UNKNOWN, None),
        ],
    )


async def xrpl() -> Scene:
    chain = XrplChain(network("xrpl:0"), node(recorded.xrpl))
    waits = await _seen(chain, recorded.XRPL_WAITS)
    gone = recorded.MISSING.upper()
    return Scene(
        chain,
        [
            Paid(recorded.XRPL_PAID, recorded.XRPL_TO, Decimal(25), 5, memo="778899"),
            Paid(recorded.XRPL_PART, recorded.XRPL_TO, Decimal("3.5"), 5, asset=f"EUR.{recorded.XRPL_FROM}"),
        ],
        missing=gone,
        wrong="0x" + "12" * 32,
        since=RECORDED_AT - timedelta(hours=2),
        waiting=[recorded.XRPL_WAITS],
        failed=[recorded.XRPL_FAILED],
        gone=[
            (waits, Fate.THERE, None),
            (replace(waits, txid=gone), Fate.REPLACED, recorded.XRPL_PAID),
            (replace(waits, txid=gone, hangs_on=(f"{recorded.XRPL_FROM}:90", "ledger:99000001")), Fate.DROPPED, None),
            (replace(waits, txid=gone, hangs_on=(f"{recorded.XRPL_FROM}:90", "ledger:99000400")), Fate.UNKNOWN, None),
        ],
    )


def node(answer: Callable[..., Any]) -> Node:
    return Node("http://node.example", transport=recorded.transport(answer))


async def _seen(chain: Chain, txid: str) -> Transaction:
    found = await chain.transaction(txid)
    assert found is not None
    return found


__all__ = ["Paid", "Scene", "State", "chains", "esplora", "evm", "litecoin", "memory", "node", "solana", "tron", "xrpl"]
