"""What has had its time goes: keys, words and files, in small transactions, each with its facts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from bellrock import access, channels, conversations, integrations, ledger, people
from bellrock import vault as vaults
from bellrock.core import Transaction
from bellrock.house import House
from bellrock.operations.backup import OPERATOR
from bellrock.operations.retention import (
    FIRST_ID,
    LOOK_ON_HOLD,
    LOOKS,
    ON_HOLD,
    PATIENCE,
    PROOF,
    QUIET,
    RESOLVED,
    Policy,
    check_policy,
    looks_parameters,
    policies,
    reached_parameters,
)

RETENTION_APPLIED = "operations.retention_applied"
_BATCH = 100


async def apply(house: House, *, now: datetime, say: Callable[[str], None] = lambda _line: None) -> dict[str, int]:
    """Delete what has had its time, in small transactions, and return how many of each class. Raises PolicyForged.

    Whatever interrupts it, the next run goes on: what is done has its facts, and nothing else was touched.
    """
    async with house.database.transaction() as tx:
        found = await policies(tx)
        for policy in found:
            await check_policy(tx, house.vault, policy)
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


async def _note(tx: Transaction, vault: vaults.Vault, policy: Policy, count: int, now: datetime) -> None:
    await tx.execute("UPDATE retention_policies SET applied_at = %s WHERE class = %s", (now, policy.name))
    if count:
        await vault.create_subject(tx, vaults.HOUSE_SUBJECT, PROOF)
        await vaults.record(
            tx,
            vault,
            kind=RETENTION_APPLIED,
            at=now,
            actor=OPERATOR,
            data={"class": policy.name, "days": policy.days, "count": count},
            retention=PROOF,
        )


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
                f"SELECT c.id, c.resolved_at, {ON_HOLD.format('c.customer_id')} AS is_held {RESOLVED}"
                f" ORDER BY c.resolved_at, c.id LIMIT {_BATCH} FOR UPDATE OF c",
                reached_parameters(policy, before),
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
    after, taken = FIRST_ID, 0
    while True:
        async with house.database.transaction() as tx:
            await tx.execute(PATIENCE)
            cursor = await tx.execute(
                f"SELECT p.id {QUIET.format(people='customers p')} AND NOT {ON_HOLD.format('p.id')}"
                f" ORDER BY p.id LIMIT {_BATCH}",
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


async def _forget_deliveries(house: House, _policy: Policy, before: datetime, _now: datetime) -> int:
    return await _until_none(house, lambda tx: integrations.forget_deliveries(tx, before=before, limit=1_000))


async def _forget_looks(house: House, policy: Policy, before: datetime, now: datetime) -> int:
    taken = 0
    while True:
        async with house.database.transaction() as tx:
            cursor = await tx.execute(
                f"SELECT j.number, j.id, {LOOK_ON_HOLD} AS is_held {LOOKS} ORDER BY j.number LIMIT {_BATCH}",
                looks_parameters(policy, before),
            )
            rows = await cursor.fetchall()
            if not rows:
                return taken
            ids = [row["id"] for row in rows if not row["is_held"]]
            taken += await ledger.shred_records(
                tx, house.vault, record_ids=ids, by=OPERATOR, now=now, reason="retention"
            )
            await access.forget_looks(tx, ids=ids)
            policy = replace(policy, reached_at=before, reached_id=UUID(int=rows[-1]["number"]))
            await tx.execute(
                "UPDATE retention_policies SET reached_at = %s, reached_id = %s WHERE class = %s",
                (policy.reached_at, policy.reached_id, policy.name),
            )


async def _until_none(house: House, forget: Callable[[Transaction], Awaitable[int]]) -> int:
    total = 0
    while True:
        async with house.database.transaction() as tx:
            count = await forget(tx)
        total += count
        if not count:
            return total


_WORK: Mapping[str, Callable[[House, Policy, datetime, datetime], Awaitable[int]]] = {
    "conversations": _forget_conversations,
    "files": _forget_files,
    "visitors": _forget_people,
    "customers": _forget_people,
    "drafts": _forget_drafts,
    "sessions": _forget_sessions,
    "deliveries": _forget_deliveries,
    "looks": _forget_looks,
}
