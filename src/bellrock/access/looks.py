"""Looks: who opened whose conversation or data, and when. A log of its own, which nobody can edit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from bellrock import people
from bellrock import vault as vaults
from bellrock.core import Transaction, journal

QUIET = timedelta(minutes=5)
"""Looking again at the same thing within this time is the same look."""


class Looked(StrEnum):
    """What was looked at."""

    CONVERSATION = "conversation"
    FILE = "file"
    SEARCH = "search"
    LIST = "list"
    PERSONAL = "personal"


_Key = tuple[UUID, Looked, UUID, UUID | None]


class _Known:
    """Looks that this process knows to be written, so that a page which is loaded again does not ask for each.

    A look counts as written once a later transaction found it there: the one that wrote it may have come to nothing.
    """

    KEYS_MAX = 50_000

    def __init__(self) -> None:
        self._begun: dict[_Key, datetime] = {}
        self._written: dict[_Key, datetime] = {}

    def has(self, key: _Key, now: datetime) -> bool:
        """Whether this very look was written within the quiet time."""
        at = self._written.get(key)
        return at is not None and at > now - QUIET

    def learn(self, key: _Key, now: datetime, *, is_fresh: bool) -> None:
        """Take in what the database said: that the look was written just now, or that one was there."""
        if len(self._begun) + len(self._written) > self.KEYS_MAX:
            self._begun.clear()
            self._written.clear()
        if is_fresh:
            self._begun[key] = now
            self._written.pop(key, None)
        elif key in self._begun and self._begun[key] < now:  # not the same transaction again
            self._written[key] = self._begun.pop(key)


_known = _Known()


@dataclass(frozen=True, slots=True)
class Look:
    """One look, as an auditor reads it."""

    number: int
    at: datetime
    agent_id: UUID | None
    kind: str
    what: str
    customer_id: UUID | None
    conversation_id: UUID | None
    reason: str
    count: int = 0


async def look(
    tx: Transaction,
    vault: vaults.Vault,
    *,
    agent: people.Agent,
    what: Looked,
    customer_id: UUID,
    conversation_id: UUID | None,
    reason: str = "",
    now: datetime,
) -> bool:
    """Write into the access log that an agent looks at a customer's data; False when the same look was just written.

    `reason` is a code such as `assigned` or `search`, never words of people. Call it in the transaction that reads what is
    shown: when the look cannot be written, nothing is shown.
    """
    key = (agent.id, what, customer_id, conversation_id)
    if _known.has(key, now):
        return False
    cursor = await tx.execute(
        "INSERT INTO recent_looks AS r (agent_id, what, customer_id, conversation_id, looked_at)"
        " SELECT %(agent)s, %(what)s, %(customer)s, %(conversation)s::uuid, %(now)s WHERE NOT EXISTS (SELECT FROM recent_looks k"
        "  WHERE (k.agent_id, k.what) = (%(agent)s, %(what)s) AND k.customer_id = %(customer)s"
        "  AND k.conversation_id IS NOT DISTINCT FROM %(conversation)s AND k.looked_at > %(quiet)s)"
        " ON CONFLICT (agent_id, what, customer_id, conversation_id)"
        " DO UPDATE SET looked_at = excluded.looked_at WHERE r.looked_at <= %(quiet)s RETURNING agent_id",
        {
            "agent": agent.id,
            "what": what.value,
            "customer": customer_id,
            "conversation": conversation_id,
            "now": now,
            "quiet": now - QUIET,
        },
    )
    is_fresh = await cursor.fetchone() is not None
    _known.learn(key, now, is_fresh=is_fresh)
    if not is_fresh:
        return False
    await house_key(tx, vault)
    await vaults.record(
        tx,
        vault,
        kind="access.looked",
        at=now,
        actor=agent.actor,
        data={"what": what.value, "reason": reason},
        customer_id=customer_id,
        conversation_id=conversation_id,
        log="access",
    )
    return True


async def look_at_list(
    tx: Transaction,
    vault: vaults.Vault,
    *,
    agent: people.Agent,
    shown: Sequence[tuple[UUID, UUID]],
    what: Looked,
    now: datetime,
) -> int:
    """Write that a list or a search shows an agent names and words of (customer, conversation); return of how many anew.

    One entry a list, which names every conversation in it that the agent was not just shown. Call it in the transaction
    that reads what is shown.
    """
    keys = {conversation: (agent.id, what, customer, conversation) for customer, conversation in shown}
    if all(_known.has(key, now) for key in keys.values()):
        return 0
    customers, conversations = zip(*shown, strict=True)
    cursor = await tx.execute(
        "INSERT INTO recent_looks AS r (agent_id, what, customer_id, conversation_id, looked_at)"
        " SELECT %(agent)s, %(what)s, s.customer_id, s.conversation_id, %(now)s"
        " FROM unnest(%(customers)s::uuid[], %(conversations)s::uuid[]) AS s (customer_id, conversation_id)"
        " WHERE NOT EXISTS (SELECT FROM recent_looks k WHERE (k.agent_id, k.what) = (%(agent)s, %(what)s)"
        "  AND k.customer_id = s.customer_id AND k.conversation_id = s.conversation_id AND k.looked_at > %(quiet)s)"
        # In one order for all, so that two lists of the same agent never wait for each other.
        " ORDER BY s.conversation_id"
        " ON CONFLICT (agent_id, what, customer_id, conversation_id) DO UPDATE SET looked_at = excluded.looked_at"
        " RETURNING conversation_id",
        {
            "agent": agent.id,
            "what": what,
            "customers": list(customers),
            "conversations": list(conversations),
            "now": now,
            "quiet": now - QUIET,
        },
    )
    written = {row["conversation_id"] for row in await cursor.fetchall()}
    for conversation, key in keys.items():
        _known.learn(key, now, is_fresh=conversation in written)
    fresh = sorted(str(id) for id in written)
    if fresh:
        await house_key(tx, vault)
        await vaults.record(
            tx,
            vault,
            kind="access.listed",
            at=now,
            actor=agent.actor,
            data={"what": what.value, "conversations": fresh},
            log="access",
        )
    return len(fresh)


async def looks_at(tx: Transaction, *, customer_id: UUID, limit: int = 200) -> list[Look]:
    """Return who looked at a customer, the latest first."""
    cursor = await tx.execute(
        "SELECT * FROM journal WHERE log = 'access' AND customer_id = %s ORDER BY number DESC LIMIT %s",
        (customer_id, limit),
    )
    return [_look(journal.from_row(row)) for row in await cursor.fetchall()]


async def latest_looks(tx: Transaction, *, before: int | None = None, limit: int = 100) -> list[Look]:
    """Return the newest entries of the access log, or those before a number."""
    cursor = await tx.execute(
        "SELECT * FROM journal WHERE log = 'access' AND (%(before)s::bigint IS NULL OR number < %(before)s)"
        " AND data <> '{}' ORDER BY number DESC LIMIT %(limit)s",
        {"before": before, "limit": limit},
    )
    return [_look(journal.from_row(row)) for row in await cursor.fetchall()]


async def forget_looks(tx: Transaction, *, ids: Sequence[UUID]) -> None:
    """Empty entries of the access log whose records are shredded: who looked, at whom, at what. Number, time and leaf stay.

    The database refuses any other change of the journal.
    """
    await tx.execute(
        "UPDATE journal SET actor_kind = 'system', actor_id = NULL, customer_id = NULL, conversation_id = NULL, data = '{}'"
        " WHERE log = 'access' AND id = ANY(%s)",
        (list(ids),),
    )


async def forget_quiet(tx: Transaction, *, now: datetime) -> int:
    """Delete what only tells repeated looks apart and is no longer needed; return how many rows went."""
    cursor = await tx.execute("DELETE FROM recent_looks WHERE looked_at <= %s", (now - QUIET,))
    return cursor.rowcount


async def house_key(tx: Transaction, vault: vaults.Vault) -> None:
    """Make sure that the house has the key under which looks are sealed: they outlive the customer's own."""
    if vault.subjects.cached((vaults.HOUSE_SUBJECT, vaults.CASE)) is None:
        await vault.create_subject(tx, vaults.HOUSE_SUBJECT)


def _look(fact: journal.Numbered) -> Look:
    return Look(
        number=fact.number,
        at=fact.at,
        agent_id=fact.actor.id,
        kind=fact.kind,
        what=str(fact.data.get("what") or fact.data.get("field") or ""),
        customer_id=fact.customer_id,
        conversation_id=fact.conversation_id,
        reason=str(fact.data.get("reason", "")),
        count=len(fact.data.get("conversations", ())),
    )
