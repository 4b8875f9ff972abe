"""The open conversation: its header, its timeline, and what the right pane says about the customer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from bellrock import access, conversations, core, knowledge, people
from bellrock.conversations import Conversation, Entry
from bellrock.core import N_
from bellrock.house import House
from bellrock.people import Permission
from bellrock.web.agent.entries import lines_of
from bellrock.web.agent.files import files_of
from bellrock.web.agent.lines import Line, Telling
from bellrock.web.agent.names import CHANNELS, PRIORITIES, topic_name
from bellrock.web.agent.reader import Reader
from bellrock.web.agent.rows import held_by, name_of, wait_of
from bellrock.web.agent.snoozing import presets
from bellrock.web.agent.views import View
from bellrock.web.agent.work import incident_titles, label_names, others, work_of

TIMELINE_MAX = 200
_PAST_MAX = 5
_BOT_WORKS_AT_MOST = timedelta(minutes=1)
_PROOF_STEPS = (N_("No proof"), N_("Signed in"), N_("Step-up"))
_PROOF_TEXTS = (
    N_("A visitor: nobody has vouched for who this is. Say nothing about an account."),
    N_("The exchange vouches for this customer. Changes to money need step-up."),
)


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
    conversation = await conversations.get(tx, viewer=reader.agent, conversation_id=conversation_id)
    return await _read(tx, house, reader, view, conversation, after=after, before=before)


async def case_page(
    tx: core.Transaction,
    house: House,
    reader: Reader,
    view: View,
    conversation_id: UUID,
    *,
    before: int | None = None,
) -> dict[str, Any]:
    """Return a case with its lines, and what the header, the composer and the right pane need beside it.

    Raises ConversationUnknown when this agent must not see it.
    """
    conversation = await conversations.get(tx, viewer=reader.agent, conversation_id=conversation_id)
    (case, lines, is_cut), theirs, articles, drafts, choices, work = await core.together(
        tx,
        _read(tx, house, reader, view, conversation, before=before),
        conversations.conversations_of(
            tx, viewer=reader.agent, customer_id=conversation.customer_id, limit=_PAST_MAX + 4
        ),
        _articles(tx, house, conversation),
        conversations.drafts_of(tx, house.vault, by=reader.agent, conversation_id=conversation.id, known=conversation),
        _header(tx, reader, conversation),
        work_of(tx, house, reader, conversation),
    )
    return {
        "case": case,
        "entries": lines,
        "is_cut": is_cut,
        "customer": _customer(reader, case),
        "past": _past(reader, view, case, theirs),
        "others": others(reader, conversation, theirs),
        "articles": articles,
        "drafts": drafts,
        **choices,
        **work,
    }


async def _read(
    tx: core.Transaction,
    house: House,
    reader: Reader,
    view: View,
    conversation: Conversation,
    *,
    after: int = -1,
    before: int | None = None,
) -> tuple[Case, list[Line], bool]:
    """Write down that the agent looks, and read what they see."""
    _, known, entries = await core.together(
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
        people.known(tx, house.vault, ids=[conversation.customer_id]),
        conversations.timeline(
            tx,
            house.vault,
            viewer=reader.agent,
            conversation_id=conversation.id,
            after=after,
            before=before,
            limit=TIMELINE_MAX,
            known=conversation,
        ),
    )
    customer, profile = known.get(conversation.customer_id, (None, None))
    case = _case(conversation, reader, view, (customer, profile or people.Profile()), entries, after, house)
    files, labels, incidents = await core.together(
        tx, files_of(tx, house, reader, entries), label_names(tx, entries), incident_titles(tx, entries)
    )
    telling = Telling(
        reader,
        case.name,
        conversation.channel,
        conversation.language,
        files,
        conversation.customer_seen_at,
        labels,
        incidents,
        view.key,
    )
    return case, lines_of(entries, telling), len(entries) >= TIMELINE_MAX


async def _header(tx: core.Transaction, reader: Reader, conversation: Conversation) -> dict[str, Any]:
    """Return the choices of the header's menus."""
    _ = reader.gettext
    may_assign = reader.may(Permission.CONVERSATIONS_REPLY)
    colleagues: list[dict[str, Any]] = []
    notes = {"online": _("online"), "busy": _("busy"), "away": _("away")}
    seats, zone = await core.together(
        tx,
        people.roster(tx, now=reader.now) if reader.may(Permission.CONVERSATIONS_ASSIGN) else core.given([]),
        people.zone_of(tx, customer_id=conversation.customer_id),
    )
    for seat in seats:
        may_hold = Permission.CONVERSATIONS_REPLY in seat.agent.permissions
        shares_team = bool(seat.agent.team_ids & reader.agent.team_ids)
        if may_hold and shares_team and seat.agent.id not in (reader.agent.id, conversation.assignee_id):
            colleagues.append({"id": seat.agent.id, "name": seat.agent.name, "note": notes.get(str(seat.presence), "")})
    teams = [{"id": id, "name": name} for id, name in reader.teams.items() if id != conversation.team_id]
    return {
        "may_assign": may_assign,
        "may_reply": reader.may(Permission.CONVERSATIONS_REPLY),
        "colleagues": colleagues,
        "teams": teams if may_assign else [],
        "priorities": [(key, _(text)) for key, text in PRIORITIES.items()],
        "snoozes": [
            (preset.key, _(preset.text), reader.appointment(preset.at))
            for preset in presets(reader.now, reader.zone, zone)
        ],
    }


def _case(
    conversation: Conversation,
    reader: Reader,
    view: View,
    who: tuple[people.Customer | None, people.Profile],
    entries: list[Entry],
    after: int,
    house: House,
) -> Case:
    _ = reader.gettext
    customer, profile = who
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
        wait_level=level,
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
        may_redact=reader.may(Permission.CONVERSATIONS_REPLY) and conversations.may_redact(reader.agent, conversation),
    )


def _customer(reader: Reader, case: Case) -> dict[str, Any]:
    _ = reader.gettext
    customer, profile = case.customer, case.profile
    if customer is None:
        raise core.NotFound
    proof = 0 if customer.kind is people.CustomerKind.VISITOR else 1
    masked = [(_("E-mail"), mask_email(profile.email)), (_("Account number"), mask_end(profile.external_id))]
    if customer.tier is not people.Tier.STANDARD:
        masked.append((_("Service"), str(customer.tier).upper()))
    return {
        "proof": proof,
        "proof_name": _(_PROOF_STEPS[proof]),
        "proof_steps": [_(text) for text in _PROOF_STEPS],
        "proof_text": _(_PROOF_TEXTS[proof]),
        "masked": masked,
    }


def _past(reader: Reader, view: View, case: Case, found: list[Conversation]) -> list[dict[str, Any]]:
    _ = reader.gettext
    states = {"resolved": _("Resolved"), "snoozed": _("Snoozed"), "open": _("Still open"), "waiting": _("Still open")}
    return [
        {
            "url": f"/desk/conversations/{item.id}?view={view.key}",
            "title": topic_name(item.topic, reader.language) or item.reference,
            "state": states[item.status],
            "at": item.created_at,
            "channel": _(CHANNELS[item.channel]),
        }
        for item in found
        if item.id != case.id
    ][:_PAST_MAX]


async def _articles(tx: core.Transaction, house: House, conversation: Conversation) -> list[dict[str, str]]:
    """Return published articles on the case's topic, in the customer's language where there are any."""
    if conversation.topic is None:
        return []
    answer = await knowledge.answer_for(tx, topic=conversation.topic.split(".")[-1], language=conversation.language)
    if answer is None:
        return []
    return [
        {
            "title": answer.title,
            "url": answer.path,
            "link": f"{house.settings.base_url}{answer.path}",
            "language": answer.language,
        }
    ]


def mask_email(address: str | None) -> str:
    """Return an address of which only the first letter and the domain can be read; empty for none."""
    if not address or "@" not in address:
        return ""
    name, _, domain = address.rpartition("@")
    return f"{name[:1]}•••@{domain}"


def mask_end(value: str | None) -> str:
    """Return a number of which only the last two characters can be read; empty for none."""
    return f"•••• {value[-2:]}" if value and len(value) > 4 else ("••••" if value else "")
