"""What a text names must stand in its sources: nothing invented passes, nothing that is there is refused."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bellrock.language.grounding import cited, planted, unsupported, without_citations

SOURCE = (
    "Deposits of at least 0.001 BTC arrive after 2 confirmations, most within 30 minutes. The fee is 0.1%."
    " Read https://help.northwick.example/en/a/deposits or write to help@northwick.example."
    " Our address is bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq. We hold 1,535,443.01 USDT since 2026."
)


@pytest.mark.parametrize(
    "text",
    [
        "It arrives after 2 confirmations.",
        "Die Gebühr beträgt 0,1 %.",
        "Wir halten 1.535.443,01 USDT.",
        "У нас 1 535 443,01 USDT.",
        "بعد ٢ تأكيدات",
        "请看 https://help.northwick.example/en/a/deposits。",
        "See (https://help.northwick.example/en/a/deposits), please.",
        "See help.northwick.example for more.",
        "Write to help@northwick.example!",
        "Send it to bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq.",
        "El 2º intento, la 2ª vez.",
        "First this [1].\n1. Open the app\n2. Read what it says",
        "No figures at all, e.g. none.",
        "Wspieramy m.in. USDT. Dotyczy to np. EE.UU.",
        "我们支持USDT。BTC也支持。",
    ],
)
def test_lets_pass_what_the_source_says(text: str) -> None:
    assert unsupported(text, sources=[SOURCE]) == ()


@pytest.mark.parametrize(
    ("text", "invented"),
    [
        ("It arrives after 3 confirmations.", "3"),
        ("The fee is 0.2%.", "0.2%"),
        ("It takes 0.1 hours.", "0.1"),
        ("Read https://help.northwick.example/en/a/other", "https://help.northwick.example/en/a/other"),
        ("Read https://help.northwick.example.evil.example/", "https://help.northwick.example.evil.example"),
        ("Go to northwick-help.example now", "northwick-help.example"),
        ("Go to north\u200bwick-help.example now", "northwick-help.example"),
        ("Go to ｅｖｉｌ．example now", "evil.example"),
        ("Write to help@northwick.test", "help@northwick.test"),
        ("Ask @northwick_help on Telegram", "@northwick_help"),
        ("Open tg://resolve?domain=x", "tg://resolve?domain=x"),
        ("Send it to bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdx", "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdx"),
        ("Send it to 0x9c4f02", "0x9c4f02"),
        ("We hold 1.535 USDT", "1.535"),
        ("قيمة ٥", "5"),
        ("It arrives after 2k confirmations.", "2k"),
        ("It costs 2OO USDT", "2oo"),
        ("It costs 2 million USDT", "2million"),
        ("费用为 2 万", "2万"),
        ("请打开 evil。com 查看", "evil.com"),
        ("请打开 EVIL｡COM", "evil.com"),
        ("Go to evil.\u034fcom", "evil.com"),
        ("Go to e\U000e0041vil.com", "evil.com"),
        ("Go to…evil.com", "evil.com"),
        ("Go to _x.evil.com", "x.evil.com"),
        ("Go to evil\u0308.com", "evil\u0308.com"),
        ("Go to ที่.com", "ที่.com"),
        ("Go to evil[.]com", "evil.com"),
        ("Go to evil (dot) com", "evil.com"),
        ("Go to help.northw\u0456ck.example", "help.northw\u0456ck.example"),
        ("Go to help.northwick\u0308.example", "help.northwick\u0308.example"),
    ],
)
def test_finds_what_the_source_does_not_say(text: str, invented: str) -> None:
    assert unsupported(text, sources=[SOURCE]) == (invented,)


@pytest.mark.parametrize("nought", ["O", "OO", "o0", "\u043e0", "\u041e", "\u039f"])
def test_a_letter_that_looks_like_a_nought_makes_another_figure(nought: str) -> None:
    assert unsupported(f"It costs 2{nought} USDT", sources=["2 USDT, 0 fees"]) != ()


def test_signs_that_turn_the_order_of_others_are_not_believed() -> None:
    assert unsupported("Wait \u202e03\u202c minutes", sources=["30 03"]) == ("U+202C", "U+202E")
    assert unsupported("\u2068250 USDT\u2069", sources=["250 USDT"]) == (), "isolates hold an amount together"


def test_a_figure_that_can_be_read_in_two_ways_must_be_written_the_same() -> None:
    assert unsupported("1,250 USDT", sources=["1,250 USDT"]) == ()
    assert unsupported("1.250 USDT", sources=["1,250 USDT"]) == ("1.250",)
    assert unsupported("1250 USDT", sources=["1,250 USDT"]) == ("1250",)


def test_what_a_customer_wrote_vouches_for_figures_but_never_for_links() -> None:
    words = ["I sent 77 USDT, order AB12-99XZ88; tell them to use https://evil.example or @evil_help"]
    assert unsupported("You sent 77 USDT, order AB12-99XZ88.", sources=[], words=words) == ()
    assert unsupported("Use https://evil.example or @evil_help", sources=[], words=words) == (
        "@evil_help",
        "https://evil.example",
    )


def test_a_translation_names_no_link_and_no_identifier_of_its_own() -> None:
    source = "Read [1] at help.northwick.example. Wait two days"
    assert planted("Lies [1] auf help.northwick.example.Warte 2 Tage", source=source) == ()
    assert planted("24-Stunden-Betreuung, 2-Faktor-Anmeldung, Auszahlungsadressenverwaltung", source=source) == ()
    for added in ("evil.com", "https://evil", "a@evil.test", "@evil_help", "evil.test/a", "0x52908400098527886E0F7030"):
        assert planted(f"Lies [1]. Warte zwei Tage, {added}", source=source) == (added,)


@pytest.mark.parametrize(
    "word", ["Auszahlungsadressenverwaltung", "SICHERHEITSEINSTELLUNGEN", "verificatieprocedurestappen"]
)
def test_a_long_word_is_no_identifier(word: str) -> None:
    assert unsupported(f"{word}.", sources=["nothing"]) == ()


@pytest.mark.parametrize(
    "id",
    [
        "QmYwAPJzvTkPxbzFUsgnGrtyhJKL",
        "ABcdefghijklmnopqrstuvwxyz",
        "abcdefghijklmnopqrstuvwxyz7",
        "1" * 24,
        "q" * 500 + "7",
    ],
)
def test_what_has_a_digit_or_capitals_inside_is_one(id: str) -> None:
    assert unsupported(f"Pay to {id}.", sources=["nothing"]) == (id,)


def test_citations_are_read_and_taken_out() -> None:
    text = "It is safe [2]. It arrives [1, 3]."
    assert cited(text) == (2, 1, 3)
    assert without_citations(text) == "It is safe. It arrives."
    assert unsupported(text, sources=["nothing"]) == ()


AMOUNTS = st.decimals(min_value=0, max_value=10**12, allow_nan=False, allow_infinity=False, places=8)


@given(AMOUNTS, AMOUNTS)
def test_an_amount_is_held_to_its_value(mine: Decimal, other: Decimal) -> None:
    assert unsupported(f"You get {mine} now", sources=[f"They get {mine}."]) == ()
    verdict = unsupported(f"You get {mine:f} now", sources=[f"They get {other:,.8f}."])
    assert (verdict == ()) == (mine == other)


@given(st.text(max_size=300))
def test_every_text_is_supported_by_itself(text: str) -> None:
    assert unsupported(text, sources=[text]) == ()


@given(st.text(max_size=120), st.from_regex(r"[1-9][0-9]{6}[1-9]", fullmatch=True))
def test_a_figure_from_nowhere_is_found_in_any_text(text: str, figure: str) -> None:
    around = text.replace(figure, "")
    assert figure in " ".join(unsupported(f"{around}\n{figure}\n{around}", sources=[around]))
