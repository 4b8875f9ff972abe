"""Legal holds: while one stands, nothing of a customer is erased, by request or by age."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from bellrock import ledger, people
from bellrock import vault as vaults
from bellrock.access.errors import HoldUnknown, OnHold
from bellrock.core import Refused, Transaction, new_id
from bellrock.guard import GuardedText

HOLD_PLACED = "access.hold_placed"
HOLD_RELEASED = "access.hold_released"
LISTED_MAX = 200
_PROOF = "proof"


@dataclass(frozen=True, slots=True)
class Hold:
    """A hold as whoever answers for it reads it. `reason` is sealed in the record of its fact."""

    id: UUID
    customer_id: UUID
    placed_at: datetime
    placed_by: UUID | None
    released_at: datetime | None
    reason: str = field(default="", repr=False)


async def place_hold(
    tx: Transaction, vault: vaults.Vault, *, customer_id: UUID, by: people.Agent, reason: GuardedText, now: datetime
) -> UUID:
    """Keep everything of a customer from deletion until the hold is released; return its id. Raises NotFound, Refused."""
    _require(by)
    customer = await people.customer(tx, customer_id)
    await vault.create_subject(tx, vaults.HOUSE_SUBJECT, _PROOF)
    hold_id = new_id()
    await tx.execute(
        "INSERT INTO legal_holds (id, customer_id, placed_at, placed_by) VALUES (%s, %s, %s, %s)",
        (hold_id, customer.id, now, by.id),
    )
    await vaults.record(
        tx,
        vault,
        id=hold_id,
        kind=HOLD_PLACED,
        at=now,
        actor=by.actor,
        data={},
        words={"reason": reason.text},
        retention=_PROOF,
        customer_id=customer.id,
    )
    return hold_id


async def release_hold(tx: Transaction, vault: vaults.Vault, *, hold_id: UUID, by: people.Agent, now: datetime) -> None:
    """Release a hold; what had its time meanwhile goes with the next run. Raises HoldUnknown, Refused."""
    _require(by)
    cursor = await tx.execute(
        "UPDATE legal_holds SET released_at = %s, released_by = %s WHERE id = %s AND released_at IS NULL"
        " RETURNING customer_id",
        (now, by.id, hold_id),
    )
    row = await cursor.fetchone()
    if row is None:
        raise HoldUnknown
    await vault.create_subject(tx, vaults.HOUSE_SUBJECT, _PROOF)
    await vaults.record(
        tx,
        vault,
        kind=HOLD_RELEASED,
        at=now,
        actor=by.actor,
        data={"hold": str(hold_id)},
        retention=_PROOF,
        customer_id=row["customer_id"],
    )


async def holds(tx: Transaction, vault: vaults.Vault, *, limit: int = LISTED_MAX) -> list[Hold]:
    """Return holds, the latest first, those that stand before those that were released."""
    cursor = await tx.execute(
        "SELECT id, customer_id, placed_at, placed_by, released_at FROM legal_holds"
        " ORDER BY released_at IS NOT NULL, placed_at DESC LIMIT %s",
        (limit,),
    )
    rows = await cursor.fetchall()
    opened = await vault.open_records(tx, [row["id"] for row in rows])
    return [Hold(**row, reason=opened[row["id"]]["words"]["reason"] if row["id"] in opened else "") for row in rows]


async def held(tx: Transaction, *, customer_ids: Collection[UUID]) -> set[UUID]:
    """Return which of these customers are under a hold."""
    cursor = await tx.execute(
        "SELECT DISTINCT customer_id FROM legal_holds WHERE customer_id = ANY(%s) AND released_at IS NULL",
        (list(customer_ids),),
    )
    return {row["customer_id"] for row in await cursor.fetchall()}


async def refuse_held(tx: Transaction, *, customer_ids: Collection[UUID]) -> None:
    """Raise OnHold when one of these customers is under a hold."""
    if await held(tx, customer_ids=customer_ids):
        raise OnHold


async def compare_rows(tx: Transaction, _vault: vaults.Vault) -> AsyncIterator[ledger.Finding | None]:
    """Yield for each hold what is wrong with its row, None where it is what its facts make."""
    query = "SELECT id, kind, at, actor_id, customer_id, data FROM {} WHERE log = 'records' AND kind = ANY(%(kinds)s)"
    cursor = await tx.execute(
        f"{query.format('journal')} UNION ALL {query.format('journal_inbox')}", {"kinds": [HOLD_PLACED, HOLD_RELEASED]}
    )
    facts = await cursor.fetchall()
    released = {UUID(fact["data"]["hold"]): fact for fact in facts if fact["kind"] == HOLD_RELEASED}
    rows = {row["id"]: row for row in await (await tx.execute("SELECT * FROM legal_holds")).fetchall()}
    for fact in facts:
        if fact["kind"] != HOLD_PLACED:
            continue
        row = rows.pop(fact["id"], None)
        if row is None:
            yield ledger.Finding("row_missing", "legal_holds", id=fact["id"])
            continue
        end = released.get(fact["id"])
        expected = {
            "customer_id": fact["customer_id"],
            "placed_at": fact["at"],
            "placed_by": fact["actor_id"],
            "released_at": end["at"] if end else None,
            "released_by": end["actor_id"] if end else None,
        }
        wrong = sorted(name for name, value in expected.items() if row[name] != value)
        yield ledger.Finding("row_differs", "legal_holds", id=row["id"], detail=", ".join(wrong)) if wrong else None
    for id in rows:
        yield ledger.Finding("row_stray", "legal_holds", id=id)


def _require(agent: people.Agent) -> None:
    if not agent.may(people.Permission.CUSTOMER_ERASE):
        raise Refused
