"""Who is here: what an agent does in a conversation, true for a moment and never stored, and whether they take cases."""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

import msgspec
from litestar import Response, get, post, put
from litestar.params import FromPath, JSONBody

from bellrock import conversations, core, people, routing
from bellrock.core import N_
from bellrock.people import Presence
from bellrock.web.agent.desk import open_desk
from bellrock.web.agent.desk_types import AgentHere, AnyRequest, HouseHere
from bellrock.web.agent.rows import customer_names

LISTED_MAX = 5
_STAYS = {
    "customers_turn": N_("the customer has the next step"),
    "snoozed": N_("snoozed"),
}


class Seen(msgspec.Struct):
    """What the console says about its agent: `viewing`, `typing` a reply, `noting` for colleagues, or `left`."""

    type: Literal["viewing", "typing", "noting", "left"]


class Beat(msgspec.Struct):
    """A sign of life of a console. `idle`: nobody has touched it for a while."""

    idle: bool = False


class Chosen(msgspec.Struct):
    """Whether an agent takes cases. `gives_back`: what waits for them goes to others."""

    presence: Presence
    gives_back: bool = False


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
async def beat(house: HouseHere, agent: AgentHere, data: JSONBody[Beat]) -> dict[str, str]:
    """Note that this console is open; return whether its agent takes cases."""
    async with house.database.transaction() as tx:
        now = core.clock.now()
        return {"presence": str(await people.heartbeat(tx, agent_id=agent.id, now=now, is_idle=data.idle))}


@put("/desk/presence/choice", name="desk.choose_presence")
async def choose(house: HouseHere, agent: AgentHere, data: JSONBody[Chosen]) -> dict[str, Any]:
    """Say whether this agent takes cases, and give back what waits for them; return how many cases went."""
    now, given = core.clock.now(), 0
    async with house.database.transaction() as tx:
        await people.set_presence(tx, agent_id=agent.id, presence=data.presence, now=now)
        if data.gives_back and data.presence is not Presence.ONLINE:
            given = await routing.leave(tx, house.vault, agent=agent, now=now)
    return {"presence": str(data.presence), "given": given}


@get("/desk/presence/leaving", name="desk.leaving")
async def leaving(request: AnyRequest, house: HouseHere, agent: AgentHere) -> dict[str, Any]:
    """Say what would go back to the queue when this agent goes off, what would stay, and why."""
    async with house.database.transaction() as tx:
        desk = await open_desk(tx, request, house, agent, counted=False)
        plan = await routing.leaving(tx, agent=agent)
        shown = [*plan.goes[:LISTED_MAX], *(case for case, _ in plan.stays[:LISTED_MAX])]
        names = await customer_names(tx, house, desk.reader, [case.customer_id for case in shown])
    _ = desk.reader.gettext
    return {
        "goes": len(plan.goes),
        "stays": len(plan.stays),
        "going": [{"name": names[case.customer_id], "reference": case.reference} for case in plan.goes[:LISTED_MAX]],
        "staying": [
            {"name": names[case.customer_id], "reference": case.reference, "why": _(_STAYS[why])}
            for case, why in plan.stays[:LISTED_MAX]
        ],
    }


routes = [tell, beat, choose, leaving]
