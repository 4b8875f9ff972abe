"""The contract of chains, over all of them: anvil twice, litecoind, LiteSVM, memory; Esplora, TRON and XRP Ledger as recorded."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest
import structlog.testing
from hypothesis import given
from hypothesis import strategies as st

from bellrock.adapters.chain import ADAPTERS, build_chain, build_chains, evm
from bellrock.adapters.chain import http as node_http
from bellrock.adapters.chain.http import Node
from bellrock.bench import nodes
from bellrock.bench import scenes as real
from bellrock.chains import (
    Ability,
    Chain,
    ChainCannot,
    ChainMixedUp,
    ChainUnavailable,
    Fate,
    Remembering,
    State,
    TxidWrong,
    network,
)
from bellrock.core import Settings
from bellrock.core import settings as declared
from bellrock.core.settings import SettingsWrong
from tests.contracts import chain_recorded as recorded
from tests.contracts import chain_scenes as scenes
from tests.contracts.chain_scenes import Scene

pytest_plugins = ["tests.fixtures.nodes"]
ALL = ("memory", "ethereum", "bnb_chain", "litecoin", "solana", "esplora", "tron", "xrpl")
_KEPT: dict[str, Scene] = {}


@pytest.fixture(params=ALL)
async def scene(request: pytest.FixtureRequest) -> Scene:
    """One scene a chain: what happened on it stays."""
    name = request.param
    if name not in _KEPT:
        _KEPT[name] = await _make(name, request)
    return _KEPT[name]


async def _make(name: str, request: pytest.FixtureRequest) -> Scene:
    match name:
        case "ethereum":
            return await scenes.evm(request.getfixturevalue("ethereum"), "eip155:1")
        case "bnb_chain":
            return await scenes.evm(request.getfixturevalue("bnb_chain"), "eip155:56")
        case "litecoin":
            return await scenes.litecoin(*request.getfixturevalue("litecoin"))
        case "solana":
            return await scenes.solana(request.getfixturevalue("solana"))
    makers: dict[str, Any] = {
        "memory": scenes.memory,
        "esplora": scenes.esplora,
        "tron": scenes.tron,
        "xrpl": scenes.xrpl,
    }
    return await makers[name]()  # type: ignore[no-any-return]


async def test_the_tip_has_a_height_and_times_are_aware(scene: Scene) -> None:
    tip = await scene.chain.tip()
    assert tip.height > 0
    assert tip.as_of.tzinfo is not None
    assert tip.block_at is None or tip.block_at.tzinfo is not None


async def test_a_payment_is_told_exactly(scene: Scene) -> None:
    for paid in scene.paid:
        found = await scene.chain.transaction(paid.txid)
        assert found is not None and found.state is State.CONFIRMED
        assert found.network == scene.chain.network.id
        assert found.confirmations == paid.confirmations
        assert found.height is not None
        (movement,) = [one for one in found.movements if one.to == paid.to]
        assert movement.amount == paid.amount and type(movement.amount) is Decimal
        assert (movement.asset, movement.memo) == (paid.asset, paid.memo)


async def test_what_waits_has_no_confirmation_and_says_what_it_pays(scene: Scene) -> None:
    assert bool(scene.waiting) is (Ability.PENDING in scene.chain.can)
    for txid in scene.waiting:
        found = await scene.chain.transaction(txid)
        assert found is not None and found.state is State.PENDING
        assert (found.confirmations, found.height, found.block_at) == (0, None, None)
        assert found.hangs_on or scene.chain.network.name == "Bitcoin"
        if Ability.FEES in scene.chain.can:
            assert found.fee_rate is not None and found.fee_rate > 0


async def test_what_failed_moved_nothing_and_says_why(scene: Scene) -> None:
    for txid in scene.failed:
        found = await scene.chain.transaction(txid)
        assert found is not None and found.state is State.FAILED
        assert found.movements == () and found.reason and found.confirmations >= 1


async def test_an_unknown_id_is_none_and_a_wrong_one_is_refused(scene: Scene) -> None:
    assert await scene.chain.transaction(scene.missing) is None
    for text in (scene.wrong, "", "hello", "1" * 300):
        with pytest.raises(TxidWrong):
            await scene.chain.transaction(text)


async def test_an_address_tells_what_it_received_or_the_node_cannot(scene: Scene) -> None:
    to = scene.paid[0].to
    if Ability.ACTIVITY not in scene.chain.can:
        with pytest.raises(ChainCannot):
            await scene.chain.activity(to, since=scene.since)
        return
    received = await scene.chain.activity(to, since=scene.since)
    told = {(one.txid, one.movement.to, one.movement.amount, one.movement.asset) for one in received}
    first = scene.paid[0]
    assert (first.txid, to, first.amount, first.asset) in told
    assert all(one.movement.to == to for one in received)
    assert not {one.txid for one in received} & set(scene.failed)
    with pytest.raises(TxidWrong):
        await scene.chain.activity("nobody", since=scene.since)


async def test_nothing_is_told_from_before_the_time(scene: Scene) -> None:
    if Ability.ACTIVITY in scene.chain.can:
        later = (await scene.chain.tip()).as_of + timedelta(days=2)
        received = await scene.chain.activity(scene.paid[0].to, since=later)
        assert all(one.block_at is None or one.block_at >= later for one in received)


async def test_fees_rise_with_haste_or_the_node_cannot(scene: Scene) -> None:
    if Ability.FEES not in scene.chain.can:
        with pytest.raises(ChainCannot):
            await scene.chain.fees()
        return
    fees = await scene.chain.fees()
    assert 0 < fees.slow <= fees.normal <= fees.fast and fees.unit


async def test_what_became_of_a_transaction_is_told(scene: Scene) -> None:
    assert {fate for _, fate, _ in scene.gone} >= {Fate.THERE, Fate.DROPPED}
    for seen, fate, by in scene.gone:
        outcome = await scene.chain.fate(seen)
        assert outcome.fate is fate, seen.txid
        assert by is None or outcome.by == by


ADDRESSES = {
    "evm": "eip155:1",
    "core": "bip122:000000000019d6689c085ae165831e93",
    "esplora": "bip122:000000000019d6689c085ae165831e93",
    "solana": "solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp",
    "tron": "tron:0x2b6653dc",
    "xrpl": "xrpl:0",
}
_JUNK = [
    "",
    "nonsense",
    "[]",
    "{}",
    "null",
    '{"result": null}',
    '{"result": 7}',
    '{"result": {}}',
    '{"result": "0x"}',
    '{"result": []}',
    '{"error": {"code": -32000, "message": "no"}}',
    '{"result": {"status": "error", "error": "noNetwork"}}',
    "[" * 5_000,
    "x" * (node_http.ANSWER_BYTES_MAX + 1),
]


@pytest.mark.parametrize("kind", sorted(ADAPTERS))
@pytest.mark.parametrize("status", [200, 429, 500, 302])
async def test_a_node_that_talks_nonsense_is_unavailable(kind: str, status: int) -> None:
    for body in _JUNK:
        chain = _behind(kind, httpx.MockTransport(lambda _, body=body: httpx.Response(status, text=body)))
        with pytest.raises((ChainUnavailable, ChainMixedUp)):
            await chain.tip()


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=20),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["result", "error", "status", "number", "block_header", "raw_data", "info", "timestamp"]
                ),
                inner,
                max_size=4,
            )
        ),
    )
)
def test_no_answer_of_a_node_breaks_anything(answer: Any) -> None:
    async def ask() -> None:
        for kind in ADAPTERS:
            chain = _behind(kind, httpx.MockTransport(lambda _: httpx.Response(200, json=answer)))
            for question in (chain.tip, lambda chain=chain: chain.transaction(_TXIDS[chain.network.id])):
                with suppress(ChainUnavailable, ChainMixedUp):
                    await question()

    asyncio.run(ask())


_TXIDS = {
    "eip155:1": "0x" + "ab" * 32,
    "bip122:000000000019d6689c085ae165831e93": "ab" * 32,
    "solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp": "5gim32QVrECSubS2p4caUyHoNQCoYQxsYEJUf4LJfz1w6h8DkV7BqBXvcFeHpygoUuWNtcyShYa1RtqpjhhZW5Np",
    "tron:0x2b6653dc": "ab" * 32,
    "xrpl:0": "AB" * 32,
}  # fmt: skip


async def test_a_node_that_does_not_answer_is_unavailable_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(node_http, "TIMEOUT_SECONDS", 0.05)

    async def sleep(_request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(30)
        raise AssertionError

    chain = _behind("evm", httpx.MockTransport(sleep))
    async with asyncio.timeout(20):
        with pytest.raises(ChainUnavailable):
            await chain.tip()


async def test_the_log_names_the_host_and_no_key() -> None:
    def broken(_request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("cannot reach http://user:secret@node.example/v3/key")

    node = Node("http://user:secret@node.example/v3/key", transport=httpx.MockTransport(broken))
    with structlog.testing.capture_logs() as written, pytest.raises(ChainUnavailable):
        await ADAPTERS["evm"](network("eip155:1"), node).tip()
    assert [(one["event"], one["host"]) for one in written] == [("node_unavailable", "node.example")]
    assert "secret" not in str(written) and "key" not in str(written)


async def test_a_broken_connection_is_tried_once_more() -> None:
    asked = []

    def answer(request: httpx.Request) -> Any:
        asked.append(request)
        if len(asked) == 1:
            raise httpx.ConnectError("broken")
        return recorded.tron(request)

    chain = _behind("tron", recorded.transport(answer))
    assert (await chain.tip()).height == 70_000_018
    with pytest.raises(ChainUnavailable):
        await _behind("tron", recorded.transport(lambda _: (_ for _ in ()).throw(httpx.ConnectError("gone")))).tip()


@pytest.mark.parametrize(
    ("kind", "answer"),
    [
        ("evm", {"jsonrpc": "2.0", "id": 1, "result": "0x38"}),
        ("core", {"result": "ab" * 32, "error": None}),
        ("esplora", "ab" * 32),
        ("solana", {"result": "EtWTRABZaYq6iMfeYKouRu166VU2xqa1wcaWoxPkrZBG"}),
        ("tron", {"blockID": "00" * 32}),
        ("xrpl", {"result": {"status": "success", "info": {"network_id": 1}}}),
    ],
)
async def test_a_node_of_another_network_is_not_believed(kind: str, answer: Any) -> None:
    with pytest.raises(ChainMixedUp):
        await _behind(kind, recorded.transport(lambda _: answer)).tip()


def _behind(kind: str, transport: Any) -> Chain:
    return ADAPTERS[kind](network(ADDRESSES[kind]), Node("http://node.example", transport=transport))


def test_the_settings_name_the_nodes() -> None:
    told = "eip155:1=evm+https://u:p@node.example/key?x=1,xrpl:0=xrpl+http://127.0.0.1:5005"
    found = build_chains(declared.load({"BELLROCK_CHAIN_NODES": told}))
    assert set(found) == {"eip155:1", "xrpl:0"}
    assert build_chains(Settings()) == {}
    for wrong in ("eip155:1=evm+ftp://x", "eip155:1=http://x", "eip155:1=magic+http://x", "nowhere:1=evm+http://x"):
        with pytest.raises(SettingsWrong):
            build_chains(declared.load({"BELLROCK_CHAIN_NODES": wrong}))
    with pytest.raises(SettingsWrong):
        build_chain(network("eip155:1"), "evm")


@pytest.mark.parametrize(("tokens", "hides"), [(1, False), (31, True)])
async def test_a_payment_to_hundreds_is_read_whole_or_says_that_it_was_not(tokens: int, hides: bool) -> None:
    """A payout in a batch: whoever comes at its end is paid as well."""
    txid, payer = _TXIDS["eip155:1"], "0x" + "11" * 20
    logs = [
        {
            "address": f"0x{number % tokens:040x}",
            "topics": [evm.TRANSFER, "0x" + "11".rjust(64, "0"), f"0x{number:064x}"],
            "data": hex(5_000_000),
        }
        for number in range(400)
    ]

    def answer(request: httpx.Request) -> Any:
        asked = json.loads(request.content)
        place = {"blockNumber": "0x10", "status": "0x1", "gasUsed": "0x1", "effectiveGasPrice": "0x1", "logs": logs}
        called = {
            "hash": txid,
            "from": payer,
            "to": "0x" + "22" * 20,
            "value": "0x0",
            "nonce": "0x0",
            "input": "0xabcd",
        }
        answers: dict[str, Any] = {
            "eth_chainId": "0x1",
            "eth_blockNumber": "0x20",
            "eth_getTransactionByHash": {**called, "blockNumber": "0x10", "gas": "0x5"},
            "eth_getTransactionReceipt": place,
            "eth_getBlockByNumber": {"number": "0x10", "timestamp": "0x60000000"},
            "eth_call": "0x6",
            "debug_traceTransaction": {"calls": []},
        }
        return {"jsonrpc": "2.0", "id": asked["id"], "result": answers[asked["method"]]}

    found = await _behind("evm", recorded.transport(answer)).transaction(txid)
    assert found is not None
    assert found.hides is hides
    assert (len(found.movements) == 400) is not hides
    assert found.movements[-1].amount == Decimal(5)


async def test_what_an_adapter_does_not_read_is_never_told_as_nothing() -> None:
    """An escrow of the XRP Ledger and a TRC-10 token of TRON may have paid somebody: the transaction says that it hides that."""

    def ledger(request: httpx.Request) -> Any:
        told = recorded.xrpl(request)
        if json.loads(request.content)["method"] == "tx":
            told["result"]["TransactionType"] = "EscrowFinish"
        return told

    def tron(request: httpx.Request) -> Any:
        told = recorded.tron(request)
        if request.url.path == "/wallet/gettransactionbyid":
            told["raw_data"]["contract"][0]["type"] = "TransferAssetContract"
        return told

    for kind, answer, txid in (("xrpl", ledger, recorded.XRPL_PAID), ("tron", tron, recorded.TRON_COIN)):
        found = await _behind(kind, recorded.transport(answer)).transaction(txid)
        assert found is not None
        assert (found.movements, found.hides) == ((), True)


async def test_what_a_block_held_that_was_given_up_is_known_to_be_gone() -> None:
    """A reorganisation: the transaction was confirmed, its block is no more, and nobody waits for it."""
    try:
        with nodes.anvil(1) as rpc:  # one of its own: what other tests have waiting would be gone as well
            scene, chain = real.EvmScene(rpc), Remembering(build_chain(network("eip155:1"), f"evm+{rpc.url}"))
            before = rpc.call("evm_snapshot")
            txid = scene.pay(scene.stranger("given up"), Decimal(1))
            scene.mine(2)
            found = await chain.transaction(txid)
            assert found is not None and found.state is State.CONFIRMED
            rpc.call("evm_revert", before)
            assert await chain.transaction(txid) is None
            asked = replace(found, hangs_on=())  # as somebody asks who has the id alone
            assert (await chain.fate(asked)).fate is Fate.DROPPED
    except nodes.NodeMissing as missing:
        pytest.skip(str(missing))


async def test_a_node_that_answers_with_another_transaction_is_not_believed() -> None:
    def answer(request: httpx.Request) -> Any:
        asked = json.loads(request.content)
        other = {"hash": "0x" + "cd" * 32, "from": "0x" + "11" * 20, "value": "0x1", "nonce": "0x0", "gasPrice": "0x1"}
        return {"result": "0x1" if asked["method"] == "eth_chainId" else other}

    with pytest.raises(ChainUnavailable):
        await _behind("evm", recorded.transport(answer)).transaction(_TXIDS["eip155:1"])
