"""Conversations: listed, read, opened and changed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from msgspec import UNSET

from bellrock import access, conversations, guard, integrations, language, people, triage
from bellrock.api import problems, shapes
from bellrock.api.operations import Answer, Call, operation
from bellrock.conversations import Conversation, Wanted
from bellrock.core import Invalid, NotFound, Refused, new_id

SNOOZE_MAX = timedelta(days=400)
_FIELDS_CHARS = 21_000  # twenty of a thousand, and the spaces between
_PATH = "/conversations"
_ONE = "/conversations/{conversation_id:uuid}"


@operation("GET", _PATH, scope="conversations:read", gives=shapes.Conversations, query=shapes.ConversationQuery)
async def list_conversations(call: Call) -> Answer:
    """List conversations

    What is not resolved comes by its last change, everything else by when it was opened, the newest first. A page may be
    short although more follows: go on while `next_cursor` is there.
    """
    query: shapes.ConversationQuery = call.query
    if query.reference is not None:
        found = await _by_reference(call, query.reference)
        return Answer(shapes.Conversations(items=await _shown(call, found), next_cursor=None))
    wanted = Wanted(
        customer_id=query.customer_id,
        statuses=tuple(query.status.split(",")) if query.status else (),  # type: ignore[arg-type]
        team_id=query.team_id,
        assignee_id=query.assignee_id,
        priority=query.priority,
        topic=query.topic,
    )
    of = f"{call.who.id} conversations {wanted}"
    after = (
        integrations.open_place(call.house.vault, query.cursor, of=of, type=tuple[datetime | None, UUID])
        if query.cursor
        else None
    )
    found, place = await conversations.page_of_conversations(
        call.tx, viewer=call.who, wanted=wanted, after=after, limit=query.limit
    )
    cursor = integrations.seal_place(call.house.vault, place, of=of) if place else None
    return Answer(shapes.Conversations(items=await _shown(call, found), next_cursor=cursor))


@operation("GET", _ONE, scope="conversations:read", gives=shapes.Conversation, has_version=True)
async def get_conversation(call: Call) -> Answer:
    """Read a conversation"""
    found = await conversations.get(call.tx, viewer=call.who, conversation_id=call.id("conversation_id"))
    return await _answer(call, found)


@operation(
    "POST",
    _PATH,
    scope="conversations:write",
    gives=shapes.Conversation,
    takes=shapes.NewConversation,
    status=201,
    cost="message",
)
async def create_conversation(call: Call) -> Answer:
    """Open a conversation on behalf of a customer

    With the customer's first message. The first line answers as ever, unless `team_id` brings it straight to a queue. A token
    that is limited to teams has to name one of them.
    """
    body: shapes.NewConversation = call.body
    vault, now = call.house.vault, call.now
    team_id = await _team(call, body.team_id)
    if body.language not in language.LANGUAGES:
        raise Invalid
    customer = await _customer(call, body.customer_id)
    await people.refuse_blocked(call.tx, customer=customer, now=now)
    opened = await conversations.open_conversation(
        call.tx,
        vault,
        customer=customer,
        channel="web",
        language=body.language,
        topic=_topic(body.topic),
        priority=body.priority,
        fields={name: guard.screen(value, max_chars=1_000) for name, value in body.fields.items()},
        now=now,
    )
    received = await conversations.receive(
        call.tx,
        vault,
        customer=customer,
        conversation_id=opened.id,
        text=guard.screen(body.text),
        sought=guard.screen(" ".join(body.fields.values()), max_chars=_FIELDS_CHARS) if body.fields else None,
        client_key=str(new_id()),
        now=now,
    )
    await integrations.note_spoken_for(
        call.tx, vault, who=call.who, conversation=opened, message_id=received.message_id, now=now
    )
    if team_id is not None:
        await conversations.assign(
            call.tx, vault, by=call.who.actor, conversation_id=opened.id, agent_id=None, team_id=team_id, now=now
        )
    found = await conversations.get(call.tx, viewer=call.who.actor, conversation_id=opened.id)
    return await _answer(call, found)


@operation(
    "PATCH",
    _ONE,
    scope="conversations:write",
    gives=shapes.Conversation,
    takes=shapes.ConversationChange,
    has_version=True,
)
async def update_conversation(call: Call) -> Answer:
    """Change a conversation

    Assignee, team, priority, topic, status, snooze and labels, all of it or nothing. With If-Match, only the version that you
    have read is changed.
    """
    body: shapes.ConversationChange = call.body
    conversation = await conversations.lock(call.tx, viewer=call.who, conversation_id=call.id("conversation_id"))
    if call.if_match is not None and call.if_match != str(conversation.changes):
        raise problems.VersionChanged
    change: dict[str, Any] = {"by": call.who.actor, "conversation_id": conversation.id, "now": call.now}
    tx, vault = call.tx, call.house.vault
    if body.status == "open":
        await conversations.reopen(tx, vault, **change)
        await conversations.wake(tx, vault, **change)
    if body.priority is not UNSET:
        await conversations.set_priority(tx, vault, priority=body.priority, **change)
    if body.topic is not UNSET:
        await conversations.set_topic(tx, vault, topic=_topic(body.topic), language=conversation.language, **change)
    if body.assignee_id is not UNSET or body.team_id is not UNSET:
        await _assign(call, conversation, body, change)
    if body.label_ids is not UNSET:
        await _label(call, conversation, set(body.label_ids), change)
    if body.snoozed_until is None:
        await conversations.wake(tx, vault, **change)
    elif body.snoozed_until is not UNSET:
        if body.snoozed_until > call.now + SNOOZE_MAX:
            raise Invalid
        await conversations.snooze(tx, vault, until=body.snoozed_until, **change)
    if body.status == "resolved":
        await conversations.resolve(tx, vault, **change)
    found = await conversations.get(tx, viewer=call.who.actor, conversation_id=conversation.id)
    return await _answer(call, found)


async def _assign(
    call: Call, conversation: Conversation, body: shapes.ConversationChange, change: dict[str, Any]
) -> None:
    agent_id = conversation.assignee_id if body.assignee_id is UNSET else body.assignee_id
    team_id = None if body.team_id is UNSET else body.team_id
    if team_id is not None and team_id not in {team.id for team in await people.teams(call.tx)}:
        raise Invalid
    if body.team_id is not UNSET and body.assignee_id is UNSET and team_id != conversation.team_id:
        agent_id = None  # another team's queue: its people take it from there
    if agent_id is not None and agent_id != conversation.assignee_id:
        seats = {seat.agent.id: seat.agent for seat in await people.roster(call.tx, now=call.now)}
        agent = seats.get(agent_id)
        if agent is None or people.Permission.CONVERSATIONS_REPLY not in agent.permissions:
            raise Invalid
    await conversations.assign(call.tx, call.house.vault, agent_id=agent_id, team_id=team_id, **change)


async def _label(call: Call, conversation: Conversation, wanted: set[UUID], change: dict[str, Any]) -> None:
    held = await conversations.labels_of(call.tx, conversation_ids=[conversation.id])
    known = {label.id for label in held.get(conversation.id, [])}
    for label_id in sorted(known - wanted):
        await conversations.remove_label(call.tx, call.house.vault, label_id=label_id, **change)
    for label_id in sorted(wanted - known):
        await conversations.add_label(call.tx, call.house.vault, label_id=label_id, **change)


async def _customer(call: Call, customer_id: UUID) -> people.Customer:
    """Return whom a new conversation is for. Somebody erased, or unknown, cannot have one."""
    try:
        return await people.customer(call.tx, customer_id)
    except NotFound as error:
        raise Invalid from error


async def _team(call: Call, wanted: UUID | None) -> UUID | None:
    limited = people.Permission.CONVERSATIONS_VIEW_ALL not in call.who.permissions
    if wanted is None and limited:
        if len(call.who.team_ids) != 1:
            raise Invalid
        wanted = next(iter(call.who.team_ids))
    if wanted is None:
        return None
    if limited and wanted not in call.who.team_ids:
        raise Refused
    if wanted not in {team.id for team in await people.teams(call.tx)}:
        raise Invalid
    return wanted


def _topic(name: str | None) -> str | None:
    if name is not None and name not in triage.topics():
        raise Invalid
    return name


async def _by_reference(call: Call, reference: str) -> list[Conversation]:
    try:
        return [await conversations.find_by_reference(call.tx, viewer=call.who, reference=reference)]
    except conversations.ConversationUnknown:
        return []


async def _answer(call: Call, found: Conversation) -> Answer:
    shown = await _shown(call, [found])
    return Answer(shown[0], about=found.customer_id, etag=str(found.changes))


async def _shown(call: Call, found: list[Conversation]) -> list[shapes.Conversation]:
    labels = await conversations.labels_of(call.tx, conversation_ids=[item.id for item in found])
    return [
        shapes.Conversation(
            id=item.id,
            reference=item.reference,
            customer_id=item.customer_id,
            channel=item.channel,
            status=item.status,
            held_by=item.holder,
            team_id=item.team_id,
            assignee_id=item.assignee_id,
            priority=item.priority,
            language=item.language,
            topic=item.topic,
            label_ids=[label.id for label in labels.get(item.id, [])],
            is_spam=item.spam_at is not None,
            merged_into_id=item.merged_into,
            incident_id=item.incident_id,
            created_at=item.created_at,
            changed_at=item.changed_at,
            waiting_since=item.waiting_since,
            snoozed_until=item.snoozed_until,
            resolved_at=item.resolved_at,
            version=item.changes,
        )
        for item in found
    ]


async def look(call: Call, conversation: Conversation) -> None:
    """Write that words of a conversation are read."""
    await access.look(
        call.tx,
        call.house.vault,
        agent=call.who,
        what=access.Looked.CONVERSATION,
        customer_id=conversation.customer_id,
        conversation_id=conversation.id,
        reason="api",
        now=call.now,
    )
