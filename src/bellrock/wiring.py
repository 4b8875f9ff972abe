"""Who listens to what: one table from facts to listeners, each translated into the listener's own input."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from bellrock import (
    access,
    channels,
    conversations,
    guard,
    integrations,
    knowledge,
    ledger,
    people,
    routing,
    sla,
    triage,
    workbench,
)
from bellrock import vault as vaults
from bellrock.conversations import kinds
from bellrock.core import SYSTEM, Numbered, Transaction, clock, together
from bellrock.core.cursors import Cursor
from bellrock.house import House

AWAY_NOTICE_AFTER = timedelta(seconds=60)


def listeners(house: House, *, has_first_line: bool, defer: Any) -> list[Cursor]:
    """Return every cursor of the house.

    | facts | listener |
    |---|---|
    | all of both logs | ledger: the Merkle tree |
    | received | triage: the first line |
    | handed over, assigned, resolved, reopened | routing: the next case for whoever is free |
    | replied | channels: a notice when nobody looks |
    | decided | knowledge: what is asked about in which language |
    | decided, resolved, reopened, handed over | triage: what became of its answers |
    | received, assigned, mentioned | workbench: the browser of an agent who is not looking is woken |
    | visitor adopted | conversations: the visitor's history becomes the customer's |
    | customer erased, message erased | channels: files are deleted, the erasure is confirmed |
    | whatever programs may hear of | integrations: a delivery for each webhook that wants it |
    """
    table = [
        *tree(),
        Cursor("routing", _Routing(house).listen, kinds=_Routing.KINDS, pause_seconds=0.05, in_pipeline=True),
        Cursor("channels.notices", _Notices(defer).listen, kinds=frozenset({kinds.REPLIED}), pause_seconds=0.5),
    ]
    table.append(
        Cursor(
            "conversations.adoption",
            _Adoption(house).listen,
            kinds=frozenset({"people.visitor_adopted"}),
            pause_seconds=0.1,
        )
    )
    table.append(Cursor("knowledge.asked", count_asked, kinds=frozenset({kinds.DECIDED}), pause_seconds=2.0))
    table.append(Cursor("triage.outcomes", triage.note, kinds=triage.OUTCOMES, pause_seconds=2.0))
    erased = frozenset({access.CUSTOMER_ERASED, access.MESSAGE_ERASED})
    table.append(Cursor("channels.erasure", _Erasure(house).listen, kinds=erased, pause_seconds=0.5))
    table.append(
        Cursor(
            "integrations.webhooks",
            _Webhooks(house, defer).listen,
            kinds=frozenset(integrations.KINDS),
            pause_seconds=0.5,
        )
    )
    table.append(Cursor("workbench.waking", _Waking(defer).listen, kinds=_Waking.KINDS, pause_seconds=1.0))
    listen = _FirstLine(defer).listen if has_first_line else _PassOn(house).listen
    table.append(
        Cursor(
            "triage",
            listen,
            kinds=frozenset({kinds.RECEIVED}),
            pause_seconds=0.02 if has_first_line else 0.2,
            in_pipeline=not has_first_line,
        )
    )
    return table


def tree() -> list[Cursor]:
    """Return the cursors that grow the Merkle trees."""
    return [
        Cursor("ledger.records", ledger.extend, log="records", batch=1_000, pause_seconds=0.2, in_pipeline=True),
        Cursor("ledger.access", ledger.extend, log="access", batch=1_000, pause_seconds=0.5, in_pipeline=True),
    ]


def projections() -> dict[str, ledger.Projection]:
    """Return what the audit compares with the journal: each room's rows that a screen shows."""
    return {
        "conversations": conversations.compare_rows,
        "channels": channels.compare_rows,
        "knowledge": knowledge.compare_rows,
        "integrations": integrations.compare_rows,
        "access": access.compare_rows,
        "workbench": workbench.compare_rows,
        "sla": sla.compare_rows,
    }


async def count_asked(tx: Transaction, facts: Sequence[Numbered]) -> None:
    """Count what customers asked about, in their language, so that editors see which article is wanted."""
    cursor = await tx.execute(
        "SELECT topic, language, count(*) AS asked FROM conversations WHERE id = ANY(%s) AND topic IS NOT NULL"
        " GROUP BY topic, language",
        (list({fact.conversation_id for fact in facts}),),
    )
    asked = {(row["topic"], row["language"]): int(row["asked"]) for row in await cursor.fetchall()}
    if asked:
        await knowledge.note_asked(tx, asked, day=clock.now().date())


class _FirstLine:
    """A customer's message becomes work of the first line: nobody's look-up keeps another customer waiting.

    So does one of somebody who waits for a person or has one: danger does not wait for its turn.
    """

    def __init__(self, defer: Any) -> None:
        self._defer = defer

    async def listen(self, tx: Transaction, facts: Sequence[Numbered]) -> None:
        cursor = await tx.execute(
            "SELECT last_customer_message_id AS id FROM conversations WHERE id = ANY(%s) AND status <> 'resolved'",
            (list({fact.conversation_id for fact in facts}),),
        )
        newest = {row["id"] for row in await cursor.fetchall()}
        for fact in facts:
            if fact.id in newest:
                await self._defer(
                    tx,
                    triage.ANSWER,
                    conversation_id=str(fact.conversation_id),
                    message_id=str(fact.id),
                    masked=list(fact.data.get("masked", ())),
                )


class _PassOn:
    """Without a first line, whatever a customer writes goes to a person of the general team."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def listen(self, tx: Transaction, facts: Sequence[Numbered]) -> None:
        cursor = await tx.execute(
            "SELECT id, customer_id FROM conversations"
            " WHERE id = ANY(%s) AND holder = 'first_line' AND status <> 'resolved' ORDER BY id",
            (list({fact.conversation_id for fact in facts}),),
        )
        waiting = await cursor.fetchall()
        if not waiting:
            return
        vault, nothing = self._house.vault, guard.screen("-")
        team_id, _ = await together(
            tx,
            people.default_team_id(tx),
            vault.subjects.load(tx, [(row["customer_id"], vaults.CASE) for row in waiting]),
        )
        await together(
            tx,
            *(
                conversations.hand_over(
                    tx,
                    vault,
                    by=SYSTEM,
                    conversation_id=row["id"],
                    reason="first_line_off",
                    summary=nothing,
                    facts={},
                    team_id=team_id,
                    priority="normal",
                    now=clock.now(),
                )
                for row in waiting
            ),
        )


class _Routing:
    """Freed capacity and new work reach the same question: who takes the next case?"""

    KINDS = frozenset(
        {
            kinds.HANDED_OVER,
            kinds.ASSIGNED,
            kinds.RESOLVED,
            kinds.REOPENED,
            kinds.REPLIED,
            kinds.SNOOZED,
        }
    )

    def __init__(self, house: House) -> None:
        self._house = house

    async def listen(self, tx: Transaction, _facts: Sequence[Numbered]) -> None:
        await routing.assign_waiting(tx, self._house.vault, now=clock.now())


class _Adoption:
    """A visitor who signed in keeps their thread."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def listen(self, tx: Transaction, facts: Sequence[Numbered]) -> None:
        for fact in facts:
            assert fact.customer_id is not None
            customer = await people.customer(tx, fact.customer_id)
            await conversations.adopt(
                tx, self._house.vault, visitor_id=UUID(fact.data["visitor"]), customer=customer, now=clock.now()
            )


class _Erasure:
    """The words are gone already; files go now, and the erasure is confirmed."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def listen(self, tx: Transaction, facts: Sequence[Numbered]) -> None:
        files = self._house.files
        for fact in facts:
            for customer in fact.data.get("customers", ()):
                await channels.forget_files(tx, files, customer_id=UUID(customer))
            sent = [UUID(file) for file in fact.data.get("files", ())]
            await channels.forget_sent_files(tx, self._house.vault, files, file_ids=sent, now=clock.now())
            await access.confirm(
                tx,
                self._house.vault,
                erasure_id=UUID(fact.data["erasure"]),
                room="channels",
                by=SYSTEM,
                now=clock.now(),
            )


class _Notices:
    """An answer that nobody may be looking at is followed by a look a minute later."""

    def __init__(self, defer: Any) -> None:
        self._defer = defer

    async def listen(self, tx: Transaction, facts: Sequence[Numbered]) -> None:
        due: dict[UUID, Numbered] = {fact.conversation_id: fact for fact in facts if fact.conversation_id}
        answers = [(fact.id, fact.conversation_id) for fact in facts if fact.conversation_id]
        await channels.deliver_answers(tx, channels=channels.BUILTIN, answers=answers, now=clock.now())
        for conversation_id, fact in due.items():
            if fact.actor.kind in ("agent", "first_line"):
                await self._defer(
                    tx,
                    channels.AWAY_NOTICE,
                    at=fact.at + AWAY_NOTICE_AFTER,
                    once=f"away:{conversation_id}",
                    conversation_id=str(conversation_id),
                )


class _Webhooks:
    """What happened becomes deliveries; a job for each endpoint carries them out."""

    def __init__(self, house: House, defer: Any) -> None:
        self._house = house
        self._defer = defer

    async def listen(self, tx: Transaction, facts: Sequence[Numbered]) -> None:
        due = await integrations.plan(tx, self._house.vault, facts=facts, now=clock.now())
        await integrations.defer_deliveries(tx, self._defer, due)


class _Waking:
    """Something waits for an agent: the customer wrote in their case, a case or a mention came to them."""

    KINDS = frozenset({kinds.RECEIVED, kinds.ASSIGNED, workbench.MENTIONED})

    def __init__(self, defer: Any) -> None:
        self._defer = defer

    async def listen(self, tx: Transaction, facts: Sequence[Numbered]) -> None:
        cursor = await tx.execute(
            "SELECT DISTINCT assignee_id FROM conversations WHERE id = ANY(%s) AND assignee_id IS NOT NULL",
            (list({fact.conversation_id for fact in facts if fact.kind == kinds.RECEIVED}),),
        )
        called = {row["assignee_id"] for row in await cursor.fetchall()}
        for fact in facts:
            named = fact.data.get("agents") or [fact.data.get("agent")]
            called |= {UUID(agent) for agent in named if agent and UUID(agent) != fact.actor.id}
        for agent_id in await workbench.to_wake(tx, agent_ids=called, now=clock.now()):
            await self._defer(tx, workbench.WAKE, once=f"wake:{agent_id}", agent_id=str(agent_id))
