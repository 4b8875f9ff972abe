"""Several topics in one message: where it is cut, what is found, and who leads."""

from __future__ import annotations

import hashlib
import tomllib
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bellrock.triage.corpus import corpus
from bellrock.triage.deciding import Answer, HandOver, Situation, Why, decide
from bellrock.triage.features import placed_runs, plain, runs, spoken
from bellrock.triage.joints import MARKS, best_cut
from bellrock.triage.model import Guess, Model, Thresholds, Understanding
from bellrock.triage.port import Embedder
from bellrock.triage.several import PARTS_MAX, understood
from bellrock.triage.topics import topics
from bellrock.triage.trying import attempt

_NO_MARKS = str.maketrans("", "", MARKS)
LIMITS = Thresholds(0.8, 0.2, 0.35, 0.1, 0.2)
MESSAGES = tomllib.loads((Path(__file__).parent / "data" / "several.toml").read_text(encoding="utf-8"))["messages"]


@pytest.mark.parametrize(
    ("language", "left", "right"),
    [
        ("en", "I can't log in", "and also my withdrawal hangs"),
        ("en", "my withdrawal has been pending since noon", "how do I change my email"),
        ("de", "Die Auszahlung hängt seit gestern", "wo ändere ich mein Passwort"),
        ("fr", "mon dépôt de 200 USDC n'est pas arrivé", "comment activer un passkey"),
        ("zh-Hans", "我登不进去", "另外提现也卡住了"),
        ("ko", "비밀번호를 잊어버렸어요", "출금 수수료는 얼마인가요"),
        ("ar", "ما أقدر أدخل حسابي", "وكمان السحب معلق"),
    ],
)
@pytest.mark.parametrize("between", [", ", "\n"])
def test_cuts_a_message_where_another_matter_begins(
    head: Model, language: str, left: str, right: str, between: str
) -> None:
    cut = best_cut(head, left + between + right, language)
    assert cut is not None
    assert (cut.left, cut.right, cut.at_line) == (left, right, between == "\n")


@pytest.mark.parametrize("text", ["", "hello", "wo ist es", "\n\n", "提现卡住"])
def test_what_says_too_little_is_not_cut(head: Model, text: str) -> None:
    assert best_cut(head, text, "en") is None


@given(st.text(st.sampled_from("ab ßİ,.\n١提现 é"), max_size=120), st.sampled_from(["en", "tr", "zh-Hans", "xx"]))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
def test_cutting_loses_no_word(head: Model, text: str, language: str) -> None:
    cut = best_cut(head, text, language)
    said = "".join(spoken(text).translate(_NO_MARKS).split())
    assert cut is None or "".join(f"{cut.left}{cut.right}".translate(_NO_MARKS).split()) == said


def test_a_message_has_few_parts_even_where_it_has_many_matters(head: Model, embedder: Embedder) -> None:
    asked = [text for language, _, _, text in MESSAGES if language == "en"]
    assert 2 <= len(understood(head, embedder, "\n".join(asked), "en").parts) <= PARTS_MAX


def test_halves_are_heard_within_the_whole(embedder: Embedder) -> None:
    said, other = "my withdrawal has been pending since noon", "how do I change my email"
    whole, left, right = embedder.embed_parted(f"{said}, {other}", said)
    of_left, of_right = embedder.embed([said, other])
    compared = embedder.compared
    assert (whole == embedder.embed([f"{said}, {other}"])[0]).all()
    assert left[compared] @ of_left[compared] > right[compared] @ of_left[compared]
    assert right[compared] @ of_right[compared] > left[compared] @ of_right[compared]
    for one in embedder.embed_parted("a", "a very long beginning that is not there"):
        assert abs(float(one[compared] @ one[compared]) - 1) < 1e-5


def test_runs_are_the_same_with_and_without_their_places() -> None:
    text = plain("Sent 250 USDT, not 25")
    assert Counter(bucket for _, bucket in placed_runs(text)) == runs(text)
    starts = {start for start, _ in placed_runs(text)}
    assert {text.index(word) for word in text.split()} <= starts
    assert max(starts) < len(text)


def test_finds_both_topics_of_messages_about_two(head: Model, embedder: Embedder) -> None:
    some = MESSAGES[::6]
    found = [
        {part.guesses[0].topic for part in understood(head, embedder, text, language).parts}
        for language, _first, _second, text in some
    ]
    both = [{first, second} <= names for (_, first, second, _), names in zip(some, found, strict=True)]
    assert sum(both) >= 0.8 * len(both)


def test_takes_few_messages_about_one_topic_for_two(head: Model, embedder: Embedder) -> None:
    single = corpus("calibration")[::300]
    taken = [bool(understood(head, embedder, each.text, each.language).parts) for each in single]
    assert sum(taken) <= 0.1 * len(taken)


def test_the_gravest_topic_leads(head: Model, embedder: Embedder) -> None:
    found = attempt(head, embedder, "How are trading fees worked out? Also I told a fake agent my sms code")
    assert found["decision"] == "protect"
    assert {row["intent"] for row in found["topics"]} == {"trading_fee", "phishing_victim"}


def test_there_are_messages_about_two_topics_in_every_language() -> None:
    assert len(MESSAGES) >= 40
    assert len({language for language, *_ in MESSAGES}) == 18
    assert all(first in topics() and second in topics() for _, first, second, _ in MESSAGES)


def _part(topic: str, probability: float = 0.95) -> Understanding:
    rest = Guess("network_fee", 1 - probability)
    return Understanding((Guess(topic, probability), rest), 2 * probability - 1, 0.8, 0.01)


def _situation(*names: str, sure: float = 0.95) -> Situation:
    whole = replace(_part(names[0], 0.5), parts=tuple(_part(name, sure) for name in names))
    return Situation(
        has_words=True,
        has_secret=False,
        signs=frozenset(),
        understanding=whole,
        chosen=None,
        is_language_learnt=True,
        answerable=tuple(topics()),
        incidents=(),
        turns=0,
        asks=0,
    )


def test_answers_both_where_both_may_be_answered() -> None:
    decision = decide(_situation("funding_rate", "trading_fee"), LIMITS)
    assert decision == Answer("funding_rate", (Why.SURE, Why.SEVERAL), also=("trading_fee",))


def test_a_person_gets_both_topics_where_one_answer_is_not_sure_or_not_there() -> None:
    unsure = decide(_situation("funding_rate", "trading_fee", sure=0.7), LIMITS)
    unwritten = decide(replace(_situation("funding_rate", "trading_fee"), answerable=("funding_rate",)), LIMITS)
    for decision in (unsure, unwritten):
        assert isinstance(decision, HandOver)
        assert (decision.topic, decision.also) == ("funding_rate", ("trading_fee",))


@pytest.mark.parametrize(
    ("names", "lead"),
    [
        (("trading_fee", "withdrawal_pending"), "withdrawal_pending"),
        (("withdrawal_pending", "p2p_dispute"), "p2p_dispute"),
        (("p2p_dispute", "account_hacked"), "account_hacked"),
    ],
)
def test_who_has_to_act_leads_before_who_may_answer(names: tuple[str, ...], lead: str) -> None:
    decision = decide(_situation(*names), LIMITS)
    assert isinstance(decision, HandOver)
    assert decision.topic == lead
    assert decision.also == tuple(name for name in names if name != lead)
    assert decision.is_protective == (lead == "account_hacked")


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (
            "tr",
            "Merhaba, Ethereum adresime yanlış ağdan 250 USDT gönderdim, Avalanche ağını seçmişim ve para hesabıma geçmedi. "
            "İşlem numarası: %s",
        ),
        ("en", "I sent 250 USDT over the wrong network and it has not been credited. TxID: %s"),
        ("zh-Hans", "我用错网络转了250 USDT，一直没到账。交易哈希：%s"),
    ],
)
def test_a_transaction_id_at_the_end_is_no_matter_of_its_own(
    head: Model, embedder: Embedder, language: str, text: str
) -> None:
    """Ids are chance: one in three of them was taken for a stranger in the account."""
    for number in range(8):
        txid = "0x" + hashlib.sha256(str(number).encode()).hexdigest()
        found = understood(head, embedder, text % txid, language)
        assert [part.guesses[0].topic for part in found.parts] == [], txid
