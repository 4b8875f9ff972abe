"""Restore a backup into an empty house, prove its record against the checkpoints that lie outside, and say what is lost.

Everything happens beside: the database and the files are put together in `data/.restoring` and moved to their places at the
end, after the proof. With a database server of the operator's own, a table `bellrock_restoring` marks it until then. What is
found half done by the next attempt is removed; `serve` refuses it meanwhile.
"""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import psycopg

from bellrock import ledger, vault
from bellrock.core import Settings, migrate
from bellrock.core.files import Files
from bellrock.core.journal import LOGS, Log
from bellrock.core.pg_binaries import find_binaries, version_of
from bellrock.core.postgres import EmbeddedPostgres, check_server
from bellrock.house import House
from bellrock.operations import proof, tools
from bellrock.operations.archive import Contents, Reader
from bellrock.operations.backup import OPERATOR, require_keys
from bellrock.operations.errors import ArchiveUnreadable, DatabaseToolFailed, HouseNotEmpty

RESTORED = "operations.restored"
STAGING = ".restoring"
MARK = migrate.RESTORING
_MOVING = "moving"
_ROOM = 3  # the database takes more room than its dump, and the files as much as they are

OpenHouse = Callable[[Settings], AbstractAsyncContextManager[House]]
FilesAt = Callable[[Path], Files]
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Restored:
    """What came back, and how it was proven."""

    contents: Contents
    report: ledger.Report
    proven: Mapping[Log, proof.Proven]
    upgraded: Sequence[str]


async def restore(
    settings: Settings,
    source: Path,
    *,
    open_house: OpenHouse,
    files_at: FilesAt,
    checkpoints: Path | None = None,
    accept_loss: bool = False,
    now: datetime,
    say: Say = lambda _line: None,
) -> Restored:
    """Fill an empty house from a backup; `checkpoints` is one more folder with those that were kept elsewhere.

    Raises ArchiveUnreadable, ArchiveDamaged, KeysMissing, WrongKeyring, HouseNotEmpty, BackupOlder (unless `accept_loss`),
    NotProven, DatabaseToolFailed. After any of them the house is as empty as before.
    """
    keyring = require_keys(settings)
    contents = await asyncio.to_thread(Reader(source).check, keyring.public)
    _check_versions(source, contents, settings)
    await asyncio.to_thread(_require_empty, settings, contents)
    say(f"The backup of {contents.head.made_at} is whole and signed with the keys in {settings.keys}.")
    staging = settings.data / STAGING
    try:
        with _database(settings, staging) as url:
            await tools.load(url, lambda: _pieces(source), pg_bin=settings.pg_bin)
            say("The database is loaded.")
            upgraded = await asyncio.to_thread(migrate.upgrade, url, is_restoring=True)
            await asyncio.to_thread(_analyse, url)
            await _put_files(source, files_at(staging / "files"))
            say(f"{contents.files} files are written.")
            staged = replace(settings, database_url=url, checkpoints=staging / "checkpoints")
            known = await asyncio.to_thread(
                proof.gather,
                source,
                staging / "archived",
                [settings.checkpoints_folder, *([checkpoints] if checkpoints else [])],
            )
            async with open_house(staged) as house:
                report, proven = await proof.prove(house, keyring, known, accept_loss=accept_loss)
                await _settle(house, contents, proven, now=now)
        await asyncio.to_thread(proof.keep_outside, settings.checkpoints_folder, known, proven, now=now)
        await asyncio.to_thread(_move, settings, staging)
    except BaseException:
        await asyncio.to_thread(_clear, settings, staging)
        raise
    return Restored(contents, report, proven, upgraded)


def report_lines(restored: Restored) -> list[str]:
    """Return what a restore has to say, in words."""
    lines = [f"Upgraded: {', '.join(restored.upgraded)}."] if restored.upgraded else []
    for log, found in restored.proven.items():
        if found.against is None:
            lines.append(f"{log}: {found.size} facts; no checkpoint speaks of them yet.")
            continue
        where = "outside the backup" if found.is_outside else "in the backup itself; give --checkpoints to prove more"
        lines.append(
            f"{log}: {found.size} facts, proven up to {found.against.size} by the checkpoint of"
            f" {found.against.signed_at:%Y-%m-%d %H:%M:%S} UTC, {where}."
        )
        if found.lost:
            lines.append(
                f"{log}: {found.lost} facts after the backup are LOST; their checkpoints are kept as superseded-*."
            )
    lines += [
        f"{restored.report.records} records and {restored.report.rows} rows hold.",
        "Everybody signs in anew. What was decided after the backup is undone: erasures, closed accounts and revoked tokens"
        " of that time must be ordered again.",
    ]
    return lines


def _check_versions(source: Path, contents: Contents, settings: Settings) -> None:
    head = contents.head
    if head.revision not in migrate.revisions():
        why = f"it is at revision {head.revision}, which this Bellrock does not know; restore it with Bellrock {head.bellrock}"
        raise ArchiveUnreadable(file=str(source), why=why)
    found = version_of(find_binaries(settings.pg_bin))
    if found < head.postgres:
        why = (
            f"it comes from PostgreSQL {head.postgres}, and the programs here are of {found}; set PG_BIN to newer ones"
        )
        raise ArchiveUnreadable(file=str(source), why=why)


def _require_empty(settings: Settings, contents: Contents) -> None:
    data = settings.data
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    if settings.database_url:
        check_server(settings.database_url)
        if _has_tables(settings.database_url):
            raise HouseNotEmpty(what="the database that BELLROCK_DATABASE_URL names holds tables")
    elif (data / "postgres" / "cluster").exists():
        raise HouseNotEmpty(what=f"{data / 'postgres'} holds a database")
    is_leftover = (data / STAGING / _MOVING).exists()
    if not is_leftover and (data / "files").exists() and any((data / "files").rglob("*")):
        raise HouseNotEmpty(what=f"{data / 'files'} holds files")
    if is_leftover:
        shutil.rmtree(data / "files", ignore_errors=True)
    if (data / STAGING / "postgres").exists():
        EmbeddedPostgres(
            data / STAGING / "postgres", pg_bin=settings.pg_bin
        ).stop()  # it outlives a restore that was killed
    shutil.rmtree(data / STAGING, ignore_errors=True)
    if shutil.disk_usage(data).free < contents.bytes * _ROOM:
        raise HouseNotEmpty(
            what=f"there is too little room in {data}: {contents.bytes * _ROOM // 1_000_000} MB are needed"
        )


@contextmanager
def _database(settings: Settings, staging: Path) -> Iterator[str]:
    """Yield the address of an empty database to fill, marked as unfinished until this ends well."""
    staging.mkdir(mode=0o700)
    if not settings.database_url:
        with EmbeddedPostgres(staging / "postgres", pg_bin=settings.pg_bin) as server:
            yield server.url
        return
    url = settings.database_url
    with psycopg.connect(url, connect_timeout=10) as connection:
        connection.execute(f"CREATE TABLE IF NOT EXISTS {MARK} ()")
    yield url


def _has_tables(url: str) -> bool:
    with psycopg.connect(url, connect_timeout=10) as connection:
        names = {
            str(row[0])
            for row in connection.execute(
                "SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v')"
            )
        }
    if MARK in names:
        _empty_database(url)
        return False
    return bool(names)


def _empty_database(url: str) -> None:
    """Remove what an unfinished restore left: the database was empty before it, and is marked as such."""
    with psycopg.connect(url, connect_timeout=10) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")


def _pieces(source: Path) -> Iterator[bytes]:
    for name, content in Reader(source).members():
        if name.startswith("database/"):
            yield content


def _analyse(url: str) -> None:
    """Tell the planner what was loaded, so that the first requests are as quick as the last were."""
    with psycopg.connect(url, connect_timeout=10, autocommit=True) as connection:
        connection.execute("ANALYZE")


async def _put_files(source: Path, files: Files) -> None:
    for name, content in Reader(source).members():
        if name.startswith("files/"):
            await files.put(name, content)


async def _settle(house: House, contents: Contents, proven: Mapping[Log, proof.Proven], *, now: datetime) -> None:
    """Write the fact, and end every session: one that was ended after the backup must not live again."""
    async with house.database.transaction() as tx:
        await tx.execute("UPDATE agent_sessions SET ended_at = %s WHERE ended_at IS NULL", (now,))
        await tx.execute("UPDATE widget_sessions SET ended_at = %s WHERE ended_at IS NULL", (now,))
        await tx.execute("UPDATE agent_links SET used_at = %s WHERE used_at IS NULL", (now,))
        await vault.record(
            tx,
            house.vault,
            kind=RESTORED,
            at=now,
            actor=OPERATOR,
            data={
                "backup": contents.digest.hex(),
                "made": contents.head.made_at,
                **{f"{log}_size": proven[log].size for log in LOGS},
                **{f"{log}_lost": proven[log].lost for log in LOGS},
            },
        )


def _move(settings: Settings, staging: Path) -> None:
    """Move everything to its place. The database goes last: with it the house is there, without it there is none."""
    (staging / _MOVING).touch()
    data = settings.data
    (staging / "files").mkdir(exist_ok=True, mode=0o700)
    if (data / "files").exists():
        shutil.rmtree(data / "files")
    (staging / "files").rename(data / "files")
    if settings.database_url:
        with psycopg.connect(settings.database_url, connect_timeout=10) as connection:
            connection.execute(f"DROP TABLE IF EXISTS {MARK}")
    else:
        if (data / "postgres").exists():
            shutil.rmtree(data / "postgres")  # no cluster in it: an empty house's password and logs
        (staging / "postgres").rename(data / "postgres")
    for folder in (data, data.parent):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    shutil.rmtree(staging)


def _clear(settings: Settings, staging: Path) -> None:
    """Leave the house as empty as it was."""
    if (staging / _MOVING).exists():
        shutil.rmtree(settings.data / "files", ignore_errors=True)
    shutil.rmtree(staging, ignore_errors=True)
    if settings.database_url:
        try:
            _empty_database(settings.database_url)
        except psycopg.Error as error:
            why = f"what it left in the database could not be removed ({type(error).__name__}); run it again"
            raise DatabaseToolFailed(program="restore", why=why) from error
