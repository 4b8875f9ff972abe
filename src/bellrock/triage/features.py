"""What the classifier sees of a text besides its meaning: hashed runs of letters, the same at training and at work."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING
from zlib import crc32

if TYPE_CHECKING:
    from numpy import float32, int64
    from numpy.typing import NDArray

BUCKETS = 1 << 15
RUN_MAX = 4
"""Longest run of letters that is counted."""
CHARS_MAX = 1_500
"""What a message says stands at its beginning; the rest would only cost time."""

_SIZES = range(1, RUN_MAX + 1)
_DIGITS = re.compile(r"\d+")
_WORD = re.compile(r"\S+")
_MARKS = re.compile("[\u0640\u064b-\u0652]")
_ARABIC = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ى": "ي", "ة": "ه"})


def spoken(text: str) -> str:
    """Return a text as the encoders read it: NFKC, one space for many, capitals as they were typed."""
    return " ".join(unicodedata.normalize("NFKC", text[: 2 * CHARS_MAX]).split())[:CHARS_MAX]


def plain(text: str) -> str:
    """Return a text as rules and features read it: NFKC, lower case, Arabic without vowel signs, one space for many."""
    folded = unicodedata.normalize("NFKC", text[: 2 * CHARS_MAX]).casefold()
    return " ".join(_MARKS.sub("", folded).translate(_ARABIC).replace("’", "'").split())[:CHARS_MAX]


def runs(text: str) -> Counter[int]:
    """Count the hashed runs of 1 to 4 letters of a plain text, its words and its pairs of words; every number counts as 0."""
    return Counter(bucket for _, bucket in placed_runs(text))


def placed_runs(text: str) -> Iterator[tuple[int, int]]:
    """Yield the runs that `runs` counts: where each begins, or its word where it is in a number's place, and its bucket."""
    before = ""
    for match in _WORD.finditer(text):
        start, word = match.start(), _DIGITS.sub("0", match.group())
        framed = f" {word} "
        for size in _SIZES:
            for at in range(len(framed) - size + 1):
                yield start + max(at - 1, 0), crc32(framed[at : at + size].encode()) % BUCKETS
        yield start, crc32(("w" + word).encode()) % BUCKETS
        if before:
            yield start, crc32(f"b{before} {word}".encode()) % BUCKETS
        before = word


def letters(text: str, idf: NDArray[float32]) -> tuple[NDArray[int64], NDArray[float32]]:
    """Return the buckets of a plain text's runs and their TF-IDF weights, of length 1 together."""
    import numpy as np

    counted = runs(text)
    places = np.fromiter(counted.keys(), dtype=np.int64, count=len(counted))
    weights = (1.0 + np.log(np.fromiter(counted.values(), dtype=np.float32, count=len(counted)))) * idf[places]
    return places, (weights / max(float(np.linalg.norm(weights)), 1e-9)).astype(np.float32)
