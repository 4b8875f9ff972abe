"""Which language short words are in, by their letters: a small linear model of our own beside py3langid's.

py3langid knows the languages of the web; this one knows the words of an exchange and its customers. It was learnt by
`scripts/train_languages.py` from the product's own texts: catalogues, articles, and the messages of the first line's corpus.
"""

from __future__ import annotations

import json
import math
import re
import struct
from collections import Counter
from collections.abc import Collection
from functools import cache
from pathlib import Path
from zlib import crc32

BUCKETS = 1 << 15
RUN_MAX = 4
DATA = Path(__file__).parent / "data" / "letters.bin"
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_EAST_ASIAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u3041-\u30fa]")


class Letters:
    """Rows of whole numbers from -127 to 127, one a bucket, with a column and a scale a language."""

    __slots__ = ("_bias", "_columns", "_rows", "_scales", "_unpack")

    def __init__(self, packed: bytes) -> None:
        size = int.from_bytes(packed[:4], "little")
        about = json.loads(packed[4 : 4 + size])
        self._columns = {tag: place for place, tag in enumerate(about["languages"])}
        self._scales: list[float] = about["scales"]
        self._bias: list[float] = about["bias"]
        self._rows = packed[4 + size :]
        self._unpack = struct.Struct(f"{len(self._columns)}b").unpack_from

    def scores(self, text: str, among: Collection[str]) -> dict[str, float]:
        """Return a score for each of the named languages; differences are of logarithms of odds."""
        counted = runs(text)
        weights = {bucket: math.log1p(count) for bucket, count in counted.items()}
        length = math.sqrt(sum(weight * weight for weight in weights.values())) or 1.0
        sums = [0.0] * len(self._columns)
        for bucket, weight in weights.items():
            for place, value in enumerate(self._unpack(self._rows, bucket * len(sums))):
                if value:
                    sums[place] += weight * value
        found: dict[str, float] = {}
        for tag in among:
            if tag in self._columns:
                place = self._columns[tag]
                found[tag] = self._bias[place] + self._scales[place] * sums[place] / length
        return found


def runs(text: str) -> Counter[int]:
    """Count the hashed runs of letters of a text: of words 1 to 4 letters and the word, of Han and kana 1 and 2."""
    counted: Counter[int] = Counter()
    for word in _WORD.findall(text.casefold()):
        if _EAST_ASIAN.search(word):
            found = [*word, *(word[at : at + 2] for at in range(len(word) - 1))]
        else:
            framed = f" {word} "
            sizes = range(2, RUN_MAX + 1)
            found = [framed[at : at + size] for size in sizes for at in range(len(framed) - size + 1)]
            found += ["=" + word, *word]
        for run in found:
            counted[crc32(run.encode()) % BUCKETS] += 1
    return counted


@cache
def load() -> Letters:
    """Read the model once a process: half a megabyte."""
    return Letters(DATA.read_bytes())
