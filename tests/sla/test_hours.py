"""Hours that are kept: who goes by which, holidays as lines and as a calendar file."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from bellrock import guard, people, sla
from bellrock.core import SYSTEM, Invalid, Transaction
from bellrock.sla import Holiday
from bellrock.vault import HOUSE_SUBJECT, Vault

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
WEEK = (*[sla.parse_slots("9-17")] * 5, (), ())
ICALENDAR = """BEGIN:VCALENDAR
BEGIN:VEVENT
DTSTART;VALUE=DATE:20261224
DTEND;VALUE=DATE:20261227
SUMMARY:Christmas\\, all
  of it
END:VEVENT
BEGIN:VEVENT
DTSTART;VALUE=DATE:20200501
RRULE:FREQ=YEARLY
SUMMARY:Labour Day
END:VEVENT
BEGIN:VEVENT
DTSTART:20261201T090000Z
SUMMARY:A meeting is no day off
END:VEVENT
END:VCALENDAR
"""


async def _hours(tx: Transaction, vault: Vault, name: str = "Office", **more: Any) -> UUID:
    given: dict[str, Any] = {"zone": "Europe/Berlin", "week": WEEK, "holidays": [], **more}
    return await sla.make_hours(tx, vault, name=guard.screen(name), by=SYSTEM, now=NOW, **given)


async def test_a_team_goes_before_everybody(tx: Transaction, vault: Vault) -> None:
    await vault.create_subject(tx, HOUSE_SUBJECT)
    await people.seed_teams(tx, vault, now=NOW)
    team = await people.team_for_queue(tx, queue="security")
    assert await sla.calendar_for(tx, team_id=team.id) is None
    office = await _hours(tx, vault)
    night = await _hours(tx, vault, "Night", zone="Asia/Tokyo", week=sla.ALWAYS_WEEK)
    found = await sla.calendar_for(tx, team_id=team.id)
    assert found is not None and found.zone == "Europe/Berlin"
    await sla.follow_hours(tx, vault, calendar_id=night, team_id=team.id, by=SYSTEM, now=NOW)
    found = await sla.calendar_for(tx, team_id=team.id)
    assert found is not None and found.is_always_open
    for calendar_id in (office, night):
        with pytest.raises(sla.CalendarInUse):
            await sla.remove_hours(tx, vault, calendar_id=calendar_id, by=SYSTEM, now=NOW)
    await sla.follow_hours(tx, vault, calendar_id=None, team_id=team.id, by=SYSTEM, now=NOW)
    await sla.set_default_hours(tx, vault, calendar_id=night, by=SYSTEM, now=NOW)
    await sla.remove_hours(tx, vault, calendar_id=office, by=SYSTEM, now=NOW)
    assert [row.name for row in await sla.all_hours(tx)] == ["Night"]


async def test_changes_are_kept_with_their_holidays(tx: Transaction, vault: Vault) -> None:
    await vault.create_subject(tx, HOUSE_SUBJECT)
    calendar_id = await _hours(tx, vault)
    holidays = sla.read_holidays(guard.screen("2026-12-24 Christmas Eve\n*-02-29 Leap day\n"))
    given: dict[str, Any] = {
        "name": guard.screen("Berlin"),
        "zone": "Europe/Berlin",
        "week": WEEK,
        "by": SYSTEM,
        "now": NOW,
    }
    await sla.change_hours(tx, vault, calendar_id=calendar_id, holidays=holidays, **given)
    found = await sla.hours(tx, calendar_id=calendar_id)
    assert found.name == "Berlin" and set(found.holidays) == set(holidays)
    assert not found.calendar.open_at(datetime(2026, 12, 24, 10, tzinfo=UTC))
    assert found.calendar.open_at(datetime(2026, 12, 23, 10, tzinfo=UTC))
    assert sla.read_holidays(guard.screen(sla.write_holidays(found.holidays))) == holidays
    with pytest.raises(sla.CalendarNotFound):
        await sla.change_hours(tx, vault, calendar_id=UUID(int=7), holidays=[], **given)
    with pytest.raises(Invalid):
        await sla.change_hours(tx, vault, calendar_id=calendar_id, holidays=[Holiday(date(2026, 1, 1), "")], **given)


def test_a_calendar_file_is_read() -> None:
    assert sla.read_holidays(guard.screen(ICALENDAR)) == [
        Holiday(date(2020, 5, 1), "Labour Day", True),
        *[Holiday(date(2026, 12, day), "Christmas, all of it") for day in (24, 25, 26)],
    ]


@pytest.mark.parametrize("text", ["tomorrow", "2026-02-30 Never", "*-13-01 Never", "2026-12-24"])
def test_a_line_that_is_no_holiday_is_refused(text: str) -> None:
    with pytest.raises(sla.CalendarWrong):
        sla.read_holidays(guard.screen(text))
