"""Organisations: whom several customers belong to, and how the exchange ranks them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from bellrock import vault as vaults
from bellrock.core import Actor, Invalid, NotFound, Transaction, new_id
from bellrock.people.customers import customer
from bellrock.people.models import Customer, Tier, customer_from_row

NAME_MAX = 120
PAGE_MAX = 100
_COLUMNS = "id, name, tier, created_at"


@dataclass(frozen=True, slots=True)
class Organisation:
    """A company or a desk that several customers act for. Its name is public; nothing else about it is kept."""

    id: UUID
    name: str
    tier: Tier
    created_at: datetime


async def create_organisation(
    tx: Transaction, vault: vaults.Vault, *, name: str, tier: Tier, by: Actor, now: datetime
) -> Organisation:
    """Make an organisation. Raises Invalid for an empty or unprintable name."""
    made = Organisation(new_id(), _name(name), tier, now)
    await tx.execute(
        f"INSERT INTO organisations ({_COLUMNS}) VALUES (%s, %s, %s, %s)", (made.id, made.name, made.tier, now)
    )
    await _record(tx, vault, "people.organisation_created", made, by, now)
    return made


async def change_organisation(
    tx: Transaction,
    vault: vaults.Vault,
    *,
    organisation_id: UUID,
    by: Actor,
    now: datetime,
    name: str | None = None,
    tier: Tier | None = None,
) -> Organisation:
    """Rename an organisation or rank it anew. Raises NotFound, Invalid."""
    known = await organisation(tx, organisation_id)
    changed = Organisation(
        known.id, _name(name) if name is not None else known.name, tier or known.tier, known.created_at
    )
    if changed == known:
        return known
    await tx.execute(
        "UPDATE organisations SET name = %s, tier = %s WHERE id = %s", (changed.name, changed.tier, organisation_id)
    )
    await _record(tx, vault, "people.organisation_changed", changed, by, now)
    return changed


async def organisation(tx: Transaction, organisation_id: UUID) -> Organisation:
    """Return an organisation. Raises NotFound."""
    cursor = await tx.execute(f"SELECT {_COLUMNS} FROM organisations WHERE id = %s", (organisation_id,))
    row = await cursor.fetchone()
    if row is None:
        raise NotFound
    return _from_row(row)


async def organisations(tx: Transaction, *, before: UUID | None = None, limit: int = PAGE_MAX) -> list[Organisation]:
    """Return organisations, the newest first, those made before `before`."""
    cursor = await tx.execute(
        f"SELECT {_COLUMNS} FROM organisations {'WHERE id < %(before)s' if before else ''}"
        " ORDER BY id DESC LIMIT %(limit)s",
        {"before": before, "limit": limit},
    )
    return [_from_row(row) for row in await cursor.fetchall()]


async def members(
    tx: Transaction, *, organisation_id: UUID, after: UUID | None = None, limit: int = PAGE_MAX
) -> list[Customer]:
    """Return customers of an organisation by id, those after `after`."""
    cursor = await tx.execute(
        "SELECT id, kind, locale, tier FROM customers WHERE organisation_id = %(id)s"
        f" {'AND id > %(after)s' if after else ''} ORDER BY id LIMIT %(limit)s",
        {"id": organisation_id, "after": after, "limit": limit},
    )
    return [customer_from_row(row) for row in await cursor.fetchall()]


async def organisation_of(tx: Transaction, *, customer_id: UUID) -> UUID | None:
    """Return the organisation that a customer belongs to."""
    cursor = await tx.execute("SELECT organisation_id FROM customers WHERE id = %s", (customer_id,))
    row = await cursor.fetchone()
    return row["organisation_id"] if row else None


async def join_organisation(
    tx: Transaction,
    vault: vaults.Vault,
    *,
    customer_id: UUID,
    organisation_id: UUID | None,
    by: Actor,
    now: datetime,
) -> None:
    """Say to whom a customer belongs; None: to nobody. Raises NotFound."""
    who = await customer(tx, customer_id)
    if organisation_id is not None:
        await organisation(tx, organisation_id)
    cursor = await tx.execute(
        "UPDATE customers SET organisation_id = %s WHERE id = %s AND organisation_id IS DISTINCT FROM %s",
        (organisation_id, customer_id, organisation_id),
    )
    if cursor.rowcount == 0:
        return
    await vaults.record(
        tx,
        vault,
        kind="people.organisation_joined",
        at=now,
        actor=by,
        data={"organisation": str(organisation_id) if organisation_id else None},
        subject_id=who.id,
        customer_id=who.id,
    )


def _name(text: str) -> str:
    name = " ".join(text.split())
    if not 1 <= len(name) <= NAME_MAX or not name.isprintable():
        raise Invalid
    return name


def _from_row(row: dict[str, Any]) -> Organisation:
    return Organisation(row["id"], row["name"], Tier(row["tier"]), row["created_at"])


async def _record(
    tx: Transaction, vault: vaults.Vault, kind: str, made: Organisation, by: Actor, now: datetime
) -> None:
    await vaults.record(
        tx,
        vault,
        kind=kind,
        at=now,
        actor=by,
        data={"organisation": str(made.id), "tier": made.tier.value},
        words={"name": made.name},
    )
