"""What a customer writes while they wait for a person: danger is heard at once, and nothing else is answered."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bellrock import conversations, guard, people, triage
from bellrock.core import SYSTEM, Transaction
from bellrock.triage.acting import Heard
from bellrock.triage.cases import Case
from bellrock.triage.decisions import Why
from bellrock.triage.handing_over import History
from bellrock.triage.model import Guess, Understanding
from bellrock.triage.overhearing import alarm
from tests.triage.conftest import Chat, inside

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


async def test_danger_in_a_part_of_a_message_counts_as_much_as_in_the_whole(open_chat: OpenChat) -> None:
    """ "There is a login that is not me, and my coins are moving": the whole looks like a strange sign-in alone."""

    conversation = await (await open_chat()).state()

    def understood(topic: str, probability: float, *parts: Understanding) -> Understanding:
        protect = probability if topic == "account_hacked" else 1 - probability
        return Understanding((Guess(topic, probability),), 0.5, 0.7, 0.0, protect=protect, parts=parts)

    def heard(theft: float) -> Heard:
        parts = (understood("login_anomaly", 0.9), understood("account_hacked", theft))
        whole = understood("login_anomaly", 0.9, *parts)
        return Heard(conversation, Case(), History(), "", "en", understanding=whole)

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


async def hire(chat: Chat) -> people.Agent:
    """Make an agent of the team that has the case."""
    team = (await chat.state()).team_id
    assert team is not None
    about: dict[str, Any] = {
        "roles": [people.Role.AGENT],
        "team_ids": [team],
        "languages": ["en"],
        "by": SYSTEM,
        "now": chat.now,
    }
    id, _ = await people.invite_agent(chat.tx, chat.vault, name="Mara", email="mara@northwick.example", **about)
    return await people.agent(chat.tx, id)


async def held_by_an_agent(open_chat: OpenChat) -> Chat:
    """A case of P2P that an agent has taken and answered."""
    chat = await open_chat()
    await chat.say("p2p seller does not release my coins")
    agent = await hire(chat)
    about: dict[str, Any] = {"conversation_id": (await chat.state()).id, "now": chat.now}
    await conversations.assign(chat.tx, chat.vault, by=SYSTEM, agent_id=agent.id, **about)
    await conversations.reply(chat.tx, chat.vault, by=agent, text=guard.screen("I am looking into it."), **about)
    chat.now += timedelta(minutes=1)
    return chat


@pytest.mark.parametrize(
    ("text", "kind", "is_protective"),
    [
        ("wait, somebody is in my account and my coins are moving out", "money_at_risk", True),
        ("有人登录了我的账户,正在把我的币转走!", "money_at_risk", True),
        ("Hesabıma biri girmiş, paralarım çekiliyor!", "money_at_risk", True),
        ("يا جماعة سرقوا حسابي والعملات تطلع الآن", "money_at_risk", True),
        (f"my words are {'abandon ' * 11}about", "secret_shared", True),
        ("Ich will nicht mehr leben", "distress", False),
    ],
)
async def test_the_agent_who_holds_a_case_is_warned_of_danger_once_and_the_customer_told_nothing(
    open_chat: OpenChat, text: str, kind: str, is_protective: bool
) -> None:
    chat = await held_by_an_agent(open_chat)
    before, said = await chat.state(), len(await chat.entries("conversations.replied"))
    decision = await chat.say(text)
    assert isinstance(decision, triage.HandOver)
    after = await chat.state()
    assert (before.priority, after.priority) == ("normal", "urgent")
    assert (after.holder, after.assignee_id, after.team_id, after.topic, after.language) == (
        ("agent", before.assignee_id, before.team_id, before.topic, before.language)
    )
    security = await people.team_for_queue(chat.tx, queue="security")
    warned = (await chat.entries("triage.decided"))[-1].data
    assert (warned["decision"], warned[conversations.kinds.WARNS]) == ("warn", kind)
    assert (warned.get("team"), bool(warned.get("offers"))) == (
        str(security.id) if is_protective else None,
        is_protective,
    )
    prioritised = await chat.entries("conversations.prioritised")
    assert [(one.actor.kind, one.data["priority"]) for one in prioritised] == [("first_line", "urgent")]
    decided = len(await chat.entries("triage.decided"))
    assert await chat.say(f"please!! {text}") is None  # no second alarm for the same
    assert len(await chat.entries("triage.decided")) == decided
    assert len(await chat.entries("conversations.replied")) == said


@pytest.mark.parametrize("text", ["human please", "any news?", "how do I change my leverage"])
async def test_nothing_else_in_an_agents_case_is_heeded(open_chat: OpenChat, text: str) -> None:
    chat = await held_by_an_agent(open_chat)
    before = await chat.state()
    chat.now += timedelta(hours=2)
    assert await chat.say(text) is None
    after = await chat.state()
    assert (after.holder, after.priority, len(await chat.entries("conversations.replied"))) == ("agent", "normal", 2)
    assert before.topic == after.topic


async def test_danger_in_a_message_that_the_agent_answered_unseen_is_told_them_all_the_same(
    open_chat: OpenChat,
) -> None:
    chat = await held_by_an_agent(open_chat)
    wrote = await chat.write("they stole my money, somebody logged in from abroad")
    agent = await people.agent(chat.tx, (await chat.state()).assignee_id)  # type: ignore[arg-type]
    text = guard.screen("Please send me the number of the order.")
    about: dict[str, Any] = {"conversation_id": wrote.conversation_id, "now": chat.now}
    await conversations.reply(chat.tx, chat.vault, by=agent, text=text, **about)
    assert await chat.first_line.answer(inside(chat.tx), wrote, now=chat.now) is not None
    assert (await chat.state()).priority == "urgent"


async def test_danger_reaches_the_agent_who_takes_the_case_while_it_is_being_read(open_chat: OpenChat) -> None:
    chat = await open_chat()
    await chat.say("p2p seller does not release my coins")
    agent = await hire(chat)
    wrote = await chat.write("actually I clicked the link and gave them my code")
    begun = 0

    @asynccontextmanager
    async def begin() -> AsyncIterator[Transaction]:
        nonlocal begun
        begun += 1
        if begun == 3:  # read, decided, and now about to be written
            about: dict[str, Any] = {"conversation_id": wrote.conversation_id, "now": chat.now}
            await conversations.assign(chat.tx, chat.vault, by=SYSTEM, agent_id=agent.id, **about)
        yield chat.tx

    assert isinstance(await chat.first_line.answer(begin, wrote, now=chat.now), triage.HandOver)
    state = await chat.state()
    assert (state.holder, state.assignee_id, state.priority) == ("agent", agent.id, "urgent")
    assert len(await chat.entries("conversations.replied")) == 1


async def test_despair_about_a_theft_that_is_known_is_heard(open_chat: OpenChat) -> None:
    chat = await open_chat()
    await chat.say("human please")
    first = await chat.say("somebody stole my coins")
    assert isinstance(first, triage.HandOver)
    assert first.is_protective
    despair = await chat.say("somebody stole my coins and I want to die")
    assert isinstance(despair, triage.HandOver)
    assert despair.reasons == (Why.DISTRESS,)
    assert (await chat.state()).priority == "urgent"
    assert await chat.say("somebody stole my coins and I want to die") is None


async def test_who_holds_a_case_of_theft_is_warned_of_despair_about_it(open_chat: OpenChat) -> None:
    conversation = replace(
        await (await open_chat()).state(), holder="agent", priority="urgent", topic="security.account_hacked"
    )

    def warned(*reasons: Why, said: tuple[str, ...] = ()) -> triage.HandOver | None:
        heard = Heard(conversation, Case(), History(reasons=said), "", "en")
        return alarm(triage.HandOver("money_at_risk", None, "security", "urgent", reasons, True), heard)

    told = warned(Why.MONEY, Why.DISTRESS)
    assert told is not None
    assert (told.reasons, told.is_protective, told.topic) == ((Why.DISTRESS,), False, "account_hacked")
    assert warned(Why.MONEY, Why.DISTRESS, said=(Why.DISTRESS,)) is None
    assert warned(Why.MONEY) is None
    assert warned(Why.MONEY, Why.DESPAIR) is None  # beside a theft nearly everything sounds so
