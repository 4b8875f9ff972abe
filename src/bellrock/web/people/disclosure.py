"""Need to know, as pages: reveal hidden data for a reason, see who looked at what, erase a customer."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import Provide
from litestar.params import FromPath, FromQuery

from bellrock import access, conversations, integrations, people
from bellrock.core import N_, SYSTEM, BellrockError, Conflict, Invalid, i18n
from bellrock.people import Agent, Permission
from bellrock.web.people.guards import AgentHere, house_of, language_for, now, require_permission
from bellrock.web.shared import render

Page = Response[Any]
ERASURES = "/desk/erasures"
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_revealer = {"agent": Provide(require_permission(Permission.CUSTOMER_REVEAL))}
_auditor = {"agent": Provide(require_permission(Permission.LEDGER_AUDIT))}
_eraser = {"agent": Provide(require_permission(Permission.CUSTOMER_ERASE))}

_FIELD_NAMES = {access.Field.EMAIL: N_("E-mail"), access.Field.EXTERNAL_ID: N_("Account number")}
_KIND_NAMES = {
    "access.looked": N_("Opened"),
    "access.listed": N_("Saw in a list"),
    "access.revealed": N_("Revealed"),
    "access.cap_reached": N_("Wanted more than the cap allows"),
    "operations.exported": N_("Exported"),
}


@get("/desk/conversations/{conversation_id:uuid}/reveal", name="access.reveal", dependencies=_revealer)
async def show_reveal(request: Request[Any, Any, Any], agent: AgentHere, conversation_id: FromPath[UUID]) -> Page:
    """Ask for the reason before anything is shown."""
    house = house_of(request)
    async with house.database.transaction() as tx:
        await conversations.get(tx, viewer=agent, conversation_id=conversation_id)
    return await _reveal_page(request, agent, conversation_id)


@post(
    "/desk/conversations/{conversation_id:uuid}/reveal",
    name="access.reveal.do",
    dependencies=_revealer,
    status_code=200,
)
async def reveal(request: Request[Any, Any, Any], agent: AgentHere, conversation_id: FromPath[UUID]) -> Page:
    """Show the field that was asked for, and write down who saw it and why."""
    house, form = house_of(request), await request.form()
    try:
        field = access.Field(str(form.get("field", "")))
    except ValueError as error:
        raise Invalid from error
    try:
        async with house.database.transaction() as tx:
            value = await access.reveal(
                tx,
                house.vault,
                agent=agent,
                conversation_id=conversation_id,
                field=field,
                reason=str(form.get("reason", "")),
                now=now(),
            )
    except access.RevealCap as error:
        async with house.database.transaction() as tx:
            await access.note_cap(tx, house.vault, agent=agent, now=now())
        return await _reveal_page(request, agent, conversation_id, error=error)
    except (access.RevealRefused, access.ReasonMissing) as error:
        return await _reveal_page(request, agent, conversation_id, error=error)
    return await _reveal_page(request, agent, conversation_id, shown=(field, value))


@get("/desk/looks", name="access.looks", dependencies=_auditor)
async def show_looks(request: Request[Any, Any, Any], agent: AgentHere, before: FromQuery[int | None] = None) -> Page:
    """List the access log, the newest first."""
    house, moment = house_of(request), now()
    async with house.database.transaction() as tx:
        looks = await access.latest_looks(tx, before=before)
        names = await people.agent_names(tx, {look.agent_id for look in looks if look.agent_id})
        names |= {token.id: token.name for token in await integrations.tokens(tx)}
    return render(
        request,
        "people/looks.html",
        lang=language_for(request, agent),
        agent=agent,
        looks=looks,
        names=names,
        kind_names=_KIND_NAMES,
        reasons=access.REASONS,
        now=moment,
    )


@get(ERASURES, name="access.erasures", dependencies=_eraser)
async def show_erasures(request: Request[Any, Any, Any], agent: AgentHere) -> Page:
    """List what was erased, and ask what is to be."""
    return await _erasures_page(request, agent)


@post(ERASURES, name="access.erase", dependencies=_eraser, status_code=200)
async def erase(request: Request[Any, Any, Any], agent: AgentHere) -> Page:
    """Erase the customer of a conversation, named by its reference, after it was typed twice."""
    house, form = house_of(request), await request.form()
    reference = str(form.get("reference", "")).strip().upper()[:20]
    try:
        if reference != str(form.get("again", "")).strip().upper()[:20] or form.get("sure") != "yes":
            raise Conflict(N_("Type the same reference twice and tick the box."))
        async with house.database.transaction() as tx:
            found = await conversations.find_by_reference(tx, viewer=SYSTEM, reference=reference)
            await access.erase_customer(
                tx,
                house.vault,
                customer_id=found.customer_id,
                by=agent.actor,
                reason="customer_request",
                now=now(),
            )
    except BellrockError as error:
        return await _erasures_page(request, agent, error=error)
    return await _erasures_page(request, agent, done=True)


@post(f"{ERASURES}/message", name="access.erase_message", dependencies=_eraser, status_code=200)
async def erase_message(request: Request[Any, Any, Any], agent: AgentHere) -> Page:
    """Erase one message, named by the number that its menu in the console gives, after a box was ticked."""
    house, form = house_of(request), await request.form()
    given = str(form.get("message", "")).strip()[:80]
    try:
        found = _ID.search(given)
        if found is None or form.get("sure") != "yes":
            raise Conflict(N_("Give the number of the message and tick the box."))
        async with house.database.transaction() as tx:
            await access.erase_message(
                tx, house.vault, message_id=UUID(found[0]), by=agent.actor, reason="customer_request", now=now()
            )
    except BellrockError as error:
        return await _erasures_page(request, agent, error=error)
    return await _erasures_page(request, agent, done=True)


async def _reveal_page(
    request: Request[Any, Any, Any],
    agent: Agent,
    conversation_id: UUID,
    *,
    shown: tuple[access.Field, str | None] | None = None,
    error: BellrockError | None = None,
) -> Page:
    house = house_of(request)
    async with house.database.transaction() as tx:
        left = await access.reveals_left(tx, agent_id=agent.id, now=now())
    lang = language_for(request, agent)
    return render(
        request,
        "people/reveal.html",
        status=error.status if error else 200,
        lang=lang,
        agent=agent,
        conversation_id=conversation_id,
        reasons=access.REASONS,
        field_names=_FIELD_NAMES,
        shown=shown,
        left=left,
        wrong=i18n.translate(lang, error.text, **error.values) if error else "",
    )


async def _erasures_page(
    request: Request[Any, Any, Any], agent: Agent, *, done: bool = False, error: BellrockError | None = None
) -> Page:
    house = house_of(request)
    async with house.database.transaction() as tx:
        erasures = await access.erasures(tx)
    lang = language_for(request, agent)
    return render(
        request,
        "people/erasures.html",
        status=error.status if error else 200,
        lang=lang,
        agent=agent,
        erasures=erasures,
        done=done,
        wrong=i18n.translate(lang, error.text, **error.values) if error else "",
    )


routes: list[Any] = [show_reveal, reveal, show_looks, show_erasures, erase, erase_message]
