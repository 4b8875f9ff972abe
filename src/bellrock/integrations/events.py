"""What programs hear of the journal: a fixed vocabulary, ids and codes only, each kind under the scope of its resource."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from bellrock import conversations, people
from bellrock.core import Actor, Numbered, Transaction, journal

WALK_MAX = 2_000
_EMPTY: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Kind:
    """How a fact is told outside: the event's name, the scope that may hear it, and its data by their names there."""

    name: str
    scope: str
    data: Mapping[str, str] = field(default_factory=lambda: _EMPTY)


_MOVED = {"agent": "assignee_id", "team": "team_id"}

KINDS: Mapping[str, Kind] = {
    "conversations.opened": Kind(
        "conversation.opened",
        "conversations:read",
        {
            "reference": "reference",
            "channel": "channel",
            "language": "language",
            "topic": "topic",
            "priority": "priority",
        },
    ),
    "conversations.handed_over": Kind(
        "conversation.handed_over",
        "conversations:read",
        {"team": "team_id", "priority": "priority", "reason": "reason"},
    ),
    "conversations.assigned": Kind("conversation.assigned", "conversations:read", _MOVED),
    "conversations.prioritised": Kind("conversation.prioritised", "conversations:read", {"priority": "priority"}),
    "conversations.topic_set": Kind(
        "conversation.topic_set", "conversations:read", {"topic": "topic", "language": "language", "team": "team_id"}
    ),
    "conversations.snoozed": Kind("conversation.snoozed", "conversations:read", {"until": "until"}),
    "conversations.woken": Kind("conversation.woken", "conversations:read"),
    "conversations.resolved": Kind("conversation.resolved", "conversations:read", {"by": "by"}),
    "conversations.reopened": Kind("conversation.reopened", "conversations:read"),
    "conversations.labelled": Kind("conversation.labelled", "conversations:read", {"label": "label_id"}),
    "conversations.unlabelled": Kind("conversation.unlabelled", "conversations:read", {"label": "label_id"}),
    "conversations.spam_marked": Kind("conversation.spam_marked", "conversations:read"),
    "conversations.spam_cleared": Kind("conversation.spam_cleared", "conversations:read"),
    "conversations.merged": Kind("conversation.merged", "conversations:read"),
    "conversations.unmerged": Kind("conversation.unmerged", "conversations:read"),
    "conversations.split": Kind("conversation.split", "conversations:read"),
    "conversations.received": Kind("message.received", "messages:read"),
    "conversations.replied": Kind("message.replied", "messages:read"),
    "conversations.noted": Kind("note.added", "notes:read"),
    "people.customer_met": Kind("customer.met", "customers:read", {"kind": "kind"}),
    "people.customer_described": Kind("customer.described", "customers:read", {"tier": "tier", "locale": "locale"}),
    "people.visitor_adopted": Kind("customer.visitor_adopted", "customers:read", {"visitor": "visitor_id"}),
    "people.customer_blocked": Kind("customer.blocked", "customers:read", {"reason": "reason", "until": "until"}),
    "people.customer_unblocked": Kind("customer.unblocked", "customers:read"),
    "access.customer_erased": Kind("customer.erased", "customers:read"),
    "access.message_erased": Kind("message.erased", "messages:read"),
    "people.organisation_created": Kind(
        "organisation.created", "organisations:read", {"organisation": "organisation_id", "tier": "tier"}
    ),
    "people.organisation_changed": Kind(
        "organisation.changed", "organisations:read", {"organisation": "organisation_id", "tier": "tier"}
    ),
    "people.organisation_joined": Kind(
        "organisation.joined", "organisations:read", {"organisation": "organisation_id"}
    ),
    "people.agent_joined": Kind("agent.joined", "agents:read", {"agent": "agent_id"}),
    "people.agent_closed": Kind("agent.closed", "agents:read", {"agent": "agent_id"}),
    "people.team_created": Kind("team.created", "teams:read", {"team": "team_id", "slug": "slug"}),
    "knowledge.draft_saved": Kind(
        "article.draft_saved", "articles:read", {"article": "article_id", "language": "language", "number": "version"}
    ),
    "knowledge.article_published": Kind(
        "article.published", "articles:read", {"article": "article_id", "language": "language", "number": "version"}
    ),
    "knowledge.article_unpublished": Kind(
        "article.unpublished", "articles:read", {"article": "article_id", "language": "language", "number": "version"}
    ),
    "incidents.opened": Kind("incident.opened", "incidents:read", {"incident": "incident_id", "state": "state"}),
    "incidents.state_changed": Kind(
        "incident.state_changed", "incidents:read", {"incident": "incident_id", "state": "state"}
    ),
    "incidents.described": Kind(
        "incident.described", "incidents:read", {"incident": "incident_id", "language": "language"}
    ),
}
NAMES: tuple[str, ...] = tuple(kind.name for kind in KINDS.values())
_BY_NAME = {kind.name: fact for fact, kind in KINDS.items()}
# Facts of conversations that are told to whoever may see the conversation alone.
_OF_CASES = frozenset(fact for fact in KINDS if fact.startswith("conversations.")) | {"access.message_erased"}


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened, as programs hear it. `id` is the same however often it is told."""

    id: UUID
    name: str
    at: datetime
    actor: Actor
    conversation_id: UUID | None
    customer_id: UUID | None
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Heard:
    """A page of events, the number up to which the journal was read, and whether more stands behind it already."""

    events: list[Event]
    number: int
    has_more: bool


def facts_of(names: Iterable[str]) -> frozenset[str]:
    """Return the kinds of facts behind these names of events."""
    return frozenset(_BY_NAME[name] for name in names if name in _BY_NAME)


def facts_for(scopes: Iterable[str]) -> frozenset[str]:
    """Return the kinds of facts that these scopes may hear of."""
    held = frozenset(scopes)
    return frozenset(fact for fact, kind in KINDS.items() if kind.scope in held)


def event_of(fact: Numbered) -> Event:
    """Return a fact as programs hear it."""
    kind = KINDS[fact.kind]
    return Event(
        id=fact.id,
        name=kind.name,
        at=fact.at,
        actor=fact.actor,
        conversation_id=fact.conversation_id,
        customer_id=fact.customer_id,
        data={outside: fact.data.get(inside) for inside, outside in kind.data.items()},
    )


async def audible(tx: Transaction, *, who: people.Integration, facts: Sequence[Numbered]) -> list[Numbered]:
    """Return those facts that an integration may hear of: by its scopes, and by what it may see.

    Whoever is limited to teams hears of customers whose conversations it sees, and of no other team, nor who works where.
    """
    heard = facts_for(who.scopes)
    told = [fact for fact in facts if fact.kind in heard]
    cases = {fact.conversation_id for fact in told if fact.kind in _OF_CASES and fact.conversation_id}
    seen = await conversations.visible_ids(tx, viewer=who, ids=sorted(cases))
    told = [fact for fact in told if fact.kind not in _OF_CASES or fact.conversation_id in seen]
    if not who.team_ids:
        return told
    ids = {fact.customer_id for fact in told if fact.customer_id and not fact.conversation_id}
    known = await conversations.visible_customers(tx, viewer=who, ids=sorted(ids))
    return [
        fact
        for fact in told
        if fact.conversation_id
        or (fact.customer_id in known if fact.customer_id else not fact.kind.startswith("people."))
    ]


async def events_since(
    tx: Transaction, *, who: people.Integration, after: int, names: Iterable[str], limit: int
) -> Heard:
    """Return what happened after a number of the journal; walks so many facts at most, so a page may be short."""
    wanted = facts_for(who.scopes) & (facts_of(names) or KINDS.keys())
    last = await journal.last_number(tx)
    end = min(last, after + WALK_MAX)
    cursor = await tx.execute(
        "SELECT * FROM journal WHERE log = 'records' AND number > %s AND number <= %s AND kind = ANY(%s)"
        " ORDER BY number LIMIT %s",
        (after, end, sorted(wanted), limit),
    )
    facts = [journal.from_row(row) for row in await cursor.fetchall()]
    reached = facts[-1].number if len(facts) == limit else max(end, after)
    told = await audible(tx, who=who, facts=facts)
    return Heard([event_of(fact) for fact in told], reached, has_more=reached < last)
