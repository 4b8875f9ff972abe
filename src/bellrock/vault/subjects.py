"""Keys of subjects: one per subject and retention class, wrapped by the key-encryption key, cached for a minute."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from bellrock.core import Transaction, clock, new_id
from bellrock.vault import sealing
from bellrock.vault.errors import SubjectMissing, SubjectShredded, WrongKeyring
from bellrock.vault.keyring import Keyring

CACHE_SECONDS = 60.0
CACHE_MAX = 10_000

Owner = tuple[UUID, str]
"""A subject and a retention class."""


@dataclass(frozen=True, slots=True)
class SubjectKey:
    """A subject's key in clear. `id` is its identity in the database: a key made anew has another one."""

    id: UUID
    secret: bytes = field(repr=False)


class SubjectKeys:
    """Unwrapped subject keys: least recently used go first, none stays longer than `seconds` unless the database confirms it."""

    def __init__(
        self,
        keyring: Keyring,
        *,
        seconds: float = CACHE_SECONDS,
        most: int = CACHE_MAX,
        monotonic: Callable[[], float] = clock.monotonic,
    ) -> None:
        self._keyring = keyring
        self._seconds = seconds
        self._most = most
        self._monotonic = monotonic
        self._cached: OrderedDict[Owner, tuple[float, SubjectKey]] = OrderedDict()

    def cached(self, owner: Owner) -> SubjectKey | None:
        """Return the key if it was unwrapped within the last `seconds`."""
        entry = self._cached.get(owner)
        if entry is None:
            return None
        expires_at, key = entry
        if expires_at <= self._monotonic():
            del self._cached[owner]
            return None
        if len(self._cached) > self._most // 2:  # there is no need to know who was used last while there is room
            self._cached.move_to_end(owner)
        return key

    def confirm(self, owner: Owner, key_id: UUID) -> None:
        """Keep a key for `seconds` more: a statement that asked for LIVE_KEY has just written under it."""
        entry = self._cached.get(owner)
        if entry is not None and entry[1].id == key_id:
            self._cached[owner] = (self._monotonic() + self._seconds, entry[1])

    def forget(self, owner: Owner) -> None:
        """Drop a key from this process's memory."""
        self._cached.pop(owner, None)

    def forget_all(self) -> None:
        """Drop every key from this process's memory."""
        self._cached.clear()

    async def create(self, tx: Transaction, owner: Owner) -> None:
        """Make the key of a subject and class unless it has one. Raises SubjectShredded when it was destroyed."""
        key = SubjectKey(new_id(), sealing.new_key())
        wrapped = sealing.seal(self._wrapping(self._keyring.current), key.secret, place=_place(owner, key.id))
        cursor = await tx.execute(
            "INSERT INTO subject_keys AS existing (subject_id, retention, key_id, wrapped_by, wrapped_key)"
            " VALUES (%s, %s, %s, %s, %s) ON CONFLICT (subject_id, retention)"
            " DO UPDATE SET key_id = existing.key_id WHERE existing.shredded_at IS NOT NULL"
            " RETURNING key_id, shredded_at",
            (*owner, key.id, self._keyring.current, wrapped),
        )
        row = await cursor.fetchone()
        if row is None:
            return
        if row["shredded_at"] is not None:
            raise SubjectShredded
        self._keep(owner, key)

    def prepare(self, owner: Owner) -> dict[str, Any]:
        """Make the key of a new subject for a statement of the caller's own: return its row of `subject_keys`."""
        key = SubjectKey(new_id(), sealing.new_key())
        wrapped = sealing.seal(self._wrapping(self._keyring.current), key.secret, place=_place(owner, key.id))
        self._keep(owner, key)
        return {
            "subject_id": owner[0],
            "retention": owner[1],
            "key_id": key.id,
            "wrapped_by": self._keyring.current,
            "wrapped_key": wrapped,
        }

    async def get(self, tx: Transaction, owner: Owner) -> SubjectKey:
        """Return the key of a subject and class. Raises SubjectMissing, SubjectShredded, WrongKeyring, Tampered."""
        if key := self.cached(owner):
            return key
        found = await self.load(tx, [owner])
        if owner in found:
            return found[owner]
        cursor = await tx.execute("SELECT 1 FROM subject_keys WHERE subject_id = %s AND retention = %s", owner)
        raise SubjectMissing if await cursor.fetchone() is None else SubjectShredded

    async def load(self, tx: Transaction, owners: Iterable[Owner]) -> dict[Owner, SubjectKey]:
        """Return the keys of those owners that have one, in one statement at most."""
        found: dict[Owner, SubjectKey] = {}
        missing: list[Owner] = []
        for owner in dict.fromkeys(owners):
            if key := self.cached(owner):
                found[owner] = key
            else:
                missing.append(owner)
        if not missing:
            return found
        cursor = await tx.execute(
            "SELECT subject_id, retention, key_id, wrapped_by, wrapped_key FROM subject_keys"
            " JOIN unnest(%s::uuid[], %s::text[]) AS wanted (subject_id, retention) USING (subject_id, retention)"
            " WHERE shredded_at IS NULL",
            ([owner[0] for owner in missing], [owner[1] for owner in missing]),
        )
        for row in await cursor.fetchall():
            owner = (row["subject_id"], row["retention"])
            secret = sealing.unseal(
                self._wrapping(row["wrapped_by"]), row["wrapped_key"], place=_place(owner, row["key_id"])
            )
            found[owner] = SubjectKey(row["key_id"], secret)
            self._keep(owner, found[owner])
        return found

    async def rewrap(self, tx: Transaction, *, limit: int) -> int:
        """Wrap up to `limit` subject keys anew with the current key-encryption key; return how many."""
        current = self._keyring.current
        cursor = await tx.execute(
            "SELECT subject_id, retention, key_id, wrapped_by, wrapped_key FROM subject_keys"
            " WHERE shredded_at IS NULL AND wrapped_by <> %s LIMIT %s FOR UPDATE SKIP LOCKED",
            (current, limit),
        )
        rows = await cursor.fetchall()
        for row in rows:
            place = _place((row["subject_id"], row["retention"]), row["key_id"])
            secret = sealing.unseal(self._wrapping(row["wrapped_by"]), row["wrapped_key"], place=place)
            await tx.execute(
                "UPDATE subject_keys SET wrapped_by = %s, wrapped_key = %s WHERE subject_id = %s AND retention = %s",
                (
                    current,
                    sealing.seal(self._wrapping(current), secret, place=place),
                    row["subject_id"],
                    row["retention"],
                ),
            )
        return len(rows)

    def _wrapping(self, key_id: str) -> bytes:
        key = self._keyring.wrapping.get(key_id)
        if key is None:
            raise WrongKeyring(folder=self._keyring.folder)
        return key

    def _keep(self, owner: Owner, key: SubjectKey) -> None:
        self._cached[owner] = (self._monotonic() + self._seconds, key)
        self._cached.move_to_end(owner)
        while len(self._cached) > self._most:
            self._cached.popitem(last=False)


def _place(owner: Owner, key_id: UUID) -> bytes:
    return sealing.place("subject-key", key_id, *owner)
