"""deposit.conclusions: things are done on real nodes of three families, looked up through the adapters, and judged."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import partial
from typing import Any

from bellrock.app import build_chain
from bellrock.bench import nodes
from bellrock.bench.nodes import NodeMissing
from bellrock.bench.report import Figure
from bellrock.bench.scenes import REGTEST, EvmScene, LitecoinScene
from bellrock.chains import Chain, Family, Transaction, network
from bellrock.triage import deposits

Claim = deposits.Claim
Conclusion = deposits.Conclusion
Cost = deposits.Cost
Credit = deposits.Credit
ExchangeAnswer = deposits.ExchangeAnswer
KnownDeposit = deposits.KnownDeposit
Listing = deposits.Listing
OwnAddress = deposits.OwnAddress
Pace = deposits.Pace
Recovery = deposits.Recovery
Verdict = deposits.Verdict

SOLANA = "solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp"
EVM_CHAINS = (1, 56)
_BACK = {
    Verdict.WRONG_NETWORK: Cost(Decimal(15), "USDT"),
    Verdict.WRONG_CONTRACT: None,
    Verdict.MEMO_MISSING: Cost(Decimal(0), "SOL"),
    Verdict.MEMO_WRONG: Cost(Decimal(0), "SOL"),
}


@dataclass
class Court:
    """Judges one case after another, and keeps what came out."""

    chains: dict[str, Chain] = field(default_factory=dict)
    right: Counter[Verdict] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    families: set[Family] = field(default_factory=set)

    async def judge(
        self,
        expected: Verdict,
        recovery: Recovery,
        claim: Claim,
        answer: ExchangeAnswer,
        *,
        seen: Transaction | None = None,
        **facts: Any,
    ) -> Conclusion:
        """Look a deposit up on every chain, conclude, and compare: the verdict, the recovery, and the facts that are named."""
        looks = await deposits.look_up(claim, self.chains, seen={seen.txid: seen} if seen else None)
        found = deposits.conclude(claim, answer, looks)
        differs = {name: getattr(found, name) for name, value in facts.items() if getattr(found, name) != value}
        if found.verdict is expected and found.recovery is recovery and not differs:
            self.right[expected] += 1
        else:
            self.wrong.append(f"{expected} on {claim.network}: {found.verdict}, {found.recovery}, {differs}")
        return found

    async def see(self, chain: Chain, txid: str) -> Transaction:
        """Return a transaction as support saw it when the customer first asked."""
        found = await chain.transaction(txid)
        if found is None:
            raise RuntimeError(f"{txid} is not there")
        return found


def measure() -> list[Figure]:
    """Return deposit.conclusions. Raises NodeMissing where nodes of fewer than two families are on this machine."""
    return asyncio.run(_measure())


async def _measure() -> list[Figure]:
    court, missing = Court(), []
    with ExitStack() as stack:
        starts: list[Callable[[], AbstractContextManager[Any]]] = [partial(nodes.anvil, chain) for chain in EVM_CHAINS]
        scenes: list[Any] = []
        for start in (*starts, nodes.litecoind, nodes.litesvm):
            try:
                scenes.append(stack.enter_context(start()))
            except NodeMissing as reason:
                scenes.append(None)
                missing.append(str(reason))
        await hold_court(court, *scenes)
    if len(court.families) < 2:
        raise NodeMissing("; ".join(missing))
    return [figure(court, missing)]


def figure(court: Court, missing: list[str]) -> Figure:
    """Return the share of conclusions that were right, and which of them were reached fewer than twice."""
    total = court.right.total() + len(court.wrong)
    rare = [verdict.value for verdict in Verdict if court.right[verdict] < 2]
    note = f"{total} cases, families: {', '.join(sorted(court.families))}"
    note += f"; fewer than twice: {', '.join(rare)}" if rare else ""
    note += f"; wrong: {'; '.join(court.wrong[:3])}" if court.wrong else ""
    note += f"; {'; '.join(missing)}" if missing else ""
    return Figure("deposit.conclusions", court.right.total() / total, "share", 1, sense="least", note=note)


async def hold_court(court: Court, ethereum: Any, bnb_chain: Any, litecoin: Any, solana: Any) -> None:
    """Judge every case on the nodes that are there; the others are None."""
    for chain_id, rpc in zip(EVM_CHAINS, (ethereum, bnb_chain), strict=True):
        if rpc:
            court.chains[f"eip155:{chain_id}"] = build_chain(network(f"eip155:{chain_id}"), f"evm+{rpc.url}")
    if litecoin:
        court.chains[REGTEST.id] = build_chain(REGTEST, f"core+{litecoin[1]}")
    if solana:
        court.chains[SOLANA] = build_chain(network(SOLANA), f"solana+{solana.url}")
    court.families |= {chain.network.family for chain in court.chains.values()}
    for chain_id, rpc in zip(EVM_CHAINS, (ethereum, bnb_chain), strict=True):
        if rpc:
            await _evm(court, EvmScene(rpc), f"eip155:{chain_id}")
    if litecoin:
        await _litecoin(court, LitecoinScene(litecoin[0]))
    if solana:
        await _solana(court, solana)


async def _evm(court: Court, scene: EvmScene, here: str) -> None:
    chain = court.chains[here]
    mine, elsewhere, token, other = scene.stranger("mine"), scene.stranger("elsewhere"), scene.deploy(), scene.deploy()
    known = [
        Listing(here, "ETH", Decimal("0.01"), 12),
        Listing(here, "USDT", Decimal(5), 12, contract=token, adds_up=True),
    ]
    # An address of an EVM chain that the exchange reads on another chain only.
    addresses = (OwnAddress(mine, frozenset({here})), OwnAddress(elsewhere, frozenset({"eip155:8453"})))
    answer = ExchangeAnswer(addresses, tuple(known), recoveries=_BACK)

    def claim(txid: str) -> Claim:
        return Claim(txid=txid, network=here, address=mine)

    await court.judge(Verdict.NOT_FOUND, Recovery.UNKNOWN, claim("0x" + "5a" * 32), answer)
    txid = scene.pay(mine, Decimal("0.5"), gwei=90)
    await court.judge(
        Verdict.PENDING, Recovery.WAIT, claim(txid), answer, pace=Pace.FAST, amount=Decimal("0.5"), asset="ETH"
    )
    # The same id without its 0x, as it is often pasted.
    await court.judge(Verdict.PENDING, Recovery.WAIT, claim(txid.removeprefix("0x")), answer, confirmations=0)
    scene.mine(4)
    await court.judge(
        Verdict.CONFIRMING, Recovery.WAIT, claim(txid), answer, confirmations=4, confirmations_needed=12,
        eta_seconds=round(8 * chain.network.block_seconds),
    )  # fmt: skip
    scene.mine(8)
    await court.judge(Verdict.CONFIRMED, Recovery.EXCHANGE, claim(txid), answer, confirmations=12)
    credited = KnownDeposit("D-1", Credit.CREDITED, "ETH", Decimal("0.5"), txid=txid, network=here)
    told = ExchangeAnswer(addresses, tuple(known), deposits=(credited,))
    await court.judge(Verdict.CREDITED, Recovery.NOT_NEEDED, claim(txid), told, reference="D-1")
    returned = KnownDeposit("D-4", Credit.RETURNED, "ETH", Decimal("0.5"), txid=txid, network=here)
    told = ExchangeAnswer(addresses, tuple(known), deposits=(returned,))
    await court.judge(Verdict.RETURNED, Recovery.SENDER, claim(txid), told, amount=Decimal("0.5"))
    paused = ExchangeAnswer(addresses, tuple(replace(one, is_open=False) for one in known))
    await court.judge(Verdict.CONFIRMED, Recovery.WAIT, claim(txid), paused, reason=deposits.SUSPENDED)
    internal = KnownDeposit("8812345678901", Credit.INTERNAL, "ETH", Decimal(1))
    told = ExchangeAnswer(addresses, tuple(known), deposits=(internal,))
    await court.judge(Verdict.INTERNAL, Recovery.NOT_NEEDED, claim("8812345678901"), told)
    txid = scene.pay_token(token, mine, 7_000_000)
    scene.mine()
    await court.judge(Verdict.CONFIRMING, Recovery.WAIT, claim(txid), answer, asset="USDT", amount=Decimal(7))
    txid = scene.pay_token(token, mine, 2_000_000)
    scene.mine()
    await court.judge(
        Verdict.BELOW_MINIMUM, Recovery.TOP_UP, claim(txid), answer, minimum=Decimal(5), amount=Decimal(2)
    )
    txid = scene.pay_token(other, mine, 9_000_000)
    scene.mine()
    await court.judge(Verdict.WRONG_CONTRACT, Recovery.EXCHANGE, claim(txid), answer, contract=other)
    txid = scene.pay(elsewhere, Decimal(1))
    scene.mine()
    wrong = Claim(txid=txid, network="eip155:8453", address=elsewhere)
    await court.judge(
        Verdict.WRONG_NETWORK, Recovery.EXCHANGE, wrong, answer, network=here, cost=_BACK[Verdict.WRONG_NETWORK]
    )
    txid = scene.pay(scene.stranger("somebody else"), Decimal(1))
    scene.mine()
    await court.judge(
        Verdict.NOT_OURS, Recovery.HOLDER, claim(txid), answer, went_to=scene.stranger("somebody else"), resembles=None
    )
    # An address with the same ends as the customer's, as poisoners make them.
    twin = mine[:6] + scene.stranger("twin")[6:-4] + mine[-4:]
    txid = scene.pay(twin, Decimal(1))
    scene.mine()
    await court.judge(Verdict.NOT_OURS, Recovery.HOLDER, claim(txid), answer, went_to=twin, resembles=mine)
    txid = scene.pay_through(scene.deploy_passer(), mine, Decimal(2))
    await court.judge(Verdict.UNCLEAR, Recovery.UNKNOWN, claim(txid), answer, reason="inside_contract")
    scene.mine()
    await court.judge(Verdict.CONFIRMING, Recovery.WAIT, claim(txid), answer, amount=Decimal(2), asset="ETH")
    txid = scene.pay(scene.deploy_refuser(), Decimal(1))
    scene.mine()
    await court.judge(Verdict.FAILED, Recovery.SENDER, claim(txid), answer, reason="reverted")
    await _evm_gone(court, scene, chain, mine, answer)


async def _evm_gone(court: Court, scene: EvmScene, chain: Chain, mine: str, answer: ExchangeAnswer) -> None:
    here = chain.network.id
    nonce = scene.nonce(1)
    seen = await court.see(chain, scene.pay(mine, Decimal(1), sender=1, nonce=nonce))
    by = scene.pay(scene.account(1), Decimal(0), sender=1, nonce=nonce, gwei=70)
    claim = Claim(txid=seen.txid, network=here, address=mine)
    await court.judge(Verdict.REPLACED, Recovery.SENDER, claim, answer, seen=seen, replaced_by=by)
    scene.mine()
    await court.judge(Verdict.REPLACED, Recovery.SENDER, claim, answer, seen=seen, replaced_by=by)
    seen = await court.see(chain, scene.pay(mine, Decimal(1), sender=2))
    scene.drop(seen.txid)
    claim = Claim(txid=seen.txid, network=here, address=mine)
    await court.judge(Verdict.DROPPED, Recovery.SENDER, claim, answer, seen=seen)
    # Nobody saw this one before it was dropped: no more can be said than that it is nowhere.
    await court.judge(Verdict.NOT_FOUND, Recovery.UNKNOWN, claim, answer)


async def _litecoin(court: Court, scene: LitecoinScene) -> None:
    here, chain, mine, elsewhere = REGTEST.id, court.chains[REGTEST.id], scene.address(), scene.address()
    addresses = (
        OwnAddress(mine, frozenset({here})),
        OwnAddress(elsewhere, frozenset({"bip122:000000000019d6689c085ae165831e93"})),
    )
    answer = ExchangeAnswer(addresses, (Listing(here, "LTC", Decimal("0.01"), 6),), recoveries=_BACK)

    def claim(txid: str) -> Claim:
        return Claim(txid=txid, network=here, address=mine)

    await court.judge(Verdict.NOT_FOUND, Recovery.UNKNOWN, claim("5a" * 32), answer)
    txid = scene.pay(mine, Decimal("0.5"), rate=50)
    await court.judge(
        Verdict.PENDING, Recovery.WAIT, claim(txid), answer, pace=Pace.FAST, fee_rate=scene.rate_of(txid),
        eta_seconds=round(6 * chain.network.block_seconds), amount=Decimal("0.5"),
    )  # fmt: skip
    scene.mine(2)
    await court.judge(Verdict.CONFIRMING, Recovery.WAIT, claim(txid), answer, confirmations=2, eta_seconds=600)
    scene.mine(4)
    await court.judge(Verdict.CONFIRMED, Recovery.EXCHANGE, claim(txid), answer, confirmations=6)
    credited = KnownDeposit("D-2", Credit.CREDITED, "LTC", Decimal("0.5"), txid=txid.upper(), network=here)
    told = ExchangeAnswer(addresses, answer.listings, deposits=(credited,))
    await court.judge(Verdict.CREDITED, Recovery.NOT_NEEDED, claim(txid), told, reference="D-2")
    txid = scene.pay(mine, Decimal("0.005"))
    await court.judge(Verdict.BELOW_MINIMUM, Recovery.NONE, claim(txid), answer, amount=Decimal("0.005"))
    txid = scene.pay(elsewhere, Decimal("0.3"))
    wrong = Claim(txid=txid, network="bip122:000000000019d6689c085ae165831e93", address=elsewhere)
    await court.judge(Verdict.WRONG_NETWORK, Recovery.EXCHANGE, wrong, answer, network=here)
    txid = scene.pay(scene.address(), Decimal("0.3"))
    await court.judge(Verdict.NOT_OURS, Recovery.HOLDER, claim(txid), answer)
    scene.mine()
    seen = await court.see(chain, scene.pay(mine, Decimal("0.25")))
    by = scene.replace(seen.txid)
    # The sender raised the fee; the new transaction pays to the same address.
    await court.judge(Verdict.REPLACED, Recovery.WAIT, claim(seen.txid), answer, seen=seen, replaced_by=by)
    scene.mine()
    await court.judge(Verdict.REPLACED, Recovery.WAIT, claim(seen.txid), answer, seen=seen, replaced_by=by)
    seen = await court.see(chain, scene.pay(mine, Decimal("0.125")))
    scene.drop(seen.txid)
    await court.judge(Verdict.DROPPED, Recovery.SENDER, claim(seen.txid), answer, seen=seen)


async def _solana(court: Court, cluster: Any) -> None:
    chain = court.chains[SOLANA]
    shared, stranger = cluster.account(), cluster.account()
    # One address for everybody, told apart by memo, as some exchanges do.
    answer = ExchangeAnswer(
        (OwnAddress(shared, frozenset({SOLANA}), memo="778899"),),
        (Listing(SOLANA, "SOL", Decimal("0.1"), 32),),
        recoveries=_BACK,
    )

    def claim(txid: str) -> Claim:
        return Claim(txid=txid, network=SOLANA, address=shared)

    for amount in (2, 3):
        txid = cluster.pay(shared, amount * 10**9)
        await court.judge(
            Verdict.MEMO_MISSING, Recovery.EXCHANGE, claim(txid), answer, memo_expected="778899", amount=Decimal(amount)
        )
        txid = cluster.pay(shared, amount * 10**9, memo="778898")
        await court.judge(Verdict.MEMO_WRONG, Recovery.EXCHANGE, claim(txid), answer, memo_found="778898")
    txid = cluster.pay(shared, 4 * 10**9, memo="778899")
    cluster.slots(9)
    await court.judge(Verdict.CONFIRMING, Recovery.WAIT, claim(txid), answer, confirmations=10, eta_seconds=9)
    cluster.slots(22)
    await court.judge(Verdict.CONFIRMED, Recovery.EXCHANGE, claim(txid), answer, confirmations=32)
    credited = KnownDeposit("D-3", Credit.CREDITED, "SOL", Decimal(4), txid=txid, network=SOLANA)
    told = ExchangeAnswer(answer.addresses, answer.listings, deposits=(credited,))
    await court.judge(Verdict.CREDITED, Recovery.NOT_NEEDED, claim(txid), told)
    txid = cluster.pay(shared, 10**7, memo="778899")
    await court.judge(Verdict.BELOW_MINIMUM, Recovery.NONE, claim(txid), answer)
    txid = cluster.pay(stranger, 10**9)
    await court.judge(Verdict.NOT_OURS, Recovery.HOLDER, claim(txid), answer, went_to=stranger)
    await court.judge(Verdict.FAILED, Recovery.SENDER, claim(cluster.pay(shared, 10**17)), answer)
    txid, _ = cluster.unsent(shared, 10**9)
    await court.judge(Verdict.NOT_FOUND, Recovery.UNKNOWN, claim(txid), answer)
    await _unclear(court, chain, claim(txid), answer)


async def _unclear(court: Court, chain: Chain, claim: Claim, answer: ExchangeAnswer) -> None:
    """A node that does not answer, and no transaction id at all: nothing may be concluded."""
    silent = build_chain(chain.network, "solana+http://127.0.0.1:9")
    here = court.chains[chain.network.id]
    court.chains[chain.network.id] = silent
    await court.judge(Verdict.UNCLEAR, Recovery.UNKNOWN, claim, answer, unanswered=(chain.network.id,))
    court.chains[chain.network.id] = here
    await court.judge(Verdict.UNCLEAR, Recovery.UNKNOWN, Claim(network=chain.network.id), answer)
