"""The first line at work on real articles: answers, asks, hands over, protects, and keeps quiet when it is too late."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from bellrock import conversations, guard, incidents, people, triage
from bellrock.conversations import ConversationUnknown
from bellrock.core import SYSTEM, Transaction
from bellrock.vault import Vault
from tests.triage.conftest import NOW, Chat, inside

OpenChat = Callable[..., Awaitable[Chat]]


@pytest.mark.parametrize(
    ("language", "text", "topic"),
    [
        ("en", "how do I change my leverage", "margin_and_leverage"),
        ("zh-Hans", "资金费率是怎么计算的", "funding_rate"),
        ("ar", "كيف أوثق هويتي؟", "kyc_how_to"),
    ],
)
async def test_answers_from_the_article_in_the_language_of_the_customer(
    open_chat: OpenChat, language: str, text: str, topic: str
) -> None:
    chat = await open_chat(language)
    decision = await chat.say(text)
    assert isinstance(decision, triage.Answer)
    assert decision.topic == topic
    reply = await chat.last_reply()
    assert reply.actor.kind == "first_line"
    assert reply.data["extras"]["article_language"] == reply.data["extras"]["language"] == language
    assert reply.data["extras"]["quick_replies"] == ["helped", "person"]
    assert len(reply.words["text"]) > 40  # type: ignore[index]
    state = await chat.state()
    assert (state.status, state.topic, state.holder) == ("waiting", topic, "first_line")


async def test_records_each_decision_with_model_and_reasons(open_chat: OpenChat) -> None:
    chat = await open_chat()
    await chat.say("how do I change my leverage")
    (fact,) = await chat.entries("triage.decided")
    assert fact.audience == "internal"
    assert len(fact.data["model"]) == 16
    assert fact.data["decision"] == "answer"
    assert fact.data["reasons"] == ["sure_enough"]
    assert 0 <= fact.data["guesses"][0]["permille"] <= 1000
    assert fact.words == {}


@pytest.mark.parametrize(
    "text", ["human please", "转人工", "أبي أكلم شخص", "Quiero hablar con una persona", "オペレーターお願いします"]
)
async def test_fetches_a_person_at_once_when_asked(open_chat: OpenChat, text: str) -> None:
    chat = await open_chat()
    decision = await chat.say(text)
    assert isinstance(decision, triage.HandOver)
    assert decision.reason == "asked_for_person"
    assert (await chat.state()).holder == "queue"


async def test_masks_a_secret_and_hands_over_urgently(open_chat: OpenChat) -> None:
    words = "abandon " * 11 + "about"
    chat = await open_chat()
    decision = await chat.say(f"my wallet does not open, the words are {words}")
    assert isinstance(decision, triage.HandOver)
    assert (decision.reason, decision.priority, decision.is_protective) == ("secret_shared", "urgent", True)
    assert (await chat.state()).priority == "urgent"
    reply = await chat.last_reply()
    assert "abandon" not in str(reply.words)
    assert reply.data["extras"]["notice"] == "seed"


@pytest.mark.parametrize(
    "text",
    [
        "someone withdrew all my coins",
        "账户里的钱没了，不是我操作的",
        "تم اختراق حسابي",
        "I leaked my api key on github",
    ],
)
async def test_protects_when_money_may_be_at_risk(open_chat: OpenChat, text: str) -> None:
    chat = await open_chat()
    decision = await chat.say(text)
    assert isinstance(decision, triage.HandOver)
    assert decision.is_protective
    state = await chat.state()
    assert (state.priority, state.holder) == ("urgent", "queue")
    assert (await chat.last_reply()).data["extras"]["hand_over"] == "money_at_risk"


async def test_hand_over_carries_words_and_facts_and_says_the_place(open_chat: OpenChat) -> None:
    chat = await open_chat()
    txid = "4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b"
    await chat.say(f"my lawyer wants a statement about the 0.5 BTC of tx {txid}")
    (handed,) = await chat.entries("conversations.handed_over")
    assert handed.data["reason"] == "legal"
    assert handed.words["facts"] == {"txid": txid, "amount": "0.5 BTC"}  # type: ignore[index]
    assert "lawyer" in handed.words["summary"]  # type: ignore[index]
    assert "number 1 in the queue" in (await chat.last_reply()).words["text"]  # type: ignore[index]


@pytest.mark.parametrize(
    ("text", "asked", "unfit"),
    [
        ("my withdrawal is missing", "withdrawal history", "that you sent from"),
        ("my deposit is missing", "that you sent from", "withdrawal"),
    ],
)
async def test_a_visitor_is_asked_for_the_txid_where_it_stands(
    open_chat: OpenChat, text: str, asked: str, unfit: str
) -> None:
    chat = await open_chat()
    assert isinstance(await chat.say(text), triage.HandOver)
    last = await chat.last_reply()
    assert last.words
    assert asked in last.words["text"]
    assert unfit not in last.words["text"]
    assert last.data["extras"]["picture"] == "transaction"


async def test_asks_which_topic_and_answers_the_choice(open_chat: OpenChat) -> None:
    chat = await open_chat()
    decision = await chat.say("address")
    assert isinstance(decision, triage.Ask)
    choices = (await chat.last_reply()).data["extras"]["choices"]
    assert 2 <= len(choices) <= 3
    answerable = next(choice for choice in choices if triage.topic(choice["value"]).gate is triage.Gate.ANSWER)
    after = await chat.say(answerable["label"])
    assert isinstance(after, triage.Answer)
    assert after.topic == answerable["value"]


async def test_goes_to_a_person_after_the_third_turn_that_failed(open_chat: OpenChat) -> None:
    chat = await open_chat()
    assert isinstance(await chat.say("how do I change my leverage"), triage.Answer)
    assert isinstance(await chat.say("address"), triage.Ask)
    last = await chat.say("how do I create an api key")
    assert isinstance(last, triage.HandOver)
    assert last.reason == "third_turn"


async def test_an_answer_to_another_question_is_no_turn_that_failed(open_chat: OpenChat) -> None:
    chat = await open_chat()
    asked = ("change my leverage", "create an api key", "verify my identity", "turn on two-factor authentication")
    for text in asked:
        assert isinstance(await chat.say(f"how do I {text}"), triage.Answer)
    assert isinstance(await chat.say("thank you very much"), triage.Answer)
    assert "I am here" in (await chat.last_reply()).words["text"]  # type: ignore[index]
    assert isinstance(await chat.say("how do I subscribe to earn"), triage.HandOver), "no end of answers"


async def test_never_gives_the_same_answer_twice(open_chat: OpenChat) -> None:
    chat = await open_chat()
    assert isinstance(await chat.say("how do I change my leverage"), triage.Answer)
    again = await chat.say("how do I change the leverage??")
    assert isinstance(again, triage.HandOver)
    assert again.reason == "not_helped"


async def test_pleasantries_are_no_turn_that_failed(open_chat: OpenChat) -> None:
    chat = await open_chat()
    assert isinstance(await chat.say("how do I change my leverage"), triage.Answer)
    for _ in range(4):
        assert isinstance(await chat.say("thanks"), triage.Answer)


async def test_keeps_quiet_when_a_newer_message_has_come(open_chat: OpenChat) -> None:
    chat = await open_chat()
    first = await chat.write("hello")
    await chat.write("how do I change my leverage")
    assert await chat.first_line.answer(inside(chat.tx), first, now=NOW) is None
    assert await chat.entries("conversations.replied") == []


@pytest.mark.parametrize(
    ("lines", "topic"),
    [
        (("how do I change my leverage", "hello?"), "margin_and_leverage"),
        (("hi", "how do I change my leverage"), "margin_and_leverage"),
        (("somebody withdrew all my coins", "please", "are you there?"), "account_hacked"),
    ],
)
async def test_lines_in_quick_succession_are_one_message(
    open_chat: OpenChat, lines: tuple[str, ...], topic: str
) -> None:
    """The first is overtaken and never answered by itself: what it says must not be lost with it."""
    chat = await open_chat()
    overtaken = [await chat.write(line) for line in lines[:-1]]
    decision = await chat.say(lines[-1])
    assert decision is not None
    assert decision.topic == topic
    assert (isinstance(decision, triage.HandOver) and decision.is_protective) is (topic == "account_hacked")
    for wrote in overtaken:
        assert await chat.first_line.answer(inside(chat.tx), wrote, now=NOW) is None


async def test_a_secret_in_a_line_that_was_overtaken_is_still_dealt_with(open_chat: OpenChat) -> None:
    chat = await open_chat()
    await chat.write(f"my words are {'abandon ' * 11}about")
    decision = await chat.say("can you check it?")
    assert isinstance(decision, triage.HandOver)
    assert decision.reason == "secret_shared"
    assert (await chat.last_reply()).data["extras"]["notice"] == "seed"


async def test_keeps_quiet_when_a_person_has_the_conversation(
    open_chat: OpenChat, tx: Transaction, vault: Vault
) -> None:
    chat = await open_chat()
    wrote = await chat.write("how do I change my leverage")
    team = await people.team_for_queue(tx, queue="trading")
    await conversations.hand_over(
        tx,
        vault,
        by=SYSTEM,
        conversation_id=wrote.conversation_id,
        reason="colleague",
        summary=guard.screen("taken"),
        facts={},
        team_id=team.id,
        priority="normal",
        now=NOW,
    )
    assert await chat.first_line.answer(inside(tx), wrote, now=NOW) is None


async def test_deals_with_a_message_once(open_chat: OpenChat) -> None:
    chat = await open_chat()
    wrote = await chat.write("how do I change my leverage")
    assert await chat.first_line.answer(inside(chat.tx), wrote, now=NOW) is not None
    assert await chat.first_line.answer(inside(chat.tx), wrote, now=NOW) is None
    assert len(await chat.entries("conversations.replied")) == 1


async def test_hands_over_in_a_language_it_has_not_learnt(open_chat: OpenChat) -> None:
    chat = await open_chat("de")
    decision = await chat.say("Wie kann ich den Hebel bei meiner offenen Position ändern, bitte?")
    assert isinstance(decision, triage.HandOver)
    assert (await chat.state()).language == "de"


async def test_answers_with_the_incident_while_one_explains_it(
    open_chat: OpenChat, tx: Transaction, vault: Vault
) -> None:
    await incidents.open_incident(
        tx,
        vault,
        texts={"en": incidents.Text(guard.screen("Prices are late"), guard.screen("We are working on it."))},
        topics=["platform_problem"],
        by=SYSTEM,
        now=NOW,
    )
    chat = await open_chat(topic="platform_problem")
    decision = await chat.say("everything is slow here")
    assert isinstance(decision, triage.Answer)
    assert decision.is_incident
    assert "Prices are late" in (await chat.last_reply()).words["text"]  # type: ignore[index]


async def test_takes_the_topic_of_a_form_and_its_fields_to_the_specialist(open_chat: OpenChat) -> None:
    chat = await open_chat(
        topic="funding.deposit_not_credited", fields={"device": guard.screen("Pixel 9")}, claimed_urgent=True
    )
    decision = await chat.say("it is not there")
    assert isinstance(decision, triage.HandOver)
    assert decision.queue == "payments"
    (handed,) = await chat.entries("conversations.handed_over")
    assert handed.words["facts"] == {"device": "Pixel 9"}  # type: ignore[index]
    assert (await chat.state()).priority == "high"


async def test_asks_what_a_file_without_words_is_about(open_chat: OpenChat) -> None:
    chat = await open_chat()
    decision = await chat.say("")
    assert decision == triage.Ask((), (triage.Why.NO_WORDS,))


async def test_hands_everything_over_when_there_is_no_encoder(open_chat: OpenChat, vault: Vault) -> None:
    chat = await open_chat()
    chat.first_line = triage.FirstLine(vault, None)
    decision = await chat.say("how do I change my leverage")
    assert isinstance(decision, triage.HandOver)
    assert decision.reason == "first_line_off"


async def test_feedback_that_it_helped_resolves(open_chat: OpenChat, tx: Transaction, vault: Vault) -> None:
    chat = await open_chat()
    await chat.say("how do I change my leverage")
    state = await chat.state()
    await triage.give_feedback(tx, vault, customer=chat.customer, conversation_id=state.id, is_helpful=True, now=NOW)
    assert (await chat.state()).status == "resolved"
    assert isinstance(await chat.say("thanks a lot"), triage.Answer)


async def test_feedback_that_it_did_not_help_fetches_a_person(
    open_chat: OpenChat, tx: Transaction, vault: Vault
) -> None:
    chat = await open_chat()
    await chat.say("how do I change my leverage")
    state = await chat.state()
    for _ in range(2):
        await triage.give_feedback(
            tx, vault, customer=chat.customer, conversation_id=state.id, is_helpful=False, now=NOW
        )
    (handed,) = await chat.entries("conversations.handed_over")
    assert handed.data["reason"] == "not_helped"


async def test_an_outsider_can_neither_resolve_nor_fetch_a_person(
    open_chat: OpenChat, tx: Transaction, vault: Vault
) -> None:
    chat, outsider = await open_chat(), await open_chat()
    state = await chat.state()
    with pytest.raises(ConversationUnknown):
        await triage.ask_for_person(tx, vault, customer=outsider.customer, conversation_id=state.id, now=NOW)
    with pytest.raises(ConversationUnknown):
        await triage.give_feedback(
            tx, vault, customer=outsider.customer, conversation_id=state.id, is_helpful=True, now=NOW
        )


async def test_two_questions_get_two_answers(open_chat: OpenChat) -> None:
    chat = await open_chat()
    decision = await chat.say("How do I change my leverage? And another question: when is funding paid?")
    assert isinstance(decision, triage.Answer)
    assert {decision.topic, *decision.also} == {"margin_and_leverage", "funding_rate"}
    text = (await chat.last_reply()).words["text"]  # type: ignore[index]
    for topic in (decision.topic, *decision.also):
        assert triage.topic_name(topic, "en") in text


async def test_a_person_reads_the_other_topic_and_how_it_was_said(open_chat: OpenChat) -> None:
    chat = await open_chat()
    decision = await chat.say(
        "This is the third time I write! My withdrawal is stuck. Also how are trading fees worked out?"
    )
    assert isinstance(decision, triage.HandOver)
    (handed,) = await chat.entries("conversations.handed_over")
    assert handed.words["facts"]["also"] == "withdrawal_pending, trading_fee"  # type: ignore[index]
    assert handed.words["facts"]["tone"] == "repeated"  # type: ignore[index]
    assert (await chat.state()).priority == "high"
    (decided,) = await chat.entries("triage.decided")
    assert (decided.data["urgency"], decided.data["cues"], decided.data["also"]) == (
        "high",
        ["repeated"],
        ["withdrawal_pending", "trading_fee"],
    )
