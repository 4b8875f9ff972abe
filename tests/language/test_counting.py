"""Numbers in words: one that counts money or time stands in the sources, in digits or in words; what only sounds so is none."""

from __future__ import annotations

import time

import pytest

from bellrock.language.counting import counted
from bellrock.language.grounding import unsupported

# Of each language: money, time, and a compound, with their values.
SAID = [
    ("en", "five hundred dollars", "500"),
    ("en", "twenty-four hours", "24"),
    ("en", "half an hour", "0.5"),
    ("en", "one business day", "1"),
    ("en", "a five USDT fee", "5"),
    ("en", "half a million", "500000"),
    ("en", "twelve confirmations", "12"),
    ("en", "five percent", "5%"),
    ("en", "five hundred", "500"),
    ("zh-Hans", "五百美元", "500"),
    ("zh-Hans", "二十四小时", "24"),
    ("zh-Hans", "两天半", "2.5"),
    ("zh-Hans", "三万五千元", "35000"),
    ("zh-Hans", "百分之五", "5%"),
    ("zh-Hant", "兩個工作日", "2"),
    ("zh-Hant", "十二個確認", "12"),
    ("ja", "五百ドル", "500"),
    ("ja", "一時間半", "1.5"),
    ("ja", "十二回の承認", "12"),
    ("ko", "오백 달러", "500"),
    ("ko", "스물네 시간", "24"),
    ("ko", "이틀", "2"),
    ("ko", "두 번의 확인", "2"),
    ("es", "quinientos dólares", "500"),
    ("es", "treinta y cinco minutos", "35"),
    ("es", "mil millones de dólares", "1000000000"),
    ("pt", "duzentos e cinquenta reais", "250"),
    ("pt", "vinte e quatro horas", "24"),
    ("fr", "cinq cents euros", "500"),
    ("fr", "quatre-vingt-dix jours", "90"),
    ("fr", "une demi-heure", "0.5"),
    ("it", "duecentocinquanta euro", "250"),
    ("it", "ventiquattr'ore", "24"),
    ("it", "due giorni", "2"),
    ("de", "fünfhundert Dollar", "500"),
    ("de", "vierundzwanzig Stunden", "24"),
    ("de", "eine halbe Stunde", "0.5"),
    ("de", "dreißig Tage", "30"),
    ("nl", "vijfhonderd dollar", "500"),
    ("nl", "tweeëntwintig dagen", "22"),
    ("nl", "anderhalf uur", "1.5"),
    ("ru", "пятьсот долларов", "500"),
    ("ru", "двадцать два дня", "22"),
    ("ru", "полтора часа", "1.5"),
    ("ru", "трёх рабочих дней", "3"),
    ("uk", "п'ятсот доларів", "500"),
    ("uk", "двадцять чотири години", "24"),
    ("pl", "pięćset dolarów", "500"),
    ("pl", "dwadzieścia cztery godziny", "24"),
    ("tr", "beş yüz dolar", "500"),
    ("tr", "yirmi dört saat", "24"),
    ("tr", "on gün", "10"),
    ("vi", "năm trăm đô la", "500"),
    ("vi", "một năm", "1"),
    ("vi", "hai mươi lăm phút", "25"),
    ("id", "lima ratus dolar", "500"),
    ("id", "dua puluh empat jam", "24"),
    ("ar", "خمسمائة دولار", "500"),
    ("ar", "أربع وعشرين ساعة", "24"),
    ("ar", "يومين", "2"),
    ("ar", "خمسة بالمئة", "5%"),
]


@pytest.mark.parametrize(("language", "words", "value"), SAID)
def test_a_number_in_words_stands_in_the_sources_or_is_found(language: str, words: str, value: str) -> None:
    text = f"({words})"
    assert unsupported(text, sources=["17 19"], language=language), "nowhere in the sources"
    assert unsupported(text, sources=[f"x {value} x"], language=language) == (), "there in digits"
    assert unsupported(text, sources=[f"… {words} …"], language=language) == (), "there in words"


@pytest.mark.parametrize(("language", "words", "value"), SAID)
def test_digits_are_vouched_for_by_words(language: str, words: str, value: str) -> None:
    assert unsupported(f"x {value} x", sources=[f"… {words} …"], language=language) == ()


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (
            "en",
            "Turn two-factor on. One of our colleagues looks at it, and one-time codes stay secret, on these days too.",
        ),
        ("en", "A thousand thanks! Send a token to this address; 24 hours a day, seven of us are here."),
        ("en", "Open one on BTC, once BTC is there; the first step is due."),
        ("zh-Hans", "千万不要告诉别人一次性密码，万一忘了，我们十分抱歉。请再试一次，同一天、星期一都可以。"),
        ("ja", "十分にご注意ください。万が一、一部の一方で、一度だけ。"),
        ("ko", "확인이 시간이 걸릴 수 있습니다. 이 주소로 한 번 더 시도하세요. 이 블록체인"),
        ("es", "Una vez enviado un token, mil gracias."),
        ("pt", "Envie um token para a sua conta uma vez."),
        ("fr", "Envoyez un jeton, mille mercis."),
        ("it", "Sei qui? Invia un token, grazie mille."),
        ("de", "Warten Sie ein paar Tage, um BTC an eine Adresse zu senden. Ich bin BTC-Fan."),
        ("nl", "Wacht een paar dagen en stuur een token."),
        ("ru", "Одно из двух: токен или эфир."),
        ("uk", "Одне з двох: токен або ефір."),
        ("pl", "Ten token i ten klucz API są gotowe."),
        ("tr", "Bir token gönderin, bin teşekkür."),
        ("vi", "Không có ngày nào. Gửi một token, ba mẹ."),
        ("id", "Hubungi salah satu dari kami, dua-duanya bisa."),
        ("ar", "واحد من زملائنا ينظر في الامر"),
    ],
)
def test_what_only_sounds_like_one_is_none(language: str, text: str) -> None:
    assert list(counted(text, language)) == []


@pytest.mark.parametrize(
    "text",
    [
        "FIVE HUNDRED dollars",
        "fivehundred dollars",
        "five\u200bhundred dollars",
        "five **hundred** dollars",
        "five_hundred dollars",
        "five\nhundred dollars",
        "the amount is five hundred",
        "пять**сот** долларов",
    ],
)
def test_no_writing_hides_a_number(text: str) -> None:
    assert unsupported(text, sources=["5 USDT"]) != ()


def test_each_number_of_a_span_is_looked_at() -> None:
    assert unsupported("two or three days", sources=["3 days"], language="en") == ("two",)
    assert unsupported("zwei bis drei Werktage", sources=["2-3"], language="de") == ()


@pytest.mark.parametrize("written", ["5 hundred", "5 hundert", "5 сотен", "5 миллионов", "5 mille", "5百", "5 ألف"])
def test_a_word_that_multiplies_makes_another_figure(written: str) -> None:
    assert unsupported(f"{written} USDT", sources=["5 USDT"]) != ()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2 million", "2,000,000"),
        ("2 миллиона", "2 million"),
        ("200万", "2 million"),
        ("5 Prozent", "5 %"),
        ("%5", "5%"),
    ],
)
def test_what_is_multiplied_or_a_share_is_compared_by_value(one: str, other: str) -> None:
    assert unsupported(f"{one} USDT", sources=[f"{other} USDT"]) == ()
    assert unsupported(f"{other} USDT", sources=[f"{one} USDT"]) == ()


def test_a_share_is_no_number_of_days() -> None:
    assert unsupported("five percent", sources=["5 days"], language="en") != ()
    assert unsupported("5 Prozent", sources=["5 Tage"], language="de") != ()


@pytest.mark.parametrize("run", ["hundred ", "un uno ", "cent cento ", "eineinund", "三百二十", "오백이십", "twenty-"])
def test_a_heap_of_such_words_takes_no_time(run: str) -> None:
    began = time.process_time()
    unsupported(run * (12_000 // len(run)), sources=[])
    assert time.process_time() - began < 5
