"""Times, spans and numbers as a reader of a language writes them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from typing import Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale, dates, numbers
from markupsafe import Markup, escape

from bellrock.core import figures
from bellrock.web.shared.languages import babel_code

ZONE_COOKIE = "tz"
_ZONE_NAME_MAX = 60
SpanStyle = Literal["narrow", "short", "medium", "long"]
DateStyle = Literal["short", "medium", "long", "full"]
_SECONDS = "\N{SECTION SIGN}"
_THRESHOLD = 1.2
_KEPT = 8_192
_WHOLE_UNITS = tuple(length for _unit, length in dates.TIMEDELTA_UNITS if length > 60)
_SPANS: dict[tuple[str, SpanStyle, str, int], str] = {}


def zone_of(name: str | None) -> ZoneInfo:
    """Return the zone a browser named, or UTC for one that does not exist."""
    if name and len(name) <= _ZONE_NAME_MAX and ".." not in name:
        try:
            return ZoneInfo(name.replace("%2F", "/"))
        except (ZoneInfoNotFoundError, ValueError, OSError):
            pass
    return ZoneInfo("UTC")


def day_names(language: str) -> list[str]:
    """Return the names of the days of a week, Monday first."""
    names = dates.get_day_names("wide", context="stand-alone", locale=_locale(language))
    return [str(names[number]) for number in range(7)]


def formats(language: str, zone: tzinfo, now: datetime) -> dict[str, Callable[..., Any]]:
    """Return the format helpers of a page, bound to its language, its reader's zone and its moment."""
    locale = _locale(language)
    # Arabic shortens units to single letters, which read badly in a sentence.
    span_style: SpanStyle = "long" if language == "ar" else "short"

    def clock_time(at: datetime) -> str:
        local = at.astimezone(zone)
        return _clock(language, local.hour, local.minute)

    def date(at: datetime, style: DateStyle = "medium") -> str:
        return _date(language, style, at.astimezone(zone).date())

    def day(at: datetime) -> str:
        """Weekday, day and month; the year only when it is another one."""
        local = at.astimezone(zone)
        skeleton = "MMMEd" if local.year == now.astimezone(zone).year else "yMMMEd"
        return _sketched(language, skeleton, local.date())

    def moment(at: datetime) -> str:
        local = at.astimezone(zone)
        clock = _clock_to_fill(language, local.hour, local.minute).replace(_SECONDS, f"{local.second:02}")
        return _joined(language).replace("{0}", clock).replace("{1}", _date(language, "medium", local.date()))

    def day_and_time(at: datetime) -> str:
        """Weekday, day and time, for what is to come; the zone is said where the reader's own is not known."""
        told = _joined(language).replace("{1}", day(at)).replace("{0}", clock_time(at))
        return f"{told} UTC" if str(zone) == "UTC" else told

    def short_moment(at: datetime) -> str:
        """The time alone today, else day and month."""
        local = at.astimezone(zone)
        if local.date() == now.astimezone(zone).date():
            return clock_time(at)
        return _sketched(language, "MMMd", local.date())

    def span(length: timedelta, style: SpanStyle = span_style) -> str:
        return _span(language, style, max(int(length.total_seconds()), 1))

    def since(at: datetime, style: SpanStyle = span_style) -> str:
        return span(now - at, style)

    def whole(length: timedelta) -> str:
        """A length in whole units, rounded down: 25 minutes; at least a minute, hours from two of them on."""
        return _whole(language, int(length.total_seconds()), False)

    def ahead(length: timedelta) -> str:
        """How far ahead something is, rounded down as by `whole`: in 25 minutes."""
        return _whole(language, int(length.total_seconds()), True)

    def number(value: Any) -> str:
        return numbers.format_decimal(value, locale=locale)

    def percent(share: float) -> str:
        return numbers.format_percent(share, format="#,##0.0%", locale=locale)

    return {
        "clock_time": clock_time,
        "day_and_time": day_and_time,
        "date": date,
        "percent": percent,
        "day": day,
        "moment": moment,
        "short_moment": short_moment,
        "span": span,
        "since": since,
        "whole": whole,
        "ahead": ahead,
        "number": number,
        "local": lambda at: at.astimezone(zone),
    }


# A page tells thirty times and more, and most of them on the same few days. What Babel made of a day, or of a minute of the
# clock, is kept: it says nothing about anybody.


@lru_cache(maxsize=_KEPT)
def _clock(language: str, hour: int, minute: int) -> str:
    return dates.format_time(time(hour, minute), figures.time_pattern(language, "short"), locale=_locale(language))


@lru_cache(maxsize=_KEPT)
def _clock_to_fill(language: str, hour: int, minute: int) -> str:
    """Return the time with a sign where the seconds, which are many, have their place."""
    pattern = figures.time_pattern(language, "medium")
    return dates.format_time(time(hour, minute), pattern.replace("ss", f"'{_SECONDS}'"), locale=_locale(language))


@lru_cache(maxsize=_KEPT)
def _date(language: str, style: DateStyle, day: date) -> str:
    return dates.format_date(day, style, locale=_locale(language))


@lru_cache(maxsize=_KEPT)
def _sketched(language: str, skeleton: str, day: date) -> str:
    return dates.format_skeleton(skeleton, datetime.combine(day, time()), locale=_locale(language))


@lru_cache(maxsize=64)
def _joined(language: str) -> str:
    """Return how a language puts a day `{1}` and a time `{0}` together."""
    return str(dates.get_datetime_format("medium", locale=_locale(language))).replace("'", "")


def _span(language: str, style: SpanStyle, seconds: int) -> str:
    for unit, length in dates.TIMEDELTA_UNITS:
        if seconds / length >= _THRESHOLD or unit == "second":
            key = (language, style, unit, round(seconds / length))
            if key not in _SPANS:
                _SPANS[key] = dates.format_timedelta(
                    timedelta(seconds=seconds), threshold=_THRESHOLD, format=style, locale=_locale(language)
                )
            return _SPANS[key]
    raise AssertionError  # the last unit is the second


def _whole(language: str, seconds: int, is_ahead: bool) -> str:
    for length in _WHOLE_UNITS:
        if seconds >= 2 * length:
            return _counted(language, length, seconds // length, is_ahead)
    return _counted(language, 60, max(seconds // 60, 1), is_ahead)


@lru_cache(maxsize=_KEPT)
def _counted(language: str, unit_seconds: int, count: int, is_ahead: bool) -> str:
    return dates.format_timedelta(
        timedelta(seconds=unit_seconds * count),
        granularity="minute",
        threshold=2,
        add_direction=is_ahead,
        format="long",
        locale=_locale(language),
    )


def bdi(value: object) -> Markup:
    """Isolate a name, hash or amount, so that its direction does not disturb the sentence."""
    return Markup("<bdi>%s</bdi>") % escape(value)


def initials(name: str) -> str:
    """Return at most two letters that stand for a name; one for names without spaces."""
    words = [word for word in name.split() if word[:1].isalnum()]
    if not words:
        return "?"
    if len(words) == 1 or not words[0][0].isascii():
        return words[0][0].upper()
    return (words[0][0] + words[-1][0]).upper()


@lru_cache(maxsize=32)
def _locale(language: str) -> Locale:
    """Return Babel's locale; English without a country is written as most of the world writes it."""
    return Locale.parse("en_GB" if language == "en" else babel_code(language))
