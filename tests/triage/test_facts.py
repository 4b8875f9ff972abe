"""Facts as people write them, and lines that a command cannot read: each case was met in a message or a file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bellrock import triage
from bellrock.core import Invalid
from bellrock.triage import commands
from bellrock.triage.playbooks.deposit_addresses import account_of
from bellrock.triage.port import Embedder
from tests.fixtures.spending import least_seconds


def facts(text: str, kind: str) -> list[tuple[str, str]]:
    return [(entity.text, entity.value) for entity in triage.entities(text) if entity.kind.value == kind]


@pytest.mark.parametrize(
    ("text", "coins"),
    [
        ("Wat kost het om dat op te vragen", []),
        ("ada yang jual di akun saya", []),
        ("ton compte est bloqué, dai", []),
        ("the link near the bottom etc. is dead", []),
        ("my SOL and LINK are stuck", ["SOL", "LINK"]),
        ("my btc is stuck", ["BTC"]),
    ],
)
def test_a_code_that_is_also_a_word_is_a_coin_in_capitals_only(text: str, coins: list[str]) -> None:
    assert [value for _, value in facts(text, "coin")] == coins


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.500,75 € per SEPA", "1500.75 EUR"),
        ("wpłaciłem 5 000 zł", "5000 PLN"),
        ("saquei 12 mil reais", "12000 BRL"),
        ("$1.500.000 COP", "1500000 COP"),
        ("US$500 yesterday", "500 USD"),
        ("3.000 TL yatırdım", "3000 TRY"),
        ("100 тысяч рублей", "100000 RUB"),
        ("حولت ١٬٥٠٠ درهم", "1500"),
        ("提 0.8 顆 ETH 卡住", "0.8 ETH"),
        ("2.5 sol gone", "2.5 SOL"),
        ("coin USDT: 1500", "1500 USDT"),
        ("card of EUR 20", "20 EUR"),
        ("حولت ٣ آلاف دولار", "3000 USD"),
        ("سحبت 5 الاف دولار", "5000 USD"),
        ("2.500 euro gestort", ""),
        ("新台幣 300 元", "300"),
        ("充值了500U没到", "500 USDT"),
        ("nạp 50 u mà chưa thấy", "50 USDT"),
        ("提了１００ＵＳＤＴ", "100 USDT"),
        ("перевёл 100 USDТ", "100 USDT"),  # the last letter is Cyrillic
        ("I lost 1e-8 BTC", "0.00000001 BTC"),
        ("realised PnL -50 USDT", "-50 USDT"),
        ("½ BTC is missing", "0.5 BTC"),
        ("only .05 BTC came", "0.05 BTC"),
        ("only .005 BTC came", "0.005 BTC"),
        ("삼천만원 출금", "30000000 KRW"),
        ("2 crore INR", "20000000 INR"),
        ("3 tỷ đồng", "3000000000 VND"),
        ("2 milyar TL", "2000000000 TRY"),
        ("500 zl nie doszło", "500 PLN"),
        ("пропали 3 битка", "3 BTC"),
        ("充了0.5個以太", "0.5 ETH"),
        ("6,000 USDT 沒到", "6000 USDT"),  # nobody who writes Chinese sets parts apart with a comma
        ("1.250 USDT 입금", "1.25 USDT"),
        ("I sent 6,000 USDT", ""),
    ],
)
def test_an_amount_is_read_with_its_currency_as_people_of_each_country_write_it(text: str, value: str) -> None:
    assert [found for _, found in facts(text, "amount")] == [value]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("hab am 03.11. überwiesen", "--11-03"),
        ("mình nạp hôm 3/11 chưa thấy", "--11-03"),
        ("vom 3.11.2025", "2025-11-03"),
        ("nạp 3 tháng 11 năm 2026", "2026-11-03"),
    ],
)
def test_a_day_without_a_year_is_told_by_the_word_before(text: str, value: str) -> None:
    assert [found for _, found in facts(text, "date")] == [value]


def test_prices_and_times_are_no_days() -> None:
    for text in ("op 12.30 uur", "van 1.2 naar 1.5. ok", "zum Preis, am 3.5 %", "le 1/15"):
        assert facts(text, "date") == [], text


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("из Казахстана и Грузии", ["KZ", "GE"]),
        ("w Czechach albo na Słowacji", ["CZ", "SK"]),
        ("Fransa'ya ABD'de Çin'de", ["FR", "US", "CN"]),
        ("в Італії чи Китаї", ["IT", "CN"]),
        ("من السعودية والإمارات", ["SA", "AE"]),
        ("Turcji, Hiszpanii", ["TR", "ES"]),
        ("Côte d’Ivoire or the U.S. or Latin America", ["CI", "US"]),
        ("베트남이나 일본에서도 되나요", ["VN", "JP"]),
        ("韓国やタイからでも", ["KR", "TH"]),
    ],
)
def test_knows_countries_in_the_cases_people_write_them_in(text: str, codes: list[str]) -> None:
    assert [value for _, value in facts(text, "country")] == codes


@pytest.mark.parametrize(
    "text",
    [
        "タイムアウトになるタイミング",
        "ETF이란 무엇인가요",
        "오만원 입금, 다른 수단이 있나요",
        "رجعولي مالي",
        "bán áo",
        "réunion lundi",
    ],
)
def test_a_name_inside_or_like_a_word_is_no_country(text: str) -> None:
    assert facts(text, "country") == []


@pytest.mark.parametrize(
    ("text", "device"),
    [
        ("iPhone15に変えた", ["iPhone15"]),
        ("华为Mate60登不上", ["华为Mate60"]),
        ("갤럭시 s23 바꾸고", ["갤럭시 s23"]),
        ("tengo un Xiaomi y no entra", ["Xiaomi"]),
        ("Redmi Note 12 crashes", ["Redmi Note 12"]),
        ("vivo en Madrid, opera el mercado", []),
    ],
)
def test_a_device_ends_where_its_name_ends(text: str, device: list[str]) -> None:
    assert [found for found, _ in facts(text, "device")] == device


def test_numbers_between_letters_without_blanks_are_found() -> None:
    assert facts("报错50111签名无效", "error") == [("50111", "50111")]
    assert facts("エラー10013が出ます", "error") == [("10013", "10013")]
    assert facts("orden nº 4455667788 quedó", "order") == [("4455667788", "4455667788")]


def test_the_name_of_a_network_ends_where_it_ends() -> None:
    assert [text for text, _ in facts("转了1.5万USDT，走的波场，没到", "network")] == ["波场"]


def test_a_line_that_cannot_be_read_is_told_and_the_next_is_read(embedder: Embedder) -> None:
    lines = [
        '\ufeff{"text": "where is my deposit"}\r\n',
        "\n",
        "not json",
        "[" * 100_000,
        "[1]",
        '{"text": 5}',
        '{"text": "hi", "locale": 5}',
        '{"text": "  "}',
        '{"text": "' + "deposit " * 20_000 + '"}',
        '{"text": "\\ud800 see https://a.com/\\ud800"}',
        '{"text": "a\\u0000b", "locale": "zh-TW"}',
        '{"text": "?", "locale": "tlh"}',
    ]
    said = [json.loads(line) for line in commands.run(embedder, lines)]
    assert [row.get("line") for row in said] == [None, 3, 4, 5, 6, 7, 8, 9, None, None, None]
    assert all(row["error"] for row in said[1:8])
    assert json.dumps(said, ensure_ascii=False).encode("utf-8")
    assert [row["lang"] for row in said if "lang" in row][2:] == ["zh-Hant", "en"]
    assert tuple(said[0]) == ("lang", "intent", "confidence", "alternatives", "entities", "decision", "reasons")
    (whole,) = map(json.loads, commands.run(embedder, lines[:1], more=True))
    assert {"topics", "urgency", "mood"} < whole.keys() - said[0].keys()


def test_lines_beyond_the_limit_are_told_and_not_lost_in_silence(tmp_path: Path, embedder: Embedder) -> None:
    lines = ["\n"] * commands.LINES_MAX + ['{"text": "hi"}', '{"text": "hi"}']
    (said,) = map(json.loads, commands.run(embedder, lines))
    assert (said["line"], "100000 lines" in said["error"]) == (100_001, True)
    file = tmp_path / "own.jsonl"
    file.write_text("".join(lines[:-2]) + '{"text": "hi", "intent": "near_miss"}', encoding="utf-8")
    with pytest.raises(Invalid, match="line 100001: no more than 100000 lines"):
        commands.evaluate(embedder, file=file)


def test_a_line_in_another_encoding_is_told(tmp_path: Path, embedder: Embedder) -> None:
    said = '{"text": "¿dónde está mi depósito?", "intent": "deposit_not_credited", "lang": "es"}\n'
    file = tmp_path / "own.jsonl"
    file.write_bytes(said.encode() + said.encode("latin-1"))
    with pytest.raises(Invalid, match="line 2: not UTF-8"):
        commands.evaluate(embedder, file=file)
    with file.open(encoding="utf-8", errors="surrogateescape") as lines:
        first, second = map(json.loads, commands.run(embedder, lines))
    assert (first["lang"], second) == ("es", {"line": 2, "error": "not UTF-8"})


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("nonsense", "line 2: not JSON"),
        ('{"text": "hi", "intent": "moon_landing"}', "no topic has this name"),
        ('{"intent": "login_failed"}', "not an object with a text"),
        ('{"text": " ", "intent": "near_miss"}', "line 2: Please write"),
        ('{"text": "' + "a" * 20_000 + '", "intent": "near_miss"}', "line 2: This message is too long"),
    ],
)
def test_a_file_to_evaluate_on_that_is_wrong_is_refused_with_its_line(
    line: str, says: str, tmp_path: Path, embedder: Embedder
) -> None:
    file = tmp_path / "own.jsonl"
    file.write_text(
        f'{{"text": "cannot log in", "intent": "account_security.login_failed"}}\n{line}\n', encoding="utf-8"
    )
    with pytest.raises(Invalid, match=says):
        commands.evaluate(embedder, file=file)
    for unreadable in (tmp_path, tmp_path / "not there.jsonl"):
        with pytest.raises(Invalid, match=str(unreadable)):
            commands.evaluate(embedder, file=unreadable)


@pytest.mark.parametrize("piece", ["111 ", "1 ", "1,", "$", "3 nov ", "op 3.1 ", "波场", "走的", "0x", "order no: "])
def test_no_message_takes_long(piece: str) -> None:
    triage.entities("warm 1 BTC")
    assert least_seconds(lambda: triage.entities(piece * (10_000 // len(piece)))) < 1.0


@pytest.mark.parametrize(("text", "day"), [("wpłata 5 marca", "--03-05"), ("5 marca 2026", "2026-03-05")])
def test_a_day_of_march_in_polish(text: str, day: str) -> None:
    assert [value for _, value in facts(text, "date")] == [day]


@pytest.mark.parametrize("scheme", ["", "xrp:"])
def test_a_destination_tag_belongs_to_its_address_and_is_no_number_of_its_own(scheme: str) -> None:
    written = "rG1QQv2nh2gr7RCZ1P8YYcBUKCCN633jCn?dt=88123456"
    assert facts(f"sent 20 XRP to {scheme}{written}", "address") == [(written, "xrpl:0")]
    assert facts(f"sent 20 XRP to {scheme}{written}", "amount") == [("20 XRP", "20 XRP")]
    assert account_of(written) == ("rG1QQv2nh2gr7RCZ1P8YYcBUKCCN633jCn", "88123456")


@pytest.mark.parametrize(
    "text",
    [
        "I paid 100 u know",
        "1 op 3 klanten, 2 link di prova",  # a sentence goes on
        "하지만 이더리움이 없어요",  # "but": the unit at the end of a word is none
        "테더만 원해요",
    ],
)
def test_what_looks_like_an_amount_and_is_a_word_is_none(text: str) -> None:
    assert facts(text, "amount") == []


def test_an_address_of_mail_is_no_link() -> None:
    assert facts("write to anna.pl@gmail.com", "url") == []


def test_the_name_of_a_field_is_no_error() -> None:
    assert facts("net_amount_value is 5, then ERR_CONNECTION_REFUSED", "error") == [
        ("ERR_CONNECTION_REFUSED", "ERR_CONNECTION_REFUSED")
    ]


@pytest.mark.parametrize(
    ("text", "networks"),
    [
        ("через ТРС20 вместо ВЕР20", [("ТРС20", "tron:0x2b6653dc"), ("ВЕР20", "eip155:56")]),  # all Cyrillic
        ("через трц 20", [("трц 20", "tron:0x2b6653dc")]),
        ("on Binance Smart Chain", [("Binance Smart Chain", "eip155:56")]),
        ("이더리움 네트워크로 보냈어요", [("이더리움", "eip155:1")]),
        ("トロンネットワークで送金", [("トロン", "tron:0x2b6653dc")]),
        ("走ＴＲＣ２０转的", [("ＴＲＣ２０", "tron:0x2b6653dc")]),
        ("sono in linea da un'ora", []),
        ("used Tron instead of Ethereum", [("Tron", "tron:0x2b6653dc"), ("Ethereum", "eip155:1")]),
        ("pi network ada harganya ga", []),  # "is there a price"
        ("déstaker AVAX c'est long ?", []),
        ("USDT over Ethereum", [("Ethereum", "eip155:1")]),
    ],
)
def test_a_network_is_known_in_letters_of_other_scripts_and_beside_its_word(
    text: str, networks: list[tuple[str, str]]
) -> None:
    assert facts(text, "network") == networks


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("evil[.]com asked for my words", [("evil[.]com", "evil.com")]),
        ("hxxps://bellrock-login[.]com/x", [("hxxps://bellrock-login[.]com/x", "https://bellrock-login.com/x")]),
        ("they sent bellrock。com", [("bellrock。com", "bellrock.com")]),
        ("see bit.ly/3xYz9", [("bit.ly/3xYz9", "")]),
        ("on bellrock-help.support now", [("bellrock-help.support", "")]),
        ("Thanks.support me please", []),
        ("the money is gone.in my wallet nothing", []),
    ],
)
def test_a_link_is_found_however_it_was_defanged(text: str, links: list[tuple[str, str]]) -> None:
    assert facts(text, "url") == links


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("HTTP 429 again", "429"),
        ("status: 503", "503"),
        ("error 0x80070005", "0x80070005"),
        ("ERR_CONNECTION_RESET", "ERR_CONNECTION_RESET"),
    ],
)
def test_codes_of_browsers_and_systems_are_errors(text: str, code: str) -> None:
    assert [value for _, value in facts(text, "error")] == [code]
