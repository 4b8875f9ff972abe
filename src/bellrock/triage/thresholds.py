"""When to answer: temperature and thresholds, learnt on held-back cases and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import sqrt
from typing import TYPE_CHECKING

from bellrock.triage.corpus import Example
from bellrock.triage.features import plain
from bellrock.triage.model import Model, Thresholds, Understanding, softmax
from bellrock.triage.port import Embedder
from bellrock.triage.rules import signs
from bellrock.triage.topics import Gate, topics

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

PRECISION_MIN = 0.95
"""Of what is answered, the share that must be right: proven on held-back cases, not merely seen there."""
MARGIN_MIN = 0.2
SIMILARITY_MIN = 0.35
RISK_MAX = 0.1
ASK_HITS_MIN = 0.80
"""Share of clarifying questions whose choices must hold the true topic."""

_PROBABILITIES = [round(0.30 + 0.02 * step, 2) for step in range(35)]
_Z = 1.2816


@dataclass(frozen=True, slots=True)
class Case:
    """A held-back message with its true topic and what the classifier makes of it."""

    truth: str
    understanding: Understanding
    has_sign: bool

    @property
    def is_right(self) -> bool:
        return self.understanding.guesses[0].topic == self.truth

    @property
    def is_person_only(self) -> bool:
        found = topics().get(self.truth)
        return found is not None and found.gate in (Gate.HUMAN, Gate.PROTECT)


def may_answer(understanding: Understanding, limits: Thresholds) -> bool:
    """Say whether the classifier is sure enough of a topic that the first line may answer."""
    best = understanding.guesses[0]
    found = topics().get(best.topic)
    return (
        found is not None
        and found.gate is Gate.ANSWER
        and best.probability >= limits.probability_min
        and understanding.margin >= limits.margin_min
        and understanding.similarity >= limits.similarity_min
        and understanding.risk <= limits.risk_max
    )


def tuned(model: Model, embedder: Embedder, held_back: Sequence[Example]) -> Model:
    """Return the model with temperature and thresholds set on held-back examples."""
    texts = [plain(example.text) for example in held_back]
    meaning = embedder.embed(texts)
    logits = model.logits(meaning, texts)
    warm = replace(model, temperature=_temperature(model, logits, [example.topic for example in held_back]))
    cases = [
        Case(example.topic, understanding, bool(signs(example.text)))
        for example, understanding in zip(held_back, warm.judge(meaning, logits), strict=True)
    ]
    return replace(warm, thresholds=learn(cases))


def learn(cases: Sequence[Case]) -> Thresholds:
    """Return the lowest probability at which held-back cases prove PRECISION_MIN and nothing unsafe is answered.

    One threshold is learnt, not four: the best of many combinations would fit the cases and not the messages to come. When
    no probability proves enough, nothing is ever answered.
    """
    answerable = [case for case in cases if not case.has_sign]
    for probability in _PROBABILITIES:
        limits = Thresholds(probability, MARGIN_MIN, SIMILARITY_MIN, RISK_MAX, 1.0)
        answered = [case for case in answerable if may_answer(case.understanding, limits)]
        right = sum(case.is_right for case in answered)
        is_safe = not any(case.is_person_only for case in answered)
        if is_safe and proven(right, len(answered)) >= PRECISION_MIN:
            rest = [case for case in answerable if not may_answer(case.understanding, limits)]
            return replace(limits, ask_min=_ask_min(rest))
    return Thresholds(2.0, MARGIN_MIN, SIMILARITY_MIN, RISK_MAX, _ask_min(answerable))


def proven(right: int, count: int) -> float:
    """Return the share that so many right ones of a count prove with 90 % confidence (Wilson, 1927)."""
    if count == 0:
        return 0.0
    share, square = right / count, _Z * _Z
    centre = share + square / (2 * count)
    spread = _Z * sqrt(share * (1 - share) / count + square / (4 * count * count))
    return (centre - spread) / (1 + square / count)


def _ask_min(cases: Sequence[Case]) -> float:
    for step in range(4, 20):
        least = round(step * 0.05, 2)
        asked = [case for case in cases if sum(guess.probability for guess in case.understanding.guesses) >= least]
        hits = sum(case.truth in {guess.topic for guess in case.understanding.guesses} for case in asked)
        if asked and hits >= ASK_HITS_MIN * len(asked):
            return least
    return 1.0


def _temperature(model: Model, logits: NDArray[float32], truths: Sequence[str]) -> float:
    """Return the temperature under which the held-back labels are likeliest (Guo et al., 2017)."""
    import numpy as np

    places = np.array([model.labels.index(truth) for truth in truths])
    lines = np.arange(len(places))

    def surprise(temperature: float) -> float:
        shares = softmax(logits / np.float32(temperature))
        return float(-np.log(np.maximum(shares[lines, places], 1e-12)).mean())

    return min((round(0.05 * step, 2) for step in range(4, 60)), key=surprise)
