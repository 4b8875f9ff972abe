"""The calendar against its own definition, minute by minute: clock changes, lunch, holidays, midnight."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bellrock import sla
from bellrock.sla import Calendar

MINUTE = timedelta(minutes=1)
# Northern and southern clock changes, half an hour of change, a quarter-hour offset, changes at midnight, none at all.
ZONES = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "America/Santiago", "UTC"]
OFFICE = sla.parse_slots("9:00-12:30, 13:15-18:00")
WEEKDAYS = (*[OFFICE] * 5, (), ())

slots = st.lists(st.integers(0, 96), max_size=8, unique=True).map(
    lambda marks: tuple(
        (first * 15, second * 15) for first, second in zip(sorted(marks)[::2], sorted(marks)[1::2], strict=False)
    )
)
calendars = st.builds(
    Calendar,
    st.sampled_from(ZONES),
    st.tuples(*[slots] * 7),
    st.frozensets(st.dates(date(2026, 3, 25), date(2026, 11, 8)), max_size=5),
    st.frozensets(st.sampled_from([(3, 29), (4, 5), (10, 25), (11, 1), (5, 1)]), max_size=2),
)
# Moments round the clock changes of those zones.
CHANGES = [datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 10, 25, tzinfo=UTC), datetime(2026, 3, 8, tzinfo=UTC)]
CHANGES += [datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 4, 4, tzinfo=UTC), datetime(2026, 9, 6, tzinfo=UTC)]
moments = st.builds(
    lambda change, minutes: change + minutes * MINUTE,
    st.sampled_from([*CHANGES, datetime(2026, 7, 1, tzinfo=UTC)]),
    st.integers(-2 * 24 * 60, 2 * 24 * 60),
)


def counted(calendar: Calendar, start: datetime, minutes: int) -> int:
    """The definition, applied to every minute."""
    return sum(calendar.open_at(start + minute * MINUTE) for minute in range(minutes))


@given(calendars, moments, st.integers(0, 2 * 24 * 60))
@settings(max_examples=60)
@example(Calendar("Europe/Berlin", sla.ALWAYS_WEEK), datetime(2026, 10, 24, 12, tzinfo=UTC), 2880)
@example(Calendar("Europe/Berlin", (((120, 165),),) * 7), datetime(2026, 3, 28, 12, tzinfo=UTC), 1440)
@example(Calendar("Europe/Berlin", (((90, 135),),) * 7), datetime(2026, 10, 24, 12, tzinfo=UTC), 1440)
@example(Calendar("Australia/Lord_Howe", (((0, 150),),) * 7), datetime(2026, 4, 4, 0, tzinfo=UTC), 2880)
def test_business_time_is_the_open_minutes(calendar: Calendar, start: datetime, minutes: int) -> None:
    assert calendar.seconds(start, start + minutes * MINUTE) == 60 * counted(calendar, start, minutes)


@given(calendars, moments, st.integers(0, 40_000), st.integers(0, 40_000))
@settings(max_examples=60)
def test_time_adds_up_and_never_runs_back(calendar: Calendar, start: datetime, first: int, second: int) -> None:
    middle = start + first * MINUTE
    end = middle + second * MINUTE
    whole = calendar.seconds(start, end)
    assert whole == calendar.seconds(start, middle) + calendar.seconds(middle, end)
    assert 0 <= whole <= (end - start).total_seconds()
    assert calendar.seconds(end, start) == 0


@given(calendars, moments)
@settings(max_examples=60)
def test_the_next_opening_is_the_first_open_moment(calendar: Calendar, at: datetime) -> None:
    opens = calendar.next_open(at)
    if calendar.open_at(at):
        assert opens == at
        closes = calendar.closes(at)
        assert closes is None or (not calendar.open_at(closes) and calendar.open_at(closes - MINUTE))
    elif opens is not None:
        assert calendar.open_at(opens) and not calendar.open_at(opens - MINUTE)
        assert calendar.seconds(at, opens) == 0
    else:
        assert not any(calendar.week)
    assert calendar.closes(at) is None or calendar.open_at(at)


@given(calendars, moments, st.integers(0, 100_000))
@settings(max_examples=60)
def test_after_is_the_way_back_of_seconds(calendar: Calendar, at: datetime, seconds: int) -> None:
    due = calendar.after(at, seconds)
    if due is not None:
        assert calendar.seconds(at, due) == seconds
        assert seconds == 0 or calendar.seconds(at, due - timedelta(seconds=1)) == seconds - 1


def test_an_office_has_a_lunch_and_a_weekend() -> None:
    calendar = Calendar("Europe/Berlin", WEEKDAYS, yearly=frozenset({(5, 1)}))
    berlin = ZoneInfo("Europe/Berlin")
    friday = datetime(2026, 11, 20, 17, 30, tzinfo=berlin)
    assert calendar.open_at(friday)
    assert calendar.closes(friday) == datetime(2026, 11, 20, 18, 0, tzinfo=berlin)
    assert calendar.after(friday, 3600) == datetime(2026, 11, 23, 9, 30, tzinfo=berlin)
    noon = datetime(2026, 11, 23, 12, 45, tzinfo=berlin)
    assert calendar.next_open(noon) == datetime(2026, 11, 23, 13, 15, tzinfo=berlin)
    assert calendar.next_open(datetime(2030, 5, 1, 8, tzinfo=berlin)) == datetime(2030, 5, 2, 9, tzinfo=berlin)


def test_work_over_midnight_is_one_stretch() -> None:
    week = tuple(sla.parse_slots("0:00-2:00, 22:00-24:00") for _ in range(7))
    calendar = Calendar("Asia/Singapore", week)
    night = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
    assert calendar.closes(night) == datetime(2026, 11, 20, 18, 0, tzinfo=UTC)
    assert calendar.seconds(night, night + timedelta(days=1)) == 4 * 3600


@given(slots)
def test_slots_are_read_as_they_are_written(given_slots: tuple[sla.Slot, ...]) -> None:
    joined = tuple(slot for slot in given_slots)
    assert sla.parse_slots(sla.write_slots(joined)) == joined


@pytest.mark.parametrize(
    "text",
    [
        "9",
        "18-9",
        "9:00-25:00",
        "9:00-24:01",
        "9:60-10:00",
        "9-12, 11-14",
        "nine-ten",
        "9-9",
        "٩-١٢",
        "-1-2",
        ",".join(["1-2"] * 7),
    ],
)
def test_hours_that_make_no_sense_are_refused(text: str) -> None:
    with pytest.raises(sla.CalendarWrong):
        sla.parse_slots(text)


def test_a_zone_that_is_none_is_refused() -> None:
    for zone in ("Mars/Olympus", "../etc/passwd", ""):
        with pytest.raises(sla.CalendarWrong):
            Calendar(zone, WEEKDAYS)
