"""States of an incident, and what readers and editors see of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from bellrock import language as languages
from bellrock.core import N_
from bellrock.guard import GuardedText
from bellrock.incidents.errors import BadIncident

TITLE_MAX = 200
TEXT_MAX = 2_000
SOURCE_LANGUAGE = "en"


class State(StrEnum):
    """How far the repair is. A resolved incident answers nobody any more."""

    INVESTIGATING = "investigating"
    IDENTIFIED = "identified"
    MONITORING = "monitoring"
    RESOLVED = "resolved"


STATE_NAMES: Mapping[State, str] = {
    State.INVESTIGATING: N_("We are looking into it"),
    State.IDENTIFIED: N_("The cause is known"),
    State.MONITORING: N_("Repaired, we are watching"),
    State.RESOLVED: N_("Repaired"),
}


@dataclass(frozen=True, slots=True)
class Text:
    """What is said about an incident in one language."""

    title: GuardedText
    text: GuardedText

    def __post_init__(self) -> None:
        for part, most in ((self.title, TITLE_MAX), (self.text, TEXT_MAX)):
            if not 1 <= len(part.text.strip()) <= most:
                raise BadIncident


@dataclass(frozen=True, slots=True)
class Notice:
    """An open incident as readers see it; `language` may be a fallback. `changed_at`: the last news."""

    incident_id: UUID
    state: State
    language: str
    title: str
    text: str
    opened_at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Incident:
    """An incident as editors see it: texts by language as (title, text), the topics it answers, its states in order."""

    id: UUID
    state: State
    opened_at: datetime
    changed_at: datetime
    resolved_at: datetime | None
    texts: dict[str, tuple[str, str]]
    topics: tuple[str, ...]
    states: tuple[tuple[datetime, State], ...]

    @property
    def title(self) -> str:
        """Return the English title, else any."""
        return self.texts.get(SOURCE_LANGUAGE, next(iter(self.texts.values())))[0]


def wanted(language: str) -> list[str]:
    """Return the languages to try for a reader, best first."""
    return list(languages.readable(language))
