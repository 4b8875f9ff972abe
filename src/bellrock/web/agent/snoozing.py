"""When a snoozed conversation comes back: a few times in words, in the agent's own zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bellrock.core import N_, Invalid

_MORNING = time(9, 0)
_HOURS = {"hour": (1, N_("In an hour")), "four_hours": (4, N_("In four hours"))}
_DAYS = (("tomorrow", N_("Tomorrow morning")), ("monday", N_("Monday morning")), ("week", N_("In a week")))


@dataclass(frozen=True, slots=True)
class Preset:
    """A time to come back, by key, in words, and as an instant in UTC."""

    key: str
    text: str
    at: datetime


def presets(now: datetime, zone: ZoneInfo) -> list[Preset]:
    """Return the times on offer now, in order of the menu."""
    soon = [Preset(key, text, now + timedelta(hours=hours)) for key, (hours, text) in _HOURS.items()]
    return soon + [
        Preset(key, text, _morning(now, zone, days)) for (key, text), days in zip(_DAYS, _days(now, zone), strict=True)
    ]


def time_of(key: str, now: datetime, zone: ZoneInfo) -> datetime:
    """Return the instant of a preset. Raises Invalid for a key that is not on offer."""
    for preset in presets(now, zone):
        if preset.key == key:
            return preset.at
    raise Invalid


def _days(now: datetime, zone: ZoneInfo) -> tuple[int, int, int]:
    weekday = now.astimezone(zone).weekday()
    return 1, 7 - weekday, 7


def _morning(now: datetime, zone: ZoneInfo, days: int) -> datetime:
    local = now.astimezone(zone).date() + timedelta(days=days)
    return datetime.combine(local, _MORNING, tzinfo=zone).astimezone(UTC)
