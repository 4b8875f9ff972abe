"""Canned replies at the desk: listed, written in each language, taken out of use."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import get, post
from litestar.di import Provide
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from bellrock import people, workbench
from bellrock.core import BellrockError, Invalid
from bellrock.people import Agent, Permission
from bellrock.web.admin.desk import AgentHere, AnyRequest, Page, house_of, now, page
from bellrock.web.admin.forms import screened
from bellrock.web.people.guards import require_permission
from bellrock.web.shared.languages import LANGUAGES

CANNED = "/desk/canned"
manager = {"agent": Provide(require_permission(Permission.DESK_MANAGE))}


@get(CANNED, name="canned", dependencies=manager)
async def show_all(request: AnyRequest, agent: AgentHere, done: FromQuery[str] = "") -> Page:
    """List the canned replies by their short names."""
    async with house_of(request).database.transaction() as tx:
        found = await workbench.all_canned(tx)
        teams = {team.id: team.name for team in await people.teams(tx)}
    return page(request, agent, "canned", found=found, teams=teams, done=done)


@get(CANNED + "/new", name="canned.new", dependencies=manager)
async def show_new(request: AnyRequest, agent: AgentHere) -> Page:
    """Ask for a short name and a text."""
    return await _form_page(request, agent, None, {})


@post(CANNED, name="canned.create", dependencies=manager, status_code=200)
async def create(request: AnyRequest, agent: AgentHere) -> Page:
    """Keep a new canned reply."""
    return await _save(request, agent, None)


@get(CANNED + "/{canned_id:uuid}", name="canned.edit", dependencies=manager)
async def show_one(request: AnyRequest, agent: AgentHere, canned_id: FromPath[UUID]) -> Page:
    """Show one canned reply with its texts."""
    async with house_of(request).database.transaction() as tx:
        item = await workbench.canned(tx, canned_id=canned_id)
    fields = {"shortcut": item.shortcut, "team": str(item.team_id or "")}
    for code, text in item.texts.items():
        fields |= {f"title-{code}": text.title, f"text-{code}": text.body}
    return await _form_page(request, agent, canned_id, fields)


@post(CANNED + "/{canned_id:uuid}", name="canned.save", dependencies=manager, status_code=200)
async def save(request: AnyRequest, agent: AgentHere, canned_id: FromPath[UUID]) -> Page:
    """Keep what changed."""
    return await _save(request, agent, canned_id)


@post(CANNED + "/{canned_id:uuid}/removal", name="canned.remove", dependencies=manager, status_code=200)
async def remove(request: AnyRequest, agent: AgentHere, canned_id: FromPath[UUID]) -> Page:
    """Take a canned reply out of use."""
    house = house_of(request)
    async with house.database.transaction() as tx:
        await workbench.remove_canned(tx, house.vault, canned_id=canned_id, by=agent, now=now())
    return Redirect(f"{CANNED}?done=removed", status_code=303)


async def _save(request: AnyRequest, agent: Agent, canned_id: UUID | None) -> Page:
    house, form = house_of(request), await request.form()
    fields = {name: str(value).strip().replace("\r\n", "\n") for name, value in form.multi_items()}
    try:
        async with house.database.transaction() as tx:
            await workbench.save_canned(
                tx,
                house.vault,
                canned_id=canned_id,
                shortcut=fields.get("shortcut", ""),
                team_id=team_of(fields.get("team", "")),
                texts=_texts(fields),
                by=agent,
                now=now(),
            )
    except workbench.CannedUnknown:
        raise
    except BellrockError as error:
        return await _form_page(request, agent, canned_id, fields, wrong=error)
    return Redirect(f"{CANNED}?done=saved", status_code=303)


def team_of(value: str) -> UUID | None:
    """Return the team that a form chose, None for everybody. Raises Invalid."""
    try:
        return UUID(value) if value else None
    except ValueError as error:
        raise Invalid from error


def _texts(fields: dict[str, str]) -> dict[str, Any]:
    """Return (title, text) of each language in which anything was written; a title alone is a text forgotten."""
    given = {code: (fields.get(f"title-{code}", ""), fields.get(f"text-{code}", "")) for code in LANGUAGES}
    return {code: (screened(title), screened(text)) for code, (title, text) in given.items() if title or text}


async def _form_page(
    request: AnyRequest,
    agent: Agent,
    canned_id: UUID | None,
    fields: dict[str, str],
    *,
    wrong: BellrockError | None = None,
) -> Page:
    async with house_of(request).database.transaction() as tx:
        teams = [("", ""), *((str(team.id), team.name) for team in await people.teams(tx))]
    return page(
        request,
        agent,
        "canned_one",
        wrong=wrong,
        canned_id=canned_id,
        fields=fields,
        team_choices=teams,
        variables=workbench.VARIABLES,
    )


routes: list[Any] = [show_all, show_new, create, show_one, save, remove]
