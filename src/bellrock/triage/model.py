"""The trained head: from a text to calibrated probabilities over topics, and how near it is to a known example."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bellrock.core import N_, BellrockError
from bellrock.triage.features import letters, plain, spoken
from bellrock.triage.port import Embedder
from bellrock.triage.topics import DATA, NEAR_MISS, Gate, topics

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

LETTERS_WEIGHT = 1.5
"""How much the runs of letters count beside meaning; chosen on every fifth message to learn from."""
NEIGHBOURS_WEIGHT = 0.75
"""How much the known examples near a text count beside the line drawn through all of them."""
_NEARNESS = 25.0
_CANDIDATES = 12
_FLOOR = 1e-9
GUESSES_MAX = 3


class ModelMismatch(BellrockError):
    """The head was trained on another encoder, other topics, or its files do not belong together."""

    code = "model_mismatch"
    status = 500
    text = N_("The trained head does not fit: %(why)s. Run `bellrock triage train`.")


@dataclass(frozen=True, slots=True)
class Thresholds:
    """What must hold before the first line answers, learnt on held-back cases alone; all are shares from 0 to 1.

    `probability_min` holds for topics and languages that are in neither table; `by_topic` has a topic's own, and `offsets` is
    added in a language where the classifier is surer than right. `sure_min` is what probability times similarity must reach,
    so that messages of no topic stay out. `risk_max` is the most that all topics that only a person may answer can have
    together; `ask_min` the least that the best three must have together before the customer is asked to choose among them.
    """

    probability_min: float
    margin_min: float
    similarity_min: float
    risk_max: float
    ask_min: float
    sure_min: float = 0.0
    by_topic: Mapping[str, float] = field(default_factory=dict)
    offsets: Mapping[str, float] = field(default_factory=dict)

    def probability(self, topic: str, language: str) -> float:
        """Return the least probability at which this topic is answered in this language."""
        return self.by_topic.get(topic, self.probability_min) + self.offsets.get(language, 0.0)


@dataclass(frozen=True, slots=True)
class Guess:
    """A topic and its calibrated probability."""

    topic: str
    probability: float


@dataclass(frozen=True, slots=True)
class Understanding:
    """What the classifier makes of one text: the best topics, and what the gates look at.

    `similarity` is the cosine to the nearest known example of the best topic, `risk` and `protect` the shares of all topics
    that only a person may answer and of those that fetch protection. `parts` is empty, or what is understood of two parts or
    more of the text that are surely about different topics. `evidence` is the best topic's score before shares are made of all.
    `meaning` is the centred vector (width) that all this was read from.
    """

    guesses: tuple[Guess, ...]
    margin: float
    similarity: float
    risk: float
    protect: float = 0.0
    language: str = "en"
    parts: tuple[Understanding, ...] = ()
    evidence: float = 0.0
    meaning: NDArray[float32] | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True)
class Model:
    """A head with everything it needs, made by `training` and kept as two small files.

    Its weights are in two parts: `of_meaning` (labels, width) and `of_letters` (BUCKETS, labels), whole numbers that
    `letters_scales` (labels) make weights of. `means` (languages, width) is what the texts of a language have in common.
    `examples` are the known texts, label by label, in the columns that the encoder compares, in 127ths.
    """

    version: str
    encoder: str
    labels: tuple[str, ...]
    languages: tuple[str, ...]
    temperature: float
    thresholds: Thresholds
    means: NDArray[Any]
    of_meaning: NDArray[Any]
    of_letters: NDArray[Any]
    letters_scales: NDArray[float32]
    bias: NDArray[float32]
    idf: NDArray[Any]
    examples: NDArray[Any]
    example_labels: NDArray[Any]
    neighbours_weight: float = NEIGHBOURS_WEIGHT

    def understand(self, texts: Sequence[str], embedder: Embedder, languages: Sequence[str]) -> list[Understanding]:
        """Return one understanding a text in one of the languages. Raises ModelMismatch for another encoder than the head's."""
        if embedder.name != self.encoder:
            raise ModelMismatch(why=f"encoder {embedder.name} instead of {self.encoder}")
        folded = [plain(text) for text in texts]
        meaning = self.centred(embedder.embed([spoken(text) for text in texts]), languages, embedder.compared)
        logits, similarities = self.logits(meaning, folded, embedder.compared)
        judged = self.judge(logits, similarities, languages)
        return [replace(found, meaning=row) for found, row in zip(judged, meaning, strict=True)]

    def centred(self, meaning: NDArray[float32], languages: Sequence[str], compared: slice) -> NDArray[float32]:
        """Return vectors without what their languages have in common; the part that is compared has length 1 again."""
        import numpy as np

        places = [self.languages.index(tag) if tag in self.languages else len(self.languages) for tag in languages]
        rows = meaning - self._means[places]
        rows[:, compared] /= np.maximum(np.linalg.norm(rows[:, compared], axis=1, keepdims=True), _FLOOR)
        return rows

    def logits(
        self, meaning: NDArray[float32], folded: Sequence[str], compared: slice
    ) -> tuple[NDArray[float32], NDArray[float32]]:
        """Return a row of scores over the labels a text, before the temperature, and its likeness to each label's nearest."""
        import numpy as np

        rows = meaning @ self._of_meaning.T + self.bias
        likeness = np.full_like(rows, -1.0)
        for row, text, vector, near in zip(rows, folded, meaning[:, compared], likeness, strict=True):
            places, weights = letters(text, self._idf)
            row += LETTERS_WEIGHT * self.letters_scales * (weights @ self.of_letters[places].astype(np.float32))
            row += self.neighbours_weight * self._neighbours(vector, np.argsort(-row)[:_CANDIDATES], near)
        return rows, likeness

    def _neighbours(self, vector: NDArray[float32], likely: NDArray[Any], near: NDArray[float32]) -> NDArray[float32]:
        """Return for each label the logarithm of how many known examples are how near; the likely labels alone are looked at."""
        import numpy as np

        found = np.full(len(self.labels), _FLOOR, dtype=np.float32)
        for label in likely:
            cosines = self._of_examples[self._starts[label] : self._starts[label + 1]] @ vector
            if len(cosines):
                near[label] = cosines.max()
                found[label] += np.exp(_NEARNESS * (cosines - 1.0)).sum()
        logarithms: NDArray[float32] = np.log(found)
        return logarithms

    def judge(
        self, logits: NDArray[float32], likeness: NDArray[float32], languages: Sequence[str]
    ) -> list[Understanding]:
        """Return one understanding a row of scores."""
        import numpy as np

        found = []
        scores = logits / np.float32(self.temperature)
        for row, height, near, tag in zip(softmax(scores), scores.max(axis=1), likeness, languages, strict=True):
            order = np.argsort(-row)
            best = int(order[0])
            found.append(
                Understanding(
                    guesses=tuple(Guess(self.labels[at], float(row[at])) for at in order[:GUESSES_MAX]),
                    margin=float(row[best] - row[order[1]]),
                    similarity=float(near[best]),
                    risk=float(row[self._risky].sum()),
                    protect=float(row[self._protected].sum()),
                    language=tag,
                    evidence=float(height),
                )
            )
        return found

    @cached_property
    def _of_meaning(self) -> NDArray[float32]:
        import numpy as np

        return self.of_meaning.astype(np.float32)

    @cached_property
    def _of_examples(self) -> NDArray[float32]:
        import numpy as np

        return self.examples.astype(np.float32) / np.float32(127)

    @cached_property
    def _idf(self) -> NDArray[float32]:
        import numpy as np

        return self.idf.astype(np.float32)

    @cached_property
    def _starts(self) -> NDArray[Any]:
        import numpy as np

        return np.searchsorted(self.example_labels, np.arange(len(self.labels) + 1))

    @cached_property
    def _means(self) -> NDArray[float32]:
        """The means, and below them that of all languages, for a text in none of them."""
        import numpy as np

        means = self.means.astype(np.float32)
        return np.vstack([means, means.mean(axis=0)])

    @cached_property
    def _risky(self) -> NDArray[Any]:
        return self._of_gates(Gate.HUMAN, Gate.PROTECT)

    @cached_property
    def _protected(self) -> NDArray[Any]:
        return self._of_gates(Gate.PROTECT)

    def _of_gates(self, *gates: Gate) -> NDArray[Any]:
        import numpy as np

        chosen = {name for name, topic in topics().items() if topic.gate in gates}
        return np.array([label in chosen for label in self.labels])


def softmax(logits: NDArray[float32]) -> NDArray[float32]:
    """Return shares that add up to 1 in each row."""
    import numpy as np

    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares: NDArray[float32] = powers / powers.sum(axis=1, keepdims=True)
    return shares


def load(folder: Path | None = None) -> Model:
    """Read the head from `model.json` and `model.npz`. Raises ModelMismatch when they do not belong together."""
    import numpy as np

    base = folder if folder is not None else DATA
    about = json.loads((base / "model.json").read_text(encoding="utf-8"))
    with (base / "model.npz").open("rb") as stream, np.load(stream, allow_pickle=False) as arrays:
        parts = {name: arrays[name] for name in arrays.files}
    if version_of(about, parts) != about["version"]:
        raise ModelMismatch(why="model.json and model.npz do not belong together")
    if set(about["labels"]) != {*topics(), NEAR_MISS}:
        raise ModelMismatch(why="other topics than the taxonomy's")
    try:
        return Model(
            version=about["version"],
            encoder=about["encoder"],
            labels=tuple(about["labels"]),
            languages=tuple(about["languages"]),
            temperature=about["temperature"],
            thresholds=Thresholds(**about["thresholds"]),
            neighbours_weight=about.get("neighbours_weight", NEIGHBOURS_WEIGHT),
            **parts,
        )
    except (KeyError, TypeError) as error:
        raise ModelMismatch(why="written by another version of Bellrock") from error


def save(model: Model, folder: Path) -> None:
    """Write the head as `model.json` and `model.npz`."""
    import numpy as np

    about = _about(model)
    arrays: dict[str, Any] = _arrays(model)
    np.savez_compressed(folder / "model.npz", **arrays)
    (folder / "model.json").write_text(json.dumps(about, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def versioned(model: Model) -> Model:
    """Return the head with its version: a hash over everything that decides."""
    return replace(model, version=version_of(_about(model), _arrays(model)))


def version_of(about: dict[str, Any], arrays: dict[str, NDArray[Any]]) -> str:
    """Return 16 hexadecimal digits over description and arrays."""
    digest = sha256(json.dumps({**about, "version": ""}, sort_keys=True).encode())
    for name in sorted(arrays):
        digest.update(name.encode() + arrays[name].tobytes())
    return digest.hexdigest()[:16]


def _about(model: Model) -> dict[str, Any]:
    own = model.neighbours_weight
    return {
        **({} if own == NEIGHBOURS_WEIGHT else {"neighbours_weight": own}),
        "version": model.version,
        "encoder": model.encoder,
        "languages": list(model.languages),
        "temperature": model.temperature,
        "thresholds": asdict(model.thresholds),
        "labels": list(model.labels),
    }


def _arrays(model: Model) -> dict[str, NDArray[Any]]:
    names = ("means", "of_meaning", "of_letters", "letters_scales", "bias", "idf", "examples", "example_labels")
    return {name: getattr(model, name) for name in names}
