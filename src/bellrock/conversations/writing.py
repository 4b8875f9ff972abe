"""How a message is written: its record and fact, its row, and the hashes of its words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from bellrock import language
from bellrock import vault as vaults
from bellrock.conversations import change
from bellrock.conversations.models import (
    NOTED,
    Conversation,
    Viewer,
    actor_of,
)
from bellrock.core import Transaction, new_id
from bellrock.guard import GuardedText

TOKENS_MAX = 400
FILES_MAX = 10

INTO_MESSAGES = (
    "INSERT INTO messages (id, conversation_id, kind, author_kind, author_id, client_key, tokens, created_at)"
)
OF_MESSAGE = (
    "%(fact)s::uuid, %(conversation)s::uuid, %(message_kind)s::text, %(actor_kind)s::text, %(actor)s::uuid,"
    " %(client_key)s::text, %(tokens)s::text::bigint[], %(at)s::timestamptz"
)
# The message of a key in a conversation, in what was merged into it, in what was split off it.
KNOWN = (
    "SELECT id FROM messages WHERE client_key = %(client_key)s AND conversation_id IN"
    " (WITH it AS (SELECT coalesce(c.merged_into, c.id) AS id FROM conversations c WHERE c.id = %(key)s)"
    " SELECT id FROM it UNION ALL SELECT p.id FROM conversations p JOIN it ON p.merged_into = it.id"
    " UNION ALL SELECT s.to_id FROM moved_messages s JOIN it ON s.from_id = it.id) LIMIT 1"
)


async def write(
    tx: Transaction,
    vault: vaults.Vault,
    conversation: Conversation,
    *,
    kind: str,
    by: Viewer,
    text: GuardedText | None,
    now: datetime,
    client_key: str | None,
    file_ids: Sequence[UUID],
    data: Mapping[str, Any],
    original: GuardedText | None = None,
    diagnosis: Mapping[str, Any] | None = None,
    sought: GuardedText | None = None,
) -> UUID:
    """Write a message or note; `sought` is found by search as its text is, and shown nowhere: what a form asked for."""
    message_id = new_id()
    actor = actor_of(by)
    words = {
        "text": text.text if text else "",
        **({"original": original.text} if original else {}),
        **({"sought": sought.text} if sought else {}),
        **_concluded(diagnosis),
    }
    await change.record(
        tx,
        vault,
        conversation,
        id=message_id,
        kind=kind,
        by=by,
        now=now,
        data={**data, "files": [str(file) for file in file_ids[:FILES_MAX]]},
        words=words,
        audience="internal" if kind == NOTED else "public",
    )
    tokens = tokens_of(words)
    await tx.execute(
        f"{INTO_MESSAGES} SELECT {OF_MESSAGE}",
        {
            "fact": message_id,
            "conversation": conversation.id,
            "message_kind": "note" if kind == NOTED else "message",
            "actor_kind": actor.kind,
            "actor": actor.id,
            "client_key": client_key,
            "tokens": array(vault.token_hashes(tokens)),
            "at": now,
        },
    )
    return message_id


def tokens_of(words: Mapping[str, Any]) -> list[str]:
    """Return by which words a message with these sealed words is found."""
    found = f"{words.get('sought', '')} {words.get('text', '')}".strip()
    return language.tokens(found)[:TOKENS_MAX] if found else []


def _concluded(diagnosis: Mapping[str, Any] | None) -> dict[str, Any]:
    """Part a diagnosis into what is for colleagues and the chart, which the customer sees too."""
    if not diagnosis:
        return {}
    for_colleagues = {name: value for name, value in diagnosis.items() if name != "chart"}
    chart = diagnosis.get("chart")
    return {"diagnosis": for_colleagues, **({"chart": chart} if chart else {})}


def array(hashes: Sequence[int]) -> str:
    """Write an array as the database reads it: one text instead of as many values to be adapted."""
    return "{" + ",".join(map(str, hashes)) + "}"


async def sent_before(tx: Transaction, conversation_id: UUID, client_key: str) -> UUID | None:
    cursor = await tx.execute(KNOWN, {"key": conversation_id, "client_key": client_key})
    row = await cursor.fetchone()
    return row["id"] if row else None


def findings(text: GuardedText | None) -> dict[str, Any]:
    """Name what was masked (kinds only), so that the case is raised and the customer told."""
    kinds = sorted({finding.kind for finding in text.findings}) if text else []
    return {"masked": kinds} if kinds else {}
