"""Deposits and withdrawals as customers ask about them: the reference exchange, chains in memory, and what they read."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bellrock import chains, conversations, people, reference_exchange, triage
from bellrock.chains import Chain, MemoryChain, Movement, Remembering, Tip, Transaction
from bellrock.exchange import (
    Deposit,
    DepositState,
    Exchange,
    ExchangeUnavailable,
    Page,
    Withdrawal,
    WithdrawalState,
)
from bellrock.people.customers import customer_described
from bellrock.people.tokens import Claims
from bellrock.triage.diagnosing import Diagnosing
from bellrock.triage.entities import EntityKind, entities
from bellrock.triage.playbooks import deposit_looks, looking_deposits
from bellrock.triage.playbooks.asking import Asked, Missing, symbols_in
from bellrock.triage.playbooks.diagnosis import Diagnosis
from bellrock.triage.playbooks.looking import look
from bellrock.triage.playbooks.telling import answer, from_record, to_record
from bellrock.triage.port import Embedder
from bellrock.vault import Vault
from tests.triage.conftest import Chat
from tests.triage.playbooks.exchange import exchange
from tests.triage.playbooks.test_reference import BSC, ETHEREUM, START, XRPL
from tests.triage.playbooks.things import NOW, D

ARBITRUM = "eip155:42161"
USDT = "0xdac17f958d2ee523a2206206994597c13d831ec7"
ACCOUNT, OTHER = "NW-100001", "NW-100002"
FIRST, SECOND = "0x" + "a1" * 32, "0x" + "b2" * 32


def venue(watched: Mapping[str, Chain] | None = None) -> Exchange:
    made = reference_exchange.Venue(started_at=START, clock=lambda: START, watched=watched)
    return reference_exchange.as_exchange(made)


ONE = venue()


def ethereum(network: str = ETHEREUM) -> MemoryChain:
    return MemoryChain(chains.network(network), at=START - timedelta(minutes=30))


def mined(chain: MemoryChain, blocks: int) -> None:
    for number in range(blocks):
        chain.mine(at=START - timedelta(minutes=29) + timedelta(seconds=12 * number))


async def own(account: str = ACCOUNT, network: str = ETHEREUM, asked: Exchange = ONE) -> Any:
    return next(row for row in (await asked.funds.addresses(account)).rows if row.network == network)


async def found(
    text: str,
    *on: Chain,
    name: str = "deposit",
    account: str = ACCOUNT,
    asked: Exchange = ONE,
    earlier: tuple[Diagnosis, ...] = (),
) -> Any:
    known = {chain.network.id: chain for chain in on}
    return await look(name, Asked(asked, known, account, text, entities(text), START, symbols_in(text), earlier))


async def read(text: str, *on: Chain, **more: Any) -> tuple[Diagnosis, str]:
    told = await found(text, *on, **more)
    assert isinstance(told, Diagnosis), told
    kept = from_record(to_record(told))
    assert kept is not None and answer(kept, "en") == answer(told, "en")
    return told, answer(told, "en")


@pytest.mark.parametrize(
    ("text", "network"),
    [
        ("param gelmedi https://bscscan.com/tx/%s", BSC),
        ("看这个 https://etherscan.io/tx/%s 还没到账", ETHEREUM),
        ("https://explorer.example.org/tx/%s لم يصل", ETHEREUM),
    ],
)
async def test_a_link_to_an_explorer_holds_the_transaction_and_says_where_it_was_seen(text: str, network: str) -> None:
    kinds = [entity.kind for entity in entities(text % FIRST)]
    assert kinds[:2] == [EntityKind.URL, EntityKind.TXID]
    chain = ethereum(network)
    chain.put(FIRST, Movement((await own()).address, D("0.5")), at=START - timedelta(minutes=30))
    told, said = await read(text % FIRST, chain)
    assert told.code == "deposit_pending"
    assert chains.explorer_page(network, FIRST) in said  # type: ignore[operator]


async def test_two_transactions_are_both_told_and_what_needs_a_person_leads() -> None:
    chain = ethereum()
    chain.put(FIRST, Movement((await own()).address, D("0.5")), at=START - timedelta(minutes=30))
    chain.put(SECOND, Movement((await own()).address, D(40), asset="0x" + "9" * 40), at=START - timedelta(minutes=30))
    mined(chain, 5)
    told, said = await read(f"I sent two: {FIRST} and {SECOND}", chain)
    assert (told.code, told.settles) == ("deposit_wrong_coin", False)
    assert "5 of 12 confirmations" in said and FIRST in said


@pytest.mark.parametrize(
    ("text", "code", "says"),
    [
        ("my BTC deposit is missing", "deposit_seen", "0.0185"),
        ("0.0004 ETH is missing", "deposit_small", "count together"),
        ("120 TON nerede", "deposit_suspended", "open again by"),
    ],
)
async def test_without_a_transaction_id_and_without_nodes_the_exchange_s_own_record_counts(
    text: str, code: str, says: str
) -> None:
    told, said = await read(text, account="NW-100671")
    assert (told.code, told.settles) == (code, True)
    assert says in said and "This is about your deposit of" in said


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("my deposit is missing", "txid"),
        (f"my deposit is missing {FIRST[:58]}", "txid_whole"),
        (f"my deposit is missing {FIRST[2:63]}", "txid_whole"),
        ("my deposit to 0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed is missing", "txid_not_address"),
    ],
)
async def test_what_is_asked_for_says_what_was_wrong_with_what_came(text: str, fact: str) -> None:
    assert await found(text, account=OTHER, asked=no_deposits()) == Missing(fact)


def no_deposits() -> Exchange:
    return exchange(funds={"deposits": (), "addresses": ()}, networks={"rules": (), "recovery": ()})


async def test_nothing_is_called_missing_from_networks_that_were_not_looked_at() -> None:
    """The exchange takes deposits on Arbitrum as well, and such an id fits there."""
    told, said = await read(f"not credited {FIRST}", ethereum())
    assert (told.code, told.settles) == ("deposit_unclear", False)
    assert "on \u2068Ethereum\u2069, and" in said
    assert await found(f"polygon: {FIRST}") is None
    for text, *on in ((f"ERC20 {FIRST}", ethereum()), (FIRST, ethereum(), ethereum(BSC), ethereum(ARBITRUM))):
        told, said = await read(str(text), *on)
        assert (told.code, told.settles) == ("deposit_not_found", True)
        assert ("Arbitrum" in said) is (len(on) == 3)


async def test_a_node_that_stands_still_or_is_slow_proves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    class Still(MemoryChain):
        async def tip(self) -> Tip:
            return replace(await super().tip(), as_of=START + timedelta(hours=3))

    class Slow(MemoryChain):
        async def transaction(self, txid: str, /) -> Transaction | None:
            await asyncio.sleep(5)
            raise AssertionError

    monkeypatch.setattr(deposit_looks, "SECONDS_MAX", 0.05)
    network = chains.network(ETHEREUM)
    for chain in (Still(network, at=START), Slow(network, at=START)):
        assert await found(f"ERC20 {FIRST}", chain) is None
    # What another chain knows is told all the same.
    other = ethereum(BSC)
    other.put(FIRST, Movement((await own()).address, D(2)), at=START - timedelta(minutes=30))
    told, _ = await read(f"ERC20 {FIRST}", Slow(network, at=START), other)
    assert told.code == "deposit_pending"


async def test_an_address_made_to_look_like_the_customer_s_is_pointed_out_and_a_person_looks() -> None:
    mine = (await own()).address
    twin = mine[:6] + "ab" * 16 + mine[-4:]
    chain = ethereum()
    chain.put(FIRST, Movement(twin, D(1)), at=START - timedelta(minutes=30))
    chain.put(SECOND, Movement("0x" + "7e" * 20, D(1)), at=START - timedelta(minutes=30))
    mined(chain, 2)
    told, said = await read(f"1 ETH {FIRST}", chain)
    assert (told.code, told.settles) == ("deposit_not_ours", False)
    assert f"almost like yours (\u2068{mine}\u2069)" in said
    told, said = await read(f"1 ETH {SECOND}", chain)
    assert (told.code, told.settles, "almost" in said) == ("deposit_not_ours", True, False)


async def test_another_customer_s_coins_are_not_told_as_one_s_own() -> None:
    """A shared address: whoever pastes a stranger's transaction learns neither whose it is nor what it held."""
    chain = MemoryChain(chains.network(XRPL), at=START)
    asked = venue({XRPL: chain})
    theirs = await own(OTHER, XRPL, asked)
    await own(ACCOUNT, XRPL, asked)
    txid = "C3" * 32
    chain.put(txid, Movement(theirs.address, D(500), memo=theirs.memo), at=START)
    chain.mine(at=START)
    told, said = await read(f"my XRP {txid}", chain, asked=asked)
    assert (told.code, told.settles) == ("deposit_not_yours", False)
    assert "500" not in said and theirs.memo not in said and "memo" not in said


async def test_what_a_recovery_costs_is_asked_for_the_network_where_the_coins_are() -> None:
    """The customer names another network than the one it went over: the rules of that one say nothing."""
    chain = ethereum("eip155:10")
    chain.put(FIRST, Movement((await own()).address, D(3)), at=START - timedelta(minutes=30))
    mined(chain, 20)
    told, said = await read(f"sent ETH by ERC20 {FIRST}", chain)
    assert (told.code, told.next_step) == ("deposit_wrong_network", "recover")
    assert "It costs \u206815\xa0USDT" in said
    chain.put(SECOND, Movement((await own()).address, D(3), asset="0x" + "9" * 40), at=START - timedelta(minutes=30))
    _, said = await read(f"it went over Optimism {SECOND}", chain)  # of which coin, nobody knows
    assert "is known once a specialist" in said


async def test_of_an_exchange_that_is_silent_the_chain_is_told_and_a_person_goes_on() -> None:
    silent = exchange(funds={}, networks={})
    chain = ethereum()
    chain.put(FIRST, Movement((await own()).address, D(3)), at=START - timedelta(minutes=30))
    mined(chain, 4)
    told, said = await read(f"where is it {FIRST}", chain, asked=silent)
    assert (told.code, told.settles) == ("deposit_on_chain", False)
    assert "(confirmations: 4)" in said and "etherscan" in said
    with pytest.raises(ExchangeUnavailable):
        await found(f"where is it {SECOND}", chain, asked=silent)


async def test_a_transaction_that_failed_is_called_so_while_the_exchange_is_silent() -> None:
    silent = exchange(funds={"deposits": ExchangeUnavailable(), "addresses": ExchangeUnavailable()})
    chain = ethereum()
    chain.put(FIRST, Movement((await own()).address, D(3)), at=START - timedelta(minutes=30))
    chain.mine(at=START, failing=frozenset({FIRST}))
    told, said = await read(f"where is it {FIRST}", chain, asked=silent)
    assert (told.code, told.settles) == ("deposit_failed", True)
    assert "etherscan" in said


@pytest.mark.parametrize("question", ["rules", "recovery", "deposits"])
async def test_an_exchange_that_is_slow_holds_up_nobody_and_nothing_is_guessed(
    monkeypatch: pytest.MonkeyPatch, question: str
) -> None:
    monkeypatch.setattr(looking_deposits, "SECONDS_MAX", 0.05)

    class Slow:
        def __init__(self, part: Any) -> None:
            self._part = part

        def __getattr__(self, name: str) -> Any:
            async def asked(*args: Any, **values: Any) -> Any:
                await asyncio.sleep(30 if name == question else 0)
                return await getattr(self._part, name)(*args, **values)

            return asked

    chain = ethereum("eip155:10")
    chain.put(FIRST, Movement((await own()).address, D(3)), at=START - timedelta(minutes=30))
    slow = replace(ONE, funds=Slow(ONE.funds), networks=Slow(ONE.networks))
    async with asyncio.timeout(20):
        told, _ = await read(f"Optimism {FIRST}", chain, asked=slow)
    assert (told.code, told.settles) == ("deposit_waits", False)


@pytest.mark.parametrize("pays_here", [True, False])
async def test_what_was_seen_waiting_is_known_to_be_replaced_by_another_process(pays_here: bool) -> None:
    chain = ethereum()
    mine = (await own()).address
    chain.put(FIRST, Movement(mine, D(3)), at=START - timedelta(minutes=30), hangs_on=("0xsender:7",))
    waiting, _ = await read(f"3 ETH {FIRST}", Remembering(chain))
    kept = from_record(to_record(waiting))
    assert kept is not None
    chain.put(SECOND, Movement(mine if pays_here else "0x" + "7e" * 20, D(3)), at=START, hangs_on=("0xsender:7",))
    chain.mine(at=START)
    told, said = await read(f"3 ETH {FIRST[2:]}", Remembering(chain), earlier=(kept,))
    assert told.code == ("deposit_replaced_here" if pays_here else "deposit_replaced_away")
    assert SECOND in said
    forgotten, _ = await read(f"3 ETH ERC20 {FIRST}", Remembering(chain))
    assert forgotten.code == "deposit_not_found"


WITHDRAWAL = Withdrawal(
    "W-9", "ETH", ETHEREUM, f"{ETHEREUM}/slip44:60", D(2), D("0.01"), "0x" + "7e" * 20, None, FIRST, WithdrawalState.SENT,
    NOW - timedelta(hours=1), NOW - timedelta(minutes=50), None, NOW + timedelta(hours=1),
)  # fmt: skip


def sending(*rows: Withdrawal) -> Exchange:
    async def rules(**_: Any) -> Any:
        return await ONE.networks.rules(asset="ETH", network=ETHEREUM)

    return exchange(funds={"withdrawals": rows or (WITHDRAWAL,)}, networks={"rules": rules})


@pytest.mark.parametrize(
    ("blocks", "failing", "code", "settles", "says"),
    [
        (0, False, "withdrawal_waits", True, "no block has taken it yet"),
        (5, False, "withdrawal_confirming", True, "5 of the 12 confirmations"),
        (12, False, "withdrawal_arrived", True, FIRST),
        (5, True, "withdrawal_failed", False, "never left us"),
    ],
)
async def test_a_withdrawal_is_followed_on_the_chain(
    blocks: int, failing: bool, code: str, settles: bool, says: str
) -> None:
    chain = ethereum()
    chain.put(FIRST, Movement(WITHDRAWAL.address, D(2)), at=START - timedelta(minutes=30))
    if failing:
        chain.mine(at=START - timedelta(minutes=29), failing=frozenset({FIRST}))
    mined(chain, blocks)
    told, said = await read("my withdrawal has not arrived", chain, name="withdrawal", asked=sending())
    assert (told.code, told.settles) == (code, settles)
    assert says in said and f"https://etherscan.io/tx/{FIRST}" in said


async def test_the_withdrawal_whose_amount_or_transaction_is_named_is_meant() -> None:
    other = replace(WITHDRAWAL, id="W-10", amount=D(5), txid=SECOND, state=WithdrawalState.REVIEWING)
    asked = sending(WITHDRAWAL, other)
    for text in ("5 ETH withdrawal", "5.01 ETH withdrawal", f"withdrawal {SECOND[2:].upper()}"):
        _, said = await read(text, name="withdrawal", asked=asked)
        assert "5\xa0ETH" in said and "being checked" in said
    empty = exchange(funds={"withdrawals": ()}, networks={})
    assert await found(f"withdrawal {FIRST}", name="withdrawal", asked=empty) is None


async def test_a_withdrawal_to_an_address_that_resembles_an_earlier_one_goes_to_a_person() -> None:
    twin = replace(WITHDRAWAL, id="W-11", address="0x7e7e" + "ab" * 16 + "7e7e", created_at=NOW)
    told, said = await read("ETH withdrawal", name="withdrawal", asked=sending(twin, WITHDRAWAL))
    assert (told.settles, told.next_step) == (False, "review")
    assert f"almost like \u2068{WITHDRAWAL.address}\u2069" in said
    again = replace(twin, id="W-12", created_at=NOW + timedelta(hours=1))
    told, said = await read("ETH withdrawal", name="withdrawal", asked=sending(again, twin, WITHDRAWAL))
    assert "almost" not in said


@pytest.mark.parametrize(
    ("state", "code", "settles"),
    [
        (DepositState.RETURNED, "deposit_returned", False),
        (DepositState.HELD, "deposit_held", False),
        (DepositState.FAILED, "deposit_dropped", True),
        (DepositState.SEEN, "deposit_vanished", False),  # by its record alone it would still wait
    ],
)
async def test_what_the_exchange_did_with_a_deposit_is_told(state: DepositState, code: str, settles: bool) -> None:
    row = Deposit(
        "D-1", "ETH", ETHEREUM, f"{ETHEREUM}/slip44:60", D(2), "0x" + "7e" * 20, None, FIRST, state, 0, 12, NOW, None
    )
    asked = replace(ONE, funds=Held(row))
    told, _ = await read(f"2 ETH ERC20 {FIRST}", ethereum(), asked=asked)
    assert (told.code, told.settles) == (code, settles)


class Held:
    """The funds of the reference exchange, with one deposit."""

    def __init__(self, row: Deposit) -> None:
        self._row = row

    def __getattr__(self, name: str) -> Any:
        return getattr(ONE.funds, name)

    async def deposits(self, _account: str, /, **_: Any) -> Page[Deposit]:
        return Page((self._row,), NOW)


async def test_a_case_remembers_what_waited_whichever_process_looks_next(
    tx: Any, vault: Vault, embedder: Embedder
) -> None:
    """The customer comes back after a restart: what the first look saw lies sealed in the case's own record."""
    chain = ethereum()
    chain.put(FIRST, Movement((await own()).address, D(3)), at=START - timedelta(minutes=30), hangs_on=("0xsender:7",))
    claims = Claims(ACCOUNT, "Grace", None, "en", people.Tier.STANDARD)
    customer = await customer_described(tx, vault, claims=claims, now=START)
    conversation = await conversations.open_conversation(
        tx, vault, customer=customer, channel="widget", language="en", now=START, topic="funding.deposit_not_credited"
    )

    def process() -> Chat:
        diagnosing = Diagnosing(vault, ONE, {ETHEREUM: Remembering(chain)})
        return Chat(tx, vault, triage.FirstLine(vault, embedder, diagnosing), customer, conversation.id, now=START)

    first = process()
    await first.say(f"my 3 ETH deposit is not credited, txid {FIRST}")
    assert (await first.last_reply()).data["extras"]["diagnosis"] == "deposit_pending"
    chain.put(SECOND, Movement((await own()).address, D(3)), at=START, hangs_on=("0xsender:7",))
    chain.mine(at=START)
    second = process()
    await second.say(f"it is gone from my wallet, my deposit {FIRST} is still not credited")
    told = (await second.last_reply()).words
    assert told is not None
    assert told["diagnosis"]["code"] == "deposit_replaced_here"


async def test_pasting_strangers_transactions_does_not_show_which_addresses_are_ours(
    tx: Any, vault: Vault, embedder: Embedder
) -> None:
    chain = ethereum()
    chain.put(FIRST, Movement((await own(OTHER)).address, D(3)), at=START - timedelta(minutes=30))
    mined(chain, 20)
    claims = Claims(ACCOUNT, "Grace", None, "en", people.Tier.STANDARD)
    customer = await customer_described(tx, vault, claims=claims, now=START)
    conversation = await conversations.open_conversation(
        tx, vault, customer=customer, channel="widget", language="en", now=START, topic="funding.deposit_not_credited"
    )
    first_line = triage.FirstLine(vault, embedder, Diagnosing(vault, ONE, {ETHEREUM: chain}))
    chat = Chat(tx, vault, first_line, customer, conversation.id, now=START)
    await chat.say(f"my 3 ETH deposit is not credited, txid {FIRST}")
    handed = (await chat.entries("conversations.handed_over"))[-1]
    assert handed.words is not None and handed.words["diagnosis"]["code"] == "deposit_not_yours"
    words = (await chat.last_reply()).words
    assert words is not None and "came to us" not in words["text"] and "account" not in words["text"]


async def test_a_worried_customer_is_asked_twice_answered_and_told_when_it_has_moved(
    tx: Any, vault: Vault, embedder: Embedder
) -> None:
    chain = ethereum()
    chain.put(FIRST, Movement((await own()).address, D(3)), at=START - timedelta(minutes=30))
    mined(chain, 3)
    claims = Claims(ACCOUNT, "Grace", None, "en", people.Tier.STANDARD)
    customer = await customer_described(tx, vault, claims=claims, now=START)
    conversation = await conversations.open_conversation(
        tx, vault, customer=customer, channel="widget", language="en", now=START
    )
    diagnosing = Diagnosing(vault, ONE, {ETHEREUM: chain})
    chat = Chat(tx, vault, triage.FirstLine(vault, embedder, diagnosing), customer, conversation.id, now=START)

    async def read(text: str) -> tuple[Any, str]:
        decision = await chat.say(text)
        return decision, (await chat.last_reply()).words["text"]  # type: ignore[index]

    for text, fact in (("my deposit is missing", "txid"), ("??", "txid_otherwise"), (FIRST[:52], "txid_whole")):
        assert (await read(text))[0].fact == fact
    assert "3 of 12 confirmations" in (await read(FIRST))[1]
    said = (await read("how much longer?"))[1]
    assert "3 of 12 confirmations" in said and "looked again" in said
    mined(chain, 4)
    said = (await read("and now?"))[1]
    assert "7 of 12 confirmations" in said and "looked again" not in said
    assert isinstance((await read("thanks"))[0], triage.Answer)
    handed, said = await read("how much longer now?")
    assert isinstance(handed, triage.HandOver) and "confirmations" not in said, "told often enough"
    file = (await chat.entries("conversations.handed_over"))[-1].words
    assert file is not None and file["diagnosis"]["code"] == "deposit_confirming"
