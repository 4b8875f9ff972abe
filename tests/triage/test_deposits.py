"""Deposits: on real nodes each conclusion at least twice; besides, what must hold whatever chain and exchange say."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bellrock.bench import triage_deposits
from bellrock.bench.nodes import NodeMissing
from bellrock.chains import (
    ChainUnavailable,
    Fate,
    Fees,
    MemoryChain,
    Movement,
    Outcome,
    Remembering,
    State,
    Transaction,
    network,
)
from bellrock.exchange import (
    Astray,
    Deposit,
    DepositAddress,
    DepositState,
    NetworkRule,
    Page,
    Recoverable,
    RecoveryRule,
    Withdrawal,
    WithdrawalState,
)
from bellrock.triage import deposits
from bellrock.triage.playbooks import deposit_looks

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
XRPL, TON, ETHEREUM = "xrpl:0", "tvm:-239", "eip155:1"
BITCOIN, TRON = "bip122:000000000019d6689c085ae165831e93", "tron:0x2b6653dc"
CLASSIC = "r9cZA1mLK5R5Am25ArfXFmqgNwjZgnfk59"
X_ADDRESS_TAG_1 = "X7AcgcsBL6XDcUb289X4mJ8djcdyKaGZMhc9YTE92ehJ2Fu"
TXID = "ab" * 32
Verdict, Recovery, Pace = deposits.Verdict, deposits.Recovery, deposits.Pace


def answer(
    network_id: str, address: str, *, memo: str | None = None, asset: str = "XRP", **more: Any
) -> deposits.ExchangeAnswer:
    return deposits.ExchangeAnswer(
        (deposits.OwnAddress(address, frozenset({network_id}), memo=memo),),
        (deposits.Listing(network_id, asset, Decimal(1), 3),),
        recoveries={Verdict.MEMO_MISSING: deposits.Cost(Decimal(10), "XRP")},
        **more,
    )


def look(
    network_id: str, *movements: Movement, state: State = State.CONFIRMED, confirmations: int = 3, **more: Any
) -> deposits.Look:
    found = Transaction(network_id, TXID, state, confirmations, movements, NOW, fee_rate=Decimal(5))
    return deposits.Look(network_id, network(network_id).block_seconds, found, **more)


def test_on_real_nodes_every_conclusion_is_right_and_comes_at_least_twice() -> None:
    try:
        (figure,) = triage_deposits.measure()
    except NodeMissing as missing:
        pytest.skip(str(missing))
    assert figure.holds, figure.note
    if "comes" not in figure.note:  # every family is there
        assert "fewer than twice" not in figure.note


@pytest.mark.parametrize(
    ("memo", "verdict", "recovery"),
    [
        ("1", Verdict.CONFIRMED, Recovery.EXCHANGE),
        (None, Verdict.MEMO_MISSING, Recovery.EXCHANGE),
        ("2", Verdict.MEMO_WRONG, Recovery.NONE),  # this exchange does not bring those back
    ],
)
def test_a_tag_decides_and_the_cost_of_a_recovery_is_told(memo: str | None, verdict: Any, recovery: Any) -> None:
    seen = look(XRPL, Movement(CLASSIC, Decimal(5), memo=memo))
    found = deposits.conclude(deposits.Claim(txid=TXID, network=XRPL), answer(XRPL, CLASSIC, memo="1"), [seen])
    assert (found.verdict, found.recovery) == (verdict, recovery)
    assert (found.cost == deposits.Cost(Decimal(10), "XRP")) is (verdict is Verdict.MEMO_MISSING)


def test_an_x_address_is_the_classic_one_with_its_tag() -> None:
    seen = look(XRPL, Movement(X_ADDRESS_TAG_1, Decimal(5)))
    found = deposits.conclude(deposits.Claim(txid=TXID, network=XRPL), answer(XRPL, CLASSIC, memo="1"), [seen])
    assert found.verdict is Verdict.CONFIRMED


def test_capitals_of_an_evm_address_do_not_matter() -> None:
    seen = look(ETHEREUM, Movement("0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed", Decimal(5)))
    own = answer(ETHEREUM, "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", asset="ETH")
    assert deposits.conclude(deposits.Claim(txid=TXID), own, [seen]).verdict is Verdict.CONFIRMED


def test_what_arrived_in_two_parts_is_added() -> None:
    seen = look(XRPL, Movement(CLASSIC, Decimal("0.6")), Movement(CLASSIC, Decimal("0.5")))
    found = deposits.conclude(deposits.Claim(txid=TXID), answer(XRPL, CLASSIC), [seen])
    assert (found.verdict, found.amount) == (Verdict.CONFIRMED, Decimal("1.1"))


def test_no_digit_of_an_amount_is_lost() -> None:
    """A coin of 18 places of which people hold milliards."""
    amount = Decimal("1234567890123456789.123456789012345678")
    parts = look(XRPL, Movement(CLASSIC, amount), Movement(CLASSIC, Decimal("0.000000000000000001")))
    found = deposits.conclude(deposits.Claim(txid=TXID, network=XRPL), answer(XRPL, CLASSIC), [parts])
    assert str(found.amount) == "1234567890123456789.123456789012345679"


def test_a_transaction_that_pays_here_is_preferred_to_one_that_does_not() -> None:
    """The same digits may be a transaction of two chains; the customer may name the wrong one."""
    elsewhere, here = look(TON, Movement("somewhere", Decimal(1))), look(XRPL, Movement(CLASSIC, Decimal(5)))
    found = deposits.conclude(deposits.Claim(txid=TXID, network=TON), answer(XRPL, CLASSIC), [elsewhere, here])
    assert (found.network, found.verdict) == (XRPL, Verdict.CONFIRMED)


@given(st.integers(1, 60), st.integers(0, 80))
def test_confirmations_are_counted_to_the_last_one(needed: int, seen: int) -> None:
    told = answer(XRPL, CLASSIC)
    told = deposits.ExchangeAnswer(told.addresses, (deposits.Listing(XRPL, "XRP", Decimal(1), needed),))
    state = State.CONFIRMED if seen else State.PENDING
    found = deposits.conclude(
        deposits.Claim(txid=TXID), told, [look(XRPL, Movement(CLASSIC, Decimal(5)), state=state, confirmations=seen)]
    )
    expected = Verdict.PENDING if not seen else Verdict.CONFIRMING if seen < needed else Verdict.CONFIRMED
    assert found.verdict is expected
    if expected is Verdict.CONFIRMING:
        assert found.eta_seconds == max(1, round((needed - seen) * network(XRPL).block_seconds))


_RATES = st.decimals(0, 1000, places=2)


@given(_RATES, st.tuples(_RATES, _RATES, _RATES).map(sorted))
def test_the_pace_follows_the_fees(rate: Decimal, levels: list[Decimal]) -> None:
    fees = Fees("sat/vB", levels[0], levels[1], levels[2], NOW)
    pace = deposits.pace_of(rate, fees)
    assert pace is not None
    assert (pace is Pace.STUCK) is (rate < fees.slow)
    assert (pace is Pace.FAST) is (rate >= fees.fast)
    assert deposits.pace_of(None, fees) is deposits.pace_of(rate, None) is None


def test_a_stuck_transaction_gets_no_time_of_arrival() -> None:
    fees = Fees("sat/vB", Decimal(10), Decimal(20), Decimal(30), NOW)
    seen = look(XRPL, Movement(CLASSIC, Decimal(5)), state=State.PENDING, confirmations=0, fees=fees)
    found = deposits.conclude(deposits.Claim(txid=TXID), answer(XRPL, CLASSIC), [seen])
    assert (found.verdict, found.pace, found.eta_seconds) == (Verdict.PENDING, Pace.STUCK, None)


_LOOKS = st.lists(
    st.builds(
        lambda name, gone, silent: deposits.Look(
            name, 4.0, outcome=Outcome(gone) if gone else None, is_unavailable=silent
        ),
        st.sampled_from([XRPL, TON, ETHEREUM]),
        st.sampled_from([None, Fate.UNKNOWN]),
        st.booleans(),
    ),
    max_size=4,
)


@given(_LOOKS)
def test_nothing_is_called_missing_while_a_node_is_silent(looks: list[deposits.Look]) -> None:
    found = deposits.conclude(deposits.Claim(txid=TXID), answer(XRPL, CLASSIC), looks)
    # The exchange takes deposits on the XRP Ledger alone: that it was looked at is what counts.
    sure = any(one.network == XRPL for one in looks) and not any(one.is_unavailable for one in looks)
    assert found.verdict is (Verdict.NOT_FOUND if sure else Verdict.UNCLEAR)
    assert set(found.unanswered) == {one.network for one in looks if one.is_unavailable}


@given(_LOOKS)
def test_what_the_exchange_credited_is_credited(looks: list[deposits.Look]) -> None:
    credited = deposits.KnownDeposit("D-9", deposits.Credit.CREDITED, "XRP", Decimal(5), txid="0x" + TXID.upper())
    found = deposits.conclude(deposits.Claim(txid=TXID), answer(XRPL, CLASSIC, deposits=(credited,)), looks)
    assert (found.verdict, found.recovery, found.reference) == (Verdict.CREDITED, Recovery.NOT_NEEDED, "D-9")


async def test_without_an_id_the_address_is_asked() -> None:
    chain = MemoryChain(network(XRPL), at=NOW)
    chain.put(TXID.upper(), Movement(CLASSIC, Decimal("5.5"), memo="1"), at=NOW)
    for minute in range(1, 4):
        chain.mine(at=NOW + timedelta(minutes=minute))
    claim = deposits.Claim(network=XRPL, address=CLASSIC, amount=Decimal("5.5"), sent_at=NOW + timedelta(minutes=5))
    looks = await deposits.look_up(claim, {XRPL: chain})
    found = deposits.conclude(claim, answer(XRPL, CLASSIC, memo="1"), looks)
    assert (found.verdict, found.txid, found.confirmations) == (Verdict.CONFIRMED, TXID.upper(), 3)
    other = deposits.Claim(network=XRPL, address=CLASSIC, amount=Decimal(6), sent_at=NOW)
    assert await deposits.look_up(other, {XRPL: chain}) == ()
    assert deposits.conclude(other, answer(XRPL, CLASSIC), ()).verdict is Verdict.UNCLEAR


async def test_a_transaction_is_told_although_the_fees_are_not() -> None:
    class Halting(MemoryChain):
        async def fees(self) -> Fees:
            raise ChainUnavailable

    chain = Halting(network(XRPL), at=NOW)
    chain.put(TXID.upper(), Movement(CLASSIC, Decimal(5)), at=NOW)
    claim = deposits.Claim(txid=TXID.upper(), network=XRPL)
    found = deposits.conclude(claim, answer(XRPL, CLASSIC), await deposits.look_up(claim, {XRPL: chain}))
    assert (found.verdict, found.fees, found.pace, found.unanswered) == (Verdict.PENDING, None, None, ())


async def test_a_transaction_is_told_although_the_fees_keep_it_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    class Hesitating(MemoryChain):
        async def fees(self) -> Fees:
            await asyncio.sleep(60)
            raise AssertionError("nobody waits that long")

    monkeypatch.setattr(deposit_looks, "SECONDS_MAX", 0.2)
    chain = Hesitating(network(XRPL), at=NOW)
    chain.put(TXID.upper(), Movement(CLASSIC, Decimal(5)), at=NOW)
    claim = deposits.Claim(txid=TXID.upper(), network=XRPL)
    found = deposits.conclude(claim, answer(XRPL, CLASSIC), await deposits.look_up(claim, {XRPL: chain}))
    assert (found.verdict, found.fees, found.unanswered) == (Verdict.PENDING, None, ())


@pytest.mark.parametrize("written", [TXID.upper(), f"0x{TXID}", f"0X{TXID.upper()}", f" {TXID}"])
@pytest.mark.parametrize("there", [BITCOIN, TRON, ETHEREUM])
async def test_capitals_and_a_0x_hide_a_transaction_from_nobody(written: str, there: str) -> None:
    asked = {name: MemoryChain(network(name), at=NOW) for name in (BITCOIN, TRON, ETHEREUM)}
    asked[there].put(f"0x{TXID}" if there == ETHEREUM else TXID, Movement(CLASSIC, Decimal(5)), at=NOW)
    looks = await deposits.look_up(deposits.Claim(txid=written, network=there), asked)
    assert [one.network for one in looks if one.transaction] == [there]
    if "x" not in written.lower():
        # While the one network that the exchange takes it on was not asked, nothing is called missing.
        looks = await deposits.look_up(deposits.Claim(txid=written), asked)
        assert {one.network for one in looks} == {BITCOIN, TRON, ETHEREUM}
        others = [one for one in looks if one.network != there]
        found = deposits.conclude(deposits.Claim(txid=written), answer(there, CLASSIC), others)
        assert found.verdict is Verdict.UNCLEAR


async def test_what_waited_when_it_was_asked_for_first_is_known_to_be_gone_later() -> None:
    chain = MemoryChain(network(XRPL), at=NOW)
    remembers = Remembering(chain)
    claim = deposits.Claim(txid=TXID.upper(), network=XRPL)
    verdicts = []

    async def judge(asked: Any) -> None:
        found = deposits.conclude(claim, answer(XRPL, CLASSIC), await deposits.look_up(claim, {XRPL: asked}))
        verdicts.append(found.verdict)

    await judge(remembers)
    chain.put(TXID.upper(), Movement(CLASSIC, Decimal(5)), at=NOW, hangs_on=("sender:1",))
    await judge(remembers)
    chain.drop(TXID.upper(), at=NOW)
    await judge(remembers)
    await judge(Remembering(Plain(network(XRPL), at=NOW)))
    assert verdicts == [Verdict.NOT_FOUND, Verdict.PENDING, Verdict.DROPPED, Verdict.NOT_FOUND]


async def test_a_replacement_that_cannot_be_shown_is_told_as_one() -> None:
    class Forgetful(MemoryChain):
        async def transaction(self, txid: str, /) -> Transaction | None:
            if txid == other:
                raise ChainUnavailable
            return await super().transaction(txid)

    other = "cd" * 32
    chain = Forgetful(network(XRPL), at=NOW)
    for txid in (TXID, other):
        chain.put(txid, Movement(CLASSIC, Decimal(5)), at=NOW, hangs_on=("sender:1",))
    claim = deposits.Claim(txid=TXID, network=XRPL)
    found = deposits.conclude(claim, answer(XRPL, CLASSIC), await deposits.look_up(claim, {XRPL: chain}))
    assert (found.verdict, found.replaced_by, found.replaced_pays) == (Verdict.REPLACED, other, None)


class Plain(MemoryChain):
    async def fate(self, seen: Transaction, /) -> Outcome:
        raise AssertionError("nothing is known that could be asked about")


async def test_only_chains_that_write_such_ids_are_asked() -> None:
    class Silent(MemoryChain):
        async def transaction(self, txid: str, /) -> Transaction | None:
            raise AssertionError(f"asked for {txid}")

    solana = Silent(network("solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp"), at=NOW)
    looks = await deposits.look_up(
        deposits.Claim(txid="0x" + TXID), {solana.network.id: solana, ETHEREUM: MemoryChain(network(ETHEREUM), at=NOW)}
    )
    assert [one.network for one in looks] == [ETHEREUM]
    assert await deposits.look_up(deposits.Claim(txid="hello"), {solana.network.id: solana}) == ()


TOKEN = "0xdac17f958d2ee523a2206206994597c13d831ec7"
OWN = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"


class Exchange:
    """The two parts of an exchange's port that are asked, with one customer who has USDT on Ethereum."""

    def __init__(self, *deposits: Deposit, recovery: tuple[RecoveryRule, ...] = ()) -> None:
        self._deposits, self._recovery, self.asked = deposits, recovery, []

    async def addresses(self, account: str, /, *, asset: str | None = None) -> Page[DepositAddress]:
        return Page(
            (DepositAddress("USDT", ETHEREUM, OWN, None, NOW), DepositAddress("ETH", ETHEREUM, OWN, None, NOW)), NOW
        )

    async def deposits(self, account: str, /, *, txid: str | None = None, **_: Any) -> Page[Deposit]:
        return Page(tuple(one for one in self._deposits if one.txid == txid), NOW)

    async def rules(
        self, *, asset: str | None = None, network: str | None = None, cursor: None = None
    ) -> Page[NetworkRule]:
        return Page((rule("USDT", f"{ETHEREUM}/erc20:{TOKEN}"), rule("ETH", f"{ETHEREUM}/slip44:60")), NOW)

    async def recovery(self, *, asset: str, network: str) -> Page[RecoveryRule]:
        return Page(self._recovery, NOW)


def rule(asset: str, asset_id: str) -> NetworkRule:
    ten = Decimal(10)
    return NetworkRule(
        asset, ETHEREUM, asset_id, "Ethereum", None, True, True, ten, Decimal(0), 12, 24, ten, ten, None, None, None
    )  # fmt: skip


def deposit(state: DepositState, *, internal: bool = False, reason: str | None = None) -> Deposit:
    return Deposit(
        "D-7", "USDT", ETHEREUM, f"{ETHEREUM}/erc20:{TOKEN}", Decimal(50), OWN, None, "0x" + TXID, state, 12, 12, NOW, None,
        internal, reason,
    )  # fmt: skip


async def judged(exchange: Exchange, *movements: Movement, confirmations: int = 12) -> Any:
    claim = deposits.Claim(txid="0x" + TXID, network=ETHEREUM, asset="USDT")
    told = await deposits.ask_exchange("account 1", claim, funds=exchange, networks=exchange)  # type: ignore[arg-type]
    return deposits.conclude(claim, told, [look(ETHEREUM, *movements, confirmations=confirmations)])


async def test_the_facts_of_the_exchange_s_port_lead_to_the_same_conclusions() -> None:
    paid = Movement(OWN.lower(), Decimal(50), asset=TOKEN)
    found = await judged(Exchange(), paid, confirmations=3)
    assert (found.verdict, found.asset, found.confirmations_needed) == (Verdict.CONFIRMING, "USDT", 12)
    found = await judged(Exchange(deposit(DepositState.CREDITED)), paid)
    assert (found.verdict, found.reference) == (Verdict.CREDITED, "D-7")
    found = await judged(Exchange(deposit(DepositState.CREDITED, internal=True)), paid)
    assert found.verdict is Verdict.INTERNAL
    found = await judged(Exchange(deposit(DepositState.HELD, reason="travel rule")), paid)
    assert (found.verdict, found.reference, found.reason) == (Verdict.CONFIRMED, "D-7", "travel rule")
    found = await judged(Exchange(), Movement(OWN.lower(), Decimal(50), asset="0x" + "9" * 40))
    assert (found.verdict, found.recovery) == (Verdict.WRONG_CONTRACT, Recovery.NONE)


@pytest.mark.parametrize(
    ("recoverable", "recovery", "cost"),
    [
        (Recoverable.BY_ITSELF, Recovery.TOP_UP, None),
        (Recoverable.ON_REQUEST, Recovery.EXCHANGE, deposits.Cost(Decimal(4), "USDT")),
        (Recoverable.SOMETIMES, Recovery.EXCHANGE, None),
        (Recoverable.NEVER, Recovery.NONE, None),
    ],
)
async def test_what_the_exchange_does_for_small_deposits_is_told(recoverable: Any, recovery: Any, cost: Any) -> None:
    row = RecoveryRule(Astray.BELOW_MINIMUM, recoverable, Decimal(4), "USDT", Decimal(0), 7, (), NOW)
    found = await judged(Exchange(recovery=(row,)), Movement(OWN.lower(), Decimal(2), asset=TOKEN))
    assert (found.verdict, found.recovery, found.cost) == (Verdict.BELOW_MINIMUM, recovery, cost)


def withdrawal(state: WithdrawalState, *, txid: str | None) -> Withdrawal:
    return Withdrawal(
        "W-3", "XRP", XRPL, f"{XRPL}/slip44:144", Decimal(20), Decimal("0.2"), CLASSIC, "778899", txid, state, NOW, NOW, None, None
    )  # fmt: skip


async def test_a_withdrawal_is_followed_to_its_destination() -> None:
    chain = MemoryChain(network(XRPL), at=NOW)
    told = deposits.of_withdrawal(withdrawal(WithdrawalState.SENT, txid=TXID.upper()), confirmations=2)
    assert told is not None
    claim, sent = told
    verdicts = []

    async def judge() -> None:
        verdicts.append(deposits.conclude(claim, sent, await deposits.look_up(claim, {XRPL: chain})).verdict)

    await judge()
    chain.put(TXID.upper(), Movement(CLASSIC, Decimal(20), memo="778899"), at=NOW)
    await judge()
    for minute in (1, 2):
        chain.mine(at=NOW + timedelta(minutes=minute))
        await judge()
    assert verdicts == [Verdict.NOT_FOUND, Verdict.PENDING, Verdict.CONFIRMING, Verdict.CONFIRMED]
    assert deposits.of_withdrawal(withdrawal(WithdrawalState.REVIEWING, txid=None), confirmations=2) is None
