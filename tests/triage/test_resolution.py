"""An answer counts as settled only when it is, and a topic that fails too often loses its gate by itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bellrock import triage
from bellrock.conversations import kinds
from bellrock.core import FIRST_LINE, SYSTEM, Actor, Numbered, Transaction, new_id
from bellrock.triage import resolution
from bellrock.triage.resolution import SETTLES_AFTER, at_least, judge, note, standings
from bellrock.vault import Vault
from tests.triage.conftest import NOW, Chat

TOPIC = "trading_fee"
DAY = timedelta(days=1)


def fact(kind: str, chat: Chat, at: datetime, actor: Actor = FIRST_LINE, **data: Any) -> Numbered:
    fields = {"id": new_id(), "number": 1, "kind": kind, "at": at, "actor": actor, "data": data, "customer_id": None}
    return SimpleNamespace(**fields, conversation_id=chat.conversation_id)  # type: ignore[return-value]


def answered(chat: Chat, at: datetime, *reasons: str, topic: str = TOPIC, decision: str = "answer") -> Numbered:
    return fact(
        kinds.DECIDED, chat, at, decision=decision, topic=topic, reasons=reasons or ["sure_enough"], language="en"
    )


async def one(tx: Transaction, now: datetime) -> tuple[int, int, int, int]:
    found = [each for each in await standings(tx, now=now) if each.topic == TOPIC]
    return (found[0].answered, found[0].confirmed, found[0].settled, found[0].failed) if found else (0, 0, 0, 0)


async def test_an_answer_settles_by_silence_of_72_hours_and_not_before(
    tx: Transaction, open_chat: Callable[..., Any]
) -> None:
    chat = await open_chat()
    await note(tx, [answered(chat, NOW), answered(chat, NOW)])
    assert await one(tx, NOW + SETTLES_AFTER - timedelta(seconds=1)) == (1, 0, 0, 0)
    assert await one(tx, NOW + SETTLES_AFTER) == (1, 0, 1, 0)
    assert await one(tx, NOW + 29 * DAY) == (0, 0, 0, 0)


async def test_a_confirmed_answer_settles_at_once_unless_the_case_comes_back(
    tx: Transaction, open_chat: Callable[..., Any]
) -> None:
    chat = await open_chat()
    customer = Actor("customer", chat.customer.id)
    await note(tx, [answered(chat, NOW), fact(kinds.RESOLVED, chat, NOW + DAY, customer)])
    assert await one(tx, NOW + DAY) == (1, 1, 1, 0)
    await note(tx, [fact(kinds.REOPENED, chat, NOW + 3 * DAY, customer)])
    assert await one(tx, NOW + 3 * DAY) == (1, 0, 0, 1)


@pytest.mark.parametrize(("before", "fails"), [(False, False), (True, True)])
async def test_thanks_after_a_confirmed_answer_do_not_speak_against_it(
    tx: Transaction, open_chat: Callable[..., Any], before: bool, fails: bool
) -> None:
    chat = await open_chat()
    customer = Actor("customer", chat.customer.id)
    await note(tx, [answered(chat, NOW), fact(kinds.RESOLVED, chat, NOW + DAY, customer)])
    await note(tx, [fact(kinds.REOPENED, chat, NOW + DAY, customer)])
    if before:  # something else was dealt with since it was opened again, so it was not the thanks that opened it
        await tx.execute(
            "INSERT INTO journal (id, log, number, kind, at, actor_kind, conversation_id, data, audience, leaf)"
            " VALUES (%s, 'records', 0, %s, %s, 'first_line', %s, '{}', 'internal', decode(repeat('00', 32), 'hex'))",
            (new_id(), kinds.DECIDED, NOW + DAY, chat.conversation_id),
        )
    await note(tx, [answered(chat, NOW + DAY, topic="greeting_or_thanks")])
    assert await one(tx, NOW + DAY) == ((1, 0, 0, 1) if fails else (1, 1, 1, 0))


@pytest.mark.parametrize(
    ("kind", "data", "after", "fails"),
    [
        (kinds.REOPENED, {}, DAY, True),
        (kinds.REOPENED, {}, 4 * DAY, False),
        (kinds.HANDED_OVER, {"reason": "not_helped"}, DAY, True),
        (kinds.HANDED_OVER, {"reason": "asked_for_person"}, DAY, True),
        (kinds.HANDED_OVER, {"reason": "third_turn"}, DAY, True),
        (kinds.HANDED_OVER, {"reason": "topic_needs_person"}, DAY, False),
        (kinds.RESOLVED, {}, DAY, False),
    ],
)
async def test_what_speaks_against_an_answer_and_for_how_long(
    tx: Transaction, open_chat: Callable[..., Any], kind: str, data: dict[str, str], after: timedelta, fails: bool
) -> None:
    chat = await open_chat()
    await note(tx, [answered(chat, NOW), fact(kind, chat, NOW + after, **data)])
    assert await one(tx, NOW + 5 * DAY) == (1, 0, 0 if fails else 1, 1 if fails else 0)


async def test_what_is_no_answer_of_the_topics_own_counts_for_nothing(
    tx: Transaction, open_chat: Callable[..., Any]
) -> None:
    chat = await open_chat()
    await note(
        tx,
        [
            answered(chat, NOW, decision="ask"),
            answered(chat, NOW, topic="greeting_or_thanks"),
            answered(chat, NOW, "incident_explains"),
        ],
    )
    assert await standings(tx, now=NOW + 4 * DAY) == []


async def test_a_failing_topic_loses_its_gate_once_and_gets_it_back_with_a_clean_sheet(
    tx: Transaction, vault: Vault, open_chat: Callable[..., Any]
) -> None:
    for number in range(24):
        chat = await open_chat()
        await note(tx, [answered(chat, NOW)])
        if number % 2:
            await note(tx, [fact(kinds.HANDED_OVER, chat, NOW + DAY, reason="not_helped")])
    now = NOW + 4 * DAY
    taken = await judge(tx, vault, now=now)
    assert [(each.topic, each.judged, each.failed) for each in taken] == [(TOPIC, 24, 12)]
    assert await judge(tx, vault, now=now) == []
    assert await triage.lost_gates(tx) == {TOPIC}
    assert (await standings(tx, now=now))[0].lost_at == now
    agent = SimpleNamespace(id=None, actor=SYSTEM)
    await triage.give_back(tx, vault, topic=TOPIC, by=agent, now=now)  # type: ignore[arg-type]
    assert await triage.lost_gates(tx) == frozenset()
    assert await standings(tx, now=now) == []
    with pytest.raises(triage.GateNotLost):
        await triage.give_back(tx, vault, topic=TOPIC, by=agent, now=now)  # type: ignore[arg-type]


async def test_few_answers_or_few_failures_take_no_gate(
    tx: Transaction, vault: Vault, open_chat: Callable[..., Any]
) -> None:
    for number in range(30):
        chat = await open_chat()
        await note(
            tx, [answered(chat, NOW), answered(chat, NOW, topic="kyc_how_to" if number < 10 else "funding_rate")]
        )
        await note(tx, [fact(kinds.REOPENED, chat, NOW + DAY)] if number < 4 else [])
    assert await judge(tx, vault, now=NOW + 4 * DAY) == []


async def test_a_topic_without_its_gate_goes_to_a_person(
    tx: Transaction, vault: Vault, open_chat: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    await tx.execute("INSERT INTO lost_gates (topic, lost_at, judged, failed) VALUES (%s, %s, 30, 20)", (TOPIC, NOW))
    chat = await open_chat(topic=f"trading.{TOPIC}")
    decision = await chat.say("What does a trade cost?")
    assert isinstance(decision, triage.HandOver)
    assert (await chat.state()).holder == "queue"


@given(st.integers(0, 200), st.integers(1, 200))
def test_the_cautious_share_is_never_above_the_seen_one(count: int, of: int) -> None:
    count = min(count, of)
    assert 0.0 <= at_least(count, of) <= count / of + 1e-9
    assert at_least(0, of) == 0.0
    assert at_least(count, of) <= at_least(count * 10, of * 10) + 1e-9


def test_more_may_fail_where_less_was_promised() -> None:
    assert triage.failed_max("deposit_wrong_network") == pytest.approx(0.6)
    assert triage.failed_max("withdrawal_wrong_address") == resolution.FAILED_MAX
