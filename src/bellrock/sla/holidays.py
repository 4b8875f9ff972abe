"""Holidays as people type and paste them: a line each, or the calendar file (RFC 5545) that a state or a firm publishes."""

from __future__ import annotations

import re
from datetime import date

from bellrock.core import Invalid
from bellrock.guard import GuardedText
from bellrock.sla.calendar import HOLIDAYS_MAX, Holiday
from bellrock.sla.errors import CalendarWrong

_LINE = re.compile(r"(?P<year>\d{4}|\*|every year)-?(?P<rest>\d{2}-\d{2})\s+(?P<name>\S.*)")
_FOLD = re.compile(r"\r?\n[ \t]")
_ESCAPED = re.compile(r"\\([\\;,nN])")
_NAME_CHARS_MAX = 80


def read_holidays(text: GuardedText) -> list[Holiday]:
    """Read `2026-12-24 Christmas Eve`, `*-05-01 Labour Day` (each year), or an iCalendar file. Raises CalendarWrong."""
    if "BEGIN:VCALENDAR" in text.text[:1000]:
        found = _read_icalendar(text.text)
    else:
        found = [_read_line(line) for line in text.text.splitlines() if line.strip()]
    if len(found) > HOLIDAYS_MAX:
        raise Invalid
    return sorted({(one.day, one.yearly): one for one in found}.values(), key=lambda one: (not one.yearly, one.day))


def write_holidays(holidays: tuple[Holiday, ...]) -> str:
    """Return holidays as lines that `read_holidays` reads again."""
    ordered = sorted(
        holidays, key=lambda one: (not one.yearly, (one.day.month, one.day.day) if one.yearly else one.day)
    )
    return "".join(f"{'*' if one.yearly else one.day.year}-{one.day:%m-%d} {one.name}\n" for one in ordered)


def _read_line(line: str) -> Holiday:
    matched = _LINE.fullmatch(" ".join(line.split()))
    if matched is None:
        raise CalendarWrong
    yearly = not matched["year"].isdigit()
    try:
        # A leap year, so that 29 February can be written.
        day = date.fromisoformat(f"{2000 if yearly else matched['year']}-{matched['rest']}")
    except ValueError as error:
        raise CalendarWrong from error
    return Holiday(day, matched["name"][:_NAME_CHARS_MAX], yearly)


def _read_icalendar(text: str) -> list[Holiday]:
    """Read the whole-day events; `RRULE:FREQ=YEARLY` repeats, other rules and times are not days off."""
    found: list[Holiday] = []
    event: dict[str, str] | None = None
    for line in _FOLD.sub("", text).splitlines():
        name, _, value = line.partition(":")
        key = name.split(";")[0].upper()
        if line == "BEGIN:VEVENT":
            event = {}
        elif line == "END:VEVENT" and event is not None:
            found += _event(event)
            event = None
        elif event is not None and key in ("DTSTART", "DTEND", "SUMMARY", "RRULE"):
            event[key] = value.strip()
    return found


def _event(event: dict[str, str]) -> list[Holiday]:
    try:
        start = date.fromisoformat(event.get("DTSTART", ""))
        end = date.fromisoformat(event["DTEND"]) if "DTEND" in event else start
    except ValueError:
        return []
    name = _ESCAPED.sub(lambda m: " " if m[1] in "nN" else m[1], event.get("SUMMARY", ""))
    name = " ".join(name.split())[:_NAME_CHARS_MAX] or "-"
    rule = event.get("RRULE", "")
    yearly = bool(re.fullmatch(r"FREQ=YEARLY(;INTERVAL=1)?", rule))
    days = max(1, min((end - start).days, 31))
    first = start.toordinal()
    return [Holiday(date.fromordinal(first + number), name, yearly) for number in range(days)]
