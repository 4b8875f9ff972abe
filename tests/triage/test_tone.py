"""How pressing a message is, in what mood it was written, and what of it is given as the reason."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bellrock import language as languages
from bellrock.triage.corpus import corpus
from bellrock.triage.rules import Sign, signs
from bellrock.triage.tone import Cue, Mood, Tone, tone
from bellrock.triage.topics import Gate, read_toml, topics


@pytest.mark.parametrize(
    ("language", "text", "cue"),
    [
        ("en", "I need this by tomorrow noon", Cue.DEADLINE),
        ("zh-Hans", "快要爆仓了", Cue.DEADLINE),
        ("de", "bitte dringend prüfen", Cue.HASTE),
        ("tr", "ACİL bakın lütfen", Cue.HASTE),
        ("fr", "c'est la troisième fois que je vous écris", Cue.REPEATED),
        ("ru", "никто не отвечает, пишу третий раз", Cue.REPEATED),
        ("ko", "병원비를 내야 해요", Cue.HARDSHIP),
        ("ar", "هذه كل مدخراتي ارجوكم", Cue.HARDSHIP),
        ("pt", "que vergonha, incompetentes", Cue.ANGER),
        ("ja", "ふざけるな、最悪です", Cue.ANGER),
        ("es", "DEVUÉLVANME MI DINERO AHORA", Cue.SHOUTING),
    ],
)
def test_hears_what_presses_and_what_mood_it_is_in(language: str, text: str, cue: Cue) -> None:
    assert cue in tone(text, language=language).cues


@pytest.mark.parametrize("text", ["what is the maker fee?", "USDT TRC20 or ERC20?", "how do I close a position"])
def test_hears_nothing_in_a_plain_question(text: str) -> None:
    assert tone(text, language="en") == Tone()
    assert (Tone().mood, Tone().urgency("withdrawal_pending")) == (Mood.CALM, "normal")


def test_the_same_words_again_are_a_repetition() -> None:
    assert tone("Where is it?", language="en", earlier=("where is  it?",)).cues == (Cue.REPEATED,)
    assert tone("Where is it?", language="en", earlier=("hello",)).cues == ()


def test_haste_alone_counts_where_money_may_be_at_stake_and_anger_nowhere() -> None:
    assert Tone((Cue.HASTE,)).urgency("withdrawal_pending") == "high"
    assert Tone((Cue.HASTE,)).urgency("product_feedback") == Tone((Cue.HASTE,)).urgency(None) == "normal"
    assert Tone((Cue.ANGER, Cue.SHOUTING)).urgency("withdrawal_pending") == "normal"
    assert Tone((Cue.REPEATED, Cue.ANGER)).urgency(None) == "high"


@given(st.text(max_size=200), st.sampled_from(sorted(languages.LANGUAGES)))
def test_listening_takes_any_text_and_a_grave_sign_is_always_urgent(text: str, language: str) -> None:
    heard = tone(text, language=language, signs=[Sign.MONEY_AT_RISK])
    assert heard.urgency(None) == "urgent"
    assert heard.mood is not Mood.CALM


def test_every_cue_and_the_words_of_theft_are_there_in_every_language() -> None:
    theft = (read_toml("at_risk.toml"), read_toml("unharmed.toml"), read_toml("given.toml"))
    for table in (*read_toml("tone.toml").values(), *theft):
        assert set(table) == set(languages.LANGUAGES)


@pytest.mark.parametrize("language", sorted(languages.LANGUAGES))
def test_hears_in_every_language_what_a_person_hears(language: str) -> None:
    """The words were set on these messages: what is guarded here is that none of them is lost again."""
    missed, false, all_cues = [], [], 0
    for written, text in read_toml("corpus/tone.toml")[language]:
        cues = {Cue(cue) for cue in written.split()}
        found = set(tone(text, language=language, signs=signs(text, language=language)).cues)
        all_cues += len(cues)
        missed += [(cue, text) for cue in cues - found]
        false += [(cue, text) for cue in found - cues]
        assert (Cue.DISTRESS in cues) == (Cue.DISTRESS in found), text
    assert len(missed) <= 0.1 * all_cues, missed
    assert len(false) <= 0.1 * all_cues, false


@pytest.mark.parametrize(
    ("language", "text", "is_at_risk"),
    [
        ("en", "How do I avoid being hacked?", False),
        ("en", "How do I avoid being hacked again? They took all my BTC", True),
        ("en", "Nobody stole anything, just asking how the lock works", False),
        ("en", "I was told my account was not hacked but somebody withdrew all my coins", True),
        ("de", "Mir wurde nichts gestohlen, ich frage nur", False),
        ("de", "Wie vermeide ich, gehackt zu werden? Gerade hebt jemand meine Coins ab", True),
        ("zh-Hans", "没有被盗，只是问问", False),
        ("zh-Hans", "不知道有没有被盗，币全被转走了", True),
        ("ar", "كيف احمي حسابي من الاختراق؟", False),
        ("tr", "hacklenmemek için ne yapmalıyım?", False),
    ],
)
def test_words_that_deny_a_theft_fetch_no_guard_and_hide_none(language: str, text: str, is_at_risk: bool) -> None:
    assert (Sign.MONEY_AT_RISK in signs(text, language=language)) == is_at_risk


@given(st.sampled_from(["", "no rush, ", "not urgent, ", "nobody stole anything, "]))
def test_calm_words_take_back_themselves_alone(before: str) -> None:
    text = before + "I get a margin call in 2 hours and somebody withdrew my coins"
    heard = tone(text, language="en", signs=signs(text, language="en"))
    assert {Cue.DEADLINE, Cue.MONEY_AT_RISK} <= set(heard.cues)
    assert Cue.HASTE not in heard.cues


@pytest.mark.parametrize(
    "text", ["I no longer live in Germany", "how long does a token live on the order book", "kms key"]
)
def test_everyday_words_are_no_distress(text: str) -> None:
    assert Sign.DISTRESS not in signs(text, language="en")


def test_words_of_theft_find_most_of_it_and_little_else() -> None:
    examples = corpus("calibration")
    risky = [each for each in examples if each.topic in topics() and topics()[each.topic].gate is Gate.PROTECT]
    others = [
        each for each in examples[::5] if each.topic not in topics() or topics()[each.topic].gate is not Gate.PROTECT
    ]
    hit, false = (
        sum(Sign.MONEY_AT_RISK in signs(each.text, language=each.language) for each in some) / len(some)
        for some in (risky, others)
    )
    assert hit >= 0.9
    assert false <= 0.0075


@pytest.mark.parametrize(
    ("language", "text", "is_at_risk"),
    [
        ("en", "there's a withdrawal I don't recognise in my history", True),
        ("de", "da steht eine Auszahlung, die ich nicht kenne", True),
        ("it", "vedo un prelievo che non riconosco", True),
        ("nl", "ik zie een opname die ik niet herken", True),
        ("id", "ada penarikan yang tidak saya lakukan", True),
        ("vi", "có lệnh rút tôi không thực hiện", True),
        ("ja", "身に覚えのない出金があります", True),
        ("ko", "모르는 출금이 있어요", True),
        ("zh-Hans", "有一笔不是我操作的提现", True),
        ("ar", "في عملية سحب لم أقم بها", True),
        ("en", "a withdrawal, I don't know how to make one", False),
        ("en", "I don't know the fee of this transfer", False),
        ("vi", "lệnh rút tôi không biết khi nào tới", False),
        ("ko", "모르는 거래소에서 입금하려는데요", False),
        ("zh-Hans", "我不知道提现要多久", False),
    ],
)
def test_what_somebody_did_not_do_themselves_is_heard(language: str, text: str, is_at_risk: bool) -> None:
    assert (Sign.MONEY_AT_RISK in signs(text, language=language)) == is_at_risk


def test_a_word_of_one_language_accuses_nobody_in_another() -> None:
    assert Sign.MONEY_AT_RISK in signs("dikuras semua", language="id")
    assert Sign.MONEY_AT_RISK not in signs("geld weg", language="de")


def test_a_code_told_to_somebody_is_heard_and_one_asked_for_is_not() -> None:
    for text in ("我把驗證碼給他了", "我已經把簡訊碼告訴客服"):
        assert Sign.MONEY_AT_RISK in signs(text, language="zh-Hant")
    for text in ("請把驗證碼發給我", "忘記密碼了給我重設"):
        assert not signs(text, language="zh-Hant")


@pytest.mark.parametrize(
    ("language", "text", "sign"),
    [
        ("es", "páseme con un ejecutivo, porfa", Sign.ASKS_FOR_PERSON),
        ("de", "hol mal wen, du bist nur ein Programm", Sign.ASKS_FOR_PERSON),
        ("ru", "переведите на сотрудника", Sign.ASKS_FOR_PERSON),
        ("zh-Hant", "給我專人", Sign.ASKS_FOR_PERSON),
        ("nl", "ik doe een melding bij de AFM", Sign.LEGAL),
        ("tr", "tüketici hakem heyetine gideceğim", Sign.LEGAL),
        ("vi", "tôi sẽ ra tòa với các anh", Sign.LEGAL),
    ],
)
def test_hears_the_wish_for_a_person_and_words_of_the_law(language: str, text: str, sign: Sign) -> None:
    assert sign in signs(text, language=language)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("it", "ricarica con carta rifiutata"),
        ("fr", "à court terme, quels sont les frais ?"),
        ("vi", "sự kiện miễn phí còn không"),
        ("en", "I am sad that the app is slow"),
        ("es", "ya he mandado el formulario"),
        ("pt", "quanto tempo leva para processar o saque"),
    ],
)
def test_a_word_of_the_law_in_one_language_is_none_in_another(language: str, text: str) -> None:
    assert not signs(text, language=language)
