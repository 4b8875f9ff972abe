"""Roles: what each allows, in sentences, for everybody to read; made and changed by whoever administers."""

from __future__ import annotations

from typing import Any

from litestar import get, post
from litestar.di import Provide
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from bellrock import people
from bellrock.core import BellrockError, Conflict, Invalid, NotFound
from bellrock.people import Agent, Grants, Permission, RoleRow
from bellrock.web.people.frame import AnyRequest, Page, administrator, page, text
from bellrock.web.people.guards import AgentHere, house_of, now, require_agent

ROLES = "/desk/roles"


@get(ROLES, name="people.roles", dependencies={"agent": Provide(require_agent)})
async def show_roles(request: AnyRequest, agent: AgentHere, done: FromQuery[str] = "") -> Page:
    """Show to every colleague which role may do what."""
    async with house_of(request).database.transaction() as tx:
        found = await people.roles(tx)
    return page(
        request, agent, "people/roles.html", roles=[(row, people.sentences(row.grants)) for row in found], done=done
    )


@get(ROLES + "/new", name="people.roles.new", dependencies=administrator)
async def show_new(request: AnyRequest, agent: AgentHere) -> Page:
    """Ask what a new role may do."""
    return _form_page(request, agent, None, name="", about="", grants={})


@post(ROLES, name="people.roles.make", dependencies=administrator, status_code=200)
async def make(request: AnyRequest, agent: AgentHere) -> Page:
    """Make a role."""
    house, form = house_of(request), await request.form()
    try:
        async with house.database.transaction() as tx:
            await people.make_role(tx, house.vault, **_said(form), by=agent.actor, now=now())
    except BellrockError as error:
        return _form_page(request, agent, None, wrong=error, **_typed(form))
    return Redirect(f"{ROLES}?done=1", status_code=303)


@get(ROLES + "/{slug:str}", name="people.roles.edit", dependencies=administrator)
async def show_role(request: AnyRequest, agent: AgentHere, slug: FromPath[str]) -> Page:
    """Show one role that can be changed; the built-in ones cannot."""
    row = await _made(request, slug)
    return _form_page(request, agent, row, name=row.name, about=row.about, grants=row.grants)


@post(ROLES + "/{slug:str}", name="people.roles.save", dependencies=administrator, status_code=200)
async def save(request: AnyRequest, agent: AgentHere, slug: FromPath[str]) -> Page:
    """Keep another name or other permissions of a role."""
    house, form, row = house_of(request), await request.form(), await _made(request, slug)
    try:
        async with house.database.transaction() as tx:
            await people.change_role(tx, house.vault, slug=slug, **_said(form), by=agent.actor, now=now())
    except NotFound:
        raise
    except BellrockError as error:
        return _form_page(request, agent, row, wrong=error, **_typed(form))
    return Redirect(f"{ROLES}?done=1", status_code=303)


@post(ROLES + "/{slug:str}/archive", name="people.roles.archive", dependencies=administrator, status_code=200)
async def archive(request: AnyRequest, agent: AgentHere, slug: FromPath[str]) -> Page:
    """Put a role away that nobody holds."""
    house, row = house_of(request), await _made(request, slug)
    try:
        async with house.database.transaction() as tx:
            await people.archive_role(tx, house.vault, slug=slug, by=agent.actor, now=now())
    except Conflict as error:
        return _form_page(request, agent, row, name=row.name, about=row.about, grants=row.grants, wrong=error)
    return Redirect(f"{ROLES}?done=1", status_code=303)


async def _made(request: AnyRequest, slug: str) -> RoleRow:
    async with house_of(request).database.transaction() as tx:
        row = await people.role(tx, slug=slug)
    if row.is_built_in:
        raise NotFound
    return row


def _said(form: Any) -> dict[str, Any]:
    return {
        "name": text(form, "name"),
        "about": text(form, "about") if str(form.get("about", "")).strip() else None,
        "grants": _grants(form),
    }


def _typed(form: Any) -> dict[str, Any]:
    try:
        grants = _grants(form)
    except Invalid:
        grants = {}
    return {"name": str(form.get("name", ""))[:200], "about": str(form.get("about", ""))[:400], "grants": grants}


def _grants(form: Any) -> Grants:
    chosen = {permission: str(form.get(permission.value, "")) for permission in people.SENTENCES}
    try:
        return people.parse_grants([f"{permission}:{scope}" for permission, scope in chosen.items() if scope])
    except ValueError as error:
        raise Invalid from error


def _form_page(
    request: AnyRequest,
    agent: Agent,
    row: RoleRow | None,
    *,
    name: str,
    about: str,
    grants: Grants,
    wrong: BellrockError | None = None,
) -> Page:
    return page(
        request,
        agent,
        "people/role.html",
        wrong=wrong,
        row=row,
        typed_name=name,
        typed_about=about,
        grants=grants,
        choices=people.SENTENCES,
        permission_names=people.PERMISSION_NAMES,
        kinds=_KINDS,
    )


# How the editor groups the permissions.
_KINDS = (
    (Permission.CONVERSATIONS_VIEW, Permission.CONVERSATIONS_REPLY, Permission.CONVERSATIONS_ASSIGN),
    tuple(permission for permission in people.SENTENCES if permission.startswith("customer_")),
    (Permission.ARTICLES_EDIT, Permission.INCIDENTS_EDIT, Permission.DESK_MANAGE),
    (Permission.TEAMS_MANAGE, Permission.PEOPLE_MANAGE, Permission.ADMINISTER),
    (Permission.LEDGER_AUDIT, Permission.EXPORT),
)

routes: list[Any] = [show_roles, show_new, make, show_role, save, archive]
