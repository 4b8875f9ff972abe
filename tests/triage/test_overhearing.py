"""What a customer writes while they wait for a person: danger is heard at once, and nothing else is answered."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from bellrock import people, triage
from bellrock.triage.acting import Heard
from bellrock.triage.cases import Case
from bellrock.triage.deciding import Why
from bellrock.triage.handing_over import History
from bellrock.triage.model import Guess, Understanding
from bellrock.triage.overhearing import alarm
from tests.triage.conftest import Chat

OpenChat = Callable[..., Awaitable[Chat]]


async def test_danger_that_is_told_in_the_queue_is_protected_and_goes_to_the_front(open_chat: OpenChat) -> None:
    chat = await open_chat()
    await chat.say("human please")
    assert (await chat.state()).priority == "normal"
    decision = await chat.say("actually I clicked the link and gave them my code")
    assert isinstance(decision, triage.HandOver)
    assert decision.is_protective
    state = await chat.state()
    security = await people.team_for_queue(chat.tx, queue="security")
    assert (state.holder, state.priority, state.team_id) == ("queue", "urgent", security.id)
    reply = await chat.last_reply()
    assert reply.data["extras"]["hand_over"] == "money_at_risk"
    assert "gave them my code" in (await chat.entries("conversations.handed_over"))[-1].words["summary"]  # type: ignore[index]
    said = len(await chat.entries("conversations.replied"))
    assert await chat.say("quick, somebody has my code!") is None  # it is known, and nobody reads the same again
    assert len(await chat.entries("conversations.replied")) == said


def test_danger_in_a_part_of_a_message_counts_as_much_as_in_the_whole() -> None:
    """ "There is a login that is not me, and my coins are moving": the whole looks like a strange sign-in alone."""

    def understood(topic: str, probability: float, *parts: Understanding) -> Understanding:
        protect = probability if topic == "account_hacked" else 1 - probability
        return Understanding((Guess(topic, probability),), 0.5, 0.7, 0.0, protect=protect, parts=parts)

    def heard(theft: float) -> Heard:
        parts = (understood("login_anomaly", 0.9), understood("account_hacked", theft))
        whole = understood("login_anomaly", 0.9, *parts)
        return Heard(None, Case(), History(), "", "en", understanding=whole)  # type: ignore[arg-type]

    decision = triage.HandOver(
        "money_at_risk", "account_hacked", "security", "urgent", (Why.SEVERAL, Why.GATE_PROTECT), True
    )
    assert alarm(decision, heard(0.66)) == decision
    assert alarm(decision, heard(0.52)) is None  # too little to take a case from its team


async def test_a_secret_sent_in_the_queue_is_answered_with_what_to_do(open_chat: OpenChat) -> None:
    chat = await open_chat()
    await chat.say("human please")
    decision = await chat.say(f"here are my words: {'abandon ' * 11}about")
    assert isinstance(decision, triage.HandOver)
    assert (await chat.last_reply()).data["extras"]["notice"] == "seed"


async def test_despair_in_the_queue_goes_to_the_front_of_the_team_that_has_the_case(open_chat: OpenChat) -> None:
    chat = await open_chat()
    await chat.say("p2p seller does not release my coins")
    before = await chat.state()
    assert isinstance(await chat.say("I want to die"), triage.HandOver)
    after = await chat.state()
    assert (after.priority, after.team_id, after.topic) == ("urgent", before.team_id, before.topic)


@pytest.mark.parametrize("text", ["order 22910384756", "thanks", "also how do I change my leverage", "any news?"])
async def test_nothing_else_is_answered_while_a_person_is_on_the_way(open_chat: OpenChat, text: str) -> None:
    chat = await open_chat()
    await chat.say("p2p seller does not release my coins")
    assert await chat.say(text) is None
    assert len(await chat.entries("conversations.replied")) == 1
    assert (await chat.state()).priority == "normal"


@pytest.mark.parametrize("text", ["any news?", "??", "is anybody there?", "hello?"])
async def test_whoever_asks_a_while_later_is_told_their_place_once(open_chat: OpenChat, text: str) -> None:
    chat = await open_chat()
    await chat.say("p2p seller does not release my coins")
    await chat.say("thanks")
    chat.now += timedelta(hours=20)
    assert await chat.say(text) is None
    assert "number 1 in the queue" in (await chat.last_reply()).words["text"]  # type: ignore[index]
    await chat.say(text)
    assert len(await chat.entries("conversations.replied")) == 2
