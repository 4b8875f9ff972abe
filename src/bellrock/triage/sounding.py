"""How a message sounds: what its meaning says of urgency and mood, by a small head of its own beside the topics'.

It looks at the meanings that the topics' head was given, so that no text is encoded twice, and at cues found by words. It lies
in `data/tone.npz` with a version of its own, and fits one encoder and the means of one head: both are trained together.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bellrock.triage.corpus import Toned
from bellrock.triage.fitting import Line, fit
from bellrock.triage.model import Model, ModelMismatch, softmax
from bellrock.triage.topics import DATA

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

URGENCIES = ("normal", "high", "urgent")
MOODS = ("calm", "worried", "angry", "distressed")
STRENGTH = 3.0
"""Inverse of the regularisation; of 1 to 30 the least surprise on messages of authors that it did not learn from."""
DESPAIR_STRENGTH = 1.0
"""The same for despair; of 1 to 30 it leaves the fewest unheard at the same share of everyday messages."""
FILE = "tone.npz"
_TEXTS = ("version", "fits", "learnt", "cues")


@dataclass(frozen=True, slots=True)
class Sound:
    """The shares of each urgency and mood, in the order of URGENCIES and MOODS; each adds up to 1. `despair` is a share of 1."""

    urgency: tuple[float, ...]
    mood: tuple[float, ...]
    despair: float = 0.0


@dataclass(frozen=True)
class Sounding:
    """The head: `weights` (width + cues, 9) and `bias` (9) of the urgencies, then of the moods, then without and with despair.

    Despair is heard in meaning alone: the weights of its cues are 0.

    `fits` names the encoder and the means that it was trained on, `learnt` the messages, by a hash, and `cues` the columns behind
    those of meaning.
    """

    version: str
    fits: str
    learnt: str
    cues: tuple[str, ...]
    weights: NDArray[Any]
    bias: NDArray[float32]

    def sound(self, meaning: NDArray[float32], cues: Collection[str]) -> Sound:
        """Return how a message sounds, from its centred meaning (width) and the names of its cues.

        Raises ModelMismatch for a meaning of another width.
        """
        import numpy as np

        width = len(self.weights) - len(self.cues)
        if meaning.shape != (width,):
            raise ModelMismatch(why=f"{FILE} was trained on another encoder")
        rows = self._weights
        found = [width + place for place, cue in enumerate(self.cues) if cue in cues]
        scores = meaning @ rows[:width] + rows[found].sum(axis=0) + self.bias
        ends = [len(URGENCIES), len(URGENCIES) + len(MOODS)]
        urgency, mood, despair = (softmax(part[np.newaxis])[0].tolist() for part in np.split(scores, ends))
        return Sound(tuple(urgency), tuple(mood), despair[1])

    @cached_property
    def _weights(self) -> NDArray[float32]:
        import numpy as np

        return self.weights.astype(np.float32)


def learn(
    messages: Sequence[Toned],
    meaning: NDArray[float32],
    cues: Sequence[Collection[str]],
    *,
    columns: Sequence[str],
    fits: str,
    strength: float = STRENGTH,
) -> Sounding:
    """Learn from messages, their centred meanings (messages, width) and cues; the same input gives the same head.

    Those written for despair teach nothing else; despair is told from the distressed of all messages, by meaning alone.
    """
    import numpy as np
    from scipy.sparse import csr_matrix

    flags = np.array([[name in found for name in columns] for found in cues], dtype=np.float32)
    dense = np.hstack([meaning, flags])
    none = csr_matrix((len(messages), 0), dtype=np.float32)

    def line(rows: NDArray[float32], labels: list[int], count: int, strength: float) -> Line:
        return fit(rows, none[: len(rows)], np.array(labels), count, strength=strength)

    general = [place for place, each in enumerate(messages) if not each.is_for_despair]
    urgencies = [URGENCIES.index(messages[place].urgency) for place in general]
    moods = [MOODS.index(messages[place].mood) for place in general]
    despairs = [int(each.mood == MOODS[-1]) for each in messages]
    lines = (
        line(dense[general], urgencies, len(URGENCIES), strength),
        line(dense[general], moods, len(MOODS), strength),
        line(np.hstack([meaning, np.zeros_like(flags)]), despairs, 2, DESPAIR_STRENGTH),
    )
    weights = np.hstack([one.dense for one in lines]).astype(np.float16)
    bias = np.concatenate([one.bias for one in lines]).astype(np.float32)
    return versioned(Sounding("", fits, learnt_of(messages), tuple(columns), weights, bias))


def fits_of(head: Model) -> str:
    """Return what a head for tone that was trained beside this head fits."""
    return f"{head.encoder}/{sha256(head.means.tobytes()).hexdigest()[:16]}"


def learnt_of(messages: Sequence[Toned]) -> str:
    """Return 16 hexadecimal digits over the messages that a head learns from."""
    return sha256(
        repr([(each.language, each.urgency, each.mood, each.text) for each in messages]).encode()
    ).hexdigest()[:16]


def versioned(sounding: Sounding) -> Sounding:
    """Return the head with its version: 16 hexadecimal digits over everything that decides."""
    digest = sha256(repr((sounding.fits, sounding.learnt, sounding.cues, URGENCIES, MOODS)).encode())
    digest.update(sounding.weights.tobytes() + sounding.bias.tobytes())
    return replace(sounding, version=digest.hexdigest()[:16])


@cache
def shipped() -> Sounding:
    """Return the head that this installation works with, read once a process. Raises ModelMismatch."""
    return load()


def load(folder: Path | None = None) -> Sounding:
    """Read the head from `tone.npz`. Raises ModelMismatch when it is not whole."""
    import numpy as np

    base = folder if folder is not None else DATA
    with (base / FILE).open("rb") as stream, np.load(stream, allow_pickle=False) as arrays:
        parts = {name: arrays[name] for name in arrays.files}
    try:
        version, fits, learnt, cues = (str(parts[name]) for name in _TEXTS)
        found = Sounding(version, fits, learnt, tuple(cues.split()), parts["weights"], parts["bias"])
    except KeyError as error:
        raise ModelMismatch(why=f"{FILE} was written by another version of Bellrock") from error
    if versioned(found).version != version:
        raise ModelMismatch(why=f"{FILE} is not whole")
    return found


def save(sounding: Sounding, folder: Path) -> None:
    """Write the head as `tone.npz`."""
    import numpy as np

    given = (sounding.version, sounding.fits, sounding.learnt, " ".join(sounding.cues))
    texts: dict[str, Any] = {name: np.array(text) for name, text in zip(_TEXTS, given, strict=True)}
    np.savez_compressed(folder / FILE, weights=sounding.weights, bias=sounding.bias, **texts)
