"""A conversation as an agent opens it: who looks is written down, and what they see is read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from bellrock import access, conversations, core, language, people
from bellrock.conversations import Conversation, Entry, Whole
from bellrock.house import House
from bellrock.people import Permission
from bellrock.web.agent.entries import lines_of
from bellrock.web.agent.files import files_of
from bellrock.web.agent.lines import Line, Telling
from bellrock.web.agent.names import CHANNELS, PRIORITIES, topic_name
from bellrock.web.agent.reader import Reader
from bellrock.web.agent.rows import Due, due_of, held_by, name_of, wait_of
from bellrock.web.agent.views import View
from bellrock.web.agent.work import incident_titles

TIMELINE_MAX = 200
_BOT_WORKS_AT_MOST = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Case:
    """A conversation as the console shows it."""

    id: UUID
    customer: people.Customer | None
    profile: people.Profile
    customer_id: UUID
    url: str
    here: str
    name: str
    reference: str
    status: str
    is_open: bool
    priority: str
    priority_name: str
    assignee_id: UUID | None
    team_name: str
    held_by: str
    wait_words: str
    wait_level: str
    due: Due | None
    topic: str | None
    topic_name: str
    channel_name: str
    language: str
    language_name: str
    created_at: datetime
    resolved_at: datetime | None
    last_message_id: UUID | None
    last_number: int
    first_number: int | None
    is_spam: bool
    is_bot_working: bool
    incident_id: UUID | None
    may_redact: bool
    may_reply: bool
    is_foreign: bool
    translator: str
    drafts_by: str
    sums_up_by: str
    zone: ZoneInfo | None
    has_proven: bool
    block: people.Block | None


@dataclass(frozen=True, slots=True)
class Opened:
    """A case with its timeline, as entries and as lines. `is_cut`: there are older ones."""

    case: Case
    entries: list[Entry]
    lines: list[Line]
    is_cut: bool


async def open_case(
    tx: core.Transaction,
    house: House,
    reader: Reader,
    view: View,
    conversation_id: UUID,
    *,
    after: int = -1,
    before: int | None = None,
) -> tuple[Case, list[Line], bool]:
    """Return a conversation with the lines after a journal number and before another, and whether older lines were cut.

    Raises ConversationUnknown when this agent must not see it.
    """
    conversation, whole = await conversations.get_whole(tx, viewer=reader.agent, conversation_id=conversation_id)
    read = await read_case(tx, house, reader, view, conversation, whole, after=after, before=before)
    return read.case, read.lines, read.is_cut


async def read_case(
    tx: core.Transaction,
    house: House,
    reader: Reader,
    view: View,
    conversation: Conversation,
    whole: Whole,
    *,
    after: int = -1,
    before: int | None = None,
) -> Opened:
    """Write down that the agent looks, and read what they see."""
    _, customer, entries = await core.together(
        tx,
        access.look(
            tx,
            house.vault,
            agent=reader.agent,
            what=access.Looked.CONVERSATION,
            customer_id=conversation.customer_id,
            conversation_id=conversation.id,
            reason="assigned" if conversation.assignee_id == reader.agent.id else "team",
            now=reader.now,
        ),
        people.customer_at_desk(tx, house.vault, customer_id=conversation.customer_id, now=reader.now),
        conversations.timeline(
            tx,
            house.vault,
            viewer=reader.agent,
            conversation_id=conversation.id,
            after=after,
            before=before,
            limit=TIMELINE_MAX,
            known=conversation,
            whole=whole,
        ),
    )
    case = _case(conversation, reader, view, customer, entries, after, house)
    files, incidents = await core.together(tx, files_of(tx, house, reader, entries), incident_titles(tx, entries))
    telling = Telling(
        reader,
        case.name,
        conversation.channel,
        conversation.language,
        files,
        conversation.customer_seen_at,
        incidents,
        view.key,
        conversation.topic,
        str(conversation.id),
    )
    return Opened(case, entries, lines_of(entries, telling), len(entries) >= TIMELINE_MAX)


def _case(
    conversation: Conversation,
    reader: Reader,
    view: View,
    at_desk: people.CustomerAtDesk | None,
    entries: list[Entry],
    after: int,
    house: House,
) -> Case:
    _ = reader.gettext
    customer, profile = (at_desk.customer, at_desk.profile) if at_desk else (None, people.Profile())
    due = due_of(conversation, reader)
    words, level = wait_of(conversation, reader)
    numbers = [entry.number for entry in entries if entry.number is not None]
    return Case(
        id=conversation.id,
        customer=customer,
        profile=profile,
        customer_id=conversation.customer_id,
        url=f"/desk/conversations/{conversation.id}",
        here=f"/desk/conversations/{conversation.id}?view={view.key}",
        name=name_of(customer, profile, reader),
        reference=conversation.reference,
        status=conversation.status,
        is_open=conversation.is_open,
        priority=conversation.priority,
        priority_name=_(PRIORITIES[conversation.priority]),
        assignee_id=conversation.assignee_id,
        team_name=reader.teams.get(conversation.team_id, "") if conversation.team_id else "",
        held_by=held_by(conversation, reader),
        wait_words=words,
        wait_level="waits" if due else level,
        due=due,
        topic=conversation.topic,
        topic_name=topic_name(conversation.topic, reader.language),
        channel_name=_(CHANNELS[conversation.channel]),
        language=conversation.language,
        language_name=reader.tongue(conversation.language),
        created_at=conversation.created_at,
        resolved_at=conversation.resolved_at,
        last_message_id=conversation.last_message_id,
        last_number=max(numbers, default=after),
        first_number=min(numbers, default=None),
        is_spam=conversation.spam_at is not None,
        is_bot_working=(
            conversation.holder == "first_line"
            and conversation.is_open
            and conversation.waiting_since is not None
            and reader.now - conversation.waiting_since < _BOT_WORKS_AT_MOST
        ),
        incident_id=conversation.incident_id,
        may_reply=reader.may(Permission.CONVERSATIONS_REPLY),
        is_foreign=conversation.language.split("-")[0] != reader.language.split("-")[0],
        translator=house.translator.name if house.translator else "",
        drafts_by=_model(house, language.Use.DRAFT),
        sums_up_by=_model(house, language.Use.SUMMARY),
        zone=at_desk.zone if at_desk else None,
        has_proven=at_desk is not None and at_desk.has_proven,
        block=at_desk.block if at_desk else None,
        may_redact=reader.may(Permission.CONVERSATIONS_REPLY) and conversations.may_redact(reader.agent, conversation),
    )


def _model(house: House, use: language.Use) -> str:
    """Return the name of the language model that may be used for this; empty for none."""
    return house.llm.name if house.llm is not None and house.llm.can(use) else ""
