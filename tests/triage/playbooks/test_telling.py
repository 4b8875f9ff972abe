"""Diagnoses in words and in the record: every sentence can be filled, and nothing is lost on the way."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bellrock import guard
from bellrock.core import figures
from bellrock.triage.playbooks import telling, texts
from bellrock.triage.playbooks.diagnosis import (
    Chart,
    Country,
    Diagnosis,
    Exact,
    Money,
    Share,
    Source,
    Step,
    Term,
    Value,
)
from tests.triage.playbooks.things import NOW, D

NUMBERS = st.decimals("-1000000000000", "1000000000000", places=8)
VALUES: st.SearchStrategy[Value] = st.recursive(
    st.one_of(
        NUMBERS,
        st.builds(Money, NUMBERS, st.sampled_from(["BTC", "USDT"])),
        st.builds(Share, NUMBERS),
        st.sampled_from([Term(code) for code in texts.TERMS]),
        st.builds(Country, st.sampled_from(["DE", "BR"])),
        st.builds(Exact, st.text(max_size=20)),
        st.just(NOW),
        st.just(timedelta(hours=3)),
        st.text(max_size=20),
    ),
    lambda inner: st.lists(inner, min_size=1, max_size=3).map(tuple),
    max_leaves=4,
)


@given(st.dictionaries(st.sampled_from(["a", "b", "c"]), VALUES))
def test_a_record_gives_back_what_was_concluded(values: dict[str, Value]) -> None:
    chart = Chart("ETH", "USDT", ((NOW, D("1.5")), (NOW, D(2))), D(1), D("0.5"), NOW)
    found = Diagnosis(
        "order_open",
        values,
        (Source("order", "7", NOW),),
        settles=False,
        steps=(Step("wallet", values),),
        next_step="correct",
        chart=chart,
    )
    kept = json.loads(json.dumps(telling.to_record(found, "de")))
    assert telling.from_record(kept) == found
    assert telling.chart_of(kept["chart"]) == chart


@pytest.mark.parametrize(
    "kept", [{}, {"code": "of_tomorrow", "steps": []}, {"code": "order_open", "steps": [{"code": "x"}]}]
)
def test_what_another_version_wrote_is_left_out(kept: dict[str, object]) -> None:
    assert telling.told(kept, "en") is None
    assert telling.chart_of({"points": [["yesterday", "1"]]}) is None


def test_a_sentence_without_its_values_is_left_out() -> None:
    bare = Diagnosis("order_open", {}, (), settles=True)
    assert telling.told(telling.to_record(bare), "en") is None


@pytest.mark.parametrize("table", ["CONCLUSIONS", "STEPS", "TERMS", "ASKS", "NEXT", "SOURCES"])
def test_every_text_has_named_placeholders_alone(table: str) -> None:
    for code, text in getattr(texts, table).items():
        names = re.findall(r"%\((\w+)\)s", text)
        assert text.count("%") == len(names), code
        assert text % dict.fromkeys(names, "x")


@given(value=NUMBERS, language=st.sampled_from(["en", "de", "tr", "zh-Hans", "ru"]))
def test_a_number_is_written_so_that_it_can_be_read_back(value: Decimal, language: str) -> None:
    point = {"en": ".", "zh-Hans": "."}.get(language, ",")
    shown = figures.number(language, value)
    plain = "".join(sign for sign in shown if sign.isdigit() or sign in ("-", point)).replace(point, ".")
    assert Decimal(plain) == value


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (Money(D("0.0000004512"), "BTTC"), "0,0000004512\xa0BTTC"),
        (Money(D("0.000000012345"), "BTTC"), "0,00000001234\xa0BTTC"),
        (Money(D("0.00512000"), "BTC"), "0,00512\xa0BTC"),
        (Money(D("31967.27"), "USDT"), "31.967,27\xa0USDT"),
        (Share(D("0.00001234")), "0,001234\xa0%"),
        (Share(D("0.0005")), "0,05\xa0%"),
        (Share(D("0.0000000000001")), "0\xa0%"),
    ],
)
def test_prices_and_rates_far_below_one_can_be_told_apart(value: Value, told: str) -> None:
    assert telling.shown(value, "de").strip("\u2068\u2069") == told


def test_small_amounts_are_not_nothing() -> None:
    assert "0.00000000012" in figures.money("en", D("0.00000000012"), "ETH")
    assert figures.share("en", D("0.00075")) == "0.075%"


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("Chrome, your account is at risk: https://evil.example/now", "Chrome, your account is at risk: …"),
        ("**Call**\n\n+1 555\u202e \u2069www.evil.io\x00", "Call +1 555 …"),
        ("x" * 5_000, "x" * (telling.FOREIGN_CHARS_MAX - 1) + "…"),
        ("\u200b\u2066", ""),
        ("\ud800", "\ufffd"),
    ],
)
def test_what_a_stranger_calls_a_device_says_nothing_to_the_customer(written: str, told: str) -> None:
    values: dict[str, Value] = {"at": NOW, "device": written, "country": Country(written)}
    found = Diagnosis("login_seen", values, (Source("account", written, NOW),), settles=True)
    for language in ("en", "ar"):
        answer = telling.tell(found, language)
        assert written not in answer.sentence and "evil" not in f"{answer.sentence}{answer.sources}"
        assert figures.isolated(told) in answer.sentence and told in answer.sentence.replace(
            figures.isolated(told), "", 1
        )
        assert told in answer.sources[0][0]
        assert figures.money(language, D(1), told) == telling.shown(Money(D(1), written), language)


@pytest.mark.parametrize(
    "word", ["BTCUSDT-PERP", "0x" + "ab" * 32, "addr1" + "q" * 98, "USD.rhub8VRN55s94qWKDv6jmDy1pUykJzF3wq"]
)
def test_ids_are_told_as_they_are(word: str) -> None:
    assert telling.foreign(word) == word


def test_a_sign_stays_before_its_digits_in_a_message_that_runs_from_right_to_left() -> None:
    """A memo of digits alone and a share below zero hold no letter that would say which way they run."""
    better = {name: Money(D(100), "USDT") for name in ("best", "average")}
    values = {"order": "7", "quantity": D(2), "share": Share(D("-0.0123")), **better}
    text = telling.answer(Diagnosis("price_best", values, (), settles=True), "ar")
    assert guard.screen(text).text == text
    assert "\u200f\u200e-1.23%\u200e\u200f" in text
    assert "\u200f\u200e7\u200e\u200f" in text


def test_amounts_stay_whole_in_a_message_that_runs_from_right_to_left() -> None:
    """The guard takes isolates out of messages: without marks, a colon would carry the next amount into the last one."""
    steps = (Step("reached", {"mark": Money(D("2972.29"), "USDT"), "balance": Money(D(113), "USDT"), "needed": NOW}),)
    found = Diagnosis(
        "order_ended",
        {"order": "7", "at": NOW, "why": Term("order.customer"), "filled": D(1), "quantity": D(2)},
        (),
        settles=True,
        steps=steps,
    )
    text = telling.answer(found, "ar")
    assert guard.screen(text).text == text
    assert "\u200f\u200e2,972.29\u00a0USDT\u200e\u200f: \u200f\u200e113\u00a0USDT\u200e\u200f" in text
    assert "\u200f\u200e" not in telling.answer(found, "de")
