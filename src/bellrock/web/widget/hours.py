"""Honesty about hours: when people are there again, and by when an answer is usual, counted in business time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from statistics import quantiles
from uuid import UUID

from bellrock import sla
from bellrock.core import Transaction
from bellrock.sla import Calendar

SAMPLES_MIN = 5


async def people_again(
    tx: Transaction, *, now: datetime, team_id: UUID | None = None, brand_id: UUID | None = None
) -> datetime | None:
    """Return when people are there again; None while they are there, and where no hours were set."""
    calendar = await sla.calendar_for(tx, team_id=team_id, brand_id=brand_id)
    if calendar is None or calendar.open_at(now):
        return None
    return calendar.next_open(now)


def middle_half(waits: Sequence[tuple[datetime, datetime]], calendar: Calendar | None) -> tuple[int, int] | None:
    """Return the middle half of what customers waited, in whole minutes of business time; None when too few did.

    `waits` are (queued, answered). A night between the two is not counted: nobody was there to answer.
    """
    if len(waits) < SAMPLES_MIN:
        return None
    seconds = [_seconds(queued, answered, calendar) for queued, answered in waits]
    low, _, high = quantiles(seconds, n=4, method="inclusive")
    return max(1, round(low / 60)), max(1, round(high / 60))


def answered_by(now: datetime, minutes: int, calendar: Calendar | None) -> datetime | None:
    """Return when so many minutes of business time are over, where closing time lies between; None where none does."""
    if calendar is None:
        return None
    due = calendar.after(now, minutes * 60)
    return due if due is not None and due - now > timedelta(minutes=minutes + 1) else None


def _seconds(queued: datetime, answered: datetime, calendar: Calendar | None) -> float:
    return calendar.seconds(queued, answered) if calendar else (answered - queued).total_seconds()
