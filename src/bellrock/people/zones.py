"""A customer's time zone, as their browser names it: for telling when it is nine in the morning where they are."""

from __future__ import annotations

from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bellrock.core import Transaction

ZONE_MAX = 60


async def note_zone(tx: Transaction, *, customer_id: UUID, zone: str | None) -> None:
    """Keep a customer's time zone; a name that no zone has changes nothing."""
    if zone_named(zone) is not None:
        await tx.execute(
            "UPDATE customers SET zone = %(zone)s WHERE id = %(id)s AND erased_at IS NULL"
            " AND zone IS DISTINCT FROM %(zone)s",
            {"zone": zone, "id": customer_id},
        )


async def zone_of(tx: Transaction, *, customer_id: UUID) -> ZoneInfo | None:
    """Return a customer's time zone, None where nobody knows."""
    cursor = await tx.execute("SELECT zone FROM customers WHERE id = %s", (customer_id,))
    row = await cursor.fetchone()
    return zone_named(row["zone"]) if row else None


def zone_named(name: str | None) -> ZoneInfo | None:
    """Return the zone of a name, None for a name that no zone has."""
    if not name or len(name) > ZONE_MAX or ".." in name or name.startswith(("/", ".")):
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
