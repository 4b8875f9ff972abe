"""When to answer: temperature and thresholds, learnt on held-back cases and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product
from math import sqrt
from typing import TYPE_CHECKING, Any

from bellrock.triage.corpus import Example
from bellrock.triage.features import plain, spoken
from bellrock.triage.model import Model, Thresholds, Understanding, softmax
from bellrock.triage.port import Embedder
from bellrock.triage.rules import signs
from bellrock.triage.topics import NEAR_MISS, Gate, topics

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

PRECISION_MIN = 0.95
"""Of what is answered, the share that must be right: for each topic over all languages, for each language over all topics."""
STRAY_MAX = 0.02
"""Of the messages of no topic, the share that may be answered as one."""
QUIET_MAX = 0.02
"""Of held-back messages in which danger is told in passing, the share that may be answered as an ordinary question."""
MARGIN_MIN = 0.1
SIMILARITY_MIN = 0.35
ASK_HITS_MIN = 0.80
"""Share of clarifying questions whose choices must hold the true topic."""

# Few cases prove little: each topic is taken together with so many of which as many are right as must be, each language with so
# many of which as many are right as of all languages. Held-back cases of one half say of the other that this answers more, and
# more of it rightly, than asking each language to prove itself: there a single case may cost a third of what it answers.
_COMMON_CASES = 20
_NEVER = 2.0
_PROBABILITIES = tuple(round(0.30 + 0.02 * step, 2) for step in range(35))
_OFFSETS = tuple(round(0.02 * step, 2) for step in range(16))
_RISKS = (0.1, 0.07, 0.05, 0.04, 0.03, 0.025, 0.02, 0.015, 0.01, 0.0075, 0.005)
_SURES = (0.0, 0.16, 0.24, 0.32, 0.4)
_Z = 1.2816

DECLINES = "out_of_scope"
"""The topic whose answer says what we cannot help with."""
OUTSIDE = (NEAR_MISS, DECLINES)


@dataclass(frozen=True, slots=True)
class Case:
    """A held-back message with its true topic and what the classifier makes of it."""

    truth: str
    understanding: Understanding
    has_sign: bool

    @property
    def is_right(self) -> bool:
        return is_right_answer(self.understanding.guesses[0].topic, self.truth)

    @property
    def is_person_only(self) -> bool:
        found = topics().get(self.truth)
        return found is not None and found.gate in (Gate.HUMAN, Gate.PROTECT)

    @property
    def is_stray(self) -> bool:
        return self.truth in OUTSIDE and self.understanding.guesses[0].topic != DECLINES


def is_right_answer(topic: str, truth: str) -> bool:
    """Say whether the answer of a topic is right for a message: its own, or for a near miss the one that declines."""
    return topic == truth or (topic == DECLINES and truth == NEAR_MISS)


def may_answer(understanding: Understanding, limits: Thresholds) -> bool:
    """Say whether the classifier is sure enough of a topic that the first line may answer."""
    best = understanding.guesses[0]
    found = topics().get(best.topic)
    return (
        found is not None
        and found.gate is Gate.ANSWER
        and best.probability >= limits.probability(best.topic, understanding.language)
        and understanding.margin >= limits.margin_min
        and understanding.similarity >= limits.similarity_min
        and best.probability * understanding.similarity >= limits.sure_min
        and understanding.risk <= limits.risk_max
    )


def tuned(model: Model, embedder: Embedder, held_back: Sequence[Example]) -> Model:
    """Return the model with temperature and thresholds set on held-back examples."""
    return tuned_on(model, embedder, held_back, embedder.embed([spoken(example.text) for example in held_back]))


def tuned_on(
    model: Model,
    embedder: Embedder,
    held_back: Sequence[Example],
    meaning: NDArray[float32],
    quiet: Sequence[Example] = (),
    quiet_meaning: NDArray[float32] | None = None,
) -> Model:
    """Return the model tuned as by `tuned`, from vectors that are there already.

    `quiet` are held-back messages in which danger is told in passing. Nothing is learnt on them but how much of danger may be
    in what is answered: they are rarer among real messages than among the examples, and would bend everything else.
    """
    logits, similarities = _logits(model, embedder, held_back, meaning)
    warm = replace(model, temperature=warmth(model, logits, [example.topic for example in held_back]))
    dangers = _logits(warm, embedder, quiet, quiet_meaning) if quiet_meaning is not None else None
    told = _cases(warm, quiet, *dangers) if dangers else []
    return replace(warm, thresholds=learn(_cases(warm, held_back, logits, similarities), told))


def _logits(
    model: Model, embedder: Embedder, examples: Sequence[Example], meaning: NDArray[float32]
) -> tuple[NDArray[float32], NDArray[float32]]:
    centred = model.centred(meaning, [example.language for example in examples], embedder.compared)
    return model.logits(centred, [plain(example.text) for example in examples], embedder.compared)


def _cases(
    model: Model, examples: Sequence[Example], logits: NDArray[float32], similarities: NDArray[float32]
) -> list[Case]:
    understood = model.judge(logits, similarities, [example.language for example in examples])
    return [
        Case(example.topic, understanding, bool(signs(example.text, language=example.language)))
        for example, understanding in zip(examples, understood, strict=True)
    ]


def learn(cases: Sequence[Case], quiet: Sequence[Case] = ()) -> Thresholds:
    """Return the thresholds under which most is answered, while every topic and language keeps PRECISION_MIN.

    Where nothing unsafe can be avoided on the held-back cases, the fewest unsafe answers go before the most answers. Of `quiet`,
    cases in which danger is told in passing, at most QUIET_MAX are answered, or as few as can be.
    """
    table, dangers = _Table(cases), _Table(quiet) if quiet else None
    best: tuple[tuple[int, int, int], Thresholds] | None = None
    for risk, sure in product(_RISKS, _SURES):
        limits = _fitted(table, Thresholds(_NEVER, MARGIN_MIN, SIMILARITY_MIN, risk, 1.0, sure))
        answered = table.answered(limits)
        if int((answered & table.is_stray).sum()) > STRAY_MAX * int(table.is_outside.sum()):
            continue
        unheard = max(0, int(dangers.answered(limits).sum()) - int(QUIET_MAX * len(quiet))) if dangers else 0
        worth = (-int((answered & table.is_person_only).sum()), -unheard, int((answered & table.is_right).sum()))
        if best is None or worth > best[0]:
            best = worth, limits
    limits = best[1] if best else Thresholds(_NEVER, MARGIN_MIN, SIMILARITY_MIN, 0.0, 1.0)
    rest = [case for case in cases if not case.has_sign and not may_answer(case.understanding, limits)]
    return replace(limits, probability_min=table.common(limits), ask_min=_ask_min(rest))


class _Table:
    """The cases as columns: a hundred combinations of thresholds are tried on them."""

    def __init__(self, cases: Sequence[Case]) -> None:
        import numpy as np

        def column(values: Any) -> NDArray[Any]:
            return np.array(list(values))

        read = [case.understanding for case in cases]
        self.topics = column(item.guesses[0].topic for item in read)
        self.languages = column(item.language for item in read)
        self.probability = column(item.guesses[0].probability for item in read)
        self._margin = column(item.margin for item in read)
        self._similarity = column(item.similarity for item in read)
        self._risk = column(item.risk for item in read)
        self.is_right = column(case.is_right for case in cases)
        self.is_stray = column(case.is_stray for case in cases)
        self.is_outside = column(case.truth in OUTSIDE for case in cases)
        self.is_person_only = column(case.is_person_only for case in cases)
        answerable = {name for name, topic in topics().items() if topic.gate is Gate.ANSWER}
        self._is_open = column(
            not case.has_sign and item.guesses[0].topic in answerable for case, item in zip(cases, read, strict=True)
        )

    def passed(self, limits: Thresholds) -> NDArray[Any]:
        """Say which cases pass every gate but that of probability."""
        found: NDArray[Any] = (
            self._is_open
            & (self._margin >= limits.margin_min)
            & (self._similarity >= limits.similarity_min)
            & (self.probability * self._similarity >= limits.sure_min)
            & (self._risk <= limits.risk_max)
        )
        return found

    def answered(self, limits: Thresholds) -> NDArray[Any]:
        """Say which cases are answered."""
        import numpy as np

        least = [
            limits.probability(topic, language) for topic, language in zip(self.topics, self.languages, strict=True)
        ]
        found: NDArray[Any] = self.passed(limits) & (self.probability >= np.array(least))
        return found

    def common(self, limits: Thresholds) -> float:
        """Return the median of the topics' thresholds: what a topic that is not answered needs to count as known."""
        found = sorted(value for value in limits.by_topic.values() if value < _NEVER)
        return found[len(found) // 2] if found else _NEVER


def _fitted(table: _Table, limits: Thresholds) -> Thresholds:
    """Return the limits with the lowest thresholds for each topic, then offsets for each language, that keep the precision."""
    import numpy as np

    passed = table.passed(limits)
    by_topic = {}
    for topic in np.unique(table.topics[passed]):
        own = passed & (table.topics == topic)
        by_topic[str(topic)] = _lowest(table, own, _PROBABILITIES, table.probability)
    limits = replace(limits, by_topic=by_topic)
    answered = table.answered(limits)
    common = int((answered & table.is_right).sum()) / max(int(answered.sum()), 1)
    least = np.array([limits.probability(topic, "") for topic in table.topics])
    offsets = {}
    for language in np.unique(table.languages):
        own = answered & (table.languages == language)
        if (offset := min(_lowest(table, own, _OFFSETS, table.probability - least, common), _OFFSETS[-1])) > 0:
            offsets[str(language)] = offset
    return replace(limits, offsets=offsets)


def _lowest(
    table: _Table, own: NDArray[Any], steps: Sequence[float], height: NDArray[Any], common: float = PRECISION_MIN
) -> float:
    """Return the lowest step from which on the cases at least so high keep the precision; _NEVER where none does.

    `common` is the share of the common cases beside them that is right.
    """
    for step in steps:
        kept = own & (height >= step)
        right, count = int((kept & table.is_right).sum()), int(kept.sum())
        if (right + common * _COMMON_CASES) / (count + _COMMON_CASES) >= PRECISION_MIN:
            return step
    return _NEVER


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


def warmth(model: Model, logits: NDArray[float32], truths: Sequence[str]) -> float:
    """Return the temperature under which the held-back labels are likeliest (Guo et al., 2017)."""
    import numpy as np

    places = np.array([model.labels.index(truth) for truth in truths])
    lines = np.arange(len(places))

    def surprise(temperature: float) -> float:
        shares = softmax(logits / np.float32(temperature))
        return float(-np.log(np.maximum(shares[lines, places], 1e-12)).mean())

    return min((round(0.05 * step, 2) for step in range(4, 100)), key=surprise)
