"""Words taken out of a message: what is left is sealed anew and shown in its place, the original words are shredded.

The original is not kept behind a reveal: who takes something out does so because nobody should have it, and a copy that can
be opened is a copy that can leak. The record keeps the leaf, and says who took something out and when.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from bellrock import language, ledger, people
from bellrock import vault as vaults
from bellrock.conversations import change
from bellrock.conversations.errors import ConversationUnknown, RedactionRefused
from bellrock.conversations.models import HANDED_OVER, REDACTED, Conversation
from bellrock.conversations.timeline import words_of
from bellrock.conversations.writing import TOKENS_MAX
from bellrock.core import Refused, Transaction

BAR = "█████"
SPAN_MAX = 2_000
_PROOF = "proof"  # the retention class of the facts that say what was shredded


def may_redact(agent: people.Agent, conversation: Conversation) -> bool:
    """Return whether somebody may take something out of a conversation: who holds it, and who gives work to others."""
    return conversation.assignee_id == agent.id or agent.may(people.Permission.CONVERSATIONS_ASSIGN)


async def redact(
    tx: Transaction,
    vault: vaults.Vault,
    *,
    by: people.Agent,
    conversation_id: UUID,
    message_id: UUID,
    span: str,
    now: datetime,
) -> UUID:
    """Take some words out of a message, wherever they stand in it; return the id of the record that is shown from now on.

    Cards of a hand-over that repeat them go with them. Raises ConversationUnknown, Refused, RedactionRefused.
    """
    conversation = await change.lock(tx, viewer=by, conversation_id=conversation_id)
    if not may_redact(by, conversation):
        raise Refused
    span = span.strip()
    origin = await _origin(tx, conversation, message_id)
    record = (await words_of(tx, vault, ids=[message_id])).get(message_id)
    if record is None or not 1 <= len(span) <= SPAN_MAX or span not in record["words"]["text"]:
        raise RedactionRefused
    words = {name: _without(value, span) for name, value in record["words"].items()}
    shown_before = await _shown(tx, message_id)
    await vault.create_subject(tx, vaults.HOUSE_SUBJECT, _PROOF)
    fact_id = await vaults.record(
        tx,
        vault,
        kind=REDACTED,
        at=now,
        actor=by.actor,
        data={"message": str(message_id)},
        words=words,
        subject_id=conversation.customer_id,
        customer_id=conversation.customer_id,
        conversation_id=origin,
        audience="public",
    )
    tokens = vault.token_hashes(language.tokens(words["text"])[:TOKENS_MAX])
    await tx.execute("UPDATE messages SET shown_id = %s, tokens = %s WHERE id = %s", (fact_id, tokens, message_id))
    await tx.execute("UPDATE conversations SET changed_at = %s, changes = changes + 1 WHERE id = %s", (now, origin))
    for record_id in (shown_before or message_id, *await _repeating(tx, vault, conversation, span)):
        await ledger.shred_record(
            tx, vault, record_id=record_id, by=by.actor, now=now, reason="redaction", conversation_id=origin
        )
    return fact_id


async def _origin(tx: Transaction, conversation: Conversation, message_id: UUID) -> UUID:
    """Return the conversation that a message of this one was written in. Raises ConversationUnknown for a strange message."""
    cursor = await tx.execute(
        "SELECT coalesce(mm.from_id, m.conversation_id) AS origin FROM messages m"
        " LEFT JOIN moved_messages mm ON mm.message_id = m.id WHERE m.id = %(message)s AND m.conversation_id IN"
        " (SELECT %(id)s::uuid UNION ALL SELECT id FROM conversations WHERE merged_into = %(id)s) FOR UPDATE OF m",
        {"message": message_id, "id": conversation.id},
    )
    row = await cursor.fetchone()
    if row is None:
        raise ConversationUnknown
    return UUID(str(row["origin"]))


async def _shown(tx: Transaction, message_id: UUID) -> UUID | None:
    cursor = await tx.execute("SELECT shown_id FROM messages WHERE id = %s", (message_id,))
    row = await cursor.fetchone()
    return row["shown_id"] if row else None


async def _repeating(tx: Transaction, vault: vaults.Vault, conversation: Conversation, span: str) -> list[UUID]:
    """Return the hand-overs of the conversation whose card repeats the words."""
    where = "conversation_id = %(id)s AND kind = %(kind)s"
    cursor = await tx.execute(
        f"SELECT id FROM journal WHERE {where} UNION ALL SELECT id FROM journal_inbox WHERE {where}",
        {"id": conversation.id, "kind": HANDED_OVER},
    )
    records = await vault.open_records(tx, [row["id"] for row in await cursor.fetchall()])
    return [
        id
        for id, record in records.items()
        if span in record["words"].get("summary", "")
        or any(span in str(value) for value in record["words"].get("facts", {}).values())
    ]


def _without(value: Any, span: str) -> Any:
    return value.replace(span, BAR) if isinstance(value, str) else value
