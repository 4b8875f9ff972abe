"""Agents and teams: who is there, without anything that would let somebody write to them."""

from __future__ import annotations

from bellrock import people
from bellrock.api import problems, shapes_people
from bellrock.api.operations import Answer, Call, operation
from bellrock.people import Seat, Team


@operation("GET", "/agents", scope="agents:read", gives=shapes_people.Agents, query=shapes_people.AgentQuery)
async def list_agents(call: Call) -> Answer:
    """List agents

    Those who work here now, by name. A token that is limited to teams gets the members of those.
    """
    query: shapes_people.AgentQuery = call.query
    seats = await people.roster(call.tx, now=call.now, team_ids=[query.team_id] if query.team_id else None)
    return Answer(shapes_people.Agents(items=[_agent(call, seat) for seat in seats if _may_see(call, seat)]))


@operation("GET", "/agents/{agent_id:uuid}", scope="agents:read", gives=shapes_people.Agent)
async def get_agent(call: Call) -> Answer:
    """Read an agent"""
    for seat in await people.roster(call.tx, now=call.now):
        if seat.agent.id == call.id("agent_id") and _may_see(call, seat):
            return Answer(_agent(call, seat))
    raise problems.not_found()


@operation("GET", "/teams", scope="teams:read", gives=shapes_people.Teams)
async def list_teams(call: Call) -> Answer:
    """List teams

    A token that is limited to teams gets those.
    """
    return Answer(shapes_people.Teams(items=[_team(team) for team in await _teams(call)]))


@operation("GET", "/teams/{team_id:uuid}", scope="teams:read", gives=shapes_people.Team)
async def get_team(call: Call) -> Answer:
    """Read a team"""
    for team in await _teams(call):
        if team.id == call.id("team_id"):
            return Answer(_team(team))
    raise problems.not_found()


async def _teams(call: Call) -> list[Team]:
    limits = call.who.team_ids
    return [team for team in await people.teams(call.tx) if not limits or team.id in limits]


def _may_see(call: Call, seat: Seat) -> bool:
    return not call.who.team_ids or bool(call.who.team_ids & seat.agent.team_ids)


def _agent(call: Call, seat: Seat) -> shapes_people.Agent:
    limits = call.who.team_ids
    return shapes_people.Agent(
        id=seat.agent.id,
        name=seat.agent.name,
        languages=list(seat.agent.languages),
        team_ids=sorted(id for id in seat.agent.team_ids if not limits or id in limits),
        presence=seat.presence.value,
        capacity=seat.capacity,
    )


def _team(team: Team) -> shapes_people.Team:
    return shapes_people.Team(id=team.id, slug=team.slug, name=team.name, queues=list(team.queues))
