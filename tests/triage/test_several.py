"""Several topics in one message: where it is cut, what is found, and who leads."""

from __future__ import annotations

import hashlib
import tomllib
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from bellrock import guard
from bellrock.language import LANGUAGES
from bellrock.triage.corpus import composed_to_learn, corpus
from bellrock.triage.deciding import decide
from bellrock.triage.decisions import Answer, HandOver, Situation, Why
from bellrock.triage.features import placed_runs, plain, runs, spoken
from bellrock.triage.halves import hear
from bellrock.triage.joints import MARKS, best_cut, learnt
from bellrock.triage.model import Guess, Model, Thresholds, Understanding
from bellrock.triage.port import Embedder
from bellrock.triage.several import PARTS_MAX, understood
from bellrock.triage.topics import topics
from bellrock.triage.trying import attempt, situation
from scripts import train_several

_NO_MARKS = str.maketrans("", "", MARKS)
FOUND_MIN = 0.5
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
    asked = [text for language, first, _, text in MESSAGES if language == "en" and first != "account_hacked"]
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


def test_finds_the_topics_of_messages_as_people_type_them(head: Model, embedder: Embedder) -> None:
    """Every second one was learnt from; these are of the others."""
    some = [each for each in composed_to_learn()[1::2] if len(each.topics) == 2][::8]
    assert len({each.language for each in some}) == 18
    found = [
        {part.guesses[0].topic for part in understood(head, embedder, each.text, each.language).parts} for each in some
    ]
    assert sum(each.topics <= names for each, names in zip(some, found, strict=True)) >= FOUND_MIN * len(some)


def test_the_messages_to_learn_from_are_there_in_every_language() -> None:
    counted = Counter((each.language, len(each.topics)) for each in composed_to_learn())
    for language in LANGUAGES:
        assert counted[language, 1] == 15 and counted[language, 2] + counted[language, 3] == 20, language
        assert counted[language, 3] >= 1, language
    assert {name for each in composed_to_learn() for name in each.topics} <= set(topics())


def test_the_shipped_weights_are_what_their_rows_teach() -> None:
    shipped = learnt()
    assert train_several.version_of(shipped) == shipped["version"]
    rows, count = train_several.kept()
    again = train_several.weights_of(rows, count)
    for name, weights in again.items():
        assert weights == pytest.approx(shipped[name], abs=2e-3), name


def test_the_rows_are_what_is_weighed_of_the_messages(head: Model, embedder: Embedder) -> None:
    if learnt()["fits"] != head.version:
        pytest.skip("the head was trained since; scripts/train_several.py makes the rows anew")
    kept = [row for row in train_several.kept()[0] if row.kind in ("typed", "lookalike")]
    for each in composed_to_learn()[::2][:40:8]:
        row = train_several.row_of(
            head, embedder, train_several.Joined(each.text, each.language, tuple(sorted(each.topics)), "typed")
        )
        assert row is not None
        near = [other for other in kept if other.look == pytest.approx(row.look, abs=0.02)]
        assert [other.kind for other in near] == [row.kind]
        if row.sure is not None:
            assert near[0].sure == pytest.approx(row.sure, abs=0.02)


def test_a_message_about_one_matter_is_read_once(head: Model, embedder: Embedder) -> None:
    reads: list[int] = []

    class Counting:
        name, width, compared = embedder.name, embedder.width, embedder.compared

        def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
            reads.append(len(texts))
            return embedder.embed(texts)

        def embed_parted(self, text: str, left: str) -> NDArray[np.float32]:
            reads.append(1)
            return embedder.embed_parted(text, left)

    alone = corpus("calibration")[::250]
    once = 0
    for each in alone:
        reads.clear()
        parted = understood(head, Counting(), each.text, each.language)
        whole = head.understand([each.text], embedder, [each.language])[0]
        assert replace(parted, parts=()) == whole
        once += reads == [1]
        assert sum(reads) <= 1 + 2 * (PARTS_MAX - 1)
    assert once >= 0.7 * len(alone)


def test_a_half_that_cannot_be_cut_is_heard_as_it_is(head: Model, embedder: Embedder) -> None:
    heard = hear(head, embedder, "hello", "en")
    assert (heard.cut, heard.scores) == (None, None)
    assert heard.known == head.understand(["hello"], embedder, ["en"])[0]


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


@pytest.mark.parametrize(
    ("language", "text", "lead", "other"),
    [
        ("en", "what's the maker fee on spot, somebody took the eth out of my account last night", "account_hacked", "trading_fee"),
        ("ko", "현물 수수료가 얼마인지 궁금하고요 누가 제 계정에 들어와서 코인을 다 빼갔어요", "account_hacked", "trading_fee"),
        ("ar", "كم عمولة التداول عندكم، ودفعت للبائع في p2p وما حرر العملات", "p2p_dispute", "trading_fee"),
    ],
)  # fmt: skip
def test_what_needs_a_person_acts_in_whatever_part_it_stands(
    head: Model, embedder: Embedder, language: str, text: str, lead: str, other: str
) -> None:
    understanding = understood(head, embedder, text, language)
    decision = decide(situation(guard.screen(text), understanding, head), head.thresholds)
    assert isinstance(decision, HandOver)
    assert decision.is_protective == (lead == "account_hacked")
    assert other in decision.also
    assert {lead, other} <= {decision.topic, *decision.also}


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


def test_whoever_wants_a_person_for_a_matter_gets_one_who_knows_it() -> None:
    decision = decide(_situation("talk_to_human", "kyc_rejected"), LIMITS)
    assert isinstance(decision, HandOver)
    assert (decision.topic, decision.queue, decision.also) == ("kyc_rejected", "identity", ("talk_to_human",))


def test_answers_both_where_both_may_be_answered() -> None:
    decision = decide(_situation("funding_rate", "trading_fee"), LIMITS)
    assert decision == Answer("funding_rate", (Why.SURE, Why.SEVERAL), also=("trading_fee",))


def test_a_person_gets_both_topics_where_one_answer_is_not_sure_or_not_there() -> None:
    unsure = decide(_situation("funding_rate", "trading_fee", sure=0.7), LIMITS)
    unwritten = decide(replace(_situation("funding_rate", "trading_fee"), answerable=("funding_rate",)), LIMITS)
    for decision in (unsure, unwritten):
        assert isinstance(decision, HandOver)
        assert (decision.topic, decision.also) == ("funding_rate", ("trading_fee",))


def test_what_the_whole_says_is_for_a_person_is_not_answered_in_parts() -> None:
    parted = _situation("funding_rate", "trading_fee")
    assert parted.understanding is not None
    whole = replace(_part("liquidation_dispute", 0.6), parts=parted.understanding.parts)
    decision = decide(replace(parted, understanding=whole), LIMITS)
    assert isinstance(decision, HandOver)
    assert (decision.topic, decision.also) == ("liquidation_dispute", ("funding_rate", "trading_fee"))


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
