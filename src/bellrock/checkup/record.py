"""What the commands about the record show: verify, audit, receipts, public keys."""

from __future__ import annotations

from dataclasses import asdict

import msgspec

from bellrock import ledger
from bellrock.core import SYSTEM, Settings, journal
from bellrock.house import House
from bellrock.vault import Keyring, KeyringDamaged


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
