"""The encoder in 4 bits: the file is the one expected, any text can be cut, and like texts lie together."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from threadpoolctl import threadpool_info

from bellrock.adapters.embed.e5 import TOKENS_MAX, MultilingualE5
from bellrock.adapters.embed.e5_file import Weights, WeightsDamaged
from bellrock.adapters.embed.pieces import Pieces, beginnings_of, cut


@pytest.fixture(scope="module")
def encoder() -> MultilingualE5:
    return MultilingualE5()


def pieces_of(ids: dict[str, int], scores: list[float], spelling: dict[int, str] | None = None) -> Pieces:
    return Pieces(ids, scores, 0, 2, 3, -20.0, max(map(len, ids)), spelling or {}, beginnings_of(ids))


def test_refuses_a_file_that_is_not_the_one_expected(tmp_path: Path) -> None:
    other = tmp_path / "e5-small-q4.bin"
    other.write_bytes(b"E5S1" + bytes(1_000))
    with pytest.raises(WeightsDamaged):
        Weights(other)


@given(st.text(max_size=200))
@settings(max_examples=50, deadline=None)
def test_cuts_any_text(text: str) -> None:
    known = pieces_of({"\u2581": 5, "\u2581a": 6, "b": 7}, [0.0] * 5 + [-1.0, -2.0, -3.0])
    assert all(place in (3, 5, 6, 7) for place in cut(text, known))


def test_takes_the_likeliest_pieces() -> None:
    known = pieces_of({"\u2581": 0, "\u2581a": 1, "b": 2, "\u2581ab": 3}, [-1.0, -2.0, -2.0, -3.5], {ord("B"): "b"})
    assert cut("aB", known) == [3]
    assert cut("a b", known) == [1, 0, 2]


@given(
    st.sets(st.text("ab\u2581", min_size=1, max_size=7), min_size=1).map(sorted),
    st.text("ab ", max_size=30),
    st.randoms(use_true_random=False),
)
@settings(max_examples=60, deadline=None)
def test_looks_no_further_than_pieces_reach_and_misses_none(words: list[str], text: str, chance: Random) -> None:
    known = pieces_of({word: place for place, word in enumerate(words)}, [-chance.uniform(1, 9) for _ in words])
    assert known.beginnings == {word[:4] for word in words if len(word) > 4}
    everywhere = frozenset("".join(signs) for size in range(5) for signs in product("ab\u2581", repeat=size))
    assert cut(text, known) == cut(text, replace(known, beginnings=everywhere))


def test_texts_of_like_meaning_lie_together_in_any_language(encoder: MultilingualE5) -> None:
    rows = encoder.embed(
        ["my deposit has not arrived", "meine Einzahlung ist nicht angekommen", "a recipe for onion soup"]
    )
    assert rows.shape == (3, 384)
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    assert rows[0] @ rows[1] > rows[0] @ rows[2] + 0.05


def test_a_text_means_the_same_alone_and_among_others(encoder: MultilingualE5) -> None:
    texts = ["hi", "where do I find the address of my deposit", "word " * 3 * TOKENS_MAX]
    together = encoder.embed([*texts, texts[1]])
    alone = np.concatenate([encoder.embed([text]) for text in (*texts, texts[1])])
    assert np.array_equal(together, alone)


def test_sums_keep_to_one_core_once_the_encoder_is_there(encoder: MultilingualE5) -> None:
    encoder.embed(["hello"])
    assert {each["num_threads"] for each in threadpool_info() if each["user_api"] == "blas"} == {1}
