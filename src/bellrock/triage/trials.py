"""Trials: a lead asks what the examples would change; a worker takes the trial, finds out, and writes it down for the page."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from bellrock import conversations, people
from bellrock import vault as vaults
from bellrock.core import N_, SYSTEM, Conflict, Database, Transaction
from bellrock.triage import heads
from bellrock.triage.comparing import Seen
from bellrock.triage.heads import TrialUnknown
from bellrock.triage.lessons import must_teach, next_examples

TRIAL_ASKED, TRIAL_ENDED = "triage.trial_asked", "triage.trial_ended"
TRIALS_SHOWN_MAX = 20
_BEAT_SECONDS = 20.0
_ABANDONED_AFTER = timedelta(seconds=90)


class TrialRunning(Conflict):
    """One trial at a time: they would take the processor from customers."""

    code = "trial_running"
    text = N_("A trial is under way. Wait until it has ended.")


class NothingTaught(Conflict):
    """There are no examples to try."""

    code = "nothing_taught"
    text = N_("There are no examples yet.")


@dataclass(frozen=True, slots=True)
class Trial:
    """A version that was or is being tried; `version` is what decisions would name. `was_live`: it went live once."""

    number: int
    version: str
    asked_at: datetime
    asked_by: UUID
    examples: int
    against: int
    ended_at: datetime | None
    failed: str | None
    blocks: tuple[str, ...]
    is_outdated: bool
    was_live: bool


@dataclass(frozen=True, slots=True)
class Changed:
    """A message that another head takes otherwise, or an example that was taught, before and after."""

    id: UUID
    before: Seen
    after: Seen
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a trial found: `figures` as `comparing.figures` makes them, the taught examples, and real conversations.

    `read` recent conversations were looked at, `differ` of them would be taken otherwise; `conversations` are those of them that
    this reader may see. `unsafe` are messages held back for a person alone that would be answered: (topic, language, as what).
    """

    figures: Mapping[str, Any]
    examples: tuple[Changed, ...]
    conversations: tuple[Changed, ...]
    read: int
    differ: int
    unsafe: tuple[tuple[str, str, str], ...]


async def ask_trial(tx: Transaction, vault: vaults.Vault, *, by: people.Agent, now: datetime) -> int:
    """Have the examples tried that there are now; return the trial's number. Raises Refused, NothingTaught, TrialRunning."""
    must_teach(by)
    ids = await next_examples(tx)
    if not ids:
        raise NothingTaught
    against = (await heads.live_head(tx)).number
    cursor = await tx.execute(
        "INSERT INTO head_trials (ground, examples, against, asked_at, asked_by) VALUES (%s, %s, %s, %s, %s)"
        " ON CONFLICT DO NOTHING RETURNING number",
        (heads.ground(), ids, against, now, by.id),
    )
    row = await cursor.fetchone()
    if row is None:
        raise TrialRunning
    data = {"trial": row["number"], "ground": heads.ground(), "examples": [str(id) for id in ids]}
    await vaults.record(tx, vault, kind=TRIAL_ASKED, at=now, actor=by.actor, data=data)
    return int(row["number"])


async def trials(tx: Transaction, *, reader: people.Agent) -> list[Trial]:
    """Return the newest trials. Raises Refused."""
    must_teach(reader)
    cursor = await tx.execute(f"{_TRIALS} ORDER BY number DESC LIMIT %s", (TRIALS_SHOWN_MAX,))
    return [_trial(row) for row in await cursor.fetchall()]


async def trial(tx: Transaction, *, number: int, reader: people.Agent) -> tuple[Trial, Finding | None]:
    """Return a trial, and what it found once it has ended well. Raises Refused, TrialUnknown."""
    must_teach(reader)
    cursor = await tx.execute(f"{_TRIALS} WHERE number = %s", (number,))
    row = await cursor.fetchone()
    if row is None:
        raise TrialUnknown
    found = _trial(row)
    cursor = await tx.execute("SELECT result FROM head_trials WHERE number = %s", (number,))
    result = (await cursor.fetchone() or {}).get("result")
    if result is None:
        return found, None
    cases = [_changed(item) for item in result["conversations"]]
    may_see = await conversations.visible_ids(tx, viewer=reader, ids=[case.id for case in cases])
    cursor = await tx.execute("SELECT id, reference FROM conversations WHERE id = ANY(%s)", (list(may_see),))
    named = {item["id"]: item["reference"] for item in await cursor.fetchall()}
    return found, Finding(
        figures=result["figures"],
        examples=tuple(_changed(item) for item in result["examples"]),
        conversations=tuple(
            Changed(case.id, case.before, case.after, named[case.id]) for case in cases if case.id in named
        ),
        read=result["read"],
        differ=len(cases),
        unsafe=tuple((item[0], item[1], item[2]) for item in result["unsafe"]),
    )


async def claim(database: Database) -> tuple[int, list[UUID], bool] | None:
    """Take the trial that waits, or one whose worker has not been heard of for a while."""
    async with database.transaction() as tx:
        cursor = await tx.execute(
            "UPDATE head_trials SET started_at = now() WHERE number = (SELECT number FROM head_trials"
            " WHERE ended_at IS NULL AND (started_at IS NULL OR started_at < now() - %s) FOR UPDATE SKIP LOCKED)"
            " RETURNING number, examples, ground",
            (_ABANDONED_AFTER,),
        )
        row = await cursor.fetchone()
    return (row["number"], row["examples"], row["ground"] == heads.ground()) if row else None


async def beat(database: Database, number: int) -> None:
    """Say again and again that a trial is being carried out, until cancelled."""
    while True:
        await asyncio.sleep(_BEAT_SECONDS)
        async with database.transaction() as tx:
            await tx.execute(
                "UPDATE head_trials SET started_at = now() WHERE number = %s AND ended_at IS NULL", (number,)
            )


async def end(
    database: Database,
    vault: vaults.Vault,
    number: int,
    now: datetime,
    *,
    result: dict[str, Any] | None = None,
    blocks: Sequence[str] = (),
    against: int = 0,
    failed: str | None = None,
) -> None:
    """Write down what a trial found, or the code of why it failed, unless another worker was quicker."""
    async with database.transaction() as tx:
        cursor = await tx.execute(
            "UPDATE head_trials SET ended_at = %s, result = %s, blocks = %s, against = %s, failed = %s"
            " WHERE number = %s AND ended_at IS NULL RETURNING asked_by",
            (now, Jsonb(result) if result is not None else None, list(blocks), against, failed, number),
        )
        row = await cursor.fetchone()
        if row is None:
            return  # another worker took it over and was quicker
        data = {"trial": number, "blocks": list(blocks), "failed": failed or ""}
        await vaults.record(tx, vault, kind=TRIAL_ENDED, at=now, actor=SYSTEM, data=data)


_TRIALS = (
    "SELECT number, ground, asked_at, asked_by, cardinality(examples) AS examples, against, ended_at, failed, blocks,"
    " EXISTS (SELECT FROM live_heads l WHERE l.trial = t.number) AS was_live FROM head_trials t"
)


def _trial(row: dict[str, Any]) -> Trial:
    made_for = row.pop("ground")
    version = f"{made_for.partition('.')[0]}+{row['number']}"
    return Trial(**{**row, "blocks": tuple(row["blocks"])}, version=version, is_outdated=made_for != heads.ground())


def _changed(item: Mapping[str, Any]) -> Changed:
    return Changed(UUID(item["id"]), Seen(**item["before"]), Seen(**item["after"]))
