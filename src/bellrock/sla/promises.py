"""When an answer is due: a pure function of hours, answer times and a conversation; the settings are kept for some seconds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from bellrock.conversations import Conversation
from bellrock.core import Transaction, clock, together
from bellrock.house import House
from bellrock.sla.calendar import Calendar
from bellrock.sla.hours import Hours, all_hours
from bellrock.sla.targets import AnswerTime, answer_times

KEPT_SECONDS = 10.0
_KEY = "promises"
_REMEMBERED_MAX = 20_000


def due_at(calendar: Calendar | None, waiting_since: datetime, minutes: int) -> datetime | None:
    """Return when `minutes` of business time have passed, in UTC; without a calendar every hour counts.

    None when the calendar is shut for so long that this lies beyond its horizon.
    """
    if calendar is None or calendar.is_always_open:
        return waiting_since.astimezone(UTC) + timedelta(minutes=minutes)
    return calendar.after(waiting_since, minutes * 60)


class Promises:
    """The answer times of a house with the hours by which they count. Counting through hours is done once for each wait."""

    def __init__(self, times: Sequence[AnswerTime] = (), hours: Sequence[Hours] = ()) -> None:
        self._times = {(time.team_id, time.priority): time for time in times}
        self._of_team = {team_id: row.calendar for row in hours for team_id in row.team_ids}
        self._of_brand = {brand_id: row.calendar for row in hours for brand_id in row.brand_ids}
        self._default = next((row.calendar for row in hours if row.is_default), None)
        self._known: dict[tuple[int, datetime, int], datetime | None] = {}

    def due(self, conversation: Conversation) -> datetime | None:
        """Return when this conversation's answer is due: None where nobody waits for a person, or nothing is promised.

        Its hours are those of its team, else of its brand, else everybody's. While the first line holds it, the clock does
        not show; afterwards it has run since the customer began to wait.
        """
        since = conversation.waiting_since
        if not self._times or since is None or conversation.status != "open" or conversation.holder == "first_line":
            return None
        team_id, priority = conversation.team_id, conversation.priority
        time = self._times.get((team_id, priority)) or self._times.get((None, priority))
        if time is None:
            return None
        minutes = time.next_reply_minutes if conversation.person_replied_at else time.first_reply_minutes
        calendar = self._calendar(team_id, conversation.brand_id)
        key = (id(calendar), since, minutes)
        if key not in self._known:
            if len(self._known) >= _REMEMBERED_MAX:
                self._known.clear()
            self._known[key] = due_at(calendar, since, minutes)
        return self._known[key]

    def _calendar(self, team_id: UUID | None, brand_id: UUID | None) -> Calendar | None:
        of_team = self._of_team.get(team_id) if team_id else None
        return of_team or (self._of_brand.get(brand_id) if brand_id else None) or self._default


@dataclass(frozen=True, slots=True)
class _Kept:
    settings: tuple[list[AnswerTime], list[Hours]]
    promises: Promises
    at: float


def promises_at_hand(house: House) -> Promises | None:
    """Return what this process knows, None when that is older than some seconds."""
    kept: _Kept | None = house.extras.get(_KEY)
    return kept.promises if kept is not None and clock.monotonic() - kept.at <= KEPT_SECONDS else None


async def read_promises(tx: Transaction, house: House) -> Promises:
    """Read the promises anew and keep them; what was counted stays where nobody changed a setting."""
    settings = await together(tx, answer_times(tx), all_hours(tx))
    kept: _Kept | None = house.extras.get(_KEY)
    same = kept is not None and kept.settings == settings
    promises = kept.promises if same and kept is not None else Promises(*settings)
    house.extras[_KEY] = _Kept(settings, promises, clock.monotonic())
    return promises


def forget_promises(house: House) -> None:
    """Read the promises anew at the next request: a setting was changed here."""
    house.extras.pop(_KEY, None)
