"""What people call the subjects of articles besides the articles' own words: "2fa", "kyc", loan words, everyday words."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence, Set
from functools import cache
from pathlib import Path

from bellrock.knowledge import index

FILE = Path(__file__).parent / "names.toml"
QUERY_WORDS_MAX = 32
_STEM_CHARS_MIN = 3

_Name = tuple[str, ...]


def named(words: Sequence[str]) -> list[str]:
    """Return the topics that index words of a query name, the longest name first; the first 32 words are read."""
    found: dict[str, int] = {}
    topics, begun = _names()
    words = words[:QUERY_WORDS_MAX]
    for start in range(len(words)):
        for name in _from(words[start:], begun):
            for topic in topics.get(name, ()):
                found[topic] = max(found.get(topic, 0), sum(map(len, name)))
    return sorted(found, key=lambda topic: (-found[topic], topic))


def _from(words: Sequence[str], begun: Set[_Name]) -> Iterator[_Name]:
    """Yield what may be a name at the beginning of these words: their first words whole, or the last of them cut."""
    before: _Name = ()
    for word in words:
        yield (*before, word)
        for end in range(_STEM_CHARS_MIN, len(word) + 1):
            yield (*before, word[:end] + "*")
        before = (*before, word)
        if before not in begun:
            return


@cache
def _names() -> tuple[Mapping[_Name, frozenset[str]], Set[_Name]]:
    """Return the topics of each name, by its index words, and the words with which longer names begin."""
    topics: dict[_Name, set[str]] = {}
    for topic, names in tomllib.loads(FILE.read_text(encoding="utf-8")).items():
        for name in names:
            words = index.words(name.removesuffix("*"))
            last = words[-1] + "*" if name.endswith("*") else words[-1]
            topics.setdefault((*words[:-1], last), set()).add(topic)
    begun = {name[:size] for name in topics for size in range(1, len(name))}
    return {name: frozenset(found) for name, found in topics.items()}, begun
