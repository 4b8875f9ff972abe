"""Days as people say them without a date: "yesterday", "the order from Monday", "three days ago", in eighteen languages."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import cache

from bellrock.triage.topics import read_toml

AGO_MAX = 30
"""Nobody counts more days than these; what was longer ago has a date."""
_EAST, _WEST = timedelta(hours=14), timedelta(hours=12)
"""A day begins so long before, and ends so long after, that of UTC, somewhere."""
_UNSPACED = frozenset({"zh-Hans", "zh-Hant", "ja", "ko"})
_COUNTED = {"两": 2, "兩": 2, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7}
_NUMBER = r"\d{1,2}|[两兩二三四五六七]"
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class SaidDay:
    """A day that was said: what it is called in a calendar, and from when until before when it can be, in UTC."""

    day: date
    begins: datetime
    ends: datetime

    def holds(self, at: datetime) -> bool:
        """Say whether an instant can lie on it."""
        return self.begins <= at < self.ends


def said_days(text: str, *, language: str, zone: tzinfo | None, now: datetime) -> tuple[SaidDay, ...]:
    """Return the days in the past, or today, that a text in a language says in words, as they were said `now`.

    Where the customer's zone is not known, a day is as long as it is anywhere, and none is sure. Nothing for a language
    that is not among the eighteen.
    """
    if language not in _patterns():
        return ()
    todays = {now.astimezone(zone or UTC).date()} if zone else {(now - _WEST).date(), (now + _EAST).date()}
    today = now.astimezone(zone or UTC).date()
    found: list[date] = []
    plain = "".join(str(unicodedata.digit(sign)) if sign.isdigit() else sign for sign in text.casefold())
    for match in _patterns()[language].finditer(plain):
        kind = match.lastgroup or ""
        if kind.startswith("w"):
            found += [day for each in sorted(todays) for day in _named(int(kind[1:]), each)]
        elif (days_ago := _days_ago(match)) is not None:
            found.append(today - timedelta(days=days_ago))
    return tuple(_said(day, zone) for day in dict.fromkeys(found))


def _named(weekday: int, today: date) -> tuple[date, ...]:
    """Return the last day of a name; on a Monday, "Monday" is today or a week ago."""
    days_ago = (today.weekday() - weekday) % 7
    return tuple(today - timedelta(days=days) for days in ((days_ago,) if days_ago else (0, 7)))


def _days_ago(match: re.Match[str]) -> int | None:
    if match.lastgroup != "ago":
        return {"today": 0, "yesterday": 1, "before": 2}.get(match.lastgroup or "")
    number = re.search(_NUMBER, match[0])
    count = (_COUNTED.get(number[0]) or int(number[0])) if number else 0
    return count if 0 < count <= AGO_MAX else None


def _said(day: date, zone: tzinfo | None) -> SaidDay:
    if zone is not None:
        begins, ends = (datetime.combine(one, time(), zone).astimezone(UTC) for one in (day, day + _ONE_DAY))
        return SaidDay(day, begins, ends)
    midnight = datetime.combine(day, time(), UTC)
    return SaidDay(day, midnight - _EAST, midnight + _ONE_DAY + _WEST)


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    return {language: _pattern(words, language in _UNSPACED) for language, words in read_toml("days.toml").items()}


def _pattern(words: dict[str, str | Sequence[str]], is_unspaced: bool) -> re.Pattern[str]:
    """Return one expression for a language; what comes first in it hides what it holds: "the day before yesterday"."""
    weekdays = [f"(?P<w{number}>{names})" for number, names in enumerate(words["weekdays"])]
    any_day = "|".join(f"(?:{names})" for names in words["weekdays"])
    parts = [
        f"(?:{str(words['ahead']).replace('{day}', f'(?:{any_day})')})",
        f"(?P<before>{words['before']})",
        f"(?P<ago>{str(words['ago']).replace('{n}', f'(?:{_NUMBER})')})",
        f"(?P<yesterday>{words['yesterday']})",
        f"(?P<today>{words['today']})",
        *weekdays,
    ]
    either = "|".join(parts)
    return re.compile(either if is_unspaced else rf"(?<!\w)(?:{either})(?!\w)")
