"""Whether the two halves of a message are about two matters: weighed before they are understood by themselves, and behind.

Before, a half is heard within the whole: its letters, and the words of the whole that stand in it, as the encoder read them
there. That costs next to nothing, so that only what sounds like two matters is understood once more in halves.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bellrock.triage.features import plain, spoken
from bellrock.triage.joints import NO_MATTER, Cut, best_cut, is_an_id, is_unspaced, learnt, matters, weighed
from bellrock.triage.model import Model, Understanding, softmax
from bellrock.triage.port import Embedder

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

_RARE = 0.005
_DENSE = 2.2
"""So many letters of other scripts say what one sign of Chinese or Japanese says."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A text as it was understood, where it may be cut, and how well each label fits both halves and the whole: (3, labels)."""

    text: str
    known: Understanding
    cut: Cut | None = None
    scores: NDArray[float32] | None = None


def hear(model: Model, embedder: Embedder, text: str, language: str, *, in_halves: bool = True) -> Heard:
    """Return a text as it is understood, with its halves as they sound within it. Raises ModelMismatch."""
    import numpy as np

    cut = best_cut(model, text, language) if in_halves else None
    if cut is None or any(map(is_an_id, (cut.left, cut.right))) or embedder.name != model.encoder:
        return Heard(text, model.understand([text], embedder, [language])[0])
    rows = embedder.embed_parted(spoken(text), spoken(cut.left))
    meaning = model.centred(rows, [language] * len(rows), embedder.compared)
    logits, similarities = model.logits(meaning[:1], [plain(text)], embedder.compared)
    (known,) = model.judge(logits, similarities, [language])
    of_meaning = meaning[[1, 2, 0]] @ model.of_meaning.astype(np.float32).T
    scores = (of_meaning + model.bias + cut.letters) / np.float32(model.temperature)
    return Heard(text, replace(known, meaning=meaning[0]), cut, scores[:, matters(model)])


def is_worth_a_look(model: Model, heard: Heard) -> bool:
    """Say whether the halves shall be understood by themselves: that costs as much again as the whole did."""
    return heard.cut is not None and weighed(learnt()["look"], look_features(model, heard)) > 0


def are_two(heard: Heard, left: Understanding, right: Understanding) -> bool:
    """Say whether the two halves are surely about different topics."""
    one, other = left.guesses[0].topic, right.guesses[0].topic
    if one == other or {one, other} & NO_MATTER:
        return False
    return weighed(learnt()["sure"], sure_features(heard, left, right)) > 0


def look_features(model: Model, heard: Heard) -> dict[str, float]:
    """Return what says that a text may be about two matters before its halves are understood by themselves."""
    assert heard.cut is not None and heard.scores is not None
    labels = [model.labels[at] for at in matters(model)]
    (left, right, whole), (of_left, of_right, _) = heard.scores, softmax(heard.scores)
    one, other = int(left.argmax()), int(right.argmax())
    apart = left[:, None] + right[None, :]
    same = float(apart.diagonal().max())
    apart[range(len(apart)), range(len(apart))] = -math.inf
    likely = {guess.topic: guess.probability for guess in heard.known.guesses}
    return {
        **_of_whole(heard),
        "gain": float(apart.max()) - same,
        "more": float(left.max() + right.max() - whole.max()),
        "least": float(min(left.max(), right.max())),
        "least_share": float(min(of_left[one], of_right[other])),
        "left_in_right": math.log(of_right[one] + _RARE),
        "right_in_left": math.log(of_left[other] + _RARE),
        "left_in_whole": math.log(likely.get(labels[one], 0.0) + _RARE),
        "right_in_whole": math.log(likely.get(labels[other], 0.0) + _RARE),
    }


def sure_features(heard: Heard, left: Understanding, right: Understanding) -> dict[str, float]:
    """Return what says that the halves of a text are about two matters."""
    one, other = left.guesses[0], right.guesses[0]
    sides = [{guess.topic: guess.probability for guess in each.guesses} for each in (heard.known, left, right)]
    apart = math.log(max(one.probability * other.probability, _RARE**2)) - math.log(_together(left, right))
    assert left.meaning is not None and right.meaning is not None
    return {
        **_of_whole(heard),
        "least": min(one.probability, other.probability),
        "apart": apart,
        "least_evidence": min(left.evidence, right.evidence),
        "more_evidence": left.evidence + right.evidence - heard.known.evidence,
        "likeness": min(left.similarity, right.similarity),
        "left_in_right": math.log(sides[2].get(one.topic, 0.0) + _RARE),
        "right_in_left": math.log(sides[1].get(other.topic, 0.0) + _RARE),
        "left_in_whole": math.log(sides[0].get(one.topic, 0.0) + _RARE),
        "right_in_whole": math.log(sides[0].get(other.topic, 0.0) + _RARE),
        "near": float(left.meaning @ right.meaning),
    }


def _of_whole(heard: Heard) -> dict[str, float]:
    assert heard.cut is not None
    best, second = heard.known.guesses[:2]
    length = len(heard.text) * (_DENSE if is_unspaced(heard.text) else 1.0)
    return {
        "cut": heard.cut.score,
        "line": float(heard.cut.at_line),
        "probability": best.probability,
        "second": second.probability,
        "second_odds": math.log(second.probability + _RARE),
        "evidence": heard.known.evidence,
        "similarity": heard.known.similarity,
        "length": math.log(length),
        "outside": sum(guess.probability for guess in heard.known.guesses if guess.topic in NO_MATTER),
    }


def _together(left: Understanding, right: Understanding) -> float:
    """Return the most that one topic has in both halves, as a product; topics beyond the likeliest three count as rare."""
    sides = [{guess.topic: guess.probability for guess in half.guesses} for half in (left, right)]
    return max(
        max(sides[0].get(topic, _RARE), _RARE) * max(sides[1].get(topic, _RARE), _RARE)
        for topic in {*sides[0], *sides[1]}
    )
