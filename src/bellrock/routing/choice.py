"""The choice itself: a pure function without clock or database."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Candidate:
    """A person who is online: what they speak, where they work, how many cases they hold and how many they can.

    `basic` are those of their languages in which they get by; `skills` how well they know topics and queues, 1 to 5.
    """

    agent_id: UUID
    team_ids: frozenset[UUID]
    languages: tuple[str, ...]
    held: int
    capacity: int
    basic: frozenset[str] = frozenset()
    skills: Mapping[str, int] = field(default_factory=dict, hash=False)

    def answers_in(self, language: str, *, at_a_basic_level: bool) -> bool:
        """Return whether they can be given a case of this language."""
        return language in self.languages and (at_a_basic_level or language not in self.basic)

    def skill(self, about: Collection[str]) -> int:
        """Return how well they know what a case is about, 0 where nobody said."""
        return max((self.skills.get(name, 0) for name in about), default=0)

    @property
    def has_room(self) -> bool:
        return self.held < self.capacity

    @property
    def load(self) -> float:
        """Return the share of the capacity that is taken."""
        return self.held / self.capacity if self.capacity else 1.0


def choose(
    candidates: Iterable[Candidate],
    *,
    team_id: UUID,
    language: str | None,
    preferred_id: UUID | None = None,
    at_a_basic_level: bool = True,
    about: Collection[str] = (),
) -> Candidate | None:
    """Return who takes a case of this team and language; None when nobody suitable has room.

    `language` None: any will do. Of those with room in the team who speak the language well enough, the least loaded; of
    equals, the one who holds fewer, then who knows better what it is about (its topic and queues), then the smaller id, so
    that the choice is the same on every machine. `preferred_id`, who knows the customer, goes first.
    """
    suitable = [
        candidate
        for candidate in candidates
        if candidate.has_room
        and team_id in candidate.team_ids
        and (language is None or candidate.answers_in(language, at_a_basic_level=at_a_basic_level))
    ]
    return min(
        suitable,
        key=lambda candidate: (
            candidate.agent_id != preferred_id,
            candidate.load,
            candidate.held,
            -candidate.skill(about),
            candidate.agent_id.bytes,
        ),
        default=None,
    )
