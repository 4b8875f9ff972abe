"""Brands kept: made, changed, put away; which one is meant."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.errors import UniqueViolation

from bellrock import vault as vaults
from bellrock.brands.colours import must_be_legible, parse_colour
from bellrock.brands.errors import BrandNotFound, HostTaken, LastBrand
from bellrock.brands.models import Brand, Brands, brand_from_row
from bellrock.core import Actor, Invalid, Settings, Transaction, new_id
from bellrock.core.slugs import free_slug
from bellrock.guard import GuardedText

BRANDS_MAX = 50
NAME_CHARS_MAX = 80
_HOST = re.compile(r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*")
_ADDRESS = re.compile(r"[^\s@<>\"',;:]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_COLUMNS = (
    "b.id, b.slug, b.name, b.help_name, b.sender, b.reply_to, b.colour, b.colour_dark, b.logo_hash, b.is_default,"
    " b.archived_at, ARRAY(SELECT host FROM brand_hosts h WHERE h.brand_id = b.id ORDER BY host) AS hosts"
)


@dataclass(frozen=True, slots=True)
class Face:
    """What a lead says about a brand; `hosts`, addresses and colours as typed."""

    name: GuardedText
    help_name: GuardedText | None
    hosts: Collection[str]
    sender: str
    reply_to: str
    colour: str
    colour_dark: str


async def brands(tx: Transaction, *, settings: Settings) -> Brands:
    """Return the brands in use. Where none is the default, the settings are."""
    cursor = await tx.execute(
        f"SELECT {_COLUMNS} FROM brands b WHERE archived_at IS NULL ORDER BY b.is_default DESC, lower(b.name) LIMIT %s",
        (BRANDS_MAX,),
    )
    found = tuple(brand_from_row(row) for row in await cursor.fetchall())
    default = next((brand for brand in found if brand.is_default), None)
    return Brands(found, default or Brand(id=None, slug="default", name=settings.brand, is_default=True))


async def brand(tx: Transaction, *, brand_id: UUID) -> Brand:
    """Return one brand, also one put away. Raises BrandNotFound."""
    row = await (await tx.execute(f"SELECT {_COLUMNS} FROM brands b WHERE b.id = %s", (brand_id,))).fetchone()
    if row is None:
        raise BrandNotFound
    return brand_from_row(row)


async def logo(tx: Transaction, *, logo_hash: str) -> bytes:
    """Return a logo by its hash. Raises BrandNotFound."""
    cursor = await tx.execute("SELECT logo FROM brands WHERE logo_hash = %s LIMIT 1", (logo_hash,))
    row = await cursor.fetchone()
    if row is None:
        raise BrandNotFound
    return bytes(row["logo"])


async def make_brand(tx: Transaction, vault: vaults.Vault, *, face: Face, by: Actor, now: datetime) -> UUID:
    """Make a brand; the first is the default. Raises Invalid, ColourWrong, ContrastLow, HostTaken."""
    values = _checked(face)
    cursor = await tx.execute("SELECT slug, is_default FROM brands")
    known = await cursor.fetchall()
    if len(known) >= BRANDS_MAX:
        raise Invalid
    slug = free_slug(values["name"], otherwise="brand", taken={row["slug"] for row in known})
    brand_id = new_id()
    await tx.execute(
        "INSERT INTO brands (id, slug, name, help_name, sender, reply_to, colour, colour_dark, is_default, created_at,"
        " changed_at) VALUES (%(id)s, %(slug)s, %(name)s, %(help_name)s, %(sender)s, %(reply_to)s, %(colour)s,"
        " %(colour_dark)s, %(default)s, %(now)s, %(now)s)",
        {**values, "id": brand_id, "slug": slug, "now": now, "default": not any(row["is_default"] for row in known)},
    )
    await _keep_hosts(tx, brand_id, values["hosts"])
    await _record(tx, vault, "brands.made", brand_id, by, now, values)
    return brand_id


async def change_brand(
    tx: Transaction, vault: vaults.Vault, *, brand_id: UUID, face: Face, by: Actor, now: datetime
) -> None:
    """Give a brand another face. Raises BrandNotFound, Invalid, ColourWrong, ContrastLow, HostTaken."""
    values = _checked(face)
    cursor = await tx.execute(
        "UPDATE brands SET name = %(name)s, help_name = %(help_name)s, sender = %(sender)s, reply_to = %(reply_to)s,"
        " colour = %(colour)s, colour_dark = %(colour_dark)s, changed_at = %(now)s"
        " WHERE id = %(id)s AND archived_at IS NULL",
        {**values, "id": brand_id, "now": now},
    )
    if cursor.rowcount != 1:
        raise BrandNotFound
    await _keep_hosts(tx, brand_id, values["hosts"])
    await _record(tx, vault, "brands.changed", brand_id, by, now, values)


async def set_logo(
    tx: Transaction, vault: vaults.Vault, *, brand_id: UUID, drawn: tuple[bytes, str] | None, by: Actor, now: datetime
) -> None:
    """Keep a logo that `redraw` made, or (None) none. Raises BrandNotFound."""
    content, logo_hash = drawn or (None, None)
    cursor = await tx.execute(
        "UPDATE brands SET logo = %s, logo_hash = %s, changed_at = %s WHERE id = %s AND archived_at IS NULL",
        (content, logo_hash, now, brand_id),
    )
    if cursor.rowcount != 1:
        raise BrandNotFound
    await vaults.record(
        tx, vault, kind="brands.logo_set", at=now, actor=by, data={"brand": str(brand_id), "logo": logo_hash}
    )


async def set_default_brand(tx: Transaction, vault: vaults.Vault, *, brand_id: UUID, by: Actor, now: datetime) -> None:
    """Let customers see this brand where no other fits. Raises BrandNotFound."""
    if (await brand(tx, brand_id=brand_id)).archived_at is not None:
        raise BrandNotFound
    await tx.execute("UPDATE brands SET is_default = FALSE WHERE is_default AND id <> %s", (brand_id,))
    await tx.execute("UPDATE brands SET is_default = TRUE WHERE id = %s", (brand_id,))
    await _record(tx, vault, "brands.default_set", brand_id, by, now, {})


async def archive_brand(tx: Transaction, vault: vaults.Vault, *, brand_id: UUID, by: Actor, now: datetime) -> None:
    """Put a brand away: its host names are free, its conversations go on under the default. Raises BrandNotFound, LastBrand."""
    found = await brand(tx, brand_id=brand_id)
    if found.archived_at is not None:
        raise BrandNotFound
    if found.is_default:
        raise LastBrand
    await tx.execute("UPDATE brands SET archived_at = %s WHERE id = %s", (now, brand_id))
    await tx.execute("DELETE FROM brand_hosts WHERE brand_id = %s", (brand_id,))
    await _record(tx, vault, "brands.archived", brand_id, by, now, {})


def _checked(face: Face) -> dict[str, Any]:
    name = " ".join(face.name.text.split())
    help_name = " ".join(face.help_name.text.split()) if face.help_name else ""
    if not 1 <= len(name) <= NAME_CHARS_MAX or len(help_name) > NAME_CHARS_MAX:
        raise Invalid
    if not name.isprintable() or not help_name.isprintable():
        raise Invalid
    hosts = sorted({host.strip().lower().rstrip(".") for host in face.hosts if host.strip()})
    addresses = [face.sender.strip(), face.reply_to.strip()]
    if len(hosts) > 20 or not all(_HOST.fullmatch(host) for host in hosts):
        raise Invalid
    if not all(not address or (_ADDRESS.fullmatch(address) and len(address) <= 254) for address in addresses):
        raise Invalid
    colour, colour_dark = parse_colour(face.colour), parse_colour(face.colour_dark)
    if colour:
        must_be_legible(colour, dark=False)
    if colour_dark:
        must_be_legible(colour_dark, dark=True)
    return {
        "name": name,
        "help_name": help_name,
        "hosts": hosts,
        "sender": addresses[0],
        "reply_to": addresses[1],
        "colour": colour,
        "colour_dark": colour_dark,
    }


async def _keep_hosts(tx: Transaction, brand_id: UUID, hosts: list[str]) -> None:
    await tx.execute("DELETE FROM brand_hosts WHERE brand_id = %s", (brand_id,))
    try:
        async with tx.transaction():
            await tx.execute(
                "INSERT INTO brand_hosts (host, brand_id) SELECT unnest(%s::text[]), %s", (hosts, brand_id)
            )
    except UniqueViolation as error:
        raise HostTaken from error


async def _record(
    tx: Transaction, vault: vaults.Vault, kind: str, brand_id: UUID, by: Actor, now: datetime, values: dict[str, Any]
) -> None:
    colours = {name: value for name, value in values.items() if name in ("colour", "colour_dark")}
    words = {name: value for name, value in values.items() if name not in colours}
    await vaults.record(
        tx, vault, kind=kind, at=now, actor=by, data={"brand": str(brand_id), **colours}, words=words or None
    )
