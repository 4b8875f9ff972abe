"""How many conversations each list holds, from counters that every change of place keeps: nothing is counted by looking."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from bellrock import people
from bellrock.conversations.models import may_see
from bellrock.core import Transaction

FOLD_MAX = 10_000

# The two halves of a count: what was folded, and what moved since.
_HELD = """
SELECT c.team_id,
  sum(held) FILTER (WHERE status IN ('open', 'waiting')) AS running,
  sum(held) FILTER (WHERE status IN ('open', 'waiting') AND assignee_id = %(me)s) AS mine,
  sum(held) FILTER (WHERE status IN ('open', 'waiting') AND holder = 'queue') AS unassigned,
  sum(held) FILTER (WHERE status = 'waiting') AS waiting,
  sum(held) FILTER (WHERE status = 'snoozed') AS snoozed
FROM (SELECT team_id, assignee_id, holder, status, held FROM inbox_counts
      UNION ALL SELECT team_id, assignee_id, holder, status, held FROM inbox_moves) c
WHERE {allowed} GROUP BY c.team_id
"""
_FOLD = """
WITH gone AS (
  DELETE FROM inbox_moves WHERE position IN
    (SELECT position FROM inbox_moves ORDER BY position LIMIT %s FOR UPDATE SKIP LOCKED)
  RETURNING team_id, assignee_id, holder, status, held
), sums AS (
  SELECT team_id, assignee_id, holder, status, sum(held)::bigint AS held FROM gone
  GROUP BY team_id, assignee_id, holder, status ORDER BY team_id, assignee_id, holder, status
), folded AS (
  INSERT INTO inbox_counts AS c (team_id, assignee_id, holder, status, held) SELECT * FROM sums WHERE held <> 0
  ON CONFLICT (team_id, assignee_id, holder, status) DO UPDATE SET held = c.held + excluded.held
)
SELECT count(*) AS moves FROM gone
"""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many unresolved conversations the viewer's lists hold; `teams` by team, of all that the viewer may see."""

    mine: int
    unassigned: int
    all: int
    waiting: int
    snoozed: int
    teams: dict[UUID, int]


async def counts(tx: Transaction, *, viewer: people.Agent) -> Counts:
    """Return the counts of the viewer's lists. Exact, and as dear with a million conversations as with ten."""
    allowed, parameters = may_see(viewer)
    cursor = await tx.execute(_HELD.format(allowed=allowed), {"me": viewer.id, **parameters})
    rows = await cursor.fetchall()

    def total(name: str) -> int:
        return sum(int(row[name] or 0) for row in rows)

    return Counts(
        mine=total("mine"),
        unassigned=total("unassigned"),
        all=total("running"),
        waiting=total("waiting"),
        snoozed=total("snoozed"),
        teams={row["team_id"]: int(row["running"] or 0) for row in rows if row["team_id"]},
    )


async def fold_counts(tx: Transaction, *, limit: int = FOLD_MAX) -> int:
    """Fold what moved into the counters; return how many moves that were. Any number of workers may."""
    cursor = await tx.execute(_FOLD, (limit,))
    row = await cursor.fetchone()
    return int(row["moves"]) if row else 0
