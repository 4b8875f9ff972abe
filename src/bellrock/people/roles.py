"""Roles that an administrator makes, beside the built-in ones: a name, a line on what for, and what it allows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg.errors import UniqueViolation

from bellrock import vault as vaults
from bellrock.core import N_, Actor, Conflict, Invalid, NotFound, Transaction
from bellrock.core.slugs import free_slug
from bellrock.guard import GuardedText
from bellrock.people import giving
from bellrock.people.errors import BeyondOwn, RoleInUse
from bellrock.people.models import Agent
from bellrock.people.permissions import (
    POLICY,
    ROLE_NAMES,
    Grants,
    Permission,
    Role,
    covers,
    parse_grants,
    write_grants,
)

ROLES_MAX = 100
NAME_CHARS_MAX = 80
ABOUT_CHARS_MAX = 300


@dataclass(frozen=True, slots=True)
class RoleRow:
    """A role as its page shows it; `name` is a msgid where it is built in."""

    slug: str
    name: str
    about: str
    grants: Grants
    is_built_in: bool
    holders: int


async def roles(tx: Transaction) -> list[RoleRow]:
    """Return the built-in roles, then the others by name, each with how many active people hold it."""
    cursor = await tx.execute(
        "SELECT role, count(*) AS holders FROM agents, unnest(roles) role WHERE status <> 'closed' GROUP BY role"
    )
    holders = {row["role"]: int(row["holders"]) for row in await cursor.fetchall()}
    built_in = [RoleRow(role, ROLE_NAMES[role], "", POLICY[role], True, holders.get(role, 0)) for role in Role]
    cursor = await tx.execute(
        "SELECT slug, name, about, grants FROM roles WHERE archived_at IS NULL ORDER BY lower(name) LIMIT %s",
        (ROLES_MAX,),
    )
    return built_in + [
        RoleRow(
            row["slug"],
            row["name"],
            row["about"],
            parse_grants(row["grants"]),
            False,
            holders.get(row["slug"], 0),
        )
        for row in await cursor.fetchall()
    ]


async def role(tx: Transaction, *, slug: str) -> RoleRow:
    """Return one role. Raises NotFound."""
    for found in await roles(tx):
        if found.slug == slug:
            return found
    raise NotFound


async def role_names(tx: Transaction) -> Mapping[str, str]:
    """Return the names of all roles by key, also of those put away; those of the built-in ones are msgids."""
    cursor = await tx.execute("SELECT slug, name FROM roles LIMIT 1000")
    return {**{row["slug"]: row["name"] for row in await cursor.fetchall()}, **ROLE_NAMES}


async def make_role(
    tx: Transaction,
    vault: vaults.Vault,
    *,
    name: GuardedText,
    about: GuardedText | None,
    grants: Grants,
    by: Actor,
    now: datetime,
) -> str:
    """Make a role and return its key. Raises Invalid, Conflict for a name that is taken, BeyondOwn."""
    await _must_administer(tx, by)
    title = _title(name)
    _check(about, grants)
    count = await (await tx.execute("SELECT count(*) AS count FROM roles")).fetchone()
    if count is None or count["count"] >= ROLES_MAX:
        raise Conflict(N_("There are too many roles. Put one away first."))
    taken = await tx.execute("SELECT slug FROM roles")
    used = {row["slug"] for row in await taken.fetchall()} | set(Role)
    slug = free_slug(title, otherwise="role", taken=used)
    try:
        async with tx.transaction():
            await tx.execute(
                "INSERT INTO roles (slug, name, about, grants, created_at, changed_at) VALUES (%s, %s, %s, %s, %s, %s)",
                (slug, title, _line(about), write_grants(grants), now, now),
            )
    except UniqueViolation as error:
        raise _name_taken() from error
    await _record(tx, vault, "people.role_made", slug, by, now, grants, title)
    return slug


async def change_role(
    tx: Transaction,
    vault: vaults.Vault,
    *,
    slug: str,
    name: GuardedText,
    about: GuardedText | None,
    grants: Grants,
    by: Actor,
    now: datetime,
) -> None:
    """Give a role another name or other permissions; whoever holds it has them with their next request.

    Raises Invalid, NotFound, Conflict, LastAdmin, and BeyondOwn for a change by which its maker would gain.
    """
    giver = await _must_administer(tx, by)
    title = _title(name)
    _check(about, grants)
    cursor = await tx.execute("SELECT grants FROM roles WHERE slug = %s AND archived_at IS NULL FOR UPDATE", (slug,))
    if await cursor.fetchone() is None:
        raise NotFound
    if giver is not None and slug in giver.roles and not covers(giver.grants, grants):
        raise BeyondOwn
    try:
        async with giving.keeping_an_administrator(tx):
            await tx.execute(
                "UPDATE roles SET name = %s, about = %s, grants = %s, changed_at = %s WHERE slug = %s",
                (title, _line(about), write_grants(grants), now, slug),
            )
    except UniqueViolation as error:
        raise _name_taken() from error
    await _record(tx, vault, "people.role_changed", slug, by, now, grants, title)


async def archive_role(tx: Transaction, vault: vaults.Vault, *, slug: str, by: Actor, now: datetime) -> None:
    """Put a role away that nobody holds. Raises NotFound, RoleInUse, BeyondOwn."""
    await _must_administer(tx, by)
    cursor = await tx.execute("SELECT FROM roles WHERE slug = %s AND archived_at IS NULL FOR UPDATE", (slug,))
    if await cursor.fetchone() is None:
        raise NotFound
    held = await tx.execute("SELECT FROM agents WHERE %s = ANY(roles) AND status <> 'closed' LIMIT 1", (slug,))
    if await held.fetchone() is not None:
        raise RoleInUse
    await tx.execute("UPDATE roles SET archived_at = %s WHERE slug = %s", (now, slug))
    await _record(tx, vault, "people.role_archived", slug, by, now, {}, None)


async def _must_administer(tx: Transaction, by: Actor) -> Agent | None:
    giver = await giving.giver_of(tx, by)
    if giver is not None and Permission.ADMINISTER not in giver.grants:
        raise BeyondOwn
    return giver


def _title(name: GuardedText) -> str:
    title = " ".join(name.text.split())
    if not 1 <= len(title) <= NAME_CHARS_MAX or not title.isprintable():
        raise Invalid
    return title


def _check(about: GuardedText | None, grants: Grants) -> None:
    if not grants or len(_line(about)) > ABOUT_CHARS_MAX:
        raise Invalid(N_("Choose at least one thing that this role may do."))
    parse_grants(write_grants(grants))


def _line(about: GuardedText | None) -> str:
    return " ".join(about.text.split()) if about else ""


def _name_taken() -> Conflict:
    return Conflict(N_("There is a role of this name already."))


async def _record(
    tx: Transaction,
    vault: vaults.Vault,
    kind: str,
    slug: str,
    by: Actor,
    now: datetime,
    grants: Grants,
    title: str | None,
) -> None:
    data: dict[str, Any] = {"role": slug, "grants": write_grants(grants)}
    await vaults.record(tx, vault, kind=kind, at=now, actor=by, data=data, words={"name": title} if title else None)
