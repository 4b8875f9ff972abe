"""What an agent does to a conversation beside writing: who has it, how urgent it is, when it comes back, when it is done."""

from __future__ import annotations

from uuid import UUID

from litestar import Response, post
from litestar.params import FromPath

from bellrock import conversations, core, people
from bellrock.conversations import PRIORITIES
from bellrock.core import Invalid, NotFound
from bellrock.people import Permission
from bellrock.web.agent.acting import AnyResponse, acting, id_of, must, to
from bellrock.web.agent.desk_types import AgentHere, AnyRequest, HouseHere
from bellrock.web.agent.rows import page_of_rows
from bellrock.web.agent.snoozing import until_of
from bellrock.web.shared.problems import wants_fragment


@post("/desk/conversations/{conversation_id:uuid}/assignment", name="desk.assign", status_code=201)
async def assign(
    request: AnyRequest, house: HouseHere, agent: AgentHere, conversation_id: FromPath[UUID]
) -> AnyResponse:
    """Give the conversation to `me`, the `queue`, `agent:<id>` or `team:<id>`."""
    async with acting(request, house, agent, conversation_id) as act:
        to_agent, to_team = await _assignee(act.tx, agent, act.field("to"))
        await conversations.assign(
            act.tx,
            house.vault,
            by=agent,
            conversation_id=conversation_id,
            agent_id=to_agent,
            team_id=to_team,
            now=act.now,
        )
        return await act.done()


@post("/desk/conversations/{conversation_id:uuid}/priority", name="desk.priority", status_code=201)
async def prioritise(
    request: AnyRequest, house: HouseHere, agent: AgentHere, conversation_id: FromPath[UUID]
) -> AnyResponse:
    """Set how urgent the conversation is."""
    async with acting(request, house, agent, conversation_id) as act:
        priority = act.field("priority")
        if priority not in PRIORITIES:
            raise Invalid
        await conversations.set_priority(
            act.tx,
            house.vault,
            by=agent,
            conversation_id=conversation_id,
            priority=priority,
            now=act.now,
        )
        return await act.done()


@post("/desk/conversations/{conversation_id:uuid}/snooze", name="desk.snooze", status_code=201)
async def snooze(
    request: AnyRequest, house: HouseHere, agent: AgentHere, conversation_id: FromPath[UUID]
) -> AnyResponse:
    """Put the conversation aside until a preset time or one in `words`, or bring it back `now`."""
    async with acting(request, house, agent, conversation_id) as act:
        key = act.field("until")
        if key == "now":
            await conversations.wake(act.tx, house.vault, by=agent, conversation_id=conversation_id, now=act.now)
        else:
            reader = (await act.desk()).reader
            until = (await until_of(act.tx, reader, conversation_id, key, act.field("words"))).at
            await conversations.snooze(
                act.tx, house.vault, by=agent, conversation_id=conversation_id, until=until, now=act.now
            )
        return await act.done()


@post("/desk/conversations/{conversation_id:uuid}/resolution", name="desk.resolve", status_code=201)
async def resolve(
    request: AnyRequest, house: HouseHere, agent: AgentHere, conversation_id: FromPath[UUID]
) -> AnyResponse:
    """Close the conversation and go to the next one of the view."""
    async with acting(request, house, agent, conversation_id) as act:
        await conversations.resolve(act.tx, house.vault, by=agent, conversation_id=conversation_id, now=act.now)
        if wants_fragment(request):
            return Response(None, status_code=204)
        desk = await act.desk()
        listed = await page_of_rows(act.tx, house, desk.reader, desk.view, None)
    return to(next((row.url for row in listed.rows if row.id != conversation_id), desk.view.url))


@post("/desk/conversations/{conversation_id:uuid}/reopening", name="desk.reopen", status_code=201)
async def reopen(
    request: AnyRequest, house: HouseHere, agent: AgentHere, conversation_id: FromPath[UUID]
) -> AnyResponse:
    """Open a resolved conversation again."""
    async with acting(request, house, agent, conversation_id) as act:
        await conversations.reopen(act.tx, house.vault, by=agent, conversation_id=conversation_id, now=act.now)
        return await act.done()


async def _assignee(tx: core.Transaction, agent: people.Agent, to: str) -> tuple[UUID | None, UUID | None]:
    """Return agent and team of an assignment. Raises NotFound for a strange one, Refused for one this agent may not make."""
    if to == "me":
        return agent.id, None
    if to == "queue":
        return None, None
    kind, _, key = to.partition(":")
    id = id_of(key)
    if id is None:
        raise Invalid
    if kind == "team":
        if id not in {team.id for team in await people.teams(tx)}:
            raise NotFound
        return None, id
    if kind != "agent":
        raise Invalid
    must(agent, Permission.CONVERSATIONS_ASSIGN)
    for seat in await people.roster(tx, now=core.clock.now()):
        if seat.agent.id == id and Permission.CONVERSATIONS_REPLY in seat.agent.permissions:
            return id, None
    raise NotFound


routes = [assign, prioritise, snooze, resolve, reopen]
