"""Protective steps by a tap: only the customer's own, vouched for just now, and what became of them is said honestly."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from bellrock import people, reference_exchange, triage
from bellrock.core import clock
from bellrock.exchange import ExchangeConflict, ExchangeUnavailable, HoldKind, Measure
from bellrock.house import House
from bellrock.triage import Diagnosing
from bellrock.web.shared.assets import pictures
from bellrock.web.widget.demo import CUSTOMERS
from tests.web.widget.conftest import NewWidget, Widget

pytestmark = pytest.mark.usefixtures("staffed")
ELIF = CUSTOMERS["elif"].external_id
STEPS = ["lock", "sessions", "keys", "withdrawals"]


@pytest.fixture
def exchange(house: House) -> Any:
    """The reference exchange, in this process."""
    house.exchange = reference_exchange.as_exchange(reference_exchange.Venue(started_at=clock.now(), clock=clock.now))
    return house.exchange


async def in_danger(house: House, widget: Widget) -> dict[str, Any]:
    """Write that the account is hacked, let the first line read it, and return its message."""
    said = (await widget.say("Help, my account was hacked and somebody stole my coins!")).json()["message"]
    first_line = triage.FirstLine(house.vault, None, Diagnosing(house.vault, house.exchange))
    async with house.database.transaction() as tx:
        cursor = await tx.execute("SELECT conversation_id FROM messages WHERE id = %s", (said["id"],))
        row = await cursor.fetchone()
        assert row is not None
    wrote = triage.CustomerWrote(row["conversation_id"], UUID(said["id"]))
    await first_line.answer(house.database.transaction, wrote, now=clock.now())
    return (await thread(widget))[-1]


async def thread(widget: Widget) -> list[dict[str, Any]]:
    frames = (await widget.get("/thread")).json()["frames"]
    return [frame["message"] for frame in frames if frame["type"] == "message"]


async def recorded(house: House) -> list[tuple[str, str, int]]:
    async with house.database.transaction() as tx:
        cursor = await tx.execute("SELECT data FROM journal_inbox WHERE kind = 'triage.protected' ORDER BY position")
        return [(row["data"]["step"], row["data"]["result"], row["data"]["proof"]) for row in await cursor.fetchall()]


async def test_a_tap_locks_the_own_account_once(house: House, exchange: Any, new_widget: NewWidget) -> None:
    elif_ = await new_widget("elif")
    offered = await in_danger(house, elif_)
    assert [step["value"] for step in offered["extras"]["steps"]] == STEPS
    tap = {"message_id": offered["id"], "step": "lock"}
    assert (await elif_.post("/steps", tap)).json() == {"result": "taken"}
    assert (await elif_.post("/steps", tap)).json() == {"result": "taken_before"}
    (taken,) = (await exchange.protection.taken(ELIF)).rows
    assert (taken.measure, taken.approver.kind, taken.approver.reference) == (Measure.LOCK_LOGIN, "customer", ELIF)
    assert "stole" not in taken.reason
    assert [hold.kind for hold in (await exchange.account.holds(ELIF)).rows] == [HoldKind.LOGIN]
    said = (await thread(elif_))[-1]
    assert said["text"].startswith("Done on ") and "Lock my account" in said["text"]
    assert said["extras"]["taken"] == "lock"
    assert await recorded(house) == [("lock", "asked", 1), ("lock", "taken", 1)]


async def test_nobody_else_takes_a_step_nor_one_that_is_not_offered(
    house: House, exchange: Any, new_widget: NewWidget
) -> None:
    elif_, noura, visitor = await new_widget("elif"), await new_widget("noura"), await new_widget()
    offered = await in_danger(house, elif_)
    tap = {"message_id": offered["id"], "step": "withdrawals"}
    own = (await thread(elif_))[0]["id"]
    assert "steps" not in (await in_danger(house, visitor))["extras"]
    assert (await visitor.post("/steps", tap)).status_code == 403
    assert (await noura.post("/steps", tap)).status_code == 404
    assert (await elif_.post("/steps", {**tap, "step": "reset_password"})).status_code == 404
    assert (await elif_.post("/steps", {**tap, "message_id": own})).status_code == 404
    async with house.database.transaction() as tx:
        await tx.execute("UPDATE widget_sessions SET vouched_at = %s", (clock.now() - timedelta(minutes=16),))
    stale = await elif_.post("/steps", tap)
    assert (stale.status_code, stale.json()["code"]) == (403, "sign_in_stale")
    for account in (ELIF, CUSTOMERS["noura"].external_id):
        assert (await exchange.protection.taken(account)).rows == ()
    assert await recorded(house) == []


@pytest.mark.parametrize(
    ("failure", "result", "words"),
    [(ExchangeUnavailable(), "unknown", "cannot say whether"), (ExchangeConflict(), "refused", "refused this")],
)
async def test_a_failure_is_said_and_the_same_tap_can_follow(
    house: House, exchange: Any, new_widget: NewWidget, failure: Exception, result: str, words: str
) -> None:
    class Failing:
        measures = frozenset(Measure)

        async def take(self, *_: Any, **__: Any) -> Any:
            raise failure

    elif_ = await new_widget("elif")
    offered = await in_danger(house, elif_)
    house.exchange = replace(exchange, protection=Failing())
    tap = {"message_id": offered["id"], "step": "keys"}
    assert (await elif_.post("/steps", tap)).json() == {"result": result}
    said = (await thread(elif_))[-1]
    assert words in said["text"] and "taken" not in said["extras"]
    house.exchange = exchange
    assert (await elif_.post("/steps", tap)).json() == {"result": "taken"}
    assert [result for _, result, _ in await recorded(house)] == ["asked", result, "asked", "taken"]


async def test_whoever_is_thrown_out_reads_on_in_no_chat(house: House, exchange: Any, new_widget: NewWidget) -> None:
    assert exchange
    stolen, elif_, noura = await new_widget("elif"), await new_widget("elif"), await new_widget("noura")
    tap = {"message_id": (await in_danger(house, elif_))["id"], "step": "sessions"}
    assert (await stolen.get("/thread")).status_code == 200
    assert (await elif_.post("/steps", tap)).json() == {"result": "taken"}
    assert [(await one.get("/thread")).status_code for one in (stolen, elif_, noura)] == [401, 200, 200]


async def test_what_was_proven_in_a_session_ends_with_it(house: House, new_widget: NewWidget) -> None:
    proven, other = await new_widget("elif"), await new_widget("elif")
    async with house.database.transaction() as tx:
        session = await people.widget_session(tx, token=proven.session["session"], now=clock.now())
        assert session is not None
        await tx.execute("UPDATE widget_sessions SET proved_at = %s WHERE id = %s", (clock.now(), session.id))
        assert await people.proof_of(tx, customer=session.customer, now=clock.now()) == 2
    assert (await proven.post("/session/end")).status_code == 204
    assert [(await one.get("/thread")).status_code for one in (proven, other)] == [401, 200]
    async with house.database.transaction() as tx:
        assert await people.proof_of(tx, customer=session.customer, now=clock.now()) == 1


async def test_taps_are_bounded(house: House, exchange: Any, new_widget: NewWidget) -> None:
    assert exchange
    elif_ = await new_widget("elif")
    tap = {"message_id": (await in_danger(house, elif_))["id"], "step": "nothing"}
    answers = [(await elif_.post("/steps", tap)).status_code for _ in range(7)]
    assert answers[0] == 404 and answers[-1] == 429


async def test_pictures_are_drawings_without_words(client: Any) -> None:
    for asked, name in triage.pictures().items():
        answer = await client.get(f"/widget/pictures/{name}.svg")
        assert answer.status_code == 200, asked
        assert "<text" not in answer.text and "style=" not in answer.text
    assert set(pictures()) == set(triage.pictures().values())
    assert (await client.get("/widget/pictures/..%2Ficons.svg")).status_code == 404
