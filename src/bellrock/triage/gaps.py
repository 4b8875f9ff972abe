"""What is asked and not answered: once a week, articles that are missing or fail, and topics that nobody has thought of.

A gap keeps ids of conversations, never words: whoever looks at it reads the examples that they may see anyway, masked, and that
is written down like every other look. Texts are compared in memory; no vector of a message is kept.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid5

from bellrock import access, conversations, knowledge, language, people
from bellrock import vault as vaults
from bellrock.conversations import ConversationUnknown
from bellrock.core import N_, SYSTEM, Database, NotFound, Transaction, new_id
from bellrock.triage.features import spoken
from bellrock.triage.meaning import shipped
from bellrock.triage.port import Embedder
from bellrock.triage.topics import Gate, topics

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

LOOKED_BACK = timedelta(days=28)
ASKED_MIN = 5
FAILING_SHARE = 0.5
EXAMPLES_MAX = 5
TEXTS_MAX = 2_000
TOPICS_MAX = 10
LIKE_MIN = 0.6
"""How like two texts are, as the cosine of their vectors, before they are held for the same matter."""
EXAMPLE_CHARS_MAX = 200
GAP_CLOSED = "triage.gap_closed"
GAPS_SEARCHED = "triage.gaps_searched"
_LOCK = 7_310_018
_SEARCHES = UUID("7d0a1c56-52a4-4d5e-9a0c-6f1f0f0a7310")
# Of a week's search there is one fact, whose id follows from the week.
_DONE = (
    "EXISTS (SELECT FROM knowledge_gaps WHERE week = %(week)s) OR EXISTS (SELECT FROM journal WHERE id = %(search)s)"
    " OR EXISTS (SELECT FROM journal_inbox WHERE id = %(search)s)"
)


class GapUnknown(NotFound):
    """There is no such gap, or it is closed."""

    code = "gap_unknown"
    text = N_("This suggestion is closed already.")


@dataclass(frozen=True, slots=True)
class Gap:
    """A suggestion of a week. An `article` has a topic and its language; a new `topic` has neither.

    `asked` conversations were about it, `answered` of them by the first line alone, `reopened` of those failed.
    """

    id: UUID
    week: date
    kind: str
    topic: str | None
    language: str | None
    asked: int
    answered: int
    reopened: int
    examples: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class Example:
    """A conversation that this reader may see, with the beginning of its first message, figures and addresses hidden."""

    conversation_id: UUID
    reference: str
    language: str
    text: str


async def suggest(database: Database, vault: vaults.Vault, embedder: Embedder | None, *, now: datetime) -> int:
    """Make this week's suggestions where nobody has yet; return how many. Without an encoder no new topics are found.

    A search with an encoder is a fact, so that a week in which nothing is found is searched once, too.
    """
    week = _monday(now)
    search = uuid5(_SEARCHES, week.isoformat())
    async with database.transaction() as tx:
        cursor = await tx.execute(
            f"SELECT pg_try_advisory_xact_lock(%(lock)s) AS free, {_DONE} AS done",
            {"lock": _LOCK, "week": week, "search": search},
        )
        row = await cursor.fetchone()
        if row is None or not row["free"] or row["done"]:
            return 0
        until = datetime.combine(week, time(), UTC)
        found = await _articles(tx, week, until)
        if embedder is not None:
            found += await _topics(tx, vault, embedder, week, until)
        for gap in found:
            await tx.execute(
                "INSERT INTO knowledge_gaps (id, week, kind, topic, language, asked, answered, reopened, examples)"
                " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
                (
                    gap.id,
                    gap.week,
                    gap.kind,
                    gap.topic,
                    gap.language,
                    gap.asked,
                    gap.answered,
                    gap.reopened,
                    list(gap.examples),
                ),
            )
        if embedder is not None:
            data = {"week": week.isoformat(), "found": len(found)}
            await vaults.record(tx, vault, kind=GAPS_SEARCHED, at=now, actor=SYSTEM, data=data, id=search)
    return len(found)


async def open_gaps(tx: Transaction, *, limit: int = 100) -> list[Gap]:
    """Return the open suggestions of the newest week, the most asked first."""
    cursor = await tx.execute(
        "SELECT id, week, kind, topic, language, asked, answered, reopened, examples FROM knowledge_gaps"
        " WHERE closed_at IS NULL AND week = (SELECT max(week) FROM knowledge_gaps) ORDER BY asked DESC, id LIMIT %s",
        (limit,),
    )
    return [Gap(**{**row, "examples": tuple(row["examples"])}) for row in await cursor.fetchall()]


async def examples_of(
    tx: Transaction, vault: vaults.Vault, *, gap_id: UUID, reader: people.Agent, now: datetime
) -> list[Example]:
    """Return the examples of a gap that a reader may see, and write each look down. Raises GapUnknown."""
    cursor = await tx.execute("SELECT examples FROM knowledge_gaps WHERE id = %s AND closed_at IS NULL", (gap_id,))
    row = await cursor.fetchone()
    if row is None:
        raise GapUnknown
    cases = []
    for conversation_id in row["examples"]:
        try:
            cases.append(await conversations.get(tx, viewer=reader, conversation_id=conversation_id))
        except ConversationUnknown:
            continue
    words = await first_words(tx, vault, [case.id for case in cases])
    shown = []
    for case in cases:
        if case.id not in words:
            continue
        await access.look(
            tx,
            vault,
            agent=reader,
            what=access.Looked.CONVERSATION,
            customer_id=case.customer_id,
            conversation_id=case.id,
            reason="gap",
            now=now,
        )
        text = language.veiled(" ".join(words[case.id].split())[:EXAMPLE_CHARS_MAX])
        shown.append(Example(case.id, case.reference, case.language, text))
    return shown


async def close_gap(tx: Transaction, vault: vaults.Vault, *, gap_id: UUID, by: people.Agent, now: datetime) -> None:
    """Put a suggestion away: it is done, or none. Raises GapUnknown."""
    cursor = await tx.execute(
        "UPDATE knowledge_gaps SET closed_at = %s, closed_by = %s WHERE id = %s AND closed_at IS NULL RETURNING kind, topic",
        (now, by.id, gap_id),
    )
    row = await cursor.fetchone()
    if row is None:
        raise GapUnknown
    data = {"gap": str(gap_id), "kind": row["kind"], **({"topic": row["topic"]} if row["topic"] else {})}
    await vaults.record(tx, vault, kind=GAP_CLOSED, at=now, actor=by.actor, data=data)


def clusters(vectors: NDArray[float32], *, like_min: float = LIKE_MIN, size_min: int = ASKED_MIN) -> list[list[int]]:
    """Return groups of like vectors as places, the largest first; what is like nothing is in none.

    Each vector, of length 1, joins the group whose middle it is nearest to, if near enough; then all are placed once more
    against the middles that came of that, so that the order matters little.
    """
    import numpy as np

    middles: list[NDArray[float32]] = []
    for _ in range(2):
        groups: list[list[int]] = [[] for _ in middles]
        for place, vector in enumerate(vectors):
            near = [float(middle @ vector) / max(float(np.linalg.norm(middle)), 1e-9) for middle in middles]
            best = int(np.argmax(near)) if near else -1
            if best < 0 or near[best] < like_min:
                middles.append(vector.copy())
                groups.append([place])
            else:
                groups[best].append(place)
                middles[best] = middles[best] + vector
        middles = [vectors[group].sum(axis=0) for group in groups if group]
    return sorted((group for group in groups if len(group) >= size_min), key=lambda group: (-len(group), group[0]))


async def _articles(tx: Transaction, week: date, until: datetime) -> list[Gap]:
    cursor = await tx.execute(
        "SELECT c.topic, c.language, count(*) AS asked, count(f.topic) AS answered, count(f.failed_at) AS reopened,"
        "  (array_agg(c.id ORDER BY f.failed_at IS NULL, c.id DESC))[1:%(examples)s] AS examples"
        " FROM (SELECT id, language, regexp_replace(topic, '^.*[.]', '') AS topic FROM conversations"
        "   WHERE created_at >= %(since)s AND created_at < %(until)s AND topic IS NOT NULL AND spam_at IS NULL"
        "   AND merged_into IS NULL) c"
        " LEFT JOIN first_answers f ON (f.conversation_id, f.topic) = (c.id, c.topic)"
        " GROUP BY c.topic, c.language HAVING count(*) >= %(asked)s ORDER BY count(*) DESC, 1, 2",
        {"since": until - LOOKED_BACK, "until": until, "asked": ASKED_MIN, "examples": EXAMPLES_MAX},
    )
    rows = [row for row in await cursor.fetchall() if row["topic"] in topics()]
    written = {code: await knowledge.topics_answered(tx, language=code) for code in {row["language"] for row in rows}}
    return [
        Gap(new_id(), week, "article", **{**row, "examples": tuple(row["examples"])})
        for row in rows
        if _is_gap(row, has_article=row["topic"] in written[row["language"]])
    ]


def _is_gap(row: dict[str, Any], *, has_article: bool) -> bool:
    """Say whether an article is missing where one could answer, or the one there is does not settle what is asked."""
    if topics()[row["topic"]].gate in (Gate.HUMAN, Gate.PROTECT):
        return False
    return not has_article or (row["answered"] > 0 and row["reopened"] >= FAILING_SHARE * row["answered"])


async def _topics(tx: Transaction, vault: vaults.Vault, embedder: Embedder, week: date, until: datetime) -> list[Gap]:
    cursor = await tx.execute(
        "SELECT id, customer_id, language FROM conversations WHERE created_at >= %s AND created_at < %s AND topic IS NULL"
        " AND spam_at IS NULL AND merged_into IS NULL ORDER BY id DESC LIMIT %s",
        (until - LOOKED_BACK, until, TEXTS_MAX),
    )
    rows = await cursor.fetchall()
    words = await first_words(tx, vault, [row["id"] for row in rows])
    rows = [row for row in rows if words.get(row["id"], "").strip()]
    if len(rows) < ASKED_MIN:
        return []
    texts, tongues = [spoken(words[row["id"]]) for row in rows], [row["language"] for row in rows]
    vectors = await asyncio.to_thread(_centred, embedder, texts, tongues)
    found = []
    for group in clusters(vectors)[:TOPICS_MAX]:
        members = [rows[place] for place in group]
        if len({member["customer_id"] for member in members}) < ASKED_MIN:
            continue  # one customer who writes often is no topic
        examples = tuple(member["id"] for member in members[:EXAMPLES_MAX])
        found.append(Gap(new_id(), week, "topic", None, None, len(members), 0, 0, examples))
    return found


def _centred(embedder: Embedder, texts: Sequence[str], tongues: Sequence[str]) -> NDArray[float32]:
    head = shipped()
    vectors = embedder.embed(texts)
    if head.encoder == embedder.name:
        vectors = head.centred(vectors, tongues, embedder.compared)
    return vectors[:, embedder.compared]


async def first_words(tx: Transaction, vault: vaults.Vault, conversation_ids: Sequence[UUID]) -> dict[UUID, str]:
    """Return what each conversation begins with; those whose words were erased are absent."""
    cursor = await tx.execute(
        "SELECT DISTINCT ON (conversation_id) conversation_id, id FROM messages WHERE conversation_id = ANY(%s)"
        " AND kind = 'message' AND author_kind IN ('customer', 'visitor') ORDER BY conversation_id, created_at, id",
        (list(conversation_ids),),
    )
    first = {row["id"]: row["conversation_id"] for row in await cursor.fetchall()}
    words = await conversations.words_of(tx, vault, ids=first)
    return {first[id]: str(said.get("words", {}).get("text", "")) for id, said in words.items()}


def _monday(now: datetime) -> date:
    day = now.date()
    return day - timedelta(days=day.weekday())
