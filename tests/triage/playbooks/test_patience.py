"""How often others are asked: one customer cannot wear an exchange down, nor have everybody else's questions left unasked."""

from __future__ import annotations

from datetime import timedelta

from bellrock import triage
from bellrock.core import Transaction, new_id
from bellrock.triage import Diagnosing
from bellrock.triage.patience import REST, Patience
from bellrock.triage.port import Embedder
from bellrock.vault import Vault
from tests.triage.conftest import NOW
from tests.triage.playbooks.conftest import OpenCase
from tests.triage.playbooks.exchange import exchange


async def test_a_customer_has_ten_look_ups_at_once_however_many_workers_there_are(tx: Transaction) -> None:
    crook, other = new_id(), new_id()
    workers = [Patience(), Patience()]
    allowed = [await workers[turn % 2].allows(tx, crook, now=NOW) for turn in range(40)]
    assert 10 <= sum(allowed) <= 13 and not any(allowed[14:])
    assert await workers[0].allows(tx, other, now=NOW)


async def test_one_customer_who_is_not_answered_rests_alone_and_two_show_that_nobody_is(tx: Transaction) -> None:
    patience, crook, other, third = Patience(), new_id(), new_id(), new_id()
    for _ in range(9):
        patience.failed(crook, now=NOW)
    assert [await patience.allows(tx, who, now=NOW) for who in (crook, other, third)] == [False, True, True]
    patience.failed(other, now=NOW)
    assert not await patience.allows(tx, third, now=NOW)
    assert await patience.allows(tx, third, now=NOW + REST)
    patience.answered()
    assert await patience.allows(tx, crook, now=NOW + timedelta(seconds=1))


async def test_whoever_asks_more_gets_a_person_and_nothing_is_looked_up(
    open_case: OpenCase, tx: Transaction, vault: Vault, embedder: Embedder
) -> None:
    asked = exchange(trading={"orders": ()}, market={})
    chat = await open_case("trading.order_not_filled", asked)
    diagnosing = Diagnosing(vault, asked)
    chat.first_line = triage.FirstLine(vault, embedder, diagnosing)
    while await diagnosing.patience.allows(tx, chat.customer.id, now=NOW):
        pass
    assert isinstance(await chat.say("why is it not filled"), triage.HandOver)
    assert asked.trading.asked == []  # type: ignore[attr-defined]
    other = await open_case("trading.order_not_filled", asked)
    assert isinstance(await other.say("why is it not filled"), triage.HandOver)
    assert asked.trading.asked  # type: ignore[attr-defined]
