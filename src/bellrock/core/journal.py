"""The journal: every change is a fact, written in the transaction that makes it, numbered afterwards without a gap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec
from psycopg.types.json import Jsonb

from bellrock.core.db import Transaction

Log = Literal["records", "access"]
LOGS: tuple[Log, ...] = ("records", "access")
ActorKind = Literal["customer", "visitor", "agent", "first_line", "system", "operator", "integration"]
Audience = Literal["public", "internal"]

CHANNEL = "bellrock"
BATCH_MAX = 1_000


@dataclass(frozen=True, slots=True)
class Actor:
    """Who made a change. `id` is None for the first line and the system itself."""

    kind: ActorKind
    id: UUID | None = None


SYSTEM = Actor("system")
FIRST_LINE = Actor("first_line")


@dataclass(frozen=True, slots=True)
class Fact:
    """One change, in the past tense.

    `kind` is `room.past_tense`. `data` holds ids, enums and small integers only; the words stand in the sealed record of
    the same id. `leaf` is the 32 bytes HMAC-SHA256 of that record. `audience` says whether the customer may see it.
    """

    id: UUID
    kind: str
    at: datetime
    actor: Actor
    leaf: bytes
    customer_id: UUID | None = None
    conversation_id: UUID | None = None
    data: dict[str, Any] = field(default_factory=dict)
    log: Log = "records"
    audience: Audience = "internal"


@dataclass(frozen=True, slots=True)
class Numbered(Fact):
    """A fact with its place in the log: `number` is also its leaf index in the Merkle tree, from 0."""

    number: int = -1


# A fact's row in the inbox, as a part of a statement that writes other rows as well: `INTO_INBOX SELECT OF_FACT FROM …`
# with the parameters of `parameters`. The row is numbered once the transaction has committed.
INTO_INBOX = (
    "INSERT INTO journal_inbox"
    " (id, log, kind, at, actor_kind, actor_id, customer_id, conversation_id, data, audience, leaf)"
)
OF_FACT = (
    "%(fact)s::uuid, %(log)s::text, %(kind)s::text, %(at)s::timestamptz, %(actor_kind)s::text, %(actor)s::uuid,"
    " %(customer)s::uuid, %(conversation)s::uuid, %(data)s::jsonb, %(audience)s::text, %(leaf)b::bytea"
)


def parameters(fact: Fact) -> dict[str, Any]:
    """Return the parameters of OF_FACT."""
    return {
        "fact": fact.id,
        "log": fact.log,
        "kind": fact.kind,
        "at": fact.at,
        "actor_kind": fact.actor.kind,
        "actor": fact.actor.id,
        "customer": fact.customer_id,
        "conversation": fact.conversation_id,
        "data": Jsonb(fact.data, dumps=msgspec.json.encode),
        "audience": fact.audience,
        "leaf": fact.leaf,
    }


async def write(tx: Transaction, fact: Fact) -> None:
    """Write a fact into the journal's inbox; the sequencer numbers it once the transaction has committed."""
    await tx.execute(f"{INTO_INBOX} SELECT {OF_FACT}", parameters(fact))


async def read(tx: Transaction, *, log: Log = "records", after: int = -1, limit: int = BATCH_MAX) -> list[Numbered]:
    """Return facts of a log with a number above `after`, in order, `limit` at most."""
    cursor = await tx.execute(
        "SELECT * FROM journal WHERE log = %s AND number > %s ORDER BY number LIMIT %s", (log, after, limit)
    )
    return [from_row(row) for row in await cursor.fetchall()]


async def read_conversation(
    tx: Transaction, *, conversation_id: UUID, after: int = -1, limit: int = BATCH_MAX
) -> list[Numbered]:
    """Return the numbered facts of one conversation in order."""
    cursor = await tx.execute(
        "SELECT * FROM journal WHERE log = 'records' AND conversation_id = %s AND number > %s ORDER BY number LIMIT %s",
        (conversation_id, after, limit),
    )
    return [from_row(row) for row in await cursor.fetchall()]


async def last_number(tx: Transaction, log: Log = "records") -> int:
    """Return the highest number given in a log, -1 when it is empty."""
    cursor = await tx.execute("SELECT next - 1 AS last FROM sequencer WHERE log = %s", (log,))
    row = await cursor.fetchone()
    return int(row["last"]) if row else -1


def from_row(row: dict[str, Any]) -> Numbered:
    """Make a numbered fact of a row of the table `journal`."""
    return Numbered(
        id=row["id"],
        kind=row["kind"],
        at=row["at"],
        actor=Actor(row["actor_kind"], row["actor_id"]),
        leaf=bytes(row["leaf"]),
        customer_id=row["customer_id"],
        conversation_id=row["conversation_id"],
        data=row["data"],
        log=row["log"],
        audience=row["audience"],
        number=row["number"],
    )


def numbers(facts: Sequence[Numbered]) -> tuple[int, int]:
    """Return the first and last number of a non-empty batch."""
    return facts[0].number, facts[-1].number
