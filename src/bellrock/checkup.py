"""What `bellrock doctor` looks at: everything an operator would check by hand, each with what to do about it."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, replace

import msgspec

from bellrock import ledger
from bellrock.core import SYSTEM, BellrockError, Database, Settings, cursors, journal, migrate, postgres
from bellrock.house import House
from bellrock.vault import Keyring, KeyringDamaged

LAG_MAX = 10_000


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    what: str
    says: str
    is_well: bool = True


def examine(settings: Settings) -> list[Finding]:
    """Look at disk, keys, database, schema, listeners, parked events and assets; never raises for what is unwell."""
    findings = [_room(settings), _keys(settings), _assets()]
    try:
        with postgres.reachable(
            settings.data / "postgres", database_url=settings.database_url, pg_bin=settings.pg_bin
        ) as url:
            findings.append(Finding("database", "answers"))
            findings.append(_schema(url))
            if findings[-1].is_well:
                findings += asyncio.run(_journal(replace(settings, database_url=url)))
    except BellrockError as error:
        findings.append(Finding("database", str(error), is_well=False))
    return findings


async def examine_ledger(house: House, *, kind: str) -> ledger.Report:
    """Run the ledger's `verify` or `audit` and return what it found."""
    from bellrock.wiring import projections

    folder = house.settings.checkpoints_folder
    if kind == "verify":
        return await ledger.verify(house.database, house.vault.keyring, folder=folder)
    return await ledger.audit(house.database, house.vault, folder=folder, projections=projections())


def report_lines(report: ledger.Report, *, kind: str) -> list[str]:
    """Return a report in words."""
    lines = [f"{log}: {size} facts" for log, size in report.sizes.items()]
    lines.append(f"checkpoints: {report.checkpoints} in the database, {report.outside} outside")
    if kind == "audit":
        lines.append(f"records: {report.records}, of which erased: {report.shredded}; rows on screens: {report.rows}")
    for finding in report.findings:
        place = finding.where + (f" {finding.number}" if finding.number is not None else "")
        place += f" {finding.id}" if finding.id is not None else ""
        lines.append(f"WRONG {finding.code} in {place}: {ledger.TEXTS[finding.code]} {finding.detail}".rstrip())
    if report.is_cut:
        lines.append("There is more; the list was cut.")
    lines.append("Everything holds." if report.holds else "The record does not hold.")
    return lines


def report_as_json(report: ledger.Report) -> str:
    """Return a report for a machine."""
    return msgspec.json.format(msgspec.json.encode({"holds": report.holds, **asdict(report)}), indent=1).decode()


async def receipt_of(house: House, reference: str) -> bytes:
    """Return the receipt of a closed conversation. Raises ConversationUnknown, NothingToReceipt."""
    from bellrock import conversations

    async with house.database.transaction() as tx:
        found = await conversations.find_by_reference(tx, viewer=SYSTEM, reference=reference)
        return await ledger.make_receipt(tx, house.vault, conversation_id=found.id)


def check_receipt(content: bytes, *, key: str, settings: Settings) -> list[str]:
    """Check a receipt with a public key, else with this installation's; return lines that say what it proves.

    Raises ProofWrong or ReceiptUnreadable.
    """
    public = ledger.parse_verifier_key(key)[1] if key else _keyring(settings).public
    checked = ledger.check_receipt(content, public)
    return [
        "This receipt holds.",
        f"signed by: {checked.origin}, over {checked.tree_size} facts",
        f"conversation: {checked.conversation_id}, closed at {checked.closed_at}",
        f"what the customer could see: {checked.records} entries, {checked.leaves_only} of them without their words",
    ]


def public_keys(settings: Settings) -> list[str]:
    """Return the public key of each log, as C2SP tools read it."""
    public = _keyring(settings).public
    return [ledger.verifier_key(ledger.origin_of(settings, log), public) for log in journal.LOGS]


def _keyring(settings: Settings) -> Keyring:
    if not settings.keys.exists():
        raise KeyringDamaged(why=f"{settings.keys} is not there")
    return Keyring.load(settings.keys)


def _room(settings: Settings) -> Finding:
    folder = settings.data if settings.data.exists() else settings.data.absolute().parent
    free_mb = shutil.disk_usage(folder).free // 1_000_000
    return Finding("disk", f"{free_mb} MB free", is_well=free_mb >= postgres.FREE_MB_MIN)


def _keys(settings: Settings) -> Finding:
    if not settings.keys.exists():
        return Finding("keys", f"{settings.keys} is not there yet; the first start makes it")
    try:
        Keyring.load(settings.keys, apart_from=settings.data)
    except BellrockError as error:
        return Finding("keys", str(error), is_well=False)
    return Finding("keys", "complete, private, and apart from the data")


def _assets() -> Finding:
    from bellrock.web.shared import assets

    if not (assets.DIST / "manifest.json").exists():
        return Finding("assets", "not built; ./run builds them", is_well=False)
    return Finding("assets", "built")


def _schema(url: str) -> Finding:
    found = migrate.current(url)
    if found == migrate.head():
        return Finding("schema", f"at {found}")
    return Finding("schema", f"at {found or 'nothing'}, not at {migrate.head()}; run: bellrock migrate", is_well=False)


async def _journal(settings: Settings) -> list[Finding]:
    checks: tuple[Callable[[Database], Awaitable[Finding]], ...] = (_waiting, _listeners, _parked)
    async with Database(settings.database_url) as database:
        return [await check(database) for check in checks]


async def _waiting(database: Database) -> Finding:
    async with database.transaction() as tx:
        row = await (await tx.execute("SELECT count(*) AS waiting FROM journal_inbox")).fetchone()
    waiting = int(row["waiting"]) if row else 0
    return Finding("sequencer", f"{waiting} facts wait for their number", is_well=waiting <= LAG_MAX)


async def _listeners(database: Database) -> Finding:
    async with database.transaction() as tx:
        behind = await cursors.lag(tx)
    worst = max(behind.items(), key=lambda item: item[1], default=("none", 0))
    return Finding("listeners", f"{worst[1]} facts behind at most ({worst[0]})", is_well=worst[1] <= LAG_MAX)


async def _parked(database: Database) -> Finding:
    async with database.transaction() as tx:
        rows = await (
            await tx.execute("SELECT cursor, log, number, reason FROM parked ORDER BY 1, 3 LIMIT 20")
        ).fetchall()
    if not rows:
        return Finding("parked events", "none")
    says = "; ".join(f"{row['cursor']}: {row['log']} {row['number']} ({row['reason']})" for row in rows)
    return Finding("parked events", says, is_well=False)
