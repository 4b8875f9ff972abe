"""Filters of a list as a form, and views that somebody keeps; everything here works as plain links and forms."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect
from litestar.status_codes import HTTP_303_SEE_OTHER

from bellrock import conversations, core, guard, workbench
from bellrock.conversations import FILTER_NAMES
from bellrock.people import Permission
from bellrock.web.agent.acting import must
from bellrock.web.agent.desk import open_desk
from bellrock.web.agent.desk_types import AgentHere, AnyRequest, HouseHere
from bellrock.web.agent.sieve import choices
from bellrock.web.shared.problems import wants_fragment


@get("/desk/filters", name="desk.filters")
async def filters(request: AnyRequest, house: HouseHere, agent: AgentHere) -> Response[str]:
    """Offer the filters of a view; the form alone to a script."""
    async with house.database.transaction() as tx:
        desk = await open_desk(tx, request, house, agent)
        offered = await choices(tx, desk.reader, desk.view)
    name = "agent/filters_fragment.html" if wants_fragment(request) else "agent/filters_page.html"
    return desk.render(name, **offered)


@get("/desk/selection", name="desk.selection")
async def selection(request: AnyRequest, agent: AgentHere) -> Response[Any]:
    """Lead to the list that a form of filters asks for. Raises Invalid."""
    must(agent, Permission.CONVERSATIONS_VIEW)
    asked = request.query_params
    given = {name: ",".join(asked.getall(name, [])) for name in (*FILTER_NAMES, "sort")}
    wanted = {name: value for name, value in given.items() if value and (name, value) != ("sort", "changed")}
    chosen = conversations.make_selection(str(asked.get("view", "")), wanted)
    return _to(chosen.key)


@post("/desk/saved-views", name="desk.keep_view", status_code=201)
async def keep(request: AnyRequest, house: HouseHere, agent: AgentHere) -> Response[Any]:
    """Keep a list under a name: for `me` (empty), a team (its id), or `all`. Raises Invalid, BadViewName, Refused."""
    must(agent, Permission.CONVERSATIONS_VIEW)
    form = await request.form()
    share = str(form.get("share", ""))
    async with house.database.transaction() as tx:
        saved = await workbench.save_view(
            tx,
            house.vault,
            by=agent,
            name=guard.screen(str(form.get("name", ""))[:200]),
            key=str(form.get("view", "")),
            is_shared=bool(share),
            team_id=_team(share),
            now=core.clock.now(),
        )
    return _to(f"saved:{saved.id}")


@post("/desk/saved-views/{view_id:uuid}/removal", name="desk.remove_view", status_code=201)
async def remove(house: HouseHere, agent: AgentHere, view_id: FromPath[UUID]) -> Response[Any]:
    """Remove a view; its list stays open without a name. Raises ViewUnknown, Refused."""
    async with house.database.transaction() as tx:
        removed = await workbench.remove_view(tx, house.vault, by=agent, view_id=view_id, now=core.clock.now())
    return _to(removed.key)


def _team(share: str) -> UUID | None:
    if share in ("", "all"):
        return None
    try:
        return UUID(share)
    except ValueError as error:
        raise core.Invalid from error


def _to(key: str) -> Response[Any]:
    return Redirect(f"/desk?view={key}", status_code=HTTP_303_SEE_OTHER)


routes = [filters, selection, keep, remove]
