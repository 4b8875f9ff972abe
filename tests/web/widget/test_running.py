"""A thread that goes on: the short way of a message answers as the long one does, and is never a way around anything."""

from __future__ import annotations

from typing import Any

from bellrock import conversations
from bellrock.conversations import kinds
from bellrock.core import SYSTEM, clock, new_id
from bellrock.house import House
from tests.web.widget.conftest import NewWidget


async def _all(house: House, statement: str, *parameters: Any) -> list[dict[str, Any]]:
    async with house.database.transaction() as tx:
        return list(await (await tx.execute(statement, parameters)).fetchall())


async def test_the_second_message_is_answered_as_the_first_and_counts_once(new_widget: NewWidget, house: House) -> None:
    widget = await new_widget()
    first = (await widget.say("Where is my deposit?")).json()["message"]
    key = str(new_id())
    body = {"client_key": key, "text": "My card is 4111 1111 1111 1111"}
    second, again = [(await widget.post("/messages", body)).json()["message"] for _ in range(2)]
    assert second["id"] == again["id"] != first["id"]
    assert second.keys() == first.keys()
    assert "4111" not in second["text"]
    assert second["text"] == again["text"]
    assert second["extras"].get("notice")
    rows = await _all(
        house, "SELECT DISTINCT conversation_id FROM messages WHERE client_key = ANY(%s)", [key, first["client_key"]]
    )
    assert len(rows) == 1


async def test_a_session_that_has_ended_writes_no_more(new_widget: NewWidget, house: House) -> None:
    widget = await new_widget()
    sent = (await widget.say("Where is my deposit?")).json()["message"]
    assert (await widget.say("Hello?")).status_code == 201
    async with house.database.transaction() as tx:
        await tx.execute(
            "UPDATE widget_sessions SET ended_at = now() WHERE customer_id = (SELECT c.customer_id FROM messages m"
            " JOIN conversations c ON c.id = m.conversation_id WHERE m.id = %s)",
            (sent["id"],),
        )
    assert (await widget.say("Still there?")).status_code == 401


async def test_a_resolved_thread_is_reopened(new_widget: NewWidget, house: House) -> None:
    widget = await new_widget()
    sent = (await widget.say("Where is my deposit?")).json()["message"]
    row = (await _all(house, "SELECT conversation_id AS id FROM messages WHERE id = %s", sent["id"]))[0]
    async with house.database.transaction() as tx:
        await conversations.resolve(tx, house.vault, by=SYSTEM, conversation_id=row["id"], now=clock.now())
    assert (await widget.say("It is not there yet")).status_code == 201
    facts = await _all(house, "SELECT kind FROM journal_inbox WHERE conversation_id = %s ORDER BY position", row["id"])
    assert [fact["kind"] for fact in facts][-2:] == [kinds.REOPENED, kinds.RECEIVED]
