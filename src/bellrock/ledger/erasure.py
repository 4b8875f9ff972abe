"""Erasure leaves a fact: the words go, and the record says that they went, by whose order and how many."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from bellrock import vault as vaults
from bellrock.core import Actor, Transaction

RECORD_SHREDDED = "ledger.record_shredded"
RECORDS_SHREDDED = "ledger.records_shredded"
SUBJECT_SHREDDED = "ledger.subject_shredded"
RETENTION = "proof"
RECORDS_MAX = 500


async def shred_record(
    tx: Transaction,
    vault: vaults.Vault,
    *,
    record_id: UUID,
    by: Actor,
    now: datetime,
    reason: str,
    conversation_id: UUID | None = None,
) -> bool:
    """Shred one record and write the fact that authorises its absence; return whether it was there.

    `reason` is a code such as `customer_request`. Projections of the record (search tokens, files) are their rooms' to clear.
    """
    if not await vault.shred_record(tx, record_id, now=now):
        return False
    await vaults.record(
        tx,
        vault,
        kind=RECORD_SHREDDED,
        at=now,
        actor=by,
        data={"record": str(record_id), "reason": reason},
        retention=RETENTION,
        conversation_id=conversation_id,
    )
    return True


async def shred_records(
    tx: Transaction,
    vault: vaults.Vault,
    *,
    record_ids: Sequence[UUID],
    by: Actor,
    now: datetime,
    reason: str,
    conversation_id: UUID | None = None,
) -> int:
    """Shred many records, `RECORDS_MAX` at most, and write one fact that names each; return how many were there."""
    assert len(record_ids) <= RECORDS_MAX
    gone = await vault.shred_records(tx, record_ids, now=now)
    if gone:
        await vaults.record(
            tx,
            vault,
            kind=RECORDS_SHREDDED,
            at=now,
            actor=by,
            data={"records": [str(id) for id in gone], "reason": reason},
            retention=RETENTION,
            conversation_id=conversation_id,
        )
    return len(gone)


async def shred_subject(
    tx: Transaction,
    vault: vaults.Vault,
    *,
    subject_id: UUID,
    by: Actor,
    now: datetime,
    reason: str,
    retention: str | None = None,
) -> int:
    """Shred a subject, all classes or one, and write the fact that authorises it; return how many records went."""
    gone = await vault.shred_subject(tx, subject_id, now=now, retention=retention)
    await vaults.record(
        tx,
        vault,
        kind=SUBJECT_SHREDDED,
        at=now,
        actor=by,
        data={
            "subject": str(subject_id),
            "retention": retention,
            "reason": reason,
            "count": len(gone),
            "digest": digest_of(gone),
        },
        retention=RETENTION,
    )
    return len(gone)


def digest_of(records: Iterable[tuple[UUID, bytes]]) -> str:
    """Return the SHA-256 over (id, leaf) of records in order of id: what exactly an erasure took."""
    return sha256(b"".join(id.bytes + leaf for id, leaf in sorted(records))).hexdigest()
