"""The list: a view with its rows, the counts of all views, one row anew."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from litestar import Response, get
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect
from litestar.status_codes import HTTP_303_SEE_OTHER

from bellrock.core import Invalid
from bellrock.people import Permission
from bellrock.web.agent.desk import full_page, open_desk
from bellrock.web.agent.desk_types import AgentHere, AnyRequest, HouseHere
from bellrock.web.agent.rows import one_row, page_of_rows
from bellrock.web.agent.views import holds
from bellrock.web.shared.links import desk_links
from bellrock.web.shared.problems import wants_fragment


@get("/desk", name="desk")
async def inbox(
    request: AnyRequest, house: HouseHere, agent: AgentHere, before: FromQuery[str | None] = None
) -> Response[Any]:
    """Show a view; the list alone to a script. Whoever reads no conversations is led to what they may open."""
    places = desk_links(agent)
    if Permission.CONVERSATIONS_VIEW not in agent.permissions and places and not wants_fragment(request):
        return Redirect(places[0].url, status_code=HTTP_303_SEE_OTHER)
    mark = _mark(before)
    async with house.database.transaction() as tx:
        desk = await open_desk(tx, request, house, agent)
        if not wants_fragment(request):
            return await full_page(tx, desk, before=mark)
        rows, next_page = await page_of_rows(tx, house, desk.reader, desk.view, mark)
    return desk.render("agent/list_fragment.html", rows=rows, next_page=next_page, case=None)


@get("/desk/views", name="desk.views")
async def views(request: AnyRequest, house: HouseHere, agent: AgentHere) -> Response[str]:
    """Return the views with their counts, for the rail."""
    async with house.database.transaction() as tx:
        desk = await open_desk(tx, request, house, agent, counted=True)
    return desk.render("agent/views_fragment.html")


@get("/desk/conversations/{conversation_id:uuid}/row", name="desk.row")
async def row(
    request: AnyRequest, house: HouseHere, agent: AgentHere, conversation_id: FromPath[UUID]
) -> Response[str]:
    """Return one row anew; 204 when the conversation left the view. Raises ConversationUnknown."""
    async with house.database.transaction() as tx:
        desk = await open_desk(tx, request, house, agent)
        found, conversation = await one_row(tx, house, desk.reader, desk.view, conversation_id)
    if not holds(desk.view, conversation, desk.reader):
        return Response("", status_code=204)
    return desk.render("agent/row_fragment.html", row=found, case=None)


def _mark(before: str | None) -> tuple[datetime, UUID] | None:
    """Read `<seconds>.<id>` of the last row above. Raises Invalid."""
    if before is None:
        return None
    seconds, _, id = before.rpartition(".")
    try:
        return datetime.fromtimestamp(float(seconds), UTC), UUID(id)
    except (ValueError, OverflowError, OSError) as error:
        raise Invalid from error


routes = [inbox, views, row]
