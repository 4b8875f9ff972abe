"""Trials: a lead asks what the examples would change, a worker finds out beside the head that is live, and the page shows it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import structlog
from psycopg.types.json import Jsonb

from bellrock import conversations, people
from bellrock import vault as vaults
from bellrock.core import N_, SYSTEM, BellrockError, Conflict, Database, Transaction
from bellrock.triage import comparing, heads, teaching
from bellrock.triage.comparing import Seen, Texts
from bellrock.triage.corpus import Example, corpus
from bellrock.triage.gaps import first_words
from bellrock.triage.heads import Heads, TrialUnknown
from bellrock.triage.languages import language_of
from bellrock.triage.lessons import must_teach, next_examples, read_examples
from bellrock.triage.meaning import shipped
from bellrock.triage.port import Embedder

if TYPE_CHECKING:
    from bellrock.triage.evaluation import Judged

TRIAL_ASKED, TRIAL_ENDED = "triage.trial_asked", "triage.trial_ended"
LOOKED_BACK = timedelta(days=14)
CONVERSATIONS_MAX = 300
UNSAFE_MAX = 50
TRIALS_SHOWN_MAX = 20
_ABANDONED_AFTER = timedelta(minutes=20)
_log = structlog.get_logger(__name__)


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


async def run_trial(
    database: Database,
    vault: vaults.Vault,
    embedder: Embedder,
    *,
    now: datetime,
    kept: Path | None = None,
    held_back: Sequence[Example] | None = None,
) -> int | None:
    """Carry out the trial that waits, and return its number; None when none does. Some 40 s of CPU, at the first two minutes.

    What was begun by a worker that is gone is begun again. `held_back` are the messages that figures are counted on, those
    that the thresholds were learnt on if none are given; their vectors are kept in the folder `kept`.
    """
    claimed = await _claim(database, now)
    if claimed is None:
        return None
    number, examples, is_ours = claimed
    try:
        if not is_ours:
            raise heads.HeadOutdated
        written = corpus("calibration") if held_back is None else held_back
        result, blocks, against = await _compare(database, vault, embedder, examples, written, kept, now)
    except (BellrockError, OSError, ValueError) as error:
        code = error.code if isinstance(error, BellrockError) else "failed"
        _log.warning("trial.failed", trial=number, reason=code)
        await _end(database, vault, number, now, failed=code)
        return number
    await _end(database, vault, number, now, result=result, blocks=blocks, against=against)
    return number


async def _compare(
    database: Database,
    vault: vaults.Vault,
    embedder: Embedder,
    examples: Sequence[UUID],
    written: Sequence[Example],
    kept: Path | None,
    now: datetime,
) -> tuple[dict[str, Any], list[str], int]:
    async with database.transaction() as tx:
        against = (await heads.live_head(tx)).number
        before = await Heads(vault, embedder).current(tx)
        taught = await read_examples(tx, vault, ids=examples)
        recent = await _recent(tx, vault, now)
    known = [example for _, _, example in taught]
    after = await asyncio.to_thread(teaching.taught, shipped(), known, embedder)
    topics_of = {conversation_id: example.topic for _, conversation_id, example in taught}
    held = await _both(before, after, await Texts.of(written, embedder, kept=kept), embedder)
    own = await _both(before, after, await Texts.of(known, embedder), embedder)
    real = await _both(before, after, await Texts.of([example for _, example in recent], embedder), embedder)
    figures = comparing.figures([one for one, _ in held], [other for _, other in held])
    unsafe = [pair for pair in held if comparing.is_newly_unsafe(*pair, truth=pair[0].example.topic)]
    blocks = {
        "held_back": bool(unsafe),
        "taught": any(comparing.is_newly_unsafe(*pair, truth=pair[0].example.topic) for pair in own),
        "conversation": any(
            comparing.is_newly_unsafe(*pair, truth=topics_of.get(id, example.topic))
            for (id, example), pair in zip(recent, real, strict=True)
        ),
        "precision": not comparing.is_precise(figures),
    }
    result = {
        "figures": figures,
        "examples": [_pair(id, pair) for (id, _, _), pair in zip(taught, own, strict=True)],
        "conversations": [_pair(id, pair) for (id, _), pair in zip(recent, real, strict=True) if _differs(pair)],
        "read": len(recent),
        "unsafe": [
            [one.example.topic, one.example.language, other.understanding.guesses[0].topic]
            for one, other in unsafe[:UNSAFE_MAX]
        ],
    }
    return result, [name for name in comparing.BLOCKS if blocks[name]], against


async def _both(before: Any, after: Any, texts: Texts, embedder: Embedder) -> list[tuple[Judged, Judged]]:
    one, other = [await asyncio.to_thread(comparing.judge, head, texts, embedder.compared) for head in (before, after)]
    return list(zip(one, other, strict=True))


async def _recent(tx: Transaction, vault: vaults.Vault, now: datetime) -> list[tuple[UUID, Example]]:
    """Return what the newest conversations began with, and the topic that each has by now, "" for none."""
    cursor = await tx.execute(
        "SELECT id, language, coalesce(regexp_replace(topic, '^.*[.]', ''), '') AS topic FROM conversations"
        " WHERE created_at >= %s AND spam_at IS NULL AND merged_into IS NULL ORDER BY id DESC LIMIT %s",
        (now - LOOKED_BACK, CONVERSATIONS_MAX),
    )
    rows = await cursor.fetchall()
    words = await first_words(tx, vault, [row["id"] for row in rows])
    return [
        (row["id"], Example(text, row["topic"], language_of(text, prior=row["language"])))
        for row in rows
        if (text := words.get(row["id"], "")).strip()
    ]


async def _claim(database: Database, now: datetime) -> tuple[int, list[UUID], bool] | None:
    async with database.transaction() as tx:
        cursor = await tx.execute(
            "UPDATE head_trials SET started_at = %(now)s WHERE number = (SELECT number FROM head_trials"
            " WHERE ended_at IS NULL AND (started_at IS NULL OR started_at < %(gone)s) FOR UPDATE SKIP LOCKED)"
            " RETURNING number, examples, ground",
            {"now": now, "gone": now - _ABANDONED_AFTER},
        )
        row = await cursor.fetchone()
    return (row["number"], row["examples"], row["ground"] == heads.ground()) if row else None


async def _end(
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


def _differs(pair: tuple[Judged, Judged]) -> bool:
    one, other = pair
    return not comparing.seen(one).is_like(comparing.seen(other))


def _pair(id: UUID, pair: tuple[Judged, Judged]) -> dict[str, Any]:
    one, other = pair
    return {"id": str(id), "before": asdict(comparing.seen(one)), "after": asdict(comparing.seen(other))}


def _changed(item: Mapping[str, Any]) -> Changed:
    return Changed(UUID(item["id"]), Seen(**item["before"]), Seen(**item["after"]))
