"""Training: a logistic regression over meaning and letters, its temperature and its thresholds. Needs scikit-learn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from bellrock.triage import thresholds
from bellrock.triage.corpus import corpus, corpus_languages
from bellrock.triage.features import BUCKETS, letters, plain, runs
from bellrock.triage.model import LETTERS_WEIGHT, Model, Thresholds, versioned
from bellrock.triage.port import Embedder

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

STRENGTH = 10.0
"""Inverse of the regularisation; 5 to 40 differ by less than one case in a hundred."""
ROUNDS_MAX = 400


def train(embedder: Embedder) -> Model:
    """Train on the part `train`, then set temperature and thresholds on the part `calibration`. Deterministic."""
    import numpy as np
    from scipy.sparse import csr_matrix, hstack
    from sklearn.linear_model import LogisticRegression

    examples = corpus("train")
    texts = [plain(example.text) for example in examples]
    idf = _idf(texts)
    meaning = embedder.embed(texts)
    rows = hstack([csr_matrix(meaning), LETTERS_WEIGHT * _letter_rows(texts, idf)]).tocsr()
    head = LogisticRegression(C=STRENGTH, max_iter=ROUNDS_MAX).fit(rows, [example.topic for example in examples])
    labels = tuple(str(label) for label in head.classes_)
    # float16 halves the file; what it rounds away changes no decision, and the thresholds are learnt on what is shipped.
    untuned = Model(
        version="",
        encoder=embedder.name,
        labels=labels,
        languages=corpus_languages(),
        temperature=1.0,
        thresholds=Thresholds(1.0, 1.0, 1.0, 0.0, 1.0),
        of_meaning=head.coef_[:, : embedder.width].astype(np.float16),
        of_letters=np.ascontiguousarray(head.coef_[:, embedder.width :].T.astype(np.float16)),
        bias=head.intercept_.astype(np.float32),
        idf=idf,
        examples=meaning.astype(np.float16),
        example_labels=np.array([labels.index(example.topic) for example in examples], dtype=np.int16),
    )
    return versioned(thresholds.tuned(untuned, embedder, corpus("calibration")))


def _letter_rows(texts: Sequence[str], idf: NDArray[float32]) -> Any:
    import numpy as np
    from scipy.sparse import csr_matrix

    rows = [letters(text, idf) for text in texts]
    ends = np.cumsum([0, *(len(places) for places, _ in rows)])
    places, weights = (np.concatenate(parts) for parts in zip(*rows, strict=True))
    return csr_matrix((weights, places, ends), shape=(len(texts), BUCKETS))


def _idf(texts: Sequence[str]) -> NDArray[float32]:
    import numpy as np

    seen: Counter[int] = Counter()
    for text in texts:
        seen.update(runs(text).keys())
    counts = np.zeros(BUCKETS, dtype=np.float32)
    for bucket, count in seen.items():
        counts[bucket] = count
    weights: NDArray[Any] = np.log((1 + len(texts)) / (1 + counts)) + 1
    return weights.astype(np.float32)
