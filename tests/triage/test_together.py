"""Messages that go on with the one before are understood together with it; those that begin a new matter are not."""

from __future__ import annotations

import pytest

from bellrock.triage.cases import Case
from bellrock.triage.model import Model
from bellrock.triage.port import Embedder
from bellrock.triage.together import is_fragment, understood_after


@pytest.mark.parametrize(
    ("language", "before", "answered", "text", "topic"),
    [
        ("pt", "meu cartão foi recusado na compra de bitcoin", "buy_with_card", "de novo recusado", "buy_with_card"),
        ("zh-Hant", "怎麼設定兩步驗證", "two_factor_setup", "要等多久", "two_factor_setup"),
        ("ru", "апи ключ не работает с нового ip", "api_key", "не получается", "api_key"),
        ("ja", "ログインできません", "login_failed", "それは試しました", "login_failed"),
        ("nl", "waar vind ik mijn jaaroverzicht?", "statement_or_tax", "voor 2025 bedoel ik", "statement_or_tax"),
        ("en", "how do I change my leverage", "margin_and_leverage", "what is the funding rate", "funding_rate"),
        ("en", "how do I change my leverage", "margin_and_leverage", "ok thanks", "greeting_or_thanks"),
        ("zh-Hans", "提币手续费多少", "network_fee", "提现一直在处理中", "withdrawal_pending"),
        ("tr", "komisyon ne kadar", "trading_fee", "peki çekim ücreti?", "network_fee"),
        ("tr", "kaldıracı nasıl değiştiririm", "margin_and_leverage", "kodu onlara verdim", "phishing_victim"),
        ("de", "wie ändere ich den Hebel", "margin_and_leverage", "ich will mit einem Menschen reden", "talk_to_human"),
    ],
)
def test_a_fragment_belongs_to_what_was_answered(
    head: Model, embedder: Embedder, language: str, before: str, answered: str, text: str, topic: str
) -> None:
    case = Case(turns=1, answered=(answered,))
    found = understood_after(head, embedder, text, before=before, case=case, language=language)
    assert found.guesses[0].topic == topic


def test_an_answer_to_the_question_which_topic_is_read_with_what_was_asked_about(
    head: Model, embedder: Embedder
) -> None:
    before, text = "my address", "the one of my flat, I moved"
    case = Case(turns=1, asks=1, choices=("address_or_network_help", "personal_data_change"))
    alone = understood_after(head, embedder, text, before="", case=case, language="en")
    together = understood_after(head, embedder, text, before=before, case=case, language="en")
    assert together.guesses[0].topic == "personal_data_change"
    assert together.guesses[0].probability >= alone.guesses[0].probability


@pytest.mark.parametrize(
    ("language", "before", "text"),
    [
        ("ja", "手数料はいくらですか", "今見たら知らない出金があります"),
        ("it", "quanto costa prelevare", "vedo un prelievo che non conosco"),
    ],
)
def test_a_question_about_fees_does_not_hide_a_strangers_withdrawal(
    head: Model, embedder: Embedder, language: str, before: str, text: str
) -> None:
    for case in (Case(turns=1, asks=1, choices=("trading_fee", "network_fee")), Case(answered=("network_fee",))):
        found = understood_after(head, embedder, text, before=before, case=case, language=language)
        assert found == understood_after(head, embedder, text, before="", case=case, language=language)


@pytest.mark.parametrize("text", ["??", "still not working", "還是不行", "아직도 안 돼요", "それは試しました"])
def test_a_few_words_are_a_fragment(text: str) -> None:
    assert is_fragment(text)


@pytest.mark.parametrize("text", ["where can I find my tax report for last year", "我想知道去年的稅務報告在哪裡下載"])
def test_a_sentence_is_none(text: str) -> None:
    assert not is_fragment(text)
