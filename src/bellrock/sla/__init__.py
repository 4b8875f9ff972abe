"""Business hours and answer times: when people are there, and when an answer is due that was promised in their time."""

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
from bellrock.sla.promises import Promises, due_at, forget_promises, promises_at_hand, read_promises
from bellrock.sla.replay import compare_rows
from bellrock.sla.targets import ANSWER_MINUTES_MAX, AnswerTime, answer_times, keep_answer_times

__all__ = [
    "ALWAYS_WEEK",
    "ANSWER_MINUTES_MAX",
    "SLOTS_A_DAY_MAX",
    "AnswerTime",
    "Calendar",
    "CalendarInUse",
    "CalendarNotFound",
    "CalendarWrong",
    "Holiday",
    "Hours",
    "Promises",
    "Slot",
    "Week",
    "all_hours",
    "answer_times",
    "calendar_for",
    "change_hours",
    "compare_rows",
    "due_at",
    "follow_hours",
    "forget_promises",
    "hours",
    "keep_answer_times",
    "make_hours",
    "parse_slots",
    "promises_at_hand",
    "read_holidays",
    "read_promises",
    "remove_hours",
    "set_default_hours",
    "write_holidays",
    "write_slots",
    "zones",
]
