"""Draining the queue: whoever has room gets the next case at once, the most urgent and then the oldest first."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from bellrock import conversations, people
from bellrock import vault as vaults
from bellrock.core import SYSTEM, Transaction, together
from bellrock.routing.choice import Candidate, choose

CASES_MAX = 100
"""Most cases given away in one call; the next event goes on, so that a backlog is ramped and not dumped."""
ROUNDS_MAX = 10


@dataclass(frozen=True, slots=True)
class _Floor:
    """Who is here; which languages each team speaks at all, present or not, and which of them well; what teams take."""

    candidates: dict[UUID, Candidate]
    spoken: frozenset[tuple[UUID, str]]
    well: frozenset[tuple[UUID, str]]
    queues: dict[UUID, tuple[str, ...]]

    def is_able(self, candidate: Candidate, team_id: UUID, language: str) -> bool:
        """Return whether somebody speaks a language well enough for a team: a basic level does where nobody is better."""
        return candidate.answers_in(language, at_a_basic_level=(team_id, language) not in self.well)


async def assign_waiting(
    tx: Transaction, vault: vaults.Vault, *, now: datetime, team_id: UUID | None = None, limit: int = CASES_MAX
) -> int:
    """Give waiting cases, of one team or all, to people who are online and have room; return how many.

    A case goes to somebody of its team who is fluent in its language; where nobody of the team is, to who has a basic level;
    where nobody ever has, to anybody of the team, since a case must not be stranded. One dispatcher at a time: a second one
    waits and then sees the new loads, so that assignment never exceeds a capacity.
    """
    await tx.execute("SELECT pg_advisory_xact_lock(hashtext('bellrock.routing'))")
    floor = await _floor(tx, now=now)
    assigned = 0
    for _ in range(ROUNDS_MAX):
        room = sum(candidate.capacity - candidate.held for candidate in _with_room(floor))
        rows = await _waiting(tx, floor, team_id=team_id, limit=min(room, limit - assigned)) if room else []
        given = [row for row in rows if await _give(tx, vault, floor, row, now=now)]
        assigned += len(given)
        if not given or assigned >= limit:
            break
    return assigned


async def _give(tx: Transaction, vault: vaults.Vault, floor: _Floor, row: dict[str, Any], *, now: datetime) -> bool:
    place = (row["team_id"], row["language"])
    chosen = choose(
        floor.candidates.values(),
        team_id=row["team_id"],
        language=row["language"] if place in floor.spoken else None,
        at_a_basic_level=place not in floor.well,
        about=(row["topic"] or "", *floor.queues.get(row["team_id"], ())),
    )
    if chosen is None:
        return False
    await conversations.assign(tx, vault, by=SYSTEM, conversation_id=row["id"], agent_id=chosen.agent_id, now=now)
    floor.candidates[chosen.agent_id] = replace(chosen, held=chosen.held + 1)
    return True


async def _floor(tx: Transaction, *, now: datetime) -> _Floor:
    everybody = await people.roster(tx, now=now)
    seats = [seat for seat in everybody if seat.agent.may(people.Permission.CONVERSATIONS_REPLY)]
    online = [seat for seat in seats if seat.presence is people.Presence.ONLINE]
    if not online:
        return _Floor({}, frozenset(), frozenset(), {})
    held, teams = await together(
        tx, conversations.open_counts(tx, agent_ids=[seat.agent.id for seat in online]), people.teams(tx)
    )
    candidates = {
        seat.agent.id: Candidate(
            seat.agent.id,
            seat.agent.team_ids,
            seat.agent.languages,
            held[seat.agent.id],
            seat.capacity,
            frozenset(language for language, level in seat.levels.items() if level is people.Level.BASIC),
            seat.skills,
        )
        for seat in online
    }
    spoken = [(seat, team, language) for seat in seats for team in seat.agent.team_ids for language in seat.levels]
    return _Floor(
        candidates,
        spoken=frozenset((team, language) for _, team, language in spoken),
        well=frozenset((team, one) for seat, team, one in spoken if seat.levels[one] is not people.Level.BASIC),
        queues={team.id: team.queues for team in teams},
    )


def _with_room(floor: _Floor) -> list[Candidate]:
    return [candidate for candidate in floor.candidates.values() if candidate.has_room]


async def _waiting(tx: Transaction, floor: _Floor, *, team_id: UUID | None, limit: int) -> list[dict[str, Any]]:
    """Lock and return waiting cases that somebody with room can take, in order.

    A case that is being changed this moment is skipped: its change is an event, and rings again.
    """
    roomy = _with_room(floor)
    pairs = [(one, team, language) for one in roomy for team in one.team_ids for language in one.languages]
    able = _columns({(team, language) for one, team, language in pairs if floor.is_able(one, team, language)})
    spoken = _columns(floor.spoken)
    cursor = await tx.execute(
        "SELECT id, team_id, language, topic FROM conversations c WHERE holder = 'queue' AND status IN ('open', 'waiting')"
        " AND (%(only)s::uuid IS NULL OR team_id = %(only)s) AND team_id = ANY(%(teams)s)"
        " AND (EXISTS (SELECT FROM unnest(%(able_teams)s::uuid[], %(able_languages)s::text[]) able (team, language)"
        "              WHERE able.team = c.team_id AND able.language = c.language)"
        "   OR NOT EXISTS (SELECT FROM unnest(%(spoken_teams)s::uuid[], %(spoken_languages)s::text[]) s (team, language)"
        "                  WHERE s.team = c.team_id AND s.language = c.language))"
        " ORDER BY array_position(ARRAY['urgent', 'high', 'normal', 'low'], priority), queued_at, id"
        " LIMIT %(limit)s FOR UPDATE SKIP LOCKED",
        {
            "only": team_id,
            "teams": list({team for one in roomy for team in one.team_ids}),
            "able_teams": able[0],
            "able_languages": able[1],
            "spoken_teams": spoken[0],
            "spoken_languages": spoken[1],
            "limit": limit,
        },
    )
    return await cursor.fetchall()


def _columns(pairs: Collection[tuple[UUID, str]]) -> tuple[list[UUID], list[str]]:
    ordered = sorted(pairs)
    return [team for team, _ in ordered], [language for _, language in ordered]
