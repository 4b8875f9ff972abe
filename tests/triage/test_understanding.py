"""Topics, rules, facts in a text, the corpus, and the shipped head against the bars of this release."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from collections import Counter
from decimal import Decimal
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bellrock import knowledge, triage
from bellrock import language as languages
from bellrock.core import NotFound
from bellrock.triage import evaluation, model, sounding, training
from bellrock.triage.corpus import Example, corpus, corpus_languages
from bellrock.triage.features import plain
from bellrock.triage.languages import language_of
from bellrock.triage.model import Model, ModelMismatch, versioned
from bellrock.triage.money import amounts
from bellrock.triage.numbers import value_of
from bellrock.triage.port import Embedder
from bellrock.triage.rules import Sign, signs
from bellrock.triage.thresholds import proven
from bellrock.triage.topics import DATA, NEAR_MISS, Gate, named, topic_name, topics
from bellrock.triage.trying import attempt

LANGUAGES = tuple(sorted(languages.LANGUAGES))
# Each stands beside one or two others here that a few words are enough to take it for.
CONFUSED = [
    "login_failed",
    "login_anomaly",
    "two_factor_lost",
    "account_hacked",
    "account_frozen",
    "phishing_report",
    "phishing_victim",
    "verify_official_channel",
    "deposit_not_credited",
    "deposit_wrong_network",
    "deposit_missing_memo",
    "withdrawal_pending",
    "withdrawal_wrong_address",
    "withdrawal_suspended",
    "network_fee",
    "address_or_network_help",
    "price_dispute",
    "trading_fee",
    "fee_dispute",
    "liquidation_explained",
    "liquidation_dispute",
    "margin_and_leverage",
    "kyc_rejected",
    "kyc_pending",
    "api_error",
    "api_data",
    "earn_redeem",
    "earn_yield",
    "compensation_claim",
    "talk_to_human",
    "case_status",
    "service_complaint",
]


@pytest.fixture(scope="module")
def judged(head: Model, embedder: Embedder) -> list[evaluation.Judged]:
    """Every twelfth message that the thresholds have seen: whether the shipped files fit together, not how good they are."""
    return evaluation.judge(head, embedder, corpus("calibration")[::12])[0]


def test_there_are_64_topics_with_a_name_in_every_language() -> None:
    assert len(topics()) == 64
    assert Counter(found.gate for found in topics().values())[Gate.PROTECT] == 2
    for name in topics():
        for language in LANGUAGES:
            assert named(topic_name(name, language)) == name
        assert topic_name(name, "fi") == topic_name(name, "en")


def test_finds_a_topic_by_either_of_its_names_and_refuses_others() -> None:
    assert triage.topic("funding.deposit_not_credited") == triage.topic("deposit_not_credited")
    with pytest.raises(NotFound):
        triage.topic("moon_landing")


def test_every_part_of_the_corpus_covers_every_topic_in_every_language() -> None:
    for part, least in (("train", 12), ("calibration", 4), ("evaluation", 4)):
        assert corpus_languages(part) == LANGUAGES  # type: ignore[arg-type]
        counted = Counter((example.language, example.topic) for example in corpus(part))  # type: ignore[arg-type]
        for language in LANGUAGES:
            for name in [*topics(), NEAR_MISS]:
                assert counted[language, name] >= least, (part, language, name)


def test_topics_that_are_easily_confused_have_two_dozen_messages_in_every_language() -> None:
    counted = Counter((example.language, example.topic) for example in corpus("train") + corpus("calibration"))
    assert not {(language, name) for language in LANGUAGES for name in CONFUSED if counted[language, name] < 24}


def test_no_held_back_message_is_trained_on() -> None:
    learnt = corpus("train") + corpus("quiet")
    trained = {plain(example.text) for example in learnt + training.unmarked(learnt)}
    held_back = [example for part in ("calibration", "quiet_held_back", "evaluation") for example in corpus(part)]  # type: ignore[arg-type]
    assert not [example.text for example in held_back if plain(example.text) in trained]


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("can I talk to a human?", Sign.ASKS_FOR_PERSON),
        ("gerçek bir kişiyle görüşmek istiyorum", Sign.ASKS_FOR_PERSON),
        ("Ich möchte mit einem Menschen sprechen", Sign.ASKS_FOR_PERSON),
        ("je veux parler à un conseiller", Sign.ASKS_FOR_PERSON),
        ("상담원 연결해 주세요", Sign.ASKS_FOR_PERSON),
        ("поговорить с живым человеком", Sign.ASKS_FOR_PERSON),
        ("з'єднайте мене з оператором", Sign.ASKS_FOR_PERSON),
        ("tôi muốn nói chuyện với nhân viên", Sign.ASKS_FOR_PERSON),
        ("quero falar com um atendente", Sign.ASKS_FOR_PERSON),
        ("vorrei parlare con un operatore", Sign.ASKS_FOR_PERSON),
        ("chcę porozmawiać z człowiekiem", Sign.ASKS_FOR_PERSON),
        ("saya mau bicara dengan orang", Sign.ASKS_FOR_PERSON),
        ("ik wil met een medewerker praten", Sign.ASKS_FOR_PERSON),
        ("我要轉真人客服", Sign.ASKS_FOR_PERSON),
        ("my lawyer will write to you", Sign.LEGAL),
        ("我要起诉你们", Sign.LEGAL),
        ("سأقاضيكم", Sign.LEGAL),
        ("راح اشتكي عليكم", Sign.LEGAL),
        ("tôi sẽ kiện", Sign.LEGAL),
        ("recibirán una demanda", Sign.LEGAL),
        ("my API key was leaked on github", Sign.MONEY_AT_RISK),
        ("a stranger is in my account", Sign.MONEY_AT_RISK),
        ("账号被盗", Sign.MONEY_AT_RISK),
        ("me robaron las monedas", Sign.MONEY_AT_RISK),
    ],
)
def test_sees_the_signs_that_fetch_a_person(text: str, sign: Sign) -> None:
    assert sign in signs(text)


@pytest.mark.parametrize(
    "text",
    [
        "how do trading bots work",
        "stop my trading bot",
        "human error on my side? fee table",
        "la oferta y la demanda de BTC",
        "sube la demanda del mercado",
        "My number is seventeen",
        "get support for BSC network",
        "how to connect my wallet to support staking",
        "увеличить rate limit можно?",
    ],
)
def test_sees_no_sign_where_there_is_none(text: str) -> None:
    assert not signs(text)


def test_every_message_about_theft_fetches_protection() -> None:
    guarded = [
        example
        for example in corpus("train")
        if topics().get(example.topic, None) is not None and example.language in ("ar", "en", "zh-Hans")
    ]
    missed = [
        example.text
        for example in guarded
        if topics()[example.topic].gate is Gate.PROTECT and Sign.MONEY_AT_RISK not in signs(example.text)
    ]
    assert missed == []


def test_finds_the_facts_in_a_message() -> None:
    text = "order 8812345 sent 1,250.5 USDT by TRC20 to TQn9Y2khEsLJW1ChVWFMSMeRDow5KcbLSE, error code 1006, case br-7k2m4qxd"
    found = {(entity.kind.value, entity.text) for entity in triage.entities(text)}
    assert found == {
        ("order", "8812345"),
        ("amount", "1,250.5 USDT"),
        ("network", "TRC20"),
        ("address", "TQn9Y2khEsLJW1ChVWFMSMeRDow5KcbLSE"),
        ("error", "1006"),
        ("case", "br-7k2m4qxd"),
    }


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("أرسلت ١٬٢٥٠٫٥ USDT من ألمانيا", "amount", "1250.5 USDT"),
        ("أرسلت ١٬٢٥٠٫٥ USDT من ألمانيا", "country", "DE"),
        ("habe am 3. März 2026 1.250,50 EUR eingezahlt", "amount", "1250.5 EUR"),
        ("habe am 3. März 2026 1.250,50 EUR eingezahlt", "date", "2026-03-03"),
        ("提了 1.5万 USDT，3月5日，错误码 -1021", "amount", "15000 USDT"),
        ("提了 1.5万 USDT，3月5日，错误码 -1021", "date", "--03-05"),
        ("提了 1.5万 USDT，3月5日，错误码 -1021", "error", "-1021"),
        ("живу в Германии, айфон 12", "country", "DE"),
        ("живу в Германии, айфон 12", "device", ""),
        ("비트코인 보냈어요 주문번호 123456789", "coin", "BTC"),
        ("비트코인 보냈어요 주문번호 123456789", "order", "123456789"),
        ("position 7788991234 at 64,000", "position", "7788991234"),
        ("see https://evil-site.com/x?a=1", "url", ""),
        ("sent 1.250 BTC", "amount", ""),
        ("我充了250USDT没到账", "amount", "250 USDT"),
        ("我的BTC仓位为什么爆仓了", "coin", "BTC"),
        ("私のBTCが届かない", "coin", "BTC"),
        ("1万2千円入金したのに反映されない", "amount", "12000 JPY"),
        ("1億2000万円", "amount", "120000000 JPY"),
        ("三千五百円を入金しました", "amount", "3500 JPY"),
        ("充了一万两千块", "amount", "12000"),
        ("轉了五百USDT", "amount", "500 USDT"),
        ("一万零二元", "amount", "10002"),
        ("一万二USDT", "amount", ""),
        ("3천만 원 입금했어요", "amount", "30000000 KRW"),
        ("3億5千万ウォン", "amount", "350000000 KRW"),
        ("１２３４．５６ USDT 入金されません", "amount", "1234.56 USDT"),
        ("१,२३,४५६ INR", "amount", "123456 INR"),
        ("не пришли 2,5 тыс. USDT", "amount", "2500 USDT"),
        ("deposité 3 mil de dólares", "amount", "3000 USD"),
    ],
)
def test_reads_facts_in_every_script_and_number_format(text: str, kind: str, value: str) -> None:
    assert (kind, value) in {(entity.kind.value, entity.value) for entity in triage.entities(text)}


@pytest.mark.parametrize(
    ("number", "value"),
    [
        ("1,250.5", "1250.5"),
        ("1.250,5", "1250.5"),
        ("1 250", "1250"),
        ("1.000.000", "1000000"),
        ("0,35", "0.35"),
        ("1,250", None),
    ],
)
def test_reads_numbers_of_every_country_or_says_that_it_cannot_know(number: str, value: str | None) -> None:
    assert value_of(number) == (None if value is None else Decimal(value))


@given(st.text("1 .,2万千億一十円USDT천만원", max_size=120))
def test_amounts_with_east_asian_units_take_any_text(text: str) -> None:
    for start, end, value in amounts(text):
        assert text[start:end] == text[start:end].strip()
        assert not value or Decimal(value.split()[0]) >= 0


@given(st.text(max_size=300))
def test_finding_facts_takes_any_text(text: str) -> None:
    for entity in triage.entities(text):
        assert entity.text


def test_proves_less_than_it_sees() -> None:
    assert proven(0, 0) == 0
    assert proven(97, 100) < 0.97 < proven(970, 1000) + 0.02


def test_the_shipped_head_holds_the_bars_of_this_release(judged: list[evaluation.Judged]) -> None:
    figures = evaluation.figures(judged, cpu_ms=0)
    assert figures.unsafe == 0
    assert (figures.precision or 0) >= 0.93
    assert (figures.coverage or 0) >= 0.30
    assert (figures.accuracy or 0) >= 0.70
    assert (figures.protected or 0) >= 0.70
    assert (figures.out_of_scope or 0) <= 0.03


def test_every_topic_the_first_line_may_answer_has_an_article() -> None:
    planned = set(tomllib.loads((DATA.parent.parent / "knowledge" / "seed" / "plan.toml").read_text())["articles"])  # type: ignore[attr-defined]
    assert {name for name, found in topics().items() if found.gate is Gate.ANSWER} <= planned
    assert knowledge.answer_for is not None


def test_refuses_a_head_that_was_trained_on_another_encoder(head: Model) -> None:
    class Other:
        name, width, compared = "other/1", 512, slice(0, 512)

        def embed(self, texts: object) -> object:
            raise AssertionError

    with pytest.raises(ModelMismatch):
        head.understand(["hello"], Other(), ["en"])  # type: ignore[arg-type]


def test_tries_a_message_without_a_conversation(head: Model, embedder: Embedder) -> None:
    found = attempt(head, embedder, "资金费率是怎么计算的")
    assert (found["lang"], found["intent"], found["decision"]) == ("zh-Hans", "funding_rate", "answer")
    assert attempt(head, embedder, "someone stole my coins")["decision"] == "protect"


@pytest.mark.skipif(find_spec("scipy") is None, reason="the extra `train` is not installed")
def test_training_twice_gives_the_same_head(embedder: Embedder) -> None:
    few = [example for example in corpus("train") if example.language in ("de", "ja")][::12]
    once, again = (versioned(training.learn(few, embedder)) for _ in range(2))
    assert once.version == again.version
    understood = once.understand([example.text for example in few], embedder, [example.language for example in few])
    hits = [item.guesses[0].topic == example.topic for item, example in zip(understood, few, strict=True)]
    assert sum(hits) >= 0.95 * len(hits)


@pytest.mark.skipif(find_spec("scipy") is None, reason="the extra `train` is not installed")
def test_the_shipped_head_is_what_the_corpus_teaches(head: Model, embedder: Embedder, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "bellrock", "triage", "train", "--into", str(tmp_path)]
    subprocess.run(command, check=True, capture_output=True, timeout=1_500)
    anew, tone = model.load(tmp_path), sounding.load(tmp_path)
    assert (anew.labels, anew.languages, anew.encoder) == (head.labels, head.languages, head.encoder)
    assert np.array_equal(anew.example_labels, head.example_labels)
    assert np.abs(anew.examples.astype(int) - head.examples).max() <= 1
    # On a processor of another kind sums are rounded otherwise, and the line, fitted in few rounds, is not the same bit for bit.
    assert evaluation.agreement(anew, head, embedder, corpus("calibration")[::3]) > 0.97
    shipped = sounding.shipped()
    assert (tone.learnt, tone.cues) == (shipped.learnt, shipped.cues)
    assert np.abs(tone.weights.astype(float) - shipped.weights).max() < 0.02


def test_a_head_that_was_written_is_read_as_it_was(head: Model, tmp_path: object) -> None:
    model.save(head, tmp_path)  # type: ignore[arg-type]
    assert model.load(tmp_path).version == head.version  # type: ignore[arg-type]
    (tmp_path / "model.json").write_text((tmp_path / "model.json").read_text().replace("0.35", "0.10"))  # type: ignore[operator]
    with pytest.raises(ModelMismatch):
        model.load(tmp_path)  # type: ignore[arg-type]


def test_an_example_knows_its_language() -> None:
    assert Example("hello", "greeting_or_thanks", "en").language == "en"


@pytest.mark.parametrize(
    ("text", "prior", "language"),
    [
        ("你好", "en", "zh-Hans"),
        ("مرحبا", "en", "ar"),
        ("hello", "ar", "ar"),
        ("ok", "zh-Hans", "zh-Hans"),
        ("", "ar", "ar"),
    ],
)
def test_answers_in_the_language_of_the_message_where_that_is_plain(text: str, prior: str, language: str) -> None:
    assert language_of(text, prior=prior) == language


def test_every_topic_has_its_own_name_in_every_language_of_the_product() -> None:
    shown = {(tag, name): topic_name(name, tag) for name in topics() for tag in languages.LANGUAGES}
    assert all(named(text) == name for (_, name), text in shown.items())
    for tag in languages.LANGUAGES:
        assert tag == "en" or sum(shown[tag, name] == shown["en", name] for name in topics()) == 0, tag
