"""Cuts a text into word pieces of a unigram model (Kudo, 2018), as XLM-R's vocabulary wants it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_SPACE = "\u2581"
_SPACES = re.compile(" {2,}")
_BEGINNING = 4
"""So many letters tell of most places of a text that no longer piece begins there; with 2 or 6 it takes more time."""


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
    beginnings: frozenset[str]
    """Of all longer pieces, as `beginnings_of` tells them: where a text goes on otherwise, none of those fits."""


def beginnings_of(ids: Iterable[str]) -> frozenset[str]:
    """Return how the pieces begin that are longer than a beginning."""
    return frozenset(piece[:_BEGINNING] for piece in ids if len(piece) > _BEGINNING)


def cut(text: str, pieces: Pieces) -> list[int]:
    """Return the ids of the likeliest way to put a text together from pieces (Viterbi, 1967)."""
    spelt = _SPACES.sub(" ", text.translate(pieces.spelling))
    marked = (spelt if spelt.startswith(" ") else " " + spelt).replace(" ", _SPACE)
    length, known, scores, beginnings = len(marked), pieces.ids.get, pieces.scores, pieces.beginnings
    longest = max(pieces.letters_max, _BEGINNING)
    best = [float("-inf")] * (length + 1)
    back = [(0, pieces.unknown)] * (length + 1)
    best[0] = 0.0
    for at in range(length):
        so_far = best[at]
        if so_far + pieces.unknown_score > best[at + 1]:
            best[at + 1], back[at + 1] = so_far + pieces.unknown_score, (at, pieces.unknown)
        reach = longest if marked[at : at + _BEGINNING] in beginnings else _BEGINNING
        for end in range(at + 1, min(at + reach, length) + 1):
            place = known(marked[at:end])
            if place is not None and so_far + scores[place] > best[end]:
                best[end], back[end] = so_far + scores[place], (at, place)
    found: list[int] = []
    while length:
        length, place = back[length]
        found.append(place)
    return found[::-1]
