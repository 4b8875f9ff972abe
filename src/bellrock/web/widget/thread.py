"""The thread of a customer: messages after a cursor, and where it stands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from bellrock import channels, conversations, people
from bellrock.conversations import Conversation, Entry, kinds
from bellrock.core import Transaction
from bellrock.house import House
from bellrock.people import Customer
from bellrock.web.widget.frames import complete, message_of, redaction_of, seen_at
from bellrock.web.widget.linked import articles_of
from bellrock.web.widget.queue import queue_of

PAGE = 200


async def read(
    tx: Transaction, house: House, *, customer: Customer, cursor: str | None, language: str
) -> dict[str, Any]:
    """Return the frames of the running thread after a cursor (all, at most the newest 200, without one), and its state."""
    conversation = await conversations.current_of(tx, customer=customer, channel="widget")
    if conversation is None:
        return {"frames": [], "cursor": None, "queue": None, "seen_at": "", "ended": False, "unread": 0}
    after = await _number_of(tx, conversation, cursor)
    entries = await conversations.timeline(
        tx, house.vault, viewer=customer, conversation_id=conversation.id, after=after, limit=PAGE
    )
    numbered = [entry for entry in entries if entry.number is not None]
    return {
        "frames": [
            *(
                {"type": "message", "message": message}
                for message in await messages(tx, house, entries, language=language)
            ),
            # A widget that keeps its thread holds the words as they were.
            *(redaction_of(entry) for entry in entries if entry.kind == kinds.REDACTED and after >= 0),
        ],
        "cursor": str(numbered[-1].id) if numbered else cursor,
        "queue": await queue_of(tx, conversation, language=language),
        "seen_at": seen_at(entries),
        "ended": not conversation.is_open and conversation.spam_at is None,
        "unread": conversation.unseen_by_customer,
        "reference": conversation.reference,
    }


async def messages(tx: Transaction, house: House, entries: Sequence[Entry], *, language: str) -> list[dict[str, Any]]:
    """Return the messages among a timeline's entries, complete with files, titles and the sender's own keys."""
    spoken = [entry for entry in entries if entry.kind in (kinds.RECEIVED, kinds.REPLIED)]
    agents = {entry.actor.id for entry in spoken if entry.actor.kind == "agent" and entry.actor.id}
    names = await people.agent_names(tx, ids=list(agents)) if agents else {}
    drafts = [message_of(entry, names) for entry in spoken]
    keys = await _client_keys(tx, [entry.id for entry in spoken if entry.actor.kind in ("customer", "visitor")])
    files = await files_of(tx, house, drafts)
    complete_messages = []
    for draft in drafts:
        said_in = str(draft["extras"].get("language") or language)  # a card goes with its answer, not with the page
        articles = await articles_of(tx, house, [draft], language=said_in)
        message = complete(draft, files=files, articles=articles)
        if key := keys.get(UUID(message["id"])):
            message["client_key"] = key
        complete_messages.append(message)
    return complete_messages


async def files_of(tx: Transaction, house: House, drafts: Sequence[dict[str, Any]]) -> dict[UUID, dict[str, Any]]:
    """Return id, name, kind and size of every file that messages name."""
    ids = [UUID(file["id"]) for draft in drafts for file in draft["files"]]
    found = await channels.attachments(tx, house.vault, ids=ids) if ids else {}
    return {id: file_of(attachment) for id, attachment in found.items()}


def file_of(attachment: channels.Attachment) -> dict[str, Any]:
    """Return a file as a widget shows it."""
    return {
        "id": str(attachment.id),
        "name": attachment.name,
        "type": attachment.media_type,
        "size": attachment.bytes,
    }


async def _number_of(tx: Transaction, conversation: Conversation, cursor: str | None) -> int:
    """Return the journal number of a cursor (the id of an entry of this conversation), or -1 to read from the start."""
    try:
        fact_id = UUID(cursor or "")
    except ValueError:
        return -1
    found = await tx.execute(
        "SELECT number FROM journal WHERE id = %s AND conversation_id = %s AND log = 'records'",
        (fact_id, conversation.id),
    )
    row = await found.fetchone()
    return int(row["number"]) if row else -1


async def _client_keys(tx: Transaction, ids: Sequence[UUID]) -> dict[UUID, str]:
    if not ids:
        return {}
    cursor = await tx.execute(
        "SELECT id, client_key FROM messages WHERE id = ANY(%s) AND client_key IS NOT NULL", (list(ids),)
    )
    return {row["id"]: row["client_key"] for row in await cursor.fetchall()}
