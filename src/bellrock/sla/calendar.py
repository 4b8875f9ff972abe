"""Business hours as a pure calendar: when people are there, when again, how much business time lies between two instants.

One definition carries everything: it is open at an instant when the wall clock of the calendar's zone then stands in a slot
of that date, and the date is no holiday. So an hour that a clock change repeats counts twice, one that it skips not at all,
and no slot needs a rule of its own for those nights. A slot ends before its last minute; 24:00 is the end of the day, and
work over midnight is one slot to 24:00 and one from 0:00 of the next day.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

from bellrock.sla.errors import CalendarWrong

DAY_MINUTES = 24 * 60
SLOTS_A_DAY_MAX = 6
HOLIDAYS_MAX = 500
HORIZON = timedelta(days=400)
"""How far ahead is looked: a calendar that is shut for longer than this never opens."""

_MINUTE = timedelta(minutes=1)
_DAY = timedelta(days=1)
Slot = tuple[int, int]
"""From and to, in minutes after midnight, the last not included."""
Week = tuple[tuple[Slot, ...], ...]


@dataclass(frozen=True, slots=True)
class Holiday:
    """A day off; `yearly` repeats it, and a 29 February then is one only in leap years."""

    day: date
    name: str
    yearly: bool = False


@dataclass(frozen=True, slots=True)
class Calendar:
    """The slots of a week, Monday first, in a zone, without the holidays. Slots of a day are in order and apart."""

    zone: str
    week: Week
    holidays: frozenset[date] = frozenset()
    yearly: frozenset[tuple[int, int]] = frozenset()

    def __post_init__(self) -> None:
        if self.zone not in _zones() or len(self.week) != 7:
            raise CalendarWrong
        for slots in self.week:
            ends = [minute for slot in slots for minute in slot]
            if len(slots) > SLOTS_A_DAY_MAX or any(end < start for start, end in pairwise(ends)):
                raise CalendarWrong
            if any(not 0 <= start < end <= DAY_MINUTES for start, end in slots):
                raise CalendarWrong

    @property
    def is_always_open(self) -> bool:
        return self.week == ALWAYS_WEEK and not self.holidays and not self.yearly

    def is_holiday(self, day: date) -> bool:
        """Return whether nobody works on a date of this zone."""
        return day in self.holidays or (day.month, day.day) in self.yearly

    def slots_of(self, day: date) -> tuple[Slot, ...]:
        """Return the slots of a date: none on a holiday."""
        return () if self.is_holiday(day) else self.week[day.weekday()]

    def open_at(self, at: datetime) -> bool:
        """Return whether people are there at an aware instant."""
        local = at.astimezone(ZoneInfo(self.zone))
        minute = local.hour * 60 + local.minute
        return any(start <= minute < end for start, end in self.slots_of(local.date()))

    def next_open(self, at: datetime) -> datetime | None:
        """Return the first instant from `at` on when people are there; None when that is beyond the horizon."""
        for start, _ in self.spans(at, at + HORIZON):
            return start
        return None

    def closes(self, at: datetime) -> datetime | None:
        """Return when people leave who are there at `at`; None when nobody is, or nobody ever leaves."""
        if not self.open_at(at):
            return None
        end = next(iter(self.spans(at, at + HORIZON)))[1]
        return end if end < at + HORIZON else None

    def seconds(self, start: datetime, end: datetime) -> float:
        """Return the business time between two instants, in seconds; 0 when the second is not after the first."""
        return sum(((to - since).total_seconds() for since, to in self.spans(start, end)), 0.0)

    def after(self, start: datetime, seconds: float) -> datetime | None:
        """Return the instant when this much business time has passed since `start`; None beyond the horizon."""
        left = timedelta(seconds=seconds)
        for since, to in self.spans(start, start + HORIZON):
            if left <= to - since:
                return since + left
            left -= to - since
        return None

    def spans(self, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Yield the stretches between two instants in which people are there, in order, in UTC, joined where they touch."""
        start, end = start.astimezone(UTC), end.astimezone(UTC)
        held: tuple[datetime, datetime] | None = None
        for since, to in self._pieces(start, end):
            since, to = max(since, start), min(to, end)
            if since >= to:
                continue
            if held is not None and since <= held[1]:
                held = (held[0], max(held[1], to))
                continue
            if held is not None:
                yield held
            held = (since, to)
        if held is not None:
            yield held

    def _pieces(self, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Yield the slots of each date in each stretch of one offset, cut at its ends."""
        for since, to, offset in _stretches(self.zone, start, end):
            day = (since + offset).date()
            last = (to + offset).date()
            while day <= last:
                midnight = datetime(day.year, day.month, day.day, tzinfo=UTC) - offset
                for first, past in self.slots_of(day):
                    opens, shuts = midnight + first * _MINUTE, midnight + past * _MINUTE
                    if opens < to and shuts > since:
                        yield max(opens, since), min(shuts, to)
                day += _DAY


ALWAYS_WEEK: Week = (((0, DAY_MINUTES),),) * 7


def parse_slots(text: str) -> tuple[Slot, ...]:
    """Read `9:00-12:30, 13:15-18:00`; nothing is a day off. A slot over midnight (`22:00-2:00`) must be written as two.

    Raises CalendarWrong.
    """
    slots = []
    for part in text.replace("–", "-").replace(";", ",").split(","):
        if not part.strip():
            continue
        start, dash, end = part.partition("-")
        if not dash:
            raise CalendarWrong
        slots.append((_minutes(start), _minutes(end)))
    if any(start >= end for start, end in slots) or len(slots) > SLOTS_A_DAY_MAX:
        raise CalendarWrong
    slots.sort()
    if any(first[1] > second[0] for first, second in pairwise(slots)):
        raise CalendarWrong
    return tuple(slots)


def write_slots(slots: tuple[Slot, ...]) -> str:
    """Return slots as people type them."""
    return ", ".join(f"{_clock(start)}-{_clock(end)}" for start, end in slots)


def _minutes(text: str) -> int:
    hours, colon, minutes = text.strip().partition(":")
    if not (hours.isascii() and hours.isdigit() and len(hours) <= 2):
        raise CalendarWrong
    if colon and not (minutes.isascii() and minutes.isdigit() and len(minutes) == 2):
        raise CalendarWrong
    total = int(hours) * 60 + int(minutes or 0)
    if int(minutes or 0) > 59 or total > DAY_MINUTES:
        raise CalendarWrong
    return total


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _stretches(zone: str, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime, timedelta]]:
    """Yield (since, to, offset) of each stretch between two instants in which the zone's clock runs evenly."""
    changes = _changes(zone, start.year, end.year)
    since, at = start, bisect_right(changes, start)
    while since < end:
        to = min(changes[at], end) if at < len(changes) else end
        yield since, to, _offset(zone, since)
        since, at = to, at + 1


@lru_cache(maxsize=256)
def _changes(zone: str, first_year: int, last_year: int) -> list[datetime]:
    """Return every instant of these years at which the zone's clock is changed, found by halving from week to week."""
    found = []
    at, last = datetime(first_year, 1, 1, tzinfo=UTC) - _DAY, datetime(last_year + 1, 1, 1, tzinfo=UTC) + _DAY
    while at < last:
        to = at + timedelta(days=2)
        if _offset(zone, at) != _offset(zone, to):
            low, high = at, to
            while high - low > timedelta(seconds=1):
                middle = low + timedelta(seconds=(high - low) // timedelta(seconds=2))
                low, high = (middle, high) if _offset(zone, middle) == _offset(zone, low) else (low, middle)
            found.append(high)
        at = to
    return found


def _offset(zone: str, at: datetime) -> timedelta:
    return at.astimezone(ZoneInfo(zone)).utcoffset() or timedelta(0)


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def zones() -> list[str]:
    """Return the names of zones that a calendar can stand in: places, and UTC."""
    return sorted(
        name for name in _zones() if name == "UTC" or ("/" in name and not name.startswith(("Etc/", "SystemV/")))
    )
