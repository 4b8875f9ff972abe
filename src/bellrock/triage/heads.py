"""Which head decides: the shipped one, or one that leads taught and put live. Every worker makes it itself; none is a file.

A taught head is its examples beside the shipped head. Its version is the shipped one's, the number of its trial, and how many
of its examples were erased since: `a78e6322119db49b+4-1`. What was erased is in no head that is made from then on.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

import structlog

from bellrock import people
from bellrock import vault as vaults
from bellrock.core import N_, Conflict, Database, NotFound, Transaction
from bellrock.triage import teaching
from bellrock.triage.lessons import must_teach, read_examples, readable
from bellrock.triage.meaning import shipped
from bellrock.triage.model import Model
from bellrock.triage.port import Embedder
from bellrock.triage.topics import DATA

HISTORY_MAX = 50
_log = structlog.get_logger(__name__)


class TrialUnknown(NotFound):
    """There is no such trial."""

    code = "trial_unknown"


class HeadOutdated(Conflict):
    """It was tried beside another shipped head, other features or another way of teaching."""

    code = "head_outdated"
    text = N_("This version was made for another release of Bellrock. Try the examples again.")


@dataclass(frozen=True, slots=True)
class LiveHead:
    """A version that is or was live. `trial` is None for the shipped head; `reason` None where it cannot be read.

    `number` counts what went live, from 1; 0 is the shipped head before anything was put live. `proposed_by` is None where one
    person was enough.
    """

    number: int
    trial: int | None
    version: str
    is_outdated: bool
    since: datetime | None
    put_by: UUID | None
    proposed_by: UUID | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What the newest row asks for: the examples that can still be read, and the version's name."""

    version: str
    ids: tuple[UUID, ...]


class Heads:
    """The head that this process decides with, made anew when another goes live or an example is erased."""

    def __init__(self, vault: vaults.Vault, embedder: Embedder) -> None:
        self._vault = vault
        self._embedder = embedder
        self._made: tuple[_Wanted, Model] | None = None
        self._turn = asyncio.Lock()

    @property
    def newest(self) -> Model:
        """The head that was made last, the shipped one before that. Raises ModelMismatch."""
        return self._made[1] if self._made else shipped()

    async def current(self, tx: Transaction) -> Model:
        """Return the head that is live in this transaction; making it takes some 15 ms an example. Raises ModelMismatch."""
        wanted = await _wanted(tx)
        if self._made is None or self._made[0] != wanted:
            async with self._turn:
                if self._made is None or self._made[0] != wanted:
                    self._made = wanted, await self._make(tx, wanted)
        return self._made[1]

    async def _make(self, tx: Transaction, wanted: _Wanted) -> Model:
        try:
            examples = await read_examples(tx, self._vault, ids=wanted.ids)
        except vaults.Tampered as error:
            # Better the shipped head than silence; decisions name it, and operators see it in the log.
            _log.error("head.not_made", version=wanted.version, reason=error.code)
            return shipped()
        known = [example for _, _, example in examples]
        made = await asyncio.to_thread(teaching.taught, shipped(), known, self._embedder)
        _log.info("head.live", version=wanted.version, examples=len(known))
        return replace(made, version=wanted.version)

    async def refresh(self, database: Database) -> None:
        """Make the head that is live, so that no customer waits for it."""
        async with database.transaction() as tx:
            await self.current(tx)


@cache
def shipped_version() -> str:
    """Return the version of the shipped head; reads no weights, so that web processes may ask."""
    return str(json.loads((DATA / "model.json").read_text(encoding="utf-8"))["version"])


def ground() -> str:
    """Return what heads stand on that are tried by this release."""
    return teaching.ground(shipped_version())


def version_of(trial: int | None, *, erased: int = 0) -> str:
    """Return the version of a taught head of this release, as decisions name it."""
    return shipped_version() + (f"+{trial}" if trial else "") + (f"-{erased}" if trial and erased else "")


async def live_head(tx: Transaction) -> LiveHead:
    """Return what is live."""
    cursor = await tx.execute(f"{_HEADS} ORDER BY l.number DESC LIMIT 1")
    row = await cursor.fetchone()
    if row is None:
        return LiveHead(0, None, shipped_version(), False, None, None)
    head = _head(row)
    return head if head.is_outdated else replace(head, version=(await _wanted(tx)).version)


async def live_heads(tx: Transaction, vault: vaults.Vault, *, reader: people.Agent) -> list[LiveHead]:
    """Return what went live, the newest first, with why. Raises Refused."""
    must_teach(reader)
    cursor = await tx.execute(f"{_HEADS} ORDER BY l.number DESC LIMIT %s", (HISTORY_MAX,))
    rows = await cursor.fetchall()
    words = await vault.open_records(tx, [row["fact_id"] for row in rows])
    return [replace(_head(row), reason=words.get(row["fact_id"], {}).get("words", {}).get("reason")) for row in rows]


_HEADS = (
    "SELECT l.number, l.trial, l.since, l.put_by, l.proposed_by, l.fact_id, t.ground FROM live_heads l"
    " LEFT JOIN head_trials t ON t.number = l.trial"
)


def _head(row: dict[str, Any]) -> LiveHead:
    trial, made_for = row["trial"], row["ground"]
    name = str(made_for).partition(".")[0] if made_for else shipped_version()
    return LiveHead(
        number=row["number"],
        trial=trial,
        version=f"{name}+{trial}" if trial else name,
        is_outdated=made_for is not None and made_for != ground(),
        since=row["since"],
        put_by=row["put_by"],
        proposed_by=row["proposed_by"],
    )


async def _wanted(tx: Transaction) -> _Wanted:
    """Return what is live; after an upgrade that it was not made for, the shipped head."""
    cursor = await tx.execute(
        "SELECT l.trial, t.ground, t.examples FROM live_heads l LEFT JOIN head_trials t ON t.number = l.trial"
        " ORDER BY l.number DESC LIMIT 1"
    )
    row = await cursor.fetchone()
    if row is None or row["trial"] is None or row["ground"] != ground():
        return _Wanted(version_of(None), ())
    ids = tuple(await readable(tx, row["examples"]))
    return _Wanted(version_of(row["trial"], erased=len(row["examples"]) - len(ids)), ids)
