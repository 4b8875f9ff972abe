"""Putting a taught version live takes two people: one proposes it, another one looks at what the trial found and puts it live.

Going back takes one, since it must be quick: to the shipped version, or to an earlier one that was live and never taken back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from bellrock import guard, people
from bellrock import vault as vaults
from bellrock.access import ReasonMissing
from bellrock.core import N_, Conflict, Transaction
from bellrock.triage.confirming import deciders, must_decide
from bellrock.triage.heads import HISTORY_MAX, HeadOutdated, LiveHead, TrialUnknown, ground, live_head, version_of
from bellrock.triage.lessons import must_teach

HEAD_LIVE, HEAD_PROPOSED, HEAD_WITHDRAWN = "triage.head_live", "triage.head_proposed", "triage.head_withdrawn"


class HeadUntried(Conflict):
    """The trial has not ended, or it failed."""

    code = "head_untried"
    text = N_("This version has not been tried yet.")


class HeadBlocked(Conflict):
    """The trial found something unsafe."""

    code = "head_blocked"
    text = N_("This version may not go live: look at what the trial found.")


class HeadMoved(Conflict):
    """Another version went live since this one was tried or looked at."""

    code = "head_moved"
    text = N_("Another version went live in the meantime. Look again, or try the examples again.")


class HeadNeedsTwo(Conflict):
    """Nobody proposed it, or whoever did wants to put it live."""

    code = "head_needs_two"
    text = N_("This takes two people: one proposes a version, another one puts it live.")


class HeadProposed(Conflict):
    """Somebody proposed it before."""

    code = "head_proposed"
    text = N_("This version is proposed already.")


class HeadNotProposed(Conflict):
    """There is no proposal of this colleague's to take back."""

    code = "head_not_proposed"
    text = N_("This version is not proposed any more.")


@dataclass(frozen=True, slots=True)
class Proposal:
    """Who wants another lead to put a trial live, since when, and why; `reason` None where it cannot be read."""

    trial: int
    by: UUID
    at: datetime
    reason: str | None


async def propose(
    tx: Transaction,
    vault: vaults.Vault,
    *,
    trial: int,
    seen: int,
    reason: guard.GuardedText,
    by: people.Agent,
    now: datetime,
) -> None:
    """Ask another lead to put a tried version live; `seen` as for `put_live`. Takes somebody who may read conversations.

    Raises Refused, ReasonMissing, TrialUnknown, HeadUntried, HeadBlocked, HeadOutdated, HeadMoved, HeadProposed.
    """
    await _may_move(tx, trial=trial, seen=seen, reason=reason, by=by)
    must_decide(by)
    if await _fit(tx, trial, seen) is not None:
        raise HeadProposed
    fact_id = await vaults.record(
        tx,
        vault,
        kind=HEAD_PROPOSED,
        at=now,
        actor=by.actor,
        data={"head": version_of(trial), "trial": trial},
        words={"reason": reason.text},
    )
    await tx.execute(
        "UPDATE head_trials SET proposed_at = %s, proposed_by = %s, proposal_id = %s WHERE number = %s",
        (now, by.id, fact_id, trial),
    )


async def withdraw(tx: Transaction, vault: vaults.Vault, *, trial: int, by: people.Agent, now: datetime) -> None:
    """Take one's own proposal back. Raises Refused, HeadNotProposed."""
    must_teach(by)
    cursor = await tx.execute(
        f"UPDATE head_trials SET {_NO_PROPOSAL} WHERE number = %s AND proposed_by = %s RETURNING number",
        (trial, by.id),
    )
    if await cursor.fetchone() is None:
        raise HeadNotProposed
    await vaults.record(tx, vault, kind=HEAD_WITHDRAWN, at=now, actor=by.actor, data={"trial": trial})


async def proposals(tx: Transaction, vault: vaults.Vault, *, reader: people.Agent) -> dict[int, Proposal]:
    """Return what is proposed, by trial, as far as its author may still do so. Raises Refused."""
    must_teach(reader)
    cursor = await tx.execute(
        "SELECT number, proposed_by, proposed_at, proposal_id FROM head_trials WHERE proposed_by = ANY(%s)"
        " ORDER BY number DESC LIMIT %s",
        (list(await deciders(tx)), HISTORY_MAX),
    )
    rows = await cursor.fetchall()
    words = await vault.open_records(tx, [row["proposal_id"] for row in rows])
    return {
        row["number"]: Proposal(
            row["number"],
            row["proposed_by"],
            row["proposed_at"],
            words.get(row["proposal_id"], {}).get("words", {}).get("reason"),
        )
        for row in rows
    }


async def ways_back(tx: Transaction) -> frozenset[int]:
    """Return the trials that one person may go back to: tried before the live one, live once, and never taken back."""
    cursor = await tx.execute(
        "SELECT DISTINCT l.trial FROM live_heads l WHERE l.trial < (SELECT trial FROM live_heads ORDER BY number DESC LIMIT 1)"
        " AND NOT EXISTS (SELECT FROM live_heads own JOIN live_heads next ON next.replaces = own.number"
        "  WHERE own.trial = l.trial AND coalesce(next.trial, 0) < own.trial)"
    )
    return frozenset(row["trial"] for row in await cursor.fetchall())


async def put_live(
    tx: Transaction,
    vault: vaults.Vault,
    *,
    trial: int | None,
    seen: int,
    reason: guard.GuardedText,
    by: people.Agent,
    now: datetime,
    takes_two: bool = True,
) -> int:
    """Let a tried version decide from now on, or one that was live before, or the shipped one (None); return its number.

    `seen` is the number of the version that its author saw live: of two who act at once, the second is told. Where it
    `takes_two`, somebody else has proposed it, but for the ways back; forward it takes somebody who may read conversations.
    Raises Refused, ReasonMissing, TrialUnknown, HeadUntried, HeadBlocked, HeadOutdated, HeadMoved, HeadNeedsTwo.
    """
    before = await _may_move(tx, trial=trial, seen=seen, reason=reason, by=by)
    data: dict[str, Any] = {"head": version_of(trial), "before": before.version, "trial": trial or 0}
    proposed_by = None
    if trial is not None:
        proposer = await _fit(tx, trial, seen)
        if trial not in await ways_back(tx):
            must_decide(by)
        if proposer not in (None, by.id):
            proposed_by, data["proposed_by"] = proposer, str(proposer)
        elif takes_two and trial not in await ways_back(tx):
            raise HeadNeedsTwo
    fact_id = await vaults.record(
        tx, vault, kind=HEAD_LIVE, at=now, actor=by.actor, data=data, words={"reason": reason.text}
    )
    cursor = await tx.execute(
        "INSERT INTO live_heads (trial, replaces, since, put_by, proposed_by, fact_id) VALUES (%s, %s, %s, %s, %s, %s)"
        " ON CONFLICT DO NOTHING RETURNING number",
        (trial, seen, now, by.id, proposed_by, fact_id),
    )
    row = await cursor.fetchone()
    if row is None:
        raise HeadMoved
    await tx.execute(f"UPDATE head_trials SET {_NO_PROPOSAL} WHERE number = %s", (trial,))
    return int(row["number"])


async def _may_move(
    tx: Transaction, *, trial: int | None, seen: int, reason: guard.GuardedText, by: people.Agent
) -> LiveHead:
    """Return the live version that its author saw, where they may move away from it and say why."""
    must_teach(by)
    if not reason.text.strip():
        raise ReasonMissing
    before = await live_head(tx)
    if before.number != seen or before.trial == trial:
        raise HeadMoved
    return before


async def _fit(tx: Transaction, trial: int, seen: int) -> UUID | None:
    """Return who proposed a trial that may go live, if they may still do so; lock it."""
    cursor = await tx.execute(
        "SELECT ground, against, blocks, proposed_by, result IS NOT NULL AS is_tried, EXISTS (SELECT FROM live_heads l"
        " WHERE l.trial = t.number) AS was_live FROM head_trials t WHERE number = %s FOR UPDATE OF t",
        (trial,),
    )
    row = await cursor.fetchone()
    if row is None:
        raise TrialUnknown
    if not row["is_tried"]:
        raise HeadUntried
    if row["blocks"]:
        raise HeadBlocked
    if row["ground"] != ground():
        raise HeadOutdated
    if row["against"] != seen and not row["was_live"]:
        raise HeadMoved
    proposer: UUID | None = row["proposed_by"]
    return proposer if proposer is None or proposer in await deciders(tx) else None


_NO_PROPOSAL = "proposed_at = NULL, proposed_by = NULL, proposal_id = NULL"
