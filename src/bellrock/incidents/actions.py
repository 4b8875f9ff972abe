"""Writes: open an incident, move its state, say it in a language, name the topics it answers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from bellrock import vault as vaults
from bellrock.core import Actor, Transaction, new_id
from bellrock.incidents.errors import BadIncident, IncidentNotFound
from bellrock.incidents.models import SOURCE_LANGUAGE, State, Text

TOPICS_MAX = 64
_TOPIC = re.compile("[a-z0-9_]{1,80}")
_LANGUAGE = re.compile("[a-z]{2,3}(-[A-Z][a-z]{3})?")


async def open_incident(
    tx: Transaction,
    vault: vaults.Vault,
    *,
    texts: Mapping[str, Text],
    topics: Iterable[str],
    by: Actor,
    now: datetime,
    state: State = State.INVESTIGATING,
) -> UUID:
    """Open an incident that is shown at once; return its id. Raises BadIncident unless an English text is given."""
    if SOURCE_LANGUAGE not in texts or state is State.RESOLVED:
        raise BadIncident
    incident_id = new_id()
    await tx.execute(
        "INSERT INTO incidents (id, state, opened_at, changed_at) VALUES (%s, %s, %s, %s)",
        (incident_id, state, now, now),
    )
    await tx.execute("INSERT INTO incident_states VALUES (%s, %s, %s)", (incident_id, now, state))
    await _record(tx, vault, kind="incidents.opened", incident_id=incident_id, by=by, now=now, data={"state": state})
    for language, text in texts.items():
        await describe(tx, vault, incident_id=incident_id, language=language, text=text, by=by, now=now)
    await set_topics(tx, vault, incident_id=incident_id, topics=topics, by=by, now=now)
    return incident_id


async def change_state(
    tx: Transaction, vault: vaults.Vault, *, incident_id: UUID, state: State, by: Actor, now: datetime
) -> None:
    """Move an incident to another state; a resolved one may be opened again. The same state again changes nothing."""
    if await _lock(tx, incident_id) == state:
        return
    await tx.execute(
        "UPDATE incidents SET state = %(state)s, changed_at = %(now)s,"
        " resolved_at = CASE WHEN %(state)s = 'resolved' THEN %(now)s::timestamptz END WHERE id = %(id)s",
        {"state": state.value, "now": now, "id": incident_id},
    )
    await tx.execute(
        "INSERT INTO incident_states VALUES (%s, %s, %s) ON CONFLICT (incident_id, at) DO UPDATE SET state = excluded.state",
        (incident_id, now, state),
    )
    await _record(
        tx, vault, kind="incidents.state_changed", incident_id=incident_id, by=by, now=now, data={"state": state}
    )


async def describe(
    tx: Transaction, vault: vaults.Vault, *, incident_id: UUID, language: str, text: Text, by: Actor, now: datetime
) -> None:
    """Say in one language what is known; replaces what was said before in it."""
    if not _LANGUAGE.fullmatch(language):
        raise BadIncident
    await _lock(tx, incident_id)
    title, words = text.title.text.strip(), text.text.text.strip()
    await tx.execute(
        "INSERT INTO incident_texts VALUES (%s, %s, %s, %s) ON CONFLICT (incident_id, language)"
        " DO UPDATE SET title = excluded.title, text = excluded.text",
        (incident_id, language, title, words),
    )
    await tx.execute("UPDATE incidents SET changed_at = %s WHERE id = %s", (now, incident_id))
    await _record(
        tx,
        vault,
        kind="incidents.described",
        incident_id=incident_id,
        by=by,
        now=now,
        data={"language": language},
        words={"title": title, "text": words},
    )


async def set_topics(
    tx: Transaction, vault: vaults.Vault, *, incident_id: UUID, topics: Iterable[str], by: Actor, now: datetime
) -> None:
    """Name the topics that the first line answers with this incident; replaces those named before."""
    await _lock(tx, incident_id)
    chosen = sorted(set(topics))[:TOPICS_MAX]
    if not all(_TOPIC.fullmatch(topic) for topic in chosen):
        raise BadIncident
    await tx.execute("DELETE FROM incident_topics WHERE incident_id = %s", (incident_id,))
    await tx.execute("INSERT INTO incident_topics SELECT %s, unnest(%s::text[])", (incident_id, chosen))
    await _record(
        tx, vault, kind="incidents.topics_set", incident_id=incident_id, by=by, now=now, data={"topics": chosen}
    )


async def _lock(tx: Transaction, incident_id: UUID) -> State:
    cursor = await tx.execute("SELECT state FROM incidents WHERE id = %s FOR UPDATE", (incident_id,))
    row = await cursor.fetchone()
    if row is None:
        raise IncidentNotFound
    return State(row["state"])


async def _record(
    tx: Transaction,
    vault: vaults.Vault,
    *,
    kind: str,
    incident_id: UUID,
    by: Actor,
    now: datetime,
    data: Mapping[str, Any],
    words: Mapping[str, str] | None = None,
) -> None:
    await vaults.record(
        tx,
        vault,
        kind=kind,
        at=now,
        actor=by,
        data={"incident": str(incident_id), **data},
        words=words,
    )
