"""A batch of finished rows, sealed as any other, and how it enters the database: by COPY, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from bellrock import vault as vaults
from bellrock.core import Fact, Transaction
from bellrock.demo_year import binary

_TABLES: dict[str, tuple[str, ...]] = {
    "subject_keys": ("subject_id", "retention", "key_id", "wrapped_by", "wrapped_key"),
    "customers": (
        "id", "kind", "external_fingerprint", "email_fingerprint", "profile", "profile_fingerprint", "locale", "tier",
        "created_at",
    ),
    "records": ("id", "subject_id", "retention", "wrapped_key", "sealed", "salt", "leaf"),
    "conversations": (
        "id", "reference", "customer_id", "channel", "status", "holder", "team_id", "assignee_id", "priority", "language",
        "topic", "created_at", "changed_at", "listed_at", "waiting_since", "queued_at", "snoozed_until", "resolved_at",
        "first_line_replied_at", "person_replied_at", "last_message_id", "last_customer_message_id", "changes",
    ),
    "messages": (
        "id", "conversation_id", "kind", "author_kind", "author_id", "client_key", "tokens", "created_at",
    ),
    "conversation_labels": ("conversation_id", "label_id", "added_at"),
    "journal": (
        "number", "log", "id", "kind", "at", "actor_kind", "actor_id", "customer_id", "conversation_id", "data", "audience",
        "leaf",
    ),
}  # fmt: skip
_BEGIN = {table: binary.begin(len(columns)) for table, columns in _TABLES.items()}
_UUIDS = frozenset(
    {
        "id",
        "customer_id",
        "team_id",
        "assignee_id",
        "last_message_id",
        "last_customer_message_id",
        "subject_id",
        "key_id",
    }
)
_TIMES = frozenset(
    {
        "created_at", "changed_at", "listed_at", "waiting_since", "queued_at", "snoozed_until", "resolved_at",
        "first_line_replied_at", "person_replied_at",
    }
)  # fmt: skip
_BYTES = frozenset({"wrapped_key", "external_fingerprint", "email_fingerprint", "profile", "profile_fingerprint"})


class Batch:
    """Rows of all tables; facts get their numbers when the batch is written, in the order of their times."""

    def __init__(self, vault: vaults.Vault) -> None:
        self._vault = vault
        self._rows: dict[str, list[bytes]] = {table: [] for table in _TABLES}
        self._facts: list[tuple[datetime, int, bytes]] = []

    def add(self, table: str, row: Mapping[str, Any]) -> None:
        """Add a row by the names of its columns."""
        self._rows[table].append(_BEGIN[table] + b"".join(_field(name, row[name]) for name in _TABLES[table]))

    def fact(self, fact: Fact, *, words: Mapping[str, Any], subject_id: UUID) -> bytes:
        """Seal the record of a fact, add both, and return the leaf. The subject's key was made in this process."""
        sealed = vaults.prepare(self._vault, fact, words=words, subject_id=subject_id)
        if sealed is None:
            raise vaults.SubjectMissing
        self._rows["records"].append(
            _BEGIN["records"]
            + binary.uuid(fact.id)
            + binary.uuid(subject_id)
            + _CASE
            + binary.raw(sealed["wrapped"])
            + binary.raw(sealed["sealed"])
            + binary.raw(sealed["salt"])
            + binary.raw(sealed["leaf"])
        )
        row = (
            binary.code(fact.log)
            + binary.uuid(fact.id)
            + binary.code(fact.kind)
            + binary.time(fact.at)
            + binary.code(fact.actor.kind)
            + binary.uuid(fact.actor.id)
            + binary.uuid(fact.customer_id)
            + binary.uuid(fact.conversation_id)
            + binary.jsonb(msgspec.json.encode(fact.data))
            + binary.code(fact.audience)
            + binary.raw(sealed["leaf"])
        )
        self._facts.append((fact.at, len(self._facts), row))
        return bytes(sealed["leaf"])

    def message(self, fact: Fact, *, kind: str, client_key: str | None, tokens: Sequence[int]) -> None:
        """Add the row of a message whose fact was added."""
        self._rows["messages"].append(
            _BEGIN["messages"]
            + binary.uuid(fact.id)
            + binary.uuid(fact.conversation_id)
            + binary.code(kind)
            + binary.code(fact.actor.kind)
            + binary.uuid(fact.actor.id)
            + binary.text(client_key)
            + binary.bigints(tokens)
            + binary.time(fact.at)
        )

    def label(self, conversation_id: UUID, label_id: UUID, at: datetime) -> None:
        self._rows["conversation_labels"].append(
            _BEGIN["conversation_labels"] + binary.uuid(conversation_id) + binary.uuid(label_id) + binary.time(at)
        )

    async def write(self, tx: Transaction) -> int:
        """Write everything and return how many facts there were; the caller commits.

        The sequencer's row is locked last, so that batches of several processes are made and sent side by side.
        """
        for table, rows in self._rows.items():
            if rows:
                await _copy(tx, table, rows)
        cursor = await tx.execute(
            "UPDATE sequencer SET next = next + %s WHERE log = 'records' RETURNING next - %s AS first",
            (len(self._facts), len(self._facts)),
        )
        row = await cursor.fetchone()
        assert row is not None
        begin = _BEGIN["journal"]
        self._facts.sort()
        await _copy(
            tx,
            "journal",
            [begin + binary.bigint(number) + rest for number, (_, _, rest) in enumerate(self._facts, row["first"])],
        )
        return len(self._facts)


_CASE = binary.text(vaults.CASE)


def _field(name: str, value: Any) -> bytes:
    if name in _UUIDS:
        return binary.uuid(value)
    if name in _TIMES:
        return binary.time(value)
    if name in _BYTES:
        return binary.raw(value)
    if name == "changes":
        return binary.bigint(value)
    return binary.text(value) if name == "reference" else binary.code(value)


async def _copy(tx: Transaction, table: str, rows: Sequence[bytes]) -> None:
    names = ", ".join(_TABLES[table])
    async with tx.cursor() as cursor, cursor.copy(f"COPY {table} ({names}) FROM STDIN (FORMAT binary)") as copy:
        await copy.write(binary.HEADER)
        for begin in range(0, len(rows), 500):
            await copy.write(b"".join(rows[begin : begin + 500]))
        await copy.write(binary.END)
