"""Webhooks: addresses that hear of events, the log of what was sent, and sending it again."""

from __future__ import annotations

from datetime import datetime, timedelta
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
from bellrock.web.admin.tokens import ids_of
from bellrock.web.people.guards import require_permission

WEBHOOKS = "/desk/webhooks"
SINCE_HOURS = {"1": 1, "6": 6, "24": 24, "72": 72}
LOG = 50
administrator = {"agent": Provide(require_permission(Permission.ADMINISTER))}


@get(WEBHOOKS, name="webhooks", dependencies=administrator)
async def show_webhooks(request: AnyRequest, agent: AgentHere, done: FromQuery[str] = "") -> Page:
    """List the webhooks, and ask for a new one."""
    return await _list_page(request, agent, done=done)


@post(WEBHOOKS, name="webhooks.make", dependencies=administrator, status_code=200)
async def make(request: AnyRequest, agent: AgentHere) -> Page:
    """Make a webhook and show its secret, this once."""
    house, form = house_of(request), await request.form()
    url, events = str(form.get("url", "")), [str(name) for name in form.getall("events", [])]
    try:
        async with house.database.transaction() as tx:
            made, secret = await integrations.make_endpoint(
                tx,
                house.vault,
                url=url,
                events=events,
                team_ids=ids_of(form.getall("teams", [])),
                may_be_plain=house.settings.webhook_private,
                by=agent.actor,
                now=now(),
            )
    except BellrockError as error:
        return await _list_page(request, agent, wrong=error, url=url, chosen=set(events))
    return await _one_page(request, agent, made.id, secret=secret)


@get(WEBHOOKS + "/{endpoint_id:uuid}", name="webhooks.one", dependencies=administrator)
async def show_one(
    request: AnyRequest,
    agent: AgentHere,
    endpoint_id: FromPath[UUID],
    before: FromQuery[UUID | None] = None,
    done: FromQuery[str] = "",
) -> Page:
    """Show a webhook and the log of what was sent there."""
    return await _one_page(request, agent, endpoint_id, before=before, done=done)


@post(WEBHOOKS + "/{endpoint_id:uuid}/secret", name="webhooks.rotate", dependencies=administrator, status_code=200)
async def rotate(request: AnyRequest, agent: AgentHere, endpoint_id: FromPath[UUID]) -> Page:
    """Give it a new secret and show that, this once."""
    house = house_of(request)
    async with house.database.transaction() as tx:
        secret = await integrations.rotate_secret(tx, house.vault, endpoint_id=endpoint_id, by=agent.actor, now=now())
    return await _one_page(request, agent, endpoint_id, secret=secret, is_rotated=True)


@post(WEBHOOKS + "/{endpoint_id:uuid}/keeping", name="webhooks.keep", dependencies=administrator, status_code=200)
async def keep(request: AnyRequest, agent: AgentHere, endpoint_id: FromPath[UUID]) -> Page:
    """Answer for a webhook of somebody who may no longer."""
    house = house_of(request)
    try:
        async with house.database.transaction() as tx:
            await integrations.keep_endpoint(tx, house.vault, endpoint_id=endpoint_id, by=agent.actor, now=now())
    except integrations.BeyondKeeper as error:
        return await _one_page(request, agent, endpoint_id, wrong=error)
    return Redirect(f"{WEBHOOKS}/{endpoint_id}?done=kept", status_code=303)


@post(WEBHOOKS + "/{endpoint_id:uuid}/pause", name="webhooks.pause", dependencies=administrator, status_code=303)
async def pause(request: AnyRequest, agent: AgentHere, endpoint_id: FromPath[UUID]) -> Page:
    """Send nothing there for now."""
    house = house_of(request)
    async with house.database.transaction() as tx:
        await integrations.pause_endpoint(
            tx, house.vault, endpoint_id=endpoint_id, because="person", by=agent.actor, now=now()
        )
    return Redirect(f"{WEBHOOKS}/{endpoint_id}?done=paused", status_code=303)


@post(WEBHOOKS + "/{endpoint_id:uuid}/resume", name="webhooks.resume", dependencies=administrator, status_code=303)
async def resume(request: AnyRequest, agent: AgentHere, endpoint_id: FromPath[UUID]) -> Page:
    """Send there again."""
    house = house_of(request)
    async with house.database.transaction() as tx:
        await integrations.resume_endpoint(tx, house.vault, endpoint_id=endpoint_id, by=agent.actor, now=now())
    return Redirect(f"{WEBHOOKS}/{endpoint_id}?done=resumed", status_code=303)


@post(WEBHOOKS + "/{endpoint_id:uuid}/removal", name="webhooks.remove", dependencies=administrator, status_code=303)
async def remove(request: AnyRequest, agent: AgentHere, endpoint_id: FromPath[UUID]) -> Page:
    """Forget it."""
    house = house_of(request)
    async with house.database.transaction() as tx:
        await integrations.remove_endpoint(tx, house.vault, endpoint_id=endpoint_id, by=agent.actor, now=now())
    return Redirect(f"{WEBHOOKS}?done=removed", status_code=303)


@post(WEBHOOKS + "/{endpoint_id:uuid}/replays", name="webhooks.replay", dependencies=administrator, status_code=303)
async def replay(request: AnyRequest, agent: AgentHere, endpoint_id: FromPath[UUID]) -> Page:
    """Send one event again, or all since some hours ago."""
    house, form = house_of(request), await request.form()
    delivery, hours = str(form.get("delivery", "")), str(form.get("hours", ""))
    async with house.database.transaction() as tx:
        if delivery:
            await integrations.replay_one(
                tx, house.vault, endpoint_id=endpoint_id, delivery_id=_id(delivery), by=agent.actor, now=now()
            )
            count = 1
        else:
            if hours not in SINCE_HOURS:
                raise Invalid
            since: datetime = now() - timedelta(hours=SINCE_HOURS[hours])
            count = await integrations.replay_since(
                tx, house.vault, endpoint_id=endpoint_id, since=since, by=agent.actor, now=now()
            )
    return Redirect(f"{WEBHOOKS}/{endpoint_id}?done=replay-{count}", status_code=303)


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise Invalid from error


async def _list_page(
    request: AnyRequest,
    agent: Agent,
    *,
    wrong: BellrockError | None = None,
    url: str = "",
    chosen: set[str] | None = None,
    done: str = "",
) -> Page:
    house = house_of(request)
    async with house.database.transaction() as tx:
        found = await integrations.endpoints(tx, house.vault)
        teams = {team.id: team.name for team in await people.teams(tx)}
    return page(
        request,
        agent,
        "webhooks",
        wrong=wrong,
        endpoints=found,
        teams=teams,
        events=integrations.NAMES,
        url=url,
        chosen=chosen or set(),
        done=done,
    )


async def _one_page(
    request: AnyRequest,
    agent: Agent,
    endpoint_id: UUID,
    *,
    before: UUID | None = None,
    wrong: BellrockError | None = None,
    secret: str = "",
    is_rotated: bool = False,
    done: str = "",
) -> Page:
    house = house_of(request)
    async with house.database.transaction() as tx:
        found = await integrations.endpoint(tx, house.vault, endpoint_id=endpoint_id)
        log = await integrations.deliveries(tx, house.vault, endpoint_id=endpoint_id, before=before, limit=LOG + 1)
        sent = {item.id: await integrations.payload(tx, delivery=item) for item in log[:LOG]}
        teams = {team.id: team.name for team in await people.teams(tx)}
        names = await people.agent_names(tx, [found.kept_by] if found.kept_by else [])
        rests = await integrations.hears_less(tx, found, now=now())
    again = done.removeprefix("replay-") if done.startswith("replay-") else ""
    return page(
        request,
        agent,
        "webhook",
        wrong=wrong,
        endpoint=found,
        keeper=names.get(found.kept_by, "") if found.kept_by else "",
        rests=rests,
        log=log[:LOG],
        more=log[LOG - 1].id if len(log) > LOG else None,
        sent=sent,
        teams=teams,
        hours=list(SINCE_HOURS),
        secret=secret,
        is_rotated=is_rotated,
        done=done,
        again=int(again) if again.isdecimal() and len(again) < 6 else None,
    )


routes: list[Any] = [show_webhooks, make, show_one, rotate, keep, pause, resume, remove, replay]
