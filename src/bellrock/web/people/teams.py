"""Teams: what each takes, who is in it, by which hours it goes."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from bellrock import conversations, people, sla, triage
from bellrock.core import BellrockError, Conflict, Invalid, NotFound, Transaction
from bellrock.people import Agent, Team
from bellrock.web.people.frame import AnyRequest, Page, captain, ids, page, text, words
from bellrock.web.people.guards import AgentHere, house_of, language_for, now

TEAMS = "/desk/teams"


@get(TEAMS, name="people.teams", dependencies=captain)
async def show_teams(request: AnyRequest, agent: AgentHere, done: FromQuery[str] = "") -> Page:
    """List the teams, what they take and who is in them."""
    house, moment = house_of(request), now()
    async with house.database.transaction() as tx:
        found = await people.teams(tx, archived=True)
        seats = await people.roster(tx, now=moment)
        hours = {team_id: row.name for row in await sla.all_hours(tx) for team_id in row.team_ids}
    members = {team.id: [seat for seat in seats if team.id in seat.agent.team_ids] for team in found}
    return page(
        request,
        agent,
        "people/teams.html",
        teams=[team for team in found if team.archived_at is None],
        away=[team for team in found if team.archived_at is not None],
        members=members,
        hours=hours,
        may_make=people.may_lead(agent, None),
        leads={team.id for team in found if people.may_lead(agent, team.id)},
        done=done,
        now=moment,
    )


@get(TEAMS + "/new", name="people.teams.new", dependencies=captain)
async def show_new(request: AnyRequest, agent: AgentHere) -> Page:
    """Ask what a new team is to take."""
    _must_lead(agent, None)
    async with house_of(request).database.transaction() as tx:
        return await _form_page(request, tx, agent, None, typed={})


@post(TEAMS, name="people.teams.make", dependencies=captain, status_code=200)
async def make(request: AnyRequest, agent: AgentHere) -> Page:
    """Make a team."""
    house, form = house_of(request), await request.form()
    _must_lead(agent, None)
    try:
        async with house.database.transaction() as tx:
            team = await people.make_team(tx, house.vault, **_said(form), by=agent.actor, now=now())
            await _keep_rest(tx, house, agent, form, team.id)
    except BellrockError as error:
        async with house.database.transaction() as tx:
            return await _form_page(request, tx, agent, None, typed=_typed(form), wrong=error)
    return Redirect(f"{TEAMS}?done=1", status_code=303)


@get(TEAMS + "/{team_id:uuid}", name="people.teams.edit", dependencies=captain)
async def show_team(request: AnyRequest, agent: AgentHere, team_id: FromPath[UUID]) -> Page:
    """Show one team with all that can be changed."""
    async with house_of(request).database.transaction() as tx:
        team = await _team(tx, agent, team_id)
        return await _form_page(request, tx, agent, team, typed=None)


@post(TEAMS + "/{team_id:uuid}", name="people.teams.save", dependencies=captain, status_code=200)
async def save(request: AnyRequest, agent: AgentHere, team_id: FromPath[UUID]) -> Page:
    """Keep what a team is called, takes, who is in it and its hours."""
    house, form = house_of(request), await request.form()
    async with house.database.transaction() as tx:
        team = await _team(tx, agent, team_id)
    try:
        async with house.database.transaction() as tx:
            await people.change_team(tx, house.vault, team_id=team_id, **_said(form), by=agent.actor, now=now())
            await _keep_rest(tx, house, agent, form, team_id)
    except NotFound:
        raise
    except BellrockError as error:
        async with house.database.transaction() as tx:
            return await _form_page(request, tx, agent, team, typed=_typed(form), wrong=error)
    return Redirect(f"{TEAMS}?done=1", status_code=303)


@post(TEAMS + "/{team_id:uuid}/default", name="people.teams.default", dependencies=captain, status_code=303)
async def make_default(request: AnyRequest, agent: AgentHere, team_id: FromPath[UUID]) -> Page:
    """Let a team take what no other does."""
    house = house_of(request)
    async with house.database.transaction() as tx:
        await people.set_default_team(tx, house.vault, team_id=team_id, by=agent.actor, now=now())
    return Redirect(f"{TEAMS}?done=1", status_code=303)


@post(TEAMS + "/{team_id:uuid}/archive", name="people.teams.archive", dependencies=captain, status_code=200)
async def archive(request: AnyRequest, agent: AgentHere, team_id: FromPath[UUID]) -> Page:
    """Put a team away that holds no open conversation."""
    house = house_of(request)
    try:
        async with house.database.transaction() as tx:
            await people.archive_team(tx, house.vault, team_id=team_id, by=agent.actor, now=now())
            if await conversations.has_open_work(tx, team_id=team_id):
                raise people.TeamInUse
    except Conflict as error:
        async with house.database.transaction() as tx:
            team = await _team(tx, agent, team_id)
            return await _form_page(request, tx, agent, team, typed=None, wrong=error)
    return Redirect(f"{TEAMS}?done=1", status_code=303)


@post(TEAMS + "/{team_id:uuid}/return", name="people.teams.restore", dependencies=captain, status_code=303)
async def restore(request: AnyRequest, agent: AgentHere, team_id: FromPath[UUID]) -> Page:
    """Take a team out again that was put away."""
    house = house_of(request)
    async with house.database.transaction() as tx:
        await people.restore_team(tx, house.vault, team_id=team_id, by=agent.actor, now=now())
    return Redirect(f"{TEAMS}?done=1", status_code=303)


async def _team(tx: Transaction, agent: Agent, team_id: UUID) -> Team:
    team = await people.team(tx, team_id=team_id)
    if team.archived_at is not None or not people.may_lead(agent, team_id):
        raise NotFound
    return team


def _must_lead(agent: Agent, team_id: UUID | None) -> None:
    if not people.may_lead(agent, team_id):
        raise people.BeyondOwn


async def _keep_rest(tx: Transaction, house: Any, agent: Agent, form: Any, team_id: UUID) -> None:
    members = ids(form, "members")
    now_in = {seat.agent.id for seat in await people.roster(tx, now=now(), team_ids=[team_id])}
    if set(members) != now_in:
        await people.set_members(tx, house.vault, team_id=team_id, agent_ids=members, by=agent.actor, now=now())
    followed = {row.id for row in await sla.all_hours(tx) if team_id in row.team_ids}
    chosen = str(form.get("hours", ""))
    try:
        calendar_id = UUID(chosen) if chosen else None
    except ValueError as error:
        raise Invalid from error
    if followed != ({calendar_id} if calendar_id else set()):
        await sla.follow_hours(tx, house.vault, calendar_id=calendar_id, team_id=team_id, by=agent.actor, now=now())


def _said(form: Any) -> dict[str, Any]:
    topics, queues = words(form, "topics"), words(form, "queues")
    if not set(topics) <= set(triage.topics()) or not set(queues) <= set(_queues()):
        raise Invalid
    return {"name": text(form, "name"), "queues": queues, "topics": topics, "languages": words(form, "languages")}


def _typed(form: Any) -> dict[str, Any]:
    return {
        "name": str(form.get("name", ""))[:200],
        **{name: words(form, name) for name in ("queues", "topics", "languages", "members")},
        "hours": str(form.get("hours", "")),
    }


def _queues() -> list[str]:
    return sorted({topic.queue for topic in triage.topics().values()})


async def _form_page(
    request: AnyRequest,
    tx: Transaction,
    agent: Agent,
    team: Team | None,
    *,
    typed: dict[str, Any] | None,
    wrong: BellrockError | None = None,
) -> Page:
    language = language_for(request, agent)
    hours = await sla.all_hours(tx)
    seats = await people.roster(tx, now=now())
    if typed is None and team is not None:
        followed = next((str(row.id) for row in hours if team.id in row.team_ids), "")
        members = [str(seat.agent.id) for seat in seats if team.id in seat.agent.team_ids]
        typed = {
            "name": team.name,
            "queues": team.queues,
            "topics": team.topics,
            "languages": team.languages,
            "members": members,
            "hours": followed,
        }
    return page(
        request,
        agent,
        "people/team.html",
        wrong=wrong,
        team=team,
        typed={"name": "", "queues": (), "topics": (), "languages": (), "members": (), "hours": "", **(typed or {})},
        queues=_queues(),
        topics={name: triage.topic_name(name, language) for name in triage.topics()},
        hours=[(str(row.id), row.name) for row in hours],
        default_hours=next((row.name for row in hours if row.is_default), ""),
        seats=seats,
        may_make=people.may_lead(agent, None),
    )


routes: list[Any] = [show_teams, show_new, make, show_team, save, make_default, archive, restore]
