"""Retention: what has had its time goes, class by class, with facts that say so; never what a legal hold keeps."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from bellrock import access, channels, conversations, ledger, people
from bellrock import vault as vaults
from bellrock.core import N_, Actor, Invalid, Refused, Transaction, new_id
from bellrock.house import House
from bellrock.operations.backup import OPERATOR
from bellrock.operations.errors import PolicyForged

RETENTION_SET = "operations.retention_set"
RETENTION_APPLIED = "operations.retention_applied"
DAYS_MAX = 36_500
COUNT_MAX = 100_000
_BATCH = 100
_PROOF = "proof"
_FIRST = UUID(int=0)


class DaysWrong(Invalid):
    """A period is a number of days."""

    code = "days_wrong"
    text = N_("Give a number of days between 1 and 36500, or leave the field empty to keep for ever.")


@dataclass(frozen=True, slots=True)
class RetentionClass:
    """One kind of data that is kept for a time of its own."""

    name: str
    title: str
    about: str


CLASSES: Mapping[str, RetentionClass] = {
    item.name: item
    for item in (
        RetentionClass(
            "conversations",
            N_("Words of conversations"),
            N_("After the case was resolved: messages, notes, summaries and files. That it took place stays proven."),
        ),
        RetentionClass(
            "files",
            N_("Files"),
            N_("After the case was resolved: pictures and documents. The message that they came with stays."),
        ),
        RetentionClass(
            "visitors",
            N_("Visitors"),
            N_("People who never signed in, after their last case was resolved: everything about them."),
        ),
        RetentionClass(
            "customers",
            N_("Customers"),
            N_("After their last case was resolved and their last visit: everything about them."),
        ),
        RetentionClass("drafts", N_("Drafts"), N_("After they were last touched.")),
        RetentionClass(
            "sessions", N_("Sessions and links"), N_("After they ended or ran out. Nothing in them is needed any more.")
        ),
    )
}


@dataclass(frozen=True, slots=True)
class Policy:
    """How long a class is kept; None: for ever. Everything up to (`reached_at`, `reached_id`) has been seen to."""

    name: str
    days: int | None = None
    applied_at: datetime | None = None
    reached_at: datetime | None = None
    reached_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """What a run would take of a class: how many, `COUNT_MAX` at most, and how many of them a hold keeps."""

    policy: Policy
    before: datetime | None
    count: int = 0
    held: int = 0


async def policies(tx: Transaction) -> list[Policy]:
    """Return the policy of every class."""
    cursor = await tx.execute("SELECT class, days, applied_at, reached_at, reached_id FROM retention_policies")
    rows = {row["class"]: row for row in await cursor.fetchall()}
    return [
        Policy(name, *(rows[name][column] for column in ("days", "applied_at", "reached_at", "reached_id")))
        if name in rows
        else Policy(name)
        for name in CLASSES
    ]


async def set_policy(
    tx: Transaction, vault: vaults.Vault, *, name: str, days: int | None, by: people.Agent | Actor, now: datetime
) -> bool:
    """Say how long a class is kept, None for ever; return whether that is news. Raises Refused, DaysWrong."""
    if isinstance(by, people.Agent) and not by.may(people.Permission.CUSTOMER_ERASE):
        raise Refused
    if name not in CLASSES or (days is not None and not 1 <= days <= DAYS_MAX):
        raise DaysWrong
    await tx.execute("SELECT pg_advisory_xact_lock(hashtextextended('retention', 0))")
    if {policy.name: policy.days for policy in await policies(tx)}[name] == days:
        return False
    await vault.create_subject(tx, vaults.HOUSE_SUBJECT, _PROOF)
    fact_id = await vaults.record(
        tx,
        vault,
        id=new_id(),
        kind=RETENTION_SET,
        at=now,
        actor=by if isinstance(by, Actor) else by.actor,
        data={"class": name, "days": days},
        retention=_PROOF,
    )
    await tx.execute(
        "INSERT INTO retention_policies (class, days, fact_id, changed_at) VALUES (%s, %s, %s, %s)"
        " ON CONFLICT (class) DO UPDATE SET days = excluded.days, fact_id = excluded.fact_id,"
        " changed_at = excluded.changed_at",
        (name, days, fact_id, now),
    )
    return True


async def plan(tx: Transaction, vault: vaults.Vault, *, now: datetime) -> list[Due]:
    """Return what a run would take, and change nothing. Raises PolicyForged."""
    return [await _due(tx, vault, policy, now) for policy in await policies(tx)]


async def apply(house: House, *, now: datetime, say: Callable[[str], None] = lambda _line: None) -> dict[str, int]:
    """Delete what has had its time, in small transactions, and return how many of each class. Raises PolicyForged.

    Whatever interrupts it, the next run goes on: what is done has its facts, and nothing else was touched.
    """
    async with house.database.transaction() as tx:
        found = await policies(tx)
        for policy in found:
            await _check(tx, house.vault, policy)
    taken: dict[str, int] = {}
    for policy in found:
        if policy.days is None:
            continue
        count = await _WORK[policy.name](house, policy, now - timedelta(days=policy.days), now)
        taken[policy.name] = count
        async with house.database.transaction() as tx:
            await _note(tx, house.vault, policy, count, now)
        say(f"{policy.name}: {count}")
    return taken


async def release_reached(tx: Transaction) -> None:
    """Look again at everything in the next run: a hold that kept some of it was released."""
    await tx.execute("UPDATE retention_policies SET reached_at = NULL, reached_id = NULL")


async def _check(tx: Transaction, vault: vaults.Vault, policy: Policy) -> None:
    """Make sure that somebody set this period: the fact names it, and the fact's sealed record says the same."""
    row = await (await tx.execute("SELECT fact_id FROM retention_policies WHERE class = %s", (policy.name,))).fetchone()
    if row is None:
        return
    opened = (await vault.open_records(tx, [row["fact_id"]])).get(row["fact_id"], {})
    if (opened.get("kind"), opened.get("data")) != (RETENTION_SET, {"class": policy.name, "days": policy.days}):
        raise PolicyForged(name=policy.name)


async def _due(tx: Transaction, vault: vaults.Vault, policy: Policy, now: datetime) -> Due:
    await _check(tx, vault, policy)
    if policy.days is None:
        return Due(policy, None)
    before = now - timedelta(days=policy.days)
    count, held = await _COUNTS[policy.name](tx, policy, before)
    return Due(policy, before, count, held)


async def _note(tx: Transaction, vault: vaults.Vault, policy: Policy, count: int, now: datetime) -> None:
    await tx.execute("UPDATE retention_policies SET applied_at = %s WHERE class = %s", (now, policy.name))
    if count:
        await vault.create_subject(tx, vaults.HOUSE_SUBJECT, _PROOF)
        await vaults.record(
            tx,
            vault,
            kind=RETENTION_APPLIED,
            at=now,
            actor=OPERATOR,
            data={"class": policy.name, "days": policy.days, "count": count},
            retention=_PROOF,
        )


# Resolved conversations in the order in which their time comes; the index on resolved_at is walked, from where the last run was.
_RESOLVED = (
    "FROM conversations c WHERE c.status = 'resolved' AND c.resolved_at <= %(before)s"
    " AND c.resolved_at >= coalesce(%(reached_at)s, '-infinity'::timestamptz)"
    " AND (c.resolved_at, c.id) > (coalesce(%(reached_at)s, '-infinity'::timestamptz), %(reached_id)s)"
)
_ON_HOLD = "EXISTS (SELECT FROM legal_holds h WHERE h.customer_id = {} AND h.released_at IS NULL)"
_QUIET = (
    "FROM customers p WHERE p.kind = %(kind)s AND p.erased_at IS NULL AND p.adopted_by IS NULL AND p.id > %(after)s"
    " AND p.created_at <= %(before)s"
    " AND NOT EXISTS (SELECT FROM conversations c WHERE c.customer_id = p.id"
    "  AND (c.status <> 'resolved' OR c.resolved_at > %(before)s))"
    " AND NOT EXISTS (SELECT FROM widget_sessions w WHERE w.customer_id = p.id AND w.started_at > %(before)s)"
)


def _reached(policy: Policy, before: datetime) -> dict[str, Any]:
    return {"before": before, "reached_at": policy.reached_at, "reached_id": policy.reached_id or _FIRST}


async def _count(tx: Transaction, select: str, parameters: dict[str, Any]) -> tuple[int, int]:
    cursor = await tx.execute(
        f"SELECT count(*) AS many, count(*) FILTER (WHERE is_held) AS held FROM ({select} LIMIT {COUNT_MAX}) few",
        parameters,
    )
    row = await cursor.fetchone()
    assert row is not None
    return row["many"] - row["held"], row["held"]


async def _count_conversations(tx: Transaction, policy: Policy, before: datetime) -> tuple[int, int]:
    return await _count(
        tx, f"SELECT {_ON_HOLD.format('c.customer_id')} AS is_held {_RESOLVED}", _reached(policy, before)
    )


async def _count_files(tx: Transaction, policy: Policy, before: datetime) -> tuple[int, int]:
    select = (
        f"SELECT {_ON_HOLD.format('c.customer_id')} AS is_held FROM (SELECT c.id, c.customer_id {_RESOLVED}) c"
        " JOIN attachments a ON a.conversation_id = c.id"
        " JOIN sealed_files s ON s.id = coalesce(a.shown_id, a.id) AND s.shredded_at IS NULL"
    )
    return await _count(tx, select, _reached(policy, before))


async def _count_people(tx: Transaction, policy: Policy, before: datetime) -> tuple[int, int]:
    kind = "visitor" if policy.name == "visitors" else "customer"
    parameters = {"kind": kind, "after": _FIRST, "before": before}
    return await _count(tx, f"SELECT {_ON_HOLD.format('p.id')} AS is_held {_QUIET}", parameters)


async def _count_drafts(tx: Transaction, _policy: Policy, before: datetime) -> tuple[int, int]:
    return await _count(tx, "SELECT false AS is_held FROM drafts WHERE saved_at < %(before)s", {"before": before})


async def _count_sessions(tx: Transaction, _policy: Policy, before: datetime) -> tuple[int, int]:
    return await people.count_ended(tx, before=before, limit=COUNT_MAX), 0


async def _forget_conversations(house: House, policy: Policy, before: datetime, now: datetime) -> int:
    return await _walk(house, policy, before, now, _forget_conversation)


async def _forget_files(house: House, policy: Policy, before: datetime, now: datetime) -> int:
    return await _walk(house, policy, before, now, _forget_files_of)


async def _walk(
    house: House,
    policy: Policy,
    before: datetime,
    now: datetime,
    forget: Callable[[Transaction, House, UUID, datetime], Awaitable[int]],
) -> int:
    taken = 0
    while True:
        async with house.database.transaction() as tx:
            cursor = await tx.execute(
                f"SELECT c.id, c.resolved_at, {_ON_HOLD.format('c.customer_id')} AS is_held {_RESOLVED}"
                f" ORDER BY c.resolved_at, c.id LIMIT {_BATCH} FOR UPDATE OF c",
                _reached(policy, before),
            )
            rows = await cursor.fetchall()
            if not rows:
                return taken
            for row in rows:
                if not row["is_held"]:
                    taken += await forget(tx, house, row["id"], now)
            policy = replace(policy, reached_at=rows[-1]["resolved_at"], reached_id=rows[-1]["id"])
            await tx.execute(
                "UPDATE retention_policies SET reached_at = %s, reached_id = %s WHERE class = %s",
                (policy.reached_at, policy.reached_id, policy.name),
            )


async def _forget_conversation(tx: Transaction, house: House, conversation_id: UUID, now: datetime) -> int:
    records = await conversations.forget_words(tx, conversation_id=conversation_id)
    for begin in range(0, len(records), ledger.RECORDS_MAX):
        await ledger.shred_records(
            tx,
            house.vault,
            record_ids=records[begin : begin + ledger.RECORDS_MAX],
            by=OPERATOR,
            now=now,
            reason="retention",
            conversation_id=conversation_id,
        )
    files = await channels.files_of(tx, conversation_id=conversation_id)
    await channels.forget_sent_files(tx, house.vault, house.files, file_ids=files, now=now)
    return int(bool(records or files))


async def _forget_files_of(tx: Transaction, house: House, conversation_id: UUID, now: datetime) -> int:
    files = await channels.files_of(tx, conversation_id=conversation_id)
    return await channels.drop_contents(tx, house.vault, house.files, file_ids=files, now=now)


async def _forget_people(house: House, policy: Policy, before: datetime, now: datetime) -> int:
    kind = "visitor" if policy.name == "visitors" else "customer"
    after, taken = _FIRST, 0
    while True:
        async with house.database.transaction() as tx:
            cursor = await tx.execute(
                f"SELECT p.id {_QUIET} AND NOT {_ON_HOLD.format('p.id')} ORDER BY p.id LIMIT {_BATCH}",
                {"kind": kind, "after": after, "before": before},
            )
            ids = [row["id"] for row in await cursor.fetchall()]
        for customer_id in ids:
            try:
                async with house.database.transaction() as tx:
                    await access.erase_customer(
                        tx, house.vault, customer_id=customer_id, by=OPERATOR, reason="retention", now=now
                    )
            except access.OnHold:
                continue  # placed a moment ago, or on a visitor that they were
            taken += 1
        if len(ids) < _BATCH:
            return taken
        after = ids[-1]


async def _forget_drafts(house: House, _policy: Policy, before: datetime, _now: datetime) -> int:
    return await _until_none(house, lambda tx: conversations.forget_drafts(tx, before=before, limit=1_000))


async def _forget_sessions(house: House, _policy: Policy, before: datetime, _now: datetime) -> int:
    return await _until_none(house, lambda tx: people.forget_ended(tx, before=before, limit=1_000))


async def _until_none(house: House, forget: Callable[[Transaction], Awaitable[int]]) -> int:
    total = 0
    while True:
        async with house.database.transaction() as tx:
            count = await forget(tx)
        total += count
        if not count:
            return total


_COUNTS: Mapping[str, Callable[[Transaction, Policy, datetime], Awaitable[tuple[int, int]]]] = {
    "conversations": _count_conversations,
    "files": _count_files,
    "visitors": _count_people,
    "customers": _count_people,
    "drafts": _count_drafts,
    "sessions": _count_sessions,
}
_WORK: Mapping[str, Callable[[House, Policy, datetime, datetime], Awaitable[int]]] = {
    "conversations": _forget_conversations,
    "files": _forget_files,
    "visitors": _forget_people,
    "customers": _forget_people,
    "drafts": _forget_drafts,
    "sessions": _forget_sessions,
}
