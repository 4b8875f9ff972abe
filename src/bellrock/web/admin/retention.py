"""How long data is kept, and the legal holds that keep it longer."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import get, post
from litestar.di import Provide
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from bellrock import access, operations, people
from bellrock.core import BellrockError, NotFound
from bellrock.people import Agent, Permission
from bellrock.web.admin.desk import AgentHere, AnyRequest, Page, house_of, now, page
from bellrock.web.admin.forms import screened
from bellrock.web.people.guards import require_permission

RETENTION = "/desk/retention"
SHOWN_MAX = 1_000
keeper = {"agent": Provide(require_permission(Permission.CUSTOMER_ERASE))}


@get(RETENTION, name="retention", dependencies=keeper)
async def show(request: AnyRequest, agent: AgentHere, done: FromQuery[str] = "") -> Page:
    """Show each class with its period and what a run would delete now."""
    return await _page(request, agent, done=done)


@post(RETENTION, name="retention.save", dependencies=keeper, status_code=200)
async def save(request: AnyRequest, agent: AgentHere) -> Page:
    """Keep the periods; each that changed is a fact."""
    house, form = house_of(request), await request.form()
    given = {name: str(form.get(f"days-{name}", "")).strip() for name in operations.CLASSES}
    try:
        async with house.database.transaction() as tx:
            for name, text in given.items():
                await operations.set_policy(tx, house.vault, name=name, days=_days(text), by=agent, now=now())
    except operations.DaysWrong as error:
        return await _page(request, agent, given=given, wrong=error)
    return Redirect(f"{RETENTION}?done=saved", status_code=303)


@post(RETENTION + "/holds", name="retention.hold", dependencies=keeper, status_code=200)
async def hold(request: AnyRequest, agent: AgentHere) -> Page:
    """Put a customer, named by their number or a case's reference, under a legal hold."""
    house, form = house_of(request), await request.form()
    whom, reason = str(form.get("whom", "")).strip(), str(form.get("reason", "")).strip()
    try:
        async with house.database.transaction() as tx:
            customer_id = await operations.customer_named(tx, house.vault, named=whom)
            if not reason:
                raise access.ReasonMissing
            await access.place_hold(
                tx, house.vault, customer_id=customer_id, by=agent, reason=screened(reason[:500]), now=now()
            )
    except (NotFound, access.ReasonMissing) as error:
        return await _page(request, agent, whom=whom, reason=reason, wrong=error)
    return Redirect(f"{RETENTION}?done=held", status_code=303)


@post(RETENTION + "/holds/{hold_id:uuid}/release", name="retention.release", dependencies=keeper, status_code=200)
async def release(request: AnyRequest, agent: AgentHere, hold_id: FromPath[UUID]) -> Page:
    """Release a hold."""
    house = house_of(request)
    async with house.database.transaction() as tx:
        await access.release_hold(tx, house.vault, hold_id=hold_id, by=agent, now=now())
        await operations.release_reached(tx)
    return Redirect(f"{RETENTION}?done=released", status_code=303)


def _days(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 6):
        raise operations.DaysWrong
    return int(text)


async def _page(
    request: AnyRequest,
    agent: Agent,
    *,
    done: str = "",
    given: dict[str, str] | None = None,
    whom: str = "",
    reason: str = "",
    wrong: BellrockError | None = None,
) -> Page:
    house = house_of(request)
    async with house.database.transaction() as tx:
        due = await operations.plan(tx, house.vault, now=now(), at_most=SHOWN_MAX)
        held = await access.holds(tx, house.vault)
        names = await people.agent_names(tx, [each.placed_by for each in held if each.placed_by])
    return page(
        request,
        agent,
        "retention",
        wrong=wrong,
        due=due,
        classes=operations.CLASSES,
        most=SHOWN_MAX,
        given=given or {},
        held=held,
        names=names,
        whom=whom,
        reason=reason,
        done=done,
    )


routes: list[Any] = [show, save, hold, release]
