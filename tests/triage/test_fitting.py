"""The line through examples: both losses find it, and little is trusted where examples are few."""

from __future__ import annotations

from importlib.util import find_spec

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bellrock.triage import training
from bellrock.triage.corpus import Example
from bellrock.triage.features import BUCKETS, letters, plain, runs
from bellrock.triage.model import LETTERS_WEIGHT, NEIGHBOURS_WEIGHT

pytestmark = pytest.mark.skipif(find_spec("scipy") is None, reason="the extra `train` is not installed")


@pytest.mark.parametrize("has_margins", [False, True])
def test_finds_labels_by_meaning_and_by_letters_and_does_so_again(has_margins: bool) -> None:
    from scipy.sparse import csr_matrix

    from bellrock.triage.fitting import fit

    draw = np.random.default_rng(7)
    places = np.arange(90) % 3
    dense = draw.normal(size=(90, 4)).astype(np.float32)
    dense[:, 0] = places == 0
    letters = np.zeros((90, 5), dtype=np.float32)
    letters[:, 1] = places == 1
    lines = [fit(dense, csr_matrix(letters), places, 3, strength=10.0, has_margins=has_margins) for _ in range(2)]
    scores = dense @ lines[0].dense + letters @ lines[0].sparse + lines[0].bias
    assert (scores.argmax(axis=1) == places).all()
    assert np.array_equal(lines[0].dense, lines[1].dense)
    assert np.array_equal(lines[0].sparse, lines[1].sparse)
    shares = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    surprise = -np.log(shares[np.arange(90), places]).mean()
    assert surprise < 0.7


def test_what_counts_for_nothing_teaches_nothing() -> None:
    from scipy.sparse import csr_matrix

    from bellrock.triage.fitting import fit

    draw = np.random.default_rng(7)
    places = np.arange(60) % 2
    dense = draw.normal(size=(60, 4)).astype(np.float32)
    dense[:, 0] += 2 * places
    letters = csr_matrix(np.zeros((60, 2), dtype=np.float32))
    wrong = np.concatenate([places, 1 - places])
    twice = (np.concatenate([dense, dense]), csr_matrix(np.zeros((120, 2), dtype=np.float32)), wrong, 2)
    alone = fit(dense, letters, places, 2, strength=10.0)
    beside = fit(*twice, strength=5.0, counts=np.repeat(np.array([2.0, 0.0], dtype=np.float32), 60))
    assert np.allclose(beside.dense, alone.dense, atol=1e-3)
    assert np.abs(fit(*twice, strength=5.0).dense).max() < 0.1 < np.abs(alone.dense).max()


def test_letters_count_the_more_the_more_examples_there_are() -> None:
    shares = [training.trust(count) for count in (1, 10, 100, 1_000)]
    assert shares == sorted(shares)
    assert shares[0] == pytest.approx(0.1)
    assert shares[-2:] == [1.0, 1.0]


@settings(max_examples=20, deadline=None)
@given(st.lists(st.text(max_size=40), min_size=1, max_size=6))
def test_letters_are_the_same_at_training_and_at_work(texts: list[str]) -> None:
    folded = [plain(text) for text in texts]
    counted = [runs(text) for text in folded]
    idf = training._idf(counted).astype(np.float32)
    rows = training._letter_rows(counted, idf).toarray()
    for text, row in zip(folded, rows, strict=True):
        expected = np.zeros(BUCKETS, dtype=np.float32)
        places, weights = letters(text, idf)
        expected[places] = LETTERS_WEIGHT * weights
        assert np.allclose(row, expected, atol=1e-6)


def test_what_is_retyped_teaches_no_more_trust_in_letters() -> None:
    class Encoder:
        name, width, compared = "none", 3, slice(0, 3)

    said = [Example("Where's my CARD?!", "card", "en"), Example("Send it back.", "refund", "en")]
    given = [*said, *map(training.retyped, said)]
    assert [" ".join(example.text.split()) for example in given[2:]] == ["where's my card", "send it back"]
    rows = np.eye(4, 3, dtype=np.float32)
    head = training.learn_from(given, rows, Encoder(), said=len(said))  # type: ignore[arg-type]
    assert head.neighbours_weight == pytest.approx(NEIGHBOURS_WEIGHT * training.trust(1))
    assert len(head.examples) == 4
