"""What is already known of a case: the fields of its form and the facts that the first line collected."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from bellrock import vault as vaults
from bellrock.conversations.models import HANDED_OVER, OPENED, Conversation, Viewer
from bellrock.conversations.queries import get
from bellrock.conversations.timeline import Entry
from bellrock.core import Transaction

_FACTS_MAX = 20


async def collected(
    tx: Transaction,
    vault: vaults.Vault,
    *,
    viewer: Viewer,
    conversation_id: UUID,
    known: Conversation | None = None,
) -> dict[str, str]:
    """Return what was collected, by field; what was found later stands for what was said before.

    `known` is what `get` gave this viewer in this transaction. Raises ConversationUnknown.
    """
    if known is None:
        await get(tx, viewer=viewer, conversation_id=conversation_id)
    where = "conversation_id = %(id)s AND log = 'records' AND kind = ANY(%(kinds)s)"
    cursor = await tx.execute(
        f"SELECT id FROM (SELECT id, number, 0::bigint AS position FROM journal WHERE {where}"
        f" UNION ALL SELECT id, 9223372036854775807, position FROM journal_inbox WHERE {where}) AS facts"
        " ORDER BY number DESC, position DESC LIMIT %(limit)s",
        {"id": conversation_id, "kinds": [OPENED, HANDED_OVER], "limit": _FACTS_MAX},
    )
    ids = [row["id"] for row in await cursor.fetchall()]
    records = await vault.open_records(tx, ids)
    return _by_field([records[id]["words"] for id in reversed(ids) if id in records])


def collected_in(entries: Sequence[Entry]) -> dict[str, str]:
    """Return what was collected, as `collected` does, from the whole timeline of a case that nothing was merged into."""
    told = [entry for entry in entries if entry.kind in (OPENED, HANDED_OVER)]
    return _by_field([entry.words for entry in told[-_FACTS_MAX:] if entry.words is not None])


def _by_field(told: Sequence[dict[str, Any]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for words in told:
        for name, value in {**words.get("fields", {}), **words.get("facts", {})}.items():
            if isinstance(value, str) and value.strip():
                found[name] = value
    return found
