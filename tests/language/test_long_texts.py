"""Texts that are made to take long: whatever looks for something in them looks once."""

from __future__ import annotations

from time import process_time

import pytest

from bellrock.language import grounding, translating
from bellrock.triage.tone import tone

LONG = [
    "a" * 9_999,
    "_" * 9_999,
    "BTC" * 3_333,
    "-1021" * 2_000,
    "0x0" * 3_333,
    "a.b." * 2_500,
    "1." * 5_000,
    "AB " * 3_333,
]


@pytest.mark.parametrize("text", LONG, ids=lambda text: text[:6])
def test_ten_thousand_characters_take_no_time(text: str) -> None:
    for long in (text, f"x {text}\n"):
        began = process_time()
        grounding.claims(long)
        translating.lock(long)
        tone(long, language="en")
        assert process_time() - began < 0.5


def test_long_ids_that_differ_at_their_end_are_not_the_same() -> None:
    order = "1234567890" * 4
    assert grounding.unsupported(f"Order {order[:-1]}1", sources=[f"Order {order}"]) == (order[:-1] + "1",)
    assert grounding.unsupported("It was 1.250,00", sources=["It was 1,250.00"]) == ()
