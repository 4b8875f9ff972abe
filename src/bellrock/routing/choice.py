"""The choice itself: a pure function without clock or database."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Candidate:
    """A person who is online: what they speak, where they work, how many cases they hold and how many they can."""

    agent_id: UUID
    team_ids: frozenset[UUID]
    languages: tuple[str, ...]
    held: int
    capacity: int

    @property
    def has_room(self) -> bool:
        return self.held < self.capacity

    @property
    def load(self) -> float:
        """Return the share of the capacity that is taken."""
        return self.held / self.capacity if self.capacity else 1.0


def choose(
    candidates: Iterable[Candidate], *, team_id: UUID, language: str | None, preferred_id: UUID | None = None
) -> Candidate | None:
    """Return who takes a case of this team and language; None when nobody suitable has room.

    `language` None: any will do. Of those with room in the team who speak the language, the least loaded; of equals, the
    one who holds fewer, then the smaller id, so that the choice is the same on every machine. `preferred_id`, who knows
    the customer, goes first.
    """
    suitable = [
        candidate
        for candidate in candidates
        if candidate.has_room
        and team_id in candidate.team_ids
        and (language is None or language in candidate.languages)
    ]
    return min(
        suitable,
        key=lambda candidate: (
            candidate.agent_id != preferred_id,
            candidate.load,
            candidate.held,
            candidate.agent_id.bytes,
        ),
        default=None,
    )
