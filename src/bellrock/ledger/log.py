"""The Merkle logs in the database: tiles of 256 hashes (C2SP tlog-tiles, height 8), grown by a cursor over the journal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from psycopg.rows import tuple_row

from bellrock import vault
from bellrock.core import Numbered, Transaction, journal
from bellrock.core.journal import Log
from bellrock.ledger import merkle
from bellrock.ledger.errors import LedgerDamaged
from bellrock.ledger.merkle import Node, Range

TILE_HEIGHT = 8
TILE_WIDTH = 1 << TILE_HEIGHT
TILE_BYTES = TILE_WIDTH * merkle.HASH_BYTES
EXTEND_MAX = 5_000

Tile = tuple[int, int]
"""(level, index): the hashes of 256 subtrees of 2**(8 * level) leaves each."""


async def extend(tx: Transaction, facts: Sequence[Numbered]) -> None:
    """Append a batch of numbered facts of one log to its tree: the listener of the ledger's cursors.

    Facts that are in the tree already are passed over; when some before them are not, they are read from the journal, so
    that the tree has no hole whatever the cursor did. Raises LedgerDamaged when the tree does not fit.
    """
    if not facts:
        return
    log = facts[0].log
    size = await size_of(tx, log, lock=True)
    last = facts[-1].number
    if facts[0].number > size:
        facts = await journal.read(tx, log=log, after=size - 1, limit=EXTEND_MAX)
    leaves = [vault.leaf_hash(fact.leaf) for fact in facts if fact.number >= size]
    if not leaves:
        return
    if facts[-1].number != size + len(leaves) - 1:
        raise LedgerDamaged(log=log)
    await _append(tx, log, level=0, at=size, hashes=leaves)
    await tx.execute("UPDATE ledger_logs SET size = %s WHERE log = %s", (size + len(leaves), log))
    if facts[-1].number < last:
        await extend(tx, await journal.read(tx, log=log, after=facts[-1].number, limit=EXTEND_MAX))


async def catch_up(tx: Transaction, log: Log, *, limit: int = 50_000) -> int:
    """Append the next leaves of the journal to the tree, `limit` at most, without reading their facts; return how many.

    What `extend` does, for millions at once.
    """
    size = await size_of(tx, log, lock=True)
    async with tx.cursor(row_factory=tuple_row) as cursor:
        await cursor.execute(
            "SELECT number, leaf FROM journal WHERE log = %s AND number >= %s ORDER BY number LIMIT %s",
            (log, size, limit),
        )
        rows = await cursor.fetchall()
    leaves = [vault.leaf_hash(leaf) for _, leaf in rows]
    if leaves:
        if rows[-1][0] != size + len(leaves) - 1:
            raise LedgerDamaged(log=log)
        await _append(tx, log, level=0, at=size, hashes=leaves)
        await tx.execute("UPDATE ledger_logs SET size = %s WHERE log = %s", (size + len(leaves), log))
        await tx.execute(
            "UPDATE cursors SET number = greatest(number, %s) WHERE name = %s",
            (size + len(leaves) - 1, f"ledger.{log}"),
        )
    return len(leaves)


async def size_of(tx: Transaction, log: Log, *, lock: bool = False) -> int:
    """Return how many leaves the tree has."""
    cursor = await tx.execute("SELECT size FROM ledger_logs WHERE log = %s" + (" FOR UPDATE" if lock else ""), (log,))
    row = await cursor.fetchone()
    return int(row["size"]) if row else 0


async def root_of(tx: Transaction, log: Log, size: int) -> bytes:
    """Return the root of the tree as it was with `size` leaves."""
    return (await ranges(tx, log, [(0, size)]))[0]


async def prove_inclusion(tx: Transaction, log: Log, *, index: int, size: int) -> list[bytes]:
    """Return the inclusion proof of a leaf in the tree of `size` leaves."""
    return await ranges(tx, log, merkle.inclusion_path(index, size))


async def prove_consistency(tx: Transaction, log: Log, *, old: int, new: int) -> list[bytes]:
    """Return the proof that the tree of `new` leaves continues that of `old`."""
    return await ranges(tx, log, merkle.consistency_path(old, new))


async def ranges(tx: Transaction, log: Log, wanted: Sequence[Range]) -> list[bytes]:
    """Return the hash over each range of leaves, reading every tile it takes in one statement."""
    nodes = [node for leaves in wanted for node in merkle.subtrees(leaves)]
    tiles = await read_tiles(tx, log, (_tile_of(node) for node in nodes))
    return merkle.prove(wanted, lambda node: _node(log, tiles, node))


async def read_tiles(tx: Transaction, log: Log, wanted: Iterable[Tile]) -> dict[Tile, bytes]:
    """Return the hashes of tiles, one after another, as far as they are filled."""
    tiles = list(dict.fromkeys(wanted))
    if not tiles:
        return {}
    cursor = await tx.execute(
        "SELECT level, index, hashes FROM ledger_tiles"
        " JOIN unnest(%s::smallint[], %s::bigint[]) AS wanted (level, index) USING (level, index) WHERE log = %s",
        ([tile[0] for tile in tiles], [tile[1] for tile in tiles], log),
    )
    return {(row["level"], row["index"]): bytes(row["hashes"]) for row in await cursor.fetchall()}


async def _append(tx: Transaction, log: Log, *, level: int, at: int, hashes: Sequence[bytes]) -> None:
    """Append hashes to a level of tiles, where `at` is how many it holds; go on a level higher for each full tile."""
    complete: list[bytes] = []
    begin = 0
    while begin < len(hashes):
        index, filled = divmod(at + begin, TILE_WIDTH)
        part = hashes[begin : begin + TILE_WIDTH - filled]
        cursor = await tx.execute(
            "INSERT INTO ledger_tiles AS tile (log, level, index, hashes) VALUES (%(log)s, %(level)s, %(index)s, %(part)s)"
            " ON CONFLICT (log, level, index) DO UPDATE SET hashes = tile.hashes || excluded.hashes"
            " WHERE octet_length(tile.hashes) = %(filled)s"
            " RETURNING octet_length(hashes) AS length, CASE WHEN %(full)s THEN hashes END AS hashes",
            {
                "log": log,
                "level": level,
                "index": index,
                "part": b"".join(part),
                "filled": filled * merkle.HASH_BYTES,
                "full": filled + len(part) == TILE_WIDTH,
            },
        )
        row = await cursor.fetchone()
        if row is None or row["length"] != (filled + len(part)) * merkle.HASH_BYTES:
            raise LedgerDamaged(log=log)
        if row["hashes"] is not None:
            complete.append(merkle.perfect_root(split(bytes(row["hashes"]))))
        begin += len(part)
    if complete:
        await _append(tx, log, level=level + 1, at=at // TILE_WIDTH, hashes=complete)


def split(hashes: bytes) -> list[bytes]:
    """Return the hashes of a tile one by one."""
    return [hashes[begin : begin + merkle.HASH_BYTES] for begin in range(0, len(hashes), merkle.HASH_BYTES)]


def _tile_of(node: Node) -> Tile:
    level, index = node
    return level // TILE_HEIGHT, (index << level % TILE_HEIGHT) // TILE_WIDTH


def _node(log: Log, tiles: dict[Tile, bytes], node: Node) -> bytes:
    """Return the hash of a perfect subtree from the tile it lies in."""
    level, index = node
    width = 1 << level % TILE_HEIGHT
    begin = (index * width) % TILE_WIDTH
    hashes = tiles.get(_tile_of(node), b"")[begin * merkle.HASH_BYTES : (begin + width) * merkle.HASH_BYTES]
    if len(hashes) != width * merkle.HASH_BYTES:
        raise LedgerDamaged(log=log)
    return merkle.perfect_root(split(hashes))
