"""Rows of the inbox: who, how long they wait in words, their last line, what it is about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from bellrock import access, conversations, core, guard, people
from bellrock.conversations import PRIORITIES as PRIORITY_ORDER
from bellrock.conversations import Conversation, InboxRow
from bellrock.house import House
from bellrock.web.agent.names import CHANNEL_ICONS, CHANNELS, PRIORITIES, topic_name
from bellrock.web.agent.reader import Reader
from bellrock.web.agent.views import View

NEAR = timedelta(minutes=10)
LATE = timedelta(minutes=30)
PAGE = 25
_LINE_MAX = 120
_NOTHING = timedelta()
_FOR_NOTHING = 1e11  # seconds; behind everybody who waits


@dataclass(frozen=True, slots=True)
class Row:
    """A conversation as the list shows it, in the reader's words."""

    id: UUID
    url: str
    reference: str
    name: str
    last_text: str | None
    is_withheld: bool
    last_by: str
    last_lang: str
    wait_words: str
    wait_level: str
    due_at: str
    is_unread: bool
    priority: str
    priority_name: str
    channel_name: str
    channel_icon: str
    topic_name: str
    language_name: str
    holder_name: str
    labels: Sequence[conversations.Label]
    place: float


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of a view's rows. `next_page` is the address of the page after it, where there may be one.

    `is_cut`: so few fit that the search stopped after many that did not; the next page goes on from there.
    """

    rows: list[Row]
    next_page: str | None
    is_cut: bool


async def page_of_rows(tx: core.Transaction, house: House, reader: Reader, view: View, before: str | None) -> Listed:
    """Return a page of a view, and write down whose names and words it shows. Raises Invalid for a strange `before`."""
    page = await conversations.inbox(
        tx, viewer=reader.agent, selection=view.selection, now=reader.now, mark=before, limit=PAGE
    )
    rows = await describe(tx, house, reader, view, page.conversations)
    next_page = f"{view.url}&before={page.mark}" if page.mark else None
    return Listed(rows, next_page, page.is_cut)


async def one_row(tx: core.Transaction, house: House, reader: Reader, view: View, conversation_id: UUID) -> Row | None:
    """Return the row of one conversation, None where it is not in the view. Raises ConversationUnknown."""
    conversation = await conversations.get(tx, viewer=reader.agent, conversation_id=conversation_id)
    is_in = await conversations.is_in(
        tx, viewer=reader.agent, selection=view.selection, conversation_id=conversation.id, now=reader.now
    )
    return (await describe(tx, house, reader, view, [conversation]))[0] if is_in else None


async def describe(
    tx: core.Transaction, house: House, reader: Reader, view: View, found: Sequence[Conversation]
) -> list[Row]:
    """Put conversations into the reader's words. That is a look: one entry in the log for all of them."""
    if not found:
        return []
    _, names, rows = await core.together(
        tx,
        access.look_at_list(
            tx,
            house.vault,
            agent=reader.agent,
            shown=[(item.customer_id, item.id) for item in found],
            what=access.Looked.LIST,
            now=reader.now,
        ),
        customer_names(tx, house, reader, [item.customer_id for item in found]),
        conversations.rows_of(tx, house.vault, viewer=reader.agent, conversations=found),
    )
    return [_row(row, reader, view, names) for row in rows]


async def customer_names(
    tx: core.Transaction, house: House, reader: Reader, customer_ids: list[UUID]
) -> dict[UUID, str]:
    """Return what to call customers: their name, else that they are a visitor or a customer without one."""
    ids = list(dict.fromkeys(customer_ids))
    known = await people.known(tx, house.vault, ids=ids)
    named = {}
    for id in ids:
        customer, profile = known.get(id, (None, None))
        named[id] = name_of(customer, profile, reader)
    return named


def name_of(customer: people.Customer | None, profile: people.Profile | None, reader: Reader) -> str:
    """Return what to call a customer."""
    is_visitor = customer is None or customer.kind is people.CustomerKind.VISITOR
    unnamed = reader.gettext("Visitor") if is_visitor else reader.gettext("Customer")
    return (profile.name if profile else None) or unnamed


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


@dataclass(frozen=True, slots=True)
class Due:
    """When an answer is due, for a program (`at`) and in words, and how pressing that is: waits, near or late."""

    at: str
    words: str
    level: str


def due_of(conversation: Conversation, reader: Reader) -> Due | None:
    """Return when this conversation's answer is due, None where nothing is promised or nobody waits for a person."""
    due = reader.promises.due(conversation)
    if due is None:
        return None
    left, at = due - reader.now, f"{due.isoformat()[:19]}Z"
    if left <= _NOTHING:
        return Due(at, reader.gettext("Overdue by %(time)s") % {"time": reader.format["whole"](-left)}, "late")
    words = reader.gettext("Answer due %(when)s") % {"when": reader.format["ahead"](left)}
    return Due(at, words, "near" if left < NEAR else "waits")


def holder_of(conversation: Conversation, reader: Reader) -> str:
    """Return who holds a conversation, in words."""
    _ = reader.gettext
    if conversation.assignee_id:
        return _("Me") if conversation.assignee_id == reader.agent.id else reader.colleague(conversation.assignee_id)
    if conversation.holder == "first_line":
        return _("First line")
    return reader.team(conversation.team_id) or _("Queue")


def held_by(conversation: Conversation, reader: Reader) -> str:
    """Return a sentence that says who holds a conversation."""
    _ = reader.gettext
    if conversation.assignee_id == reader.agent.id:
        return _("Held by you")
    return _("Held by %(who)s") % {"who": holder_of(conversation, reader)}


def _row(
    item: InboxRow,
    reader: Reader,
    view: View,
    names: Mapping[UUID, str],
) -> Row:
    _ = reader.gettext
    conversation = item.conversation
    due = due_of(conversation, reader)
    words, level = (due.words, due.level) if due else wait_of(conversation, reader)
    author = item.last_author.kind if item.last_author else ""
    by: dict[str, Any] = {
        "agent": _("Us"),
        "first_line": _("First line"),
        "system": _("Bellrock"),
        "integration": _("Integration"),
    }
    is_theirs = author in ("customer", "visitor")
    return Row(
        id=conversation.id,
        url=f"/desk/conversations/{conversation.id}?view={view.key}",
        reference=conversation.reference,
        name=names[conversation.customer_id],
        last_text=guard.render(item.last_text, _)[:_LINE_MAX] if item.last_text is not None else None,
        is_withheld=item.is_withheld,
        last_by=by.get(author, ""),
        last_lang=conversation.language if is_theirs else "",
        wait_words=words,
        wait_level=level,
        due_at=due.at if due else "",
        is_unread=item.is_unread and conversation.holder != "first_line",
        priority=conversation.priority,
        priority_name=_(PRIORITIES[conversation.priority]),
        channel_name=_(CHANNELS[conversation.channel]),
        channel_icon=CHANNEL_ICONS[conversation.channel],
        topic_name=topic_name(conversation.topic, reader.language),
        language_name=reader.tongue(conversation.language),
        holder_name=holder_of(conversation, reader),
        labels=item.labels,
        place=_place(conversation, view.selection),
    )


def _place(conversation: Conversation, selection: conversations.Selection) -> float:
    """Return where a row stands in its list: a number that grows from the first row to the last."""
    if selection.status == "resolved":
        return -(conversation.resolved_at or conversation.changed_at).timestamp()
    if selection.status == "snoozed" and conversation.snoozed_until:
        return conversation.snoozed_until.timestamp()
    if selection.sort == "changed":
        return -conversation.listed_at.timestamp()
    waits = conversation.waiting_since.timestamp() if conversation.waiting_since else _FOR_NOTHING
    rank = PRIORITY_ORDER.index(conversation.priority) if selection.sort == "priority" else 0
    return rank * 2 * _FOR_NOTHING + waits
