"""Checkpoints: signed when a log has grown, kept in the database and, append-only, in a folder outside it."""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import msgspec
import structlog

from bellrock.core import BellrockError, Database, Settings, Transaction, clock
from bellrock.core.journal import LOGS, Log
from bellrock.ledger import log as logs
from bellrock.ledger import notes
from bellrock.vault import Keyring

PERIOD_SECONDS = 5.0
_LOCK_KEY = 0x4C454447  # "LEDG"
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Kept:
    """A checkpoint as it is kept: the signed note, its log and size, and when it was signed."""

    log: Log
    size: int
    note: str
    signed_at: datetime


def origin_of(settings: Settings, log: Log) -> str:
    """Return the origin line of a log: the setting names the installation, the last part the log."""
    return f"{settings.ledger_origin.removesuffix('/records').rstrip('/')}/{log}"


async def run(database: Database, keyring: Keyring, settings: Settings, stop: asyncio.Event) -> None:
    """Keep checkpoints every few seconds until `stop`; a failure is logged and tried again."""
    while not stop.is_set():
        try:
            await keep(database, keyring, settings, now=clock.now())
        except (BellrockError, OSError) as error:
            _log.warning("ledger.checkpoint_failed", reason=type(error).__name__)
        try:
            await asyncio.wait_for(stop.wait(), PERIOD_SECONDS)
        except TimeoutError:
            continue


async def keep(database: Database, keyring: Keyring, settings: Settings, *, now: datetime) -> int:
    """Sign a checkpoint of each log that has grown, then write outside what is not there yet; return how many went out.

    The database commits first: with its commit everything the checkpoint speaks of is durable as well, so that what lies
    outside never speaks of facts that a crash could undo.
    """
    async with database.transaction() as tx:
        await tx.execute("SET LOCAL synchronous_commit = on")
        cursor = await tx.execute("SELECT pg_try_advisory_xact_lock(%s) AS alone", (_LOCK_KEY,))
        row = await cursor.fetchone()
        if row is None or not row["alone"]:
            return 0
        for log in LOGS:
            await sign(tx, keyring, origin=origin_of(settings, log), log=log, now=now)
    folder = settings.checkpoints_folder
    written = 0
    for log in LOGS:
        newest = await asyncio.to_thread(newest_outside, folder, log)
        async with database.transaction() as tx:
            fresh = await stored(tx, log, above=newest.size if newest else 0)
        if fresh:
            await asyncio.to_thread(write_outside, folder, fresh)
            written += len(fresh)
    return written


async def sign(tx: Transaction, keyring: Keyring, *, origin: str, log: Log, now: datetime) -> Kept | None:
    """Sign and store a checkpoint of a log, unless its newest one has this size; return it."""
    size = await logs.size_of(tx, log)
    cursor = await tx.execute("SELECT coalesce(max(size), 0) AS size FROM ledger_checkpoints WHERE log = %s", (log,))
    row = await cursor.fetchone()
    if row is None or size <= row["size"]:
        return None
    root = await logs.root_of(tx, log, size)
    note = notes.sign(notes.Checkpoint(origin, size, root), keyring.signing)
    await tx.execute(
        "INSERT INTO ledger_checkpoints (log, size, root, note, signed_at) VALUES (%s, %s, %s, %s, %s)",
        (log, size, root, note, now),
    )
    return Kept(log, size, note, now)


async def stored(tx: Transaction, log: Log, *, above: int = 0, limit: int = 1_000) -> list[Kept]:
    """Return checkpoints kept in the database with a size above `above`, in order, `limit` at most."""
    cursor = await tx.execute(
        "SELECT size, note, signed_at FROM ledger_checkpoints WHERE log = %s AND size > %s ORDER BY size LIMIT %s",
        (log, above, limit),
    )
    return [Kept(log, row["size"], row["note"], row["signed_at"]) for row in await cursor.fetchall()]


async def newest(tx: Transaction, log: Log) -> Kept | None:
    """Return the newest checkpoint kept in the database."""
    cursor = await tx.execute(
        "SELECT size, note, signed_at FROM ledger_checkpoints WHERE log = %s ORDER BY size DESC LIMIT 1", (log,)
    )
    row = await cursor.fetchone()
    return Kept(log, row["size"], row["note"], row["signed_at"]) if row else None


def write_outside(folder: Path, checkpoints: list[Kept]) -> None:
    """Append checkpoints to the month's file of their log and wait until the disk has them."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for path in dict.fromkeys(_file_of(folder, item) for item in checkpoints):
        lines = [msgspec.json.encode(item) + b"\n" for item in checkpoints if _file_of(folder, item) == path]
        descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            # A line that a crash cut off is ended first; readers pass over it, and it is written again whole.
            length = os.fstat(descriptor).st_size
            start = b"\n" if length and os.pread(descriptor, 1, length - 1) != b"\n" else b""
            os.write(descriptor, start + b"".join(lines))
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def outside(folder: Path, log: Log) -> list[Kept]:
    """Return every checkpoint kept outside the database, each once, in order of size."""
    found = {item.note: item for path in _files(folder, log) for item in _read(path)}
    return sorted(found.values(), key=lambda item: item.size)


def newest_outside(folder: Path, log: Log) -> Kept | None:
    """Return the last checkpoint that was written outside the database."""
    for path in reversed(_files(folder, log)):
        if items := _read(path):
            return max(items, key=lambda item: item.size)
    return None


def _files(folder: Path, log: Log) -> list[Path]:
    return sorted(folder.glob(f"{log}-????-??.jsonl"))


def _file_of(folder: Path, item: Kept) -> Path:
    return folder / f"{item.log}-{item.signed_at:%Y-%m}.jsonl"


def _read(path: Path) -> list[Kept]:
    items = []
    for line in path.read_bytes().splitlines():
        try:
            items.append(msgspec.json.decode(line, type=Kept))
        except msgspec.DecodeError:
            continue
    return items
