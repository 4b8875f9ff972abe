"""Audit: from the last checkpoint outside the database down to every row that a screen shows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from bellrock import vault as vaults
from bellrock.core import SYSTEM, Actor, Database, Numbered, Transaction, journal
from bellrock.core.journal import LOGS, Log
from bellrock.ledger import erasure
from bellrock.ledger.findings import Finding, Report
from bellrock.ledger.verify import Outside, read_outside, snapshot, verify_in

_BATCH = 500
# What is left of an entry of the access log that has had its time: nobody can write a look into it.
_EMPTIED: tuple[Actor, None, None, dict[str, object]] = (SYSTEM, None, None, {})

Projection = Callable[[Transaction, vaults.Vault], AsyncIterator[Finding | None]]
"""Given by a room that keeps rows for screens: yields None for a row that holds, else what is wrong with it."""


async def audit(
    database: Database, vault: vaults.Vault, *, folder: Path, projections: Mapping[str, Projection]
) -> Report:
    """Return everything that is not as it was signed: structure, records, erasures and projected rows.

    Starts from the checkpoints in `folder`, outside the database, so that an older, once valid state is found too.
    """
    kept_outside = await read_outside(folder)
    async with snapshot(database) as tx:
        return await audit_in(tx, vault, kept_outside, projections)


async def audit_in(
    tx: Transaction, vault: vaults.Vault, kept_outside: Outside, projections: Mapping[str, Projection]
) -> Report:
    """Audit what one transaction sees."""
    report = await verify_in(tx, vault.keyring, kept_outside)
    erased = _Erased()
    for log in LOGS:
        await _audit_records(tx, vault, log, report, erased)
    _compare_erased(erased, report)
    await _find_strays(tx, report)
    for name, projection in projections.items():
        async for finding in projection(tx, vault):
            report.rows += 1
            if finding is not None:
                where = finding.where or name
                report.add(finding.code, where, number=finding.number, id=finding.id, detail=finding.detail)
    return report


@dataclass(slots=True)
class _Erased:
    """What was seen of erasures: facts that order them, and records that are gone."""

    records: set[UUID] = field(default_factory=set)
    digests: dict[tuple[str, str | None], list[tuple[int, str]]] = field(default_factory=lambda: defaultdict(list))
    gone: list[vaults.Examined] = field(default_factory=list)
    alive: set[UUID] = field(default_factory=set)


async def _audit_records(tx: Transaction, vault: vaults.Vault, log: Log, report: Report, erased: _Erased) -> None:
    after = -1
    while facts := await journal.read(tx, log=log, after=after, limit=_BATCH):
        after = facts[-1].number
        found = await vaults.examine_records(tx, vault, [fact.id for fact in facts])
        for fact in facts:
            _audit_fact(fact, found.get(fact.id), report, erased)


def _audit_fact(fact: Numbered, found: vaults.Examined | None, report: Report, erased: _Erased) -> None:
    report.records += 1
    if found is None:
        report.add("record_missing", fact.log, number=fact.number, id=fact.id)
        return
    if found.leaf != fact.leaf:
        report.add("leaf_differs", fact.log, number=fact.number, id=fact.id)
    if found.state == "shredded":
        report.shredded += 1
        erased.gone.append(found)
        if fact.log == "access" and (fact.actor, fact.customer_id, fact.conversation_id, fact.data) != _EMPTIED:
            report.add("record_differs", fact.log, number=fact.number, id=fact.id)
    elif found.opened is None:
        report.add(f"record_{found.state}", fact.log, number=fact.number, id=fact.id)
    else:
        erased.alive.add(fact.id)
        _note_erasure(fact, erased)
        _compare_record(fact, found.opened, report)


def _compare_record(fact: Numbered, opened: vaults.Opened, report: Report) -> None:
    """Compare every column of the journal with the record: the record that the row would have made must be this one."""
    try:
        expected = vaults.canonical(vaults.record_of(fact, opened.record.get("words", {})))
    except vaults.NotCanonical:
        expected = b""
    if expected != opened.canonical:
        report.add("record_differs", fact.log, number=fact.number, id=fact.id)


def _note_erasure(fact: Numbered, erased: _Erased) -> None:
    if fact.kind == erasure.RECORD_SHREDDED:
        erased.records.add(UUID(fact.data["record"]))
    elif fact.kind == erasure.RECORDS_SHREDDED:
        erased.records.update(UUID(record) for record in fact.data["records"])
    elif fact.kind == erasure.SUBJECT_SHREDDED:
        order = (fact.data["subject"], fact.data["retention"])
        erased.digests[order].append((fact.data["count"], fact.data["digest"]))


def _compare_erased(erased: _Erased, report: Report) -> None:
    """Each record that is gone must have been ordered gone, one by one or as exactly the set an erasure named."""
    for id in erased.records & erased.alive:
        report.add("record_returned", "records", id=id)
    by_subject: dict[tuple[str, str], list[vaults.Examined]] = defaultdict(list)
    for item in erased.gone:
        if item.id not in erased.records:
            by_subject[str(item.subject_id), item.retention].append(item)
    for item in _unordered(by_subject, erased):
        report.add("record_shredded", "records", id=item.id)


def _unordered(
    by_subject: Mapping[tuple[str, str], Sequence[vaults.Examined]], erased: _Erased
) -> list[vaults.Examined]:
    left = {owner: list(items) for owner, items in by_subject.items()}
    for (subject, retention), orders in erased.digests.items():
        owners = [owner for owner in left if owner[0] == subject and retention in (None, owner[1])]
        items = [item for owner in owners for item in left[owner]]
        total = sum(count for count, _ in orders)
        # An erasure that is run again takes what came meanwhile; the sets are told apart by time, which the rows keep.
        if len(items) == total and _digests_fit(items, [digest for count, digest in orders if count]):
            for owner in owners:
                del left[owner]
    return [item for items in left.values() for item in items]


def _digests_fit(items: Sequence[vaults.Examined], digests: Sequence[str]) -> bool:
    groups: dict[object, list[tuple[UUID, bytes]]] = defaultdict(list)
    for item in items:
        groups[item.shredded_at].append((item.id, item.leaf))
    return sorted(map(erasure.digest_of, groups.values())) == sorted(digests)


async def _find_strays(tx: Transaction, report: Report) -> None:
    """Find records without a fact; a fact that waits in the inbox for its number counts."""
    cursor = await tx.execute(
        "SELECT id FROM records WHERE NOT EXISTS (SELECT FROM journal WHERE journal.id = records.id)"
        " AND NOT EXISTS (SELECT FROM journal_inbox WHERE journal_inbox.id = records.id) LIMIT %s",
        (_BATCH,),
    )
    for row in await cursor.fetchall():
        report.add("record_stray", "records", id=row["id"])
