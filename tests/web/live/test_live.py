"""Live pages: authorised when they connect, ended with their session, and never in the way of others."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from bellrock import conversations, guard, people
from bellrock.bench.client import Client, Socket
from bellrock.core import FIRST_LINE, Actor, Numbered, clock, new_id, sequencer
from bellrock.house import House
from bellrock.people import Permission
from bellrock.web.live import Ended, Happened, Hub, Subscription, Whisper
from bellrock.web.live.hub import QUEUE_MAX
from tests.fixtures.serving import LiveServer

NOW = datetime(2026, 11, 18, 14, 30, tzinfo=UTC)


async def number(house: House) -> None:
    async with await house.database.connect(autocommit=True) as connection:
        await sequencer.number_all(connection)


async def customer_with_thread(house: House) -> tuple[people.Customer, people.WidgetSession, UUID]:
    async with house.database.transaction() as tx:
        customer, _secret = await people.start_visitor(tx, house.vault, locale="en", now=NOW)
        session, _token = await people.start_widget_session(tx, customer=customer, now=clock.now())
        opened = await conversations.open_conversation(
            tx, house.vault, customer=customer, channel="widget", language="en", now=NOW
        )
    return customer, session, opened.id


async def says(house: House, customer: people.Customer, conversation_id: UUID, text: str) -> UUID:
    async with house.database.transaction() as tx:
        received = await conversations.receive(
            tx,
            house.vault,
            customer=customer,
            conversation_id=conversation_id,
            text=guard.screen(text),
            client_key=str(new_id()),
            now=NOW,
        )
    await number(house)
    return received.message_id


def agent_of(team_id: UUID) -> people.Agent:
    return people.Agent(
        id=new_id(),
        name="Tomás",
        roles=frozenset(),
        team_ids=frozenset({team_id}),
        languages=("en",),
        permissions=frozenset({Permission.CONVERSATIONS_VIEW}),
    )


@pytest.fixture
async def hub(house: House):
    opened = Hub(house.database, house.vault)
    await opened.start()
    yield opened
    await opened.stop()


async def next_event(page: Subscription):
    return await asyncio.wait_for(page.events.get(), 30)


async def test_a_customer_hears_their_own_words_and_no_one_elses(house: House, hub: Hub) -> None:
    owner, session, thread = await customer_with_thread(house)
    stranger, other_session, _ = await customer_with_thread(house)
    mine = Subscription(session.id, customer=owner)
    theirs = Subscription(other_session.id, customer=stranger)
    hub.subscribe(mine)
    hub.subscribe(theirs)
    await says(house, owner, thread, "only for me")
    while not (isinstance(event := await next_event(mine), Happened) and event.fact.kind == "conversations.received"):
        pass
    assert event.words == {"text": "only for me"}
    heard = [theirs.events.get_nowait() for _ in range(theirs.events.qsize())]
    assert all(event.fact.conversation_id != thread for event in heard if isinstance(event, Happened))


@pytest.mark.parametrize(("audience", "heard"), [("customer", "C"), ("public", "CD"), ("internal", "D")])
async def test_a_whisper_reaches_whom_it_is_for(house: House, hub: Hub, audience: str, heard: str) -> None:
    customer, session, thread = await customer_with_thread(house)
    async with house.database.transaction() as tx:
        await people.seed_teams(tx, house.vault, now=NOW)
        team = (await people.teams(tx))[0].id
        await tx.execute("UPDATE conversations SET team_id = %s WHERE id = %s", (team, thread))
    pages = {
        "C": Subscription(session.id, customer=customer),
        "D": Subscription(session.id, agent=agent_of(team)),
    }
    for page in pages.values():
        hub.subscribe(page)
    for type_ in (audience, "public"):  # the second reaches both, so that the first is known not to come
        data = {"type": type_, "audience": type_}
        await hub.whisper(conversation_id=thread, customer_id=customer.id, data=data)
    for name, page in pages.items():
        first = await next_event(page)
        assert isinstance(first, Whisper)
        assert first.data["type"] == (audience if name in heard else "public")


async def test_a_desk_hears_of_its_teams_alone_and_no_words(house: House, hub: Hub) -> None:
    customer, session, thread = await customer_with_thread(house)
    async with house.database.transaction() as tx:
        await people.seed_teams(tx, house.vault, now=NOW)
        found = await people.teams(tx)
        await conversations.hand_over(
            tx,
            house.vault,
            by=FIRST_LINE,
            conversation_id=thread,
            reason="asked_for_person",
            summary=guard.screen("-"),
            facts={},
            team_id=found[0].id,
            priority="normal",
            now=NOW,
        )
    # A session that lives, so that the hub has no reason to end these pages.
    desk = Subscription(session.id, agent=agent_of(found[0].id))
    outside = Subscription(session.id, agent=agent_of(found[1].id))
    hub.subscribe(desk)
    hub.subscribe(outside)
    await says(house, customer, thread, "secret words")
    event = await next_event(desk)
    while isinstance(event, Happened) and event.fact.kind != "conversations.received":
        event = await next_event(desk)
    assert isinstance(event, Happened)
    assert event.words is None
    assert not any(isinstance(item, Happened) for item in outside.events._queue)  # type: ignore[attr-defined]


async def test_a_page_ends_when_its_session_is_revoked(house: House, hub: Hub) -> None:
    customer, session, _thread = await customer_with_thread(house)
    page = Subscription(session.id, customer=customer)
    hub.subscribe(page)
    async with house.database.transaction() as tx:
        await people.end_widget_session(tx, session_id=session.id, now=clock.now())
    await hub._end_revoked()
    while not isinstance(event := await next_event(page), Ended):
        pass
    assert event.reason == "session_ended"


async def test_whoever_never_reads_is_left_and_nobody_waits_for_them() -> None:
    page = Subscription(new_id(), agent=agent_of(new_id()))
    fact = Numbered(id=new_id(), kind="tests.happened", at=NOW, actor=Actor("system"), leaf=b"\0" * 32, number=1)
    for _ in range(QUEUE_MAX + 1):
        page.offer(Happened(fact, None))
    assert page.is_ended
    assert page.events.get_nowait() == Ended("too_slow")
    page.offer(Happened(fact, None))
    assert page.events.empty()


@pytest.mark.parametrize("authorization", ["", "Bearer nonsense", "Bearer " + "x" * 400])
async def test_strangers_get_no_stream(client: AsyncTestClient[Litestar], authorization: str) -> None:
    answer = await client.get("/widget/events", headers={"authorization": authorization})
    assert answer.status_code == 401
    answer = await client.get("/desk/events", headers={"cookie": "bellrock_agent=nonsense"})
    assert answer.status_code == 401


@pytest.mark.parametrize(
    "hello", [{}, {"type": "hello", "session": "nonsense"}, {"session": "x" * 5_000}, {"session": 7}]
)
async def test_a_socket_without_a_session_is_closed_without_a_word(
    live_server: LiveServer, hello: dict[str, object]
) -> None:
    socket = Socket("127.0.0.1", urlsplit(live_server.url).port or 0)
    await socket.open("/widget/socket", hello)
    assert await asyncio.wait_for(socket.frame(), 30) is None
    await socket.end()


async def test_sockets_that_never_read_hold_up_nobody(live_server: LiveServer) -> None:
    port = urlsplit(live_server.url).port or 0
    idle = [Socket("127.0.0.1", port) for _ in range(200)]
    for socket in idle:
        await socket.open("/widget/socket", {"type": "hello", "session": "never read"})
    client = Client("127.0.0.1", port)
    answer = await asyncio.wait_for(client.post("/widget/session", {"locale": "en"}), 30)
    assert answer["session"]
    for line in (client, *idle):
        await line.end()
