"""The vault: everything personal is sealed, opened and shredded through it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from psycopg.pq import PipelineStatus

from bellrock.core import Fact, Transaction, journal
from bellrock.vault import fingerprints, sealing
from bellrock.vault.canonical import canonical
from bellrock.vault.errors import Shredded, SubjectMissing, SubjectShredded, Tampered, WrongKeyring
from bellrock.vault.keyring import Keyring
from bellrock.vault.subjects import Owner, SubjectKey, SubjectKeys

CASE = "case"
"""The retention class of conversations and what belongs to them."""


# A sealed record as a part of a statement that writes other rows as well: `INTO_RECORDS SELECT OF_RECORD FROM …` with the
# parameters of `Sealed`. Whoever writes it so must ask in the same statement that LIVE_KEY exists.
INTO_RECORDS = "INSERT INTO records (id, subject_id, retention, wrapped_key, sealed, salt, leaf)"
OF_RECORD = (
    "%(record)s::uuid, %(subject)s::uuid, %(retention)s::text, %(wrapped)b::bytea, %(sealed)b::bytea, %(salt)b::bytea,"
    " %(leaf)b::bytea"
)
LIVE_KEY = (
    "SELECT subject_id FROM subject_keys WHERE subject_id = %(subject)s AND retention = %(retention)s"
    " AND key_id = %(key)s AND shredded_at IS NULL"
)
# In a pipeline nobody waits to see how many rows were written, so a key that is gone must fail: NULL in a NOT NULL column.
_OR_FAIL = OF_RECORD.replace("%(subject)s::uuid", f"({LIVE_KEY})")
_INSERT = f"{INTO_RECORDS} SELECT {OF_RECORD} FROM ({LIVE_KEY}) live"
_INSERT_OR_FAIL = f"{INTO_RECORDS} SELECT {_OR_FAIL}"
_WITH_FACT = f" RETURNING 1) {journal.INTO_INBOX} SELECT {journal.OF_FACT} FROM kept"
_INSERT_WITH_FACT = f"WITH kept AS ({_INSERT}{_WITH_FACT}"
_INSERT_WITH_FACT_OR_FAIL = f"WITH kept AS ({_INSERT_OR_FAIL}{_WITH_FACT}"


@dataclass(frozen=True, slots=True)
class Opened:
    """A record in clear, with what proves it: the salt of its leaf and its canonical bytes."""

    id: UUID
    record: dict[str, Any] = field(repr=False)
    canonical: bytes = field(repr=False)
    salt: bytes = field(repr=False)
    leaf: bytes


@dataclass(frozen=True, slots=True)
class Sealed:
    """A record that is sealed and not written yet: its leaf, and the parameters of OF_RECORD and LIVE_KEY."""

    leaf: bytes
    parameters: dict[str, Any] = field(repr=False)


class Vault:
    """One per process. Holds the keyring and, for a minute each, the keys of subjects in use."""

    def __init__(self, keyring: Keyring) -> None:
        self.keyring = keyring
        self.subjects = SubjectKeys(keyring)

    async def bind(self, tx: Transaction) -> None:
        """Tie the keyring to this database on first use; raise WrongKeyring when it belongs to another one."""
        marks = self.keyring.ids
        cursor = await tx.execute("SELECT id FROM keyring_marks WHERE retired_at IS NULL")
        known = {row["id"] for row in await cursor.fetchall()}
        if not known <= marks.keys():
            raise WrongKeyring(folder=self.keyring.folder)
        for key_id in marks.keys() - known:
            await tx.execute(
                "INSERT INTO keyring_marks (id, purpose) VALUES (%s, %s) ON CONFLICT DO NOTHING",
                (key_id, marks[key_id]),
            )

    async def create_subject(self, tx: Transaction, subject_id: UUID, retention: str = CASE) -> None:
        """Make the key of a subject and retention class; nothing happens when it is there."""
        await self.subjects.create(tx, (subject_id, retention))

    async def seal_record(
        self,
        tx: Transaction,
        *,
        record_id: UUID,
        subject_id: UUID,
        retention: str = CASE,
        record: Mapping[str, Any],
        fact: Fact | None = None,
    ) -> bytes:
        """Seal a record under a key of its own and return its leaf of 32 bytes; write the fact with it, if there is one.

        One statement when the subject's key is cached; nothing is written under a key that was shredded or made anew since
        (in a pipeline: the transaction fails). Raises NotCanonical, SubjectMissing, SubjectShredded.
        """
        plain = canonical(record)
        owner = (subject_id, retention)
        for _attempt in range(2):
            sealed = _seal(await self.subjects.get(tx, owner), record_id, owner, plain)
            in_pipeline = tx.info.pipeline_status != PipelineStatus.OFF
            if fact is None:
                cursor = await tx.execute(_INSERT_OR_FAIL if in_pipeline else _INSERT, sealed.parameters)
            else:
                cursor = await tx.execute(
                    _INSERT_WITH_FACT_OR_FAIL if in_pipeline else _INSERT_WITH_FACT,
                    {**journal.parameters(fact), **sealed.parameters},
                )
            if in_pipeline or cursor.rowcount == 1:
                return sealed.leaf
            self.subjects.forget(owner)
        raise SubjectMissing

    def seal_cached(
        self, *, record_id: UUID, subject_id: UUID, retention: str = CASE, record: Mapping[str, Any]
    ) -> Sealed | None:
        """Seal a record for a statement of the caller's own, or return None when the subject's key is not cached."""
        key = self.subjects.cached((subject_id, retention))
        return _seal(key, record_id, (subject_id, retention), canonical(record)) if key else None

    async def open_records(self, tx: Transaction, ids: Iterable[UUID]) -> dict[UUID, dict[str, Any]]:
        """Return the records that still exist, by id; shredded ones are absent. Raises Tampered, WrongKeyring."""
        return {opened.id: opened.record for opened in await self.open_proved(tx, ids)}

    async def open_proved(self, tx: Transaction, ids: Iterable[UUID]) -> list[Opened]:
        """Return records with their salts and canonical bytes, for receipts and audits; shredded ones are absent."""
        wanted = list(dict.fromkeys(ids))
        if not wanted:
            return []
        cursor = await tx.execute(
            "SELECT id, subject_id, retention, wrapped_key, sealed, salt, leaf FROM records"
            " WHERE id = ANY(%s) AND shredded_at IS NULL",
            (wanted,),
        )
        rows = await cursor.fetchall()
        keys = await self.subjects.load(tx, ((row["subject_id"], row["retention"]) for row in rows))
        found = ((keys.get((row["subject_id"], row["retention"])), row) for row in rows)
        return [unseal_record(key, row) for key, row in found if key is not None]

    async def shred_record(self, tx: Transaction, record_id: UUID, *, now: datetime) -> bool:
        """Destroy a record's key, words and salt; the row stays with its leaf. Return whether it was there to destroy."""
        cursor = await tx.execute(
            "UPDATE records SET wrapped_key = NULL, sealed = NULL, salt = NULL, shredded_at = %s"
            " WHERE id = %s AND shredded_at IS NULL",
            (now, record_id),
        )
        return cursor.rowcount == 1

    async def shred_records(self, tx: Transaction, ids: Sequence[UUID], *, now: datetime) -> list[UUID]:
        """Destroy keys, words and salts of records; return which of them were there to destroy."""
        cursor = await tx.execute(
            "UPDATE records SET wrapped_key = NULL, sealed = NULL, salt = NULL, shredded_at = %s"
            " WHERE id = ANY(%s) AND shredded_at IS NULL RETURNING id",
            (now, list(ids)),
        )
        return sorted(row["id"] for row in await cursor.fetchall())

    async def shred_subject(
        self, tx: Transaction, subject_id: UUID, *, now: datetime, retention: str | None = None
    ) -> list[tuple[UUID, bytes]]:
        """Destroy a subject's keys, records and file keys, all classes or one; return (id, leaf) of the records that went.

        Other processes may hold the key in memory for a minute more, and have nothing left to open with it.
        """
        owner = {"subject": subject_id, "retention": retention, "now": now}
        where = "subject_id = %(subject)s AND shredded_at IS NULL" + (
            " AND retention = %(retention)s" if retention is not None else ""
        )
        cursor = await tx.execute(
            "UPDATE subject_keys SET wrapped_key = NULL, shredded_at = %(now)s WHERE " + where + " RETURNING retention",
            owner,
        )
        for row in await cursor.fetchall():
            self.subjects.forget((subject_id, row["retention"]))
        await tx.execute("UPDATE sealed_files SET wrapped_key = NULL, shredded_at = %(now)s WHERE " + where, owner)
        cursor = await tx.execute(
            "UPDATE records SET wrapped_key = NULL, sealed = NULL, salt = NULL, shredded_at = %(now)s WHERE "
            + where
            + " RETURNING id, leaf",
            owner,
        )
        return [(row["id"], bytes(row["leaf"])) for row in await cursor.fetchall()]

    async def seal_bytes(
        self,
        tx: Transaction,
        *,
        object_id: UUID,
        subject_id: UUID,
        retention: str = CASE,
        purpose: str,
        data: bytes,
    ) -> bytes:
        """Return `data` sealed under a key of its own that travels with it: for fields of a profile, drafts, secrets.

        It opens only with the same object, subject, class and purpose.
        """
        owner = (subject_id, retention)
        key = await self.subjects.get(tx, owner)
        own = sealing.new_key()
        wrapped = sealing.seal(key.secret, own, place=sealing.place(f"{purpose}-key", object_id, *owner))
        return wrapped + sealing.seal(own, data, place=sealing.place(purpose, object_id, *owner))

    async def open_bytes(
        self,
        tx: Transaction,
        *,
        object_id: UUID,
        subject_id: UUID,
        retention: str = CASE,
        purpose: str,
        sealed: bytes,
    ) -> bytes:
        """Return what `seal_bytes` was given. Raises Tampered, SubjectShredded, SubjectMissing."""
        owner = (subject_id, retention)
        key = await self.subjects.get(tx, owner)
        sealed = bytes(sealed)
        wrapped, body = sealed[: sealing.WRAPPED_BYTES], sealed[sealing.WRAPPED_BYTES :]
        own = sealing.unseal(key.secret, wrapped, place=sealing.place(f"{purpose}-key", object_id, *owner))
        return sealing.unseal(own, body, place=sealing.place(purpose, object_id, *owner))

    async def seal_file(
        self, tx: Transaction, *, file_id: UUID, subject_id: UUID, retention: str = CASE, data: bytes
    ) -> bytes:
        """Return the sealed bytes to store as a file; its key stays in the database, so that it can be shredded."""
        owner = (subject_id, retention)
        key = await self.subjects.get(tx, owner)
        own = sealing.new_key()
        wrapped = sealing.seal(key.secret, own, place=sealing.place("file-key", file_id, *owner))
        await tx.execute(
            "INSERT INTO sealed_files (id, subject_id, retention, wrapped_key) VALUES (%s, %s, %s, %s)",
            (file_id, *owner, wrapped),
        )
        return sealing.seal(own, data, place=sealing.place("file", file_id, *owner))

    async def open_file(self, tx: Transaction, *, file_id: UUID, sealed: bytes) -> bytes:
        """Return a file in clear. Raises Shredded when its key or its subject's is gone, Tampered when it was changed."""
        cursor = await tx.execute(
            "SELECT subject_id, retention, wrapped_key FROM sealed_files WHERE id = %s AND shredded_at IS NULL",
            (file_id,),
        )
        row = await cursor.fetchone()
        if row is None:
            raise Shredded
        owner = (row["subject_id"], row["retention"])
        try:
            key = await self.subjects.get(tx, owner)
        except SubjectShredded as error:
            raise Shredded from error
        own = sealing.unseal(key.secret, row["wrapped_key"], place=sealing.place("file-key", file_id, *owner))
        return sealing.unseal(own, bytes(sealed), place=sealing.place("file", file_id, *owner))

    async def shred_file(self, tx: Transaction, file_id: UUID, *, now: datetime) -> bool:
        """Destroy a file's key; the caller deletes its bytes as well. Return whether there was one to destroy."""
        cursor = await tx.execute(
            "UPDATE sealed_files SET wrapped_key = NULL, shredded_at = %s WHERE id = %s AND shredded_at IS NULL",
            (now, file_id),
        )
        return cursor.rowcount == 1

    async def rewrap_subjects(self, tx: Transaction, *, limit: int = 500) -> int:
        """After a rotation, wrap up to `limit` subject keys with the current key; call until it returns 0."""
        return await self.subjects.rewrap(tx, limit=limit)

    def fingerprint(self, kind: str, value: str) -> bytes:
        """Return the keyed fingerprint of a contact: 32 bytes. `kind` is email, phone, handle or any exact kind."""
        return fingerprints.fingerprint(self.keyring.fingerprint_key, kind, value)

    def token_hashes(self, tokens: Sequence[str]) -> list[int]:
        """Return keyed hashes of search tokens for a bigint[]: sorted, each once."""
        return fingerprints.token_hashes(self.keyring.token_key, tokens)


def _seal(key: SubjectKey, record_id: UUID, owner: Owner, plain: bytes) -> Sealed:
    own = sealing.new_key()
    stored_salt = sealing.new_key()
    key_place, place = sealing.places("record-key", "record", record_id, *owner)
    leaf = sealing.leaf(sealing.record_salt(own, stored_salt), plain)
    parameters = {
        "record": record_id,
        "subject": owner[0],
        "retention": owner[1],
        "key": key.id,
        "wrapped": sealing.seal(key.secret, own, place=key_place),
        "sealed": sealing.seal(own, plain, place=place),
        "salt": stored_salt,
        "leaf": leaf,
    }
    return Sealed(leaf, parameters)


def unseal_record(key: SubjectKey, row: Mapping[str, Any]) -> Opened:
    """Return a row of `records` in clear. Raises Tampered unless key, words, salt, leaf and place belong together."""
    owner: Owner = (row["subject_id"], row["retention"])
    key_place, place = sealing.places("record-key", "record", row["id"], *owner)
    own = sealing.unseal(key.secret, bytes(row["wrapped_key"]), place=key_place)
    plain = sealing.unseal(own, bytes(row["sealed"]), place=place)
    salt = sealing.record_salt(own, bytes(row["salt"]))
    if sealing.leaf(salt, plain) != bytes(row["leaf"]):
        raise Tampered
    return Opened(row["id"], msgspec.json.decode(plain), plain, salt, bytes(row["leaf"]))
