"""Reads: the open incidents for everyone, all of them for editors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from bellrock.core import Transaction
from bellrock.incidents.errors import IncidentNotFound
from bellrock.incidents.models import Incident, Notice, State, wanted

LIST_MAX = 100
OPEN_MAX = 5

_OPEN = """
    SELECT i.id, i.state, i.opened_at, i.changed_at, t.language, t.title, t.text
    FROM incidents i
    JOIN LATERAL (
      SELECT * FROM incident_texts x WHERE x.incident_id = i.id AND x.language = ANY(%(languages)s)
      ORDER BY array_position(%(languages)s, x.language) LIMIT 1
    ) t ON true
    WHERE i.resolved_at IS NULL
"""
_ALL = """
    SELECT i.*,
      (SELECT jsonb_object_agg(language, jsonb_build_array(title, text)) FROM incident_texts WHERE incident_id = i.id)
        AS texts,
      ARRAY(SELECT topic FROM incident_topics WHERE incident_id = i.id ORDER BY topic) AS topics,
      ARRAY(SELECT at FROM incident_states WHERE incident_id = i.id ORDER BY at) AS moments,
      ARRAY(SELECT state FROM incident_states WHERE incident_id = i.id ORDER BY at) AS states
    FROM incidents i
"""


async def current(tx: Transaction, *, language: str) -> list[Notice]:
    """Return the open incidents in the reader's language or a fallback, newest first."""
    cursor = await tx.execute(
        f"{_OPEN} ORDER BY i.opened_at DESC LIMIT %(limit)s", {"languages": wanted(language), "limit": OPEN_MAX}
    )
    return [_notice(row) for row in await cursor.fetchall()]


async def answer_for(tx: Transaction, *, topic: str, language: str) -> Notice | None:
    """Return the newest open incident that answers a topic, in the reader's language or a fallback; else None."""
    cursor = await tx.execute(
        f"{_OPEN} AND EXISTS (SELECT 1 FROM incident_topics p WHERE p.incident_id = i.id AND p.topic = %(topic)s)"
        " ORDER BY i.opened_at DESC LIMIT 1",
        {"languages": wanted(language), "topic": topic},
    )
    row = await cursor.fetchone()
    return _notice(row) if row else None


async def desk_list(tx: Transaction) -> list[Incident]:
    """Return all incidents for editors: open ones first, then the newest."""
    cursor = await tx.execute(f"{_ALL} ORDER BY i.resolved_at DESC NULLS FIRST, i.opened_at DESC LIMIT %s", (LIST_MAX,))
    return [_incident(row) for row in await cursor.fetchall()]


async def incident(tx: Transaction, *, incident_id: UUID) -> Incident:
    """Return one incident for editors. Raises IncidentNotFound."""
    cursor = await tx.execute(f"{_ALL} WHERE i.id = %s", (incident_id,))
    row = await cursor.fetchone()
    if row is None:
        raise IncidentNotFound
    return _incident(row)


def _notice(row: Mapping[str, Any]) -> Notice:
    return Notice(
        incident_id=row["id"],
        state=State(row["state"]),
        language=row["language"],
        title=row["title"],
        text=row["text"],
        opened_at=row["opened_at"],
        changed_at=row["changed_at"],
    )


def _incident(row: Mapping[str, Any]) -> Incident:
    return Incident(
        id=row["id"],
        state=State(row["state"]),
        opened_at=row["opened_at"],
        changed_at=row["changed_at"],
        resolved_at=row["resolved_at"],
        texts={language: (title, text) for language, (title, text) in row["texts"].items()},
        topics=tuple(row["topics"]),
        states=tuple((at, State(state)) for at, state in zip(row["moments"], row["states"], strict=True)),
    )
