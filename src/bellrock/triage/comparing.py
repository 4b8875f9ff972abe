"""What a head would do otherwise than another: on messages held back, on what it was taught, and on real conversations."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bellrock import guard
from bellrock.core import new_id
from bellrock.triage import evaluation
from bellrock.triage.corpus import Example
from bellrock.triage.deciding import decide
from bellrock.triage.decisions import Answer, Situation
from bellrock.triage.evaluation import Judged
from bellrock.triage.features import plain, spoken
from bellrock.triage.model import Model
from bellrock.triage.port import Embedder
from bellrock.triage.thresholds import PRECISION_MIN
from bellrock.triage.topics import NEAR_MISS, Gate, topics
from bellrock.triage.trying import deed, situation

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

BLOCKS = ("held_back", "taught", "conversation", "precision")
"""What keeps a head from going live: something for a person alone would be answered, or fewer answers be right than must."""
_AT_ONCE = 8
_FIGURES = ("accuracy", "coverage", "precision", "unsafe", "out_of_scope")


@dataclass(frozen=True, slots=True)
class Seen:
    """What a head makes of a message: its likeliest topic, how likely in thousandths, and what it would do."""

    topic: str
    permille: int
    does: str

    def is_like(self, other: Seen) -> bool:
        """Whether a customer would notice no difference."""
        return (self.topic, self.does) == (other.topic, other.does)


@dataclass(frozen=True)
class Texts:
    """Messages with their topics, ready to be shown to more than one head; `meaning` has a row each."""

    examples: Sequence[Example]
    meaning: NDArray[float32]
    guarded: Sequence[guard.GuardedText]

    @staticmethod
    async def of(examples: Sequence[Example], embedder: Embedder, *, kept: Path | None = None) -> Texts:
        """Encode messages, a few at a time, so that no customer waits for the encoder; in the folder `kept`, once only.

        Only what everybody may read is kept: the written messages, never a customer's.
        """
        guarded = await asyncio.to_thread(_guarded, examples)
        return Texts(examples, await _meaning(examples, embedder, kept), guarded)


def judge(head: Model, texts: Texts, compared: slice) -> list[Judged]:
    """Return what a head would do with each as a first message, to a house that has every article and no incident.

    Each is taken as a whole: parts about several topics are looked for where messages are real.
    """
    languages = [example.language for example in texts.examples]
    folded = [plain(text.text) for text in texts.guarded]
    scores, likeness = head.logits(head.centred(texts.meaning, languages, compared), folded, compared)
    found = []
    for example, guarded, understanding in zip(
        texts.examples, texts.guarded, head.judge(scores, likeness, languages), strict=True
    ):
        stands: Situation = situation(guarded, understanding, head)
        found.append(Judged(example, understanding, decide(stands, head.thresholds)))
    return found


def seen(judged: Judged) -> Seen:
    """Return what was judged, in short."""
    best = judged.understanding.guesses[0]
    return Seen(best.topic, round(best.probability * 1000), deed(judged.decision))


def is_newly_unsafe(before: Judged, after: Judged, *, truth: str) -> bool:
    """Say whether a message for a person alone would be answered that was not."""
    found = topics().get(truth)
    is_for_person = found is not None and found.gate in (Gate.HUMAN, Gate.PROTECT)
    return is_for_person and after.is_answered and not isinstance(before.decision, Answer)


def figures(before: Sequence[Judged], after: Sequence[Judged]) -> dict[str, Any]:
    """Return figures of both, over all, for each language, and for the topics in which they differ."""
    languages = sorted({item.example.language for item in before})
    names = [name for name in (*topics(), NEAR_MISS) if any(item.example.topic == name for item in before)]
    by_topic = [(name, *(_of(side, topic=name) for side in (before, after))) for name in names]
    return {
        "all": {"before": _of(before), "after": _of(after)},
        "languages": [
            {"language": tag, "before": _of(before, language=tag), "after": _of(after, language=tag)}
            for tag in languages
        ],
        "topics": [{"topic": name, "before": one, "after": other} for name, one, other in by_topic if one != other],
    }


def is_precise(found: dict[str, Any]) -> bool:
    """Say whether as many answers are right as must be, or at least no fewer than before."""
    one, other = found["all"]["before"]["precision"], found["all"]["after"]["precision"]
    return one is None or other is None or other >= min(PRECISION_MIN, one)


def _of(items: Sequence[Judged], *, language: str = "", topic: str = "") -> dict[str, Any]:
    own = [
        item for item in items if item.example.language == (language or item.example.language)
        and item.example.topic == (topic or item.example.topic)
    ]  # fmt: skip
    counted = asdict(evaluation.figures(own, cpu_ms=0.0))
    return {"messages": len(own), **{name: counted[name] for name in _FIGURES}}


def _guarded(examples: Sequence[Example]) -> list[guard.GuardedText]:
    return [guard.screen(example.text) for example in examples]


async def _meaning(examples: Sequence[Example], embedder: Embedder, kept: Path | None) -> NDArray[float32]:
    import numpy as np

    texts = [spoken(example.text) for example in examples]
    digest = sha256(embedder.name.encode())
    for text in texts:
        digest.update(text.encode() + b"\0")
    path = kept / f"held-back-{digest.hexdigest()[:16]}.npy" if kept else None
    if path is not None and path.exists():
        found: NDArray[float32] = await asyncio.to_thread(np.load, path, allow_pickle=False)
        if found.shape == (len(texts), embedder.width):
            return found
    rows = [await asyncio.to_thread(embedder.embed, texts[at : at + _AT_ONCE]) for at in range(0, len(texts), _AT_ONCE)]
    found = np.vstack(rows) if rows else np.empty((0, embedder.width), dtype=np.float32)
    if path is not None:
        await asyncio.to_thread(_keep, path, found)
    return found


def _keep(path: Path, rows: NDArray[float32]) -> None:
    """Write the vectors beside their place and move them there, and let those of earlier encoders go."""
    import numpy as np

    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    for old in path.parent.glob("held-back-*.npy"):
        old.unlink(missing_ok=True)
    beside = path.with_name(f"{new_id()}.part")
    with beside.open("wb") as stream:
        np.save(stream, rows, allow_pickle=False)
    beside.replace(path)
