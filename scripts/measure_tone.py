"""Tells how well the head for tone does on messages in languages, and of authors, that it did not learn from; some two minutes.

Six languages each were written by one hand. What is told comes from the messages that are learnt from and from held-back
everyday ones, never from the evaluation: .venv/bin/python scripts/measure_tone.py
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np

from bellrock import guard
from bellrock.adapters.embed import build_embedder
from bellrock.triage import model, training
from bellrock.triage.corpus import Toned, corpus, toned_to_learn
from bellrock.triage.deciding import decide
from bellrock.triage.features import plain, spoken
from bellrock.triage.rules import signs
from bellrock.triage.sounding import MOODS, URGENCIES, Sounding
from bellrock.triage.tone import Cue, Tone, raised, urgency_of, words
from bellrock.triage.topics import Gate, topics
from bellrock.triage.trying import situation

HANDS = ("en zh-Hans zh-Hant ja ko vi", "de es fr it nl pt", "ar id pl ru tr uk")
EVERY = 4
"""Of the held-back messages every fourth is looked at."""


def main() -> None:
    """Print the shares."""
    head, embedder = model.load(), build_embedder()
    written = toned_to_learn()
    learnt = written + training.ordinary(corpus("train"))
    held_back = [
        Toned(each.text, each.language, URGENCIES[0], MOODS[0])
        for each in corpus("calibration")[::EVERY]
        if each.topic not in topics() or topics()[each.topic].gate is not Gate.PROTECT
    ]
    rows, others = (embedder.embed([spoken(each.text) for each in some]) for some in (learnt, held_back))

    def heard(sounding: Sounding | None, some: Sequence[Toned], meaning: np.ndarray) -> list[tuple[Toned, Tone, str]]:
        tags = [each.language for each in some]
        centred = head.centred(meaning.copy(), tags, embedder.compared)
        judged = head.judge(*head.logits(centred, [plain(each.text) for each in some], embedder.compared), tags)
        found: list[tuple[Toned, Tone, str]] = []
        for each, row, understanding in zip(some, centred, judged, strict=True):
            columns = words(each.text, language=each.language, signs=signs(each.text, language=each.language))
            cues = [cue for cue in Cue if cue in columns]
            tone = raised(cues, sounding.sound(row, columns)) if sounding else Tone(tuple(cues))
            decision = decide(situation(guard.screen(each.text), understanding, head), head.thresholds)
            found.append((each, tone, urgency_of(decision, tone, decision.topic)))
        return found

    def without(left_out: Iterable[str]) -> list[tuple[Toned, Tone, str]]:
        known = np.array([each.language not in left_out for each in learnt])
        some = [each for each, is_known in zip(learnt, known, strict=True) if is_known]
        sounding = training.listen_from(some, rows[known], head, embedder)
        asked = np.array([each.language in left_out for each in written])
        return heard(
            sounding,
            [each for each, is_asked in zip(written, asked, strict=True) if is_asked],
            rows[: len(written)][asked],
        )

    _tell("by words alone", heard(None, written, rows[: len(written)]))
    _tell(
        "languages not learnt", [one for each in sorted({each.language for each in written}) for one in without({each})]
    )
    _tell("authors not learnt", [one for hand in HANDS for one in without(set(hand.split()))])
    everyday = heard(training.listen_from(learnt, rows, head, embedder), held_back, others)
    for name, levels in (
        ("urgency", [said for *_, said in everyday]),
        ("mood", [str(tone.mood) for _, tone, _ in everyday]),
    ):
        shares = {level: round(count / len(everyday), 3) for level, count in Counter(levels).most_common()}
        print(f"{len(everyday)} everyday messages held back: {name} {shares}")


def _tell(name: str, found: list[tuple[Toned, Tone, str]]) -> None:
    urgent = [each.urgency == "urgent" for each, tone, _ in found if Cue.SOUNDS_URGENT in tone.cues]
    desperate = [each.mood == "distressed" for each, tone, _ in found if Cue.SOUNDS_DISTRESSED in tone.cues]
    for what, rows in (
        ("urgency", [(each.urgency, said) for each, _, said in found]),
        ("mood", [(each.mood, str(tone.mood)) for each, tone, _ in found]),
    ):
        by_level = {level: [said == level for wanted, said in rows if wanted == level] for level, _ in sorted(rows)}
        right = sum(wanted == said for wanted, said in rows) / len(rows)
        print(f"{name}: {what} {right:.3f}", {level: round(sum(own) / len(own), 2) for level, own in by_level.items()})
    print(
        f"  sounds urgent {len(urgent)}, right {sum(urgent)}; sounds desperate {len(desperate)}, right {sum(desperate)}"
    )


if __name__ == "__main__":
    main()
