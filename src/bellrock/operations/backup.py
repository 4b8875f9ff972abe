"""Back up a house while it serves: one instant of the database, the sealed files it names, checkpoints, settings. No key."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import fields
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import msgspec

from bellrock import vault as vaults
from bellrock.core import Actor, Settings, clock, migrate, new_id
from bellrock.core.files import FileMissing
from bellrock.house import House
from bellrock.operations import tools
from bellrock.operations.archive import FORMAT, PIECE_BYTES, Contents, Head, Reader, Writer
from bellrock.operations.errors import KeysMissing
from bellrock.vault import Keyring

BACKED_UP = "operations.backed_up"
OPERATOR = Actor("operator")
FILES = "files"
_SHELVES = tuple(f"{number:02x}" for number in range(256))

Say = Callable[[str], None]


def default_target(settings: Settings, *, now: datetime) -> Path:
    """Return where a backup goes when nobody says: a name by the time, in the folder of backups."""
    return settings.backups_folder / f"bellrock-{now:%Y%m%dT%H%M%SZ}.tar"


async def back_up(house: House, target: Path, *, now: datetime, say: Say = lambda _line: None) -> Contents:
    """Write a backup of everything but the keys, and the fact that it was made; return what it holds.

    Checkpoints are read first, then the database at one instant, then the files: so that no checkpoint speaks of facts that
    the database lacks, and no row of a file that is missing, unless it was erased meanwhile. Nothing is left of a backup
    that fails. Raises TargetExists, DatabaseToolFailed, OSError for a full disk.
    """
    settings = house.settings
    async with house.database.transaction() as tx:
        row = await (await tx.execute("SELECT current_setting('server_version_num')::int / 10000 AS major")).fetchone()
    assert row is not None
    head = Head(
        format=FORMAT,
        bellrock=version("bellrock"),
        revision=migrate.head(),
        postgres=row["major"],
        origin=settings.ledger_origin,
        made_at=clock.rfc3339(now),
    )
    writer = await asyncio.to_thread(Writer, target, head)
    try:
        await asyncio.to_thread(writer.add, "settings.json", msgspec.json.encode(open_settings(settings)))
        for path in sorted(settings.checkpoints_folder.glob("*.jsonl")):
            whole, _, _cut = (await asyncio.to_thread(path.read_bytes)).rpartition(b"\n")
            await asyncio.to_thread(writer.add, f"checkpoints/{path.name}", whole + b"\n" if whole else b"")
        await _add_database(writer, house, say)
        await _add_files(writer, house, say)
        digest = await asyncio.to_thread(writer.finish, house.vault.keyring.signing)
    except BaseException:
        writer.abandon()
        raise
    await _note(house, head, writer, digest)
    return Contents(head, digest, writer.bytes, writer.files, 0)


def check_backup(source: Path, *, settings: Settings) -> Contents:
    """Read a backup from end to end and return what it holds; also who signed it, where this house's keys are there.

    Raises ArchiveUnreadable, ArchiveDamaged.
    """
    public = Keyring.load(settings.keys).public if (settings.keys / "complete").exists() else None
    return Reader(source).check(public)


def require_keys(settings: Settings) -> Keyring:
    """Return the keys of the house; unlike a first start, never make any. Raises KeysMissing, KeyringDamaged."""
    if not (settings.keys / "complete").exists():
        raise KeysMissing(folder=str(settings.keys))
    return Keyring.load(settings.keys, apart_from=settings.data)


def open_settings(settings: Settings) -> dict[str, Any]:
    """Return the settings that are no secrets, as JSON has them."""
    return {item.name: _plain(getattr(settings, item.name)) for item in fields(settings) if not item.metadata["secret"]}


async def _add_database(writer: Writer, house: House, say: Say) -> None:
    number = 0
    async for piece in tools.dump(house.database.url, pg_bin=house.settings.pg_bin, piece_bytes=PIECE_BYTES):
        await asyncio.to_thread(writer.add, f"database/{number:08d}", piece)
        number += 1
    say(f"database: {writer.bytes / 1e6:.1f} MB")


async def _add_files(writer: Writer, house: House, say: Say) -> None:
    for shelf in _SHELVES:
        for key in await house.files.list(f"{FILES}/{shelf}"):
            try:
                content = await house.files.get(key)
            except FileMissing:
                continue  # erased since the instant of the database
            await asyncio.to_thread(writer.add, key, content)
    say(f"files: {writer.files}")


async def _note(house: House, head: Head, writer: Writer, digest: bytes) -> None:
    now = clock.now()
    id = new_id()
    async with house.database.transaction() as tx:
        await tx.execute(
            "INSERT INTO backups (id, finished_at, revision, bytes, files, digest) VALUES (%s, %s, %s, %s, %s, %s)",
            (id, now, head.revision, writer.bytes, writer.files, digest),
        )
        await vaults.record(
            tx,
            house.vault,
            kind=BACKED_UP,
            at=now,
            actor=OPERATOR,
            data={"backup": str(id), "bytes": writer.bytes, "files": writer.files, "digest": digest.hex()},
        )


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return list(value)
    return str(value) if isinstance(value, Path) else value
