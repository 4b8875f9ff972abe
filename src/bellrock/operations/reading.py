"""What an export reads, in order, in batches: rows of tables, facts with their words, looks, files."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Any
from uuid import UUID

from bellrock import access
from bellrock.core import Transaction, journal
from bellrock.house import House
from bellrock.operations.tables import Row, plain, plain_row, read_rows

BATCH = 500

Rows = AsyncIterator[tuple[list[Any], Row]]
"""(key, row): the key is where an interrupted export goes on behind; empty where it begins anew."""


async def table_rows(house: House, table: str, key: Sequence[str], after: list[Any] | None) -> Rows:
    while True:
        async with house.database.transaction() as tx:
            rows = await read_rows(tx, house.vault, table, key, after=after, limit=BATCH)
        for row in rows:
            yield [row[name] for name in key], plain_row(row)
        if len(rows) < BATCH:
            return
        after = [rows[-1][name] for name in key]


async def house_facts(house: House, after: list[Any] | None, last: int) -> Rows:
    number = int(after[0]) if after else -1
    while True:
        async with house.database.transaction() as tx:
            facts = [fact for fact in await journal.read(tx, after=number, limit=BATCH) if fact.number <= last]
            words = await _words(tx, house, [fact.id for fact in facts])
        for fact in facts:
            yield [fact.number], _fact_row(fact, words.get(fact.id))
        if len(facts) < BATCH:
            return
        number = facts[-1].number


async def customer_facts(house: House, ids: Sequence[UUID], *, with_internal: bool) -> Rows:
    """Yield the facts whose words are about these people: those sealed under their keys."""
    async with house.database.transaction() as tx:
        cursor = await tx.execute(
            "SELECT j.* FROM records r JOIN journal j ON j.id = r.id WHERE r.subject_id = ANY(%s) AND r.shredded_at IS NULL"
            " AND j.log = 'records' AND (%s OR j.audience = 'public') ORDER BY j.number",
            (list(ids), with_internal),
        )
        facts = [journal.from_row(row) for row in await cursor.fetchall()]
    for begin in range(0, len(facts), BATCH):
        batch = facts[begin : begin + BATCH]
        async with house.database.transaction() as tx:
            words = await _words(tx, house, [fact.id for fact in batch])
        for fact in batch:
            yield [], _fact_row(fact, words.get(fact.id))


async def customer_rows(house: House, table: str, column: str, ids: Sequence[UUID]) -> Rows:
    async with house.database.transaction() as tx:
        cursor = await tx.execute(f"SELECT id FROM {table} WHERE {column} = ANY(%s) ORDER BY id", (list(ids),))
        for found in await cursor.fetchall():
            rows = await read_rows(tx, house.vault, table, ["id"], after=[_before(found["id"])], limit=1)
            for row in rows:
                yield [], plain_row(row)


async def customer_looks(house: House, ids: Sequence[UUID]) -> Rows:
    async with house.database.transaction() as tx:
        for customer_id in ids:
            for look in reversed(await access.looks_at(tx, customer_id=customer_id, limit=10_000)):
                yield (
                    [],
                    {
                        "at": plain(look.at),
                        "what": look.what,
                        "kind": look.kind,
                        "reason": look.reason,
                        "agent": plain(look.agent_id),
                    },
                )


async def attachments(house: House, after: list[Any] | None, ids: Sequence[UUID] | None) -> Rows:
    last = UUID(int=0) if after is None else UUID(str(after[0]))
    while True:
        async with house.database.transaction() as tx:
            cursor = await tx.execute(
                "SELECT id FROM attachments WHERE sent_at IS NOT NULL AND id > %s"
                " AND (%s::uuid[] IS NULL OR customer_id = ANY(%s)) ORDER BY id LIMIT %s",
                (last, *[list(ids) if ids is not None else None] * 2, BATCH),
            )
            found = [row["id"] for row in await cursor.fetchall()]
        for id in found:
            yield [id], {}
        if len(found) < BATCH:
            return
        last = found[-1]


async def _words(tx: Transaction, house: House, ids: Sequence[UUID]) -> dict[UUID, Any]:
    return {id: record.get("words", {}) for id, record in (await house.vault.open_records(tx, ids)).items()}


def _fact_row(fact: journal.Numbered, words: Any) -> Row:
    return {
        "number": fact.number,
        "id": str(fact.id),
        "kind": fact.kind,
        "at": plain(fact.at),
        "actor": {"kind": fact.actor.kind, "id": plain(fact.actor.id)},
        "customer": plain(fact.customer_id),
        "conversation": plain(fact.conversation_id),
        "audience": fact.audience,
        "data": fact.data,
        "words": words,
    }


def _before(id: UUID) -> UUID:
    return UUID(int=id.int - 1)
