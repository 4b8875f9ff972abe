"""Undo send: a reply is held for some seconds, in which its author can take it back; nobody else sees that it waits."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath

from bellrock import conversations, core, workbench
from bellrock.conversations import Held
from bellrock.core import BellrockError
from bellrock.people import Permission
from bellrock.web.agent.acting import acting, must
from bellrock.web.agent.desk import Desk, open_desk
from bellrock.web.agent.desk_types import AgentHere, AnyRequest, HouseHere
from bellrock.web.agent.replying import REPLY_BYTES_MAX, outgoing_of
from bellrock.web.agent.rows import customer_names


@post(
    "/desk/conversations/{conversation_id:uuid}/held",
    name="desk.hold",
    status_code=201,
    request_max_body_size=REPLY_BYTES_MAX,
)
async def hold(
    request: AnyRequest, house: HouseHere, agent: AgentHere, conversation_id: FromPath[UUID]
) -> dict[str, Any]:
    """Hold a reply for the seconds that this agent chose; the worker sends it if their page does not.

    Raises AnsweredMeanwhile, AlreadyResolved, VariablesMissing.
    """
    async with acting(request, house, agent, conversation_id) as act:
        outgoing = await outgoing_of(act)
        if workbench.unfilled(outgoing.text.text):
            raise workbench.VariablesMissing
        chosen = await workbench.choices(act.tx, agent_id=agent.id)
        held_id = await conversations.hold(
            act.tx,
            house.vault,
            by=agent,
            conversation_id=conversation_id,
            text=outgoing.text,
            client_key=outgoing.client_key,
            last_seen_message_id=outgoing.seen,
            send_at=act.now + timedelta(seconds=chosen.hold_seconds),
            now=act.now,
            file_ids=outgoing.file_ids,
            afterwards=outgoing.afterwards,
            snooze_until=outgoing.snooze_until,
        )
        item = await conversations.held_one(act.tx, house.vault, by=agent, held_id=held_id)
        return await _told(act.tx, await act.desk(), item)


@get("/desk/held", name="desk.held")
async def held(request: AnyRequest, house: HouseHere, agent: AgentHere) -> list[dict[str, Any]]:
    """Return this agent's replies that wait to go out, and those that could not."""
    async with house.database.transaction() as tx:
        desk = await open_desk(tx, request, house, agent, counted=False)
        return [await _told(tx, desk, item) for item in await conversations.held_of(tx, house.vault, by=agent)]


@post("/desk/held/{held_id:uuid}/undo", name="desk.undo", status_code=200)
async def undo(house: HouseHere, agent: AgentHere, held_id: FromPath[UUID]) -> dict[str, str]:
    """Take a held reply back: it is a draft again, and the customer never saw it. Raises HeldGone."""
    async with house.database.transaction() as tx:
        taken, text = await workbench.take_back(tx, house.vault, by=agent, held_id=held_id, now=core.clock.now())
    return {"conversation": str(taken.conversation_id), "text": text}


@post("/desk/held/{held_id:uuid}/sending", name="desk.send_held", status_code=204)
async def send_now(house: HouseHere, agent: AgentHere, held_id: FromPath[UUID]) -> Response[None]:
    """Send a held reply now. Raises HeldGone, and what a reply raises: then it is a draft again."""
    must(agent, Permission.CONVERSATIONS_REPLY)
    now = core.clock.now()
    try:
        async with house.database.transaction() as tx:
            await workbench.send_held(tx, house.vault, held_id=held_id, by=agent, now=now)
    except conversations.HeldGone:
        raise
    except BellrockError as error:
        if not error.retryable:
            async with house.database.transaction() as tx:
                await workbench.keep_back(tx, house.vault, held_id=held_id, refused=error, now=now)
        raise
    return Response(None, status_code=204)


@post("/desk/held/{held_id:uuid}/reading", name="desk.read_refusal", status_code=204)
async def read_refusal(house: HouseHere, agent: AgentHere, held_id: FromPath[UUID]) -> Response[None]:
    """Note that the author knows why it did not go out."""
    async with house.database.transaction() as tx:
        await conversations.forget_refused(tx, by=agent, held_id=held_id)
    return Response(None, status_code=204)


async def _told(tx: core.Transaction, desk: Desk, item: Held) -> dict[str, Any]:
    names = await customer_names(tx, desk.house, desk.reader, [item.customer_id])
    left = (item.send_at - core.clock.now()).total_seconds()
    return {
        "id": str(item.id),
        "conversation": str(item.conversation_id),
        "name": names[item.customer_id],
        "reference": item.reference,
        "left_ms": max(0, round(left * 1000)),
        "afterwards": item.afterwards,
        "refused": item.refused or "",
    }


routes = [hold, held, undo, send_now, read_refusal]
