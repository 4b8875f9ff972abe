"""A thread that begins: the short way writes what the long way writes, once, and lets nobody in whom the long way refuses."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from bellrock import channels, conversations, people
from bellrock.channels import BUILTIN, Accepted, Envelope
from bellrock.conversations import kinds
from bellrock.core import SYSTEM, clock, new_id
from bellrock.house import House
from bellrock.people import Customer
from bellrock.web.widget.session import threads
from tests.web.widget.conftest import NewWidget

WORDS = "My card is 4111 1111 1111 1111, where is order 20261118?"
# What may differ between two threads of two people that began in the same way.
OWN = {"id", "reference", "customer_id", "last_message_id", "last_customer_message_id"}


async def _all(house: House, statement: str, *parameters: Any) -> list[dict[str, Any]]:
    async with house.database.transaction() as tx:
        return list(await (await tx.execute(statement, parameters)).fetchall())


async def _begin(house: House, way: str) -> tuple[Customer, Accepted]:
    now = clock.now()
    async with house.database.transaction() as tx:
        customer, _secret = await people.start_visitor(tx, house.vault, locale="en", now=now)
        _session, token = await people.start_widget_session(tx, customer=customer, now=now)
    body = msgspec.json.encode({"client_key": "the-first", "text": WORDS, "files": [], "choice": None})
    envelope = Envelope(body=body, customer=customer)
    shared: dict[str, Any] = {"channel": BUILTIN["widget"], "envelope": envelope, "language": "de", "now": now}
    async with house.database.pipeline() as tx:
        if way == "long":
            return customer, await channels.accept(tx, house.vault, **shared)
        proof = people.has_widget_session(customer=customer, token=token, now=now)
        accepted = await channels.accept_first(tx, house.vault, **shared, proof=proof)
    assert accepted is not None
    return customer, accepted


async def test_both_ways_write_the_same(house: House) -> None:
    rows, facts, words = [], [], []
    for way in ("short", "long"):
        _, accepted = await _begin(house, way)
        assert not accepted.is_duplicate
        (row,) = await _all(house, "SELECT * FROM conversations WHERE id = %s", accepted.conversation_id)
        assert row["last_message_id"] == row["last_customer_message_id"] == accepted.message_id
        assert row["created_at"] == row["changed_at"] == row["listed_at"] == row["waiting_since"]
        rows.append(
            {name: value for name, value in row.items() if name not in OWN and not name.endswith(("_at", "_since"))}
        )
        written = await _all(
            house, "SELECT * FROM journal_inbox WHERE conversation_id = %s ORDER BY position", accepted.conversation_id
        )
        assert [fact["kind"] for fact in written] == [kinds.OPENED, kinds.RECEIVED]
        facts.append([(fact["audience"], fact["actor_kind"], sorted(fact["data"])) for fact in written])
        async with house.database.transaction() as tx:
            records = await house.vault.open_records(tx, [fact["id"] for fact in written])
        words.append([records[fact["id"]]["words"] for fact in written])
        (message,) = await _all(house, "SELECT * FROM messages WHERE id = %s", accepted.message_id)
        assert message["client_key"] == "the-first" and message["tokens"]
    assert rows[0] == rows[1]
    assert facts[0] == facts[1]
    assert words[0] == words[1]
    assert "4111" not in words[0][1]["text"]


async def test_two_first_messages_at_once_are_one_thread(new_widget: NewWidget, house: House) -> None:
    one, other = await new_widget("elif"), await new_widget("elif")
    answers = await asyncio.gather(*(widget.say("Hello?") for widget in (one, other, one, other)))
    assert [answer.status_code for answer in answers] == [201] * 4
    sent = [answer.json()["message"]["id"] for answer in answers]
    rows = await _all(house, "SELECT DISTINCT conversation_id FROM messages WHERE id = ANY(%s)", sent)
    assert len(rows) == 1


async def _end(house: House, customer_id: Any) -> None:
    async with house.database.transaction() as tx:
        await people.end_widget_sessions(tx, customer_id=customer_id, now=clock.now())


async def _erase(house: House, customer_id: Any) -> None:
    async with house.database.transaction() as tx:
        await tx.execute("UPDATE customers SET erased_at = now() WHERE id = %s", (customer_id,))


@pytest.mark.parametrize("end", [_end, _erase])
async def test_who_has_no_session_any_more_begins_nothing(
    new_widget: NewWidget, house: House, end: Callable[[House, Any], Awaitable[None]]
) -> None:
    widget = await new_widget()
    guess = threads.guess(widget.session["session"])
    assert guess is not None and guess[1] is None
    await end(house, guess[0].id)
    assert (await widget.say("Hello?")).status_code == 401
    assert not await _all(house, "SELECT FROM conversations WHERE customer_id = %s", guess[0].id)


async def test_who_has_a_closed_thread_goes_on_in_it(new_widget: NewWidget, house: House) -> None:
    sent = (await (await new_widget("elif")).say("Where is my deposit?")).json()["message"]
    row = (await _all(house, "SELECT conversation_id AS id FROM messages WHERE id = %s", sent["id"]))[0]
    async with house.database.transaction() as tx:
        await conversations.resolve(tx, house.vault, by=SYSTEM, conversation_id=row["id"], now=clock.now())
    again = (await (await new_widget("elif")).say("It is not there yet")).json()["message"]
    rows = await _all(house, "SELECT conversation_id AS id FROM messages WHERE id = %s", again["id"])
    assert rows == [row]
    async with house.database.transaction() as tx:
        await tx.execute(
            "UPDATE conversations SET status = 'resolved', resolved_at = %s WHERE id = %s",
            (clock.now() - timedelta(days=40), row["id"]),
        )
    later = (await (await new_widget("elif")).say("Something else")).json()["message"]
    rows = await _all(house, "SELECT conversation_id AS id FROM messages WHERE id = %s", later["id"])
    assert rows != [row]


async def test_what_needs_somebody_to_look_is_looked_at(new_widget: NewWidget) -> None:
    widget = await new_widget()
    uploaded = (await widget.upload("a.txt", b"words")).json()["file"]
    sent = await widget.say("", files=[uploaded["id"]])
    assert sent.status_code == 201
    assert [file["id"] for file in sent.json()["message"]["files"]] == [uploaded["id"]]
    nothing = await (await new_widget()).post("/messages", {"client_key": str(new_id()), "text": " "})
    assert nothing.status_code in (400, 422)
