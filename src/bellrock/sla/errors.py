"""What can go wrong with business hours."""

from __future__ import annotations

from bellrock.core import N_, Conflict, Invalid, NotFound


class CalendarWrong(Invalid):
    """The hours cannot be read, or overlap."""

    code = "calendar_wrong"
    text = N_(
        "Please write hours such as 9:00-12:30, 13:15-18:00. They must be in order and not overlap; 24:00 ends a day."
    )


class CalendarNotFound(NotFound):
    """There are no such hours."""

    code = "calendar_not_found"


class CalendarInUse(Conflict):
    """A team, a brand or everybody goes by these hours."""

    code = "calendar_in_use"
    text = N_("Somebody still goes by these hours. Give them others first.")
