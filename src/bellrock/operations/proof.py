"""Prove a restored record: by every checkpoint there is, those that the backup brings and those that were kept elsewhere."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import msgspec

from bellrock import ledger
from bellrock.core.journal import LOGS, Log
from bellrock.house import House
from bellrock.ledger import Kept
from bellrock.operations.archive import Reader
from bellrock.operations.errors import BackupOlder, NotProven
from bellrock.vault import Keyring
from bellrock.wiring import projections

_PREFIX = "checkpoints/"


@dataclass(frozen=True, slots=True)
class Known:
    """Checkpoints of each log, in order of size: in the backup, and outside it with their folder."""

    archived: Mapping[Log, Sequence[Kept]]
    outside: Mapping[Log, Sequence[Kept]]
    folder: Path


@dataclass(frozen=True, slots=True)
class Proven:
    """How far a log is proven: its size, the newest checkpoint within it, and how many facts after it are lost."""

    size: int
    against: Kept | None
    is_outside: bool
    lost: int


def gather(source: Path, folder: Path, outside: Iterable[Path]) -> Known:
    """Read the checkpoints of a backup (through `folder`, which is made) and those in other folders."""
    folder.mkdir(mode=0o700)
    for name, content in Reader(source).members():
        if name.startswith(_PREFIX):
            (folder / Path(name).name).write_bytes(content)
    folders = [each for each in outside if each.exists()]
    archived = ledger.read_outside_now(folder)
    shutil.rmtree(folder)
    merged: dict[Log, Sequence[Kept]] = {}
    for log in LOGS:
        found = {item.note: item for each in folders for item in ledger.read_outside_now(each)[log]}
        merged[log] = sorted(found.values(), key=lambda item: item.size)
    return Known(archived, merged, folders[-1] if folders else folder)


async def prove(
    house: House, keyring: Keyring, known: Known, *, accept_loss: bool
) -> tuple[ledger.Report, Mapping[Log, Proven]]:
    """Audit everything against all checkpoints within the record. Raises BackupOlder, NotProven."""
    async with house.database.transaction() as tx:
        sizes = {log: await ledger.size_of(tx, log) for log in LOGS}
    proven = {log: _judge(known, log, sizes[log], keyring) for log in LOGS}
    lost = sum(found.lost for found in proven.values())
    if lost and not accept_loss:
        newest = max((item for log in LOGS for item in known.outside[log]), key=lambda item: item.signed_at)
        raise BackupOlder(folder=str(known.folder), lost=lost, signed_at=f"{newest.signed_at:%Y-%m-%d %H:%M:%S} UTC")
    folder = house.settings.checkpoints_folder
    write(folder, {log: _within(known, log, sizes[log]) for log in LOGS})
    report = await ledger.audit(house.database, house.vault, folder=folder, projections=projections())
    if not report.holds:
        codes = sorted({finding.code for finding in report.findings})
        raise NotProven(why=" ".join(ledger.TEXTS[code] for code in codes[:5]))
    return report, proven


def keep_outside(folder: Path, known: Known, proven: Mapping[Log, Proven], *, now: datetime) -> None:
    """Make the folder outside fit the restored record: what the backup knew is added, what is lost is set apart.

    A checkpoint is never deleted: those beyond the record go to `superseded-…`, where they still prove what once was.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    mine = ledger.read_outside_now(folder)
    lost = {log: [item for item in mine[log] if item.size > proven[log].size] for log in LOGS}
    for log, items in lost.items():
        if items:
            (folder / f"superseded-{log}-{now:%Y%m%dT%H%M%SZ}.jsonl").write_bytes(_lines(items))
    kept: dict[Log, list[Kept]] = {}
    for log in LOGS:
        found = {item.note: item for item in (*known.archived[log], *mine[log]) if item.size <= proven[log].size}
        kept[log] = sorted(found.values(), key=lambda item: item.size)
    write(folder, kept)


def write(folder: Path, checkpoints: Mapping[Log, list[Kept]]) -> None:
    """Make the files of these logs hold exactly these checkpoints, each file whole or not at all."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for log, items in checkpoints.items():
        files: dict[str, list[Kept]] = {path.name: [] for path in folder.glob(f"{log}-????-??.jsonl")}
        for item in items:
            files.setdefault(f"{log}-{item.signed_at:%Y-%m}.jsonl", []).append(item)
        for name, content in files.items():
            beside = folder / f".{name}.new"
            beside.write_bytes(_lines(content))
            beside.replace(folder / name)


def _judge(known: Known, log: Log, size: int, keyring: Keyring) -> Proven:
    within = _within(known, log, size)
    against = within[-1] if within else None
    beyond = [item.size for item in known.outside[log] if item.size > size and _is_ours(item, keyring)]
    is_outside = against is not None and against.note in {item.note for item in known.outside[log]}
    return Proven(size, against, is_outside, max(beyond) - size if beyond else 0)


def _within(known: Known, log: Log, size: int) -> list[Kept]:
    found = {item.note: item for item in (*known.archived[log], *known.outside[log]) if item.size <= size}
    return sorted(found.values(), key=lambda item: item.size)


def _is_ours(item: Kept, keyring: Keyring) -> bool:
    try:
        return ledger.open_note(item.note, keyring.public).size == item.size
    except ledger.ProofWrong:
        return False


def _lines(items: Iterable[Kept]) -> bytes:
    return b"".join(msgspec.json.encode(item) + b"\n" for item in items)
