"""What passes through a channel, in our words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from bellrock.people import Customer

TEXT_MAX = 8_000
FIELDS_MAX = 20


class Ability(StrEnum):
    """What a channel can do; nobody asks for its name to find out."""

    LIVE = "live"  # answers appear while the customer looks
    TYPING = "typing"
    FILES = "files"
    FIELDS = "fields"  # a form asked for the facts
    NOTICES = "notices"  # an unseen answer is announced elsewhere


@dataclass(frozen=True, slots=True)
class Envelope:
    """What arrived: bytes as they came, and the customer where the line itself proves who it is."""

    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    customer: Customer | None = None


@dataclass(frozen=True, slots=True)
class Incoming:
    """One message of a customer, still unguarded: it lives between parsing and the guard and is never stored.

    `client_key` is the sender's own key of the message, 8 to 64 characters: the same key is the same message.
    """

    client_key: str
    text: str
    file_ids: tuple[UUID, ...] = ()
    choice: str | None = None
    topic: str | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    is_urgent: bool = False


@dataclass(frozen=True, slots=True)
class Outgoing:
    """An answer on its way. Channels that show the thread itself need no words; others are given them opened."""

    message_id: UUID
    conversation_id: UUID
    text: str | None = None
