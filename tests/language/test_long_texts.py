"""Texts that are made to take long: whatever looks for something in them looks once."""

from __future__ import annotations

from functools import partial

import pytest

from bellrock.language import grounding, translating
from bellrock.triage.tone import tone
from tests.fixtures.spending import least_seconds

LONG = [
    "a" * 9_999,
    "_" * 9_999,
    "BTC" * 3_333,
    "-1021" * 2_000,
    "0x0" * 3_333,
    "a.b." * 2_500,
    "a.b--" * 2_000,
    "1." * 5_000,
    "AB " * 3_333,
]


def read_all(text: str) -> None:
    """Look for everything that is looked for."""
    grounding.claims(text)
    translating.lock(text)
    tone(text, language="en")


@pytest.mark.parametrize("text", LONG, ids=lambda text: text[:6])
def test_ten_thousand_characters_take_no_time(text: str) -> None:
    for long in (text, f"x {text}\n"):
        assert least_seconds(partial(read_all, long)) < 0.5


def test_long_ids_that_differ_at_their_end_are_not_the_same() -> None:
    order = "1234567890" * 4
    assert grounding.unsupported(f"Order {order[:-1]}1", sources=[f"Order {order}"]) == (order[:-1] + "1",)
    assert grounding.unsupported("It was 1.250,00", sources=["It was 1,250.00"]) == ()
