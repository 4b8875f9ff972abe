"""Deposits at the reference exchange: looked up on chains, counted, credited; on a chain in memory and on real nodes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from bellrock import chains, exchange, reference_exchange
from bellrock.adapters.chain import build_chain
from bellrock.bench import scenes
from bellrock.chains import MemoryChain, Movement, network
from bellrock.core import clock
from bellrock.exchange import Astray, DepositState, Exchange, Sighting

pytest_plugins = ["tests.fixtures.nodes"]
START = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
ACCOUNT, OTHER = "NW-100671", "NW-100752"
ETHEREUM, XRPL, OP = "eip155:1", "xrpl:0", "eip155:10"
USDT = "0xdac17f958d2ee523a2206206994597c13d831ec7"
D = Decimal


class Clock:
    """A clock that is put on by hand."""

    def __init__(self) -> None:
        self.at = START

    def __call__(self) -> datetime:
        return self.at

    def pass_by(self, **distance: float) -> datetime:
        self.at += timedelta(**distance)
        return self.at


@pytest.fixture
def hand() -> Clock:
    return Clock()


def watching(hand: Any, *watched: Any) -> Exchange:
    made = reference_exchange.Venue(
        started_at=START, clock=hand, watched={chain.network.id: chain for chain in watched}
    )
    return reference_exchange.as_exchange(made)


async def address(one: Exchange, account: str, name: str) -> exchange.DepositAddress:
    return next(row for row in (await one.funds.addresses(account)).rows if row.network == name)


async def test_a_deposit_is_seen_counted_and_credited(hand: Clock) -> None:
    chain = MemoryChain(network(ETHEREUM), at=START)
    one = watching(hand, chain)
    own = await address(one, ACCOUNT, ETHEREUM)
    txid = "0x" + "a1" * 32
    chain.put(txid, Movement(own.address, D(250), asset=USDT), at=hand.pass_by(minutes=1))

    async def found() -> exchange.Deposit:
        hand.pass_by(seconds=5)
        return (await one.funds.deposits(ACCOUNT, txid=txid)).rows[0]

    seen = await found()
    assert (seen.state, seen.asset, seen.amount, seen.asset_id) == (
        DepositState.SEEN,
        "USDT",
        D(250),
        f"{ETHEREUM}/erc20:{USDT}",
    )
    chain.mine(at=hand.pass_by(seconds=12))
    assert ((await found()).state, (await found()).confirmations) == (DepositState.CONFIRMING, 1)
    for _ in range(11):
        chain.mine(at=hand.pass_by(seconds=12))
    credited = await found()
    assert (credited.state, credited.confirmations) == (DepositState.CREDITED, 12)
    assert credited.credited_at == hand()
    sighted = await one.networks.sighted(ACCOUNT, network=ETHEREUM, txid=txid)
    assert (sighted.sighting, sighted.deposit_id) == (Sighting.CREDITED, credited.id)
    assert (await one.networks.sighted(OTHER, network=ETHEREUM, txid=txid)).sighting is Sighting.ANOTHER_ACCOUNT
    assert not (await one.funds.deposits(OTHER, txid=txid)).rows


@pytest.mark.parametrize("how", ["dropped", "replaced", "failed"])
async def test_what_is_gone_from_the_chain_has_failed(hand: Clock, how: str) -> None:
    chain = MemoryChain(network(ETHEREUM), at=START)
    one = watching(hand, chain)
    own = await address(one, ACCOUNT, ETHEREUM)
    txid, other = "0x" + "b1" * 32, "0x" + "b2" * 32
    chain.put(txid, Movement(own.address, D("0.5")), at=START, hangs_on=("0xsender:1",))
    assert (await one.funds.deposits(ACCOUNT, txid=txid)).rows[0].state is DepositState.SEEN
    at = hand.pass_by(minutes=2)
    if how == "dropped":
        chain.drop(txid, at=at)
    elif how == "replaced":
        chain.put(other, at=at, hangs_on=("0xsender:1",))
    else:
        chain.mine(at=at, failing=frozenset({txid}))
    assert (await one.funds.deposits(ACCOUNT, txid=txid)).rows[0].state is DepositState.FAILED


async def test_below_the_minimum_nothing_is_credited(hand: Clock) -> None:
    chain = MemoryChain(network(ETHEREUM), at=START)
    one = watching(hand, chain)
    own = await address(one, ACCOUNT, ETHEREUM)
    txid = "0x" + "c1" * 32
    chain.put(txid, Movement(own.address, D("0.0002")), at=START)
    chain.mine(at=hand.pass_by(minutes=1))
    row = (await one.funds.deposits(ACCOUNT, txid=txid)).rows[0]
    assert (row.state, row.credited_at) == (DepositState.BELOW_MINIMUM, None)
    told = await one.networks.sighted(ACCOUNT, network=ETHEREUM, txid=txid)
    assert told.astray is Astray.BELOW_MINIMUM


@pytest.mark.parametrize(
    ("asset", "astray"),
    [(USDT, Astray.WRONG_NETWORK), ("", Astray.WRONG_NETWORK), ("0x" + "9" * 40, Astray.UNLISTED_ASSET)],
)
async def test_what_is_not_taken_there_is_ignored_and_says_how_it_went_astray(
    hand: Clock, asset: str, astray: Astray
) -> None:
    """On OP Mainnet the exchange lists ether as little as USDT; the address is the one on Ethereum all the same."""
    made = reference_exchange.Venue(started_at=START, clock=hand)
    made.watched[OP] = chain = MemoryChain(network(OP), at=START)
    made.watch = type(made.watch)(made.watched, made.listed, made.owner_of)
    one = reference_exchange.as_exchange(made)
    own = await address(one, ACCOUNT, ETHEREUM)
    txid = "0x" + "d1" * 32
    chain.put(txid, Movement(own.address, D(40), asset=asset), at=START)
    told = await one.networks.sighted(ACCOUNT, network=OP, txid=txid)
    assert (told.sighting, told.astray) == (Sighting.IGNORED, astray)
    assert not (await one.funds.deposits(ACCOUNT, txid=txid)).rows


@pytest.mark.parametrize(("memo", "sighting"), [
    ("own", Sighting.UNDER_WAY), ("other", Sighting.ANOTHER_ACCOUNT), ("7", Sighting.UNASSIGNED), (None, Sighting.UNASSIGNED),
])  # fmt: skip
async def test_on_a_shared_address_the_memo_tells_whose_it_is(
    hand: Clock, memo: str | None, sighting: Sighting
) -> None:
    chain = MemoryChain(network(XRPL), at=START)
    one = watching(hand, chain)
    own, other = await address(one, ACCOUNT, XRPL), await address(one, OTHER, XRPL)
    assert own.address == other.address
    txid = "E1" * 32
    tag = {"own": own.memo, "other": other.memo}.get(memo or "", memo)
    chain.put(txid, Movement(own.address, D(30), memo=tag), at=START)
    told = await one.networks.sighted(ACCOUNT, network=XRPL, txid=txid)
    assert told.sighting is sighting
    assert (told.astray is Astray.WRONG_MEMO) == (sighting is Sighting.UNASSIGNED)
    assert bool((await one.funds.deposits(ACCOUNT, txid=txid)).rows) == (memo == "own")


async def test_a_node_that_is_away_leaves_deposits_as_they_were(hand: Clock) -> None:
    class Away(MemoryChain):
        async def activity(self, _address: str, /, *, since: datetime) -> Any:
            raise chains.ChainUnavailable

    one = watching(hand, Away(network(ETHEREUM), at=START))
    rows = (await one.funds.deposits(ACCOUNT)).rows
    assert rows == (await watching(hand).funds.deposits(ACCOUNT)).rows


async def test_a_deposit_on_a_real_evm_node_is_credited(ethereum: Any) -> None:
    scene, chain = scenes.EvmScene(ethereum), build_chain(network(ETHEREUM), f"evm+{ethereum.url}")
    made = reference_exchange.Venue(started_at=clock.now(), clock=clock.now, watched={ETHEREUM: chain})
    one = reference_exchange.as_exchange(made)
    own = await address(one, ACCOUNT, ETHEREUM)
    txid = scene.pay(own.address, D("0.75"))

    async def found() -> exchange.Deposit:
        made.account(ACCOUNT).looked_at = None  # ask the node at once
        return (await one.funds.deposits(ACCOUNT, txid=txid)).rows[0]

    assert (await found()).state is DepositState.SEEN
    scene.mine(3)
    assert ((await found()).state, (await found()).confirmations) == (DepositState.CONFIRMING, 3)
    scene.mine(9)
    assert ((await found()).state, (await found()).amount) == (DepositState.CREDITED, D("0.75"))
    assert txid in [row.txid for row in (await one.funds.deposits(ACCOUNT)).rows]


async def test_a_deposit_on_a_real_litecoin_node_is_credited_or_replaced(litecoin: Any) -> None:
    """Its node has no index of addresses: the exchange learns of a payment when it is asked by its id."""
    rpc, url = litecoin
    scene, chain = scenes.LitecoinScene(rpc), build_chain(scenes.REGTEST, f"core+{url}")
    made = reference_exchange.Venue(started_at=clock.now(), clock=clock.now, watched={scenes.REGTEST.id: chain})
    one = reference_exchange.as_exchange(made)
    own = await address(one, ACCOUNT, scenes.REGTEST.id)

    async def state(txid: str) -> DepositState:
        made.account(ACCOUNT).looked_at = None
        return (await one.funds.deposits(ACCOUNT, txid=txid)).rows[0].state

    txid = scene.pay(own.address, D("1.5"))
    assert await state(txid) is DepositState.SEEN
    scene.mine(6)
    assert await state(txid) is DepositState.CREDITED
    slow = scene.pay(own.address, D("0.4"))
    assert await state(slow) is DepositState.SEEN
    scene.replace(slow)
    assert await state(slow) is DepositState.FAILED
