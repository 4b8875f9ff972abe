"""What goes in and out: one struct a thing, with its limits. Unknown fields are refused, ids are UUIDs, times are RFC 3339."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

CURSOR_PATTERN = "^[A-Za-z0-9_-]+$"
LANGUAGE_PATTERN = "^[a-z]{2,3}(-[A-Z][a-z]{3})?$"
CODE_PATTERN = "^[a-z0-9_.]+$"
LINE_PATTERN = "^[^\\u0000-\\u001f\\u007f-\\u009f\\ud800-\\udfff]*$"

Cursor = Annotated[str, Meta(min_length=1, max_length=400, pattern=CURSOR_PATTERN, description="From `next_cursor`.")]
Limit = Annotated[int, Meta(ge=1, le=100, description="How many at most.")]
Language = Annotated[str, Meta(max_length=10, pattern=LANGUAGE_PATTERN, description="`en`, `zh-Hans` …")]
Topic = Annotated[str, Meta(min_length=1, max_length=80, pattern=CODE_PATTERN, description="A topic of the taxonomy.")]
Text = Annotated[str, Meta(min_length=1, max_length=8_000)]
Line = Annotated[str, Meta(min_length=1, max_length=120, pattern=LINE_PATTERN)]
ExternalId = Annotated[
    str, Meta(min_length=1, max_length=128, pattern=LINE_PATTERN, description="Your own id of the customer.")
]
Time = Annotated[datetime, Meta(tz=True)]
Status = Literal["open", "waiting", "snoozed", "resolved"]
Priority = Literal["urgent", "high", "normal", "low"]
Tier = Literal["standard", "vip", "institution"]
Colour = Literal["stone", "sea", "moss", "sand", "signal", "heather"]


class In(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """What is sent."""


class Out(msgspec.Struct, kw_only=True):
    """What is answered."""


class Page(Out):
    """A page: it may be short although more follows. `next_cursor` is null at the end."""

    next_cursor: str | None


class ListQuery(In):
    cursor: Cursor | None = None
    limit: Limit = 50


class Actor(Out):
    """Who did it: a customer, a visitor, an agent, the first line, the system, an operator or an integration."""

    kind: str
    id: UUID | None


# --- conversations ---------------------------------------------------------------------------------------------------


class ConversationQuery(ListQuery):
    status: (
        Annotated[
            str,
            Meta(
                pattern="^(open|waiting|snoozed|resolved)(,(open|waiting|snoozed|resolved)){0,3}$",
                description="One or several with commas. Without `resolved`, the latest change comes first.",
            ),
        ]
        | None
    ) = None
    customer_id: UUID | None = None
    team_id: UUID | None = None
    assignee_id: UUID | None = None
    priority: Priority | None = None
    topic: Topic | None = None
    reference: Annotated[str, Meta(pattern="^[Bb][Rr]-[0-9A-Za-z]{8}$", description="Such as BR-7K2M4QXD.")] | None = (
        None
    )


class Conversation(Out):
    id: UUID
    reference: str
    customer_id: UUID
    channel: str
    status: Status
    held_by: Literal["first_line", "queue", "agent"]
    team_id: UUID | None
    assignee_id: UUID | None
    priority: Priority
    language: str
    topic: str | None
    label_ids: list[UUID]
    is_spam: bool
    merged_into_id: UUID | None
    incident_id: UUID | None
    created_at: datetime
    changed_at: datetime
    waiting_since: datetime | None
    snoozed_until: datetime | None
    resolved_at: datetime | None
    version: int


class Conversations(Page):
    items: list[Conversation]


class NewConversation(In):
    customer_id: UUID
    text: Text
    language: Language = "en"
    topic: Topic | None = None
    priority: Priority = "normal"
    team_id: Annotated[
        UUID | None, Meta(description="Straight to this team's queue. Without it, the first line answers first.")
    ] = None
    fields: Annotated[
        dict[
            Annotated[str, Meta(min_length=1, max_length=64, pattern="^[a-z0-9_.:-]+$")],
            Annotated[str, Meta(min_length=1, max_length=1_000)],
        ],
        Meta(max_length=20, description="What a form asked for: `txid`, `order`, `device` …"),
    ] = {}


class ConversationChange(In):
    """Only what is there is changed; null takes the assignee, the topic or the snooze away."""

    assignee_id: UUID | UnsetType | None = UNSET
    team_id: UUID | UnsetType = UNSET
    priority: Priority | UnsetType = UNSET
    topic: Topic | UnsetType | None = UNSET
    status: Literal["open", "resolved"] | UnsetType = UNSET
    snoozed_until: Time | UnsetType | None = UNSET
    label_ids: Annotated[list[UUID], Meta(max_length=20)] | UnsetType = UNSET


# --- messages and notes ----------------------------------------------------------------------------------------------


class Message(Out):
    """`text` is null when it was erased. Secrets are masked before anything is kept."""

    id: UUID
    conversation_id: UUID
    author: Actor
    text: str | None
    file_ids: list[UUID]
    created_at: datetime


class Messages(Page):
    items: list[Message]


class NewText(In):
    text: Text


class NewMessage(NewText):
    file_ids: Annotated[
        list[UUID], Meta(max_length=5, description="Files that this token added to this conversation before.")
    ] = []


class FileQuery(In):
    name: Annotated[
        str, Meta(min_length=1, max_length=100, pattern=LINE_PATTERN, description="Its name, with its ending.")
    ]


class File(Out):
    """A file. `conversation_id` is null until a message takes it; `redacted`: a part of the picture is painted over."""

    id: UUID
    conversation_id: UUID | None
    name: str
    media_type: str
    bytes: int
    created_at: datetime
    redacted: bool


class Written(Out):
    """What was kept. `masked` names the kinds of secrets that were taken out."""

    id: UUID
    conversation_id: UUID
    masked: list[str]


# --- events ----------------------------------------------------------------------------------------------------------


class EventQuery(In):
    cursor: Annotated[Cursor | None, Meta(description="Without one, the newest: begin from now.")] = None
    limit: Limit = 50
    types: Annotated[str, Meta(max_length=1_000, pattern="^[a-z_]+[.][a-z_]+(,[a-z_]+[.][a-z_]+){0,40}$")] | None = None
    wait: Annotated[int, Meta(ge=0, le=20, description="Seconds to wait for something to happen.")] = 0
    start: Annotated[Literal["now", "beginning"], Meta(description="Where to begin without a cursor.")] = "now"


class Event(Out):
    """Ids and codes only; read the thing itself for its words. The same `id` is the same event."""

    id: UUID
    type: str
    at: datetime
    actor: Actor
    conversation_id: UUID | None
    customer_id: UUID | None
    data: dict[str, str | int | bool | None]


class Events(Out):
    items: list[Event]
    next_cursor: str
    has_more: bool


class Done(Out):
    """It is done."""

    ok: Literal[True] = True
