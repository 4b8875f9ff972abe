"""Search over messages by keyed hashes of their words, newest first, at a cost that does not grow with what was ever said.

A rare word is asked of the index. A common one would give the index's answer its whole length, so there the newest messages
are walked through instead, which finds common words soon. Which of both is decided by the database's own statistics.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from bellrock import people
from bellrock.conversations.inbox import conditions
from bellrock.conversations.models import COLUMNS, Conversation, from_row
from bellrock.conversations.selection import Selection
from bellrock.core import Transaction, clock

HITS = 20
HASHES_MAX = 16
INDEX_MAX = 2_000
WALK_MAX = 8_000
# Several words share their lists of messages quickly; a list longer than this is not read.
LIST_MAX = 100_000

_STATISTICS = (
    "SELECT s.most_common_elems::text::bigint[] AS words, s.most_common_elem_freqs AS shares, c.reltuples AS messages"
    " FROM pg_class c LEFT JOIN pg_stats s ON s.schemaname = current_schema() AND s.tablename = 'messages'"
    " AND s.attname = 'tokens' WHERE c.oid = 'messages'::regclass"
)
_STATISTICS_SECONDS = 300.0
_ROWS_A_HIT = 3
_BY_INDEX = (
    "WITH found AS MATERIALIZED (SELECT m.id, m.conversation_id, m.shown_id FROM messages m"
    f" WHERE m.tokens @> %(hashes)s::bigint[] LIMIT {INDEX_MAX})",
    "(SELECT count(*) FROM found)",
)
_BY_WALK = (
    "WITH found AS NOT MATERIALIZED (SELECT w.id, w.conversation_id, w.shown_id FROM"
    " (SELECT id, conversation_id, shown_id, tokens FROM messages"
    f"  WHERE %(before)s::uuid IS NULL OR id < %(before)s ORDER BY id DESC LIMIT {WALK_MAX}) w"
    " WHERE w.tokens @> %(hashes)s::bigint[])",
    "0",
)
_WALK_END = (
    "SELECT id FROM messages WHERE %(before)s::uuid IS NULL OR id < %(before)s"
    f" ORDER BY id DESC OFFSET {WALK_MAX - 1} LIMIT 1"
)


@dataclass(frozen=True, slots=True)
class SearchHit:
    """A conversation with the newest of its messages that has all the words. `record_id` is where its words are sealed."""

    conversation: Conversation
    message_id: UUID
    record_id: UUID


@dataclass(frozen=True, slots=True)
class SearchPage:
    """Hits, the newest first. `mark` goes on with older ones, None at the end.

    `is_cut`: the words are common and only the newest messages were looked through; `mark` goes on behind them.
    """

    hits: list[SearchHit]
    mark: UUID | None
    is_cut: bool = False


async def search(
    tx: Transaction,
    *,
    viewer: people.Agent,
    hashes: Sequence[int],
    now: datetime,
    within: Selection | None = None,
    before: UUID | None = None,
    limit: int = HITS,
) -> SearchPage:
    """Return conversations that the viewer may see, with a message or note that has all of these words.

    `within` keeps to the view and the filters of a list; without it, spam and merged ones are found as well.
    """
    if not hashes:
        return SearchPage([], None)
    asked, parameters = conditions(viewer, within, now)
    parameters |= {"hashes": list(hashes)[:HASHES_MAX], "before": before}
    limit = min(limit, HITS)
    if await _is_rare(tx, hashes):
        # For a list that stops early the planner would read the table from its start, which is the wrong end.
        await tx.execute("SELECT set_config('enable_seqscan', 'off', true)")
        rows = await _hits(tx, _BY_INDEX, asked, parameters, limit)
        if not rows or rows[0]["matched"] < INDEX_MAX:
            return _page(rows, limit)
    rows = await _hits(tx, _BY_WALK, asked, parameters, limit)
    page = _page(rows, limit)
    if page.mark is not None:
        return page
    end = await (await tx.execute(_WALK_END, parameters)).fetchone()
    return SearchPage(page.hits, end["id"], is_cut=True) if end else page


async def _hits(
    tx: Transaction, found: tuple[str, str], asked: str, parameters: dict[str, Any], limit: int
) -> list[dict[str, Any]]:
    """Return messages, the newest first, with their conversations; of one conversation there may be several."""
    source, count = found
    # Conversation by conversation, so that the first page is all that is looked at.
    cursor = await tx.execute(
        f"{source} SELECT f.id AS message_id, coalesce(f.shown_id, f.id) AS record_id, c.*, {count} AS matched"
        " FROM (SELECT * FROM found WHERE %(before)s::uuid IS NULL OR id < %(before)s ORDER BY id DESC) f"
        f" CROSS JOIN LATERAL (SELECT {COLUMNS} FROM conversations c WHERE c.id = f.conversation_id AND {asked} OFFSET 0) c"
        f" ORDER BY f.id DESC LIMIT {_ROWS_A_HIT * limit + 1}",
        parameters,
    )
    return await cursor.fetchall()


def _page(rows: list[dict[str, Any]], limit: int) -> SearchPage:
    hits: dict[UUID, SearchHit] = {}
    last: UUID | None = None
    for row in rows[: _ROWS_A_HIT * limit]:
        if row["id"] not in hits:
            if len(hits) == limit:
                return SearchPage(list(hits.values()), last)
            hits[row["id"]] = SearchHit(from_row(row), row["message_id"], row["record_id"])
        last = row["message_id"]
    return SearchPage(list(hits.values()), last if len(rows) > _ROWS_A_HIT * limit else None)


@dataclass(frozen=True, slots=True)
class _Statistics:
    read_at: float
    shares: dict[int, float]
    messages: float


_kept: dict[str, _Statistics] = {}


async def _is_rare(tx: Transaction, hashes: Sequence[int]) -> bool:
    """Say whether the index answers these words with a short list, or quickly cuts long ones down to one."""
    known = await _statistics(tx)
    lists = sorted(known.shares.get(hash, 0.0) * known.messages for hash in hashes)
    return lists[0] <= (INDEX_MAX if len(lists) == 1 else LIST_MAX)


async def _statistics(tx: Transaction) -> _Statistics:
    """Return how common the commoner words are; read anew every five minutes."""
    key = tx.info.dsn
    kept = _kept.get(key)
    if kept is None or clock.monotonic() - kept.read_at > _STATISTICS_SECONDS:
        row = await (await tx.execute(_STATISTICS)).fetchone()
        # Behind the shares of the words stand three figures of the whole.
        shares = dict(zip(row["words"], row["shares"], strict=False)) if row and row["words"] else {}
        kept = _Statistics(clock.monotonic(), shares, max(float(row["messages"]) if row else 0.0, 0.0))
        if len(_kept) >= 8:
            _kept.clear()
        _kept[key] = kept
    return kept
