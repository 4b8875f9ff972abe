"""Replay: what canned replies and macros must say, told from the records of those who wrote them; the audit compares."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

from bellrock import ledger
from bellrock import vault as vaults
from bellrock.core import Transaction
from bellrock.workbench.canned import CANNED_REMOVED, CANNED_SAVED
from bellrock.workbench.macros import MACRO_REMOVED, MACRO_SAVED

_KINDS = [CANNED_SAVED, CANNED_REMOVED, MACRO_SAVED, MACRO_REMOVED]
_BATCH = 200
_FACTS = (
    "SELECT id, kind, at, data FROM (SELECT number, 0::bigint AS position, id, kind, at, data FROM journal"
    "  WHERE log = 'records' AND kind = ANY(%(kinds)s) UNION ALL SELECT 9223372036854775807, position, id, kind, at, data"
    "  FROM journal_inbox WHERE log = 'records' AND kind = ANY(%(kinds)s)) AS facts ORDER BY number, position"
)
_CANNED = (
    "SELECT r.id, r.shortcut, r.team_id, r.changed_at, r.removed_at, (SELECT jsonb_object_agg(t.language,"
    " jsonb_build_object('title', t.title, 'body', t.body)) FROM canned_texts t WHERE t.canned_id = r.id) AS texts"
    " FROM canned_replies r"
)
_MACROS = "SELECT id, name, team_id, steps, changed_at, removed_at FROM macros"

Row = dict[str, Any]


async def compare_rows(tx: Transaction, vault: vaults.Vault) -> AsyncIterator[ledger.Finding | None]:
    """Yield for each canned reply and macro what is wrong with its row, None where it is what its facts make."""
    cursor = await tx.execute(_FACTS, {"kinds": _KINDS})
    facts = await cursor.fetchall()
    words = await _words(tx, vault, [fact["id"] for fact in facts])
    for table, statement, saved, removed, key in (
        ("canned_replies", _CANNED, CANNED_SAVED, CANNED_REMOVED, "canned"),
        ("macros", _MACROS, MACRO_SAVED, MACRO_REMOVED, "macro"),
    ):
        expected: dict[UUID, Row] = {}
        for fact in facts:
            if fact["kind"] == saved:
                expected[UUID(fact["data"][key])] = _saved(fact, words.get(fact["id"], {}))
            elif fact["kind"] == removed:
                expected.setdefault(UUID(fact["data"][key]), {})["removed_at"] = fact["at"]
        rows = {row["id"]: row for row in await (await tx.execute(statement)).fetchall()}
        for id in expected.keys() | rows.keys():
            yield _compare(table, id, expected.get(id), rows.get(id))


def _saved(fact: Row, words: Row) -> Row:
    """Return what a row must be after it was saved; what does not open is named by the audit of records."""
    data, team = fact["data"], fact["data"].get("team")
    row: Row = {"team_id": UUID(team) if team else None, "changed_at": fact["at"], "removed_at": None}
    if "shortcut" in data:
        row["shortcut"] = data["shortcut"]
    return row | {name: words[name] for name in ("texts", "name", "steps") if name in words}


def _compare(table: str, id: UUID, expected: Row | None, row: Row | None) -> ledger.Finding | None:
    if expected is None or row is None:
        return ledger.Finding("row_stray" if row is not None else "row_missing", table, id=id)
    wrong = sorted(name for name, value in expected.items() if row[name] != value)
    return ledger.Finding("row_differs", table, id=id, detail=", ".join(wrong)) if wrong else None


async def _words(tx: Transaction, vault: vaults.Vault, ids: list[UUID]) -> dict[UUID, Row]:
    found: dict[UUID, Row] = {}
    for start in range(0, len(ids), _BATCH):
        examined = await vaults.examine_records(tx, vault, ids[start : start + _BATCH])
        found |= {id: item.opened.record["words"] for id, item in examined.items() if item.opened is not None}
    return found
