"""Business hours: named weeks with several slots a day, holidays typed or from a calendar file, and whose they are."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import get, post
from litestar.datastructures import UploadFile
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from bellrock import guard, people, sla
from bellrock.core import BellrockError, Conflict, NotFound
from bellrock.people import Agent
from bellrock.sla import Hours
from bellrock.web.admin.desk import AgentHere, AnyRequest, Page, house_of, manager, now, page
from bellrock.web.people.guards import language_for
from bellrock.web.shared.formats import day_names, zone_of

HOURS = "/desk/hours"
REQUEST_BYTES_MAX = 600_000
_HOLIDAYS_CHARS_MAX = 200_000
_OFFICE = ("9:00-17:00",) * 5 + ("", "")


@get(HOURS, name="hours", dependencies=manager)
async def show_hours(request: AnyRequest, agent: AgentHere, done: FromQuery[str] = "") -> Page:
    """List the business hours, whether people are there now, and who goes by which."""
    async with house_of(request).database.transaction() as tx:
        rows = await sla.all_hours(tx)
        teams = {team.id: team.name for team in await people.teams(tx)}
    moment = now()
    return page(
        request,
        agent,
        "hours",
        rows=[(row, _standing(row, moment), _week(row)) for row in rows],
        teams=teams,
        days=day_names(language_for(request, agent)),
        done=done,
    )


@get(HOURS + "/new", name="hours.new", dependencies=manager)
async def show_new(request: AnyRequest, agent: AgentHere) -> Page:
    """Ask for hours, beginning with those of an office."""
    zone = zone_of(request.cookies.get("tz")).key
    return _form_page(request, agent, None, typed={"name": "", "zone": zone, "week": _OFFICE, "holidays": ""})


@post(HOURS, name="hours.make", dependencies=manager, status_code=200, request_max_body_size=REQUEST_BYTES_MAX)
async def make(request: AnyRequest, agent: AgentHere) -> Page:
    """Make business hours; the first are everybody's."""
    house, form = house_of(request), await request.form()
    try:
        said = await _said(form)
        async with house.database.transaction() as tx:
            await sla.make_hours(tx, house.vault, **said, by=agent.actor, now=now())
    except BellrockError as error:
        return _form_page(request, agent, None, typed=_typed(form), wrong=error)
    return Redirect(f"{HOURS}?done=1", status_code=303)


@get(HOURS + "/{calendar_id:uuid}", name="hours.edit", dependencies=manager)
async def show_one(request: AnyRequest, agent: AgentHere, calendar_id: FromPath[UUID]) -> Page:
    """Show one set of hours with all that can be changed."""
    async with house_of(request).database.transaction() as tx:
        row = await sla.hours(tx, calendar_id=calendar_id)
    return _form_page(request, agent, row, typed=_known(row))


@post(
    HOURS + "/{calendar_id:uuid}",
    name="hours.save",
    dependencies=manager,
    status_code=200,
    request_max_body_size=REQUEST_BYTES_MAX,
)
async def save(request: AnyRequest, agent: AgentHere, calendar_id: FromPath[UUID]) -> Page:
    """Keep hours and holidays; waits and notices go by them at once."""
    house, form = house_of(request), await request.form()
    async with house.database.transaction() as tx:
        row = await sla.hours(tx, calendar_id=calendar_id)
    try:
        said = await _said(form)
        async with house.database.transaction() as tx:
            await sla.change_hours(tx, house.vault, calendar_id=calendar_id, **said, by=agent.actor, now=now())
    except NotFound:
        raise
    except BellrockError as error:
        return _form_page(request, agent, row, typed=_typed(form), wrong=error)
    return Redirect(f"{HOURS}?done=1", status_code=303)


@post(HOURS + "/{calendar_id:uuid}/default", name="hours.default", dependencies=manager, status_code=303)
async def make_default(request: AnyRequest, agent: AgentHere, calendar_id: FromPath[UUID]) -> Page:
    """Let everybody go by these who has none of their own."""
    house = house_of(request)
    async with house.database.transaction() as tx:
        await sla.set_default_hours(tx, house.vault, calendar_id=calendar_id, by=agent.actor, now=now())
    return Redirect(f"{HOURS}?done=1", status_code=303)


@post(HOURS + "/{calendar_id:uuid}/removal", name="hours.remove", dependencies=manager, status_code=200)
async def remove(request: AnyRequest, agent: AgentHere, calendar_id: FromPath[UUID]) -> Page:
    """Remove hours that nobody goes by."""
    house = house_of(request)
    async with house.database.transaction() as tx:
        row = await sla.hours(tx, calendar_id=calendar_id)
    try:
        async with house.database.transaction() as tx:
            await sla.remove_hours(tx, house.vault, calendar_id=calendar_id, by=agent.actor, now=now())
    except Conflict as error:
        return _form_page(request, agent, row, typed=_known(row), wrong=error)
    return Redirect(f"{HOURS}?done=1", status_code=303)


async def _said(form: Any) -> dict[str, Any]:
    """Return the hours of a form. A calendar file's holidays are added to those that were typed. Raises Invalid."""
    holidays = sla.read_holidays(_lines(str(form.get("holidays", ""))))
    file = form.get("file")
    if isinstance(file, UploadFile) and file.filename:
        content = await file.read(_HOLIDAYS_CHARS_MAX + 1)
        try:
            holidays += sla.read_holidays(_lines(content.decode("utf-8-sig")))
        except UnicodeDecodeError as error:
            raise sla.CalendarWrong from error
    return {
        "name": guard.screen(str(form.get("name", ""))[:200]),
        "zone": str(form.get("zone", ""))[:60],
        "week": tuple(sla.parse_slots(str(form.get(f"day-{number}", ""))[:200]) for number in range(7)),
        "holidays": holidays,
    }


def _lines(text: str) -> guard.GuardedText:
    return guard.screen(text[:_HOLIDAYS_CHARS_MAX] or "\n", max_chars=_HOLIDAYS_CHARS_MAX)


def _typed(form: Any) -> dict[str, Any]:
    return {
        "name": str(form.get("name", ""))[:200],
        "zone": str(form.get("zone", ""))[:60],
        "week": tuple(str(form.get(f"day-{number}", ""))[:200] for number in range(7)),
        "holidays": str(form.get("holidays", ""))[:_HOLIDAYS_CHARS_MAX],
    }


def _known(row: Hours) -> dict[str, Any]:
    week = tuple(sla.write_slots(slots) for slots in row.calendar.week)
    return {"name": row.name, "zone": row.calendar.zone, "week": week, "holidays": sla.write_holidays(row.holidays)}


def _standing(row: Hours, at: datetime) -> tuple[bool, datetime | None]:
    """Return whether people are there, and when they leave or are there again."""
    calendar = row.calendar
    return (True, calendar.closes(at)) if calendar.open_at(at) else (False, calendar.next_open(at))


def _week(row: Hours) -> list[list[tuple[float, float, str]]]:
    """Return each day's slots as (start, length) in hundredths of a day, and as words, for the drawing of the week."""
    return [
        [(start / 14.4, (end - start) / 14.4, sla.write_slots(((start, end),))) for start, end in slots]
        for slots in row.calendar.week
    ]


def _form_page(
    request: AnyRequest, agent: Agent, row: Hours | None, *, typed: dict[str, Any], wrong: BellrockError | None = None
) -> Page:
    return page(
        request,
        agent,
        "hours_form",
        wrong=wrong,
        row=row,
        typed=typed,
        days=day_names(language_for(request, agent)),
        zones=[(name, name.replace("_", " ")) for name in sla.zones()],
    )


routes: list[Any] = [show_hours, show_new, make, show_one, save, make_default, remove]
