"""The open conversation: its header, its timeline, and what the right pane says about the customer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from bellrock import conversations, core, knowledge, people
from bellrock.conversations import Conversation
from bellrock.core import N_
from bellrock.house import House
from bellrock.people import Permission
from bellrock.web.agent.lately import kept
from bellrock.web.agent.names import CHANNELS, PRIORITIES, PROOF_STEPS, topic_name
from bellrock.web.agent.opened import Case, read_case
from bellrock.web.agent.reader import Reader
from bellrock.web.agent.risks import risks_of
from bellrock.web.agent.snoozing import presets
from bellrock.web.agent.views import View
from bellrock.web.agent.work import block_words, card_of, others, work_of

_PAST_MAX = 5
_PROOF_TEXTS = (
    N_("A visitor: nobody has vouched for who this is. Say nothing about an account."),
    N_("The exchange vouches for this customer. Changes to money need step-up."),
    N_("This customer has just proven who they are, with more than a password."),
)


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
    conversation, whole = await conversations.get_whole(tx, viewer=reader.agent, conversation_id=conversation_id)
    read, theirs, articles, drafts, seats, work = await core.together(
        tx,
        read_case(tx, house, reader, view, conversation, whole, before=before),
        conversations.conversations_of(
            tx, viewer=reader.agent, customer_id=conversation.customer_id, limit=_PAST_MAX + 4
        ),
        _articles(tx, house, conversation),
        conversations.drafts_of(tx, house.vault, by=reader.agent, conversation_id=conversation.id, known=conversation),
        kept(house, ("seats", reader.agent.team_ids), lambda: _seats(tx, reader))
        if reader.may(Permission.CONVERSATIONS_ASSIGN)
        else core.given([]),
        work_of(tx, reader, conversation, whole),
    )
    case, customer = read.case, _customer(reader, read.case)
    if read.is_cut or before is not None or whole.parts:
        collected = await conversations.collected(
            tx, house.vault, viewer=reader.agent, conversation_id=conversation.id, known=conversation
        )
    else:
        collected = conversations.collected_in(read.entries)
    return {
        "case": case,
        "entries": read.lines,
        "is_cut": read.is_cut,
        "customer": customer,
        "card": card_of(reader, collected),
        "block": block_words(case.block, reader) if case.block else None,
        "risks": risks_of(
            reader,
            conversation,
            read.entries,
            read.lines,
            proof=customer["proof"],
            block=case.block,
            theirs=theirs,
            view_key=view.key,
        ),
        "past": _past(reader, view, case, theirs),
        "others": others(reader, conversation, theirs),
        "articles": articles,
        "drafts": drafts,
        **_header(reader, case, seats),
        **work,
    }


def _header(reader: Reader, case: Case, seats: Sequence[people.Seat]) -> dict[str, Any]:
    """Return the choices of the header's menus. `seats` are those who share a team with the reader."""
    _ = reader.gettext
    may_assign = reader.may(Permission.CONVERSATIONS_REPLY)
    colleagues: list[dict[str, Any]] = []
    notes = {"online": _("online"), "busy": _("busy"), "away": _("away")}
    for seat in seats:
        may_hold = Permission.CONVERSATIONS_REPLY in seat.agent.permissions
        if may_hold and seat.agent.id not in (reader.agent.id, case.assignee_id):
            colleagues.append({"id": seat.agent.id, "name": seat.agent.name, "note": notes.get(str(seat.presence), "")})
    teams = [{"id": id, "name": name} for id, name in reader.teams.items() if name != case.team_name]
    return {
        "may_assign": may_assign,
        "may_reply": reader.may(Permission.CONVERSATIONS_REPLY),
        "colleagues": colleagues,
        "teams": teams if may_assign else [],
        "priorities": [(key, _(text)) for key, text in PRIORITIES.items()],
        "snoozes": [
            (preset.key, _(preset.text), reader.appointment(preset.at))
            for preset in presets(reader.now, reader.zone, case.zone)
        ],
    }


def _customer(reader: Reader, case: Case) -> dict[str, Any]:
    _ = reader.gettext
    customer, profile = case.customer, case.profile
    if customer is None:
        raise core.NotFound
    proof = 0 if customer.kind is people.CustomerKind.VISITOR else 2 if case.has_proven else 1
    masked = [(_("E-mail"), mask_email(profile.email)), (_("Account number"), mask_end(profile.external_id))]
    if customer.tier is not people.Tier.STANDARD:
        masked.append((_("Service"), str(customer.tier).upper()))
    return {
        "proof": proof,
        "proof_name": _(PROOF_STEPS[proof]),
        "proof_steps": [_(text) for text in PROOF_STEPS],
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


async def _seats(tx: core.Transaction, reader: Reader) -> list[people.Seat]:
    """Return those who share a team with the reader."""
    return await people.roster(tx, now=reader.now, team_ids=reader.agent.team_ids)


async def _articles(tx: core.Transaction, house: House, conversation: Conversation) -> list[dict[str, str]]:
    """Return published articles on the case's topic, in the customer's language where there are any."""
    if conversation.topic is None:
        return []
    topic, language = conversation.topic.split(".")[-1], conversation.language
    answer = await kept(
        house, ("answer", topic, language), lambda: knowledge.answer_for(tx, topic=topic, language=language)
    )
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
