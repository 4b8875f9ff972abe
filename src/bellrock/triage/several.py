"""Further topics of a message: "I can't log in and also my withdrawal hangs" is about two, and a person may be needed for one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from itertools import pairwise

from bellrock.triage.model import Model, Understanding
from bellrock.triage.port import Embedder
from bellrock.triage.topics import NEAR_MISS, read_toml

PARTS_MAX = 4
CLEAR_MIN = 0.8
# On calibration messages and pairs of them, one in a hundred single ones is taken for two.
_STRICT, _LOOSE = (0.5, 0.7, 0.4), (0.3, 0.4, 0.25)
"""How likely a part's topic has to be where it is among the likeliest of the whole, where it is not, and how near to a known
example; loosely where words announce another matter."""
_NO_MATTER = frozenset({NEAR_MISS, "greeting_or_thanks", "out_of_scope"})
_WORDS_MIN = 3
_SIGNS_MIN = 5
"""So much stands in a part at least: words, or characters where words are not spaced."""
_ENDS = re.compile(r"(?<=[.!?…؟;])\s+|(?<=[。！？；])|\n+")
_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


def understood(model: Model, embedder: Embedder, text: str, language: str) -> Understanding:
    """Return what the classifier makes of a text, and of its parts where they are surely about different topics.

    Parts are looked at where words announce another matter, or the whole is not clearly about one: they cost time.
    """
    whole = model.understand([text], embedder, [language])[0]
    pieces, says_more = parts(text)
    if len(pieces) < 2 or not (says_more or whole.guesses[0].probability < CLEAR_MIN):
        return whole
    read = model.understand(pieces, embedder, [language] * len(pieces))
    return replace(whole, parts=_sure(whole, read, _LOOSE if says_more else _STRICT))


def _sure(
    whole: Understanding, read: Sequence[Understanding], least: tuple[float, float, float]
) -> tuple[Understanding, ...]:
    """Return the parts that are surely about different topics, the likeliest of each; none where that is one topic alone."""
    likely = {guess.topic for guess in whole.guesses}
    best: dict[str, Understanding] = {}
    for part in read:
        topic, probability = part.guesses[0].topic, part.guesses[0].probability
        among, alone, near = least
        if topic in _NO_MATTER or probability < (among if topic in likely else alone) or part.similarity < near:
            continue
        if topic not in best or probability > best[topic].guesses[0].probability:
            best[topic] = part
    return tuple(best.values()) if len(best) > 1 else ()


def parts(text: str) -> tuple[tuple[str, ...], bool]:
    """Return the parts of a text that may each be about something else, and whether words say so; one where it is short."""
    found: list[str] = []
    says_more = _more().search(text) is not None
    joints = _more() if says_more else _joints()
    for sentence in _ENDS.split(text):
        cuts = [0, *(match.start() for match in joints.finditer(sentence)), len(sentence)]
        for start, end in pairwise(cuts):
            piece = sentence[start:end].strip(" ,，、،")
            if not piece:
                continue
            if found and (not _is_whole(piece) or not _is_whole(found[-1])):
                found[-1] = f"{found[-1]} {piece}"
            else:
                found.append(piece)
    while len(found) > PARTS_MAX:
        at = min(range(len(found) - 1), key=lambda place: len(found[place]) + len(found[place + 1]))
        found[at : at + 2] = [f"{found[at]} {found[at + 1]}"]
    return tuple(found), says_more


def _is_whole(piece: str) -> bool:
    if _UNSPACED.search(piece):
        return len(piece.replace(" ", "")) >= _SIGNS_MIN
    return len(piece.split()) >= _WORDS_MIN


@cache
def _joints() -> re.Pattern[str]:
    table = read_toml("several.toml")
    return _words(sorted({word for words in (*table["more"].values(), *table["and"].values()) for word in words}))


@cache
def _more() -> re.Pattern[str]:
    return _words(sorted({word for words in read_toml("several.toml")["more"].values() for word in words}))


def _words(words: list[str]) -> re.Pattern[str]:
    """Return what finds these words, the longest first; where words are spaced, whole ones only."""
    longest = sorted(words, key=len, reverse=True)
    found = "|".join(
        re.escape(word) if _UNSPACED.search(word) else rf"(?<!\w){re.escape(word)}(?!\w)" for word in longest
    )
    return re.compile(found, re.IGNORECASE)
