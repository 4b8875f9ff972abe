"""Blocks: a customer who may not write for a while, for a reason, by somebody who may; they can read on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from bellrock import vault as vaults
from bellrock.core import N_, Conflict, Invalid, Refused, Transaction, new_id
from bellrock.people.models import Agent, Customer
from bellrock.people.permissions import Permission, Scope

BLOCKED, UNBLOCKED = "people.customer_blocked", "people.customer_unblocked"
SHORT_MAX = timedelta(days=1)
"""The longest block by somebody whose permission does not reach everywhere."""
PERIODS: Mapping[str, timedelta | None] = {
    "day": SHORT_MAX,
    "week": timedelta(days=7),
    "month": timedelta(days=30),
    "open": None,
}


class BlockReason(StrEnum):
    """Why a customer may not write."""

    SPAM = "spam"
    ABUSE = "abuse"
    THREAT = "threat"
    SCAM = "scam"


BLOCK_REASONS: Mapping[BlockReason, str] = {
    BlockReason.SPAM: N_("Spam"),
    BlockReason.ABUSE: N_("Insults or abuse"),
    BlockReason.THREAT: N_("Threats"),
    BlockReason.SCAM: N_("Attempts to deceive us or others"),
}


class CustomerBlocked(Refused):
    """The customer may read but not write; their text stays with them and nothing of it is kept."""

    code = "customer_blocked"
    text = N_(
        "New messages from you are paused for now, and this one was not sent. You can still read everything here."
    )


@dataclass(frozen=True, slots=True)
class Block:
    """A block that holds. `expires_at` is None where it holds until somebody ends it."""

    id: UUID
    customer_id: UUID
    reason: BlockReason
    blocked_by: UUID
    blocked_at: datetime
    expires_at: datetime | None


async def block_customer(
    tx: Transaction,
    vault: vaults.Vault,
    *,
    by: Agent,
    customer_id: UUID,
    reason: str,
    period: str,
    now: datetime,
    conversation_id: UUID | None = None,
) -> Block:
    """Let a customer write no more for a period; one who is blocked is blocked anew.

    `conversation_id` names where it came from. Raises Refused for who may not block at all or for so long, Invalid for
    an unknown reason or period.
    """
    if reason not in frozenset(BlockReason) or period not in PERIODS:
        raise Invalid
    length = PERIODS[period]
    if not may_block(by, length):
        raise Refused
    await _end(tx, customer_id, now)
    block = Block(new_id(), customer_id, BlockReason(reason), by.id, now, None if length is None else now + length)
    await tx.execute(
        "INSERT INTO customer_blocks (id, customer_id, reason, blocked_by, blocked_at, expires_at)"
        " VALUES (%s, %s, %s, %s, %s, %s)",
        (block.id, customer_id, block.reason, by.id, now, block.expires_at),
    )
    await vaults.record(
        tx,
        vault,
        kind=BLOCKED,
        at=now,
        actor=by.actor,
        data={"reason": block.reason.value, "until": block.expires_at.isoformat() if block.expires_at else None},
        subject_id=customer_id,
        customer_id=customer_id,
        conversation_id=conversation_id,
    )
    return block


async def unblock_customer(
    tx: Transaction,
    vault: vaults.Vault,
    *,
    by: Agent,
    customer_id: UUID,
    now: datetime,
    conversation_id: UUID | None = None,
) -> None:
    """Let a customer write again. Raises Conflict when nothing holds, Refused for who may not end this block."""
    block = await block_of(tx, customer_id=customer_id, now=now)
    if block is None:
        raise Conflict
    remaining = None if block.expires_at is None else block.expires_at - now
    if not may_block(by, remaining):
        raise Refused
    await _end(tx, customer_id, now)
    await vaults.record(
        tx,
        vault,
        kind=UNBLOCKED,
        at=now,
        actor=by.actor,
        subject_id=customer_id,
        customer_id=customer_id,
        conversation_id=conversation_id,
    )


def may_block(agent: Agent, length: timedelta | None = SHORT_MAX) -> bool:
    """Return whether somebody may block for so long; None is without an end."""
    reach = agent.grants.get(Permission.CUSTOMER_BLOCK)
    return reach is Scope.ALL or (reach is not None and length is not None and length <= SHORT_MAX)


async def block_of(tx: Transaction, *, customer_id: UUID, now: datetime) -> Block | None:
    """Return the block that holds for a customer now."""
    cursor = await tx.execute(
        "SELECT id, customer_id, reason, blocked_by, blocked_at, expires_at FROM customer_blocks"
        " WHERE customer_id = %s AND ended_at IS NULL AND (expires_at IS NULL OR expires_at > %s)",
        (customer_id, now),
    )
    row = await cursor.fetchone()
    return Block(**{**row, "reason": BlockReason(row["reason"])}) if row else None


async def refuse_blocked(tx: Transaction, *, customer: Customer, now: datetime) -> None:
    """Raise CustomerBlocked while a block holds for a customer."""
    if await block_of(tx, customer_id=customer.id, now=now) is not None:
        raise CustomerBlocked


async def _end(tx: Transaction, customer_id: UUID, now: datetime) -> None:
    await tx.execute(
        "UPDATE customer_blocks SET ended_at = %s WHERE customer_id = %s AND ended_at IS NULL", (now, customer_id)
    )
