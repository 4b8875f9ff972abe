"""The trained head: from a text to calibrated probabilities over topics, and how near it is to a known example."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bellrock.core import N_, BellrockError
from bellrock.triage.features import letters, plain
from bellrock.triage.port import Embedder
from bellrock.triage.topics import DATA, NEAR_MISS, Gate, topics

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

LETTERS_WEIGHT = 1.5
"""How much the runs of letters count beside meaning; the best of 0.5 to 2.5 on held-back cases."""
GUESSES_MAX = 3


class ModelMismatch(BellrockError):
    """The head was trained on another encoder, other topics, or its files do not belong together."""

    code = "model_mismatch"
    status = 500
    text = N_("The trained head does not fit: %(why)s. Run `bellrock triage train`.")


@dataclass(frozen=True, slots=True)
class Thresholds:
    """What must hold before the first line answers, learnt on held-back cases alone; all are shares from 0 to 1.

    `risk_max` is the most that all topics that only a person may answer can have together; `ask_min` the least that the
    best three topics must have together before the customer is asked to choose among them.
    """

    probability_min: float
    margin_min: float
    similarity_min: float
    risk_max: float
    ask_min: float


@dataclass(frozen=True, slots=True)
class Guess:
    """A topic and its calibrated probability."""

    topic: str
    probability: float


@dataclass(frozen=True, slots=True)
class Understanding:
    """What the classifier makes of one text: the best topics, and what the gates look at."""

    guesses: tuple[Guess, ...]
    margin: float
    similarity: float
    risk: float


@dataclass(frozen=True)
class Model:
    """A head with everything it needs, made by `training` and kept as two small files.

    Its weights are in two parts: `of_meaning` (labels, width) and `of_letters` (BUCKETS, labels), float16 as on disk.
    """

    version: str
    encoder: str
    labels: tuple[str, ...]
    languages: tuple[str, ...]
    temperature: float
    thresholds: Thresholds
    of_meaning: NDArray[Any]
    of_letters: NDArray[Any]
    bias: NDArray[float32]
    idf: NDArray[float32]
    examples: NDArray[Any]
    example_labels: NDArray[Any]

    def understand(self, texts: Sequence[str], embedder: Embedder) -> list[Understanding]:
        """Return one understanding a text. Raises ModelMismatch when the encoder is not the head's own."""
        if embedder.name != self.encoder:
            raise ModelMismatch(why=f"encoder {embedder.name} instead of {self.encoder}")
        folded = [plain(text) for text in texts]
        meaning = embedder.embed(folded)
        return self.judge(meaning, self.logits(meaning, folded))

    def logits(self, meaning: NDArray[float32], folded: Sequence[str]) -> NDArray[float32]:
        """Return one row of scores over the labels a plain text, before the temperature."""
        import numpy as np

        rows = meaning @ self._of_meaning.T + self.bias
        for row, text in zip(rows, folded, strict=True):
            places, weights = letters(text, self.idf)
            row += LETTERS_WEIGHT * (weights @ self.of_letters[places].astype(np.float32))
        return rows

    def judge(self, meaning: NDArray[float32], logits: NDArray[float32]) -> list[Understanding]:
        """Return one understanding a row of scores; `meaning` is compared with the known examples."""
        import numpy as np

        probabilities = softmax(logits / np.float32(self.temperature))
        found = []
        for shares, vector in zip(probabilities, meaning, strict=True):
            order = np.argsort(-shares)
            best = int(order[0])
            found.append(
                Understanding(
                    guesses=tuple(Guess(self.labels[at], float(shares[at])) for at in order[:GUESSES_MAX]),
                    margin=float(shares[best] - shares[order[1]]),
                    similarity=float((self._of_examples[self.example_labels == best] @ vector).max(initial=-1.0)),
                    risk=float(shares[self._risky].sum()),
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

        return self.examples.astype(np.float32)

    @cached_property
    def _risky(self) -> NDArray[Any]:
        import numpy as np

        person_only = {name for name, topic in topics().items() if topic.gate in (Gate.HUMAN, Gate.PROTECT)}
        return np.array([label in person_only for label in self.labels])


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
    return Model(
        version=about["version"],
        encoder=about["encoder"],
        labels=tuple(about["labels"]),
        languages=tuple(about["languages"]),
        temperature=about["temperature"],
        thresholds=Thresholds(**about["thresholds"]),
        **parts,
    )


def save(model: Model, folder: Path) -> None:
    """Write the head as `model.json` and `model.npz`."""
    import numpy as np

    about = _about(model)
    arrays: dict[str, Any] = _arrays(model)
    np.savez_compressed(folder / "model.npz", **arrays)
    (folder / "model.json").write_text(json.dumps(about, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def versioned(model: Model) -> Model:
    """Return the head with its version: a hash over everything that decides."""
    from dataclasses import replace

    return replace(model, version=version_of(_about(model), _arrays(model)))


def version_of(about: dict[str, Any], arrays: dict[str, NDArray[Any]]) -> str:
    """Return 16 hexadecimal digits over description and arrays."""
    digest = sha256(json.dumps({**about, "version": ""}, sort_keys=True).encode())
    for name in sorted(arrays):
        digest.update(name.encode() + arrays[name].tobytes())
    return digest.hexdigest()[:16]


def _about(model: Model) -> dict[str, Any]:
    return {
        "version": model.version,
        "encoder": model.encoder,
        "languages": list(model.languages),
        "temperature": model.temperature,
        "thresholds": asdict(model.thresholds),
        "labels": list(model.labels),
    }


def _arrays(model: Model) -> dict[str, NDArray[Any]]:
    names = ("of_meaning", "of_letters", "bias", "idf", "examples", "example_labels")
    return {name: getattr(model, name) for name in names}
