"""Retention: what has had its time goes, class by class, with facts that say so; never what a legal hold keeps."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from bellrock import integrations, people
from bellrock import vault as vaults
from bellrock.core import N_, Actor, Invalid, Refused, Transaction, new_id
from bellrock.operations.errors import PolicyForged

RETENTION_SET = "operations.retention_set"
DAYS_MAX = 36_500
COUNT_MAX = 100_000
PATIENCE = "SET LOCAL statement_timeout = '10min'"
PROOF = "proof"
FIRST_ID = UUID(int=0)


class DaysWrong(Invalid):
    """A period is a number of days."""

    code = "days_wrong"
    text = N_("Give a number of days between 1 and 36500, or leave the field empty to keep for ever.")


class DaysTooFew(DaysWrong):
    """What shows who looked at whom cannot be made to vanish soon."""

    text = N_("Who looked at what is kept for a year at least: give 365 days or more.")


@dataclass(frozen=True, slots=True)
class RetentionClass:
    """One kind of data that is kept for a time of its own. `days_unset`: how long where nobody said; None: for ever."""

    name: str
    title: str
    about: str
    days_min: int = 1
    days_unset: int | None = None


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
        RetentionClass(
            "deliveries",
            N_("Deliveries to webhooks"),
            N_("After they arrived or were given up. Without a period of their own they go after 30 days."),
            days_unset=integrations.LOG_KEPT.days,
        ),
        RetentionClass(
            "looks",
            N_("Log of looks"),
            N_("After the look: who it was and whose data. That somebody looked, and when, stays proven."),
            days_min=365,
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
    if days is not None and days < CLASSES[name].days_min:
        raise DaysTooFew
    await tx.execute("SELECT pg_advisory_xact_lock(hashtextextended('retention', 0))")
    if {policy.name: policy.days for policy in await policies(tx)}[name] == days:
        return False
    await vault.create_subject(tx, vaults.HOUSE_SUBJECT, PROOF)
    fact_id = await vaults.record(
        tx,
        vault,
        id=new_id(),
        kind=RETENTION_SET,
        at=now,
        actor=by if isinstance(by, Actor) else by.actor,
        data={"class": name, "days": days},
        retention=PROOF,
    )
    await tx.execute(
        "INSERT INTO retention_policies (class, days, fact_id, changed_at) VALUES (%s, %s, %s, %s)"
        " ON CONFLICT (class) DO UPDATE SET days = excluded.days, fact_id = excluded.fact_id,"
        " changed_at = excluded.changed_at",
        (name, days, fact_id, now),
    )
    return True


async def plan(tx: Transaction, vault: vaults.Vault, *, now: datetime, at_most: int = COUNT_MAX) -> list[Due]:
    """Return what a run would take, and change nothing. Raises PolicyForged.

    Counts to `at_most`, and looks at no more than twenty times as many of the oldest people: a page asks for few.
    """
    await tx.execute(PATIENCE)
    return [await _due(tx, vault, policy, now, at_most) for policy in await policies(tx)]


async def days_of(tx: Transaction, name: str) -> int | None:
    """Return how long a class is kept, None where nobody said."""
    return next(policy.days for policy in await policies(tx) if policy.name == name)


async def release_reached(tx: Transaction) -> None:
    """Look again at everything in the next run: a hold that kept some of it was released."""
    await tx.execute("UPDATE retention_policies SET reached_at = NULL, reached_id = NULL")


async def check_policy(tx: Transaction, vault: vaults.Vault, policy: Policy) -> None:
    """Make sure that somebody set this period: the fact names it, and the fact's sealed record says the same."""
    row = await (await tx.execute("SELECT fact_id FROM retention_policies WHERE class = %s", (policy.name,))).fetchone()
    if row is None:
        return
    opened = (await vault.open_records(tx, [row["fact_id"]])).get(row["fact_id"], {})
    if (opened.get("kind"), opened.get("data")) != (RETENTION_SET, {"class": policy.name, "days": policy.days}):
        raise PolicyForged(name=policy.name)


async def _due(tx: Transaction, vault: vaults.Vault, policy: Policy, now: datetime, at_most: int) -> Due:
    await check_policy(tx, vault, policy)
    if policy.days is None:
        return Due(policy, None)
    before = now - timedelta(days=policy.days)
    count, held = await _COUNTS[policy.name](tx, policy, before, at_most)
    return Due(policy, before, count, held)


# Resolved conversations in the order in which their time comes; the index on resolved_at is walked, from where the last run was.
RESOLVED = (
    "FROM conversations c WHERE c.status = 'resolved' AND c.resolved_at <= %(before)s"
    " AND c.resolved_at >= coalesce(%(reached_at)s, '-infinity'::timestamptz)"
    " AND (c.resolved_at, c.id) > (coalesce(%(reached_at)s, '-infinity'::timestamptz), %(reached_id)s)"
)
ON_HOLD = "EXISTS (SELECT FROM legal_holds h WHERE h.customer_id = {} AND h.released_at IS NULL)"
_PEOPLE = "(SELECT * FROM customers WHERE kind = %(kind)s AND created_at <= %(before)s ORDER BY id LIMIT %(people)s) p"
QUIET = (
    "FROM {people} WHERE p.kind = %(kind)s AND p.erased_at IS NULL AND p.adopted_by IS NULL AND p.id > %(after)s"
    " AND p.created_at <= %(before)s"
    " AND NOT EXISTS (SELECT FROM conversations c WHERE c.customer_id = p.id"
    "  AND (c.status <> 'resolved' OR c.resolved_at > %(before)s))"
    " AND NOT EXISTS (SELECT FROM widget_sessions w WHERE w.customer_id = p.id AND w.started_at > %(before)s)"
)


# Entries of the access log that still say something, in their order; that of the last run is kept as a number in an id.
LOOKS = (
    "FROM journal j WHERE j.log = 'access' AND j.number > %(number)s AND j.at <= %(before)s"
    " AND EXISTS (SELECT FROM records r WHERE r.id = j.id AND r.shredded_at IS NULL)"
)
LOOK_ON_HOLD = (
    "(EXISTS (SELECT FROM legal_holds h WHERE h.customer_id = j.customer_id AND h.released_at IS NULL)"
    " OR EXISTS (SELECT FROM jsonb_array_elements_text(j.data->'conversations') AS named (id)"
    "  JOIN conversations c ON c.id = named.id::uuid JOIN legal_holds h ON h.customer_id = c.customer_id"
    "  WHERE h.released_at IS NULL))"
)


def looks_parameters(policy: Policy, before: datetime) -> dict[str, Any]:
    """Return the parameters of LOOKS: after the last entry that a run has seen to."""
    return {"number": policy.reached_id.int if policy.reached_id is not None else -1, "before": before}


def reached_parameters(policy: Policy, before: datetime) -> dict[str, Any]:
    return {"before": before, "reached_at": policy.reached_at, "reached_id": policy.reached_id or FIRST_ID}


async def _count(tx: Transaction, select: str, at_most: int, parameters: dict[str, Any]) -> tuple[int, int]:
    cursor = await tx.execute(
        f"SELECT count(*) AS many, count(*) FILTER (WHERE is_held) AS held FROM ({select} LIMIT {at_most}) few",
        parameters,
    )
    row = await cursor.fetchone()
    assert row is not None
    return row["many"] - row["held"], row["held"]


async def _count_conversations(tx: Transaction, policy: Policy, before: datetime, at_most: int) -> tuple[int, int]:
    select = f"SELECT {ON_HOLD.format('c.customer_id')} AS is_held {RESOLVED}"
    return await _count(tx, select, at_most, reached_parameters(policy, before))


async def _count_files(tx: Transaction, policy: Policy, before: datetime, at_most: int) -> tuple[int, int]:
    select = (
        f"SELECT {ON_HOLD.format('c.customer_id')} AS is_held FROM (SELECT c.id, c.customer_id {RESOLVED}) c"
        " JOIN attachments a ON a.conversation_id = c.id"
        " JOIN sealed_files s ON s.id = coalesce(a.shown_id, a.id) AND s.shredded_at IS NULL"
    )
    return await _count(tx, select, at_most, reached_parameters(policy, before))


async def _count_people(tx: Transaction, policy: Policy, before: datetime, at_most: int) -> tuple[int, int]:
    kind = "visitor" if policy.name == "visitors" else "customer"
    parameters = {"kind": kind, "after": FIRST_ID, "before": before, "people": at_most * 20}
    select = f"SELECT {ON_HOLD.format('p.id')} AS is_held {QUIET.format(people=_PEOPLE)}"
    return await _count(tx, select, at_most, parameters)


async def _count_drafts(tx: Transaction, _policy: Policy, before: datetime, at_most: int) -> tuple[int, int]:
    select = "SELECT false AS is_held FROM drafts WHERE saved_at < %(before)s"
    return await _count(tx, select, at_most, {"before": before})


async def _count_sessions(tx: Transaction, _policy: Policy, before: datetime, at_most: int) -> tuple[int, int]:
    return await people.count_ended(tx, before=before, limit=at_most), 0


async def _count_deliveries(tx: Transaction, _policy: Policy, before: datetime, at_most: int) -> tuple[int, int]:
    return await integrations.count_deliveries(tx, before=before, limit=at_most), 0


async def _count_looks(tx: Transaction, policy: Policy, before: datetime, at_most: int) -> tuple[int, int]:
    return await _count(tx, f"SELECT {LOOK_ON_HOLD} AS is_held {LOOKS}", at_most, looks_parameters(policy, before))


_COUNTS: Mapping[str, Callable[[Transaction, Policy, datetime, int], Awaitable[tuple[int, int]]]] = {
    "conversations": _count_conversations,
    "files": _count_files,
    "visitors": _count_people,
    "customers": _count_people,
    "drafts": _count_drafts,
    "sessions": _count_sessions,
    "deliveries": _count_deliveries,
    "looks": _count_looks,
}
