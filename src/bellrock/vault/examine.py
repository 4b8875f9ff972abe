"""Look at stored records for an audit: one verdict each, where opening for a page would stop at the first bad one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from bellrock.core import Transaction
from bellrock.vault.errors import SubjectMissing, SubjectShredded, Tampered, WrongKeyring
from bellrock.vault.subjects import Owner, SubjectKey
from bellrock.vault.vault import Opened, Vault, unseal_record

State = Literal["open", "shredded", "tampered", "keyless"]


@dataclass(frozen=True, slots=True)
class Examined:
    """What became of a record: `opened` when it is whole; `keyless` when its subject's key is gone but its words are not."""

    id: UUID
    subject_id: UUID
    retention: str
    leaf: bytes
    state: State
    shredded_at: datetime | None
    opened: Opened | None = None


async def examine_records(tx: Transaction, vault: Vault, ids: Iterable[UUID]) -> dict[UUID, Examined]:
    """Return a verdict on each of these records that has a row. Reads keys from the database, not from the cache."""
    cursor = await tx.execute("SELECT * FROM records WHERE id = ANY(%s)", (list(ids),))
    rows = await cursor.fetchall()
    keys: dict[Owner, SubjectKey | State] = {}
    found: dict[UUID, Examined] = {}
    for row in rows:
        state: State = "open"
        opened: Opened | None = None
        if row["shredded_at"] is not None:
            state = "shredded"
        else:
            owner = (row["subject_id"], row["retention"])
            if owner not in keys:
                keys[owner] = await _key(tx, vault, owner)
            key = keys[owner]
            if isinstance(key, str):
                state = key
            else:
                try:
                    opened = unseal_record(key, row)
                except Tampered:
                    state = "tampered"
        found[row["id"]] = Examined(
            row["id"], row["subject_id"], row["retention"], bytes(row["leaf"]), state, row["shredded_at"], opened
        )
    return found


async def _key(tx: Transaction, vault: Vault, owner: Owner) -> SubjectKey | State:
    vault.subjects.forget(owner)
    try:
        return await vault.subjects.get(tx, owner)
    except (SubjectMissing, SubjectShredded):
        return "keyless"
    except (Tampered, WrongKeyring):
        return "tampered"
