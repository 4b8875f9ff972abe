import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bellrock import guard
from bellrock.core import BellrockError


@given(st.text(max_size=400))
def test_is_idempotent_and_storable(text: str) -> None:
    try:
        clean = guard.normalise(text)
    except BellrockError as error:
        assert error.code == "message_empty"
        return
    assert guard.normalise(clean) == clean
    assert unicodedata.is_normalized("NFC", clean)
    assert "\x00" not in clean
    clean.encode("utf-8")


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("a\x00b", "ab"),
        ("one\r\ntwo\rthree\u2028four", "one\ntwo\nthree\nfour"),
        ("safe\u202etxt.exe\u202c", "safetxt.exe"),
        ("\u2066abc\u2069", "abc"),
        ("cafe\u0301", "caf\u00e9"),
        ("x\ud800y", "x\ufffdy"),
        ("a\n\n\n\n\n\nb", "a\n\n\nb"),
        ("  padded\t", "padded"),
        ("\ufeffBOM", "BOM"),
        ("hidden\U000e0041\U000e0042", "hidden"),
        ("z" + "\u0335" * 50, "z" + "\u0335" * 4),
        ("نص\u200f عربي", "نص\u200f عربي"),
        ("👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧"),
    ],
)
def test_removes_what_hides_or_breaks_and_nothing_else(raw: str, clean: str) -> None:
    assert guard.normalise(raw) == clean


@pytest.mark.parametrize("raw", ["", "   ", "\n\t", "\u200b\u200d", "\x00\x01", "\u3164"])
def test_refuses_what_nobody_can_see(raw: str) -> None:
    with pytest.raises(BellrockError) as caught:
        guard.normalise(raw)
    assert caught.value.code == "message_empty"


def test_takes_ten_thousand_characters_and_no_more() -> None:
    assert len(guard.normalise("a" * 10_000)) == 10_000
    with pytest.raises(BellrockError) as caught:
        guard.normalise("a" * 10_001)
    assert caught.value.code == "message_too_long"
    assert caught.value.values == {"max_chars": 10_000}


def test_takes_a_shorter_limit() -> None:
    with pytest.raises(BellrockError):
        guard.normalise("a" * 121, max_chars=120)
