"""Where in a message another matter may begin: at a joint, at a mark, or only because other words begin to speak of other things.

What it weighs was learnt by `scripts/train_several.py` from messages that were joined for it, and lies in `data/joints.json`.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from bellrock.triage.features import CHARS_MAX, placed_runs, plain, spoken
from bellrock.triage.model import LETTERS_WEIGHT, Model
from bellrock.triage.topics import DATA, NEAR_MISS, read_toml

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

NO_MATTER = frozenset({NEAR_MISS, "greeting_or_thanks", "out_of_scope"})
MARKS = " ,，、،.!?。！？；;:…؟-–—\n"
_ENDS, _COMMAS = ".!?。！？；…؟", ",，、،;:-–—"
_WORDS_MIN, _SIGNS_MIN = 2, 4
"""So much stands before and behind a cut at least: words, or characters where words are not spaced."""
_WORD = re.compile(r"\S+")
_ID = re.compile(r"(?=\S*\d)\S{30,}")
_WORDS_BESIDE_ID_MAX = 3
_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u9fff]")
_SPACED_SHARE = 0.3


@dataclass(frozen=True, slots=True)
class Cut:
    """A text in two, and how much speaks for another matter in the second, line breaks left out; 0 is even.

    `letters` says how well each label fits the letters of the first, of the second and of both: shape (3, labels).
    """

    left: str
    right: str
    score: float
    at_line: bool
    letters: NDArray[float32] = field(repr=False, compare=False)


def best_cut(model: Model, text: str, language: str) -> Cut | None:
    """Return the likeliest place where another matter begins; None where there is too little before or behind any."""
    lines = [line for line in text[: 2 * CHARS_MAX].split("\n") if line.strip()]
    said, folded = "\n".join(map(spoken, lines)), "\n".join(map(plain, lines))
    found, letters = _features(model, folded, language)
    if letters is None:
        return None
    weights = learnt()["cut"]
    score, at = max((weighed(weights, values), at) for at, (_, values) in enumerate(found))
    place, at_line = found[at][0], found[at][1]["line"]
    if len(said) != len(folded):
        # A letter that folds into two, or a mark that is left out: the same word begins there.
        words = list(_WORD.finditer(said))
        number = len(folded[:place].split())
        if number >= len(words):
            return None
        place = words[number].start()
    left, right = said[:place].strip(MARKS), said[place:].strip()
    if not left or not right:
        return None
    return Cut(left, right, score - weights["line"] * at_line, bool(at_line), letters[:, at])


def weighed(weights: Mapping[str, float], values: Mapping[str, float]) -> float:
    """Return the sum of values times weights, and of the weight `even`."""
    return weights["even"] + sum(weights[name] * value for name, value in values.items())


def features(model: Model, text: str, language: str) -> list[tuple[int, dict[str, float]]]:
    """Return every place of a plain text where it may be cut, and what speaks for it."""
    return _features(model, text, language)[0]


def _features(
    model: Model, text: str, language: str
) -> tuple[list[tuple[int, dict[str, float]]], NDArray[float32] | None]:
    places = list(_places(text))
    if not places:
        return [], None
    letters = _halves(model, text, [place for place, _, _ in places])
    left, right = letters[:2, :, matters(model)]
    gains = left.max(axis=1) + right.max(axis=1) - (left + right).max(axis=1)
    table = learnt()["words"].get(language, {})
    found = []
    for (place, before, after), gain in zip(places, gains.tolist(), strict=True):
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
    return found, letters


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


def _halves(model: Model, text: str, places: Sequence[int]) -> NDArray[float32]:
    """Return for each place how well each label fits the letters before it, behind it, and all of them: (3, places, labels)."""
    import numpy as np

    runs = sorted(placed_runs(text), key=lambda run: run[0])
    starts = np.array([start for start, _ in runs])
    buckets = np.array([bucket for _, bucket in runs])
    weights = model.idf[buckets].astype(np.float32)
    sums = np.cumsum(weights[:, None] * model.of_letters[buckets].astype(np.float32), axis=0)
    squares = np.cumsum(weights**2)
    ends = np.clip(np.searchsorted(starts, places), 1, len(runs) - 1)
    scales: NDArray[float32] = LETTERS_WEIGHT * model.letters_scales
    left = sums[ends - 1] / np.sqrt(squares[ends - 1])[:, None]
    right = (sums[-1] - sums[ends - 1]) / np.sqrt(np.maximum(squares[-1] - squares[ends - 1], 1e-6))[:, None]
    whole = np.broadcast_to(sums[-1] / np.sqrt(squares[-1]), left.shape)
    return np.stack([left, right, whole]) * scales


def matters(model: Model) -> list[int]:
    """Return the places of the labels that a part of a message may be about."""
    return [at for at, label in enumerate(model.labels) if label not in NO_MATTER]


@cache
def _joint(table: str) -> re.Pattern[str]:
    """Return what finds the words of a table of `several.toml`, the longest first; where words are spaced, whole ones only."""
    words = {plain(word) for words in read_toml("several.toml")[table].values() for word in words}
    longest = sorted(sorted(words), key=len, reverse=True)
    return re.compile(
        "|".join(re.escape(word) if _UNSPACED.search(word) else rf"(?<!\w){re.escape(word)}(?!\w)" for word in longest)
    )


@cache
def learnt() -> dict[str, Any]:
    """Return what was learnt: the words, and the weights of `cut`, `look` and `sure`."""
    found: dict[str, Any] = json.loads((DATA / "joints.json").read_text(encoding="utf-8"))
    return found


def is_an_id(half: str) -> bool:
    """Say whether a half is no more than a transaction id, an address or a link, with its name: that is no matter of its own."""
    beside, found = _ID.subn(" ", half)
    return found > 0 and len(beside.split()) <= _WORDS_BESIDE_ID_MAX
