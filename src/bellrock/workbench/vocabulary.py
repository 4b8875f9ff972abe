"""The words in which a language speaks of times, for reading them: English and one other."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import time, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from babel import Locale, dates

from bellrock.core import N_, i18n

Value = TypeVar("Value")
_SAMPLES = (1, 2, 3, 5, 11, 21)
_UNITS = {"minute": "minutes", "hour": "hours", "day": "days", "week": "weeks"}
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MULTIPLES = {"half_": 0.5, "": 1.0, "two_": 2.0}
_SAID: dict[str, dict[str, Any]] = tomllib.loads((Path(__file__).parent / "times.toml").read_text(encoding="utf-8"))
_APOSTROPHES = str.maketrans("’‘ʼ", "'''")
# The vowel signs of Arabic, and the dot that a Turkish İ leaves behind.
_SIGNS = re.compile("[\u064b-\u0652\u0640\u0307]")

# Translators give every word that people use for it, with | between.
_DAYS: tuple[tuple[str, int], ...] = (
    (N_("day after tomorrow"), 2),
    (N_("tomorrow|tmrw"), 1),
    (N_("today|later today"), 0),
    (N_("in a week|next week"), 7),
)
_PARTS: tuple[tuple[str, time], ...] = (
    (N_("in the morning|morning"), time(9)),
    (N_("noon|midday|lunchtime"), time(12)),
    (N_("in the afternoon|afternoon"), time(14)),
    (N_("in the evening|evening"), time(18)),
    (N_("tonight"), time(20)),
)
_THEIRS = N_("customer's time|their time|customer time|for the customer")
_OURS = N_("my time|our time")
_NUMBERS: Mapping[str, float] = {
    "half an": 0.5, "an": 1, "a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
    "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "a couple of": 2,
}  # fmt: skip
_ENGLISH_SPANS = (
    (r"minutes?|mins?|m", "minutes"),
    (r"hours?|hrs?|h", "hours"),
    (r"days?|d", "days"),
    (r"weeks?|wks?|w", "weeks"),
)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Phrases in lower case, longest first where one holds another. A span's third part is its count, if words say it."""

    spans: tuple[tuple[re.Pattern[str], str, float | None], ...]
    days: tuple[tuple[str, int], ...]
    weekdays: tuple[tuple[str, int], ...]
    parts: tuple[tuple[str, time], ...]
    next_week: tuple[tuple[str, int], ...]
    theirs: tuple[str, ...]
    ours: tuple[str, ...]
    numbers: Mapping[str, float]
    fillers: frozenset[str]


def plain(text: str) -> str:
    """Return text as it is compared: one case, one apostrophe, no vowel signs, single spaces."""
    folded = unicodedata.normalize("NFKC", text).casefold().translate(_APOSTROPHES)
    return " ".join(_SIGNS.sub("", folded).split())


@lru_cache(maxsize=32)
def vocabulary(language: str) -> Vocabulary:
    """Return the words of a language, with the English ones."""
    tongues = ("en",) if language == "en" else (language, "en")
    return Vocabulary(
        spans=tuple(span for tongue in tongues for span in _spans(tongue)),
        days=_longest((word, days) for tongue in tongues for text, days in _DAYS for word in _words(tongue, text)),
        weekdays=_longest(pair for tongue in tongues for pair in _weekdays(tongue)),
        parts=_longest((word, at) for tongue in tongues for text, at in _PARTS for word in _words(tongue, text)),
        theirs=tuple(word for tongue in tongues for word in _words(tongue, _THEIRS)),
        ours=tuple(word for tongue in tongues for word in _words(tongue, _OURS)),
        next_week=_longest(
            (plain(name), number)
            for tongue in tongues
            for number, name in enumerate(_SAID.get(tongue, {}).get("next_week", ()))
        ),
        numbers=dict(_longest(pair for tongue in tongues for pair in _numbers(tongue).items())),
        fillers=frozenset(plain(word) for tongue in tongues for word in _SAID.get(tongue, {}).get("fillers", ())),
    )


def _numbers(language: str) -> dict[str, float]:
    if language == "en":
        return dict(_NUMBERS)
    return {plain(word): float(number) for word, number in _SAID.get(language, {}).get("numbers", {}).items()}


def _words(language: str, text: str) -> list[str]:
    said = i18n.translations(language).gettext(text)
    return [word for part in said.split("|") if (word := plain(part))]


def _weekdays(language: str) -> list[tuple[str, int]]:
    """Return the names of the days, their other forms, and short ones of at least two letters, Monday 0."""
    days = _locale(language).days["format"]
    found = []
    for width in ("wide", "abbreviated"):
        for number, name in days[width].items():
            said = plain(name).rstrip(".")
            if len(said) > 1:
                found.append((said, int(number)))
    more = _SAID.get(language, {})
    return found + [(plain(word), number) for number, day in enumerate(_WEEKDAYS) for word in more.get(day, ())]


def _spans(language: str) -> list[tuple[re.Pattern[str], str, float | None]]:
    """Return patterns of "in 3 hours": those of CLDR, whose number is replaced, and in English the short ones too."""
    found: dict[str, tuple[re.Pattern[str], str, float | None]] = {}
    digits = "|".join([r"\d+", *(re.escape(word) for word in sorted(_numbers(language), key=len, reverse=True))])

    def add(template: str, unit: str, alone: float) -> None:
        spaced = re.escape(template).replace(r"\#", "#").replace(r"\ ", r"\s*")
        pattern = spaced.replace("#", rf"\s*({digits})\s*")
        found.setdefault(pattern, (re.compile(pattern), unit, None if "#" in template else alone))

    for granularity, unit in _UNITS.items():
        for count in _SAMPLES:
            said = dates.format_timedelta(
                timedelta(**{unit: count}),
                granularity=granularity,  # type: ignore[arg-type]
                add_direction=True,
                threshold=10_000,
                locale=_locale(language),
            )
            add(plain(said).replace(str(count), "#"), unit, float(count))
        for prefix, times in _MULTIPLES.items():
            for template in _SAID.get(language, {}).get(f"{prefix}{unit}", ()):
                add(plain(template), unit, times)
    if language == "en":
        numbers = "|".join(sorted(_NUMBERS, key=len, reverse=True))
        for words, unit in _ENGLISH_SPANS:
            pattern = rf"(?:in|after)?\s*(\d+(?:[.,]\d+)?|(?:{numbers})(?=\s))\s*(?:{words})(?: from now)?"
            found[pattern] = (re.compile(pattern), unit, None)
    return list(found.values())


def _longest(pairs: Iterable[tuple[str, Value]]) -> tuple[tuple[str, Value], ...]:
    return tuple(sorted(pairs, key=lambda pair: -len(pair[0])))


def _locale(language: str) -> Locale:
    return Locale.parse(language.replace("-", "_"))
