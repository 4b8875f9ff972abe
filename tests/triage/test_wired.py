"""From a customer's message to the answer, through journal, cursor and wiring."""

from __future__ import annotations

from typing import Any

from bellrock import conversations, guard, people, triage, wiring, worker
from bellrock.core import FIRST_LINE, Database
from bellrock.house import House
from bellrock.triage.port import Embedder
from bellrock.vault import Vault
from tests.triage.conftest import NOW


async def _defer(*_: object, **__: object) -> None:
    """Nothing outside happens in this test."""


async def test_a_message_is_answered_by_the_listener(
    furnished: tuple[str, Any], vault: Vault, embedder: Embedder
) -> None:
    async with Database(furnished[0]) as database:
        async with database.transaction() as tx:
            customer, _secret = await people.start_visitor(tx, vault, locale="en", now=NOW)
            opened = await conversations.open_conversation(
                tx, vault, customer=customer, channel="widget", language="en", now=NOW
            )
            await conversations.receive(
                tx,
                vault,
                customer=customer,
                conversation_id=opened.id,
                text=guard.screen("how do I change my leverage"),
                client_key="key-00000001",
                now=NOW,
            )
        house = House(settings=None, database=database, vault=vault)  # type: ignore[arg-type]
        first_line = triage.FirstLine(vault, embedder)
        table = wiring.listeners(house, first_line=first_line, defer=_defer)
        await worker.drain(database, [cursor for cursor in table if cursor.name == "triage"])
        async with database.transaction() as tx:
            state = await conversations.get(tx, viewer=FIRST_LINE, conversation_id=opened.id)
    assert (state.status, state.topic) == ("waiting", "margin_and_leverage")
