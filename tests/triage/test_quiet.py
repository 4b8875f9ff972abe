"""Danger told in passing: what is learnt of it, what is held back, and that it is not answered as an ordinary question."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bellrock.app import build_embedder
from bellrock.language import LANGUAGES
from bellrock.triage import model, thresholds
from bellrock.triage.corpus import Part, corpus
from bellrock.triage.model import Guess, Understanding
from bellrock.triage.rules import Sign, signs
from bellrock.triage.thresholds import Case
from bellrock.triage.topics import Gate, topics
from bellrock.triage.trying import attempt

GIVEN = {
    "en": "I read the code from the text message to the man from support, is that all right?",
    "de": "Ich habe dem Mann vom Support den Code aus der SMS vorgelesen, ist das in Ordnung?",
    "nl": "Ik heb de code uit de sms aan de man van support doorgegeven, klopt dat?",
    "es": "Le dicté el código del SMS al hombre de soporte, ¿está bien?",
    "fr": "J'ai donné le code du SMS au monsieur du support, c'est normal ?",
    "pt": "Passei o código do SMS para o rapaz do suporte, está certo?",
    "it": "Ho dato il codice dell'SMS all'uomo dell'assistenza, va bene?",
    "ru": "Я продиктовал код из смс мужчине из поддержки, это нормально?",
    "uk": "Я продиктував код із смс чоловікові з підтримки, це нормально?",
    "pl": "Podałem kod z SMS-a panu z pomocy technicznej, czy to w porządku?",
    "tr": "SMS ile gelen kodu destekten arayan adama söyledim, sorun olur mu?",
    "ar": "أعطيت رمز الرسالة للرجل من الدعم، هل هذا طبيعي؟",
    "id": "Saya sudah kasih kode SMS ke orang dari support, apakah tidak apa-apa?",
    "vi": "Tôi đã đọc mã trong tin nhắn cho người bên hỗ trợ, có sao không?",
    "zh-Hans": "我把短信里的验证码告诉客服那个人了，没事吧？",
    "zh-Hant": "我把簡訊裡的驗證碼告訴客服那個人了，沒事吧？",
    "ja": "サポートの人にSMSの認証コードを教えてしまいましたが、大丈夫ですか。",
    "ko": "고객센터 직원이라는 사람한테 문자로 온 인증번호를 알려줬는데 괜찮나요?",
}


def test_a_code_given_away_in_passing_fetches_protection_in_every_language() -> None:
    head, embedder = model.load(), build_embedder()
    deeds = {tag: attempt(head, embedder, text, locale=tag)["decision"] for tag, text in GIVEN.items()}
    assert {tag: deed for tag, deed in deeds.items() if deed != "protect"} == {}


@pytest.mark.parametrize("part", ["quiet", "quiet_held_back"])
def test_quiet_danger_stands_beside_calm_messages_like_it_in_every_language(part: Part) -> None:
    for language in LANGUAGES:
        told = [topics().get(each.topic) for each in corpus(part) if each.language == language]
        dangers = sum(topic is not None and topic.gate is Gate.PROTECT for topic in told)
        assert 0.4 < dangers / len(told) < 0.7, language


def read(topic: str, risk: float) -> Understanding:
    return Understanding((Guess(topic, 0.99),), margin=0.98, similarity=0.9, risk=risk, language="en")


def test_thresholds_let_little_of_quiet_danger_be_answered() -> None:
    usual = [Case("trading_fee", read("trading_fee", 0.01 * place), has_sign=False) for place in range(10)] * 20
    loose = thresholds.learn(usual)
    assert loose.risk_max == 0.1
    quiet = [Case("account_hacked", read("trading_fee", 0.045), has_sign=False)] * 10
    strict = thresholds.learn(usual, quiet)
    assert strict.risk_max == 0.04
    assert not any(thresholds.may_answer(case.understanding, strict) for case in quiet)
    assert thresholds.learn(usual, [replace(case, has_sign=True) for case in quiet]) == loose, (
        "words of theft fetch protection anyway"
    )


@pytest.mark.parametrize(
    ("language", "insult", "theft"),
    [
        ("es", "son unos estafadores", "son unos estafadores, me robaron los usdt"),
        ("pt", "vocês são golpistas", "vocês são golpistas, roubaram meu saldo"),
        ("it", "siete dei truffatori", "siete dei truffatori, mi hanno rubato tutto"),
        ("ar", "انتم نصابين", "انتم نصابين سرقتوا فلوسي"),
    ],
)
def test_an_insult_at_us_is_no_theft_and_hides_none(language: str, insult: str, theft: str) -> None:
    assert Sign.MONEY_AT_RISK not in signs(insult, language=language)
    assert Sign.MONEY_AT_RISK in signs(theft, language=language)


@pytest.mark.parametrize(
    "text", ["ada yang login ke akun saya bukan saya!", "ada orang masuk ke akun saya, itu bukan saya"]
)
def test_a_stranger_in_the_account_is_heard_in_indonesian(text: str) -> None:
    assert Sign.MONEY_AT_RISK in signs(text, language="id")
