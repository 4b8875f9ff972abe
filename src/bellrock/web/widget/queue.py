"""Where a customer waits, who is with them, and what waits usually are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from bellrock import conversations, people, sla
from bellrock.conversations import Conversation
from bellrock.core import N_, Transaction, clock, i18n
from bellrock.web.widget import hours

_SAMPLES_MAX = 200
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
        answer |= await _when(tx, conversation, clock.now())
    return answer


def _shown_name(team: people.Team, language: str) -> str | None:
    text = _TEAM_NAMES.get(team.slug, team.name)
    return i18n.translate(language, text) if text else None


async def _when(tx: Transaction, conversation: Conversation, now: datetime) -> dict[str, Any]:
    """Return when people are there again, or how long it usually takes, or by when where closing time lies between."""
    assert conversation.team_id is not None
    calendar = await sla.calendar_for(tx, team_id=conversation.team_id, brand_id=conversation.brand_id)
    if calendar is not None and not calendar.open_at(now):
        opens = calendar.next_open(now)
        return {"opens_at": clock.rfc3339(opens)} if opens else {}
    minutes = await _usual_wait(tx, conversation.team_id, calendar, now)
    if minutes is None:
        return {}
    if by := hours.answered_by(now, minutes[1], calendar):
        return {"answer_by": clock.rfc3339(by)}
    return {"wait_min": minutes[0], "wait_max": minutes[1]}


@dataclass(slots=True)
class _Waits:
    at: float
    minutes: tuple[int, int] | None


_waits: dict[UUID, _Waits] = {}


async def _usual_wait(
    tx: Transaction, team_id: UUID, calendar: sla.Calendar | None, now: datetime
) -> tuple[int, int] | None:
    """Return the middle half of what this team's customers waited lately, in minutes of business time."""
    known = _waits.get(team_id)
    if known is not None and clock.monotonic() - known.at < _KEPT_SECONDS:
        return known.minutes
    cursor = await tx.execute(
        "SELECT queued_at, person_replied_at FROM conversations WHERE team_id = %s"
        " AND queued_at > %s AND person_replied_at > queued_at ORDER BY listed_at DESC LIMIT %s",
        (team_id, now - _SAMPLED, _SAMPLES_MAX),
    )
    rows = await cursor.fetchall()
    minutes = hours.middle_half([(row["queued_at"], row["person_replied_at"]) for row in rows], calendar)
    _waits[team_id] = _Waits(clock.monotonic(), minutes)
    return minutes
