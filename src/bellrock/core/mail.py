"""The port for mail out: one letter to one person, as plain text."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from bellrock.core.errors import Unavailable


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter. `to` is a single address; `key` names it once for ever, so that a retry is no second letter.

    Without `sender` it comes from the address of the settings.
    """

    to: str = field(repr=False)
    subject: str = field(repr=False)
    text: str = field(repr=False)
    key: str
    language: str = "en"
    reply_to: str | None = field(default=None, repr=False)
    sender: str = field(default="", repr=False)


class MailUnavailable(Unavailable):
    """The letter was not accepted; `retryable` says whether it may be later."""

    code = "mail_unavailable"

    def __init__(self, *, retryable: bool) -> None:
        super().__init__()
        self.retryable = retryable


class Mail(Protocol):
    """Where letters go."""

    async def send(self, letter: Letter) -> None:
        """Hand a letter over; return once it was accepted. Raises MailUnavailable."""
        ...
