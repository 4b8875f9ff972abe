"""A head that was taught: the shipped one, changed by a few examples as little as they ask for. Needs the head alone.

Training anew on everything would minimise the surprise of all examples; near the shipped line, what the thousands of shipped
ones ask for is a bowl around it (Laplace's approximation), as steep in each direction as they are many there. So only the
taught ones are looked at: each pulls the line towards its topic, little along what many messages have in common, much along
what is its own (multinomial logistic regression; Böhning, 1992, for its steps). Beside the line they become known examples.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from bellrock.triage.corpus import Example
from bellrock.triage.features import letters, plain, runs, spoken
from bellrock.triage.fitting import STRENGTH
from bellrock.triage.model import LETTERS_WEIGHT, Model, ModelMismatch, softmax
from bellrock.triage.port import Embedder
from bellrock.triage.training import rounded

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

METHOD = 1
"""Goes up whenever the same examples would give another head."""
SPREAD = 0.02
"""How undecided the shipped line is about one of its own examples, p(1 - p); of .001 to .02, which differ little, what changes
least on messages held back that are in another language than the taught ones."""
_STEPS = 200
_PROBE = "Where are my 1,250 USDT? 我的提现在哪里"


def ground(version: str) -> str:
    """Return what taught heads stand on: they fit this version of the shipped head, these features and this method alone."""
    seen = sorted(runs(plain(_PROBE)).items())
    return f"{version}.{sha256(repr((METHOD, seen)).encode()).hexdigest()[:8]}"


def taught(head: Model, examples: Sequence[Example], embedder: Embedder) -> Model:
    """Return the head with these examples learnt; its thresholds, temperature and version are the given head's.

    The same examples in the same order give the same head. Raises ModelMismatch for another encoder than the head's.
    """
    import numpy as np

    if not examples:
        return head
    if embedder.name != head.encoder:
        raise ModelMismatch(why=f"encoder {embedder.name} instead of {head.encoder}")
    meaning = embedder.embed([spoken(example.text) for example in examples])
    known = _Known(
        head.centred(meaning, [example.language for example in examples], embedder.compared),
        [letters(plain(example.text), head.idf.astype(np.float32)) for example in examples],
        np.array([head.labels.index(example.topic) for example in examples]),
    )
    near = known.dense[:, embedder.compared]
    by_near = _dense_costs(head)
    places = np.unique(np.concatenate([at for at, _ in known.sparse]))
    sparse = _rows(known.sparse, places)
    by_letters = _letter_costs(head)[places]
    pulls = np.linalg.solve(by_near, near.T.astype(np.float64)), (sparse / by_letters).T
    kernel = near @ pulls[0] + sparse @ pulls[1]
    weights = _pulled(kernel, _scores(head, known), known.labels)
    dense = head.of_meaning.T.astype(np.float32)
    dense[embedder.compared] += (pulls[0] @ weights).astype(np.float32)
    buckets = head.of_letters.astype(np.float32) * head.letters_scales
    buckets[places] += (pulls[1] @ weights).astype(np.float32)
    changed = rounded(head, dense, buckets, head.bias, head.examples.astype(np.float32) / np.float32(127))
    return _with_neighbours(changed, near, known.labels)


@dataclass(frozen=True)
class _Known:
    """The taught examples as the line sees them: centred meaning, letters as (buckets, weights), places of their labels."""

    dense: NDArray[float32]
    sparse: list[tuple[NDArray[Any], NDArray[float32]]]
    labels: NDArray[Any]


def _scores(head: Model, known: _Known) -> NDArray[Any]:
    """Return what the line alone, without neighbours, gives the taught examples: it was fitted without them too."""
    import numpy as np

    rows = known.dense @ head.of_meaning.T.astype(np.float32) + head.bias
    for row, (places, weights) in zip(rows, known.sparse, strict=True):
        row += LETTERS_WEIGHT * head.letters_scales * (weights @ head.of_letters[places].astype(np.float32))
    scores: NDArray[Any] = rows.astype(np.float64)
    return scores


def _dense_costs(head: Model) -> NDArray[Any]:
    """Return how much the shipped examples resist a change of the weights of meaning: (width, width) of the compared columns."""
    import numpy as np

    shipped = head.examples.astype(np.float32) / np.float32(127)
    costs: NDArray[Any] = (SPREAD * (shipped.T @ shipped)).astype(np.float64)
    return costs + np.eye(costs.shape[0]) / STRENGTH


def _letter_costs(head: Model) -> NDArray[Any]:
    """Return the same of each bucket of letters, alone: how many shipped examples hold it is read from its rarity."""
    import numpy as np

    count, idf = len(head.example_labels), head.idf.astype(np.float64)
    holding = np.maximum((1 + count) / np.exp(idf - 1) - 1, 0.0)
    # The weights of one message's buckets have length LETTERS_WEIGHT together.
    shares = holding * idf**2
    squares = LETTERS_WEIGHT**2 * count * shares / max(float(shares.sum()), 1e-9)
    costs: NDArray[Any] = SPREAD * squares + 1 / STRENGTH
    return costs


def _rows(sparse: Sequence[tuple[NDArray[Any], NDArray[float32]]], places: NDArray[Any]) -> NDArray[Any]:
    import numpy as np

    rows = np.zeros((len(sparse), len(places)))
    for row, (at, weights) in zip(rows, sparse, strict=True):
        row[np.searchsorted(places, at)] = LETTERS_WEIGHT * weights
    return rows


def _pulled(kernel: NDArray[Any], scores: NDArray[Any], labels: NDArray[Any]) -> NDArray[Any]:
    """Return how much each example pulls towards each label, (examples, labels), where all are as content as the costs allow."""
    import numpy as np

    truth = np.zeros_like(scores)
    truth[np.arange(len(labels)), labels] = 1.0
    step = np.linalg.inv(np.eye(len(labels)) + kernel / 2)
    pulls = np.zeros_like(scores)
    for _ in range(_STEPS):
        pulls -= step @ (pulls - truth + softmax(scores + kernel @ pulls))
    return pulls


def _with_neighbours(head: Model, near: NDArray[float32], labels: NDArray[Any]) -> Model:
    """Return the head with rows among its known examples, each behind those of its label."""
    import numpy as np

    order = np.argsort(labels, kind="stable")
    at = np.searchsorted(head.example_labels, labels[order], side="right")
    rows = np.round(near[order] * 127).astype(np.int8)
    return replace(
        head,
        examples=np.insert(head.examples, at, rows, axis=0),
        example_labels=np.insert(head.example_labels, at, labels[order].astype(head.example_labels.dtype)),
    )
