"""What this agent has read, and where they were called by name."""

from __future__ import annotations

from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath

from bellrock import conversations, core, workbench
from bellrock.conversations import ConversationUnknown
from bellrock.web.agent.desk import open_desk
from bellrock.web.agent.desk_types import AgentHere, AnyRequest, HouseHere
from bellrock.web.agent.rows import describe


@post("/desk/conversations/{conversation_id:uuid}/reading", name="desk.read", status_code=200)
async def read(house: HouseHere, agent: AgentHere, conversation_id: FromPath[UUID]) -> dict[str, bool]:
    """Note that this agent has the newest message before their eyes; say whether that was news. Raises ConversationUnknown."""
    now = core.clock.now()
    async with house.database.transaction() as tx:
        await conversations.get(tx, viewer=agent, conversation_id=conversation_id)
        is_new = await conversations.mark_read(tx, agent=agent, conversation_id=conversation_id, now=now)
        was_called = await workbench.see_mentions(tx, agent=agent, conversation_id=conversation_id, now=now)
    return {"read": is_new, "called": was_called}


@get("/desk/mentions/unseen", name="desk.unseen_mentions")
async def unseen(house: HouseHere, agent: AgentHere) -> dict[str, int]:
    """Return in how many conversations this agent is called and has not looked."""
    async with house.database.transaction() as tx:
        return {"count": await workbench.unseen_mentions(tx, agent=agent)}


@get("/desk/mentions", name="desk.mentions")
async def mentions(request: AnyRequest, house: HouseHere, agent: AgentHere) -> Response[str]:
    """List the conversations to which colleagues have called this agent, those not yet looked at first."""
    async with house.database.transaction() as tx:
        desk = await open_desk(tx, request, house, agent, counted=True)
        found = []
        for conversation_id in await workbench.mentioned_in(tx, agent=agent):
            try:
                found.append(await conversations.get(tx, viewer=agent, conversation_id=conversation_id))
            except ConversationUnknown:
                continue  # it has gone to a team whose cases this agent does not see
        rows = await describe(tx, house, desk.reader, desk.view, found)
    return desk.render("agent/mentions.html", rows=rows, case=None)


routes = [read, mentions, unseen]
