"""Business hours kept: named calendars, the holidays of each, and who goes by which."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from psycopg.errors import ForeignKeyViolation
from psycopg.types.json import Jsonb

from bellrock import vault as vaults
from bellrock.core import N_, Actor, Conflict, Invalid, Transaction, new_id
from bellrock.guard import GuardedText
from bellrock.sla.calendar import HOLIDAYS_MAX, Calendar, Holiday, Week
from bellrock.sla.errors import CalendarInUse, CalendarNotFound

CALENDARS_MAX = 100
NAME_CHARS_MAX = 80


@dataclass(frozen=True, slots=True)
class Hours:
    """A calendar with its name and holidays, as its page shows it; `teams` and `brands` go by it."""

    id: UUID
    name: str
    calendar: Calendar
    holidays: tuple[Holiday, ...]
    is_default: bool
    team_ids: frozenset[UUID]
    brand_ids: frozenset[UUID]


async def all_hours(tx: Transaction) -> list[Hours]:
    """Return every calendar, the default one first, then by name."""
    cursor = await tx.execute(
        "SELECT c.id, c.name, c.zone, c.week, c.is_default,"
        " ARRAY(SELECT team_id FROM team_calendars t WHERE t.calendar_id = c.id) AS team_ids,"
        " ARRAY(SELECT brand_id FROM brand_calendars b WHERE b.calendar_id = c.id) AS brand_ids,"
        " (SELECT coalesce(jsonb_agg(jsonb_build_array(day, name, yearly) ORDER BY day), '[]') FROM calendar_holidays h"
        "  WHERE h.calendar_id = c.id) AS holidays"
        " FROM calendars c ORDER BY c.is_default DESC, lower(c.name), c.id LIMIT %s",
        (CALENDARS_MAX,),
    )
    return [_from_row(row) for row in await cursor.fetchall()]


async def hours(tx: Transaction, *, calendar_id: UUID) -> Hours:
    """Return one calendar. Raises CalendarNotFound."""
    for found in await all_hours(tx):
        if found.id == calendar_id:
            return found
    raise CalendarNotFound


async def calendar_for(tx: Transaction, *, team_id: UUID | None, brand_id: UUID | None = None) -> Calendar | None:
    """Return the hours of a case: those of its team, else of its brand, else the default; None where none were set.

    Without hours nothing is said about when people are there: it is never assumed that somebody is.
    """
    cursor = await tx.execute(
        "SELECT c.zone, c.week, (SELECT coalesce(jsonb_agg(jsonb_build_array(day, name, yearly)), '[]')"
        "  FROM calendar_holidays h WHERE h.calendar_id = c.id) AS holidays FROM calendars c"
        " LEFT JOIN team_calendars t ON t.calendar_id = c.id AND t.team_id = %(team)s"
        " LEFT JOIN brand_calendars b ON b.calendar_id = c.id AND b.brand_id = %(brand)s"
        " WHERE t.team_id IS NOT NULL OR b.brand_id IS NOT NULL OR c.is_default"
        " ORDER BY t.team_id IS NULL, b.brand_id IS NULL LIMIT 1",
        {"team": team_id, "brand": brand_id},
    )
    row = await cursor.fetchone()
    return _calendar(row["zone"], row["week"], _holidays(row["holidays"])) if row else None


async def make_hours(
    tx: Transaction,
    vault: vaults.Vault,
    *,
    name: GuardedText,
    zone: str,
    week: Week,
    holidays: Sequence[Holiday],
    by: Actor,
    now: datetime,
) -> UUID:
    """Make a calendar; the first is the default. Raises Invalid, CalendarWrong."""
    title, calendar = _checked(name, zone, week, holidays)
    calendar_id = new_id()
    row = await (await tx.execute("SELECT count(*) AS count FROM calendars")).fetchone()
    count = row["count"] if row else 0
    if count >= CALENDARS_MAX:
        raise Conflict(N_("There are too many calendars. Remove one first."))
    await tx.execute(
        "INSERT INTO calendars (id, name, zone, week, is_default, created_at, changed_at)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s)",
        (calendar_id, title, calendar.zone, Jsonb(calendar.week), count == 0, now, now),
    )
    await _keep_holidays(tx, calendar_id, holidays)
    await _record(tx, vault, "sla.hours_made", calendar_id, by, now, calendar=calendar, title=title)
    return calendar_id


async def change_hours(
    tx: Transaction,
    vault: vaults.Vault,
    *,
    calendar_id: UUID,
    name: GuardedText,
    zone: str,
    week: Week,
    holidays: Sequence[Holiday],
    by: Actor,
    now: datetime,
) -> None:
    """Give a calendar these hours and holidays. Raises Invalid, CalendarWrong, CalendarNotFound."""
    title, calendar = _checked(name, zone, week, holidays)
    cursor = await tx.execute(
        "UPDATE calendars SET name = %s, zone = %s, week = %s, changed_at = %s WHERE id = %s",
        (title, calendar.zone, Jsonb(calendar.week), now, calendar_id),
    )
    if cursor.rowcount != 1:
        raise CalendarNotFound
    await _keep_holidays(tx, calendar_id, holidays)
    await _record(tx, vault, "sla.hours_changed", calendar_id, by, now, calendar=calendar, title=title)


async def set_default_hours(
    tx: Transaction, vault: vaults.Vault, *, calendar_id: UUID, by: Actor, now: datetime
) -> None:
    """Let everybody go by these hours who has none of their own. Raises CalendarNotFound."""
    await hours(tx, calendar_id=calendar_id)
    await tx.execute("UPDATE calendars SET is_default = FALSE WHERE is_default AND id <> %s", (calendar_id,))
    await tx.execute("UPDATE calendars SET is_default = TRUE WHERE id = %s", (calendar_id,))
    await _record(tx, vault, "sla.default_hours_set", calendar_id, by, now)


async def follow_hours(
    tx: Transaction,
    vault: vaults.Vault,
    *,
    calendar_id: UUID | None,
    team_id: UUID | None = None,
    brand_id: UUID | None = None,
    by: Actor,
    now: datetime,
) -> None:
    """Let a team or a brand go by a calendar, or (None) by the default one. Raises Invalid, CalendarNotFound."""
    if (team_id is None) == (brand_id is None):
        raise Invalid
    table, column, value = (
        ("team_calendars", "team_id", team_id) if team_id else ("brand_calendars", "brand_id", brand_id)
    )
    await tx.execute(f"DELETE FROM {table} WHERE {column} = %s", (value,))
    if calendar_id is not None:
        await hours(tx, calendar_id=calendar_id)
        try:
            async with tx.transaction():
                await tx.execute(f"INSERT INTO {table} ({column}, calendar_id) VALUES (%s, %s)", (value, calendar_id))
        except ForeignKeyViolation as error:
            raise Invalid from error
    await _record(tx, vault, "sla.hours_followed", calendar_id, by, now, follower=(column.removesuffix("_id"), value))


async def remove_hours(tx: Transaction, vault: vaults.Vault, *, calendar_id: UUID, by: Actor, now: datetime) -> None:
    """Remove a calendar that nobody goes by. Raises CalendarNotFound, CalendarInUse."""
    found = await hours(tx, calendar_id=calendar_id)
    if found.is_default or found.team_ids or found.brand_ids:
        raise CalendarInUse
    await tx.execute("DELETE FROM calendars WHERE id = %s", (calendar_id,))
    await _record(tx, vault, "sla.hours_removed", calendar_id, by, now)


def _checked(name: GuardedText, zone: str, week: Week, holidays: Sequence[Holiday]) -> tuple[str, Calendar]:
    title = " ".join(name.text.split())
    if not 1 <= len(title) <= NAME_CHARS_MAX or not title.isprintable() or len(holidays) > HOLIDAYS_MAX:
        raise Invalid
    if not all(1 <= len(holiday.name) <= NAME_CHARS_MAX for holiday in holidays):
        raise Invalid
    return title, _calendar(zone, week, holidays)


def _calendar(zone: str, week: Any, holidays: Sequence[Holiday]) -> Calendar:
    return Calendar(
        zone,
        tuple(tuple((int(start), int(end)) for start, end in slots) for slots in week),
        frozenset(holiday.day for holiday in holidays if not holiday.yearly),
        frozenset((holiday.day.month, holiday.day.day) for holiday in holidays if holiday.yearly),
    )


async def _keep_holidays(tx: Transaction, calendar_id: UUID, holidays: Sequence[Holiday]) -> None:
    await tx.execute("DELETE FROM calendar_holidays WHERE calendar_id = %s", (calendar_id,))
    for holiday in {(holiday.day, holiday.yearly): holiday for holiday in holidays}.values():
        await tx.execute(
            "INSERT INTO calendar_holidays (calendar_id, day, yearly, name) VALUES (%s, %s, %s, %s)",
            (calendar_id, holiday.day, holiday.yearly, holiday.name),
        )


def _holidays(rows: list[list[Any]]) -> tuple[Holiday, ...]:
    return tuple(Holiday(date.fromisoformat(day), name, yearly) for day, name, yearly in rows)


def _from_row(row: dict[str, Any]) -> Hours:
    holidays = _holidays(row["holidays"])
    return Hours(
        id=row["id"],
        name=row["name"],
        calendar=_calendar(row["zone"], row["week"], holidays),
        holidays=holidays,
        is_default=row["is_default"],
        team_ids=frozenset(row["team_ids"]),
        brand_ids=frozenset(row["brand_ids"]),
    )


async def _record(
    tx: Transaction,
    vault: vaults.Vault,
    kind: str,
    calendar_id: UUID | None,
    by: Actor,
    now: datetime,
    *,
    calendar: Calendar | None = None,
    title: str = "",
    follower: tuple[str, UUID | None] | None = None,
) -> None:
    data: dict[str, Any] = {"calendar": str(calendar_id) if calendar_id else None}
    if follower is not None:
        data[follower[0]] = str(follower[1])
    if calendar is not None:
        data |= {
            "zone": calendar.zone,
            "week": [[list(slot) for slot in slots] for slots in calendar.week],
            "holidays": len(calendar.holidays) + len(calendar.yearly),
        }
    await vaults.record(tx, vault, kind=kind, at=now, actor=by, data=data, words={"name": title} if title else None)
