"""A conversation, its states, and who may see it."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Any, Literal
from uuid import UUID

from bellrock import people
from bellrock.core import Actor

Status = Literal["open", "waiting", "snoozed", "resolved"]
Holder = Literal["first_line", "queue", "agent"]
Priority = Literal["urgent", "high", "normal", "low"]
Channel = Literal["widget", "web", "email"]
PRIORITIES: tuple[Priority, ...] = ("urgent", "high", "normal", "low")

KEEPS_PLACE = timedelta(seconds=10)
"""For so long a row in a list stays where it is while its customer writes on; the database's trigger says the same."""

# Kinds of facts of this room.
OPENED = "conversations.opened"
RECEIVED = "conversations.received"
REPLIED = "conversations.replied"
NOTED = "conversations.noted"
HANDED_OVER = "conversations.handed_over"
ASSIGNED = "conversations.assigned"
PRIORITISED = "conversations.prioritised"
TOPIC_SET = "conversations.topic_set"
SNOOZED = "conversations.snoozed"
WOKEN = "conversations.woken"
RESOLVED = "conversations.resolved"
REOPENED = "conversations.reopened"
ADOPTED = "conversations.adopted"
LABELLED = "conversations.labelled"
UNLABELLED = "conversations.unlabelled"
SPAM_MARKED = "conversations.spam_marked"
SPAM_CLEARED = "conversations.spam_cleared"
MERGED = "conversations.merged"
MERGED_IN = "conversations.merged_in"
UNMERGED = "conversations.unmerged"
UNMERGED_FROM = "conversations.unmerged_from"
SPLIT = "conversations.split"
SPLIT_FROM = "conversations.split_from"
INCIDENT_LINKED = "conversations.incident_linked"
REDACTED = "conversations.redacted"
FILE_REDACTED = "channels.file_redacted"
TRANSLATED = "conversations.translated"
DECIDED = "triage.decided"
WARNS = "warns"
"""Under this name a decision keeps the danger that the agent of a case was warned of: a reason of a hand-over, or distress."""
PROTECTED = "triage.protected"

MESSAGE_KINDS = frozenset({RECEIVED, REPLIED, NOTED})


@dataclass(frozen=True, slots=True)
class Conversation:
    """One case of one customer, as it stands now. Times are aware UTC.

    `waiting_since` is set while the customer waits for an answer; `changes` counts facts and serves the double-reply guard.
    `listed_at` is its place in the lists by last change: `changed_at`, but for further messages of the customer within
    KEEPS_PLACE, at which the database leaves it where it is.
    Spam, and what was merged into another conversation, is resolved. Without `brand_id` it is the default brand's.
    """

    id: UUID
    reference: str
    customer_id: UUID
    channel: Channel
    status: Status
    holder: Holder
    team_id: UUID | None
    assignee_id: UUID | None
    priority: Priority
    language: str
    topic: str | None
    created_at: datetime
    changed_at: datetime
    listed_at: datetime
    waiting_since: datetime | None
    queued_at: datetime | None
    snoozed_until: datetime | None
    resolved_at: datetime | None
    first_line_replied_at: datetime | None
    person_replied_at: datetime | None
    last_message_id: UUID | None
    last_customer_message_id: UUID | None
    customer_seen_at: datetime | None
    unseen_by_customer: int
    changes: int
    spam_at: datetime | None = None
    merged_into: UUID | None = None
    incident_id: UUID | None = None
    brand_id: UUID | None = None

    @property
    def is_open(self) -> bool:
        return self.status != "resolved"


_FIELDS = tuple(item.name for item in fields(Conversation))
_VALUES = itemgetter(*_FIELDS)
COLUMNS = ", ".join(f"c.{name}" for name in _FIELDS)


# The row of %(key)s, or of what it was merged into.
FOLLOWED = "c.id = coalesce((SELECT m.merged_into FROM conversations m WHERE m.id = %(key)s), %(key)s)"


def from_row(row: dict[str, Any]) -> Conversation:
    """Make a conversation of a row that holds its columns."""
    return Conversation(*_VALUES(row))


Viewer = people.Agent | people.Customer | Actor
"""Who asks: an agent, the customer, or the system and its first line (an `Actor`), which see everything."""


def actor_of(viewer: Viewer) -> Actor:
    """Return the actor that facts name for this viewer."""
    if isinstance(viewer, Actor):
        return viewer
    return viewer.actor


def may_see(viewer: Viewer) -> tuple[str, dict[str, Any]]:
    """Return the SQL condition on `c` (conversations), with its parameters, that holds for what the viewer may see.

    An agent sees what is theirs and what their teams hold; whoever may view all sees all; a customer sees their own.
    Default deny: without the permission to view, the condition is false.
    """
    if isinstance(viewer, Actor):
        return "TRUE", {}
    if isinstance(viewer, people.Customer):
        return "c.customer_id = %(viewer_id)s", {"viewer_id": viewer.id}
    if people.Permission.CONVERSATIONS_VIEW_ALL in viewer.permissions:
        return "TRUE", {}
    if viewer.grants.get(people.Permission.CONVERSATIONS_VIEW) is people.Scope.OWN:
        return "c.assignee_id = %(viewer_id)s", {"viewer_id": viewer.id}
    if people.Permission.CONVERSATIONS_VIEW in viewer.permissions:
        return (
            "(c.team_id = ANY(%(viewer_teams)s) OR c.assignee_id = %(viewer_id)s)",
            {"viewer_teams": list(viewer.team_ids), "viewer_id": viewer.id},
        )
    return "FALSE", {}


def sees(agent: people.Agent, conversation: Conversation) -> bool:
    """Say whether an agent may see a conversation: the rule of `may_see`, on a row that was read for somebody else."""
    if people.Permission.CONVERSATIONS_VIEW_ALL in agent.permissions:
        return True
    if people.Permission.CONVERSATIONS_VIEW not in agent.permissions:
        return False
    if agent.grants.get(people.Permission.CONVERSATIONS_VIEW) is people.Scope.OWN:
        return conversation.assignee_id == agent.id
    return conversation.team_id in agent.team_ids or conversation.assignee_id == agent.id


def may_act(viewer: Viewer, permission: people.Permission, conversation: Conversation) -> bool:
    """Return whether a viewer, who may see a conversation, may do this with it: the reach of an agent's permission.

    Customers and the system are bound by the action itself.
    """
    if not isinstance(viewer, people.Agent):
        return True
    scope = viewer.grants.get(permission)
    if scope is people.Scope.ALL:
        return True
    is_own = conversation.assignee_id == viewer.id
    if scope is people.Scope.TEAM:
        return is_own or conversation.team_id in viewer.team_ids
    return scope is people.Scope.OWN and is_own
