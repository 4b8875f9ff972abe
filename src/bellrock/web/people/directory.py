"""People: who works here, with which roles, in which teams. For those who manage people."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from bellrock import people, triage
from bellrock.core import N_, BellrockError, NotFound, Transaction
from bellrock.house import House
from bellrock.people import Agent, Level
from bellrock.web.people import letters
from bellrock.web.people.frame import Page, ids, is_near, languages, manager, number, page, row_of, skills, words
from bellrock.web.people.guards import AgentHere, house_of, language_for, now

PEOPLE = "/desk/people"
LEVEL_NAMES = {Level.BASIC: N_("basic"), Level.FLUENT: N_("fluent"), Level.NATIVE: N_("native")}
SKILL_LEVELS = {1: N_("1, beginner"), 2: N_("2, some"), 3: N_("3, good"), 4: N_("4, very good"), 5: N_("5, expert")}


@get(PEOPLE, name="people.list", dependencies=manager)
async def show_people(request: Request[Any, Any, Any], agent: AgentHere) -> Page:
    """List everybody who works here."""
    house, moment = house_of(request), now()
    async with house.database.transaction() as tx:
        rows = [row for row in await people.directory(tx, house.vault, now=moment) if is_near(agent, row.agent)]
        teams = {team.id: team.name for team in await people.teams(tx)}
        names = await people.role_names(tx)
    return page(request, agent, "people/people.html", rows=rows, team_names=teams, role_names=names, now=moment)


@get(PEOPLE + "/new", name="people.new", dependencies=manager)
async def show_invitation(request: Request[Any, Any, Any], agent: AgentHere) -> Page:
    """Ask whom to invite."""
    return await _invitation_page(request, agent)


@post(PEOPLE, name="people.invite", dependencies=manager, status_code=200)
async def invite(request: Request[Any, Any, Any], agent: AgentHere) -> Page:
    """Invite somebody: mail them the link, and show it once."""
    house, form = house_of(request), await request.form()
    name, email = str(form.get("name", "")), str(form.get("email", ""))
    try:
        async with house.database.transaction() as tx:
            agent_id, secret = await people.invite_agent(
                tx,
                house.vault,
                name=name,
                email=email,
                roles=words(form, "roles"),
                team_ids=ids(form, "teams"),
                languages=languages(form),
                by=agent.actor,
                now=now(),
            )
    except BellrockError as error:
        return await _invitation_page(request, agent, name=name, email=email, error=error)
    await letters.send_invitation(
        house, to=email.strip(), name=name, language=language_for(request, agent), secret=secret
    )
    return await _person_page(request, agent, agent_id, link=f"{house.settings.base_url}/desk/join/{secret}")


@get(PEOPLE + "/{agent_id:uuid}", name="people.person", dependencies=manager)
async def show_person(request: Request[Any, Any, Any], agent: AgentHere, agent_id: FromPath[UUID]) -> Page:
    """Show one colleague with roles, teams, languages and limits."""
    return await _person_page(request, agent, agent_id)


@post(PEOPLE + "/{agent_id:uuid}", name="people.person.save", dependencies=manager, status_code=200)
async def save_person(request: Request[Any, Any, Any], agent: AgentHere, agent_id: FromPath[UUID]) -> Page:
    """Keep roles, teams, languages, skills and the limit of cases of one colleague."""
    house, form = house_of(request), await request.form()
    try:
        async with house.database.transaction() as tx:
            await row_of(tx, house, agent, agent_id)
            await people.change_agent(
                tx,
                house.vault,
                agent_id=agent_id,
                roles=words(form, "roles"),
                team_ids=ids(form, "teams"),
                languages=languages(form),
                skills=skills(form),
                capacity=number(form.get("capacity")),
                by=agent.actor,
                now=now(),
            )
    except NotFound:
        raise
    except BellrockError as error:
        return await _person_page(request, agent, agent_id, error=error)
    return Redirect(f"{PEOPLE}/{agent_id}", status_code=303)


@post(PEOPLE + "/{agent_id:uuid}/invitation", name="people.person.invite", dependencies=manager, status_code=200)
async def invite_again(request: Request[Any, Any, Any], agent: AgentHere, agent_id: FromPath[UUID]) -> Page:
    """Make a new link for somebody who has not joined yet."""
    house = house_of(request)
    async with house.database.transaction() as tx:
        secret = await people.renew_invitation(tx, house.vault, agent_id=agent_id, by=agent.actor, now=now())
        row = await row_of(tx, house, agent, agent_id)
    await letters.send_invitation(house, to=row.email, name=row.agent.name, language=row.agent.locale, secret=secret)
    return await _person_page(request, agent, agent_id, link=f"{house.settings.base_url}/desk/join/{secret}")


@post(PEOPLE + "/{agent_id:uuid}/sessions/end", name="people.person.end", dependencies=manager, status_code=303)
async def end_sessions(request: Request[Any, Any, Any], agent: AgentHere, agent_id: FromPath[UUID]) -> Page:
    """End every session of a colleague."""
    house = house_of(request)
    async with house.database.transaction() as tx:
        await _must_manage(tx, house, agent, agent_id)
        await people.end_sessions(tx, house.vault, agent_id=agent_id, by=agent.actor, now=now())
    return Redirect(f"{PEOPLE}/{agent_id}", status_code=303)


@post(
    PEOPLE + "/{agent_id:uuid}/authenticator/removal",
    name="people.person.authenticator",
    dependencies=manager,
    status_code=303,
)
async def remove_authenticator(request: Request[Any, Any, Any], agent: AgentHere, agent_id: FromPath[UUID]) -> Page:
    """Remove a lost authenticator and end the sessions; another one is set up at the next sign-in."""
    house = house_of(request)
    async with house.database.transaction() as tx:
        await _must_manage(tx, house, agent, agent_id)
        await people.remove_authenticator(tx, house.vault, agent_id=agent_id, by=agent.actor, now=now())
        await people.end_sessions(tx, house.vault, agent_id=agent_id, by=agent.actor, now=now())
    return Redirect(f"{PEOPLE}/{agent_id}", status_code=303)


@post(PEOPLE + "/{agent_id:uuid}/closure", name="people.person.close", dependencies=manager, status_code=200)
async def close(request: Request[Any, Any, Any], agent: AgentHere, agent_id: FromPath[UUID]) -> Page:
    """Send a colleague away: their sessions end at once."""
    house = house_of(request)
    try:
        async with house.database.transaction() as tx:
            await row_of(tx, house, agent, agent_id)
            await people.close_agent(tx, house.vault, agent_id=agent_id, by=agent.actor, now=now())
    except NotFound:
        raise
    except BellrockError as error:
        return await _person_page(request, agent, agent_id, error=error)
    return Redirect(PEOPLE, status_code=303)


async def _invitation_page(
    request: Request[Any, Any, Any],
    agent: Agent,
    *,
    name: str = "",
    email: str = "",
    error: BellrockError | None = None,
) -> Page:
    house = house_of(request)
    async with house.database.transaction() as tx:
        choices = await _choices(tx, agent, None)
    return page(
        request,
        agent,
        "people/invite.html",
        wrong=error,
        **choices,
        typed_name=name,
        typed_email=email,
        levels_named=LEVEL_NAMES,
    )


async def _person_page(
    request: Request[Any, Any, Any],
    agent: Agent,
    agent_id: UUID,
    *,
    link: str = "",
    error: BellrockError | None = None,
) -> Page:
    house, moment = house_of(request), now()
    async with house.database.transaction() as tx:
        row = await row_of(tx, house, agent, agent_id)
        choices = await _choices(tx, agent, row.agent)
        sessions = await people.my_sessions(tx, agent_id=agent_id, now=moment)
    language = language_for(request, agent)
    queues = sorted({topic.queue for topic in triage.topics().values()})
    return page(
        request,
        agent,
        "people/person.html",
        wrong=error,
        row=row,
        **choices,
        may_manage=people.may_manage(agent, row.agent),
        levels_named=LEVEL_NAMES,
        skill_levels=SKILL_LEVELS,
        skill_names=[(queue, queue.capitalize()) for queue in queues]
        + [(name, triage.topic_name(name, language)) for name in triage.topics()],
        session_count=len(sessions),
        link=link,
        now=moment,
    )


async def _choices(tx: Transaction, agent: Agent, target: Agent | None) -> dict[str, Any]:
    """Return the roles and teams that this colleague may give, and what the other one has already."""
    to = target.id if target else None
    held = target.roles if target else frozenset()
    rows = await people.roles(tx)
    return {
        "role_names": await people.role_names(tx),
        "role_choices": [row for row in rows if row.slug in held or people.may_give(agent, row.grants, to=to)],
        "teams": [
            team
            for team in await people.teams(tx)
            if (target and team.id in target.team_ids) or people.may_fill(agent, [team.id], with_id=to)
        ],
    }


async def _must_manage(tx: Transaction, house: House, agent: Agent, agent_id: UUID) -> None:
    row = await row_of(tx, house, agent, agent_id)
    if not people.may_manage(agent, row.agent):
        raise people.BeyondOwn


routes: list[Any] = [
    show_people,
    show_invitation,
    invite,
    show_person,
    save_person,
    invite_again,
    end_sessions,
    remove_authenticator,
    close,
]
