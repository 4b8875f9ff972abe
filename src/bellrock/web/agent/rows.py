"""Rows of the inbox: who, how long they wait in words, their last line, what it is about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from bellrock import conversations, core, guard, people
from bellrock.conversations import Conversation, InboxRow
from bellrock.house import House
from bellrock.web.agent.names import CHANNEL_ICONS, CHANNELS, PRIORITIES, topic_name
from bellrock.web.agent.reader import Reader
from bellrock.web.agent.views import View

NEAR = timedelta(minutes=10)
LATE = timedelta(minutes=30)
PAGE = 50
_LINE_MAX = 160


@dataclass(frozen=True, slots=True)
class Row:
    """A conversation as the list shows it, in the reader's words."""

    id: UUID
    url: str
    reference: str
    name: str
    last_text: str | None
    last_by: str
    last_lang: str
    wait_words: str
    wait_level: str
    is_unread: bool
    priority: str
    priority_name: str
    channel_name: str
    channel_icon: str
    topic_name: str
    language_name: str
    holder_name: str
    changed_at: datetime
    changes: int


async def page_of_rows(
    tx: core.Transaction, house: House, reader: Reader, view: View, before: tuple[datetime, UUID] | None
) -> tuple[list[Row], str | None]:
    """Return a page of a view's rows, and the address of the page after it where there may be one."""
    found = await conversations.inbox(
        tx, house.vault, viewer=reader.agent, view=view.name, team_id=view.team_id, before=before, limit=PAGE
    )
    rows = await describe(tx, house, reader, view, found)
    if len(found) < PAGE:
        return rows, None
    last = found[-1].conversation
    at = last.resolved_at if view.name == "resolved" and last.resolved_at else last.changed_at
    return rows, f"{view.url}&before={at.timestamp():.6f}.{last.id}"


async def one_row(
    tx: core.Transaction, house: House, reader: Reader, view: View, conversation_id: UUID
) -> tuple[Row, Conversation]:
    """Return the row of one conversation. Raises ConversationUnknown."""
    found = await conversations.inbox_row(tx, house.vault, viewer=reader.agent, conversation_id=conversation_id)
    return (await describe(tx, house, reader, view, [found]))[0], found.conversation


async def describe(tx: core.Transaction, house: House, reader: Reader, view: View, found: list[InboxRow]) -> list[Row]:
    """Put rows into the reader's words."""
    names = await customer_names(tx, house, reader, [item.conversation.customer_id for item in found])
    return [_row(item, reader, view, names[item.conversation.customer_id]) for item in found]


async def customer_names(
    tx: core.Transaction, house: House, reader: Reader, customer_ids: list[UUID]
) -> dict[UUID, str]:
    """Return what to call customers: their name, else that they are a visitor or a customer without one."""
    ids = list(dict.fromkeys(customer_ids))
    profiles = await people.profiles(tx, house.vault, ids=ids)
    kinds = await people.customers(tx, ids=ids)
    names = {}
    for customer_id in ids:
        profile, customer = profiles.get(customer_id), kinds.get(customer_id)
        is_visitor = customer is None or customer.kind is people.CustomerKind.VISITOR
        unnamed = reader.gettext("Visitor") if is_visitor else reader.gettext("Customer")
        names[customer_id] = (profile.name if profile else None) or unnamed
    return names


def wait_of(conversation: Conversation, reader: Reader) -> tuple[str, str]:
    """Return how long somebody waits in words, and how pressing that is: "", waits, near or late."""
    _ = reader.gettext
    if conversation.status == "resolved":
        return _("Resolved"), ""
    if conversation.status == "snoozed" and conversation.snoozed_until:
        until = conversation.snoozed_until
        return _("Until %(time)s") % {"time": reader.appointment(until)}, ""
    if conversation.waiting_since is None:
        return _("Customer's turn"), ""
    if conversation.holder == "first_line":
        return _("With the first line"), "waits"
    waited = reader.now - conversation.waiting_since
    if waited < timedelta(minutes=1):
        return _("Waits since just now"), "waits"
    level = "late" if waited >= LATE else "near" if waited >= NEAR else "waits"
    return _("Waits %(time)s") % {"time": reader.format["span"](waited)}, level


def holder_of(conversation: Conversation, reader: Reader) -> str:
    """Return who holds a conversation, in words."""
    _ = reader.gettext
    if conversation.assignee_id:
        return _("You") if conversation.assignee_id == reader.agent.id else reader.colleague(conversation.assignee_id)
    if conversation.holder == "first_line":
        return _("First line")
    return reader.team(conversation.team_id) or _("Queue")


def held_by(conversation: Conversation, reader: Reader) -> str:
    """Return a sentence that says who holds a conversation."""
    _ = reader.gettext
    if conversation.assignee_id == reader.agent.id:
        return _("Held by you")
    return _("Held by %(who)s") % {"who": holder_of(conversation, reader)}


def _row(item: InboxRow, reader: Reader, view: View, name: str) -> Row:
    _ = reader.gettext
    conversation = item.conversation
    words, level = wait_of(conversation, reader)
    author = item.last_author.kind if item.last_author else ""
    by: dict[str, Any] = {"agent": _("Us"), "first_line": _("First line"), "system": _("Bellrock")}
    is_theirs = author in ("customer", "visitor")
    return Row(
        id=conversation.id,
        url=f"/desk/conversations/{conversation.id}?view={view.key}",
        reference=conversation.reference,
        name=name,
        last_text=guard.render(item.last_text, _)[:_LINE_MAX] if item.last_text is not None else None,
        last_by=by.get(author, ""),
        last_lang=conversation.language if is_theirs else "",
        wait_words=words,
        wait_level=level,
        is_unread=conversation.waiting_since is not None and is_theirs and conversation.holder != "first_line",
        priority=conversation.priority,
        priority_name=_(PRIORITIES[conversation.priority]),
        channel_name=_(CHANNELS[conversation.channel]),
        channel_icon=CHANNEL_ICONS[conversation.channel],
        topic_name=topic_name(conversation.topic, reader.language),
        language_name=reader.tongue(conversation.language),
        holder_name=holder_of(conversation, reader),
        changed_at=conversation.changed_at,
        changes=conversation.changes,
    )
