"""The encoder in 4 bits: the file is the one expected, any text can be cut, and like texts lie together."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bellrock.adapters.embed.e5 import TOKENS_MAX, MultilingualE5
from bellrock.adapters.embed.e5_file import Weights, WeightsDamaged
from bellrock.adapters.embed.pieces import Pieces, cut


@pytest.fixture(scope="module")
def encoder() -> MultilingualE5:
    return MultilingualE5()


def test_refuses_a_file_that_is_not_the_one_expected(tmp_path: Path) -> None:
    other = tmp_path / "e5-small-q4.bin"
    other.write_bytes(b"E5S1" + bytes(1_000))
    with pytest.raises(WeightsDamaged):
        Weights(other)


@given(st.text(max_size=200))
@settings(max_examples=50, deadline=None)
def test_cuts_any_text(text: str) -> None:
    known = Pieces({"\u2581": 5, "\u2581a": 6, "b": 7}, [0.0] * 5 + [-1.0, -2.0, -3.0], 0, 2, 3, -20.0, 2, {})
    assert all(place in (3, 5, 6, 7) for place in cut(text, known))


def test_takes_the_likeliest_pieces() -> None:
    known = Pieces(
        {"\u2581": 0, "\u2581a": 1, "b": 2, "\u2581ab": 3}, [-1.0, -2.0, -2.0, -3.5], 8, 9, 7, -20.0, 3, {ord("B"): "b"}
    )
    assert cut("aB", known) == [3]
    assert cut("a b", known) == [1, 0, 2]


def test_texts_of_like_meaning_lie_together_in_any_language(encoder: MultilingualE5) -> None:
    rows = encoder.embed(
        ["my deposit has not arrived", "meine Einzahlung ist nicht angekommen", "a recipe for onion soup"]
    )
    assert rows.shape == (3, 384)
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    assert rows[0] @ rows[1] > rows[0] @ rows[2] + 0.05


def test_a_text_means_the_same_alone_and_among_others(encoder: MultilingualE5) -> None:
    texts = ["hi", "where do I find the address of my deposit", "word " * 3 * TOKENS_MAX]
    together = encoder.embed(texts)
    alone = np.concatenate([encoder.embed([text]) for text in texts])
    assert np.allclose(together, alone, atol=1e-3)
