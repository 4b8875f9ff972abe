"""The sequencer: one process at a time numbers committed facts, gap-free, and announces each batch once."""

from __future__ import annotations

import asyncio

import structlog
from psycopg import errors as pg

from bellrock.core.db import Database, Transaction
from bellrock.core.journal import BATCH_MAX, CHANNEL, LOGS, Log

_LOCK_KEY = 0x42454C4C  # "BELL"
_log = structlog.get_logger(__name__)

# One statement moves a batch from the inbox to the journal. The row of `sequencer` is locked first and its epoch compared:
# a sequencer that lost its lock without noticing moves nothing. The inbox position orders facts of one conversation as they
# were committed, because a conversation's row is locked before its facts are written.
_MOVE = """
WITH head AS (
  SELECT next FROM sequencer WHERE log = %(log)s AND epoch = %(epoch)s FOR UPDATE
), taken AS (
  DELETE FROM journal_inbox
  WHERE position IN (SELECT position FROM journal_inbox WHERE log = %(log)s ORDER BY position LIMIT %(limit)s)
    AND EXISTS (SELECT FROM head)
  RETURNING *
), moved AS (
  INSERT INTO journal (log, number, id, kind, at, actor_kind, actor_id, customer_id, conversation_id, data, audience, leaf)
  SELECT log, (SELECT next FROM head) + row_number() OVER (ORDER BY position) - 1, id, kind, at, actor_kind, actor_id,
         customer_id, conversation_id, data, audience, leaf
  FROM taken
  RETURNING number, kind
), counted AS (
  SELECT min(number) AS first, max(number) AS last, json_agg(DISTINCT kind) AS kinds FROM moved
), advanced AS (
  UPDATE sequencer SET next = counted.last + 1 FROM counted
  WHERE sequencer.log = %(log)s AND counted.last IS NOT NULL
  RETURNING 1
)
SELECT first, last, EXISTS (SELECT FROM head) AS leading,
       CASE WHEN first IS NOT NULL THEN pg_notify(%(channel)s,
         json_build_object('log', %(log)s::text, 'from', first, 'to', last, 'kinds', kinds)::text) END AS announced,
       (SELECT count(*) FROM advanced) AS advanced
FROM counted
"""


# Which logs have facts to be numbered, among those that the next batches may move.
_WAITING = f"""
SELECT DISTINCT log FROM (SELECT log FROM journal_inbox ORDER BY position LIMIT {BATCH_MAX}) waiting
"""


class LeadershipLost(Exception):
    """Another sequencer took over; this one stops at once."""


async def lead(connection: Transaction) -> dict[Log, int] | None:
    """Try to become the sequencer; return the epoch per log, or None while another one leads."""
    cursor = await connection.execute("SELECT pg_try_advisory_lock(%s) AS led", (_LOCK_KEY,))
    row = await cursor.fetchone()
    if row is None or not row["led"]:
        return None
    epochs: dict[Log, int] = {}
    for log in LOGS:
        cursor = await connection.execute(
            "INSERT INTO sequencer (log, epoch, next) VALUES (%s, 1, 0)"
            " ON CONFLICT (log) DO UPDATE SET epoch = sequencer.epoch + 1 RETURNING epoch",
            (log,),
        )
        row = await cursor.fetchone()
        assert row is not None
        epochs[log] = row["epoch"]
    return epochs


async def number_batch(connection: Transaction, log: Log, epoch: int, *, limit: int = BATCH_MAX) -> int:
    """Number up to `limit` facts of a log; return how many. Raises LeadershipLost when the epoch has passed."""
    cursor = await connection.execute(_MOVE, {"log": log, "epoch": epoch, "limit": limit, "channel": CHANNEL})
    row = await cursor.fetchone()
    assert row is not None
    if not row["leading"]:
        raise LeadershipLost(log)
    return 0 if row["first"] is None else int(row["last"] - row["first"] + 1)


async def number_all(connection: Transaction) -> int:
    """Number everything that is committed, as leader for the moment (tests, tools, one-off commands)."""
    epochs = await lead(connection)
    if epochs is None:
        return 0
    total = 0
    try:
        for log, epoch in epochs.items():
            while count := await number_batch(connection, log, epoch):
                total += count
    finally:
        await connection.execute("SELECT pg_advisory_unlock(%s)", (_LOCK_KEY,))
    return total


async def run(database: Database, stop: asyncio.Event, *, period_seconds: float = 0.02) -> None:
    """Number facts every `period_seconds` until `stop`; wait as a standby while another process leads."""
    while not stop.is_set():
        try:
            async with await database.connect(autocommit=True) as connection:
                await _run_connected(connection, stop, period_seconds)
        except (pg.OperationalError, LeadershipLost) as error:
            _log.warning("sequencer.interrupted", reason=type(error).__name__)
            await _pause(stop, 0.25)


async def _run_connected(connection: Transaction, stop: asyncio.Event, period_seconds: float) -> None:
    epochs = await lead(connection)
    while epochs is None and not stop.is_set():
        await _pause(stop, 0.5)
        epochs = await lead(connection)
    if epochs is None:
        return
    _log.info("sequencer.leads", epochs=dict(epochs))
    while not stop.is_set():
        cursor = await connection.execute(_WAITING)
        waiting: list[Log] = [row["log"] for row in await cursor.fetchall()]
        numbered = [await number_batch(connection, log, epochs[log]) for log in waiting]
        if max(numbered, default=0) < BATCH_MAX:
            await _pause(stop, period_seconds)


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return
