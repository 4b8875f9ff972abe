"""Replay of messages: where each is read, whose it is, and what search knows of it, told from the facts alone."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from bellrock import ledger
from bellrock import vault as vaults
from bellrock.conversations.models import MESSAGE_KINDS, NOTED, REDACTED, SPLIT
from bellrock.conversations.writing import tokens_of
from bellrock.core import Fact, Transaction

Row = dict[str, Any]


async def compare_messages(
    tx: Transaction, vault: vaults.Vault, ids: Sequence[UUID], facts: Mapping[UUID, Sequence[Fact]]
) -> AsyncIterator[ledger.Finding | None]:
    """Yield for each message that was written in these conversations what is wrong with its row, and rows without a fact.

    A message that was split off is read in another conversation; the fact of that is where the message was written.
    """
    known = [fact for id in ids for fact in facts[id]]
    messages = [fact for fact in known if fact.kind in MESSAGE_KINDS]
    moved = {
        UUID(message): UUID(fact.data["into"])
        for fact in known
        if fact.kind == SPLIT
        for message in fact.data["messages"]
    }
    shown = {UUID(fact.data["message"]): fact.id for fact in known if fact.kind == REDACTED}
    rows = await rows_of(
        tx,
        "SELECT m.* FROM messages m WHERE m.conversation_id = ANY(%(ids)s) OR m.id = ANY(%(moved)s)",
        {"ids": list(ids), "moved": list(moved)},
    )
    examined = await vaults.examine_records(tx, vault, [shown.get(fact.id, fact.id) for fact in messages])
    for fact in messages:
        expected: Row = {
            "conversation_id": moved.get(fact.id, fact.conversation_id),
            "kind": "note" if fact.kind == NOTED else "message",
            "author_kind": fact.actor.kind,
            "author_id": fact.actor.id,
            "created_at": fact.at,
            "shown_id": shown.get(fact.id),
        }
        found = examined.get(shown.get(fact.id, fact.id))
        if found is not None and found.state == "shredded":
            expected["tokens"] = []
        elif found is not None and found.opened is not None:
            expected["tokens"] = vault.token_hashes(tokens_of(found.opened.record["words"]))
        yield compare("messages", fact.id, expected, rows.pop(fact.id, None))
    for id in await _stray(tx, list(rows), ids):
        yield ledger.Finding("row_stray", "messages", id=id)


async def _stray(tx: Transaction, message_ids: Sequence[UUID], ids: Sequence[UUID]) -> list[UUID]:
    """Return those rows that no fact put where they are: neither written in these conversations nor split off into them."""
    if not message_ids:
        return []
    cursor = await tx.execute(
        "SELECT data FROM journal WHERE log = 'records' AND kind = %(kind)s AND conversation_id = ANY(%(from)s)"
        " UNION ALL SELECT data FROM journal_inbox WHERE log = 'records' AND kind = %(kind)s"
        " AND conversation_id = ANY(%(from)s)",
        {"kind": SPLIT, "from": await _sources(tx, message_ids)},
    )
    wanted = {str(id) for id in ids}
    split = {
        UUID(message)
        for row in await cursor.fetchall()
        if row["data"]["into"] in wanted
        for message in row["data"]["messages"]
    }
    return [id for id in message_ids if id not in split]


async def _sources(tx: Transaction, message_ids: Sequence[UUID]) -> list[UUID]:
    cursor = await tx.execute(
        "SELECT DISTINCT conversation_id FROM (SELECT conversation_id FROM journal WHERE id = ANY(%(ids)s)"
        " UNION ALL SELECT conversation_id FROM journal_inbox WHERE id = ANY(%(ids)s)) facts"
        " WHERE conversation_id IS NOT NULL",
        {"ids": list(message_ids)},
    )
    return [row["conversation_id"] for row in await cursor.fetchall()]


def compare(table: str, id: UUID, expected: Row | None, row: Row | None) -> ledger.Finding | None:
    if not expected:
        return ledger.Finding("row_stray", table, id=id) if row is not None else None
    if row is None:
        return ledger.Finding("row_missing", table, id=id)
    wrong = sorted(name for name, value in expected.items() if row[name] != value)
    return ledger.Finding("row_differs", table, id=id, detail=", ".join(wrong)) if wrong else None


async def rows_of(tx: Transaction, statement: str, parameters: Mapping[str, Any] | Sequence[Any]) -> dict[UUID, Row]:
    """Return what a statement finds, by id."""
    cursor = await tx.execute(statement, parameters)
    return {row["id"]: row for row in await cursor.fetchall()}
