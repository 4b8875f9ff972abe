"""Customers in their own words, the real encoder and head, and the reference exchange: from the message to the answer."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bellrock import conversations, people, reference_exchange, triage
from bellrock.core import Transaction
from bellrock.people.customers import customer_described
from bellrock.people.tokens import Claims
from bellrock.triage.diagnosing import Diagnosing
from bellrock.triage.port import Embedder
from bellrock.vault import Vault
from tests.triage.conftest import Chat

START = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


async def open_chat(tx: Transaction, vault: Vault, embedder: Embedder, account: str, language: str) -> Chat:
    made = reference_exchange.Venue(started_at=START, clock=lambda: START)
    asked = reference_exchange.as_exchange(made)
    claims = Claims(account, "Grace", None, language, people.Tier.STANDARD)
    customer = await customer_described(tx, vault, claims=claims, now=START)
    conversation = await conversations.open_conversation(
        tx, vault, customer=customer, channel="widget", language=language, now=START
    )
    first_line = triage.FirstLine(vault, embedder, Diagnosing(vault, asked))
    return Chat(tx, vault, first_line, customer, conversation.id, now=START)


@pytest.mark.parametrize(
    ("account", "language", "text", "topic", "code"),
    [
        (
            "NW-100417",
            "zh-Hans",
            "为什么我的合约仓位被强平了？强平价格是怎么算的",
            "liquidation_explained",
            "liquidation_cross",
        ),
        ("NW-100281", "en", "why was my limit order ord-limit-far not filled yet?", "order_not_filled", "order_open"),
        (
            "NW-100281",
            "zh-Hans",
            "为什么我的止损单 ord-stop-last 成交价比触发价低",
            "price_dispute",
            "stop_followed",
        ),
        (
            "NW-100689",
            "ar",
            "لماذا تمت تصفية مركزي في العقود الآجلة",
            "liquidation_explained",
            "liquidation_isolated",
        ),
        ("NW-100766", "pt", "Quando recebo o resgate do Earn?", "earn_redeem", "redemption_early"),
        ("NW-100533", "ar", "لا أستطيع تسجيل الدخول إلى حسابي، الرمز خاطئ دائمًا", "login_failed", "account_locked"),
        (
            "NW-100719",
            "fr",
            "pourquoi ma vérification d'identité a-t-elle été refusée ?",
            "kyc_rejected",
            "kyc_rejected",
        ),
        (
            "NW-100618",
            "ko",
            "API 호출이 서명 오류 -1022 로 실패해요 POST /api/v3/order?side=BUY&symbol=BTC-USDT&type=MARKET&quantity=0.01",
            "api_error",
            "api_mistake",
        ),
    ],
)
async def test_a_worry_in_the_customers_own_words_is_answered_with_numbers(
    tx: Transaction, vault: Vault, embedder: Embedder, account: str, language: str, text: str, topic: str, code: str
) -> None:
    chat = await open_chat(tx, vault, embedder, account, language)
    decision = await chat.say(text)
    (decided,) = await chat.entries("triage.decided")
    assert isinstance(decision, triage.Answer), decided.data
    assert (decision.topic, decided.data["diagnosis"], decided.data["settles"]) == (topic, code, True)
    reply = await chat.last_reply()
    assert reply.words is not None
    assert reply.words["diagnosis"]["sources"]
    assert ("chart" in reply.words) is (topic == "liquidation_explained")


@pytest.mark.parametrize(
    ("words", "topic", "queue"),
    [("不对，退钱", "price_dispute", "trading"), ("我不接受，要赔偿", "compensation_claim", "compliance")],
)
async def test_another_order_is_explained_and_a_dispute_of_it_reaches_its_team_with_the_evidence(
    tx: Transaction, vault: Vault, embedder: Embedder, words: str, topic: str, queue: str
) -> None:
    chat = await open_chat(tx, vault, embedder, "NW-100281", "zh-Hans")
    assert isinstance(await chat.say("滑点太大了，成交价不对"), triage.Ask)
    for number, code in (("ord-thin-book", "price_followed"), ("那 ord-stop-last 呢", "stop_followed")):
        assert isinstance(await chat.say(number), triage.Answer)
        reply = await chat.last_reply()
        assert reply.words is not None and reply.words["diagnosis"]["code"] == code
        assert "订单" in reply.words["text"], "a number has no language"
    handed = await chat.say(words)
    assert isinstance(handed, triage.HandOver)
    assert (handed.topic, handed.queue) == (topic, queue)
    file = (await chat.entries("conversations.handed_over"))[-1].words
    assert file is not None and file["diagnosis"]["code"] == "stop_followed" and file["diagnosis"]["evidence"]


async def test_a_fee_is_told_for_the_network_that_is_asked_for_next(
    tx: Transaction, vault: Vault, embedder: Embedder
) -> None:
    chat = await open_chat(tx, vault, embedder, "NW-100281", "zh-Hans")
    said = []
    for text in ("USDT 提币手续费多少", "TRC20呢"):
        assert isinstance(await chat.say(text), triage.Answer)
        said.append((await chat.last_reply()).words["text"])  # type: ignore[index]
    assert "Ethereum" in said[0] and "TRON" in said[0]
    assert "Ethereum" not in said[1] and "TRON" in said[1], "and not the article again"
