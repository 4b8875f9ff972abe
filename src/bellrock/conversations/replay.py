"""Replay: what the rows of this room must be, told from the facts alone; the audit compares."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from bellrock import ledger
from bellrock import vault as vaults
from bellrock.conversations.merging import state_of
from bellrock.conversations.models import (
    ADOPTED,
    ASSIGNED,
    DECIDED,
    HANDED_OVER,
    INCIDENT_LINKED,
    KEEPS_PLACE,
    LABELLED,
    MERGED,
    MERGED_IN,
    NOTED,
    OPENED,
    PRIORITISED,
    PROTECTED,
    RECEIVED,
    REDACTED,
    REOPENED,
    REPLIED,
    RESOLVED,
    SNOOZED,
    SPAM_CLEARED,
    SPAM_MARKED,
    SPLIT,
    SPLIT_FROM,
    TOPIC_SET,
    UNLABELLED,
    UNMERGED,
    UNMERGED_FROM,
    WOKEN,
)
from bellrock.conversations.replay_messages import compare, compare_messages, rows_of
from bellrock.conversations.standing import columns_of
from bellrock.core import Fact, Transaction, journal

_BATCH = 200
_FIRST = UUID(int=0)

_FACTS = (
    "SELECT * FROM (SELECT number, 0::bigint AS position, id, log, kind, at, actor_kind, actor_id, customer_id,"
    "  conversation_id, data, audience, leaf FROM journal WHERE conversation_id = ANY(%(ids)s) AND log = 'records'"
    " UNION ALL SELECT 9223372036854775807, position, id, log, kind, at, actor_kind, actor_id, customer_id,"
    "  conversation_id, data, audience, leaf FROM journal_inbox WHERE conversation_id = ANY(%(ids)s) AND log = 'records'"
    ") AS facts ORDER BY number, position"
)
_IDS = (
    "SELECT id FROM (SELECT id FROM conversations WHERE id > %(after)s"
    " UNION SELECT conversation_id FROM messages WHERE conversation_id > %(after)s"
    " UNION SELECT conversation_id FROM journal WHERE conversation_id > %(after)s AND log = 'records'"
    ") AS ids ORDER BY id LIMIT %(limit)s"
)

Row = dict[str, Any]


async def compare_rows(tx: Transaction, vault: vaults.Vault) -> AsyncIterator[ledger.Finding | None]:
    """Yield for each conversation and message what is wrong with its row, None where it is what its facts make.

    When a customer last looked (`customer_seen_at`, `unseen_by_customer`) is no fact and is not compared.
    """
    after = _FIRST
    while ids := await _ids(tx, after):
        after = ids[-1]
        facts: dict[UUID, list[Fact]] = defaultdict(list)
        cursor = await tx.execute(_FACTS, {"ids": ids})
        for row in await cursor.fetchall():
            facts[row["conversation_id"]].append(journal.from_row(row))
        rows = await rows_of(tx, "SELECT * FROM conversations WHERE id = ANY(%s)", (ids,))
        for id in ids:
            yield compare("conversations", id, _expected(facts[id], rows.get(id)), rows.get(id))
        async for labelled in _compare_labels(tx, ids, facts):
            yield labelled
        async for finding in compare_messages(tx, vault, ids, facts):
            yield finding


def _expected(facts: Sequence[Fact], row: Row | None) -> Row | None:
    """Return what the facts make of a row, None without facts; its place in the lists may be its last change as well.

    So it is in data from before lists had places.
    """
    if not facts:
        return None
    expected = replay(facts)
    if expected and row and row["listed_at"] == row["changed_at"]:
        expected["listed_at"] = expected["changed_at"]
    return expected


def replay(facts: Sequence[Fact]) -> Row:
    """Return the row of a conversation that its facts, in order, make."""
    row: Row = {}
    for fact in facts:
        if fact.kind == OPENED:
            row = _opened(fact)
        elif fact.kind in _STEPS:
            if not row:
                break
            written_before, listed_at = row["last_customer_message_id"], row["listed_at"]
            row |= _STEPS[fact.kind](row, fact)
            keeps_place = row["last_customer_message_id"] != written_before and fact.at < listed_at + KEEPS_PLACE
            row |= {
                "changed_at": fact.at,
                "listed_at": listed_at if keeps_place else fact.at,
                "changes": row["changes"] + 1,
            }
    return row


def _opened(fact: Fact) -> Row:
    data = fact.data
    return {
        "reference": data["reference"],
        "customer_id": fact.customer_id,
        "channel": data["channel"],
        "status": "open",
        "holder": "first_line",
        "team_id": None,
        "assignee_id": None,
        "priority": data["priority"],
        "language": data["language"],
        "topic": data["topic"],
        "created_at": fact.at,
        "changed_at": fact.at,
        "listed_at": fact.at,
        "waiting_since": None,
        "queued_at": None,
        "snoozed_until": None,
        "resolved_at": None,
        "first_line_replied_at": None,
        "person_replied_at": None,
        "last_message_id": None,
        "last_customer_message_id": None,
        "changes": 1,
        "spam_at": None,
        "merged_into": None,
        "brand_id": UUID(data["brand"]) if data.get("brand") else None,
        "incident_id": None,
    }


def _received(row: Row, fact: Fact) -> Row:
    if row["spam_at"]:
        return {"last_message_id": fact.id, "last_customer_message_id": fact.id}
    return {
        "status": "open",
        "snoozed_until": None,
        "resolved_at": None,
        "waiting_since": row["waiting_since"] or fact.at,
        "last_message_id": fact.id,
        "last_customer_message_id": fact.id,
    }


def _replied(row: Row, fact: Fact) -> Row:
    if fact.data.get("announces"):
        return {"last_message_id": fact.id}
    first = {"first_line": "first_line_replied_at", "agent": "person_replied_at"}.get(fact.actor.kind)
    return {
        "status": "waiting",
        "snoozed_until": None,
        "waiting_since": None,
        "last_message_id": fact.id,
        **({first: row[first] or fact.at} if first else {}),
    }


def _handed_over(row: Row, fact: Fact) -> Row:
    return {
        "status": "open",
        "snoozed_until": None,
        "holder": "queue",
        "assignee_id": None,
        "team_id": UUID(fact.data["team"]),
        "priority": fact.data["priority"],
        "queued_at": row["queued_at"] if row["holder"] == "queue" else fact.at,
        "waiting_since": row["waiting_since"] or fact.at,
    }


def _assigned(row: Row, fact: Fact) -> Row:
    return {
        "holder": "agent" if fact.data["agent"] else "queue",
        "assignee_id": _id(fact.data["agent"]),
        "team_id": UUID(fact.data["team"]),
        "queued_at": row["queued_at"] or fact.at,
    }


def _reopened(_row: Row, fact: Fact) -> Row:
    changed: Row = {"status": "open", "resolved_at": None}
    if fact.data.get("waiting_since"):
        changed["waiting_since"] = datetime.fromisoformat(fact.data["waiting_since"])
    if fact.data.get("anew"):
        holder = fact.data["holder"]
        changed |= {
            "holder": holder,
            "assignee_id": None,
            "queued_at": fact.at if holder == "queue" else None,
        }
    return changed


def _spam_cleared(row: Row, fact: Fact) -> Row:
    changed: Row = {"status": "open", "resolved_at": None, "spam_at": None, "waiting_since": fact.at}
    if row["holder"] != "agent":
        changed |= {"holder": "queue", "team_id": UUID(fact.data["team"]), "queued_at": fact.at}
    return changed


def _merged_in(_row: Row, fact: Fact) -> Row:
    stirred: Row = {"status": "open", "snoozed_until": None} if _stirs(fact) else {}
    return columns_of(fact.data) | stirred


def _stirs(fact: Fact) -> bool:
    return bool(fact.data["is_open"] and fact.data["waiting_since"])


def _split(row: Row, fact: Fact) -> Row:
    left = columns_of(fact.data)
    answered = row["status"] == "open" and left["waiting_since"] is None
    return left | ({"status": "waiting"} if answered else {})


_STEPS: dict[str, Callable[[Row, Fact], Row]] = {
    RECEIVED: _received,
    REPLIED: _replied,
    NOTED: lambda _row, _fact: {},
    DECIDED: lambda _row, _fact: {},
    PROTECTED: lambda _row, _fact: {},
    HANDED_OVER: _handed_over,
    ASSIGNED: _assigned,
    PRIORITISED: lambda _row, fact: {"priority": fact.data["priority"]},
    TOPIC_SET: lambda _row, fact: {
        "topic": fact.data["topic"],
        "language": fact.data["language"],
        "team_id": _id(fact.data["team"]),
    },
    SNOOZED: lambda _row, fact: {
        "status": "snoozed",
        "snoozed_until": datetime.fromisoformat(fact.data["until"]),
    },
    WOKEN: lambda _row, _fact: {"status": "open", "snoozed_until": None},
    RESOLVED: lambda _row, fact: {
        "status": "resolved",
        "resolved_at": fact.at,
        "snoozed_until": None,
        "waiting_since": None,
    },
    REOPENED: _reopened,
    ADOPTED: lambda _row, fact: {"customer_id": fact.customer_id},
    LABELLED: lambda _row, _fact: {},
    UNLABELLED: lambda _row, _fact: {},
    SPAM_MARKED: lambda row, fact: {
        "status": "resolved",
        "resolved_at": row["resolved_at"] or fact.at,
        "snoozed_until": None,
        "waiting_since": None,
        "spam_at": fact.at,
    },
    SPAM_CLEARED: _spam_cleared,
    MERGED: lambda row, fact: {
        "status": "resolved",
        "resolved_at": row["resolved_at"] or fact.at,
        "snoozed_until": None,
        "waiting_since": None,
        "merged_into": UUID(fact.data["into"]),
    },
    MERGED_IN: _merged_in,
    UNMERGED: lambda _row, fact: {"merged_into": None, **state_of(fact.data["was"])},
    UNMERGED_FROM: lambda _row, fact: columns_of(fact.data),
    SPLIT: _split,
    SPLIT_FROM: lambda _row, fact: {
        "holder": "agent",
        "assignee_id": UUID(fact.data["agent"]),
        "team_id": UUID(fact.data["team"]),
        "queued_at": fact.at,
        **columns_of(fact.data),
    },
    INCIDENT_LINKED: lambda _row, fact: {"incident_id": _id(fact.data["incident"])},
    REDACTED: lambda _row, _fact: {},
}


async def _compare_labels(
    tx: Transaction, ids: Sequence[UUID], facts: Mapping[UUID, Sequence[Fact]]
) -> AsyncIterator[ledger.Finding]:
    """Yield each conversation whose labels are not those that its facts put on it."""
    cursor = await tx.execute(
        "SELECT conversation_id, label_id FROM conversation_labels WHERE conversation_id = ANY(%s)", (list(ids),)
    )
    held: dict[UUID, set[str]] = defaultdict(set)
    for row in await cursor.fetchall():
        held[row["conversation_id"]].add(str(row["label_id"]))
    for id in ids:
        expected: set[str] = set()
        for fact in facts[id]:
            if fact.kind == LABELLED:
                expected.add(fact.data["label"])
            elif fact.kind == UNLABELLED:
                expected.discard(fact.data["label"])
        if expected != held[id]:
            yield ledger.Finding("row_differs", "conversation_labels", id=id, detail="label_id")


async def _ids(tx: Transaction, after: UUID) -> list[UUID]:
    cursor = await tx.execute(_IDS, {"after": after, "limit": _BATCH})
    return [row["id"] for row in await cursor.fetchall()]


def _id(text: str | None) -> UUID | None:
    return UUID(text) if text else None
