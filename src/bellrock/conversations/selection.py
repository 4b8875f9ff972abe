"""Which conversations a list shows and in which order, and the short key that names it in addresses and saved views."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any, Literal, cast
from uuid import UUID

from bellrock.conversations.models import PRIORITIES, Channel, Priority, Status
from bellrock.core import Invalid

InboxView = Literal["mine", "unassigned", "team", "all", "snoozed", "waiting", "spam", "resolved"]
Sort = Literal["changed", "waiting", "priority"]
Age = Literal["day", "week", "month", "older_day", "older_week", "older_month"]

VIEWS: tuple[InboxView, ...] = ("mine", "unassigned", "team", "all", "snoozed", "waiting", "spam", "resolved")
SORTS: tuple[Sort, ...] = ("changed", "waiting", "priority")
AGES: dict[Age, tuple[bool, timedelta]] = {
    "day": (True, timedelta(days=1)),
    "week": (True, timedelta(days=7)),
    "month": (True, timedelta(days=30)),
    "older_day": (False, timedelta(days=1)),
    "older_week": (False, timedelta(days=7)),
    "older_month": (False, timedelta(days=30)),
}
"""Opened within, or longer ago than: (within, how long)."""
KEY_MAX = 600
NOBODY = UUID(int=0)
"""As an assignee: conversations that nobody holds."""

# Views of what still runs: only these know a status within, and an order by waiting.
RUNNING_VIEWS: frozenset[InboxView] = frozenset({"mine", "unassigned", "team", "all"})
_CHANNELS = frozenset({"widget", "web", "email"})
_STATUSES = frozenset({"open", "waiting", "snoozed", "resolved"})
_WORD = re.compile(r"[A-Za-z0-9_.\-]{1,80}")


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list leaves out. Nothing set: nothing."""

    status: Status | None = None
    priority: tuple[Priority, ...] = ()
    topic: str | None = None
    language: str | None = None
    team: UUID | None = None
    assignee: UUID | None = None
    label: UUID | None = None
    channel: Channel | None = None
    age: Age | None = None
    vip: bool = False

    @property
    def is_set(self) -> bool:
        return self != _NO_FILTERS


_NO_FILTERS = Filters()
FILTER_NAMES: tuple[str, ...] = tuple(item.name for item in fields(Filters))


@dataclass(frozen=True, slots=True)
class Selection:
    """One list: a view, for `team` also whose, its filters and its order."""

    view: InboxView
    team_id: UUID | None = None
    filters: Filters = _NO_FILTERS
    sort: Sort = "changed"

    @property
    def base(self) -> str:
        """The view alone, as addresses name it: `mine`, `team:<id>`."""
        return f"team:{self.team_id}" if self.view == "team" else self.view

    @property
    def key(self) -> str:
        """What addresses name the whole by, such as `all~language:tr~priority:urgent,high~sort:waiting`."""
        parts = [self.base]
        for name in FILTER_NAMES:
            value = getattr(self.filters, name)
            if value:
                parts.append(f"{name}:{_written(value)}")
        if self.sort != "changed":
            parts.append(f"sort:{self.sort}")
        return "~".join(parts)

    @property
    def status(self) -> Status | None:
        """The one status that the list shows, None for all that runs."""
        if self.view in ("snoozed", "waiting", "resolved"):
            return cast(Status, self.view)
        return "resolved" if self.view == "spam" else self.filters.status


def selection_of(key: str) -> Selection:
    """Return what a key names. Raises Invalid."""
    if len(key) > KEY_MAX:
        raise Invalid
    base, *parts = key.split("~")
    given: dict[str, str] = {}
    for part in parts:
        name, _, value = part.partition(":")
        if not value or name in given:
            raise Invalid
        given[name] = value
    return make_selection(base, given)


def make_selection(base: str, given: dict[str, str]) -> Selection:
    """Return the selection of a view and of values by name, as a key or a form gives them. Raises Invalid."""
    name, _, team = base.partition(":")
    if name not in VIEWS or (name == "team") != bool(team) or not given.keys() <= {*FILTER_NAMES, "sort"}:
        raise Invalid
    view: InboxView = name
    sort = given.get("sort", "changed")
    if sort not in SORTS:
        raise Invalid
    filters = Filters(**{name: _READERS[name](value) for name, value in given.items() if name != "sort"})
    if view not in RUNNING_VIEWS:
        filters, sort = _without_status(filters), "changed"
    if filters.status in ("snoozed", "resolved"):
        sort = "changed"
    return Selection(view, _id(team) if team else None, filters, cast(Sort, sort))


def opened_between(age: Age, now: datetime) -> tuple[datetime | None, datetime | None]:
    """Return after and before when a conversation of this age was opened."""
    is_within, span = AGES[age]
    return (now - span, None) if is_within else (None, now - span)


def _without_status(filters: Filters) -> Filters:
    values: dict[str, Any] = {name: getattr(filters, name) for name in FILTER_NAMES}
    return Filters(**{**values, "status": None})


def _written(value: Any) -> str:
    if value is True:
        return "yes"
    return ",".join(value) if isinstance(value, tuple) else str(value)


def _one_of(allowed: Any) -> Any:
    def read(value: str) -> str:
        if value not in allowed:
            raise Invalid
        return value

    return read


def _priorities(value: str) -> tuple[str, ...]:
    wanted = set(value.split(","))
    if not wanted <= set(PRIORITIES):
        raise Invalid
    return tuple(priority for priority in PRIORITIES if priority in wanted)


def _word(value: str) -> str:
    if not _WORD.fullmatch(value):
        raise Invalid
    return value


def _id(value: str) -> UUID:
    try:
        return UUID(value)
    except ValueError as error:
        raise Invalid from error


_READERS: dict[str, Any] = {
    "status": _one_of(_STATUSES),
    "priority": _priorities,
    "topic": _word,
    "language": _word,
    "team": _id,
    "assignee": _id,
    "label": _id,
    "channel": _one_of(_CHANNELS),
    "age": _one_of(AGES),
    "vip": lambda value: _one_of({"yes"})(value) == "yes",
}
