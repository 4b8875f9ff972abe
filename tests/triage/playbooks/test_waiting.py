"""Transactions that are in no block yet: on real nodes, and in memory where a node cannot show it. Nothing of them has arrived."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import httpx
import pytest

from bellrock import chains
from bellrock.adapters.chain.evm import EvmChain
from bellrock.adapters.chain.http import Node
from bellrock.app import build_chain
from bellrock.bench.nodes import Rpc
from bellrock.bench.scenes import REGTEST, EvmScene, LitecoinScene
from bellrock.chains import Chain, MemoryChain, Movement, Transaction, network
from bellrock.exchange import Deposit, DepositState
from bellrock.triage import deposits
from bellrock.triage.playbooks.deposit_diagnosis import diagnosis_of
from bellrock.triage.playbooks.telling import answer
from tests.triage.playbooks.exchange import exchange
from tests.triage.playbooks.test_reference import ETHEREUM, START, XRPL
from tests.triage.playbooks.test_transfers import (
    ACCOUNT,
    FIRST,
    ONE,
    OTHER,
    SECOND,
    WITHDRAWAL,
    Held,
    mined,
    own,
    read,
    sending,
    venue,
)
from tests.triage.playbooks.things import NOW, D

pytest_plugins = ["tests.fixtures.nodes"]
JSON = {"content-type": "application/json"}
ARRIVED = re.compile(r"arrived|reached us|went (?:to|through)|is on \S+ \(|came to us", re.I)
SILENT = exchange(funds={}, networks={})


@pytest.fixture
def scene(ethereum: Rpc) -> Iterator[EvmScene]:
    made = EvmScene(ethereum)
    made.mine()
    yield made
    made.mine()


@pytest.fixture
def chain(ethereum: Rpc) -> Chain:
    return build_chain(network(ETHEREUM), f"evm+{ethereum.url}")


@pytest.mark.parametrize(
    ("what", "code", "says", "later"),
    [
        ("small", "deposit_waits_astray", "below the minimum", "arrived, but it is below"),
        ("other coin", "deposit_waits_astray", "one that we do not take", "What arrived"),
        ("elsewhere", "deposit_waits_astray", "no deposit address of yours", "went to"),
        ("contract", "deposit_waits", "cannot see yet", "confirmations"),
        ("silent", "deposit_waits", "cannot see yet", "cannot look at your account"),
    ],
)
async def test_what_is_wrong_with_a_transaction_is_told_as_of_one_that_waits_until_a_block_has_it(
    scene: EvmScene, chain: Chain, what: str, code: str, says: str, later: str
) -> None:
    mine = (await own()).address.lower()
    txid = {
        "small": lambda: scene.pay(mine, Decimal("0.0004")),
        "other coin": lambda: scene.pay_token(scene.deploy(), mine, 9_000_000),
        "elsewhere": lambda: scene.pay(scene.stranger("somebody"), Decimal(1)),
        "contract": lambda: scene.pay_through(scene.deploy_passer(), mine, Decimal(2)),
        "silent": lambda: scene.pay(mine, Decimal(1)),
    }[what]()
    asked = SILENT if what == "silent" else ONE
    told, said = await read(f"my ETH {txid}", chain, asked=asked)
    assert told.code == code and says in said and "is in no block yet" in said
    assert "Fee of this transaction" in said and "gwei" in said
    assert not ARRIVED.search(said), said
    scene.mine()
    _, said = await read(f"my ETH {txid}", chain, asked=asked)
    assert later in said and "in no block yet" not in said


async def test_on_litecoin_what_waits_is_told_with_its_fee_and_has_not_arrived(litecoin: tuple[Rpc, str]) -> None:
    scene, here = LitecoinScene(litecoin[0]), REGTEST.id
    node = build_chain(REGTEST, f"core+{litecoin[1]}")
    mine = scene.address()
    told = deposits.ExchangeAnswer(
        (deposits.OwnAddress(mine, frozenset({here})),), (deposits.Listing(here, "LTC", Decimal("0.01"), 6),)
    )

    async def said(txid: str) -> str:
        claim = deposits.Claim(txid=txid, network=here)
        looks = await deposits.look_up(claim, {here: node})
        found = diagnosis_of(deposits.conclude(claim, told, looks), looks, now=NOW)
        assert found is not None
        return answer(found, "en")

    for to, amount in ((mine, "0.005"), (scene.address(), "0.3")):
        txid = scene.pay(to, Decimal(amount))
        words = await said(txid)
        assert "is in no block yet" in words and "sat/vB" in words and not ARRIVED.search(words), words
        scene.mine()
        assert ARRIVED.search(await said(txid))
    # How soon a block takes it is told, not when the last of six confirmations comes.
    words = await said(scene.pay(mine, Decimal("0.5"), rate=50))
    assert "in about 2 minutes" in words, words
    scene.mine()


async def test_a_transaction_behind_an_earlier_one_of_its_sender_is_told_as_such(scene: EvmScene, chain: Chain) -> None:
    mine = (await own()).address.lower()
    nonce = scene.nonce(3)
    first = scene.pay(mine, Decimal(1), sender=3, nonce=nonce, gwei=90)
    behind = scene.pay(mine, Decimal(1), sender=3, nonce=nonce + 1, gwei=90)
    alone = scene.pay(mine, Decimal(1), sender=4, nonce=scene.nonce(4) + 2, gwei=90)  # nobody sent the two before
    for txid in (behind, alone):
        told, said = await read(f"my ETH {txid}", chain)
        assert (told.code, told.settles) == ("deposit_seen", True)
        assert "An earlier transaction of the sending wallet has to be confirmed first" in said
        assert "Fee of this transaction" in said and "in about" not in said
    told, said = await read(f"my ETH {first}", chain)
    assert told.code == "deposit_pending" and "earlier transaction" not in said
    scene.mine()
    told, said = await read(f"my ETH {behind}", chain)
    assert told.code == "deposit_confirming"
    scene.drop(alone)


async def test_a_node_that_does_not_count_the_sender_s_transactions_tells_this_one_all_the_same(
    scene: EvmScene, ethereum: Rpc
) -> None:
    def reply(request: httpx.Request) -> httpx.Response:
        asked = json.loads(request.content)
        if asked["method"] == "eth_getTransactionCount":
            return httpx.Response(200, json={"jsonrpc": "2.0", "id": asked["id"], "error": {"code": -32601}})
        return httpx.Response(200, content=httpx.post(ethereum.url, content=request.content, headers=JSON).content)

    refusing = EvmChain(network(ETHEREUM), Node(ethereum.url, transport=httpx.MockTransport(reply)))
    txid = scene.pay((await own()).address.lower(), Decimal(1), gwei=90)
    told, said = await read(f"my ETH {txid}", refusing)
    assert told.code == "deposit_pending", said


async def test_a_memo_that_is_missing_and_a_network_that_is_wrong_are_told_before_anything_arrives() -> None:
    ledger = MemoryChain(chains.network(XRPL), at=START)
    asked = venue({XRPL: ledger})
    mine = await own(ACCOUNT, XRPL, asked)
    txid = "C3" * 32
    ledger.put(txid, Movement(mine.address, D(500)), at=START)
    told, said = await read(f"my XRP {txid}", ledger, asked=asked)
    assert (told.code, told.next_step) == ("deposit_waits_astray", "review")
    assert f"(yours is \u2068{mine.memo}\u2069)" in said and not ARRIVED.search(said)
    optimism = MemoryChain(chains.network("eip155:10"), at=START)
    optimism.put(FIRST, Movement((await own()).address, D(3)), at=START)
    told, said = await read(f"ETH {FIRST}", optimism)
    assert (told.code, told.settles) == ("deposit_waits_astray", False)
    assert "does not take deposits from" in said and not ARRIVED.search(said)


async def test_what_waits_for_another_customer_is_still_for_colleagues_alone() -> None:
    ledger = MemoryChain(chains.network(XRPL), at=START)
    asked = venue({XRPL: ledger})
    theirs = await own(OTHER, XRPL, asked)
    await own(ACCOUNT, XRPL, asked)
    ledger.put("C3" * 32, Movement(theirs.address, D(500), memo=theirs.memo), at=START)
    told, said = await read(f"my XRP {'C3' * 32}", ledger, asked=asked)
    assert (told.code, told.settles) == ("deposit_not_yours", False)
    assert not ARRIVED.search(said) and "500" not in said and theirs.memo not in said


@pytest.mark.parametrize(("confirmations", "code"), [(0, "deposit_dropped"), (3, "deposit_vanished")])
async def test_what_had_confirmations_is_not_said_to_have_had_none(confirmations: int, code: str) -> None:
    row = Deposit(
        "D-1", "ETH", ETHEREUM, f"{ETHEREUM}/slip44:60", D(2), "0x" + "7e" * 20, None, FIRST, DepositState.FAILED, confirmations, 12, NOW, None
    )  # fmt: skip
    chain = MemoryChain(chains.network(ETHEREUM), at=START)
    told, _ = await read(f"2 ETH ERC20 {FIRST}", chain, asked=replace(ONE, funds=Held(row)))
    assert told.code == code


async def test_while_deposits_are_paused_what_waits_is_not_promised_at_its_confirmation() -> None:
    chain = MemoryChain(chains.network(XRPL), at=START)
    chain.put("C3" * 32, Movement("rG1QQv2nh2gr7RCZ1P8YYcBUKCCN633jCn", D(5)), at=START)
    paused = deposits.ExchangeAnswer(
        (deposits.OwnAddress("rG1QQv2nh2gr7RCZ1P8YYcBUKCCN633jCn", frozenset({XRPL})),),
        (deposits.Listing(XRPL, "XRP", D(1), 3, is_open=False),),
    )
    claim = deposits.Claim(txid="C3" * 32, network=XRPL)
    looks = await deposits.look_up(claim, {XRPL: chain})
    found = diagnosis_of(deposits.conclude(claim, paused, looks), looks, now=NOW)
    assert found is not None and found.code == "deposit_pending"
    assert "are paused" in answer(found, "en") and "reached us" not in answer(found, "en")


@pytest.mark.parametrize("state", [DepositState.HELD, DepositState.FAILED])
@pytest.mark.parametrize("blocks", [0, 3])
async def test_what_the_exchange_holds_or_refused_is_not_promised_to_be_credited_by_itself(
    blocks: int, state: DepositState
) -> None:
    chain = MemoryChain(chains.network(ETHEREUM), at=START - timedelta(minutes=30))
    chain.put(FIRST, Movement((await own()).address, D(2)), at=START - timedelta(minutes=30))
    mined(chain, blocks)
    row = Deposit(
        "D-1", "ETH", ETHEREUM, f"{ETHEREUM}/slip44:60", D(2), "0x" + "7e" * 20, None, FIRST, state, blocks, 12, NOW, None
    )  # fmt: skip
    told, said = await read(f"2 ETH ERC20 {FIRST}", chain, asked=replace(ONE, funds=Held(row)))
    assert (told.code, told.settles) == ("deposit_held", False)
    assert "then it is credited" not in said and "all confirmations" not in said


@pytest.mark.parametrize(
    ("amount", "asset", "code", "settles"),
    [
        ("3", "", "deposit_replaced_here", True),
        ("0.0001", "", "deposit_replaced", False),
        ("3", "0x" + "9" * 40, "deposit_replaced", False),
    ],
)
async def test_a_replacement_is_credited_instead_only_where_it_pays_as_it_has_to(
    amount: str, asset: str, code: str, settles: bool
) -> None:
    chain = MemoryChain(chains.network(ETHEREUM), at=START)
    mine = (await own()).address
    chain.put(FIRST, Movement(mine, D(3)), at=START, hangs_on=("0xsender:7",))
    waiting, _ = await read(f"3 ETH {FIRST}", chain)
    chain.put(SECOND, Movement(mine, D(amount), asset=asset), at=START, hangs_on=("0xsender:7",))
    told, _ = await read(f"3 ETH {FIRST}", chain, earlier=(waiting,))
    assert (told.code, told.settles) == (code, settles)


@pytest.mark.parametrize(
    ("blocks", "shown", "code", "settles"),
    [
        (0, True, "withdrawal_waits", True),
        (5, True, "withdrawal_confirming", True),
        (12, True, "withdrawal_arrived", True),
        (5, False, "withdrawal", False),
    ],
)
async def test_of_a_withdrawal_that_was_replaced_the_one_in_its_place_is_followed(
    blocks: int, shown: bool, code: str, settles: bool
) -> None:
    class Forgetful(MemoryChain):
        async def transaction(self, txid: str, /) -> Transaction | None:
            if txid == SECOND and not shown:
                raise chains.ChainUnavailable
            return await super().transaction(txid)

    chain = Forgetful(chains.network(ETHEREUM), at=START - timedelta(minutes=30))
    for txid in (FIRST, SECOND):
        chain.put(txid, Movement(WITHDRAWAL.address, D(2)), at=START - timedelta(minutes=30), hangs_on=("0xus:7",))
    mined(chain, blocks)
    told, said = await read("my withdrawal has not arrived", chain, name="withdrawal", asked=sending())
    assert (told.code, told.settles) == (code, settles)
    assert SECOND in said and "never left us" not in said
