"""Who looks at a conversation and who types in it: true for a moment, told to colleagues, never stored."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

import msgspec
from litestar import Response, post, put
from litestar.params import FromPath, JSONBody

from bellrock import conversations, core, people
from bellrock.web.agent.desk_types import AgentHere, HouseHere


class Seen(msgspec.Struct):
    """What the console says about its agent: `viewing`, `typing` a reply, `noting` for colleagues, or `left`."""

    type: Literal["viewing", "typing", "noting", "left"]


@post("/desk/conversations/{conversation_id:uuid}/presence", name="desk.presence", status_code=204)
async def tell(
    house: HouseHere, agent: AgentHere, conversation_id: FromPath[UUID], data: JSONBody[Seen]
) -> Response[None]:
    """Tell colleagues, and of a look or a reply the customer too, what this agent does here. Raises ConversationUnknown."""
    async with house.database.transaction() as tx:
        conversation = await conversations.get(tx, viewer=agent, conversation_id=conversation_id)
    is_reply = data.type == "typing" and people.Permission.CONVERSATIONS_REPLY in agent.permissions
    whisper = {
        "type": data.type,
        "who": str(agent.id),
        "author": {"kind": "agent", "name": agent.name},
        "audience": "public" if is_reply or data.type == "viewing" else "internal",
    }
    await house.hub.whisper(conversation_id=conversation_id, customer_id=conversation.customer_id, data=whisper)
    return Response(None, status_code=204)


@put("/desk/presence", name="desk.heartbeat")
async def beat(house: HouseHere, agent: AgentHere) -> dict[str, str]:
    """Note that this console is open; return whether its agent takes cases."""
    async with house.database.transaction() as tx:
        return {"presence": str(await people.heartbeat(tx, agent_id=agent.id, now=core.clock.now()))}


routes = [tell, beat]
