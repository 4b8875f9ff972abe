"""Business hours: calendars with several slots a day, holidays and zones, and who goes by which."""

from bellrock.sla.calendar import (
    ALWAYS_WEEK,
    SLOTS_A_DAY_MAX,
    Calendar,
    Holiday,
    Slot,
    Week,
    parse_slots,
    write_slots,
    zones,
)
from bellrock.sla.errors import CalendarInUse, CalendarNotFound, CalendarWrong
from bellrock.sla.holidays import read_holidays, write_holidays
from bellrock.sla.hours import (
    Hours,
    all_hours,
    calendar_for,
    change_hours,
    follow_hours,
    hours,
    make_hours,
    remove_hours,
    set_default_hours,
)

__all__ = [
    "ALWAYS_WEEK",
    "SLOTS_A_DAY_MAX",
    "Calendar",
    "CalendarInUse",
    "CalendarNotFound",
    "CalendarWrong",
    "Holiday",
    "Hours",
    "Slot",
    "Week",
    "all_hours",
    "calendar_for",
    "change_hours",
    "follow_hours",
    "hours",
    "make_hours",
    "parse_slots",
    "read_holidays",
    "remove_hours",
    "set_default_hours",
    "write_holidays",
    "write_slots",
    "zones",
]
