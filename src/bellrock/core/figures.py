"""Amounts, shares, moments and spans as a language writes them, for texts that no page renders."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from functools import lru_cache
from typing import TYPE_CHECKING, Literal
from unicodedata import bidirectional

if TYPE_CHECKING:
    from babel import Locale

_DIGITS = 60
_PLACES_MAX = 8
_FIRST_STRONG, _POP = "\u2068", "\u2069"
_LEFT_TO_RIGHT, _RIGHT_TO_LEFT = "\u200e", "\u200f"
_ISOLATED = re.compile(f"{_FIRST_STRONG}([^{_FIRST_STRONG}{_POP}]*){_POP}")


def number(language: str, value: Decimal | int, *, places_max: int = _PLACES_MAX) -> str:
    """Write a number with the signs of a language, rounded half to even, without zeros at the end."""
    from babel.numbers import format_decimal

    exact = Decimal(value)
    if exact and abs(exact) < Decimal(1).scaleb(-places_max):
        places_max = -exact.adjusted() + 1  # small amounts of a coin are not nothing
    pattern = "#,##0." + "#" * places_max
    with localcontext(prec=_DIGITS):
        rounded = exact.quantize(Decimal(1).scaleb(-places_max), rounding=ROUND_HALF_EVEN)
        return str(format_decimal(rounded, format=pattern, locale=_locale(language), decimal_quantization=False))


def money(language: str, amount: Decimal, asset: str, *, places_max: int = _PLACES_MAX) -> str:
    """Write an amount with its coin or currency by its code, held together in every direction of writing."""
    return isolated(f"{number(language, amount, places_max=places_max)}\u00a0{asset}")


def share(language: str, part: Decimal, *, places_max: int = 4) -> str:
    """Write a part of a whole as per cent: 0.001 is 0.1 %."""
    from babel.numbers import format_percent

    pattern = _locale(language).percent_formats[None].pattern.replace("#,##0", "#,##0." + "#" * places_max)
    with localcontext(prec=_DIGITS):
        rounded = part.quantize(Decimal(1).scaleb(-places_max - 2), rounding=ROUND_HALF_EVEN)
        return str(format_percent(rounded, format=pattern, locale=_locale(language), decimal_quantization=False))


def moment(language: str, at: datetime) -> str:
    """Write day and time in UTC, and say so: of most customers nobody knows the zone."""
    from datetime import UTC

    from babel import dates

    local, locale = at.astimezone(UTC), _locale(language)
    told = str(dates.get_datetime_format("medium", locale=locale)).replace("'", "")
    told = told.replace("{0}", dates.format_time(local, time_pattern(language, "medium"), locale=locale))
    return isolated(f"{told.replace('{1}', dates.format_date(local, 'medium', locale=locale))} UTC")


def short_moment(language: str, at: datetime) -> str:
    """Write month, day and time in UTC, without saying so, where there is little room."""
    from datetime import UTC

    from babel import dates

    local, locale = at.astimezone(UTC), _locale(language)
    time = dates.format_time(local, time_pattern(language, "short"), locale=locale)
    return isolated(f"{dates.format_skeleton('MMMd', local, locale=locale)} {time}")


def day(language: str, on: date) -> str:
    """Write a day."""
    from babel import dates

    return isolated(str(dates.format_date(on, "medium", locale=_locale(language))))


@lru_cache(maxsize=64)
def time_pattern(language: str, style: Literal["short", "medium"]) -> str:
    """Return how a language writes the time of day, as a pattern for Babel.

    Where CLDR shortens morning and afternoon to the English AM and PM although the language has words of its own, as in
    Korean, the words are written out.
    """
    from babel.dates import get_period_names, get_time_format

    pattern, locale = str(get_time_format(style, locale=_locale(language))), _locale(language)
    short, full = (get_period_names(width, "format", locale).get("am", "") for width in ("abbreviated", "wide"))
    return pattern.replace("a", "aaaa") if short == "AM" != full else pattern


def span(language: str, length: timedelta) -> str:
    """Write how long something takes, in the largest unit that fits."""
    from babel.dates import format_timedelta

    return str(format_timedelta(length, format="long", threshold=1.2, locale=_locale(language)))


def several(language: str, words: Sequence[str]) -> str:
    """Join words as a language does: a, b and c."""
    from babel.lists import format_list

    return str(format_list(list(words), style="standard", locale=_locale(language)))


def isolated(text: str) -> str:
    """Keep a code or amount together where the sentence around it runs the other way."""
    return f"{_FIRST_STRONG}{text}{_POP}"


def marked(language: str, text: str) -> str:
    """Return a text whose isolates are marks of direction where the language runs from right to left.

    Isolates are taken out of messages, marks stay: what runs left to right inside goes on doing so, and nothing around it
    joins in.
    """
    return _ISOLATED.sub(_between_marks, text) if _locale(language).text_direction == "rtl" else text


def _between_marks(found: re.Match[str]) -> str:
    kept = found[1]
    # Without a letter, a sign before digits runs with them; between letters of Arabic it would change sides.
    strong = next((way for way in map(bidirectional, kept) if way in ("L", "R", "AL")), "L")
    inside = f"{_LEFT_TO_RIGHT}{kept}{_LEFT_TO_RIGHT}" if strong == "L" else kept
    return f"{_RIGHT_TO_LEFT}{inside}{_RIGHT_TO_LEFT}"


@lru_cache(maxsize=32)
def _locale(language: str) -> Locale:
    from babel import Locale

    return Locale.parse("en_GB" if language == "en" else language.replace("-", "_"))
