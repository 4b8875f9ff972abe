"""Verify the structure: journal, tiles and every checkpoint, inside and outside the database, tell one story."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from bellrock import vault
from bellrock.core import Database, Transaction
from bellrock.core.journal import LOGS, Log
from bellrock.ledger import checkpoints, notes
from bellrock.ledger import log as logs
from bellrock.ledger.checkpoints import Kept
from bellrock.ledger.errors import ProofWrong
from bellrock.ledger.findings import Report
from bellrock.ledger.merkle import Frontier

_BATCH = 4_096

Outside = Mapping[Log, Sequence[Kept]]


async def verify(database: Database, keyring: vault.Keyring, *, folder: Path) -> Report:
    """Return what does not fit among journal, tiles, checkpoints, and the checkpoints in `folder`. Opens no record."""
    kept_outside = await read_outside(folder)
    async with snapshot(database) as tx:
        return await verify_in(tx, keyring, kept_outside)


async def read_outside(folder: Path) -> Outside:
    """Return the checkpoints outside. Read before the snapshot, so that the database can only know more than they."""
    return {log: await asyncio.to_thread(checkpoints.outside, folder, log) for log in LOGS}


def read_outside_now(folder: Path) -> Outside:
    """Return the checkpoints in a folder, read where nobody waits for the loop."""
    return {log: checkpoints.outside(folder, log) for log in LOGS}


@asynccontextmanager
async def snapshot(database: Database) -> AsyncIterator[Transaction]:
    """Yield a transaction that sees one instant of the whole database."""
    async with database.transaction() as tx:
        await tx.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        await tx.execute("SET LOCAL statement_timeout = '10min'")
        yield tx


async def verify_in(tx: Transaction, keyring: vault.Keyring, kept_outside: Outside) -> Report:
    """Verify every log within one snapshot."""
    report = Report()
    for log in LOGS:
        await _verify_log(tx, keyring, log, kept_outside[log], report)
    return report


async def _verify_log(
    tx: Transaction, keyring: vault.Keyring, log: Log, outside: Sequence[Kept], report: Report
) -> None:
    size = await logs.size_of(tx, log)
    report.sizes[log] = size
    inside = await _all_stored(tx, log)
    await _compare_kept(tx, log, inside, outside, report)
    roots = await _rebuild(tx, log, size, {item.size for item in (*inside, *outside)}, report)
    for item in inside:
        _check_note(keyring, item, roots, report, where="ledger_checkpoints", wrong="checkpoint_wrong")
    for item in outside:
        _check_note(keyring, item, roots, report, where="outside", wrong="outside_wrong")
    report.checkpoints += len(inside)
    report.outside += len(outside)


async def _all_stored(tx: Transaction, log: Log) -> list[Kept]:
    found: list[Kept] = []
    while batch := await checkpoints.stored(tx, log, above=found[-1].size if found else 0):
        found += batch
    return found


async def _compare_kept(
    tx: Transaction, log: Log, inside: Sequence[Kept], outside: Sequence[Kept], report: Report
) -> None:
    """Compare the two sets of checkpoints; those newer than the last one outside are still on their way."""
    cursor = await tx.execute("SELECT size, root, note FROM ledger_checkpoints WHERE log = %s", (log,))
    for row in await cursor.fetchall():
        if f"\n{row['size']}\n" not in row["note"] or not _states_root(row["note"], bytes(row["root"])):
            report.add("checkpoint_wrong", "ledger_checkpoints", number=row["size"])
    if not outside:
        if inside:
            report.add("outside_missing", log)
        return
    by_size = {item.size: item for item in inside}
    for item in outside:
        if item.size not in by_size:
            report.add("checkpoint_missing", log, number=item.size)
        elif by_size[item.size].note != item.note:
            report.add("checkpoint_wrong", log, number=item.size)
    known = {item.size for item in outside}
    first, last = min(known), max(known)
    for item in inside:
        if first <= item.size <= last and item.size not in known:
            report.add("checkpoint_unknown", log, number=item.size)


def _states_root(note: str, root: bytes) -> bool:
    try:
        return notes.parse(note).root == root
    except ProofWrong:
        return False


def _check_note(
    keyring: vault.Keyring, item: Kept, roots: Mapping[int, bytes], report: Report, *, where: str, wrong: str
) -> None:
    try:
        checkpoint = notes.open_note(item.note, keyring.public)
    except ProofWrong as error:
        report.add(wrong, where, number=item.size, detail=str(error))
        return
    if checkpoint.size != item.size or not checkpoint.origin.endswith(f"/{item.log}"):
        report.add(wrong, where, number=item.size, detail="it belongs to another place")
    elif checkpoint.size not in roots:
        report.add("older_state", item.log, number=checkpoint.size)
    elif roots[checkpoint.size] != checkpoint.root:
        report.add("root_differs", item.log, number=checkpoint.size, detail=where)


async def _rebuild(tx: Transaction, log: Log, size: int, wanted: set[int], report: Report) -> dict[int, bytes]:
    """Grow the tree anew from the journal, compare each tile with it, and return its root at each wanted size."""
    frontier = Frontier()
    upper: dict[int, bytearray] = {}
    roots: dict[int, bytes] = {}
    last = -1
    while True:
        cursor = await tx.execute(
            "SELECT number, leaf FROM journal WHERE log = %s AND number > %s ORDER BY number LIMIT %s",
            (log, last, _BATCH),
        )
        rows = await cursor.fetchall()
        level_0 = bytearray()
        begin = frontier.size
        for row in rows:
            if row["number"] != last + 1:
                report.add("journal_gap", log, number=last + 1)
            last = row["number"]
            if frontier.size >= size:
                continue
            leaf = vault.leaf_hash(bytes(row["leaf"]))
            level_0 += leaf
            for (level, _), node in frontier.append(leaf)[logs.TILE_HEIGHT :: logs.TILE_HEIGHT]:
                upper.setdefault(level // logs.TILE_HEIGHT, bytearray()).extend(node)
            if frontier.size in wanted:
                roots[frontier.size] = frontier.root()
        await _compare_tiles(tx, log, 0, begin, bytes(level_0), report)
        if len(rows) < _BATCH:
            break
    for level, hashes in upper.items():
        await _compare_tiles(tx, log, level, 0, bytes(hashes), report)
    if frontier.size < size:
        report.add("journal_short", log, number=frontier.size)
    await _compare_counts(tx, log, frontier.size, last, report)
    return roots


async def _compare_tiles(tx: Transaction, log: Log, level: int, begin: int, hashes: bytes, report: Report) -> None:
    """Compare tiles with the hashes they should hold; `begin` is the number of the first hash, a multiple of 256."""
    if not hashes:
        return
    first = begin // logs.TILE_WIDTH
    parts = [hashes[at : at + logs.TILE_BYTES] for at in range(0, len(hashes), logs.TILE_BYTES)]
    tiles = await logs.read_tiles(tx, log, [(level, first + at) for at in range(len(parts))])
    for at, part in enumerate(parts, first):
        tile = tiles.get((level, at))
        if tile is None:
            report.add("tile_missing", f"{log}/{level}/{at}")
        elif tile != part:
            report.add("tile_differs", f"{log}/{level}/{at}")


async def _compare_counts(tx: Transaction, log: Log, size: int, last: int, report: Report) -> None:
    cursor = await tx.execute("SELECT next FROM sequencer WHERE log = %s", (log,))
    row = await cursor.fetchone()
    if row is None or row["next"] != last + 1:
        report.add("sequencer_differs", log, number=last + 1)
    cursor = await tx.execute("SELECT level, index FROM ledger_tiles WHERE log = %s", (log,))
    for row in await cursor.fetchall():
        if row["index"] * logs.TILE_WIDTH >= size >> logs.TILE_HEIGHT * row["level"]:
            report.add("tile_stray", f"{log}/{row['level']}/{row['index']}")
