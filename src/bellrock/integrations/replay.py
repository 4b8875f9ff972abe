"""Replay: the tokens that there may be, told from their facts alone; a row that nobody made would let somebody in."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any
from uuid import UUID

from bellrock import ledger
from bellrock import vault as vaults
from bellrock.core import Transaction
from bellrock.integrations.tokens import TOKEN_KEPT, TOKEN_MADE

# Written out, so that the index of these few facts serves.
_ARE_OURS = "kind IN ('integrations.token_made', 'integrations.token_kept', 'integrations.token_revoked')"
_FACTS = (
    "SELECT * FROM (SELECT number, 0::bigint AS position, kind, at, actor_kind, actor_id, data FROM journal"
    f"  WHERE {_ARE_OURS} UNION ALL SELECT 9223372036854775807, position, kind, at, actor_kind, actor_id, data"
    f"  FROM journal_inbox WHERE {_ARE_OURS}) facts ORDER BY number, position"
)
Row = dict[str, Any]


async def compare_rows(tx: Transaction, _vault: vaults.Vault) -> AsyncIterator[ledger.Finding | None]:
    """Yield for each token what is wrong with its row, None where it is what its facts make.

    When a token was last used is no fact and is not compared.
    """
    expected: dict[UUID, Row] = {}
    cursor = await tx.execute(_FACTS)
    for fact in await cursor.fetchall():
        token_id = UUID(fact["data"]["token"])
        if fact["kind"] == TOKEN_MADE:
            expected[token_id] = _made(fact)
        elif token_id in expected and fact["kind"] == TOKEN_KEPT:
            expected[token_id]["kept_by"] = _keeper(fact)
        elif token_id in expected:
            expected[token_id]["revoked_at"] = fact["at"]
    cursor = await tx.execute(
        "SELECT id, hash, scopes, team_ids, kept_by, made_at, expires_at, revoked_at FROM api_tokens"
    )
    for row in await cursor.fetchall():
        known = expected.pop(row["id"], None)
        if known is None:
            yield ledger.Finding("row_stray", "api_tokens", id=row["id"])
            continue
        wrong = sorted(name for name, value in known.items() if row[name] != value)
        yield ledger.Finding("row_differs", "api_tokens", id=row["id"], detail=", ".join(wrong)) if wrong else None
    for token_id in expected:
        yield ledger.Finding("row_missing", "api_tokens", id=token_id)


def _made(fact: Row) -> Row:
    data = fact["data"]
    return {
        "hash": bytes.fromhex(data["hash"]),
        "scopes": data["scopes"],
        "team_ids": [UUID(team) for team in data["teams"]] if data["teams"] is not None else None,
        "kept_by": _keeper(fact),
        "made_at": fact["at"],
        "expires_at": datetime.fromisoformat(data["expires_at"]),
        "revoked_at": None,
    }


def _keeper(fact: Row) -> UUID | None:
    """Return who answers for it: an agent, or None for the system and the operator."""
    return fact["actor_id"] if fact["actor_kind"] == "agent" else None
