"""When to answer: temperature and thresholds, learnt on held-back cases and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product
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

PRECISION_MIN = 0.97
"""Asked of the held-back cases, so that 0.95 holds on messages nobody has seen."""
ASK_HITS_MIN = 0.80
"""Share of clarifying questions whose choices must hold the true topic."""

_PROBABILITIES = [round(0.30 + 0.04 * step, 2) for step in range(17)]
# The loosest of each still holds something back: held-back cases are few, and strangers are stranger than they are.
_MARGINS = (0.2, 0.3, 0.4, 0.5)
_SIMILARITIES = (0.35, 0.4, 0.45, 0.5, 0.55, 0.6)
_RISKS = (0.02, 0.05, 0.10)


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
    """Return the thresholds that answer most cases at PRECISION_MIN with nothing unsafe; the strictest when none does."""
    answerable = [case for case in cases if not case.has_sign]
    best, most = Thresholds(1.0, 1.0, 1.0, 0.0, 1.0), 0
    for probability, margin, similarity, risk in product(_PROBABILITIES, _MARGINS, _SIMILARITIES, _RISKS):
        limits = Thresholds(probability, margin, similarity, risk, 1.0)
        answered = [case for case in answerable if may_answer(case.understanding, limits)]
        right = sum(case.is_right for case in answered)
        is_safe = not any(case.is_person_only for case in answered)
        if answered and is_safe and right >= PRECISION_MIN * len(answered) and right > most:
            best, most = limits, right
    return replace(best, ask_min=_ask_min([case for case in answerable if not may_answer(case.understanding, best)]))


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
