"""From a customer's message to the answer, through journal, cursor, job and wiring, with the real worker."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from bellrock import conversations, guard, people, triage, wiring, worker
from bellrock.core import FIRST_LINE, SYSTEM, Database, new_id, whispers
from bellrock.core.jobs import Jobs
from bellrock.exchange import Exchange, OrderState, OrderType
from bellrock.house import House
from bellrock.people.customers import customer_described
from bellrock.people.tokens import Claims
from bellrock.triage.port import Embedder
from bellrock.vault import Vault
from tests.triage.conftest import NOW
from tests.triage.playbooks.exchange import exchange
from tests.triage.playbooks.things import SPOT, D, book, order


@dataclass
class Desk:
    """A database that keeps what is written, with the first line at work in it."""

    database: Database
    vault: Vault
    embedder: Embedder
    url: str

    async def opened(self, topic: str | None = None) -> UUID:
        claims = Claims(str(new_id()), "Grace", None, "en", people.Tier.STANDARD)
        async with self.database.transaction() as tx:
            customer = await customer_described(tx, self.vault, claims=claims, now=NOW)
            made = await conversations.open_conversation(
                tx, self.vault, customer=customer, channel="widget", language="en", now=NOW, topic=topic
            )
        return made.id

    async def writes(self, case: UUID, text: str) -> triage.CustomerWrote:
        async with self.database.transaction() as tx:
            held = await conversations.get(tx, viewer=FIRST_LINE, conversation_id=case)
            customer = await people.customer(tx, held.customer_id)
            received = await conversations.receive(
                tx, self.vault, customer=customer, conversation_id=case, text=guard.screen(text),
                client_key=str(new_id()), now=NOW,
            )  # fmt: skip
        return triage.CustomerWrote(case, received.message_id)

    async def state(self, case: UUID) -> conversations.Conversation:
        async with self.database.transaction() as tx:
            return await conversations.get(tx, viewer=FIRST_LINE, conversation_id=case)

    async def said(self, case: UUID) -> list[str]:
        async with self.database.transaction() as tx:
            shown = await conversations.timeline(tx, self.vault, viewer=FIRST_LINE, conversation_id=case)
        return [str(entry.words["text"]) for entry in shown if entry.kind == "conversations.replied" and entry.words]

    async def reads_and_loses(self) -> None:
        """Let the listener come to every message, and its jobs be lost."""

        async def lose(*_: Any, **__: Any) -> bool:
            return True

        house = House(settings=None, database=self.database, vault=self.vault)  # type: ignore[arg-type]
        table = wiring.listeners(house, has_first_line=True, defer=lose)
        await worker.drain(self.database, [cursor for cursor in table if cursor.name == "triage"])

    def first_line(self, asked: Exchange | None = None) -> triage.FirstLine:
        return triage.FirstLine(self.vault, self.embedder, triage.Diagnosing(self.vault, asked) if asked else None)

    @asynccontextmanager
    async def working(self, first_line: triage.FirstLine) -> AsyncIterator[None]:
        jobs = Jobs(self.url, {}, prompt=triage.jobs(self.database.transaction, first_line))
        house = House(settings=None, database=self.database, vault=self.vault)  # type: ignore[arg-type]
        table = wiring.listeners(house, has_first_line=True, defer=jobs.defer)
        heard = [cursor for cursor in table if cursor.name == "triage"]
        stop = asyncio.Event()
        running = asyncio.create_task(worker.run(self.database, listeners=heard, jobs=jobs, sweeps=[], stop=stop))
        try:
            yield
        finally:
            stop.set()
            await asyncio.wait_for(running, 20)


@pytest.fixture
async def desk(furnished: tuple[str, Any], vault: Vault, embedder: Embedder) -> AsyncIterator[Desk]:
    async with Database(furnished[0]) as database:
        yield Desk(database, vault, embedder, furnished[0])


@dataclass
class Slow:
    """An exchange that is asked about an order and answers when it is told to."""

    asked: asyncio.Event
    may_answer: asyncio.Event

    def port(self) -> Exchange:
        one = replace(order(type=OrderType.LIMIT, state=OrderState.OPEN, price=D(100), filled=D(0)), ended_at=None)

        async def waits(*_: Any, **__: Any) -> Any:
            self.asked.set()
            await self.may_answer.wait()
            return one

        return exchange(
            trading={"orders": (one,), "order": waits, "trades": ()},
            market={"markets": (SPOT,), "book": book([("101", "1")], [("99", "1")])},
        )


@pytest.fixture
def slow() -> Slow:
    return Slow(asyncio.Event(), asyncio.Event())


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    for _ in range(600):
        if await holds():
            return
        await asyncio.sleep(0.05)
    raise AssertionError("it never came to be")


async def test_a_message_is_answered_by_the_worker(desk: Desk) -> None:
    case = await desk.opened()
    await desk.writes(case, "how do I change my leverage")
    async with desk.working(desk.first_line()):

        async def is_answered() -> bool:
            return (await desk.state(case)).status == "waiting"

        await until(is_answered)
    assert (await desk.state(case)).topic == "margin_and_leverage"


async def test_danger_is_heard_from_somebody_who_waits_in_the_queue_or_whom_a_person_has(desk: Desk) -> None:
    case, other = await desk.opened(), await desk.opened()
    await desk.writes(case, "human please")
    await desk.writes(other, "human please")
    async with desk.working(desk.first_line()):

        async def has_priority(case: UUID, holder: str, priority: str) -> bool:
            held = await desk.state(case)
            return (held.holder, held.priority) == (holder, priority)

        await until(lambda: has_priority(case, "queue", "normal"))
        await until(lambda: has_priority(other, "queue", "normal"))
        async with desk.database.transaction() as tx:
            agent, _ = await people.invite_agent(
                tx, desk.vault, name="Mara", email=f"{other}@x.example", roles=[people.Role.AGENT], team_ids=[],
                languages=["en"], by=SYSTEM, now=NOW,
            )  # fmt: skip
            await conversations.assign(tx, desk.vault, by=SYSTEM, conversation_id=other, agent_id=agent, now=NOW)
        for each in (case, other):
            await desk.writes(each, "somebody withdrew all my coins")
        await until(lambda: has_priority(case, "queue", "urgent"))
        await until(lambda: has_priority(other, "agent", "urgent"))


async def test_a_look_up_that_takes_its_time_keeps_nobody_else_waiting(desk: Desk, slow: Slow) -> None:
    held_up, other = await desk.opened("trading.order_not_filled"), await desk.opened()
    await desk.writes(held_up, "why is order 7001 not filled")
    async with desk.working(desk.first_line(slow.port())):
        await slow.asked.wait()
        await desk.writes(other, "how do I change my leverage")

        async def is_answered() -> bool:
            return (await desk.state(other)).status == "waiting"

        await until(is_answered)
        assert await desk.said(held_up) == []
        slow.may_answer.set()

        async def is_told() -> bool:
            return bool(await desk.said(held_up))

        await until(is_told)
    assert "7001" in (await desk.said(held_up))[0]


async def test_the_customer_writes_on_during_a_look_up_and_the_older_answer_is_dropped(desk: Desk, slow: Slow) -> None:
    case = await desk.opened("trading.order_not_filled")
    wrote = await desk.writes(case, "why is order 7001 not filled")
    async with await desk.database.connect(autocommit=True) as connection:
        await connection.execute(f"LISTEN {whispers.CHANNEL}")
        at_work = asyncio.create_task(desk.first_line(slow.port()).answer(desk.database.transaction, wrote, now=NOW))
        await slow.asked.wait()
        [notice] = [found async for found in connection.notifies(timeout=30, stop_after=1)]
    told = json.loads(notice.payload)
    assert (told["conversation"], told["type"], told["author"]) == (str(case), "typing", {"kind": "first_line"})
    await asyncio.wait_for(desk.writes(case, "never mind, it is"), 30)
    slow.may_answer.set()
    assert await at_work is None
    assert await desk.said(case) == []


async def test_a_person_who_takes_the_case_during_a_look_up_is_not_talked_over(desk: Desk, slow: Slow) -> None:
    case = await desk.opened("trading.order_not_filled")
    wrote = await desk.writes(case, "why is order 7001 not filled")
    at_work = asyncio.create_task(desk.first_line(slow.port()).answer(desk.database.transaction, wrote, now=NOW))
    await slow.asked.wait()
    async with desk.database.transaction() as tx:
        team = await people.team_for_queue(tx, queue="trading")
        await asyncio.wait_for(
            conversations.hand_over(
                tx, desk.vault, by=FIRST_LINE, conversation_id=case, reason="colleague", summary=guard.screen("taken"),
                facts={}, team_id=team.id, priority="normal", now=NOW,
            ),
            3,
        )  # fmt: skip
    slow.may_answer.set()
    assert await at_work is None
    assert await desk.said(case) == []


async def test_a_message_that_it_fails_at_gets_a_person(desk: Desk) -> None:
    class Broken(triage.Diagnosing):
        async def find_out(self, *_: Any, **__: Any) -> Any:
            raise KeyError("a defect")

    case = await desk.opened()
    await desk.writes(case, "how do I change my leverage")
    broken = triage.FirstLine(desk.vault, desk.embedder, Broken(desk.vault))
    async with desk.working(broken):

        async def is_waiting_for_a_person() -> bool:
            return (await desk.state(case)).holder == "queue"

        await until(is_waiting_for_a_person)
    async with desk.database.transaction() as tx:
        shown = await conversations.timeline(tx, desk.vault, viewer=FIRST_LINE, conversation_id=case)
    assert [entry.data["reason"] for entry in shown if entry.kind == "conversations.handed_over"] == ["first_line_off"]


async def test_a_message_that_cannot_even_be_read_gets_a_person(desk: Desk) -> None:
    class Broken(triage.FirstLine):
        async def _read(self, *_: Any, **__: Any) -> Any:
            raise RecursionError("a defect")

    case = await desk.opened()
    wrote = await desk.writes(case, "hello")
    answer = triage.jobs(desk.database.transaction, Broken(desk.vault, None))[triage.ANSWER]
    await answer(str(case), str(wrote.message_id), [])
    state = await desk.state(case)
    assert (state.holder, state.priority) == ("queue", "high")


async def test_nobody_is_left_alone_when_a_job_is_lost(desk: Desk) -> None:
    lost, waits, fails = await desk.opened(), await desk.opened(), await desk.opened()
    first_line = triage.FirstLine(desk.vault, None)
    jobs = Jobs(desk.url, {}, prompt=triage.jobs(desk.database.transaction, first_line))
    await desk.writes(lost, "my account was hacked")
    for case in (waits, fails):
        wrote = await desk.writes(case, "hello")
        async with desk.database.transaction() as tx:
            await jobs.defer(tx, triage.ANSWER, conversation_id=str(case), message_id=str(wrote.message_id), masked=[])
    async with desk.database.transaction() as tx:
        await tx.execute(
            "UPDATE procrastinate_jobs SET attempts = 3 WHERE args ->> 'conversation_id' = %s", (str(fails),)
        )
    assert await first_line.rescue(desk.database.transaction, now=NOW + timedelta(minutes=6)) == 0, "not come to yet"
    await desk.reads_and_loses()
    assert await first_line.rescue(desk.database.transaction, now=NOW + timedelta(minutes=4)) == 0
    assert await first_line.rescue(desk.database.transaction, now=NOW + timedelta(minutes=6)) >= 2
    assert [(await desk.state(case)).holder for case in (lost, waits, fails)] == ["queue", "first_line", "queue"]
    assert (await desk.state(lost)).priority == "urgent"
    assert await first_line.rescue(desk.database.transaction, now=NOW + timedelta(minutes=6)) == 0
    async with desk.database.transaction() as tx:
        await tx.execute("DELETE FROM procrastinate_jobs WHERE args ->> 'conversation_id' = %s", (str(waits),))
