"""Replay: the tokens and webhooks that there may be, told from their facts; a row that nobody made would let somebody in."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from bellrock import ledger
from bellrock import vault as vaults
from bellrock.core import Transaction
from bellrock.integrations.endpoints import ENDPOINT_MADE, ENDPOINT_REMOVED
from bellrock.integrations.hearing import ENDPOINT_CHANGED, ENDPOINT_KEPT
from bellrock.integrations.tokens import TOKEN_KEPT, TOKEN_MADE

# Written out, so that the indexes of these few facts serve.
_OF_TOKENS = "kind IN ('integrations.token_made', 'integrations.token_kept', 'integrations.token_revoked')"
_OF_WEBHOOKS = (
    "kind IN ('integrations.webhook_made', 'integrations.webhook_changed', 'integrations.webhook_kept',"
    " 'integrations.webhook_removed')"
)
_FACTS = (
    "SELECT * FROM (SELECT number, 0::bigint AS position, kind, at, actor_kind, actor_id, data FROM journal"
    "  WHERE {which} UNION ALL SELECT 9223372036854775807, position, kind, at, actor_kind, actor_id, data"
    "  FROM journal_inbox WHERE {which}) facts ORDER BY number, position"
)
Row = dict[str, Any]


async def compare_rows(tx: Transaction, _vault: vaults.Vault) -> AsyncIterator[ledger.Finding | None]:
    """Yield for each token and webhook what is wrong with its row, None where it is what its facts make.

    When a token was last used, and how a webhook fares, is no fact and is not compared.
    """
    cursor = await tx.execute("SELECT * FROM api_tokens")
    for finding in _compared("api_tokens", await _tokens(tx), await cursor.fetchall()):
        yield finding
    cursor = await tx.execute("SELECT *, removed_at IS NOT NULL AS is_removed FROM webhook_endpoints")
    for finding in _compared("webhook_endpoints", await _webhooks(tx), await cursor.fetchall()):
        yield finding


def _compared(table: str, expected: dict[UUID, Row], rows: list[Row]) -> Iterator[ledger.Finding | None]:
    for row in rows:
        known = expected.pop(row["id"], None)
        if known is None:
            yield ledger.Finding("row_stray", table, id=row["id"])
            continue
        wrong = sorted(name for name, value in known.items() if row[name] != value)
        yield ledger.Finding("row_differs", table, id=row["id"], detail=", ".join(wrong)) if wrong else None
    for missing in expected:
        yield ledger.Finding("row_missing", table, id=missing)


async def _tokens(tx: Transaction) -> dict[UUID, Row]:
    made: dict[UUID, Row] = {}
    for fact in await (await tx.execute(_FACTS.format(which=_OF_TOKENS))).fetchall():
        token_id = UUID(fact["data"]["token"])
        if fact["kind"] == TOKEN_MADE:
            made[token_id] = _made_token(fact)
        elif token_id in made:
            made[token_id] |= _keeper(fact) if fact["kind"] == TOKEN_KEPT else {"revoked_at": fact["at"]}
    return made


async def _webhooks(tx: Transaction) -> dict[UUID, Row]:
    made: dict[UUID, Row] = {}
    for fact in await (await tx.execute(_FACTS.format(which=_OF_WEBHOOKS))).fetchall():
        endpoint_id, data = UUID(fact["data"]["webhook"]), fact["data"]
        if fact["kind"] == ENDPOINT_MADE:
            teams = [UUID(team) for team in data["teams"]] if data["teams"] is not None else None
            made[endpoint_id] = {
                "events": data["events"],
                "team_ids": teams,
                "made_at": fact["at"],
                "is_removed": False,
                **_keeper(fact),
                "token_id": _token(fact),
            }
        elif endpoint_id in made:
            made[endpoint_id] |= _step(fact)
    return made


def _step(fact: Row) -> Row:
    if fact["kind"] == ENDPOINT_CHANGED:
        return {"events": fact["data"]["events"]}
    if fact["kind"] == ENDPOINT_KEPT:
        return {**_keeper(fact), "token_id": _token(fact)}
    assert fact["kind"] == ENDPOINT_REMOVED
    return {"is_removed": True}


def _made_token(fact: Row) -> Row:
    data = fact["data"]
    return {
        "hash": bytes.fromhex(data["hash"]),
        "scopes": data["scopes"],
        "team_ids": [UUID(team) for team in data["teams"]] if data["teams"] is not None else None,
        **_keeper(fact),
        "made_at": fact["at"],
        "expires_at": datetime.fromisoformat(data["expires_at"]),
        "revoked_at": None,
    }


def _keeper(fact: Row) -> Row:
    """Return who answers for it: an agent, or nobody beside the system, the operator or a token."""
    return {"kept_by": fact["actor_id"] if fact["actor_kind"] == "agent" else None}


def _token(fact: Row) -> UUID | None:
    return fact["actor_id"] if fact["actor_kind"] == "integration" else None
