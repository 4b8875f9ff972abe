"""How good the first line is: measured on messages it was never trained or tuned on."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from bellrock.triage.corpus import Example
from bellrock.triage.deciding import PROTECT_MIN, is_protected
from bellrock.triage.model import Model, Understanding
from bellrock.triage.port import Embedder
from bellrock.triage.rules import Sign, signs
from bellrock.triage.thresholds import may_answer
from bellrock.triage.topics import NEAR_MISS, Gate, topics


@dataclass(frozen=True, slots=True)
class Figures:
    """Shares from 0 to 1 over one set of messages, None where there is nothing to count.

    `coverage` and `precision` are of topics gated `answer`; `unsafe` counts messages that only a person may answer and that
    the first line would have answered, `protected` is the share of messages of topics gated `protect` that fetch protection at
    once; `asked_right` is the share of clarifying questions that offer the true topic.
    """

    cases: int
    accuracy: float | None
    coverage: float | None
    precision: float | None
    unsafe: int
    protected: float | None
    near_miss_answered: float | None
    asked_right: float | None
    cpu_ms: float


@dataclass(frozen=True, slots=True)
class Judged:
    """An example, what the classifier makes of it, and whether the first line would answer."""

    example: Example
    understanding: Understanding
    signs: frozenset[Sign]
    is_answered: bool

    @property
    def is_right(self) -> bool:
        return self.understanding.guesses[0].topic == self.example.topic


def judge(model: Model, embedder: Embedder, examples: Sequence[Example]) -> tuple[list[Judged], float]:
    """Return every example judged, one at a time as at work, and the mean CPU time a message in milliseconds."""
    embedder.embed(["warm"])
    model.understand(["warm"], embedder)
    started = time.process_time()
    judged = []
    for example in examples:
        understanding = model.understand([example.text], embedder)[0]
        found = signs(example.text)
        judged.append(Judged(example, understanding, found, not found and may_answer(understanding, model.thresholds)))
    return judged, (time.process_time() - started) * 1000 / max(len(examples), 1)


def figures(model: Model, judged: Sequence[Judged], *, cpu_ms: float) -> Figures:
    """Count what was judged."""
    known = [item for item in judged if item.example.topic != NEAR_MISS]
    near = [item for item in judged if item.example.topic == NEAR_MISS]
    answerable = [item for item in known if topics()[item.example.topic].gate is Gate.ANSWER]
    answered = [item for item in judged if item.is_answered]
    asked = [
        item
        for item in known
        if not item.is_answered
        and not item.signs
        and sum(guess.probability for guess in item.understanding.guesses) >= model.thresholds.ask_min
    ]
    return Figures(
        cases=len(judged),
        accuracy=_share([item.is_right for item in known]),
        coverage=_share([item.is_answered and item.is_right for item in answerable]),
        precision=_share([item.is_right for item in answered]),
        unsafe=sum(
            topics()[item.example.topic].gate in (Gate.HUMAN, Gate.PROTECT) for item in answered if item in known
        ),
        protected=_share([_fetches_protection(item) for item in known if _gate(item) is Gate.PROTECT]),
        near_miss_answered=_share([item.is_answered and not _declines(item) for item in near]),
        asked_right=_share(
            [item.example.topic in {guess.topic for guess in item.understanding.guesses} for item in asked]
        ),
        cpu_ms=round(cpu_ms, 2),
    )


def _gate(item: Judged) -> Gate:
    return topics()[item.example.topic].gate


def _fetches_protection(item: Judged) -> bool:
    guarded = [guess for guess in item.understanding.guesses if is_protected(guess.topic)]
    return Sign.MONEY_AT_RISK in item.signs or sum(guess.probability for guess in guarded) >= PROTECT_MIN


def _declines(item: Judged) -> bool:
    return item.understanding.guesses[0].topic == "out_of_scope"


def _share(values: Sequence[bool]) -> float | None:
    return round(sum(values) / len(values), 4) if values else None
