"""Webhooks as they go in and out."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from msgspec import UNSET, Meta, UnsetType

from bellrock.api.shapes import In, Out, Page, Time

EventNames = Annotated[
    list[Annotated[str, Meta(min_length=3, max_length=60, pattern="^[a-z_]+[.][a-z_]+$")]],
    Meta(min_length=1, max_length=60, description="Kinds of events, such as `message.received`."),
]


class Webhook(Out):
    """An address that hears of events. `team_ids` null: of every team's. `failing_since`: nothing arrives there since then."""

    id: UUID
    url: str
    events: list[str]
    team_ids: list[UUID] | None
    token_id: UUID | None
    created_at: datetime
    failing_since: datetime | None
    paused_at: datetime | None
    paused_because: Literal["person", "failing"] | None


class Webhooks(Out):
    items: list[Webhook]


class NewWebhook(In):
    url: Annotated[str, Meta(min_length=10, max_length=1_000, pattern="^https?://[!-~]+$")]
    events: EventNames
    team_ids: Annotated[
        list[UUID] | None,
        Meta(
            description="Only of these teams' conversations. A token that is limited to teams has to name some of its own."
        ),
    ] = None


class MadeWebhook(Webhook):
    """A webhook with its secret, which is shown this once."""

    secret: str


class WebhookChange(In):
    """Only what is there is changed."""

    events: EventNames | UnsetType = UNSET
    paused: bool | UnsetType = UNSET


class Secret(Out):
    """A new secret, which is shown this once; the one before holds for another day."""

    secret: str


class Delivery(Out):
    """An event on its way to a webhook, with what came of the last attempt."""

    id: UUID
    event_id: UUID
    type: str
    state: Literal["waiting", "delivered", "failed"]
    is_replay: bool
    attempts: int
    created_at: datetime
    next_at: datetime
    tried_at: datetime | None
    status: int | None
    problem: str
    milliseconds: int | None
    excerpt: str


class Deliveries(Page):
    items: list[Delivery]


class NewReplay(In):
    """One delivery once more, or everything since a time: exactly one of the two."""

    delivery_id: UUID | None = None
    since: Time | None = None


class Replayed(Out):
    count: int
