"""Each family against the reference exchange: from a customer's words to what they read, through the port."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from bellrock import chains, reference_exchange
from bellrock.chains import Chain, MemoryChain, Movement
from bellrock.exchange import Exchange
from bellrock.triage.entities import entities
from bellrock.triage.playbooks.asking import Asked, Missing, symbols_in
from bellrock.triage.playbooks.diagnosis import Diagnosis
from bellrock.triage.playbooks.looking import LOOKS, can_look, look
from bellrock.triage.playbooks.telling import answer, from_record, to_record
from tests.triage.playbooks.things import D

START = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
ETHEREUM, BSC, XRPL = "eip155:1", "eip155:56", "xrpl:0"
TXID = "0x" + "5c" * 32


def venue(watched: Mapping[str, Chain] | None = None) -> Exchange:
    made = reference_exchange.Venue(started_at=START, clock=lambda: START, watched=watched)
    return reference_exchange.as_exchange(made)


ONE = venue()


async def found(
    name: str,
    account: str | None,
    text: str,
    *,
    asked: Exchange = ONE,
    on: Mapping[str, Chain] | None = None,
    earlier: tuple[Diagnosis, ...] = (),
) -> Diagnosis | Missing | None:
    question = Asked(asked, on or {}, account, text, entities(text), START, symbols_in(text), earlier)
    assert can_look(name, question)
    return await look(name, question)


@dataclass(frozen=True)
class Case:
    look: str
    account: str
    text: str
    code: str
    settles: bool
    says: str


KOREAN = (
    "-1022 오류: POST https://api.northwick.example/api/v3/order?quantity=0.01&symbol=BTC-USDT&side=BUY&type=MARKET"
)
CASES = [
    Case("order", "NW-100281", "why is ord-limit-far not filled?", "order_open", True, "80,065.28"),
    Case("order", "NW-100281", "ord-post-only disappeared", "order_ended", True, "post-only"),
    Case("order", "NW-100733", "stop ord-stop-mark did nothing", "order_waits", True, "mark price"),
    Case("price", "NW-100733", "мой ордер ord-stop-last сработал зря", "stop_followed", True, "last price"),
    Case("price", "NW-100281", "ord-thin-book was much too dear", "price_followed", True, "0.1775%"),
    Case("fees", "NW-100748", "zu hohe Gebühr bei LTCUSDT", "fee_right", True, "20 Nov 2026, 08:30:00 UTC"),
    Case("fees", "NW-100417", "are my fees right", "fee_right", True, "0.1%"),
    Case("level", "NW-100748", "", "fee_level", True, "0.08%"),
    Case("liquidation", "NW-100417", "为什么我的 BTCUSDT 爆仓了", "liquidation_cross", True, "Maintenance margin"),
    Case("liquidation", "NW-100417", "我的BTC仓位为什么爆仓了", "liquidation_cross", True, "BTC-USDT-PERP"),
    Case("liquidation", "NW-100417", "why was my ETH position liquidated", "liquidation_cross", True, "ETH-USDT-PERP"),
    Case("liquidation", "NW-100689", "", "liquidation_isolated", True, "1,050"),
    Case("funding", "NW-100803", "", "funding_sum", True, "62.5299252"),
    Case("settlement", "NW-100803", "", "settlement", True, "-354.74"),
    Case("margin", "NW-100689", "", "margin_ratio", True, "%"),
    Case("lock", "NW-100533", "", "account_locked", True, "10:30:00 UTC"),
    Case("pause", "NW-100818", "", "withdrawals_paused", True, "21 Nov 2026, 08:30:00 UTC"),
    Case("login", "NW-100797", "", "login_seen", True, "Romania"),
    Case("frozen", "NW-100533", "", "account_locked", True, "10:30:00 UTC"),
    Case("security", "NW-100797", "", "account_state", False, "unusual: 1"),
    Case("identity", "NW-100719", "", "kyc_rejected", True, "blurred"),
    Case("identity", "NW-100704", "", "kyc_pending", True, "21 Nov 2026"),
    Case("region", "NW-100704", "is it available in Germany?", "region", True, "Germany"),
    Case("call", "NW-100618", "recvWindow 밖이라는 타임스탬프 오류", "api_clock", True, "8,000 ms"),
    Case("call", "NW-100618", "오류 -1003", "api_rate", True, "1,203 of 1,200"),
    Case("call", "NW-100618", KOREAN, "api_mistake", True, "another order"),
    Case(
        "call",
        "NW-100618",
        "서명 오류 -1022: POST /api/v3/order?side=BUY&symbol=BTC-USDT&type=MARKET&quantity=0.01",
        "api_mistake",
        True,
        "another order",
    ),
    Case("call", "NW-100618", "-1021 계속 나와요", "api_clock", True, "5,000 ms"),
    Case("redemption", "NW-100766", "", "redemption_early", True, "10.19178082"),
    Case("yield", "NW-100766", "", "yield_right", True, "6.5%"),
    Case("withdrawal", "nw-1041", "", "withdrawal", False, "640"),
    Case("network_fees", "NW-100281", "what does a USDT withdrawal cost?", "network_fees", True, "Solana"),
    Case("network_fees", "NW-100281", "USDT 提币手续费多少，TRC20", "network_fees", True, "TRON"),
    Case("network_fees", "NW-100281", "TRC20呢", "network_fees", True, "TRX"),
    Case("network_fees", "NW-100281", "TON fee", "network_fees", True, "paused"),
    Case("payment_in", "NW-100748", "", "payment", False, "1,200"),
    Case("bonus", "NW-100748", "", "bonus", False, "1 of 2"),
]


@pytest.mark.parametrize("case", CASES, ids=[f"{case.look}-{case.code}-{case.account}" for case in CASES])
async def test_a_story_is_found_out(case: Case) -> None:
    told = await found(case.look, case.account, case.text)
    assert isinstance(told, Diagnosis)
    assert (told.code, told.settles) == (case.code, case.settles)
    assert case.says in answer(told, "en")
    assert told.sources
    kept = from_record(to_record(told))
    assert kept is not None
    assert answer(kept, "en") == answer(told, "en")


@pytest.mark.parametrize(("text", "coin"), [("TRON呢？", "USDT"), ("and over Ethereum?", "USDT"), ("TRX?", "TRX")])
async def test_after_the_fees_of_a_coin_the_name_of_a_network_is_one_for_it(text: str, coin: str) -> None:
    first = await found("network_fees", None, "USDT withdrawal fee")
    assert isinstance(first, Diagnosis)
    kept = from_record(to_record(first))
    assert kept is not None
    then = await found("network_fees", None, text, earlier=(kept,))
    assert isinstance(then, Diagnosis)
    assert then.values["asset"] == (coin,)
    assert len(then.steps) == 1


def test_every_look_has_its_story() -> None:
    assert {case.look for case in CASES} | {"case", "deposit", "rate", "payment_out"} == LOOKS


async def test_a_frozen_account_is_no_reason_to_say_why() -> None:
    """Of holds for compliance not a word is told: a person answers."""
    assert await found("pause", "NW-100781", "") is None
    assert await found("lock", "NW-100781", "") is None


@pytest.mark.parametrize("code", ["liquidation_cross", "liquidation_isolated"])
async def test_the_path_of_a_liquidated_position_ends_where_it_was_liquidated(code: str) -> None:
    case = next(case for case in CASES if case.code == code)
    told = await found("liquidation", case.account, case.text)
    assert isinstance(told, Diagnosis)
    assert told.chart is not None
    assert told.chart.at is not None
    assert told.chart.liquidation is not None
    assert 10 <= len(told.chart.points) <= 120
    assert min(price for _, price in told.chart.points) <= told.chart.liquidation


async def test_without_a_number_one_of_many_orders_is_asked_for() -> None:
    assert await found("price", "NW-100281", "the price was wrong") == Missing("order")
    assert await found("deposit", "NW-100671", "my deposit is missing") == Missing("txid")


async def test_a_code_that_no_refused_call_has_is_not_explained_by_another_call() -> None:
    assert await found("call", "NW-100618", "-2015 invalid api-key, ip, or permissions") == Missing("request")
    told = await found("call", "NW-100618", "HTTP 429 error")
    assert isinstance(told, Diagnosis)
    assert told.code == "api_rate"


async def test_a_deposit_that_is_not_taken_on_its_network_is_told_with_the_network() -> None:
    """USDT over BNB Smart Chain, on which the customer's address takes BNB alone."""
    binance = MemoryChain(chains.network(BSC), at=START - timedelta(hours=2))
    addresses = (await ONE.funds.addresses("NW-100602")).rows
    own = next(one for one in addresses if one.network == ETHEREUM)
    at = START - timedelta(hours=1)
    binance.put(
        TXID, Movement(to=own.address, amount=D(250), asset="0x55d398326f99059ff775485246999027b3197955"), at=at
    )
    for minute in range(20):
        binance.mine(at=at + timedelta(minutes=minute))
    told = await found("deposit", "NW-100602", f"250 USDT {TXID}", on={BSC: binance})
    assert isinstance(told, Diagnosis)
    assert (told.code, told.settles) == ("deposit_wrong_coin", False)
    assert "BNB" in answer(told, "en")


async def test_a_withdrawal_that_the_chain_has_confirmed_is_the_receivers() -> None:
    sent = next(one for one in (await ONE.funds.withdrawals("nw-1041")).rows if one.state == "sent")
    assert sent.txid is not None
    ethereum = MemoryChain(chains.network(ETHEREUM), at=START - timedelta(hours=4))
    contract = sent.asset_id.rpartition(":")[2]
    ethereum.put(
        sent.txid, Movement(to=sent.address, amount=sent.amount, asset=contract), at=START - timedelta(hours=3)
    )
    for minute in range(80):
        ethereum.mine(at=START - timedelta(minutes=120 - minute))
    told = await found("withdrawal", "nw-1041", "", on={ETHEREUM: ethereum})
    assert isinstance(told, Diagnosis)
    assert (told.code, told.settles) == ("withdrawal_arrived", True)
    assert sent.txid in answer(told, "en")


async def test_a_visitor_can_ask_for_a_region_and_for_a_signature_alone() -> None:
    for name in LOOKS - {"case", "region", "call", "network_fees"}:
        assert not can_look(name, Asked(ONE, {}, None, "", (), START))
    told = await found("region", None, "can I use it in Germany?")
    assert isinstance(told, Diagnosis)


@pytest.mark.parametrize(
    ("account", "network", "words", "code", "says"),
    [
        ("NW-100602", BSC, "USDT'yi BEP20 ile gönderdim: %s", "deposit_wrong_network", "15"),
        ("NW-100752", XRPL, "tôi chuyển XRP mà quên tag: %s", "deposit_memo", "could not be assigned"),
    ],
)
async def test_without_nodes_the_word_of_the_exchange_counts(
    account: str, network: str, words: str, code: str, says: str
) -> None:
    made = reference_exchange.Venue(started_at=START, clock=lambda: START)
    txid = next(txid for where, txid in made.account(account).sighted if where == network)
    diagnosis = await found("deposit", account, words % txid)
    assert isinstance(diagnosis, Diagnosis)
    assert (diagnosis.code, diagnosis.settles, diagnosis.next_step) == (code, False, "recover")
    assert says in answer(diagnosis, "en")


async def test_what_the_exchange_did_not_see_stays_open_without_nodes() -> None:
    assert await found("deposit", "NW-100602", f"USDT, BEP20: {TXID}") is None
