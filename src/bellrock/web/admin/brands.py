"""Brands: what customers see and read us as, by host name."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID

from litestar import get, post
from litestar.datastructures import UploadFile
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from bellrock import brands, guard, knowledge, sla
from bellrock.brands import Brand, Face
from bellrock.core import BellrockError, Conflict, Invalid, NotFound, Transaction
from bellrock.house import House
from bellrock.people import Agent
from bellrock.web.admin.desk import AgentHere, AnyRequest, Page, house_of, manager, now, page
from bellrock.web.shared import branding

BRANDS = "/desk/brands"
REQUEST_BYTES_MAX = brands.LOGO_BYTES_MAX + 100_000
_LIGHT_PAPER, _DARK_PAPER = "#ffffff", "#1f262c"


@get(BRANDS, name="brands", dependencies=manager)
async def show_brands(request: AnyRequest, agent: AgentHere, done: FromQuery[str] = "") -> Page:
    """List the brands with their colours and where they answer."""
    house = house_of(request)
    async with house.database.transaction() as tx:
        found = await brands.brands(tx, settings=house.settings)
    return page(
        request,
        agent,
        "brands",
        brands=[(brand, _contrasts(brand)) for brand in found.all],
        default=found.default,
        logo_of=branding.logo_address,
        done=done,
    )


@get(BRANDS + "/new", name="brands.new", dependencies=manager)
async def show_new(request: AnyRequest, agent: AgentHere) -> Page:
    """Ask for a brand; the first begins with what the settings say."""
    house = house_of(request)
    async with house.database.transaction() as tx:
        found = await brands.brands(tx, settings=house.settings)
        name = found.default.name if not found.all else ""
        return await _form_page(request, tx, agent, None, typed={**_EMPTY, "name": name})


@post(BRANDS, name="brands.make", dependencies=manager, status_code=200, request_max_body_size=REQUEST_BYTES_MAX)
async def make(request: AnyRequest, agent: AgentHere) -> Page:
    """Make a brand; the first is the one that customers see where no other fits."""
    house, form = house_of(request), await request.form()
    try:
        drawn = await _drawn(form)
        async with house.database.transaction() as tx:
            brand_id = await brands.make_brand(tx, house.vault, face=_face(form), by=agent.actor, now=now())
            await _keep_rest(tx, house, agent, form, brand_id, drawn)
    except BellrockError as error:
        async with house.database.transaction() as tx:
            return await _form_page(request, tx, agent, None, typed=_typed(form), wrong=error)
    branding.forget(house)
    return Redirect(f"{BRANDS}?done=1", status_code=303)


@get(BRANDS + "/{brand_id:uuid}", name="brands.edit", dependencies=manager)
async def show_brand(request: AnyRequest, agent: AgentHere, brand_id: FromPath[UUID]) -> Page:
    """Show one brand with all that can be changed."""
    async with house_of(request).database.transaction() as tx:
        brand = await _brand(tx, brand_id)
        return await _form_page(request, tx, agent, brand, typed=None)


@post(
    BRANDS + "/{brand_id:uuid}",
    name="brands.save",
    dependencies=manager,
    status_code=200,
    request_max_body_size=REQUEST_BYTES_MAX,
)
async def save(request: AnyRequest, agent: AgentHere, brand_id: FromPath[UUID]) -> Page:
    """Keep a brand's names, colours, logo, addresses and hours."""
    house, form = house_of(request), await request.form()
    async with house.database.transaction() as tx:
        brand = await _brand(tx, brand_id)
    try:
        drawn = await _drawn(form)
        async with house.database.transaction() as tx:
            face = _face(form)
            await brands.change_brand(tx, house.vault, brand_id=brand_id, face=face, by=agent.actor, now=now())
            await _keep_rest(tx, house, agent, form, brand_id, drawn)
    except NotFound:
        raise
    except BellrockError as error:
        async with house.database.transaction() as tx:
            return await _form_page(request, tx, agent, brand, typed=_typed(form), wrong=error)
    branding.forget(house)
    return Redirect(f"{BRANDS}?done=1", status_code=303)


@post(BRANDS + "/{brand_id:uuid}/default", name="brands.default", dependencies=manager, status_code=303)
async def make_default(request: AnyRequest, agent: AgentHere, brand_id: FromPath[UUID]) -> Page:
    """Let customers see this brand where no other fits."""
    house = house_of(request)
    async with house.database.transaction() as tx:
        await brands.set_default_brand(tx, house.vault, brand_id=brand_id, by=agent.actor, now=now())
        await _name_default(tx, house)
    branding.forget(house)
    return Redirect(f"{BRANDS}?done=1", status_code=303)


@post(BRANDS + "/{brand_id:uuid}/archive", name="brands.archive", dependencies=manager, status_code=200)
async def archive(request: AnyRequest, agent: AgentHere, brand_id: FromPath[UUID]) -> Page:
    """Put a brand away; its conversations go on under the default one."""
    house = house_of(request)
    async with house.database.transaction() as tx:
        brand = await _brand(tx, brand_id)
    try:
        async with house.database.transaction() as tx:
            await brands.archive_brand(tx, house.vault, brand_id=brand_id, by=agent.actor, now=now())
    except Conflict as error:
        async with house.database.transaction() as tx:
            return await _form_page(request, tx, agent, brand, typed=None, wrong=error)
    branding.forget(house)
    return Redirect(f"{BRANDS}?done=1", status_code=303)


async def _brand(tx: Transaction, brand_id: UUID) -> Brand:
    brand = await brands.brand(tx, brand_id=brand_id)
    if brand.archived_at is not None:
        raise brands.BrandNotFound
    return brand


async def _drawn(form: Any) -> tuple[bytes, str] | None:
    """Return the logo that was sent, drawn anew; None where none was. Raises LogoWrong."""
    file = form.get("logo")
    if not isinstance(file, UploadFile) or not file.filename:
        return None
    content = await file.read(brands.LOGO_BYTES_MAX + 1)
    return await asyncio.to_thread(brands.redraw, file.filename, content)


async def _keep_rest(
    tx: Transaction, house: House, agent: Agent, form: Any, brand_id: UUID, drawn: tuple[bytes, str] | None
) -> None:
    if drawn is not None or form.get("no_logo") == "1":
        await brands.set_logo(tx, house.vault, brand_id=brand_id, drawn=drawn, by=agent.actor, now=now())
    chosen = str(form.get("hours", ""))
    try:
        calendar_id = UUID(chosen) if chosen else None
    except ValueError as error:
        raise Invalid from error
    await _name_default(tx, house)
    followed = {row.id for row in await sla.all_hours(tx) if brand_id in row.brand_ids}
    if followed != ({calendar_id} if calendar_id else set()):
        await sla.follow_hours(tx, house.vault, calendar_id=calendar_id, brand_id=brand_id, by=agent.actor, now=now())


async def _name_default(tx: Transaction, house: House) -> None:
    """Articles name the default brand wherever no other is spoken for."""
    found = await brands.brands(tx, settings=house.settings)
    await knowledge.name_default_brand(tx, brand=found.default.name)


_FIELDS = ("name", "help_name", "hosts", "sender", "reply_to", "colour", "colour_dark", "hours")
_EMPTY = dict.fromkeys(_FIELDS, "")


def _typed(form: Any) -> dict[str, str]:
    return {name: str(form.get(name, ""))[:3000] for name in _FIELDS}


def _face(form: Any) -> Face:
    typed = _typed(form)
    return Face(
        name=guard.screen(typed["name"][:200]),
        help_name=guard.screen(typed["help_name"][:200]) if typed["help_name"].strip() else None,
        hosts=typed["hosts"].replace(",", " ").split(),
        sender=typed["sender"],
        reply_to=typed["reply_to"],
        colour=typed["colour"],
        colour_dark=typed["colour_dark"],
    )


def _contrasts(brand: Brand) -> tuple[str, float, str, float] | None:
    """Return the colour and its contrast on paper, in light and in dark; None where a brand keeps our colours."""
    if not brand.colour:
        return None
    light, dark = brands.palette(brand.colour, brand.colour_dark).sea
    return light, brands.contrast(light, _LIGHT_PAPER), dark, brands.contrast(dark, _DARK_PAPER)


async def _form_page(
    request: AnyRequest,
    tx: Transaction,
    agent: Agent,
    brand: Brand | None,
    *,
    typed: dict[str, str] | None,
    wrong: BellrockError | None = None,
) -> Page:
    house = house_of(request)
    hours = await sla.all_hours(tx)
    if typed is None:
        assert brand is not None
        followed = next((str(row.id) for row in hours if brand.id in row.brand_ids), "")
        typed = {name: getattr(brand, name) for name in _FIELDS if name not in ("hosts", "hours")}
        typed |= {"hosts": "\n".join(brand.hosts), "hours": followed}
    return page(
        request,
        agent,
        "brand",
        wrong=wrong,
        brand_row=brand,
        typed=typed,
        contrasts=_contrasts(brand) if brand else None,
        logo_of=branding.logo_address,
        hours=[(str(row.id), row.name) for row in hours],
        sender=house.settings.mail_from,
    )


routes: list[Any] = [show_brands, show_new, make, show_brand, save, make_default, archive]
