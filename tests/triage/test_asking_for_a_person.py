"""The wish for a person, as people type it in a hurry: alone, behind what it is about, and not where somebody is only named."""

from __future__ import annotations

import pytest

from bellrock.triage.rules import Sign, signs

ABOUT = {
    "en": "my deposit has not arrived, ",
    "zh-Hans": "我的充值还没到账，",
    "zh-Hant": "我的儲值還沒到帳，",
    "ja": "入金が反映されません。",
    "ko": "입금이 안 들어왔어요. ",
    "es": "mi depósito no llegó, ",
    "fr": "mon dépôt n'est pas arrivé, ",
    "de": "meine Einzahlung ist nicht da, ",
    "ru": "депозит не пришел, ",
    "uk": "депозит не прийшов, ",
    "tr": "yatırdığım para gelmedi, ",
    "vi": "tiền nạp chưa vào, ",
    "pt": "meu depósito não caiu, ",
    "it": "il mio deposito non è arrivato, ",
    "pl": "moja wpłata nie dotarła, ",
    "id": "deposit saya belum masuk, ",
    "nl": "mijn storting is niet binnen, ",
    "ar": "الإيداع لم يصل، ",
}
SHORT = {
    "en": ["agent please", "support agent", "supervisor", "rep pls", "give me an agent", "transfer me", "human!"],
    "zh-Hans": ["人工", "联系客服", "叫你们主管来", "来个人", "找专员", "人呢"],
    "zh-Hant": ["真人", "專員", "找你們主管", "客服人員", "來個人"],
    "ja": ["担当者", "オペレータお願いします", "人に繋いで", "責任者を出して", "直接話したい"],
    "ko": ["담당자요", "직원 바꿔줘", "상담 연결해줘", "매니저 불러줘요"],
    "es": ["asesor por favor", "un asesor", "operadora", "pásame con una persona", "supervisor"],
    "fr": ["un conseiller svp", "agent s'il vous plaît", "passez-moi quelqu'un", "un responsable"],
    "de": ["Mitarbeiter bitte", "einen Menschen bitte", "gib mir einen Menschen", "Berater", "verbinden Sie mich"],
    "ru": ["оператора", "человека позовите", "позови оператора", "менеджера", "специалиста", "дайте человека"],
    "uk": ["людину", "поклич людину", "фахівця дайте", "оператор", "керівник"],
    "tr": ["temsilci lütfen", "insan istiyorum", "operatöre bağla", "müşteri hizmetleri"],
    "vi": ["cho gặp admin", "nói chuyện với người", "nhân viên đâu", "cho gap nhan vien"],
    "pt": ["atendente por favor", "quero atendente", "falar com gente", "me passa pra alguém", "gerente"],
    "it": ["operatore", "un operatore grazie", "voglio una persona", "mi passi un operatore"],
    "pl": ["konsultanta", "człowieka dajcie", "konsultant proszę", "z konsultantem"],
    "id": ["cs dong", "mana cs nya", "admin", "petugas"],
    "nl": ["medewerker graag", "een mens aub", "doorverbinden graag", "klantenservice"],
    "ar": ["الو موظف", "عايز موظف", "وين الموظف", "عايز اكلم حد", "محتاج موظف", "المدير"],
}


@pytest.mark.parametrize(("language", "wish"), [(language, wish) for language in SHORT for wish in SHORT[language]])
def test_a_short_wish_is_heard_alone_and_in_a_sentence(language: str, wish: str) -> None:
    for text in (wish, wish.upper(), f"{wish}!", ABOUT[language] + wish, f"{ABOUT[language]}{wish}!!"):
        assert Sign.ASKS_FOR_PERSON in signs(text, language=language), text


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "I bought from a person"),
        ("en", "human error, wrong network"),
        ("en", "I am a real person, why does the face check fail"),
        ("en", "the captcha wants me to prove I'm human"),
        ("en", "I am not a robot, the checkbox fails"),
        ("en", "I need person verification"),
        ("en", "what does an agent of p2p earn"),
        ("zh-Hans", "人工智能币是什么"),
        ("zh-Hans", "真人验证失败"),
        ("zh-Hans", "入账需要人工审核吗"),
        ("zh-Hant", "人工審核要多久"),
        ("ja", "人工知能のトークン"),
        ("ja", "友人に代わりに送ってもらった"),
        ("ja", "担当者名を入力"),
        ("ko", "다른 사람에게 보냈어요"),
        ("ko", "직원 사칭 전화가 왔어요"),
        ("es", "compré a una persona, la gente dice que sí"),
        ("fr", "j'ai acheté à une personne physique"),
        ("de", "ich bin kein Roboter, trotzdem geht es nicht"),
        ("ru", "мобильный оператор не присылает смс"),
        ("ru", "сменил оператора связи, мой оператор мегафон"),
        ("uk", "мобільний оператор не надсилає смс"),
        ("tr", "bir kişiden aldım"),
        ("vi", "tôi nói chuyện với người bán"),
        ("pt", "a gente pode sacar hoje? comprei de uma pessoa"),
        ("it", "ho comprato da una persona"),
        ("pl", "kupiłem od osoby, mój operator nie wysyła sms"),
        ("id", "saya bukan robot, tapi gagal"),
        ("nl", "ik ben geen robot, het werkt niet"),
        ("ar", "اشتريت من شخص"),
    ],
)
def test_somebody_who_is_only_named_is_not_asked_for(language: str, text: str) -> None:
    assert Sign.ASKS_FOR_PERSON not in signs(text, language=language)


@pytest.mark.parametrize("text", ["позовите человека", "позови оператора", "позовёте менеджера?"])
def test_whoever_calls_for_a_person_in_russian_does_not_go_to_court(text: str) -> None:
    assert Sign.LEGAL not in signs(text, language="ru")
    assert Sign.LEGAL in signs("готую позов до суду", language="uk")
