"""Lines of the timeline, as a template draws them, and what their words depend on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from bellrock.conversations import Entry
from bellrock.web.agent.diagnosed import Diagnosed
from bellrock.web.agent.files import File
from bellrock.web.agent.reader import Reader, isolate


@dataclass(frozen=True, slots=True)
class HandedOver:
    """The card of a hand-over: why, what was understood, what was collected. `summary` is None once erased."""

    reason: str
    summary: str | None
    facts: list[tuple[str, str]]
    found: Diagnosed | None = None
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the timeline. `look` is customer, ours, bot, note or step; a step has a `sentence`, the others words."""

    id: UUID
    at: datetime
    day_key: str
    day_name: str
    look: str = "step"
    icon: str = "info"
    author: str = ""
    via: str = ""
    text: str | None = ""
    lang: str = ""
    files: tuple[File, ...] = ()
    masked: str = ""
    article: str = ""
    seen: str = ""
    sentence: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    handed: HandedOver | None = None
    found: Diagnosed | None = None
    original: str = ""
    original_lang: str = ""
    is_redacted: bool = False
    renews: bool = False
    link: str = ""
    link_text: str = ""

    @property
    def is_message(self) -> bool:
        return self.look in ("customer", "ours", "bot")


Began = Callable[..., Line]
"""A line of which the entry and the day are said, and nothing else: called with the rest, it is made, once."""


@dataclass(frozen=True, slots=True)
class Telling:
    """What the words of entries depend on beside the entry: the reader, and the conversation's customer and channel."""

    reader: Reader
    customer_name: str
    channel: str
    language: str
    files: Mapping[str, File]
    seen_at: datetime | None
    incidents: Mapping[str, str] = field(default_factory=dict)
    view_key: str = "mine"
    topic: str | None = None
    case_id: str = ""


def who(entry: Entry, telling: Telling) -> str:
    """Return who did something, as the reader calls them."""
    _ = telling.reader.gettext
    if entry.actor.kind == "agent":
        return telling.reader.colleague(entry.actor.id)
    if entry.actor.kind in ("customer", "visitor"):
        return isolate(telling.customer_name)
    others = {"first_line": _("First line"), "integration": _("Integration")}
    return str(others.get(entry.actor.kind, _("Bellrock")))
