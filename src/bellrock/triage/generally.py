"""Whoever asks how things go for everybody, and tells of no case of their own: known by words in eighteen languages."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from bellrock.triage.entities import EntityKind, entities
from bellrock.triage.pointing import ids_in
from bellrock.triage.rules import read
from bellrock.triage.topics import read_toml

_CHARS_MAX = 120
"""Whoever writes more tells what happened to them."""
_EVERYBODYS = frozenset({EntityKind.COIN, EntityKind.NETWORK, EntityKind.COUNTRY})
"""Facts that a question for everybody may name; any other one is of somebody's own case."""


@dataclass(frozen=True, slots=True)
class _Words:
    long: re.Pattern[str]
    asks: re.Pattern[str]
    own: re.Pattern[str]


def asks_generally(text: str, language: str) -> bool:
    """Say whether a text asks how something goes, or how long it takes, and names nothing of a case of one's own."""
    words = _words().get(language)
    said = read(text)
    if words is None or not said or len(said) > _CHARS_MAX or words.own.search(said):
        return False
    is_question = words.long.search(said) or words.asks.search(said)
    return bool(is_question) and not ids_in(text) and all(one.kind in _EVERYBODYS for one in entities(text))


def asks_how_long(text: str, language: str) -> bool:
    """Say whether a general question is how long something takes, or when."""
    return asks_generally(text, language) and _words()[language].long.search(read(text)) is not None


@cache
def _words() -> dict[str, _Words]:
    return {
        language: _Words(*(re.compile(table[name]) for name in ("long", "asks", "own")))
        for language, table in read_toml("generally.toml").items()
    }
