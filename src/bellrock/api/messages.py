"""Messages and private notes: read, answered, brought in for a customer."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from bellrock import channels, conversations, guard, integrations, people
from bellrock.api import shapes
from bellrock.api.conversations import look
from bellrock.api.operations import Answer, Call, operation
from bellrock.core import new_id
from bellrock.guard import GuardedText

_ONE = "/conversations/{conversation_id:uuid}"


@operation("GET", _ONE + "/messages", scope="messages:read", gives=shapes.Messages, query=shapes.ListQuery)
async def list_messages(call: Call) -> Answer:
    """List the messages of a conversation

    The oldest first. Reading is recorded as a look at the customer.
    """
    return await _page(call, "message")


@operation("GET", _ONE + "/notes", scope="notes:read", gives=shapes.Messages, query=shapes.ListQuery)
async def list_notes(call: Call) -> Answer:
    """List the private notes of a conversation

    The oldest first. Reading is recorded as a look at the customer.
    """
    return await _page(call, "note")


@operation(
    "POST",
    _ONE + "/replies",
    scope="messages:write",
    gives=shapes.Written,
    takes=shapes.NewMessage,
    status=201,
    cost="message",
)
async def create_reply(call: Call) -> Answer:
    """Answer the customer

    In the name of support; the record says that the integration wrote it. It counts neither as a person's answer nor as the
    first line's.
    """
    conversation_id, text = call.id("conversation_id"), _guarded(call)
    found = await conversations.get(call.tx, viewer=call.who, conversation_id=conversation_id)
    file_ids = await _files(call, found.id)
    message_id = await conversations.reply(
        call.tx,
        call.house.vault,
        by=call.who,
        conversation_id=conversation_id,
        text=text,
        file_ids=file_ids,
        now=call.now,
    )
    return _written(found, message_id, text)


@operation(
    "POST",
    _ONE + "/received",
    scope="messages:receive",
    gives=shapes.Written,
    takes=shapes.NewMessage,
    status=201,
    cost="message",
)
async def receive_message(call: Call) -> Answer:
    """Bring in a message of the customer

    From a channel of your own. It is theirs in the thread; that this token brought it is in the record. A resolved
    conversation opens again.
    """
    found = await conversations.get(call.tx, viewer=call.who, conversation_id=call.id("conversation_id"))
    customer = await people.customer(call.tx, found.customer_id)
    await people.refuse_blocked(call.tx, customer=customer, now=call.now)
    text = _guarded(call)
    received = await conversations.receive(
        call.tx,
        call.house.vault,
        customer=customer,
        conversation_id=found.id,
        text=text,
        client_key=str(new_id()),
        file_ids=await _files(call, found.id, said_by=customer),
        now=call.now,
    )
    await integrations.note_spoken_for(
        call.tx, call.house.vault, who=call.who, conversation=found, message_id=received.message_id, now=call.now
    )
    return _written(found, received.message_id, text)


@operation(
    "POST", _ONE + "/notes", scope="notes:write", gives=shapes.Written, takes=shapes.NewText, status=201, cost="message"
)
async def create_note(call: Call) -> Answer:
    """Leave a private note

    The customer never sees it.
    """
    conversation_id, text = call.id("conversation_id"), _guarded(call)
    found = await conversations.get(call.tx, viewer=call.who, conversation_id=conversation_id)
    note_id = await conversations.note(
        call.tx, call.house.vault, by=call.who, conversation_id=conversation_id, text=text, now=call.now
    )
    return _written(found, note_id, text)


async def _page(call: Call, kind: Literal["message", "note"]) -> Answer:
    query: shapes.ListQuery = call.query
    conversation_id, vault = call.id("conversation_id"), call.house.vault
    found = await conversations.get(call.tx, viewer=call.who, conversation_id=conversation_id)
    of = f"{call.who.id} {kind}s {conversation_id}"
    after = integrations.open_place(vault, query.cursor, of=of, type=tuple[datetime, UUID]) if query.cursor else None
    page, place = await conversations.page_of_messages(
        call.tx, vault, viewer=call.who, conversation_id=conversation_id, kind=kind, after=after, limit=query.limit
    )
    await look(call, found)
    items = [
        shapes.Message(
            id=spoken.id,
            conversation_id=conversation_id,
            author=shapes.Actor(kind=spoken.author.kind, id=spoken.author.id),
            text=spoken.text,
            file_ids=list(spoken.file_ids),
            created_at=spoken.created_at,
        )
        for spoken in page
    ]
    cursor = integrations.seal_place(vault, place, of=of) if place else None
    return Answer(shapes.Messages(items=items, next_cursor=cursor), about=found.customer_id)


async def _files(call: Call, conversation_id: UUID, *, said_by: people.Customer | None = None) -> list[UUID]:
    """Tie the files that a body names to the conversation and return them. Raises FilesUnknown for any not of this token."""
    body: shapes.NewMessage = call.body
    file_ids = list(dict.fromkeys(body.file_ids))
    if file_ids:
        integrations.require_scope(call.who, "files:write")
        await channels.send_files(
            call.tx, by=call.who, conversation_id=conversation_id, file_ids=file_ids, said_by=said_by, now=call.now
        )
    return file_ids


def _guarded(call: Call) -> GuardedText:
    body: shapes.NewText = call.body
    return guard.screen(body.text)


def _written(conversation: conversations.Conversation, id: UUID, text: GuardedText) -> Answer:
    masked = sorted({str(finding.kind) for finding in text.findings})
    return Answer(shapes.Written(id=id, conversation_id=conversation.id, masked=masked), about=conversation.customer_id)
