"""Where a customer waits, who is with them, and what waits usually are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from bellrock import conversations, people
from bellrock.conversations import Conversation
from bellrock.core import N_, Transaction, clock, i18n

_SAMPLES_MIN, _SAMPLES_MAX = 5, 200
_SAMPLED = timedelta(days=7)
_KEPT_SECONDS = 60.0
# How customers read the teams that every installation starts with. "A person from General" says nothing to anybody.
_TEAM_NAMES = {
    "security": N_("security"),
    "payments": N_("payments"),
    "trading": N_("trading"),
    "web3": N_("Web3"),
    "derivatives": N_("derivatives"),
    "identity": N_("identity checks"),
    "technical": N_("technology"),
    "wealth": N_("savings products"),
    "compliance": N_("compliance"),
    "general": "",
}


async def queue_of(tx: Transaction, conversation: Conversation, *, language: str) -> dict[str, Any] | None:
    """Return where the customer waits, or who is with them; None while the first line answers."""
    if not conversation.is_open or conversation.holder == "first_line":
        return None
    if conversation.holder == "agent":
        assert conversation.assignee_id is not None
        names = await people.agent_names(tx, ids=[conversation.assignee_id])
        name = names.get(conversation.assignee_id, "").split(" ")[0]
        return {"state": "with_person", "agent": {"name": name} if name else None}
    team = next((team for team in await people.teams(tx) if team.id == conversation.team_id), None)
    answer: dict[str, Any] = {
        "state": "waiting",
        "place": await conversations.queue_place(tx, conversation=conversation),
        "team": _shown_name(team, language) if team else None,
    }
    if conversation.team_id is not None:
        answer |= await _usual_wait(tx, conversation.team_id)
    return answer


def _shown_name(team: people.Team, language: str) -> str | None:
    text = _TEAM_NAMES.get(team.slug, team.name)
    return i18n.translate(language, text) if text else None


@dataclass(slots=True)
class _Waits:
    at: float
    minutes: dict[str, int]


_waits: dict[UUID, _Waits] = {}


async def _usual_wait(tx: Transaction, team_id: UUID) -> dict[str, int]:
    """Return the middle half of what this team's customers waited lately, in minutes; nothing when too few did."""
    known = _waits.get(team_id)
    if known is not None and clock.monotonic() - known.at < _KEPT_SECONDS:
        return known.minutes
    cursor = await tx.execute(
        "SELECT count(*) AS samples, percentile_cont(ARRAY[0.25, 0.75]) WITHIN GROUP"
        " (ORDER BY extract(epoch FROM answered - queued)) AS seconds FROM"
        " (SELECT person_replied_at AS answered, queued_at AS queued FROM conversations WHERE team_id = %s"
        "  AND queued_at > %s AND person_replied_at > queued_at ORDER BY changed_at DESC LIMIT %s) lately",
        (team_id, clock.now() - _SAMPLED, _SAMPLES_MAX),
    )
    row = await cursor.fetchone()
    minutes: dict[str, int] = {}
    if row is not None and row["samples"] >= _SAMPLES_MIN:
        low, high = (max(1, round(seconds / 60)) for seconds in row["seconds"])
        minutes = {"wait_min": low, "wait_max": high}
    _waits[team_id] = _Waits(clock.monotonic(), minutes)
    return minutes
