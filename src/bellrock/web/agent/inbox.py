"""The list: a view with its rows, the counts of all views, one row anew."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Response, get
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect
from litestar.status_codes import HTTP_303_SEE_OTHER

from bellrock import conversations
from bellrock.core import Refused
from bellrock.people import Permission
from bellrock.web.agent.desk import full_page, open_desk
from bellrock.web.agent.desk_types import AgentHere, AnyRequest, HouseHere
from bellrock.web.agent.rows import one_row, page_of_rows
from bellrock.web.agent.views import count_words
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
    async with house.database.pipeline() as tx:
        desk = await open_desk(tx, request, house, agent)
        if not wants_fragment(request):
            return await full_page(tx, desk, before=before)
        listed = await page_of_rows(tx, house, desk.reader, desk.view, before)
    return desk.render("agent/list_fragment.html", listed=listed, case=None)


@get("/desk/counts", name="desk.counts")
async def counts(house: HouseHere, agent: AgentHere) -> dict[str, str]:
    """Return what stands beside each view, by its key; for the rail, whenever something changed."""
    if Permission.CONVERSATIONS_VIEW not in agent.permissions:
        raise Refused
    async with house.database.transaction() as tx:
        held = await conversations.counts(tx, viewer=agent)
    numbers = {name: getattr(held, name) for name in ("mine", "unassigned", "all", "waiting", "snoozed")}
    numbers |= {f"team:{team_id}": held.teams.get(team_id, 0) for team_id in agent.team_ids}
    return {key: count_words(number) for key, number in numbers.items()}


@get("/desk/conversations/{conversation_id:uuid}/row", name="desk.row")
async def row(
    request: AnyRequest, house: HouseHere, agent: AgentHere, conversation_id: FromPath[UUID]
) -> Response[str]:
    """Return one row anew; 204 when the conversation left the view. Raises ConversationUnknown."""
    async with house.database.pipeline() as tx:
        desk = await open_desk(tx, request, house, agent)
        found = await one_row(tx, house, desk.reader, desk.view, conversation_id)
    if found is None:
        return Response("", status_code=204)
    return desk.render("agent/row_fragment.html", row=found, case=None)


routes = [inbox, counts, row]
