"""The hub: one LISTEN connection a process, from which every live page of that process is fed."""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import structlog
from psycopg import errors as pg

from bellrock import people
from bellrock.core import BellrockError, Database, Numbered, Transaction, clock, journal, whispers
from bellrock.people import Permission
from bellrock.vault import Vault

QUEUE_MAX = 256
# Customers in a queue are told at most this often that it moved.
QUEUE_NEWS_SECONDS = 5.0
_QUEUE_KINDS = frozenset({"conversations.assigned", "conversations.handed_over", "conversations.resolved"})
SUBSCRIPTIONS_MAX = 20_000
START_SECONDS = 5.0
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Happened:
    """A numbered fact with its opened words (None when erased, or when nobody here needed them).

    `assignee_id` is who holds the conversation now, for desks.
    """

    fact: Numbered
    words: dict[str, Any] | None
    assignee_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Whisper:
    """Something that is true for a moment only: who types, who looks. Never stored."""

    conversation_id: UUID
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Ended:
    """The subscription is over: the session was revoked, or its reader was too slow."""

    reason: str


Event = Happened | Whisper | Ended


@dataclass(eq=False)
class Subscription:
    """What one open page listens to. `customer` pages get public facts of that customer; `agent` pages what they may see."""

    session_id: UUID
    customer: people.Customer | None = None
    agent: people.Agent | None = None
    events: asyncio.Queue[Event] = field(default_factory=lambda: asyncio.Queue(QUEUE_MAX))
    is_ended: bool = False
    told_of_queue_at: float = 0.0
    waits_in: UUID | None = None

    def offer(self, event: Event) -> None:
        """Hand over an event; a reader who does not keep up is ended and comes back by number."""
        if self.is_ended:
            return
        try:
            self.events.put_nowait(event)
        except asyncio.QueueFull:
            self.end("too_slow")

    def end(self, reason: str) -> None:
        if self.is_ended:
            return
        self.is_ended = True
        while not self.events.empty():
            self.events.get_nowait()
        self.events.put_nowait(Ended(reason))


class Hub:
    """Reads the journal as it is numbered and hands each fact to the pages of this process that may see it."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault
        self._customers: dict[UUID, set[Subscription]] = defaultdict(set)
        self._desks: set[Subscription] = set()
        self._last = -1
        self._task: asyncio.Task[None] | None = None
        self._is_listening = asyncio.Event()
        self.stopping = asyncio.Event()

    async def start(self) -> None:
        """Begin to listen. What is momentary is not told again, so this returns when it is heard, or after START_SECONDS."""
        async with self._database.transaction() as tx:
            self._last = await journal.last_number(tx)
        self._task = asyncio.create_task(self._run())
        with suppress(TimeoutError):
            await asyncio.wait_for(self._is_listening.wait(), START_SECONDS)

    async def stop(self) -> None:
        self.stopping.set()
        for subscription in list(self._all()):
            subscription.end("stopping")
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def subscribe(self, subscription: Subscription) -> None:
        """Add a page whose reader has been authorised; raises TooMany-like refusal by ending it when the house is full."""
        if self.size >= SUBSCRIPTIONS_MAX:
            subscription.end("full")
            return
        if subscription.customer is not None:
            self._customers[subscription.customer.id].add(subscription)
        else:
            self._desks.add(subscription)

    def unsubscribe(self, subscription: Subscription) -> None:
        self._desks.discard(subscription)
        if subscription.customer is not None:
            pages = self._customers.get(subscription.customer.id)
            if pages is not None:
                pages.discard(subscription)
                if not pages:
                    del self._customers[subscription.customer.id]

    @property
    def size(self) -> int:
        return len(self._desks) + sum(len(pages) for pages in self._customers.values())

    async def whisper(self, *, conversation_id: UUID, customer_id: UUID, data: dict[str, Any]) -> None:
        """Tell all processes something momentary about a conversation, to be heard by who may see it."""
        async with self._database.transaction() as tx:
            await whispers.whisper(tx, conversation_id=conversation_id, customer_id=customer_id, data=data)

    async def visible_to(self, subscription: Subscription, facts: Sequence[Numbered]) -> list[Numbered]:
        """Return those facts about conversations that a desk's agent may see."""
        assert subscription.agent is not None
        wanted = [fact for fact in facts if fact.conversation_id is not None]
        async with self._database.transaction() as tx:
            places = await self._places(tx, {fact.conversation_id for fact in wanted if fact.conversation_id})
        return [
            fact
            for fact in wanted
            if fact.conversation_id and _sees(subscription.agent, places.get(fact.conversation_id))
        ]

    async def _run(self) -> None:
        while not self.stopping.is_set():
            try:
                await self._listen()
            except (pg.OperationalError, BellrockError, OSError) as error:
                _log.warning("hub.interrupted", reason=type(error).__name__)
                await asyncio.sleep(0.25)

    async def _listen(self) -> None:
        async with await self._database.connect(autocommit=True) as connection:
            await connection.execute(f"LISTEN {journal.CHANNEL}")
            await connection.execute(f"LISTEN {whispers.CHANNEL}")
            self._is_listening.set()
            await self._catch_up()
            while not self.stopping.is_set():
                async for notice in connection.notifies(timeout=15.0):
                    await self._hear(notice.channel, notice.payload)
                await connection.execute("SELECT 1")
                await self._catch_up()
                await self._end_revoked()

    async def _hear(self, channel: str, payload: str) -> None:
        message = json.loads(payload)
        if channel == whispers.CHANNEL:
            await self._pass_whisper(message)
        elif message["log"] == "records" and message["to"] > self._last:
            if self._customers or self._desks:
                await self._catch_up()
            else:
                self._last = message["to"]

    async def _catch_up(self) -> None:
        while True:
            if not self._customers and not self._desks:
                async with self._database.transaction() as tx:
                    self._last = await journal.last_number(tx)
                return
            async with self._database.transaction() as tx:
                facts = await journal.read(tx, after=self._last)
                if not facts:
                    return
                await self._dispatch(tx, facts)
            self._last = facts[-1].number
            if len(facts) < journal.BATCH_MAX:
                return

    async def _dispatch(self, tx: Transaction, facts: Sequence[Numbered]) -> None:
        spoken = [
            fact
            for fact in facts
            if fact.audience == "public" and fact.customer_id is not None and fact.customer_id in self._customers
        ]
        records = await self._vault.open_records(tx, [fact.id for fact in spoken]) if spoken else {}
        for fact in spoken:
            assert fact.customer_id is not None
            record = records.get(fact.id)
            event = Happened(fact, record["words"] if record else None)
            for page in tuple(self._customers.get(fact.customer_id, ())):
                if fact.kind in _QUEUE_KINDS:
                    is_waiting = fact.kind == "conversations.handed_over" or fact.data.get("agent", "") is None
                    page.waits_in = fact.conversation_id if is_waiting else None
                page.offer(event)
        if self._desks:
            await self._dispatch_to_desks(tx, facts)
        if any(fact.kind in _QUEUE_KINDS for fact in facts):
            self._tell_of_queue()
        if any(fact.kind.startswith("people.") for fact in facts):
            await self._end_revoked()

    def _tell_of_queue(self) -> None:
        """Let waiting customers ask anew for their place; one who was just told is left in peace."""
        now = clock.monotonic()
        for pages in tuple(self._customers.values()):
            for page in tuple(pages):
                if page.waits_in is not None and now - page.told_of_queue_at >= QUEUE_NEWS_SECONDS:
                    page.told_of_queue_at = now
                    page.offer(Whisper(page.waits_in, {"type": "changed"}))

    async def _dispatch_to_desks(self, tx: Transaction, facts: Sequence[Numbered]) -> None:
        wanted = [fact for fact in facts if fact.conversation_id is not None]
        places = await self._places(tx, {fact.conversation_id for fact in wanted if fact.conversation_id})
        for fact in wanted:
            assert fact.conversation_id is not None
            place = places.get(fact.conversation_id)
            before = (_uuid(fact.data.get("from_team")), _uuid(fact.data.get("from_agent")))
            event = Happened(fact, None, place[1] if place else None)
            for page in tuple(self._desks):
                assert page.agent is not None
                if _sees(page.agent, place) or _sees(page.agent, before):
                    page.offer(event)

    async def _pass_whisper(self, message: dict[str, Any]) -> None:
        conversation_id, customer_id = UUID(message.pop("conversation")), UUID(message.pop("customer"))
        event = Whisper(conversation_id, message)
        if message.get("audience") in ("public", "customer"):
            for page in tuple(self._customers.get(customer_id, ())):
                page.offer(event)
        if not self._desks or message.get("audience") == "customer":
            return
        async with self._database.transaction() as tx:
            places = await self._places(tx, {conversation_id})
        for page in tuple(self._desks):
            assert page.agent is not None
            if _sees(page.agent, places.get(conversation_id)):
                page.offer(event)

    async def _places(
        self, tx: Transaction, conversation_ids: Iterable[UUID]
    ) -> dict[UUID, tuple[UUID | None, UUID | None]]:
        cursor = await tx.execute(
            "SELECT id, team_id, assignee_id FROM conversations WHERE id = ANY(%s)", (list(conversation_ids),)
        )
        return {row["id"]: (row["team_id"], row["assignee_id"]) for row in await cursor.fetchall()}

    async def _end_revoked(self) -> None:
        """End pages whose session is over; asked at each change among people, and every 15 seconds."""
        pages = list(self._all())
        if not pages:
            return
        async with self._database.transaction() as tx:
            alive = await people.live_sessions(tx, [page.session_id for page in pages])
        for page in pages:
            if page.session_id not in alive:
                page.end("session_ended")

    def _all(self) -> Iterable[Subscription]:
        yield from tuple(self._desks)
        for pages in tuple(self._customers.values()):
            yield from tuple(pages)


def _sees(agent: people.Agent, place: tuple[UUID | None, UUID | None] | None) -> bool:
    """The rule of `conversations.may_see`, on a place (team, assignee) that is already known."""
    if place is None or Permission.CONVERSATIONS_VIEW not in agent.permissions:
        return False
    if Permission.CONVERSATIONS_VIEW_ALL in agent.permissions:
        return True
    team_id, assignee_id = place
    if agent.grants.get(Permission.CONVERSATIONS_VIEW) is people.Scope.OWN:
        return assignee_id == agent.id
    return (team_id is not None and team_id in agent.team_ids) or assignee_id == agent.id


def _uuid(value: Any) -> UUID | None:
    return UUID(value) if isinstance(value, str) else None
