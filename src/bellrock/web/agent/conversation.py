"""The open conversation: the whole page, its panes, and what is new in its timeline."""

from __future__ import annotations

from uuid import UUID

from litestar import Response, get
from litestar.params import FromPath, FromQuery

from bellrock.web.agent.desk import case_values, full_page, open_desk
from bellrock.web.agent.desk_types import AgentHere, AnyRequest, HouseHere
from bellrock.web.agent.opened import open_case
from bellrock.web.shared.problems import wants_fragment


@get("/desk/conversations/{conversation_id:uuid}", name="desk.conversation")
async def conversation(
    request: AnyRequest,
    house: HouseHere,
    agent: AgentHere,
    conversation_id: FromPath[UUID],
    earlier: FromQuery[int | None] = None,
) -> Response[str]:
    """Show a conversation, or what came before a journal number; its panes alone to a script. Raises ConversationUnknown."""
    async with house.database.pipeline() as tx:
        desk = await open_desk(tx, request, house, agent)
        if not wants_fragment(request):
            return await full_page(tx, desk, conversation_id=conversation_id, earlier=earlier)
        values = await case_values(tx, desk, conversation_id, earlier=earlier)
    return desk.render("agent/case_fragment.html", **values)


@get("/desk/conversations/{conversation_id:uuid}/timeline", name="desk.timeline")
async def timeline(
    request: AnyRequest, house: HouseHere, agent: AgentHere, conversation_id: FromPath[UUID], after: FromQuery[int] = -1
) -> Response[str]:
    """Return what happened after a journal number, and the state line. Raises ConversationUnknown."""
    async with house.database.pipeline() as tx:
        desk = await open_desk(tx, request, house, agent)
        case, lines, _ = await open_case(tx, house, desk.reader, desk.view, conversation_id, after=after)
    return desk.render("agent/timeline_fragment.html", case=case, entries=lines)


routes = [conversation, timeline]
