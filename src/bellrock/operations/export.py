"""Export, opened: everything of the house, or everything about one customer. Written as it is read; it can be taken up again.

A folder of JSON lines, one file a table, `facts.jsonl` with the words, `files/`, and at the end `manifest.json`. Until that
is there, `progress.json` says how far it came. Before anything is read, the access log says who exports what, and why.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from bellrock import access, channels, people
from bellrock import vault as vaults
from bellrock.core import SYSTEM, NotFound, Transaction, clock, journal
from bellrock.core.files import FileMissing
from bellrock.house import House
from bellrock.operations import reading
from bellrock.operations.errors import ExportElsewhere, ExportNotAllowed
from bellrock.operations.tables import exported_tables, plain

EXPORTED = "operations.exported"
MANIFEST, PROGRESS = "manifest.json", "progress.json"
_FACTS = "facts"
_FILES = "files"

Say = Callable[[str], None]


class Progress(msgspec.Struct):
    """How far an export came: what is done, and of the part under way the last key and the length of its file."""

    what: str
    begun_at: str
    facts_to: int
    done: list[str]
    part: str = ""
    after: list[Any] | None = None
    length: int = 0


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export holds."""

    folder: Path
    rows: dict[str, int]
    files: int


async def exporter(tx: Transaction, vault: vaults.Vault, *, email: str) -> people.Agent:
    """Return the active colleague of an address who may export. Raises ExportNotAllowed."""
    found = await people.agent_by_email(tx, vault, email=email)
    if found is None or not found.may(people.Permission.EXPORT):
        raise ExportNotAllowed(who=email)
    return found


async def export_house(
    house: House, folder: Path, *, by: people.Agent, reason: str, now: datetime, say: Say = lambda _line: None
) -> Exported:
    """Write everything of the house into a folder, or go on where an interrupted export stopped.

    Facts end where the log ended at the beginning; rows are as they were when they were read. Raises ExportNotAllowed,
    ExportElsewhere.
    """
    _require(by)
    async with house.database.transaction() as tx:
        await _note(tx, house, by, None, reason, now)
        tables = await exported_tables(tx)
        last = await journal.last_number(tx)
    job = _Job(house, folder, "house", now, last)
    for table, key in tables.items():
        await job.write(table, lambda after, table=table, key=key: reading.table_rows(house, table, key, after))  # type: ignore[misc]
        say(f"{table}.jsonl")
    await job.write(_FACTS, lambda after: reading.house_facts(house, after, job.progress.facts_to))
    say("facts.jsonl")
    await job.write_files(lambda after: reading.attachments(house, after, None))
    return await job.finish()


async def export_customer(
    house: House,
    folder: Path,
    *,
    customer_id: UUID,
    by: people.Agent,
    reason: str,
    with_internal: bool = True,
    now: datetime,
    say: Say = lambda _line: None,
) -> Exported:
    """Write everything about one customer, and the visitors they were, into a folder: the answer to an access request.

    Without `with_internal`, only what the customer could see. Raises ExportNotAllowed, ExportElsewhere, NotFound.
    """
    _require(by)
    async with house.database.transaction() as tx:
        customer = await people.customer(tx, customer_id)
        await _note(tx, house, by, customer.id, reason, now)
        ids = [customer.id, *await people.adopted_visitors(tx, customer_id=customer.id)]
        last = await journal.last_number(tx)
    scope = "all" if with_internal else "public"
    job = _Job(house, folder, f"customer {customer.id} {scope}", now, last)
    await job.write("customers", lambda _after: reading.customer_rows(house, "customers", "id", ids))
    await job.write("conversations", lambda _after: reading.customer_rows(house, "conversations", "customer_id", ids))
    await job.write("attachments", lambda _after: reading.customer_rows(house, "attachments", "customer_id", ids))
    await job.write(_FACTS, lambda _after: reading.customer_facts(house, ids, with_internal=with_internal))
    if with_internal:
        await job.write("looks", lambda _after: reading.customer_looks(house, ids))
    say(f"{sum(job.rows.values())} rows")
    await job.write_files(lambda after: reading.attachments(house, after, ids))
    return await job.finish()


class _Job:
    """One export into one folder."""

    def __init__(self, house: House, folder: Path, what: str, now: datetime, last: int) -> None:
        self._house = house
        self.folder = folder
        self.rows: dict[str, int] = {}
        self._files = 0
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        names = {path.name for path in folder.iterdir()}
        if PROGRESS in names:
            self.progress = msgspec.json.decode((folder / PROGRESS).read_bytes(), type=Progress)
            if self.progress.what != what:
                raise ExportElsewhere(folder=str(folder))
            return
        if names:
            raise ExportElsewhere(folder=str(folder))
        self.progress = Progress(what, clock.rfc3339(now), last, [])
        self._keep()

    async def write(self, part: str, rows: Callable[[list[Any] | None], reading.Rows]) -> None:
        """Write one file of JSON lines, from where it was left."""
        path = self.folder / f"{part}.jsonl"
        if part in self.progress.done:
            return
        if self.progress.part != part:
            self.progress.part, self.progress.after, self.progress.length = part, None, 0
        with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600), "r+b") as file:
            file.truncate(self.progress.length)
            file.seek(self.progress.length)
            count = 0
            async for key, row in rows(self.progress.after):
                file.write(msgspec.json.encode(row) + b"\n")
                count += 1
                if count % reading.BATCH == 0 and key:
                    file.flush()
                    os.fsync(file.fileno())
                    self.progress.after, self.progress.length = [plain(value) for value in key], file.tell()
                    self._keep()
            file.flush()
            os.fsync(file.fileno())
        self.rows[part] = count
        self._end(part)

    async def write_files(self, rows: Callable[[list[Any] | None], reading.Rows]) -> None:
        """Write every file in clear, under its id; one that is there is there whole."""
        if _FILES in self.progress.done:
            return
        shelf = self.folder / _FILES
        shelf.mkdir(mode=0o700, exist_ok=True)
        async for (file_id,), _row in rows(None):
            target = shelf / str(file_id)
            if target.exists():
                self._files += 1
                continue
            try:
                async with self._house.database.transaction() as tx:
                    _, content = await channels.open_attachment(
                        tx, self._house.vault, self._house.files, viewer=SYSTEM, file_id=file_id
                    )
            except (NotFound, FileMissing):
                continue  # erased, or its time was over
            await asyncio.to_thread(_write_whole, target, content)
            self._files += 1
        self._end(_FILES)

    async def finish(self) -> Exported:
        """Write the manifest with a digest of each file, and remove what only an unfinished export needs."""
        parts: dict[str, dict[str, Any]] = {}
        for path in sorted(self.folder.glob("*.jsonl")):
            lines, digest = await asyncio.to_thread(_sum, path)
            parts[path.name] = {"rows": lines, "sha256": digest}
        manifest = {
            "what": self.progress.what,
            "begun_at": self.progress.begun_at,
            "facts_to": self.progress.facts_to,
            "parts": parts,
            "files": self._files,
        }
        await asyncio.to_thread(
            _write_whole, self.folder / MANIFEST, msgspec.json.format(msgspec.json.encode(manifest), indent=1)
        )
        (self.folder / PROGRESS).unlink()
        return Exported(
            self.folder, {name.removesuffix(".jsonl"): part["rows"] for name, part in parts.items()}, self._files
        )

    def _end(self, part: str) -> None:
        self.progress.done.append(part)
        self.progress.part, self.progress.after, self.progress.length = "", None, 0
        self._keep()

    def _keep(self) -> None:
        _write_whole(self.folder / PROGRESS, msgspec.json.encode(self.progress))


async def _note(
    tx: Transaction, house: House, by: people.Agent, customer_id: UUID | None, reason: str, now: datetime
) -> None:
    """Write into the access log who takes what out of the house, and why, sealed."""
    await access.house_key(tx, house.vault)
    await vaults.record(
        tx,
        house.vault,
        kind=EXPORTED,
        at=now,
        actor=by.actor,
        data={"what": "customer" if customer_id else "house"},
        words={"reason": reason},
        customer_id=customer_id,
        log="access",
    )


def _require(agent: people.Agent) -> None:
    if not agent.may(people.Permission.EXPORT):
        raise ExportNotAllowed(who=agent.name)


def _write_whole(path: Path, content: bytes) -> None:
    beside = path.with_name(f".{path.name}.new")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def _sum(path: Path) -> tuple[int, str]:
    digest, lines = hashlib.sha256(), 0
    with path.open("rb") as file:
        for line in file:
            digest.update(line)
            lines += 1
    return lines, digest.hexdigest()
