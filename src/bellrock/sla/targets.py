"""Answer times kept: within how many minutes of business time a customer is answered, by priority, for every team or for one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from psycopg.errors import ForeignKeyViolation

from bellrock import vault as vaults
from bellrock.conversations import PRIORITIES
from bellrock.core import Actor, Invalid, Transaction, new_id

ANSWER_MINUTES_MAX = 30 * 24 * 60
ANSWER_TIME_SET = "sla.answer_time_set"
ANSWER_TIME_REMOVED = "sla.answer_time_removed"


@dataclass(frozen=True, slots=True)
class AnswerTime:
    """What is promised for a priority: minutes of business time until a person first answers, and for every answer after it.

    Without `team_id` it holds for every team that has none of its own for this priority.
    """

    team_id: UUID | None
    priority: str
    first_reply_minutes: int
    next_reply_minutes: int

    def __post_init__(self) -> None:
        """Raise Invalid for a strange priority, or minutes below one or above ANSWER_MINUTES_MAX."""
        minutes = (self.first_reply_minutes, self.next_reply_minutes)
        if self.priority not in PRIORITIES or not all(1 <= each <= ANSWER_MINUTES_MAX for each in minutes):
            raise Invalid


async def answer_times(tx: Transaction) -> list[AnswerTime]:
    """Return every answer time, those for every team first, the most pressing priority first."""
    cursor = await tx.execute(
        "SELECT team_id, priority, first_reply_minutes, next_reply_minutes FROM answer_times"
        " ORDER BY team_id NULLS FIRST, array_position(%s::text[], priority)",
        (list(PRIORITIES),),
    )
    return [AnswerTime(**row) for row in await cursor.fetchall()]


async def keep_answer_times(
    tx: Transaction,
    vault: vaults.Vault,
    *,
    team_id: UUID | None,
    times: Iterable[AnswerTime],
    by: Actor,
    now: datetime,
) -> None:
    """Let these be all answer times of a team, or (None) of every team: others of its are removed. Raises Invalid."""
    wanted = {time.priority: time for time in times}
    if any(time.team_id != team_id for time in wanted.values()):
        raise Invalid
    cursor = await tx.execute(
        "SELECT id, team_id, priority, first_reply_minutes, next_reply_minutes FROM answer_times"
        " WHERE team_id IS NOT DISTINCT FROM %s FOR UPDATE",
        (team_id,),
    )
    ids = {}
    for row in await cursor.fetchall():
        id = ids[row["priority"]] = row.pop("id")
        known = AnswerTime(**row)
        if known.priority not in wanted:
            await tx.execute("DELETE FROM answer_times WHERE id = %s", (id,))
            await _record(tx, vault, ANSWER_TIME_REMOVED, id, known, by, now)
        elif wanted[known.priority] == known:
            del wanted[known.priority]
    for priority, time in wanted.items():
        id = ids.get(priority) or new_id()
        try:
            async with tx.transaction():
                await tx.execute(
                    "INSERT INTO answer_times (id, team_id, priority, first_reply_minutes, next_reply_minutes)"
                    " VALUES (%s, %s, %s, %s, %s) ON CONFLICT (id) DO UPDATE SET"
                    " first_reply_minutes = excluded.first_reply_minutes, next_reply_minutes = excluded.next_reply_minutes",
                    (id, team_id, priority, time.first_reply_minutes, time.next_reply_minutes),
                )
        except ForeignKeyViolation as error:
            raise Invalid from error
        await _record(tx, vault, ANSWER_TIME_SET, id, time, by, now)


async def _record(
    tx: Transaction, vault: vaults.Vault, kind: str, id: UUID, time: AnswerTime, by: Actor, now: datetime
) -> None:
    data = {
        "answer_time": str(id),
        "team": str(time.team_id) if time.team_id else None,
        "priority": time.priority,
        "first_reply_minutes": time.first_reply_minutes,
        "next_reply_minutes": time.next_reply_minutes,
    }
    await vaults.record(tx, vault, kind=kind, at=now, actor=by, data=data)
