"""Requests that may come twice: the first one with a key does the work, the others get its answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from bellrock import vault as vaults
from bellrock.core import Transaction, new_id
from bellrock.integrations.errors import KeyReused, ResultGone

KEPT = timedelta(hours=24)
_PURPOSE = "api-result"


@dataclass(frozen=True, slots=True)
class Result:
    """What was answered: a status and a body."""

    status: int
    body: bytes = field(repr=False)


async def claim(
    tx: Transaction, vault: vaults.Vault, *, token_id: UUID, key: str, request: bytes, now: datetime
) -> Result | None:
    """Take a key for a request in the transaction that does the work; None means: do it, then call `keep`.

    Whoever comes with the same key meanwhile waits here until that transaction ends: then they get its answer, or do the
    work if it failed. `request` is the hash of what was asked. Raises KeyReused, ResultGone.
    """
    cursor = await tx.execute(
        "INSERT INTO api_results AS r (token_id, key, request, made_at) VALUES (%(token)s, %(key)s, %(request)s, %(now)s)"
        " ON CONFLICT (token_id, key) DO UPDATE SET request = %(request)s, made_at = %(now)s, status = NULL,"
        " subject_id = NULL, object_id = NULL, sealed = NULL WHERE r.made_at <= %(old)s RETURNING r.key",
        {"token": token_id, "key": key, "request": request, "now": now, "old": now - KEPT},
    )
    if await cursor.fetchone() is not None:
        return None
    cursor = await tx.execute(
        "SELECT request, status, subject_id, object_id, sealed FROM api_results WHERE token_id = %s AND key = %s",
        (token_id, key),
    )
    row = await cursor.fetchone()
    if row is None or bytes(row["request"]) != request:
        raise KeyReused
    try:
        body = await vault.open_bytes(
            tx, object_id=row["object_id"], subject_id=row["subject_id"], purpose=_PURPOSE, sealed=row["sealed"]
        )
    except (vaults.SubjectShredded, vaults.SubjectMissing) as error:
        raise ResultGone from error
    return Result(row["status"], body)


async def keep(
    tx: Transaction, vault: vaults.Vault, *, token_id: UUID, key: str, result: Result, subject_id: UUID
) -> None:
    """Keep an answer under a claimed key, sealed under the key of whom it speaks: erasing them takes it along."""
    object_id = new_id()
    if subject_id == vaults.HOUSE_SUBJECT:
        await vault.create_subject(tx, subject_id)
    sealed = await vault.seal_bytes(tx, object_id=object_id, subject_id=subject_id, purpose=_PURPOSE, data=result.body)
    await tx.execute(
        "UPDATE api_results SET status = %s, subject_id = %s, object_id = %s, sealed = %s WHERE token_id = %s AND key = %s",
        (result.status, subject_id, object_id, sealed, token_id, key),
    )


async def forget_results(tx: Transaction, *, now: datetime) -> int:
    """Delete answers that are older than a day; return how many."""
    cursor = await tx.execute("DELETE FROM api_results WHERE made_at <= %s", (now - KEPT,))
    return cursor.rowcount
