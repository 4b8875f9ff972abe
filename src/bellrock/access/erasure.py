"""Erasure of a customer or of one message: keys shredded at once, copies deleted, and the request closed when all confirmed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from bellrock import conversations, ledger, people
from bellrock import vault as vaults
from bellrock.access.errors import ErasureUnknown
from bellrock.access.holds import refuse_held
from bellrock.core import Actor, Transaction, new_id

What = Literal["customer", "message"]

CUSTOMER_ERASED = "access.customer_erased"
MESSAGE_ERASED = "access.message_erased"
_LATER_ROOMS = ("channels",)  # those that need more than the database, and confirm when they have done it
_PROOF = "proof"


@dataclass(frozen=True, slots=True)
class Erasure:
    """A request and what it still waits for."""

    id: UUID
    what: What
    customer_id: UUID
    message_id: UUID | None
    requested_at: datetime
    closed_at: datetime | None
    waits_for: tuple[str, ...]


async def erase_customer(
    tx: Transaction, vault: vaults.Vault, *, customer_id: UUID, by: Actor, reason: str, now: datetime
) -> UUID:
    """Erase a customer, and the visitors they were: everything sealed for them can never be opened again.

    In this transaction: conversations are closed, search tokens, drafts, contacts and sessions deleted, keys shredded. Files
    follow on `access.customer_erased` (data: `erasure`, `customers`). `reason` is a code such as `customer_request`.
    Returns the erasure's id. Raises NotFound.
    """
    customer = await people.customer(tx, await people.survivor_id(tx, customer_id=customer_id))
    await vault.create_subject(tx, vaults.HOUSE_SUBJECT, _PROOF)
    adopted = await people.adopted_visitors(tx, customer_id=customer.id)
    ids = [customer.id, *adopted]
    await refuse_held(tx, customer_ids=ids)
    await conversations.forget_customers(tx, vault, customer_ids=ids, now=now)
    await people.forget_customer(tx, customer_id=customer.id, now=now)
    for subject_id in ids:
        await ledger.shred_subject(tx, vault, subject_id=subject_id, by=by, now=now, reason=reason)
    erasure_id = await _request(tx, what="customer", customer_id=customer.id, now=now)
    await vaults.record(
        tx,
        vault,
        kind=CUSTOMER_ERASED,
        at=now,
        actor=by,
        data={"erasure": str(erasure_id), "customers": [str(subject_id) for subject_id in ids], "reason": reason},
        retention=_PROOF,
        customer_id=customer.id,
    )
    return erasure_id


async def erase_message(
    tx: Transaction,
    vault: vaults.Vault,
    *,
    message_id: UUID,
    by: people.Agent | Actor,
    reason: str,
    now: datetime,
) -> UUID:
    """Erase one message: its words, its search tokens, the hand-over cards that repeat it; its files follow.

    Announced as `access.message_erased` (data: `erasure`, `message`, `files`). Returns the erasure's id. Raises
    ConversationUnknown.
    """
    actor = conversations.actor_of(by)
    await vault.create_subject(tx, vaults.HOUSE_SUBJECT, _PROOF)
    forgotten = await conversations.forget_message(tx, viewer=by, message_id=message_id)
    await refuse_held(tx, customer_ids=[forgotten.customer_id])
    for record_id in (message_id, *forgotten.copy_ids):
        await ledger.shred_record(
            tx,
            vault,
            record_id=record_id,
            by=actor,
            now=now,
            reason=reason,
            conversation_id=forgotten.conversation_id,
        )
    for file_id in forgotten.file_ids:
        await vault.shred_file(tx, file_id, now=now)
    erasure_id = await _request(
        tx,
        what="message",
        customer_id=forgotten.customer_id,
        conversation_id=forgotten.conversation_id,
        message_id=message_id,
        now=now,
    )
    await vaults.record(
        tx,
        vault,
        kind=MESSAGE_ERASED,
        at=now,
        actor=actor,
        data={
            "erasure": str(erasure_id),
            "message": str(message_id),
            "files": [str(file_id) for file_id in forgotten.file_ids],
            "reason": reason,
        },
        retention=_PROOF,
        customer_id=forgotten.customer_id,
        conversation_id=forgotten.conversation_id,
        audience="public",
    )
    return erasure_id


async def confirm(
    tx: Transaction, vault: vaults.Vault, *, erasure_id: UUID, room: str, by: Actor, now: datetime
) -> bool:
    """Note that a room has deleted its copies; close the request with the last one. True when it closed.

    Raises ErasureUnknown for a request that does not exist or does not wait for this room.
    """
    cursor = await tx.execute(
        "UPDATE erasure_parts SET confirmed_at = coalesce(confirmed_at, %s) WHERE erasure_id = %s AND room = %s",
        (now, erasure_id, room),
    )
    if cursor.rowcount != 1:
        raise ErasureUnknown
    cursor = await tx.execute(
        "UPDATE erasures SET closed_at = %(now)s WHERE id = %(id)s AND closed_at IS NULL AND NOT EXISTS"
        " (SELECT FROM erasure_parts WHERE erasure_id = %(id)s AND confirmed_at IS NULL)",
        {"id": erasure_id, "now": now},
    )
    if cursor.rowcount != 1:
        return False
    await vaults.record(
        tx,
        vault,
        kind="access.erasure_closed",
        at=now,
        actor=by,
        data={"erasure": str(erasure_id)},
        retention=_PROOF,
    )
    return True


async def erasures(tx: Transaction, *, limit: int = 200) -> Sequence[Erasure]:
    """Return erasures, those that still wait first, then the newest."""
    cursor = await tx.execute(
        "SELECT e.id, e.what, e.customer_id, e.message_id, e.requested_at, e.closed_at,"
        " ARRAY(SELECT room FROM erasure_parts p WHERE p.erasure_id = e.id AND confirmed_at IS NULL) AS waits_for"
        " FROM erasures e ORDER BY closed_at IS NOT NULL, requested_at DESC LIMIT %s",
        (limit,),
    )
    return [Erasure(**{**row, "waits_for": tuple(row["waits_for"])}) for row in await cursor.fetchall()]


async def _request(
    tx: Transaction,
    *,
    what: What,
    customer_id: UUID,
    now: datetime,
    conversation_id: UUID | None = None,
    message_id: UUID | None = None,
    rooms: Collection[str] = _LATER_ROOMS,
) -> UUID:
    erasure_id = new_id()
    await tx.execute(
        "INSERT INTO erasures (id, what, customer_id, conversation_id, message_id, requested_at)"
        " VALUES (%s, %s, %s, %s, %s, %s)",
        (erasure_id, what, customer_id, conversation_id, message_id, now),
    )
    await tx.execute(
        "INSERT INTO erasure_parts (erasure_id, room) SELECT %s, unnest(%s::text[])", (erasure_id, list(rooms))
    )
    return erasure_id
