"""A visitor signs in: their thread becomes the customer's, and what they were opens nothing any more."""

from __future__ import annotations

from typing import Any

from bellrock import wiring
from bellrock.core import clock, cursors, sequencer
from bellrock.house import House
from bellrock.web.widget.demo import CUSTOMERS, demo_token
from tests.web.widget.conftest import NewWidget


async def adopt(house: House) -> None:
    """Number what happened, and let the one listener of these tests read it."""
    [cursor] = [
        cursor
        for cursor in wiring.listeners(house, has_first_line=False, defer=None)
        if cursor.name == "conversations.adoption"
    ]
    async with await house.database.connect(autocommit=True) as connection:
        await sequencer.number_all(connection)
    async with house.database.transaction() as tx:
        await cursors.register(tx, [cursor])
    await cursors.advance(house.database, cursor)


async def test_a_visitors_thread_becomes_the_customers(new_widget: NewWidget, client: Any, house: House) -> None:
    visitor, stranger = await new_widget(), await new_widget("noura")
    await visitor.say("Where is my deposit?")
    secret = visitor.session["visitor"]
    token = demo_token(house, CUSTOMERS["elif"], now=clock.now())
    answer = await client.post("/widget/session", json={"token": token, "visitor": secret, "locale": "en"})
    assert answer.status_code == 201 and answer.json()["customer"]["kind"] == "customer"
    await adopt(house)
    customer = await new_widget("elif")
    texts = [
        frame["message"]["text"]
        for frame in (await customer.get("/thread")).json()["frames"]
        if frame["type"] == "message"
    ]
    assert "Where is my deposit?" in texts
    assert (await visitor.get("/thread")).status_code == 401
    again = await client.post("/widget/session", json={"visitor": secret, "locale": "en"})
    assert again.status_code == 401
    assert "deposit" not in (await stranger.get("/thread")).text


async def test_a_used_or_unknown_secret_beside_a_token_changes_nothing(
    new_widget: NewWidget, client: Any, house: House
) -> None:
    secret = (await new_widget()).session["visitor"]
    for customer in ("elif", "noura"):
        for given in (secret, "unknown"):
            token = demo_token(house, CUSTOMERS[customer], now=clock.now())
            answer = await client.post("/widget/session", json={"token": token, "visitor": given, "locale": "en"})
            assert answer.status_code == 201
    async with house.database.transaction() as tx:
        cursor = await tx.execute("SELECT count(*) AS adopted FROM customers WHERE adopted_by IS NOT NULL")
        assert await cursor.fetchone() == {"adopted": 1}
