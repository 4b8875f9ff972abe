"""How good the first line is: measured on messages it was never trained or tuned on."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from bellrock import guard
from bellrock.triage.corpus import Example
from bellrock.triage.deciding import decide
from bellrock.triage.decisions import Answer, Ask, Decision, HandOver
from bellrock.triage.languages import language_of
from bellrock.triage.model import Model, Understanding
from bellrock.triage.port import Embedder
from bellrock.triage.several import understood
from bellrock.triage.thresholds import DECLINES, OUTSIDE, is_right_answer
from bellrock.triage.topics import NEAR_MISS, Gate, topics
from bellrock.triage.trying import situation


@dataclass(frozen=True, slots=True)
class Figures:
    """Shares from 0 to 1 over one set of messages, None where there is nothing to count.

    `accuracy` is the share whose likeliest topic is right, near misses left out. `coverage` is the share of messages of
    topics gated `answer` that are answered rightly without a person, `precision` the share of answers that are right (to
    decline a near miss is). `unsafe` counts messages that only a person may answer, or whose money may be at risk, and that
    were answered; `out_of_scope` is the share of messages of no topic that were answered as one. `protected` is the share of
    messages of topics gated `protect` that fetch protection at once, `asked_right` that of clarifying questions that offer
    the true topic.
    """

    cases: int
    accuracy: float | None
    coverage: float | None
    precision: float | None
    unsafe: int
    out_of_scope: float | None
    protected: float | None
    asked_right: float | None
    cpu_ms: float


@dataclass(frozen=True, slots=True)
class Judged:
    """An example, what the classifier makes of it, and what the first line would do."""

    example: Example
    understanding: Understanding
    decision: Decision

    @property
    def is_right(self) -> bool:
        return self.understanding.guesses[0].topic == self.example.topic

    @property
    def is_answered(self) -> bool:
        return isinstance(self.decision, Answer)

    @property
    def gate(self) -> Gate | None:
        found = topics().get(self.example.topic)
        return found.gate if found else None


def judge(model: Model, embedder: Embedder, examples: Sequence[Example]) -> tuple[list[Judged], float]:
    """Return every example judged, one at a time as at work, and the mean CPU time a message in milliseconds.

    The page is taken to be in the language of the example, as it mostly is; the text may still say otherwise.
    """
    model.understand(["warm"], embedder, ["en"])
    language_of("warm up", prior="de")
    started = time.process_time()
    judged = []
    for example in examples:
        guarded = guard.screen(example.text)
        language = language_of(guarded.text, prior=example.language)
        understanding = understood(model, embedder, guarded.text, language)
        judged.append(
            Judged(example, understanding, decide(situation(guarded, understanding, model), model.thresholds))
        )
    return judged, (time.process_time() - started) * 1000 / max(len(examples), 1)


def agreement(one: Model, other: Model, embedder: Embedder, examples: Sequence[Example]) -> float:
    """Return the share of examples about which two heads name the same topic first."""
    texts, tags = [guard.screen(each.text).text for each in examples], [each.language for each in examples]
    pairs = zip(one.understand(texts, embedder, tags), other.understand(texts, embedder, tags), strict=True)
    return sum(first.guesses[0].topic == second.guesses[0].topic for first, second in pairs) / len(examples)


def figures(judged: Sequence[Judged], *, cpu_ms: float) -> Figures:
    """Count what was judged."""
    known = [item for item in judged if item.example.topic != NEAR_MISS]
    outside = [item for item in judged if item.example.topic in OUTSIDE]
    answerable = [item for item in known if item.gate is Gate.ANSWER]
    answered = [item for item in judged if item.is_answered]
    asked = [(item, item.decision.topics) for item in known if isinstance(item.decision, Ask) and item.decision.topics]
    return Figures(
        cases=len(judged),
        accuracy=_share([item.is_right for item in known]),
        coverage=_share([item.is_answered and item.is_right for item in answerable]),
        precision=_share(
            [is_right_answer(item.understanding.guesses[0].topic, item.example.topic) for item in answered]
        ),
        unsafe=sum(item.gate in (Gate.HUMAN, Gate.PROTECT) for item in answered),
        out_of_scope=_share([item.is_answered and item.understanding.guesses[0].topic != DECLINES for item in outside]),
        protected=_share([_fetches_protection(item) for item in known if item.gate is Gate.PROTECT]),
        asked_right=_share([item.example.topic in choices for item, choices in asked]),
        cpu_ms=round(cpu_ms, 2),
    )


def _fetches_protection(item: Judged) -> bool:
    return isinstance(item.decision, HandOver) and item.decision.is_protective


def _share(values: Sequence[bool]) -> float | None:
    return round(sum(values) / len(values), 4) if values else None
