"""Where in a message another matter may begin: at a joint, at a mark, or only because other words begin to speak of other things.

What it weighs was learnt by `scripts/train_several.py` from messages that were joined for it, and lies in `data/joints.json`.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from bellrock.triage.features import CHARS_MAX, placed_runs, plain, spoken
from bellrock.triage.model import LETTERS_WEIGHT, Model, Understanding
from bellrock.triage.topics import DATA, NEAR_MISS, read_toml

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

NO_MATTER = frozenset({NEAR_MISS, "greeting_or_thanks", "out_of_scope"})
MARKS = " ,，、،.!?。！？；;:…؟-–—\n"
_ENDS, _COMMAS = ".!?。！？；…؟", ",，、،;:-–—"
_WORDS_MIN, _SIGNS_MIN = 2, 4
"""So much stands before and behind a cut at least: words, or characters where words are not spaced."""
_RARE = 0.005
_WORD = re.compile(r"\S+")
_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u9fff]")
_SPACED_SHARE = 0.3


@dataclass(frozen=True, slots=True)
class Cut:
    """A text in two, and how much speaks for another matter in the second, line breaks left out; 0 is even."""

    left: str
    right: str
    score: float
    at_line: bool


def best_cut(model: Model, text: str, language: str) -> Cut | None:
    """Return the likeliest place where another matter begins; None where there is too little before or behind any."""
    lines = [line for line in text[: 2 * CHARS_MAX].split("\n") if line.strip()]
    said, folded = "\n".join(map(spoken, lines)), "\n".join(map(plain, lines))
    found = features(model, folded, language)
    if not found:
        return None
    weights = _learnt()["cut"]
    score, place, at_line = max((weighed(weights, values), place, values["line"]) for place, values in found)
    if len(said) != len(folded):
        # A letter that folds into two, or a mark that is left out: the same word begins there.
        words = list(_WORD.finditer(said))
        number = len(folded[:place].split())
        if number >= len(words):
            return None
        place = words[number].start()
    left, right = said[:place].strip(MARKS), said[place:].strip()
    return Cut(left, right, score - weights["line"] * at_line, bool(at_line)) if left and right else None


def is_worth_a_look(cut: Cut, whole: Understanding) -> bool:
    """Say whether the two halves shall be understood: that costs as much as the whole did."""
    return weighed(_learnt()["look"], look_features(cut, whole)) > 0


def are_two(cut: Cut, whole: Understanding, left: Understanding, right: Understanding) -> bool:
    """Say whether the two halves are surely about different topics."""
    one, other = left.guesses[0].topic, right.guesses[0].topic
    if one == other or {one, other} & NO_MATTER:
        return False
    return weighed(_learnt()["sure"], sure_features(cut, whole, left, right)) > 0


def weighed(weights: Mapping[str, float], values: Mapping[str, float]) -> float:
    """Return the sum of values times weights, and of the weight `even`."""
    return weights["even"] + sum(weights[name] * value for name, value in values.items())


def features(model: Model, text: str, language: str) -> list[tuple[int, dict[str, float]]]:
    """Return every place of a plain text where it may be cut, and what speaks for it."""
    places = list(_places(text))
    gains = _gains(model, text, [place for place, _, _ in places]) if places else []
    table = _learnt()["words"].get(language, {})
    found = []
    for (place, before, after), gain in zip(places, gains, strict=True):
        mark = text[:place].rstrip(" ")[-1:]
        more = _joint("more").match(text, place)
        joint = more or _joint("and").match(text, place)
        first = next(_tokens(text[joint.end() :].lstrip(MARKS)), "") if joint else after
        values = {
            "gain": gain,
            "line": float(mark == "\n"),
            "end": float(bool(mark) and mark in _ENDS),
            "comma": float(bool(mark) and mark in _COMMAS),
            "more": float(more is not None),
            "and": float(joint is not None and more is None),
            "first": table.get(first, (0.0, 0.0))[0],
            "last": table.get(before, (0.0, 0.0))[1],
            "balance": math.log(min(place, len(text) - place) / len(text) + 0.01),
        }
        found.append((place, values))
    return found


def look_features(cut: Cut, whole: Understanding) -> dict[str, float]:
    """Return what says that a text may be about two matters before its halves are understood."""
    return {
        "cut": cut.score,
        "line": float(cut.at_line),
        "probability": whole.guesses[0].probability,
        "second": whole.guesses[1].probability,
        "evidence": whole.evidence,
        "similarity": whole.similarity,
    }


def sure_features(cut: Cut, whole: Understanding, left: Understanding, right: Understanding) -> dict[str, float]:
    """Return what says that the halves of a text are about two matters."""
    one, other = left.guesses[0], right.guesses[0]
    likely = {guess.topic: guess.probability for guess in whole.guesses}
    apart = math.log(max(one.probability * other.probability, _RARE**2)) - math.log(_together(left, right))
    return {
        **look_features(cut, whole),
        "least": min(one.probability, other.probability),
        "apart": apart,
        "least_evidence": min(left.evidence, right.evidence),
        "more_evidence": left.evidence + right.evidence - whole.evidence,
        "likeness": min(left.similarity, right.similarity),
        "left_in_whole": math.log(likely.get(one.topic, 0.0) + _RARE),
        "right_in_whole": math.log(likely.get(other.topic, 0.0) + _RARE),
    }


def tokens(text: str) -> list[str]:
    """Return what the table of words knows of a plain text: its words, or its pairs of characters where words are not spaced."""
    return list(_tokens(text))


def is_unspaced(text: str) -> bool:
    """Say whether a text is written without spaces between words."""
    return len(_UNSPACED.findall(text)) > _SPACED_SHARE * len(text)


def _tokens(text: str) -> Iterator[str]:
    if is_unspaced(text):
        yield from (text[at : at + 2] for at in range(len(text) - 1))
    else:
        yield from (word for match in _WORD.finditer(text) if (word := match.group().strip(MARKS)))


def _places(text: str) -> Iterator[tuple[int, str, str]]:
    """Yield where a text may be cut, with the word or pair of characters before and behind."""
    if is_unspaced(text):
        for at in range(_SIGNS_MIN, len(text) - _SIGNS_MIN + 1):
            if text[at] not in MARKS:
                yield at, text[:at].rstrip(MARKS)[-2:], text[at : at + 2]
        return
    words = list(_WORD.finditer(text))
    for number in range(_WORDS_MIN, len(words) - _WORDS_MIN + 1):
        before, after = words[number - 1].group().strip(MARKS), words[number].group().strip(MARKS)
        yield words[number].start(), before, after


def _together(left: Understanding, right: Understanding) -> float:
    """Return the most that one topic has in both halves, as a product; topics beyond the likeliest three count as rare."""
    sides = [{guess.topic: guess.probability for guess in half.guesses} for half in (left, right)]
    return max(
        max(sides[0].get(topic, _RARE), _RARE) * max(sides[1].get(topic, _RARE), _RARE)
        for topic in {*sides[0], *sides[1]}
    )


def _gains(model: Model, text: str, places: Sequence[int]) -> list[float]:
    """Return for each place how much better two topics, one on each side, fit the letters than one on both."""
    import numpy as np

    runs = sorted(placed_runs(text), key=lambda run: run[0])
    starts = np.array([start for start, _ in runs])
    buckets = np.array([bucket for _, bucket in runs])
    weights = model.idf[buckets].astype(np.float32)
    rows = weights[:, None] * model.of_letters[buckets].astype(np.float32)
    sums, squares = np.cumsum(rows, axis=0), np.cumsum(weights**2)
    ends = np.clip(np.searchsorted(starts, places), 1, len(runs) - 1)
    left, right = sums[ends - 1], sums[-1] - sums[ends - 1]
    scales: NDArray[float32] = LETTERS_WEIGHT * model.letters_scales
    left = left * scales / np.sqrt(squares[ends - 1])[:, None]
    right = right * scales / np.sqrt(np.maximum(squares[-1] - squares[ends - 1], 1e-6))[:, None]
    matters = [at for at, label in enumerate(model.labels) if label not in NO_MATTER]
    left, right = left[:, matters], right[:, matters]
    gains: list[float] = (left.max(axis=1) + right.max(axis=1) - (left + right).max(axis=1)).tolist()
    return gains


@cache
def _joint(table: str) -> re.Pattern[str]:
    """Return what finds the words of a table of `several.toml`, the longest first; where words are spaced, whole ones only."""
    words = {plain(word) for words in read_toml("several.toml")[table].values() for word in words}
    longest = sorted(sorted(words), key=len, reverse=True)
    return re.compile(
        "|".join(re.escape(word) if _UNSPACED.search(word) else rf"(?<!\w){re.escape(word)}(?!\w)" for word in longest)
    )


@cache
def _learnt() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((DATA / "joints.json").read_text(encoding="utf-8"))
    return found
