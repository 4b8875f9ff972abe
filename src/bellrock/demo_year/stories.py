"""The life of one conversation: from its first words to its end, as facts, sealed records and the row that they make."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from bellrock import conversations, ledger
from bellrock.conversations import kinds
from bellrock.core import FIRST_LINE, SYSTEM, Actor, Fact, new_id
from bellrock.core.journal import Audience
from bellrock.demo_year.batch import Batch
from bellrock.demo_year.words import Said

_SECRETLESS: dict[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Cast:
    """Who works here: the team of each topic, the agents of each team by language, the labels that are put on."""

    teams: Mapping[str, UUID]
    agents: Mapping[tuple[UUID, str], Sequence[UUID]]
    labels: Mapping[str, UUID] = field(default_factory=dict)

    def agent(self, team_id: UUID, language: str, chance: random.Random) -> UUID:
        """Return somebody of a team who speaks the language, else anybody of it."""
        found = self.agents.get((team_id, language)) or self.agents[(team_id, "")]
        return chance.choice(found)


class Story:
    """One conversation while it is told. Each step moves the clock on."""

    def __init__(
        self,
        batch: Batch,
        *,
        reference: str,
        customer: Actor,
        at: datetime,
        until: datetime,
    ) -> None:
        assert customer.id is not None
        self._batch, self._reference = batch, reference
        self._customer, self._customer_id = customer, customer.id
        self.id = new_id()
        self.at, self._until = at, until
        self._facts: list[Fact] = []
        self._public: list[bytes] = []
        self._holder = "first_line"
        self._team: UUID | None = None
        self._agent: UUID | None = None

    @property
    def is_over(self) -> bool:
        """Whether what comes next lies beyond the period."""
        return self.at >= self._until

    @property
    def left(self) -> timedelta:
        """How much of the period is left."""
        return self._until - self.at

    def later(self, chance: random.Random, seconds: float) -> bool:
        """Move the clock by around so many seconds; False when that would be after the period."""
        self.at += timedelta(seconds=chance.uniform(0.4, 1.8) * seconds)
        return not self.is_over

    def open(self, *, channel: str, language: str, topic: str | None, priority: str = "normal") -> None:
        data = {
            "reference": self._reference,
            "channel": channel,
            "language": language,
            "topic": topic,
            "priority": priority,
            "claimed_urgent": priority != "normal",
        }
        self._fact(kinds.OPENED, self._customer, data, {"fields": {}})

    def write(self, said: Said) -> None:
        """The customer writes."""
        self._message(kinds.RECEIVED, self._customer, said, {"files": []})

    def reply(self, said: Said, *, by: Actor | None = None) -> None:
        """The first line answers, or the agent who has it."""
        self._message(kinds.REPLIED, by or self._person(), said, {"extras": {}, "files": []})

    def announce(self, said: Said) -> None:
        data = {"extras": {}, "announces": True, "files": []}
        self._message(kinds.REPLIED, FIRST_LINE, said, data)

    def note(self, said: Said) -> None:
        self._message(kinds.NOTED, self._person(), said, {"files": []}, audience="internal")

    def hand_over(self, *, team_id: UUID, reason: str, priority: str, summary: str) -> None:
        data = {
            "reason": reason,
            "team": str(team_id),
            "priority": priority,
            "from": self._holder,
            "from_agent": None,
            "from_team": None,
        }
        self._fact(kinds.HANDED_OVER, FIRST_LINE, data, {"summary": summary, "facts": {}})
        self._holder, self._team = "queue", team_id

    def assign(self, agent_id: UUID) -> None:
        data = {"agent": str(agent_id), "team": str(self._team), "from_agent": None, "from_team": str(self._team)}
        self._fact(kinds.ASSIGNED, SYSTEM, data)
        self._holder, self._agent = "agent", agent_id

    def label(self, label_id: UUID) -> None:
        self._fact(kinds.LABELLED, self._person(), {"label": str(label_id)}, audience="internal")
        self._batch.label(self.id, label_id, self.at)

    def snooze(self, until: datetime) -> None:
        self._fact(kinds.SNOOZED, self._person(), {"until": until.isoformat()}, audience="internal")

    def resolve(self, *, by: Actor | None = None, topic: str | None) -> None:
        actor = by or self._person()
        closing = ledger.closing_of(self._public)
        self._fact(kinds.RESOLVED, actor, {"by": actor.kind, "topic": topic, ledger.CLOSING: closing})

    def end(self) -> None:
        """Write the row that the facts make."""
        self._batch.add("conversations", {**conversations.replay(self._facts), "id": self.id})

    def _person(self) -> Actor:
        return Actor("agent", self._agent) if self._agent else SYSTEM

    def _message(
        self, kind: str, by: Actor, said: Said, data: dict[str, Any], *, audience: Audience = "public"
    ) -> None:
        found = sorted({finding.kind for finding in said.text.findings})
        fact = self._fact(
            kind, by, {**data, "masked": found} if found else data, {"text": said.text.text}, audience=audience
        )
        key = f"year-{fact.id.hex}" if kind == kinds.RECEIVED else None
        self._batch.message(fact, kind="note" if kind == kinds.NOTED else "message", client_key=key, tokens=said.hashes)

    def _fact(
        self,
        kind: str,
        by: Actor,
        data: dict[str, Any],
        words: Mapping[str, Any] = _SECRETLESS,
        *,
        audience: Audience = "public",
    ) -> Fact:
        fact = Fact(
            id=new_id(),
            kind=kind,
            at=self.at,
            actor=by,
            leaf=b"",
            customer_id=self._customer_id,
            conversation_id=self.id,
            data=data,
            audience=audience,
        )
        leaf = self._batch.fact(fact, words=words, subject_id=self._customer_id)
        if audience == "public":
            self._public.append(leaf)
        self._facts.append(fact)
        self.at += timedelta(milliseconds=40)
        return fact
