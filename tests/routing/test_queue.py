"""Draining the queue: at once, in order, to the right people, never beyond what they can hold."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from bellrock import conversations, guard, people, routing
from bellrock.core import FIRST_LINE, SYSTEM, Database, Transaction, new_id
from bellrock.people import Presence
from bellrock.people.demo import seed_teams
from bellrock.vault import Vault

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@dataclass
class Floor:
    """A team and its people, as a test needs them."""

    tx: Transaction
    vault: Vault

    async def team(self, queue: str) -> UUID:
        return (await people.team_for_queue(self.tx, queue=queue)).id

    async def agent(
        self,
        queue: str,
        *,
        languages: tuple[str, ...] = ("en",),
        capacity: int = 2,
        presence: Presence = Presence.ONLINE,
    ) -> UUID:
        agent_id = new_id()
        await self.tx.execute(
            "INSERT INTO agents (id, name, email_fingerprint, email, roles, status, password_hash, languages, capacity,"
            " created_at) VALUES (%s, 'Agent', %s, %s, '{agent}', 'active', 'none', %s, %s, %s)",
            (agent_id, agent_id.bytes * 2, b"sealed", list(languages), capacity, NOW),
        )
        await self.tx.execute("INSERT INTO team_members VALUES (%s, %s)", (await self.team(queue), agent_id))
        await self.tx.execute(
            "INSERT INTO agent_presence (agent_id, presence, heartbeat_at) VALUES (%s, %s, %s)",
            (agent_id, presence, NOW),
        )
        return agent_id

    async def waiting(
        self, queue: str, *, language: str = "en", priority: conversations.Priority = "normal", minutes_ago: int = 0
    ) -> UUID:
        customer, _secret = await people.start_visitor(self.tx, self.vault, locale=language, now=NOW)
        at = NOW - timedelta(minutes=minutes_ago)
        conversation = await conversations.open_conversation(
            self.tx, self.vault, customer=customer, channel="widget", language=language, now=at
        )
        await conversations.hand_over(
            self.tx,
            self.vault,
            by=FIRST_LINE,
            conversation_id=conversation.id,
            reason="not_sure",
            summary=guard.screen("words"),
            facts={},
            team_id=await self.team(queue),
            priority=priority,
            now=at,
        )
        return conversation.id

    async def holder(self, conversation_id: UUID) -> UUID | None:
        return (await conversations.get(self.tx, viewer=SYSTEM, conversation_id=conversation_id)).assignee_id


@pytest.fixture
async def floor(tx: Transaction, vault: Vault) -> Floor:
    await seed_teams(tx, vault, now=NOW)
    return Floor(tx, vault)


async def test_gives_urgent_cases_first_and_then_the_oldest(floor: Floor, tx: Transaction, vault: Vault) -> None:
    late = await floor.waiting("payments", minutes_ago=1)
    early = await floor.waiting("payments", minutes_ago=9)
    urgent = await floor.waiting("payments", priority="urgent")
    agent = await floor.agent("payments", capacity=2)
    assert await routing.assign_waiting(tx, vault, now=NOW) == 2
    assert await floor.holder(urgent) == agent
    assert await floor.holder(early) == agent
    assert await floor.holder(late) is None


async def test_gives_to_the_team_and_language_of_the_case(floor: Floor, tx: Transaction, vault: Vault) -> None:
    arabic = await floor.agent("payments", languages=("ar",))
    english = await floor.agent("payments", languages=("en",))
    await floor.agent("trading", languages=("ar", "en"))
    case = await floor.waiting("payments", language="ar")
    other = await floor.waiting("payments", language="en")
    assert await routing.assign_waiting(tx, vault, now=NOW) == 2
    assert await floor.holder(case) == arabic
    assert await floor.holder(other) == english


async def test_gives_a_language_that_nobody_of_the_team_speaks_to_anybody_of_it(
    floor: Floor, tx: Transaction, vault: Vault
) -> None:
    agent = await floor.agent("payments")
    case = await floor.waiting("payments", language="vi")
    assert await routing.assign_waiting(tx, vault, now=NOW) == 1
    assert await floor.holder(case) == agent


async def test_waits_for_the_colleague_who_speaks_the_language(floor: Floor, tx: Transaction, vault: Vault) -> None:
    await floor.agent("payments")
    await floor.agent("payments", languages=("ar",), presence=Presence.AWAY)
    await floor.waiting("payments", language="ar")
    assert await routing.assign_waiting(tx, vault, now=NOW) == 0


@pytest.mark.parametrize("presence", [Presence.AWAY, Presence.BUSY, Presence.OFFLINE])
async def test_gives_nothing_to_whoever_is_not_online(
    floor: Floor, tx: Transaction, vault: Vault, presence: Presence
) -> None:
    await floor.agent("payments", presence=presence)
    await floor.waiting("payments")
    assert await routing.assign_waiting(tx, vault, now=NOW) == 0


async def test_gives_nothing_to_whoever_went_silent(floor: Floor, tx: Transaction, vault: Vault) -> None:
    await floor.agent("payments")
    await floor.waiting("payments")
    assert await routing.assign_waiting(tx, vault, now=NOW + timedelta(minutes=5)) == 0


async def test_freed_capacity_takes_the_next_case(floor: Floor, tx: Transaction, vault: Vault) -> None:
    agent = await floor.agent("payments", capacity=1)
    first, second = await floor.waiting("payments", minutes_ago=2), await floor.waiting("payments")
    await routing.assign_waiting(tx, vault, now=NOW)
    assert await floor.holder(second) is None
    await conversations.resolve(tx, vault, by=SYSTEM, conversation_id=first, now=NOW)
    assert await routing.assign_waiting(tx, vault, now=NOW) == 1
    assert await floor.holder(second) == agent


async def test_shares_a_backlog_evenly(floor: Floor, tx: Transaction, vault: Vault) -> None:
    agents = [await floor.agent("payments", capacity=4) for _ in range(3)]
    for _ in range(9):
        await floor.waiting("payments")
    assert await routing.assign_waiting(tx, vault, now=NOW) == 9
    held = await conversations.open_counts(tx, agent_ids=agents)
    assert set(held.values()) == {3}


async def test_two_dispatchers_never_exceed_a_limit(database: Database, vault: Vault) -> None:
    async with database.transaction() as tx:
        floor = Floor(tx, vault)
        await seed_teams(tx, vault, now=NOW)
        agent = await floor.agent("payments", capacity=3)
        for _ in range(8):
            await floor.waiting("payments")

    async def dispatch() -> int:
        async with database.transaction() as tx:
            return await routing.assign_waiting(tx, vault, now=NOW)

    assert sum(await asyncio.gather(*(dispatch() for _ in range(4)))) == 3
    async with database.transaction() as tx:
        assert await conversations.open_counts(tx, agent_ids=[agent]) == {agent: 3}


async def test_a_case_waits_for_who_is_fluent_and_goes_to_basic_where_nobody_is(floor: Floor) -> None:
    tx, vault = floor.tx, floor.vault
    basic = await floor.agent("payments", languages=("ar", "en"))
    await people.set_languages(tx, vault, agent_id=basic, languages={"ar": "basic", "en": "native"}, by=SYSTEM, now=NOW)
    only_basic = await floor.waiting("payments", language="ar")
    assert await routing.assign_waiting(tx, vault, now=NOW) == 1
    assert (await conversations.get(tx, viewer=SYSTEM, conversation_id=only_basic)).assignee_id == basic
    # As soon as the team has somebody fluent, even one who is away, a basic level is not enough.
    fluent = await floor.agent("payments", languages=("ar",), presence=Presence.AWAY)
    waits = await floor.waiting("payments", language="ar")
    assert await routing.assign_waiting(tx, vault, now=NOW) == 0
    await people.set_presence(tx, agent_id=fluent, presence=Presence.ONLINE, now=NOW)
    assert await routing.assign_waiting(tx, vault, now=NOW) == 1
    assert (await conversations.get(tx, viewer=SYSTEM, conversation_id=waits)).assignee_id == fluent
