"""What the desk says of a customer beside their case, in one journey."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from bellrock import vault as vaults
from bellrock.core import Transaction
from bellrock.people.blocks import Block, BlockReason
from bellrock.people.customers import COLUMNS, open_profile
from bellrock.people.models import Customer, Profile, customer_from_row
from bellrock.people.tokens import PROOF_LIFETIME
from bellrock.people.zones import zone_named


@dataclass(frozen=True, slots=True)
class CustomerAtDesk:
    """A customer with their profile in clear, their time zone where it is known, and the block that holds, if one does."""

    customer: Customer
    profile: Profile
    zone: ZoneInfo | None
    block: Block | None
    has_proven: bool  # with more than a password, within PROOF_LIFETIME


async def customer_at_desk(
    tx: Transaction, vault: vaults.Vault, *, customer_id: UUID, now: datetime
) -> CustomerAtDesk | None:
    """Return a customer as the desk shows them, None where there is no such.

    It says what `known`, `zone_of`, `block_of` and `proof_of` do. Whoever shows more than the name to an agent goes through
    `access` first.
    """
    cursor = await tx.execute(
        f"SELECT {COLUMNS}, profile, zone, b.*, EXISTS (SELECT FROM widget_sessions s WHERE s.customer_id = customers.id"
        " AND s.ended_at IS NULL AND s.expires_at > %s AND s.proved_at > %s) AS has_proven"
        " FROM customers LEFT JOIN LATERAL (SELECT b.id AS block_id, b.reason, b.blocked_by, b.blocked_at, b.expires_at"
        " FROM customer_blocks b WHERE b.customer_id = customers.id"
        " AND b.ended_at IS NULL AND (b.expires_at IS NULL OR b.expires_at > %s) LIMIT 1) b ON true WHERE id = %s",
        (now, now - PROOF_LIFETIME, now, customer_id),
    )
    row = await cursor.fetchone()
    if row is None:
        return None
    block = None
    if row["block_id"] is not None:
        reason = BlockReason(row["reason"])
        block = Block(row["block_id"], row["id"], reason, row["blocked_by"], row["blocked_at"], row["expires_at"])
    profile = Profile()
    if row["profile"] is not None:
        profile = await open_profile(tx, vault, row["id"], row["profile"])
    return CustomerAtDesk(customer_from_row(row), profile, zone_named(row["zone"]), block, row["has_proven"])
