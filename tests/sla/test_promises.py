"""When an answer is due: a pure function of hours and minutes, and which conversation is promised what."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bellrock import sla
from bellrock.conversations import Conversation
from bellrock.core import Invalid
from bellrock.sla import AnswerTime, Calendar, Hours, Promises
from tests.sla.test_calendar import MINUTE, WEEKDAYS, calendars, moments

TEAM, OTHER, BRAND = UUID(int=1), UUID(int=2), UUID(int=3)
FRIDAY = datetime(2026, 11, 20, 16, 50, tzinfo=UTC)  # 17:50 in Berlin; people leave at 18:00
BERLIN = Calendar("Europe/Berlin", WEEKDAYS, frozenset({date(2026, 11, 23)}))


@given(calendars, moments, st.integers(1, 3_000), st.integers(0, 3_000), st.integers(0, 3_000))
@settings(max_examples=60)
def test_a_due_time_never_comes_early_and_never_runs_back(
    calendar: Calendar, since: datetime, minutes: int, more: int, later: int
) -> None:
    due = sla.due_at(calendar, since, minutes)
    if due is None:
        return
    assert due >= since + minutes * MINUTE
    assert calendar.seconds(since, due) == 60 * minutes
    for other in (sla.due_at(calendar, since, minutes + more), sla.due_at(calendar, since + later * MINUTE, minutes)):
        assert other is None or other >= due


@given(st.sampled_from([None, Calendar("America/Santiago", sla.ALWAYS_WEEK)]), moments, st.integers(1, 43_200))
@settings(max_examples=40)
def test_where_it_is_always_open_minutes_are_minutes(calendar: Calendar | None, since: datetime, minutes: int) -> None:
    assert sla.due_at(calendar, since, minutes) == since + minutes * MINUTE


def test_a_calendar_that_never_opens_promises_nothing() -> None:
    assert sla.due_at(Calendar("UTC", ((),) * 7), FRIDAY, 1) is None


def _case(**given: Any) -> Conversation:
    values: dict[str, Any] = dict.fromkeys(Conversation.__dataclass_fields__)
    values |= {"status": "open", "holder": "team", "team_id": TEAM, "priority": "high", "waiting_since": FRIDAY}
    return Conversation(**{**values, **given})


def _hours(calendar: Calendar, **given: Any) -> Hours:
    values: dict[str, Any] = {"team_ids": frozenset(), "brand_ids": frozenset(), "is_default": False, **given}
    return Hours(id=UUID(int=9), name="Hours", calendar=calendar, holidays=(), **values)


def test_a_conversation_is_promised_its_priority_and_its_turn() -> None:
    promises = Promises([AnswerTime(None, "high", 60, 15), AnswerTime(TEAM, "high", 30, 5)])
    case = _case()
    assert promises.due(case) == FRIDAY + 30 * MINUTE
    assert promises.due(replace(case, person_replied_at=FRIDAY)) == FRIDAY + 5 * MINUTE
    assert promises.due(replace(case, team_id=OTHER)) == FRIDAY + 60 * MINUTE
    assert promises.due(replace(case, team_id=None, person_replied_at=FRIDAY)) == FRIDAY + 15 * MINUTE
    changes: list[dict[str, Any]] = [
        {"priority": "low"},
        {"waiting_since": None},
        {"status": "snoozed"},
        {"status": "resolved", "spam_at": FRIDAY},
        {"holder": "first_line"},
    ]
    for change in changes:
        assert promises.due(replace(case, **change)) is None, change
    assert Promises().due(case) is None


def test_it_counts_the_hours_of_the_team_else_the_brand_else_everybody() -> None:
    night = Calendar("UTC", (((0, 60),),) * 7)
    always = Calendar("UTC", sla.ALWAYS_WEEK)
    hours = [
        _hours(night, is_default=True),
        _hours(BERLIN, team_ids=frozenset({TEAM})),
        _hours(always, brand_ids=frozenset({BRAND})),
    ]
    promises = Promises([AnswerTime(None, "high", 30, 30)], hours)
    # Ten minutes on Friday; Monday is a holiday; the rest on Tuesday morning.
    tuesday = datetime(2026, 11, 24, 8, 20, tzinfo=UTC)
    for _again in range(2):
        assert promises.due(_case(brand_id=BRAND)) == tuesday
        assert promises.due(_case(team_id=OTHER, brand_id=BRAND)) == FRIDAY + 30 * MINUTE
        assert promises.due(_case(team_id=OTHER)) == datetime(2026, 11, 21, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize("wrong", [("none", 1, 1), ("low", 0, 1), ("low", 1, sla.ANSWER_MINUTES_MAX + 1)])
def test_strange_answer_times_are_refused(wrong: tuple[str, int, int]) -> None:
    with pytest.raises(Invalid):
        AnswerTime(None, *wrong)
