"""The channel port: one way in and out."""

from __future__ import annotations

from typing import Literal, Protocol

from bellrock.channels.models import Ability, Envelope, Incoming, Outgoing

Delivery = Literal["waiting", "delivered", "failed"]


class Channel(Protocol):
    """A channel. `name` is its word in the database; `can` says what it is able to do."""

    @property
    def name(self) -> str: ...

    @property
    def can(self) -> frozenset[Ability]: ...

    def verify(self, envelope: Envelope) -> None:
        """Refuse what does not prove where it comes from. Raises NotOurs."""

    def parse(self, envelope: Envelope) -> Incoming:
        """Return the message in it; the same envelope gives the same message. Raises MessageUnreadable, TextTooLong."""

    async def deliver(self, outgoing: Outgoing, /) -> Delivery:
        """Bring an answer to the customer, or say that it waits to be fetched. Raises Unavailable when retrying helps."""
