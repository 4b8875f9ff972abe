"""A visitor who asks in general: told at once what holds for everybody, nothing of an account, and never the same twice."""

from __future__ import annotations

from typing import Any

import pytest

from bellrock import triage
from bellrock.exchange import Exchange
from bellrock.language import LANGUAGES as LEARNT
from bellrock.triage.generally import asks_generally, asks_how_long
from bellrock.triage.playbooks.book import general
from bellrock.triage.playbooks.texts import ASKS, GENERAL
from bellrock.triage.topics import read_toml
from tests.triage.conftest import Chat
from tests.triage.playbooks.conftest import OpenCase
from tests.triage.playbooks.exchange import exchange

LANGUAGES = read_toml("generally.toml")

HOW_LONG = [
    ("en", "how long does a withdrawal take"),
    ("en", "How long does a BTC withdrawal take?"),
    ("zh-Hans", "提现需要多久到账？"),
    ("zh-Hans", "认证需要几天"),
    ("zh-Hant", "提領要多久？"),
    ("ja", "出金にどのくらいかかりますか"),
    ("ko", "출금은 얼마나 걸리나요?"),
    ("es", "¿cuánto tarda un retiro?"),
    ("fr", "combien de temps prend un retrait ?"),
    ("ru", "Как долго идёт вывод средств"),
    ("de", "wie lange dauert eine Auszahlung"),
    ("tr", "çekim ne kadar sürer?"),
    ("vi", "rút tiền mất bao lâu?"),
    ("pt", "quanto tempo demora um saque?"),
    ("it", "quanto ci mette un prelievo?"),
    ("pl", "ile trwa wypłata?"),
    ("pl", "jak dlugo trwa wyplata"),
    ("id", "berapa lama penarikan?"),
    ("nl", "hoe lang duurt een opname?"),
    ("ar", "كم يستغرق السحب؟"),
    ("uk", "скільки триває виведення?"),
]
OWN = [
    ("en", "how long until my withdrawal arrives"),
    ("en", "how long does it take for 500 USDT?"),
    ("en", f"how long does it take? {'4d5e6f' * 10}4d5e"),
    ("zh-Hans", "我的提现多久能到"),
    ("zh-Hans", "提现怎么还没到"),
    ("zh-Hant", "我的提領多久會到"),
    ("ja", "出金がまだ届きません。いつですか"),
    ("ko", "제 출금은 언제 오나요"),
    ("es", "mi retiro no llega, ¿cuánto tarda?"),
    ("fr", "j'ai fait un retrait, combien de temps ?"),
    ("ru", "я вывел вчера, сколько ждать"),
    ("de", "wie lange dauert meine Auszahlung noch"),
    ("tr", "çekimim ne kadar sürer"),
    ("vi", "tiền của tôi bao lâu mới về"),
    ("pt", "meu saque, quanto tempo demora?"),
    ("it", "il mio prelievo quando arriva"),
    ("pl", "wypłata nie doszła, ile to trwa?"),
    ("id", "berapa lama penarikan saya"),
    ("nl", "hoe lang duurt mijn opname"),
    ("ar", "متى يصل سحبي"),
    ("ar", "لم يصل السحب، كم يستغرق؟"),
    ("uk", "коли прийде моє виведення"),
]


def able() -> Exchange:
    """An exchange that can be asked for everything that needs a proof here; whoever asks it fails."""
    return exchange(funds={}, networks={}, identity={}, account={}, trading={}, market={})


async def say(chat: Chat, text: str) -> tuple[triage.Decision | None, str, dict[str, Any]]:
    decision = await chat.say(text)
    reply = await chat.last_reply()
    return decision, str((reply.words or {})["text"]), dict(reply.data["extras"])


def is_asked(decision: triage.Decision | None, fact: str, topic: str) -> bool:
    return isinstance(decision, triage.Ask) and (decision.fact, decision.topic) == (fact, topic)


@pytest.mark.parametrize(("language", "text"), HOW_LONG)
def test_a_question_for_everybody_is_heard_in_every_language(language: str, text: str) -> None:
    assert asks_how_long(text, language)


@pytest.mark.parametrize(("language", "text"), OWN)
def test_a_case_of_one_s_own_is_no_question_for_everybody(language: str, text: str) -> None:
    assert not asks_generally(text, language)


def test_every_language_is_there_and_what_is_said_exists() -> None:
    assert set(LANGUAGES) == set(LEARNT) == {language for language, _ in HOW_LONG} == {one for one, _ in OWN}
    assert {one.says for one in general().values()} - {None} == set(GENERAL)
    for topic, one in general().items():
        assert triage.topic(topic).gate is triage.Gate.ASSIST
        assert triage.topic(one.article).gate is triage.Gate.ANSWER


@pytest.mark.parametrize(
    ("language", "text", "says", "offers"),
    [
        ("en", "how long does a withdrawal take", "usual duration stands beside each", "the button below"),
        ("zh-Hans", "提现需要多久到账？", "大致到账时间", "确认"),
        ("ar", "كم يستغرق السحب؟", "المدة المعتادة", "بالزر أدناه"),
    ],
)
async def test_whoever_asks_generally_reads_what_holds_for_everybody_and_how_to_prove_who_they_are(
    open_case: OpenCase, language: str, text: str, says: str, offers: str
) -> None:
    chat = await open_case(None, able(), language=language, is_visitor=True)
    decision, said, extras = await say(chat, text)
    assert isinstance(decision, triage.Ask)
    assert decision.fact == "proof_general"
    assert says in said
    assert offers in said
    assert (extras["proof"], extras["quick_replies"], extras["language"]) == (1, ["person"], language)
    assert extras["article_language"] == language
    assert extras["article"]
    assert (await chat.entries("triage.decided"))[-1].data["proof"] == 0
    assert (await chat.state()).holder == "first_line"


async def test_an_article_answers_where_there_is_one(open_case: OpenCase) -> None:
    chat = await open_case(None, able(), is_visitor=True)
    decision, said, extras = await say(chat, "how long does verification take?")
    assert is_asked(decision, "proof_general", "kyc_pending")
    assert "most people are done within ten minutes" in said
    assert extras["article"] == "verify-identity"


async def test_a_topic_picked_from_a_list_is_what_was_asked_before(open_case: OpenCase) -> None:
    chat = await open_case(None, able(), language="pl", is_visitor=True)
    asked = await chat.say("ile trwa wypłata?")
    assert isinstance(asked, triage.Ask)
    assert "fiat_withdrawal" in asked.topics
    name = triage.topic_name("fiat_withdrawal", "pl")
    decision, said, extras = await say(chat, name)
    assert is_asked(decision, "proof_general", "fiat_withdrawal")
    assert "podany jest zwykły czas" in said
    assert "article" not in extras, "none is published in Polish here"


@pytest.mark.parametrize("text", ["my withdrawal is stuck", "how long does it take for my withdrawal to arrive"])
async def test_whoever_asks_about_a_case_of_their_own_is_asked_for_the_proof_alone(
    open_case: OpenCase, text: str
) -> None:
    chat = await open_case(None, able(), is_visitor=True)
    decision, said, extras = await say(chat, text)
    assert is_asked(decision, "proof", "withdrawal_pending")
    assert said == ASKS["proof"]
    assert "article" not in extras
    assert isinstance(await chat.say("how long does a withdrawal take"), triage.Ask), "that is another question"


async def test_the_same_question_again_gets_one_other_reply_and_then_a_person(open_case: OpenCase) -> None:
    asked = able()
    chat = await open_case(None, asked, is_visitor=True)
    _, first, _ = await say(chat, "how long does a withdrawal take")
    decision, second, extras = await say(chat, "but how long does a withdrawal take?")
    assert is_asked(decision, "proof_again", "withdrawal_pending")
    assert second == ASKS["proof_again"] != first
    assert extras["proof"] == 1
    assert isinstance(await chat.say("how long does a withdrawal take???"), triage.HandOver)
    assert asked.funds.asked == []  # type: ignore[attr-defined]
    assert (await chat.state()).holder == "queue"


async def test_another_question_is_answered_as_such_also_in_few_words(open_case: OpenCase) -> None:
    chat = await open_case(None, able(), is_visitor=True)
    await chat.say("how long does a withdrawal take")
    decision, said, _ = await say(chat, "how long does verification take?")
    assert is_asked(decision, "proof_general", "kyc_pending")
    assert "within ten minutes" in said
    answer = await chat.say("what are the fees?")
    assert isinstance(answer, triage.Answer)
    assert answer.topic == "trading_fee"


async def test_how_long_a_verification_takes_is_another_question_and_how_to_confirm_is_none(
    open_case: OpenCase,
) -> None:
    chat = await open_case(None, able(), language="zh-Hans", is_visitor=True)
    await chat.say("提现需要多久到账？")
    assert is_asked(await chat.say("认证需要多久"), "proof_general", "kyc_pending")
    chat = await open_case(None, able(), is_visitor=True)
    await chat.say("how long does a withdrawal take")
    assert is_asked(await chat.say("how do I verify?"), "proof_again", "withdrawal_pending")


async def test_whoever_cannot_prove_it_still_goes_to_a_person_whatever_they_say_no_in(open_case: OpenCase) -> None:
    for text in ("no passkey", "I can't log in", "I have no account", "it does not work"):
        chat = await open_case(None, able(), is_visitor=True)
        await chat.say("how long does a withdrawal take")
        decision = await chat.say(text)
        assert isinstance(decision, triage.HandOver)
        assert decision.topic == "withdrawal_pending"


async def test_whoever_says_thanks_has_been_helped_and_needs_no_person(open_case: OpenCase) -> None:
    chat = await open_case(None, able(), is_visitor=True)
    await chat.say("how long does a withdrawal take")
    assert isinstance(await chat.say("thanks"), triage.Answer)
    chat = await open_case(None, able(), is_visitor=True)
    await chat.say("my withdrawal is stuck")
    assert isinstance(await chat.say("ok"), triage.HandOver)


@pytest.mark.parametrize(
    "text", ["someone got into the account and is withdrawing coins", "how long until a hacker is out of my account"]
)
async def test_danger_after_it_is_danger(open_case: OpenCase, text: str) -> None:
    chat = await open_case(None, able(), is_visitor=True)
    await chat.say("how long does a withdrawal take")
    decision = await chat.say(text)
    assert isinstance(decision, triage.HandOver)
    assert decision.is_protective


async def test_a_wish_for_a_language_says_it_all_again_in_it(open_case: OpenCase) -> None:
    chat = await open_case(None, able(), is_visitor=True)
    await chat.say("how long does a withdrawal take")
    _, said, extras = await say(chat, "中文可以吗")
    assert "大致到账时间" in said
    assert extras["language"] == "zh-Hans"
