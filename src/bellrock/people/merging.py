"""Two customers who are one person become one, by a colleague who may and says why. It cannot be undone, so it is previewed.

Whoever is signed in was vouched for by the exchange, a visitor by nobody. So a visitor may become the signed-in customer they
are; two signed-in customers only by somebody whose permission reaches everywhere; a visitor never takes anybody in.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from bellrock import vault as vaults
from bellrock.core import N_, Conflict, NotFound, Refused, Transaction
from bellrock.guard import GuardedText
from bellrock.people.models import Agent, Customer, CustomerKind, customer_from_row
from bellrock.people.permissions import Permission, Scope

ADOPTED = "people.visitor_adopted"


class CustomersApart(Conflict):
    """These two cannot be joined: they are the same, one is gone, or nobody vouched for the one that would stay."""

    code = "customers_apart"
    text = N_(
        "These two cannot be joined. The one that stays must be signed in, and neither may be joined or erased already."
    )


@dataclass(frozen=True, slots=True)
class Joining:
    """Who would go into whom, and whether this colleague may do it."""

    goes: Customer
    stays: Customer
    is_between_signed_in: bool
    is_allowed: bool


async def joining_of(tx: Transaction, *, by: Agent, one_id: UUID, other_id: UUID) -> Joining:
    """Return what joining two customers would do; of two signed-in ones the first stays. Raises CustomersApart, NotFound."""
    cursor = await tx.execute(
        "SELECT id, kind, locale, tier, adopted_by, erased_at FROM customers WHERE id = ANY(%s) ORDER BY id FOR UPDATE",
        ([one_id, other_id],),
    )
    rows = {row["id"]: row for row in await cursor.fetchall()}
    if one_id not in rows or other_id not in rows:
        raise NotFound
    if one_id == other_id or any(row["adopted_by"] or row["erased_at"] for row in rows.values()):
        raise CustomersApart
    one, other = customer_from_row(rows[one_id]), customer_from_row(rows[other_id])
    stays, goes = (one, other) if one.kind is CustomerKind.CUSTOMER else (other, one)
    if stays.kind is not CustomerKind.CUSTOMER:
        raise CustomersApart
    is_between = goes.kind is CustomerKind.CUSTOMER
    reach = by.grants.get(Permission.CUSTOMER_MERGE)
    return Joining(goes, stays, is_between, reach is Scope.ALL or (reach is not None and not is_between))


async def join_customers(
    tx: Transaction, vault: vaults.Vault, *, by: Agent, one_id: UUID, other_id: UUID, reason: GuardedText, now: datetime
) -> Customer:
    """Join two customers for good and return the one that stays; the rooms attach the history on `people.visitor_adopted`.

    Sessions and the browser's secret of the one that goes end; what holds for them, a block, holds on. Raises
    CustomersApart, NotFound, Refused.
    """
    joining = await joining_of(tx, by=by, one_id=one_id, other_id=other_id)
    if not joining.is_allowed:
        raise Refused
    goes, stays = joining.goes.id, joining.stays.id
    await tx.execute(
        "UPDATE customers SET adopted_by = %(to)s WHERE id = %(id)s OR adopted_by = %(id)s", {"to": stays, "id": goes}
    )
    await tx.execute("DELETE FROM visitor_secrets WHERE visitor_id = %s", (goes,))
    await tx.execute(
        "UPDATE widget_sessions SET ended_at = %s WHERE customer_id = %s AND ended_at IS NULL", (now, goes)
    )
    await tx.execute(
        "UPDATE customer_blocks SET customer_id = %(to)s WHERE customer_id = %(id)s AND ended_at IS NULL AND NOT EXISTS"
        " (SELECT FROM customer_blocks b WHERE b.customer_id = %(to)s AND b.ended_at IS NULL)",
        {"to": stays, "id": goes},
    )
    await vaults.record(
        tx,
        vault,
        kind=ADOPTED,
        at=now,
        actor=by.actor,
        data={"visitor": str(goes), "joined": True, "signed_in": joining.is_between_signed_in},
        words={"reason": reason.text},
        subject_id=stays,
        customer_id=stays,
    )
    return joining.stays


async def survivor_id(tx: Transaction, *, customer_id: UUID) -> UUID:
    """Return who a customer is now: themselves, or the one they were joined with. Raises NotFound."""
    cursor = await tx.execute("SELECT coalesce(adopted_by, id) AS id FROM customers WHERE id = %s", (customer_id,))
    row = await cursor.fetchone()
    if row is None:
        raise NotFound
    return UUID(str(row["id"]))
