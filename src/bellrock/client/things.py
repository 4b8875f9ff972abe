"""What the API gives. Fields that this version does not know are passed over."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec


class Thing(msgspec.Struct, kw_only=True):
    """One thing of the API."""


class Actor(Thing):
    kind: str
    id: UUID | None = None


class Conversation(Thing):
    id: UUID
    reference: str
    customer_id: UUID
    channel: str
    status: str
    held_by: str
    priority: str
    language: str
    created_at: datetime
    changed_at: datetime
    version: int
    team_id: UUID | None = None
    assignee_id: UUID | None = None
    topic: str | None = None
    label_ids: list[UUID] = []
    is_spam: bool = False
    merged_into_id: UUID | None = None
    incident_id: UUID | None = None
    waiting_since: datetime | None = None
    snoozed_until: datetime | None = None
    resolved_at: datetime | None = None


class Message(Thing):
    id: UUID
    conversation_id: UUID
    author: Actor
    created_at: datetime
    text: str | None = None
    file_ids: list[UUID] = []


class Written(Thing):
    id: UUID
    conversation_id: UUID
    masked: list[str] = []


class Personal(Thing):
    name: str | None = None
    email: str | None = None
    external_id: str | None = None


class Blocked(Thing):
    reason: str
    until: datetime | None = None


class Customer(Thing):
    id: UUID
    kind: str
    locale: str
    tier: str
    organisation_id: UUID | None = None
    blocked: Blocked | None = None
    personal: Personal | None = None


class Organisation(Thing):
    id: UUID
    name: str
    tier: str
    created_at: datetime


class Agent(Thing):
    id: UUID
    name: str
    languages: list[str]
    team_ids: list[UUID]
    presence: str
    capacity: int


class Team(Thing):
    id: UUID
    slug: str
    name: str
    queues: list[str] = []


class Translation(Thing):
    language: str
    state: str
    slug: str
    title: str
    published_version: int | None = None
    draft_version: int | None = None


class Article(Thing):
    id: UUID
    category: str
    source_language: str
    topic: str | None = None
    translations: list[Translation] = []


class Said(Thing):
    title: str
    text: str


class Incident(Thing):
    id: UUID
    state: str
    topics: list[str]
    texts: dict[str, Said]
    opened_at: datetime
    changed_at: datetime
    resolved_at: datetime | None = None


class Label(Thing):
    id: UUID
    name: str
    colour: str
    is_retired: bool = False


class Event(Thing):
    id: UUID
    type: str
    at: datetime
    actor: Actor
    conversation_id: UUID | None = None
    customer_id: UUID | None = None
    data: dict[str, Any] = {}


class Events(Thing):
    items: list[Event]
    next_cursor: str
    has_more: bool


class File(Thing):
    id: UUID
    name: str
    media_type: str
    bytes: int
    created_at: datetime
    conversation_id: UUID | None = None
    redacted: bool = False


class Webhook(Thing):
    id: UUID
    url: str
    events: list[str]
    created_at: datetime
    team_ids: list[UUID] | None = None
    token_id: UUID | None = None
    failing_since: datetime | None = None
    paused_at: datetime | None = None
    paused_because: str | None = None


class MadeWebhook(Webhook):
    secret: str = ""


class Secret(Thing):
    secret: str


class Replayed(Thing):
    count: int


class Delivery(Thing):
    id: UUID
    event_id: UUID
    type: str
    state: str
    attempts: int
    created_at: datetime
    is_replay: bool = False
    next_at: datetime | None = None
    tried_at: datetime | None = None
    status: int | None = None
    problem: str = ""
    milliseconds: int | None = None
    excerpt: str = ""
