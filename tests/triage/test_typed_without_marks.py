"""Messages typed without the marks of their letters, as many do in Vietnamese, Polish and Turkish; and danger told in passing."""

from __future__ import annotations

import pytest

from bellrock.app import build_embedder
from bellrock.triage import model, training
from bellrock.triage.corpus import Example, corpus
from bellrock.triage.topics import Gate, topics
from bellrock.triage.trying import attempt

PLAIN = [
    ("login_failed", "toi quen mat khau, khong dang nhap duoc nua"),
    ("deposit_not_credited", "nap usdt tu sang den gio chua thay vao tai khoan"),
    ("withdrawal_pending", "lenh rut btc cua toi dang xu ly ca ngay roi chua xong"),
    ("kyc_pending", "xac minh danh tinh gui 5 ngay roi van cho duyet"),
    ("two_factor_lost", "mat dien thoai roi nen khong co ma xac thuc google nua"),
    ("trading_fee", "phi giao dich spot tinh the nao vay"),
    ("network_fee", "rut usdt qua mang trc20 mat phi bao nhieu"),
    ("api_key", "tao api key chi doc thi lam o dau"),
    ("earn_yield", "lai goi tiet kiem tinh theo ngay hay theo thang"),
    ("talk_to_human", "cho toi gap nhan vien"),
]
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


@pytest.mark.parametrize(
    ("typed", "bare"),
    [("rút tiền về ví điện tử", "rut tien ve vi dien tu"), ("żółw łąka", "zolw laka"), ("ışık", "isik")],
)
def test_marks_fall_off(typed: str, bare: str) -> None:
    assert training.without_marks(typed) == bare


def test_what_is_learnt_and_held_back_without_marks() -> None:
    learnt = training.unmarked([Example("rút tiền", "x", "vi"), Example("rut", "x", "vi"), Example("été", "x", "fr")])
    assert learnt == [Example("rut tien", "x", "vi")]
    held_back = [Example(f"tiền {number}", "x", "vi") for number in range(4)]
    assert [each.text for each in training.half_unmarked(held_back)] == ["tien 0", "tiền 1", "tien 2", "tiền 3"]


def test_vietnamese_without_marks_is_understood() -> None:
    head, embedder = model.load(), build_embedder()
    wrong = [text for topic, text in PLAIN if attempt(head, embedder, text, locale="vi")["intent"] != topic]
    assert len(wrong) <= 2, wrong


def test_a_code_given_away_in_passing_fetches_protection_in_every_language() -> None:
    head, embedder = model.load(), build_embedder()
    deeds = {tag: attempt(head, embedder, text, locale=tag)["decision"] for tag, text in GIVEN.items()}
    assert {tag: deed for tag, deed in deeds.items() if deed != "protect"} == {}


def test_quiet_danger_stands_beside_calm_messages_like_it() -> None:
    quiet = corpus("quiet")
    dangers = [example for example in quiet if topics()[example.topic].gate is Gate.PROTECT]
    assert 0.4 < len(dangers) / len(quiet) < 0.7
