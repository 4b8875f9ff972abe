"""Cursors: listeners that read the journal in order, in batches, each event once and at least once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import structlog
from psycopg import errors as pg

from bellrock.core import journal
from bellrock.core.db import Database, Transaction
from bellrock.core.errors import Unavailable
from bellrock.core.journal import Log, Numbered

FAILURES_MAX = 5
_log = structlog.get_logger(__name__)

Listener = Callable[[Transaction, Sequence[Numbered]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Cursor:
    """A named listener over one log. `kinds` empty means all; `batch` is the most it gets at once.

    The listener runs in the transaction that moves the cursor, so that its writes happen exactly once. It rests at least
    `pause_seconds` between batches, so that what is not urgent is read in larger ones. `in_pipeline`: the statements of a
    batch travel together, for listeners that ask of no statement how many rows it changed.
    """

    name: str
    listen: Listener
    kinds: frozenset[str] = frozenset()
    log: Log = "records"
    batch: int = 500
    pause_seconds: float = 0.02
    in_pipeline: bool = False


async def advance(database: Database, cursor: Cursor, *, pass_over: bool = True) -> int:
    """Give one batch to the listener and move the cursor; return how many facts were passed.

    Claims the cursor with SKIP LOCKED, so that any number of workers may call this. A batch that fails is tried again
    fact by fact; a fact that fails five times is parked and the others go on. Without `pass_over`, facts that do not
    concern the listener are left to be passed over later, which saves a write.
    """
    try:
        async with database.pipeline() if cursor.in_pipeline else database.transaction() as tx:
            return await _advance(tx, cursor, limit=cursor.batch, pass_over=pass_over)
    except (Unavailable, pg.OperationalError):
        raise  # the house is at fault, not a fact: nothing is counted
    except Exception as error:  # noqa: BLE001 - whatever a listener raises must not stop the others
        _log.warning("cursor.batch_failed", cursor=cursor.name, error=type(error).__name__, exc_info=True)
    return await _advance_one(database, cursor)


# One statement claims the cursor, reads what concerns the listener, and says how far the log reaches in the same snapshot.
# LATERAL with its own LIMIT makes the index begin at the cursor: joined, the planner rather read the log from its start.
READ = """
WITH mine AS (
  SELECT number AS position, (SELECT next - 1 FROM sequencer WHERE log = %(log)s) AS head
  FROM cursors WHERE name = %(name)s FOR UPDATE SKIP LOCKED
)
SELECT mine.position, mine.head, found.* FROM mine LEFT JOIN LATERAL (
  SELECT j.* FROM journal j WHERE j.log = %(log)s AND j.number > mine.position
    AND (%(kinds)s::text[] IS NULL OR j.kind = ANY(%(kinds)s)) ORDER BY j.number LIMIT %(limit)s
) found ON true ORDER BY found.number
"""


async def _advance(tx: Transaction, cursor: Cursor, *, limit: int, pass_over: bool = True) -> int:
    result = await tx.execute(
        READ,
        {
            "name": cursor.name,
            "log": cursor.log,
            "kinds": sorted(cursor.kinds) if cursor.kinds else None,
            "limit": limit,
        },
    )
    rows = await result.fetchall()
    if not rows:
        return 0
    position, head = rows[0]["position"], rows[0]["head"]
    facts = [journal.from_row(row) for row in rows if row["number"] is not None]
    reached = facts[-1].number if len(facts) == limit else max(head, position)
    if facts:
        await cursor.listen(tx, facts)
    if reached > position and (facts or pass_over):
        await _move(tx, cursor, reached)
    return reached - position if facts or pass_over else 0


async def _advance_one(database: Database, cursor: Cursor) -> int:
    try:
        async with database.transaction() as tx:
            return await _advance(tx, cursor, limit=1)
    except (Unavailable, pg.OperationalError):
        raise
    except Exception as error:  # noqa: BLE001
        async with database.transaction() as tx:
            return await _count_failure(tx, cursor, reason=type(error).__name__)


async def _count_failure(tx: Transaction, cursor: Cursor, *, reason: str) -> int:
    position = await _claim(tx, cursor)
    if position is None:
        return 0
    facts = await _next_wanted(tx, cursor, position)
    if not facts:
        return 0
    row = await (
        await tx.execute(
            "UPDATE cursors SET failures = failures + 1 WHERE name = %s RETURNING failures", (cursor.name,)
        )
    ).fetchone()
    assert row is not None
    if row["failures"] < FAILURES_MAX:
        return 0
    await tx.execute(
        "INSERT INTO parked (cursor, log, number, kind, reason) VALUES (%s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
        (cursor.name, cursor.log, facts[0].number, facts[0].kind, reason),
    )
    _log.error("cursor.parked", cursor=cursor.name, number=facts[0].number, kind=facts[0].kind, reason=reason)
    await _move(tx, cursor, facts[0].number)
    return 1


async def _next_wanted(tx: Transaction, cursor: Cursor, position: int) -> list[Numbered]:
    result = await tx.execute(
        "SELECT * FROM journal WHERE log = %s AND number > %s AND (%s::text[] IS NULL OR kind = ANY(%s))"
        " ORDER BY number LIMIT 1",
        (cursor.log, position, *[sorted(cursor.kinds) if cursor.kinds else None] * 2),
    )
    return [journal.from_row(row) for row in await result.fetchall()]


async def _claim(tx: Transaction, cursor: Cursor) -> int | None:
    row = await (
        await tx.execute("SELECT number FROM cursors WHERE name = %s FOR UPDATE SKIP LOCKED", (cursor.name,))
    ).fetchone()
    return None if row is None else int(row["number"])


async def _move(tx: Transaction, cursor: Cursor, number: int) -> None:
    await tx.execute("UPDATE cursors SET number = %s, failures = 0 WHERE name = %s", (number, cursor.name))


async def register(tx: Transaction, cursors: Sequence[Cursor]) -> None:
    """Make sure that every cursor has its row; a new one starts at the beginning of its log."""
    for cursor in cursors:
        await tx.execute(
            "INSERT INTO cursors (name, log) VALUES (%s, %s) ON CONFLICT (name) DO NOTHING", (cursor.name, cursor.log)
        )


async def lag(tx: Transaction) -> dict[str, int]:
    """Return for each cursor how many facts it has yet to read."""
    result = await tx.execute(
        "SELECT name, greatest(coalesce(next, 0) - 1 - number, 0) AS behind FROM cursors"
        " LEFT JOIN sequencer USING (log) ORDER BY name"
    )
    return {row["name"]: row["behind"] for row in await result.fetchall()}
