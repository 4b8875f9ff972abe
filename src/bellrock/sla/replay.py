"""Replay: the answer times that there may be, told from their facts."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

from bellrock import ledger
from bellrock import vault as vaults
from bellrock.core import Transaction
from bellrock.sla.targets import ANSWER_TIME_SET

# Written out, so that the index of these few facts serves.
_WHICH = "kind IN ('sla.answer_time_set', 'sla.answer_time_removed')"
_FACTS = (
    "SELECT * FROM (SELECT number, 0::bigint AS position, kind, data FROM journal"
    f"  WHERE {_WHICH} UNION ALL SELECT 9223372036854775807, position, kind, data"
    f"  FROM journal_inbox WHERE {_WHICH}) facts ORDER BY number, position"
)
_TABLE = "answer_times"


async def compare_rows(tx: Transaction, _vault: vaults.Vault) -> AsyncIterator[ledger.Finding | None]:
    """Yield for each answer time what is wrong with its row, None where it is what its facts make."""
    expected: dict[UUID, dict[str, Any]] = {}
    for fact in await (await tx.execute(_FACTS)).fetchall():
        data = dict(fact["data"])
        id = UUID(data.pop("answer_time"))
        if fact["kind"] == ANSWER_TIME_SET:
            team = data.pop("team")
            expected[id] = {**data, "team_id": UUID(team) if team else None}
        else:
            expected.pop(id, None)
    for row in await (await tx.execute("SELECT * FROM answer_times ORDER BY id")).fetchall():
        known = expected.pop(row["id"], None)
        if known is None:
            yield ledger.Finding("row_stray", _TABLE, id=row["id"])
            continue
        wrong = sorted(name for name, value in known.items() if row[name] != value)
        yield ledger.Finding("row_differs", _TABLE, id=row["id"], detail=", ".join(wrong)) if wrong else None
    for missing in expected:
        yield ledger.Finding("row_missing", _TABLE, id=missing)
