import pytest
from hypothesis import given
from hypothesis import strategies as st

from bellrock import language

TXID = "4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b"


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("Where is my Deposit?", ["where", "is", "my", "deposit"]),
        ("BTC提现失败", ["btc", "提现", "现失", "失败"]),
        ("出金できない", ["出金", "金で", "でき", "きな", "ない"]),
        ("내 돈", ["내", "돈"]),
        ("비밀번호", ["비밀", "밀번", "번호"]),
        ("เงิน", ["เง", "งิ", "ิน"]),
        ("Ｆｕｌｌ ｗｉｄｔｈ", ["full", "width"]),
        ("Clé Straße Łódź İŞLEM ışık", ["cle", "strasse", "lodz", "islem", "isik"]),
        ("case BR-2041-77", ["case", "br-2041-77", "2041"]),
        ("me@mail.example", ["me@mail.example", "mail", "example"]),
        ("المحفظة", ["محفظه"]),
        ("الإيداع وإيداع", ["ايداع", "وايداع"]),
        ("my ⟦seed⟧ phrase", ["my", "phrase"]),
        ("", []),
    ],
)
def test_cuts_a_text(text: str, tokens: list[str]) -> None:
    assert language.tokens(text) == tokens


def test_keeps_a_transaction_whole() -> None:
    assert language.tokens(f"tx 0x{TXID.upper()}!") == ["tx", "0x" + TXID]


def test_stops_at_the_limit() -> None:
    assert len(language.tokens("的" * 10_000)) == language.TOKENS_MAX
    assert language.tokens("a b c d", limit=2) == ["a", "b"]


@pytest.mark.parametrize("query", ["到账", "提现", "TRC20", "usdt", "250"])
def test_what_is_asked_for_is_among_what_is_kept(query: str) -> None:
    kept = set(language.tokens("我通过 TRC20 提现的 250 USDT 还没有到账"))
    assert set(language.tokens(query)) <= kept


@given(st.text(max_size=300))
def test_any_text_gives_short_folded_tokens(text: str) -> None:
    for token in language.tokens(text):
        assert 0 < len(token) <= 96
        assert not any(sign.isspace() for sign in token)


@given(st.text(alphabet=st.characters(codec="ascii"), max_size=100))
def test_case_does_not_matter(text: str) -> None:
    assert language.tokens(text.upper()) == language.tokens(text.lower())
