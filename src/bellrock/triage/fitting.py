"""Fits the linear head over dense and sparse columns, by L-BFGS (Liu and Nocedal, 1989).

Either multinomial logistic regression, or wide margins of each label against the rest (Cortes and Vapnik, 1995; squared).
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

STRENGTH = 8.0
"""Inverse of the regularisation; on every fifth message to learn from, 3 to 10 differ by less than one in a hundred."""
ROUNDS_MAX = 60


@dataclass(frozen=True, slots=True)
class Line:
    """Weights of the dense columns (width, labels), of the sparse ones (buckets, labels), and what is added to each label."""

    dense: NDArray[float32]
    sparse: NDArray[float32]
    bias: NDArray[float32]


def fit(
    dense: NDArray[float32],
    sparse: Any,
    places: NDArray[Any],
    labels: int,
    *,
    strength: float = STRENGTH,
    has_margins: bool = False,
    counts: NDArray[float32] | None = None,
) -> Line:
    """Return the line under which the labels at these places are likeliest, or that keeps the widest margins.

    `counts` says for each row how much it counts, 1 on average; each 1 where it is not given. The same input gives the same line.
    """
    import numpy as np
    from scipy.optimize import fmin_l_bfgs_b

    rows, width = dense.shape
    turned = sparse.T.tocsr()
    truth = np.zeros((rows, labels), dtype=np.float32)
    truth[np.arange(rows), places] = 1.0
    penalty = np.float32(1.0 / (strength * rows))

    def opened(weights: NDArray[Any]) -> Line:
        flat = weights.astype(np.float32)
        return Line(
            flat[: width * labels].reshape(width, labels),
            flat[(width + 1) * labels :].reshape(-1, labels),
            flat[width * labels : (width + 1) * labels],
        )

    def surprise(weights: NDArray[Any]) -> tuple[float, NDArray[Any]]:
        line = opened(weights)
        scores = dense @ line.dense + sparse @ line.sparse + line.bias
        value, slopes = (_of_margins if has_margins else _of_shares)(scores, truth, counts)
        value += float(penalty) / 2 * (float((line.dense**2).sum()) + float((line.sparse**2).sum()))
        parts = (dense.T @ slopes + penalty * line.dense, slopes.sum(axis=0), turned @ slopes + penalty * line.sparse)
        return value, np.concatenate([part.ravel() for part in parts]).astype(np.float64)

    start = np.zeros((width + 1 + sparse.shape[1]) * labels)
    with one_thread():
        weights, _value, _about = fmin_l_bfgs_b(surprise, start, maxiter=ROUNDS_MAX, m=8, factr=1e5, pgtol=1e-6)
    return opened(weights)


def one_thread() -> AbstractContextManager[object]:
    """Have sums added up in one order: that of several threads depends on how many there are."""
    import numpy  # noqa: F401  # what is loaded by now is what is limited
    import scipy.optimize  # noqa: F401
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    limits: AbstractContextManager[object] = threadpool_limits(1, user_api="blas")
    return limits


def _of_shares(
    scores: NDArray[float32], truth: NDArray[float32], counts: NDArray[float32] | None
) -> tuple[float, NDArray[float32]]:
    """Return the mean surprise at the true labels, and its slope by each score."""
    import numpy as np

    scores = scores - scores.max(axis=1, keepdims=True)
    powers = np.exp(scores)
    sums = powers.sum(axis=1, keepdims=True)
    slopes: NDArray[float32] = (powers / sums - truth) / np.float32(len(scores))
    surprises = np.log(sums[:, 0]) - (scores * truth).sum(axis=1)
    if counts is not None:
        surprises, slopes = surprises * counts, slopes * counts[:, None]
    return float(surprises.mean()), slopes


def _of_margins(
    scores: NDArray[float32], truth: NDArray[float32], counts: NDArray[float32] | None
) -> tuple[float, NDArray[float32]]:
    """Return the mean of the squares by which scores miss 1 for the true label and -1 for every other, and its slopes."""
    import numpy as np

    sides = 2 * truth - 1
    missed = np.maximum(0, 1 - sides * scores)
    slopes: NDArray[float32] = -2 * sides * missed / np.float32(len(scores))
    squares = missed**2
    if counts is not None:
        squares, slopes = squares * counts[:, None], slopes * counts[:, None]
    return float(squares.sum() / len(scores)), slopes
