"""Cuts a text into word pieces of a unigram model (Kudo, 2018), as XLM-R's vocabulary wants it."""

from __future__ import annotations

import re
from dataclasses import dataclass

_SPACE = "\u2581"
_SPACES = re.compile(" {2,}")


@dataclass(frozen=True, slots=True)
class Pieces:
    """The pieces with their log-probabilities, the ids that frame a text, and what single characters are read as."""

    ids: dict[str, int]
    scores: list[float]
    start: int
    end: int
    unknown: int
    unknown_score: float
    letters_max: int
    spelling: dict[int, str]


def cut(text: str, pieces: Pieces) -> list[int]:
    """Return the ids of the likeliest way to put a text together from pieces (Viterbi, 1967)."""
    spelt = _SPACES.sub(" ", text.translate(pieces.spelling))
    marked = (spelt if spelt.startswith(" ") else " " + spelt).replace(" ", _SPACE)
    length, ids, scores = len(marked), pieces.ids, pieces.scores
    best = [float("-inf")] * (length + 1)
    back = [(0, pieces.unknown)] * (length + 1)
    best[0] = 0.0
    for at in range(length):
        so_far = best[at]
        if so_far + pieces.unknown_score > best[at + 1]:
            best[at + 1], back[at + 1] = so_far + pieces.unknown_score, (at, pieces.unknown)
        for end in range(at + 1, min(at + pieces.letters_max, length) + 1):
            place = ids.get(marked[at:end])
            if place is not None and so_far + scores[place] > best[end]:
                best[end], back[end] = so_far + scores[place], (at, place)
    found: list[int] = []
    while length:
        length, place = back[length]
        found.append(place)
    return found[::-1]
