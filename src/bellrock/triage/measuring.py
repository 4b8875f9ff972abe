"""What a trial finds out, beside the head that is live: on messages held back, on the examples, on recent conversations."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import structlog

from bellrock import vault as vaults
from bellrock.core import BellrockError, Database, Transaction
from bellrock.triage import comparing, evaluation, heads, teaching
from bellrock.triage.comparing import Texts
from bellrock.triage.corpus import Example, corpus
from bellrock.triage.evaluation import Judged
from bellrock.triage.gaps import first_words
from bellrock.triage.heads import Heads
from bellrock.triage.languages import language_of
from bellrock.triage.lessons import read_examples
from bellrock.triage.meaning import shipped
from bellrock.triage.model import Model
from bellrock.triage.port import Embedder
from bellrock.triage.trials import beat, claim, end

LOOKED_BACK = timedelta(days=14)
CONVERSATIONS_MAX = 300
UNSAFE_MAX = 50
_log = structlog.get_logger(__name__)


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
    claimed = await claim(database)
    if claimed is None:
        return None
    number, examples, is_ours = claimed
    beating = asyncio.create_task(beat(database, number))
    try:
        if not is_ours:
            raise heads.HeadOutdated
        written = corpus("calibration") if held_back is None else held_back
        result, blocks, against = await _compare(database, vault, embedder, examples, written, kept, now)
    except (BellrockError, OSError, ValueError) as error:
        code = error.code if isinstance(error, BellrockError) else "failed"
        _log.warning("trial.failed", trial=number, reason=code)
        await end(database, vault, number, now, failed=code)
        return number
    finally:
        beating.cancel()
        await asyncio.gather(beating, return_exceptions=True)
    await end(database, vault, number, now, result=result, blocks=blocks, against=against)
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
    written_texts = await Texts.of(written, embedder, kept=kept)
    held = await _both(lambda head: comparing.judge(head, written_texts, embedder.compared), before, after)
    own = await _both(lambda head: evaluation.judge(head, embedder, known)[0], before, after)
    first = [example for _, example in recent]
    real = await _both(lambda head: evaluation.judge(head, embedder, first)[0], before, after)
    figures = await asyncio.to_thread(comparing.figures, [one for one, _ in held], [other for _, other in held])
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


async def _both(judge: Callable[[Model], list[Judged]], before: Model, after: Model) -> list[tuple[Judged, Judged]]:
    one, other = [await asyncio.to_thread(judge, head) for head in (before, after)]
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


def _differs(pair: tuple[Judged, Judged]) -> bool:
    one, other = pair
    return not comparing.seen(one).is_like(comparing.seen(other))


def _pair(id: UUID, pair: tuple[Judged, Judged]) -> dict[str, Any]:
    one, other = pair
    return {"id": str(id), "before": asdict(comparing.seen(one)), "after": asdict(comparing.seen(other))}
