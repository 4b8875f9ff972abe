"""Replay: which files belong to which message, told from the facts; the audit compares."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

from bellrock import ledger
from bellrock import vault as vaults
from bellrock.channels.attachments import open_name
from bellrock.conversations import kinds
from bellrock.core import Transaction

_FACTS = (
    "SELECT id, kind, conversation_id, actor_kind, actor_id, data FROM journal WHERE log = 'records'"
    " AND kind = ANY(%(kinds)s) AND data->'files' <> '[]' UNION ALL"
    " SELECT id, kind, conversation_id, actor_kind, actor_id, data FROM journal_inbox WHERE log = 'records'"
    " AND kind = ANY(%(kinds)s) AND data->'files' <> '[]'"
)

Row = dict[str, Any]


async def compare_rows(tx: Transaction, vault: vaults.Vault) -> AsyncIterator[ledger.Finding | None]:
    """Yield for each file that was sent what is wrong with its row, None where nothing is.

    A file may be missing where the message it came with was erased; the audit of records asks who ordered that.
    """
    cursor = await tx.execute(_FACTS, {"kinds": sorted(kinds.MESSAGE_KINDS)})
    facts = {UUID(file_id): fact for fact in await cursor.fetchall() for file_id in fact["data"]["files"]}
    examined = await vaults.examine_records(tx, vault, {fact["id"] for fact in facts.values()})
    erased = {id for id, item in examined.items() if item.state == "shredded"}
    cursor = await tx.execute("SELECT * FROM attachments WHERE sent_at IS NOT NULL")
    rows = {row["id"]: row for row in await cursor.fetchall()}
    shown = await _shown(tx)
    for file_id, fact in facts.items():
        row = rows.pop(file_id, None)
        if row is not None:
            yield await _compare(tx, vault, fact, row, shown.get(file_id))
        elif fact["id"] not in erased:
            yield ledger.Finding("row_missing", "attachments", id=file_id)
    for file_id in rows:
        yield ledger.Finding("row_stray", "attachments", id=file_id)


async def _shown(tx: Transaction) -> dict[UUID, UUID]:
    """Return by file which painted one is shown in its place, the last one."""
    query = (
        "SELECT number, 0::bigint AS position, data FROM journal WHERE log = 'records' AND kind = %(kind)s"
        " UNION ALL SELECT 9223372036854775807, position, data FROM journal_inbox WHERE log = 'records' AND kind = %(kind)s"
    )
    cursor = await tx.execute(
        f"SELECT data FROM ({query}) facts ORDER BY number, position", {"kind": kinds.FILE_REDACTED}
    )
    return {UUID(row["data"]["file"]): UUID(row["data"]["shown"]) for row in await cursor.fetchall()}


async def _compare(
    tx: Transaction, vault: vaults.Vault, fact: Row, row: Row, shown_id: UUID | None
) -> ledger.Finding | None:
    wrong = [
        name
        for name, value in (
            ("conversation_id", fact["conversation_id"]),
            ("author_kind", fact["actor_kind"]),
            ("author_id", fact["actor_id"]),
            ("shown_id", shown_id),
        )
        if row[name] != value
    ]
    try:
        await open_name(tx, vault, row)
    except (vaults.SubjectShredded, vaults.Shredded):
        pass  # erased, and its row goes with the files
    except (vaults.Tampered, vaults.SubjectMissing, vaults.WrongKeyring):
        wrong.append("name")
    return ledger.Finding("row_differs", "attachments", id=row["id"], detail=", ".join(wrong)) if wrong else None
