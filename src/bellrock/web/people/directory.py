"""People: who works here, with which roles, in which teams. For those who manage people."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import Provide
from litestar.params import FromPath
from litestar.response import Redirect

from bellrock import people
from bellrock.core import BellrockError, Invalid, NotFound, i18n
from bellrock.people import Agent, AgentRow, Permission, Role
from bellrock.web.people import letters
from bellrock.web.people.guards import AgentHere, house_of, language_for, now, require_agent, require_permission
from bellrock.web.shared import render
from bellrock.web.shared.languages import LANGUAGES

Page = Response[Any]
PEOPLE = "/desk/people"
_manager = {"agent": Provide(require_permission(Permission.PEOPLE_MANAGE))}


@get(PEOPLE, name="people.list", dependencies=_manager)
async def show_people(request: Request[Any, Any, Any], agent: AgentHere) -> Page:
    """List everybody who works here."""
    house, moment = house_of(request), now()
    async with house.database.transaction() as tx:
        rows = await people.directory(tx, house.vault, now=moment)
        teams = {team.id: team.name for team in await people.teams(tx)}
    return _page(request, agent, "people/people.html", rows=rows, team_names=teams, now=moment)


@get(PEOPLE + "/new", name="people.new", dependencies=_manager)
async def show_invitation(request: Request[Any, Any, Any], agent: AgentHere) -> Page:
    """Ask whom to invite."""
    return await _invitation_page(request, agent)


@post(PEOPLE, name="people.invite", dependencies=_manager, status_code=200)
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
                roles=_roles(form),
                team_ids=_team_ids(form),
                languages=_languages(form),
                by=agent.actor,
                now=now(),
            )
    except BellrockError as error:
        return await _invitation_page(request, agent, name=name, email=email, error=error)
    await letters.send_invitation(
        house, to=email.strip(), name=name, language=language_for(request, agent), secret=secret
    )
    return await _person_page(request, agent, agent_id, link=f"{house.settings.base_url}/desk/join/{secret}")


@get(PEOPLE + "/{agent_id:uuid}", name="people.person", dependencies=_manager)
async def show_person(request: Request[Any, Any, Any], agent: AgentHere, agent_id: FromPath[UUID]) -> Page:
    """Show one colleague with roles, teams, languages and limits."""
    return await _person_page(request, agent, agent_id)


@post(PEOPLE + "/{agent_id:uuid}", name="people.person.save", dependencies=_manager, status_code=200)
async def save_person(request: Request[Any, Any, Any], agent: AgentHere, agent_id: FromPath[UUID]) -> Page:
    """Keep roles, teams, languages and the limit of cases of one colleague."""
    house, form = house_of(request), await request.form()
    try:
        async with house.database.transaction() as tx:
            await people.change_agent(
                tx,
                house.vault,
                agent_id=agent_id,
                roles=_roles(form),
                team_ids=_team_ids(form),
                languages=_languages(form),
                capacity=_number(form.get("capacity")),
                by=agent.actor,
                now=now(),
            )
    except NotFound:
        raise
    except BellrockError as error:
        return await _person_page(request, agent, agent_id, error=error)
    return Redirect(f"{PEOPLE}/{agent_id}", status_code=303)


@post(PEOPLE + "/{agent_id:uuid}/invitation", name="people.person.invite", dependencies=_manager, status_code=200)
async def invite_again(request: Request[Any, Any, Any], agent: AgentHere, agent_id: FromPath[UUID]) -> Page:
    """Make a new link for somebody who has not joined yet."""
    house = house_of(request)
    async with house.database.transaction() as tx:
        secret = await people.renew_invitation(tx, house.vault, agent_id=agent_id, by=agent.actor, now=now())
        row = await _row(tx, house, agent_id)
    await letters.send_invitation(house, to=row.email, name=row.agent.name, language=row.agent.locale, secret=secret)
    return await _person_page(request, agent, agent_id, link=f"{house.settings.base_url}/desk/join/{secret}")


@post(PEOPLE + "/{agent_id:uuid}/sessions/end", name="people.person.end", dependencies=_manager, status_code=303)
async def end_sessions(request: Request[Any, Any, Any], agent: AgentHere, agent_id: FromPath[UUID]) -> Page:
    """End every session of a colleague."""
    house = house_of(request)
    async with house.database.transaction() as tx:
        await people.end_sessions(tx, house.vault, agent_id=agent_id, by=agent.actor, now=now())
    return Redirect(f"{PEOPLE}/{agent_id}", status_code=303)


@post(
    PEOPLE + "/{agent_id:uuid}/authenticator/removal",
    name="people.person.authenticator",
    dependencies=_manager,
    status_code=303,
)
async def remove_authenticator(request: Request[Any, Any, Any], agent: AgentHere, agent_id: FromPath[UUID]) -> Page:
    """Remove a lost authenticator and end the sessions; another one is set up at the next sign-in."""
    house = house_of(request)
    async with house.database.transaction() as tx:
        await _row(tx, house, agent_id)
        await people.remove_authenticator(tx, house.vault, agent_id=agent_id, by=agent.actor, now=now())
        await people.end_sessions(tx, house.vault, agent_id=agent_id, by=agent.actor, now=now())
    return Redirect(f"{PEOPLE}/{agent_id}", status_code=303)


@post(PEOPLE + "/{agent_id:uuid}/closure", name="people.person.close", dependencies=_manager, status_code=200)
async def close(request: Request[Any, Any, Any], agent: AgentHere, agent_id: FromPath[UUID]) -> Page:
    """Send a colleague away: their sessions end at once."""
    house = house_of(request)
    try:
        async with house.database.transaction() as tx:
            await people.close_agent(tx, house.vault, agent_id=agent_id, by=agent.actor, now=now())
    except NotFound:
        raise
    except BellrockError as error:
        return await _person_page(request, agent, agent_id, error=error)
    return Redirect(PEOPLE, status_code=303)


@get("/desk/teams", name="people.teams", dependencies=_manager)
async def show_teams(request: Request[Any, Any, Any], agent: AgentHere) -> Page:
    """List the teams, their queues and who is in them."""
    house, moment = house_of(request), now()
    async with house.database.transaction() as tx:
        teams = await people.teams(tx)
        seats = await people.roster(tx, now=moment)
    members = {team.id: [seat for seat in seats if team.id in seat.agent.team_ids] for team in teams}
    return _page(request, agent, "people/teams.html", teams=teams, members=members, now=moment)


@get("/desk/roles", name="people.roles", dependencies={"agent": Provide(require_agent)})
async def show_roles(request: Request[Any, Any, Any], agent: AgentHere) -> Page:
    """Show to every colleague which role may do what."""
    return _page(request, agent, "people/roles.html", policy=people.POLICY, permission_names=people.PERMISSION_NAMES)


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
        teams = await people.teams(tx)
    return _page(
        request,
        agent,
        "people/invite.html",
        status=error.status if error else 200,
        teams=teams,
        typed_name=name,
        typed_email=email,
        wrong=_text(request, agent, error),
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
        row = await _row(tx, house, agent_id)
        teams = await people.teams(tx)
        sessions = await people.my_sessions(tx, agent_id=agent_id, now=moment)
    return _page(
        request,
        agent,
        "people/person.html",
        status=error.status if error else 200,
        row=row,
        teams=teams,
        session_count=len(sessions),
        link=link,
        wrong=_text(request, agent, error),
        now=moment,
    )


def _page(request: Request[Any, Any, Any], agent: Agent, template: str, *, status: int = 200, **values: Any) -> Page:
    return render(
        request,
        template,
        status=status,
        lang=language_for(request, agent),
        agent=agent,
        role_names=people.ROLE_NAMES,
        tongues=LANGUAGES,
        **values,
    )


async def _row(tx: Any, house: Any, agent_id: UUID) -> AgentRow:
    rows = await people.directory(tx, house.vault, now=now(), agent_id=agent_id)
    if not rows:
        raise NotFound
    return rows[0]


def _roles(form: Any) -> list[Role]:
    try:
        return [Role(str(value)) for value in form.getall("roles", [])]
    except ValueError as error:
        raise Invalid from error


def _team_ids(form: Any) -> list[UUID]:
    try:
        return [UUID(str(value)) for value in form.getall("teams", [])]
    except ValueError as error:
        raise Invalid from error


def _languages(form: Any) -> list[str]:
    return [str(value) for value in form.getall("languages", [])]


def _number(value: Any) -> int:
    text = str(value or "")
    if not (text.isascii() and text.isdigit() and len(text) <= 3):
        raise Invalid
    return int(text)


def _text(request: Request[Any, Any, Any], agent: Agent, error: BellrockError | None) -> str:
    return i18n.translate(language_for(request, agent), error.text, **error.values) if error else ""


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
    show_teams,
    show_roles,
]
