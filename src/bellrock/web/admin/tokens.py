"""Tokens of the API: made for somebody's software, shown once, taken over, ended here."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from litestar import get, post
from litestar.di import Provide
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from bellrock import integrations, people
from bellrock.core import BellrockError, Invalid
from bellrock.people import Agent, Permission
from bellrock.web.admin.desk import AgentHere, AnyRequest, Page, house_of, now, page
from bellrock.web.people.guards import require_permission

TOKENS = "/desk/tokens"
DAYS = (30, 90, 180, 365)
administrator = {"agent": Provide(require_permission(Permission.ADMINISTER))}


@get(TOKENS, name="tokens", dependencies=administrator)
async def show_tokens(request: AnyRequest, agent: AgentHere, done: FromQuery[str] = "") -> Page:
    """List the tokens, those that live first, and ask for a new one."""
    return await _page(request, agent, done=done)


@post(TOKENS, name="tokens.make", dependencies=administrator, status_code=200)
async def make(request: AnyRequest, agent: AgentHere) -> Page:
    """Make a token and show it, this once."""
    house, form = house_of(request), await request.form()
    days = str(form.get("days", ""))
    scopes = [str(scope) for scope in form.getall("scopes", [])]
    try:
        if not days.isdecimal() or int(days) not in DAYS:
            raise Invalid
        moment = now()
        async with house.database.transaction() as tx:
            made = await integrations.make_token(
                tx,
                house.vault,
                name=str(form.get("name", "")),
                scopes=scopes,
                team_ids=ids_of(form.getall("teams", [])),
                expires_at=moment + timedelta(days=int(days)),
                by=agent.actor,
                now=moment,
            )
    except BellrockError as error:
        return await _page(request, agent, wrong=error, name=str(form.get("name", "")), chosen=set(scopes))
    return await _page(request, agent, secret=made.secret)


@post(TOKENS + "/{token_id:uuid}/end", name="tokens.end", dependencies=administrator, status_code=303)
async def end(request: AnyRequest, agent: AgentHere, token_id: FromPath[UUID]) -> Page:
    """Revoke a token."""
    house = house_of(request)
    async with house.database.transaction() as tx:
        await integrations.revoke_token(tx, house.vault, token_id=token_id, by=agent.actor, now=now())
    return Redirect(f"{TOKENS}?done=ended", status_code=303)


@post(TOKENS + "/{token_id:uuid}/keeping", name="tokens.keep", dependencies=administrator, status_code=200)
async def keep(request: AnyRequest, agent: AgentHere, token_id: FromPath[UUID]) -> Page:
    """Answer for a token of somebody who may no longer."""
    house = house_of(request)
    try:
        async with house.database.transaction() as tx:
            await integrations.keep_token(tx, house.vault, token_id=token_id, by=agent.actor, now=now())
    except integrations.BeyondKeeper as error:
        return await _page(request, agent, wrong=error)
    return Redirect(f"{TOKENS}?done=kept", status_code=303)


def ids_of(values: list[Any]) -> list[UUID] | None:
    """Return the ids that a form chose, None for no choice. Raises Invalid."""
    try:
        return [UUID(str(value)) for value in values] or None
    except ValueError as error:
        raise Invalid from error


async def _page(
    request: AnyRequest,
    agent: Agent,
    *,
    wrong: BellrockError | None = None,
    secret: str = "",
    name: str = "",
    chosen: set[str] | None = None,
    done: str = "",
) -> Page:
    moment = now()
    async with house_of(request).database.transaction() as tx:
        found = await integrations.tokens(tx)
        teams = {team.id: team.name for team in await people.teams(tx)}
        names = await people.agent_names(tx, [token.kept_by for token in found if token.kept_by])
        resting = {token.id for token in found if token.is_live(moment) and await integrations.rests(tx, token)}
    return page(
        request,
        agent,
        "tokens",
        wrong=wrong,
        tokens=sorted(found, key=lambda token: not token.is_live(moment)),
        now=moment,
        teams=teams,
        names=names,
        resting=resting,
        scopes=integrations.SCOPES,
        offered=integrations.offered(agent),
        days=DAYS,
        secret=secret,
        title=name,
        chosen=chosen or set(),
        done=done,
    )


routes: list[Any] = [show_tokens, make, keep, end]
