"""A bare id has no words to be understood by: what it is about, the conversation says."""

from __future__ import annotations

import pytest

from bellrock.triage.cases import Case
from bellrock.triage.model import Guess, Understanding
from bellrock.triage.pointing import followed, is_bare, is_number, offered, topic_of_id, without_ids

TXID = "b07faebe060d7a6964c7230a4a3c7305ded1777560d50afdf93852156b193d99"
OWN = "0xfd31e36143ae0de0e49d4cb069b0e30305c40b7f"
TOLD = ({"code": "deposit_confirming"},)


def understanding(*guesses: tuple[str, float], protect: float = 0.0) -> Understanding:
    found = tuple(Guess(topic, share) for topic, share in guesses)
    return Understanding(found, found[0].probability - found[-1].probability, 0.8, 0.0, protect)


@pytest.mark.parametrize(
    ("text", "is_so"),
    [
        (TXID, True),
        (f"0x{TXID}", True),
        (f"the txid is {TXID}", True),
        (f"交易哈希：{TXID}", True),
        (f"https://tronscan.org/#/transaction/{TXID}", True),
        (f"{TXID}\n0x{TXID}", True),
        (f"0x{TXID[:54]}", True),
        (OWN, True),
        (f"somebody stole my coins with {TXID}", False),
        ("https://northwick-login.example.com/verify/account/24811", False),
        (f"{TXID} https://northwick-gift.com", False),
        ("TRC20", False),
        ("", False),
    ],
)
def test_an_id_with_its_name_has_no_words(text: str, is_so: bool) -> None:
    assert is_bare(text) is is_so


@pytest.mark.parametrize(
    ("text", "is_so"),
    [("7001", True), ("#8812345", True), ("ord-limit-far", True), ("TRC20", False), (TXID, False), ("why", False)],
)
def test_a_number_of_an_order_stands_alone(text: str, is_so: bool) -> None:
    assert is_number(text) is is_so


@pytest.mark.parametrize(
    ("text", "case", "topic"),
    [
        (TXID, Case(), "deposit_not_credited"),
        (TXID, Case(choices=("withdrawal_suspended", "deposit_missing_memo", "fee_dispute")), "deposit_missing_memo"),
        (TXID, Case(answered=("withdrawal_pending",)), "withdrawal_pending"),
        (OWN, Case(), None),
        (OWN, Case(choices=("withdrawal_pending", "deposit_not_credited")), "deposit_not_credited"),
        ("7001", Case(answered=("order_not_filled",)), "order_not_filled"),
        ("7001", Case(answered=("network_fee",)), None),
    ],
)
def test_an_id_is_about_what_asks_for_one(text: str, case: Case, topic: str | None) -> None:
    assert topic_of_id(text, case) == topic


@pytest.mark.parametrize(
    ("text", "guesses", "protect", "goes_on"),
    [
        ("how long?", (("kyc_pending", 0.47), ("case_status", 0.36)), 0.0, True),
        ("any news?", (("case_status", 0.99), ("near_miss", 0.01)), 0.0, True),
        (f"no, that was another one: {TXID}", (("login_failed", 0.55), ("near_miss", 0.1)), 0.0, True),
        ("thanks", (("greeting_or_thanks", 0.99), ("near_miss", 0.01)), 0.0, False),
        ("how do I change my leverage", (("margin_and_leverage", 0.99), ("near_miss", 0.01)), 0.0, False),
        ("give it back", (("compensation_claim", 0.6), ("near_miss", 0.2)), 0.0, False),
        ("that is not right, pay me back", (("liquidation_dispute", 0.7), ("near_miss", 0.2)), 0.0, True),
        ("was it stolen?", (("account_hacked", 0.4), ("deposit_not_credited", 0.3)), 0.4, False),
    ],
)
def test_few_words_go_on_about_what_was_looked_up(
    text: str, guesses: tuple[tuple[str, float], ...], protect: float, goes_on: bool
) -> None:
    case, found = Case(answered=("deposit_not_credited",)), understanding(*guesses, protect=protect)
    assert followed(text, case, found, TOLD) == ("deposit_not_credited" if goes_on else None)
    assert followed(text, Case(answered=("network_fee",)), found, TOLD) is None, "an article says nothing else"
    assert followed(text, Case(), found, ()) is None


def test_words_about_one_of_the_topics_just_offered_pick_it() -> None:
    case = Case(choices=("network_fee", "trading_fee"))
    assert offered("withdrawing", case, understanding(("network_fee", 0.7), ("near_miss", 0.1))) == "network_fee"
    assert offered("withdrawing", case, understanding(("network_fee", 0.5), ("near_miss", 0.1))) is None
    assert offered("withdrawing", case, understanding(("kyc_how_to", 0.9), ("near_miss", 0.1))) is None
    assert (
        offered("USDT over TRC20?", case, understanding(("address_or_network_help", 0.4), ("network_fee", 0.3)))
        == "network_fee"
    )


def test_words_are_understood_without_the_ids_among_them() -> None:
    assert without_ids(f"tamam. yatırmam ne oldu: 0x{TXID}") == "tamam. yatırmam ne oldu:"
    assert without_ids(f"see https://tronscan.org/#/transaction/{TXID} please") == "see please"
    assert without_ids("https://northwick-login.example.com/a is that you?").startswith("https://northwick")
