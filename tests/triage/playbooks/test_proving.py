"""Who a customer is: asked for calmly where a topic's level wants it, never in the way of a person; and what else is missing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from bellrock import conversations, guard, people, sla, triage
from bellrock.conversations import FirstLineTooLate
from bellrock.core import FIRST_LINE, SYSTEM
from bellrock.exchange import Ability, Anomaly, Exchange, Login, LoginOutcome, Measure, Page
from tests.triage.conftest import Chat, inside
from tests.triage.playbooks.conftest import OpenCase
from tests.triage.playbooks.exchange import exchange
from tests.triage.playbooks.things import NOW

LEVEL_TWO = [name for name, topic in triage.topics().items() if topic.level == 2]
QUIET: dict[str, Any] = {"logins": (), "sessions": (), "holds": ()}


async def extras(chat: Chat) -> dict[str, Any]:
    return dict((await chat.last_reply()).data["extras"])


async def words(chat: Chat) -> str:
    return str(((await chat.last_reply()).words or {})["text"])


def protecting(asked: Exchange) -> Exchange:
    """Let an exchange take every protective step, so that their buttons are drawn."""
    part: Any = SimpleNamespace(measures=frozenset(Measure))
    return replace(asked, can=asked.can | {Ability.PROTECTION}, protection=part)


@pytest.mark.parametrize("topic", LEVEL_TWO)
async def test_every_topic_of_level_two_asks_for_the_proof_and_lets_through_whoever_cannot_give_it(
    open_case: OpenCase, topic: str
) -> None:
    chat = await open_case(f"account_security.{topic}", exchange(account=QUIET))
    asked = await chat.say("I need this done")
    assert isinstance(asked, triage.Ask)
    assert (asked.fact, asked.topic) == ("proof", topic)
    said = await extras(chat)
    assert (said["proof"], said["quick_replies"]) == (2, ["person"])
    assert said.get("otherwise", False) is (topic == "two_factor_lost")
    decision = await chat.say("I am sorry but I really cannot do that from here at the moment")
    assert isinstance(decision, triage.HandOver)
    assert (decision.topic, decision.queue) == (topic, triage.topic(topic).queue)
    assert (await chat.state()).holder == "queue"


async def test_whoever_lost_the_authenticator_is_asked_for_another_proof_and_can_protect_the_account_meanwhile(
    open_case: OpenCase,
) -> None:
    asked = protecting(exchange(account=QUIET))
    chat = await open_case("account_security.two_factor_lost", asked)
    await chat.say("my phone is gone")
    said = await words(chat)
    assert "What you have lost is not needed" in said
    assert "authenticator" not in said
    assert [step["value"] for step in (await extras(chat))["steps"]] == ["lock", "sessions"]
    await people.start_widget_session(chat.tx, customer=chat.customer, now=NOW, vouched_at=NOW, proved_at=NOW)
    assert isinstance(await chat.say("Confirmed: it is me."), triage.HandOver)
    (handed,) = await chat.entries("conversations.handed_over")
    assert handed.words["diagnosis"]["next"] == "proven"  # type: ignore[index]

    visitor = await open_case("account_security.two_factor_lost", asked, is_visitor=True)
    assert isinstance(await visitor.say("my phone is gone"), triage.HandOver), "they cannot sign in"


async def test_another_matter_is_not_kept_waiting_by_a_question_for_a_proof(open_case: OpenCase) -> None:
    chat = await open_case("account_security.account_closure", exchange(account=QUIET))
    await chat.say("close it")
    decision = await chat.say("how do I change my leverage")
    assert isinstance(decision, triage.Answer)
    assert decision.topic == "margin_and_leverage"


async def test_a_strange_sign_in_brings_the_steps_whatever_is_found(open_case: OpenCase) -> None:
    seen = Login("l1", NOW, LoginOutcome.OK, "Chrome", "RO", None, None, (Anomaly.NEW_COUNTRY,))
    for logins in ((seen,), ()):
        chat = await open_case("account_security.login_anomaly", protecting(exchange(account={"logins": logins})))
        assert isinstance(await chat.say("was that you?"), triage.Answer)
        assert ("Romania" in await words(chat)) is bool(logins)
        assert [step["value"] for step in (await extras(chat))["steps"]] == ["lock", "sessions"]


@pytest.mark.parametrize(
    ("topic", "text", "asks", "picture"),
    [
        ("trading.platform_problem", "it does not work at all", "Which error is shown?", "error"),
        ("trading.platform_problem", "it fails with HTTP 502 error", None, None),
        ("web3.bridge_or_swap", "stuck", "transaction id (TxID)", "transaction"),
        ("funding.p2p_dispute", "he does not release", "Which order is it?", "order"),
        ("funding.fiat_deposit", "not there", "bank statement", None),
        ("api.api_data", "the stream is late", "Leave out the secret key", "call"),
        ("api.api_data", "GET /api/v3/depth?symbol=BTCUSDT&limit=5 is late", None, None),
        ("general.vip_or_institution", "call me", None, None),
    ],
)
async def test_what_the_person_would_ask_first_is_asked_beside_the_hand_over(
    open_case: OpenCase, topic: str, text: str, asks: str | None, picture: str | None
) -> None:
    chat = await open_case(topic, exchange())
    assert isinstance(await chat.say(text), triage.HandOver)
    said = await words(chat)
    assert "in the queue" in said
    assert (asks or "Which") in said if asks else "lease send" not in said
    assert (await extras(chat)).get("picture") == picture


async def test_nobody_who_wants_a_person_or_is_at_risk_is_asked_for_anything(open_case: OpenCase) -> None:
    for text in ("I want to talk to a human", "somebody withdrew all my coins"):
        chat = await open_case("trading.platform_problem", exchange())
        assert isinstance(await chat.say(text), triage.HandOver)
        assert "Which error" not in await words(chat)


async def test_nothing_is_said_once_somebody_else_has_answered_the_same_message(open_case: OpenCase) -> None:
    """The first line still holds the conversation, and the message is still the newest: both alone would let it speak."""
    answered_meanwhile = False

    async def slow(*_: Any, **__: Any) -> Any:
        nonlocal answered_meanwhile
        await conversations.reply(
            chat.tx,
            chat.vault,
            by=SYSTEM,
            conversation_id=wrote.conversation_id,
            text=guard.screen("I am on it"),
            now=NOW,
        )
        answered_meanwhile = True
        return Page((), NOW)

    chat = await open_case("account_security.login_anomaly", exchange(account={"logins": slow}))
    wrote = await chat.write("was that you?")
    assert await chat.first_line.answer(inside(chat.tx), wrote, now=NOW) is None
    assert answered_meanwhile
    assert await words(chat) == "I am on it"
    assert (await chat.state()).holder == "first_line"
    with pytest.raises(FirstLineTooLate):
        await conversations.reply(
            chat.tx,
            chat.vault,
            by=FIRST_LINE,
            conversation_id=wrote.conversation_id,
            text=guard.screen("too late"),
            now=NOW,
            last_seen_message_id=wrote.message_id,
        )


@pytest.mark.parametrize("meanwhile", ["newer", "taken", "resolved"])
async def test_a_look_up_that_was_overtaken_leaves_nothing_behind(open_case: OpenCase, meanwhile: str) -> None:
    async def slow(*_: Any, **__: Any) -> Any:
        state = await chat.state()
        if meanwhile == "newer":
            await chat.write("and another thing")
        elif meanwhile == "taken":
            await triage.ask_for_person(chat.tx, chat.vault, customer=chat.customer, conversation_id=state.id, now=NOW)
        else:
            await conversations.resolve(chat.tx, chat.vault, by=SYSTEM, conversation_id=state.id, now=NOW)
        return Page((), NOW)

    chat = await open_case("account_security.login_anomaly", exchange(account={"logins": slow}))
    wrote = await chat.write("was that you?")
    assert await chat.first_line.answer(inside(chat.tx), wrote, now=NOW) is None
    assert len(await chat.entries("triage.decided")) == (meanwhile == "taken"), "the wish for a person is one itself"
    assert not any(one.data["extras"].get("topic") for one in await chat.entries("conversations.replied"))


@pytest.mark.parametrize(("minutes", "says"), [(60, "An answer is due by"), (1, "An answer was due by"), (0, None)])
async def test_of_a_case_the_honest_wait_is_told_and_of_nobody_else_s_a_word(
    open_case: OpenCase, minutes: int, says: str | None
) -> None:
    first = await open_case("trading.platform_problem", exchange())
    await first.say("the app is down")
    if minutes:
        times = [sla.AnswerTime(None, priority, minutes, minutes) for priority in conversations.PRIORITIES]
        await sla.keep_answer_times(first.tx, first.vault, team_id=None, times=times, by=SYSTEM, now=NOW)
    chat = await open_case("general.case_status", exchange())
    chat.now = NOW + timedelta(minutes=5)
    assert isinstance(await chat.say("what became of my case"), triage.Answer)
    said = await words(chat)
    reference = (await first.state()).reference
    assert reference in said
    assert "number 1 in the queue" in said
    assert (says in said) if says else "due by" not in said

    stranger = await open_case("general.case_status", exchange(), is_visitor=True)
    await stranger.say(f"what became of {reference}?")
    assert reference not in await words(stranger)
    assert all("diagnosis" not in one.data for one in await stranger.entries("triage.decided"))
