"""Whoever only says hello, however oddly: answered in their own language, and never twice in the same words."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from time import perf_counter

import pytest

from bellrock import triage
from bellrock.core import i18n
from bellrock.language import LANGUAGES
from bellrock.triage import texts
from bellrock.triage.greetings import MENU, is_greeting
from bellrock.triage.languages import language_of
from bellrock.triage.topics import topics
from tests.triage.conftest import Chat

OpenChat = Callable[..., Awaitable[Chat]]
HELLO = {
    "en": "hey hey??", "zh-Hans": "你好 在吗？", "zh-Hant": "喂喂", "ja": "こんにちは！", "ko": "안녕하세요~", "es": "hola hola", "fr": "coucou !",
    "ru": "Здравствуйте!!!", "de": "moin moin", "tr": "selam selam", "vi": "alo alo shop ơi", "pt": "oiii, bom dia", "it": "ciaooo", "pl": "Cześć, witam",
    "id": "permisi min", "nl": "hoi hoi", "ar": "السلام عليكم ورحمة الله", "uk": "Доброго дня 👋",
}  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_greeting_is_one_in_every_language_and_is_answered_in_it(language: str) -> None:
    assert is_greeting(HELLO[language])
    assert language_of(HELLO[language], prior=language) == language


QUESTION = {
    "en": "Can I ask you something?", "zh-Hans": "你好，我想问一下", "zh-Hant": "請問可以幫我嗎", "ja": "すみません、質問があります", "ko": "안녕하세요 질문 있어요",
    "es": "hola, tengo una pregunta", "fr": "bonjour, j'ai besoin d'aide svp", "ru": "Здравствуйте, у меня вопрос", "de": "Hallo, ich hätte eine Frage",
    "tr": "merhaba bir sorum var", "vi": "shop ơi cho mình hỏi chút", "pt": "oi, preciso de ajuda", "it": "ciao, ho una domanda", "pl": "Witam, mam pytanie",
    "id": "kak mau tanya dong", "nl": "hallo, ik heb hulp nodig", "ar": "السلام عليكم عندي سؤال", "uk": "Добрий день, маю питання",
}  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_whoever_only_has_a_question_has_said_no_more_than_hello(language: str) -> None:
    assert is_greeting(QUESTION[language], language=language)
    assert language_of(QUESTION[language], prior=language) == language


@pytest.mark.parametrize(
    "text",
    ["I have a question about fees", "I need help, I was hacked", "我想问一下提现多久到", "質問があります。出金が届きません", "ich habe eine frage zu kyc", "มีคำถาม"],
)  # fmt: skip
def test_a_question_that_says_what_it_is_about_is_more(text: str) -> None:
    assert not is_greeting(text)


@pytest.mark.parametrize("text", ["请问" * 39 + "x", "質問" * 39 + "x", "질문 " * 26 + "x", "у меня " * 11, "a " * 39])
def test_a_row_of_such_words_takes_no_time(text: str) -> None:
    began = perf_counter()
    assert not is_greeting(text)
    assert perf_counter() - began < 1


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", ("hi", "i need help")), ("zh-Hans", ("在吗", "我想问一下")), ("ar", ("السلام عليكم", "احتاج مساعدة"))],
)
async def test_whoever_says_that_they_need_help_is_asked_with_what(
    open_chat: OpenChat, language: str, words: tuple[str, str]
) -> None:
    chat = await open_chat(language)
    assert isinstance(await chat.say(words[0]), triage.Answer)
    decision = await chat.say(words[1])
    assert isinstance(decision, triage.Ask)
    assert decision.topics == MENU
    assert (await chat.state()).holder == "first_line"


@pytest.mark.parametrize(
    ("text", "prior", "language"),
    [("moin", "en", "de"), ("hallo", "nl", "nl"), ("hallo", "de", "de"), ("привіт", "ru", "uk"), ("hmm", "en", "en")],
)
def test_a_word_or_two_change_the_language_only_where_they_are_of_one_alone(
    text: str, prior: str, language: str
) -> None:
    assert language_of(text, prior=prior) == language


@pytest.mark.parametrize(
    "text",
    ["", "👋", "hi, my withdrawal is stuck", "thanks", "hello from the other side", "你好，提现没到", "有人吗", "hola, no puedo entrar", "hit", "salutations are due"],
)  # fmt: skip
def test_what_says_more_or_something_else_is_no_greeting(text: str) -> None:
    assert not is_greeting(text)


def test_the_menu_names_topics_that_there_are() -> None:
    assert set(MENU) <= set(topics())


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("yo", "hey hey??", "sup", "yo yo")),
        ("zh-Hans", ("在吗", "喂喂", "你好", "嗨")),
        ("tr", ("slm", "selam selam", "merhaba??", "hey")),
    ],
)
async def test_whoever_goes_on_greeting_never_reads_the_same_twice(
    open_chat: OpenChat, language: str, words: tuple[str, ...]
) -> None:
    chat = await open_chat(language)
    for text in words:
        await chat.say(text)
    replies = await chat.entries("conversations.replied")
    assert len({entry.words["text"] for entry in replies if entry.words}) == len(replies) == len(words)
    assert {entry.data["extras"]["language"] for entry in replies} == {language}
    assert [choice["value"] for choice in replies[1].data["extras"]["choices"]] == list(MENU)
    assert (await chat.state()).holder == "queue"


@pytest.mark.parametrize("text", ["How to verify my identity", "how do I verify my identity"])
async def test_the_menu_is_chosen_from_or_written_past_later_too(open_chat: OpenChat, text: str) -> None:
    chat = await open_chat()
    for greeting in ("hello", "hello?", "hello??"):
        await chat.say(greeting)
    decision = await chat.say(text)
    assert isinstance(decision, triage.Answer)
    assert decision.topic == "kyc_how_to"
    assert isinstance(await chat.say("hello?"), triage.Answer)  # something was said: nobody is counted any more
    assert (await chat.state()).holder == "first_line"


@pytest.mark.parametrize(
    ("language", "thanks"), [("en", "thank you so much"), ("zh-Hans", "谢谢啦"), ("ar", "شكرا جزيلا")]
)
async def test_whoever_thanks_for_an_answer_that_helped_is_not_welcomed_anew(
    open_chat: OpenChat, language: str, thanks: str
) -> None:
    chat = await open_chat(language)
    await chat.say("How are trading fees calculated?")
    await triage.give_feedback(
        chat.tx,
        chat.vault,
        customer=chat.customer,
        conversation_id=chat.conversation_id,  # type: ignore[arg-type]
        is_helpful=True,
        now=chat.now,
    )
    assert isinstance(await chat.say(thanks), triage.Answer)
    reply = await chat.last_reply()
    assert (reply.words or {})["text"] == i18n.translate(reply.data["extras"]["language"], texts.HERE)
    assert "article" not in reply.data["extras"]


async def test_laughter_after_a_sign_is_not_welcomed_twice(open_chat: OpenChat) -> None:
    chat = await open_chat("zh-Hans")
    for text in ("？？？", "哈哈哈哈"):
        await chat.say(text)
    assert (await chat.last_reply()).words == {"text": i18n.translate("zh-Hans", texts.HERE)}


@pytest.mark.parametrize("text", ["hey hey", "Hi there!", "hallo hallo"])
@pytest.mark.parametrize("prior", LANGUAGES)
def test_a_greeting_that_is_said_everywhere_keeps_the_language_of_the_page(text: str, prior: str) -> None:
    assert language_of(text, prior=prior) == prior


@pytest.mark.parametrize(
    ("text", "language"), [("你好", "zh-Hans"), ("안녕", "ko"), ("hola hola", "es"), ("مرحبا", "ar")]
)
def test_a_greeting_of_another_language_alone_does_not(text: str, language: str) -> None:
    assert language_of(text, prior="en") == language


async def test_greetings_do_not_hide_danger(open_chat: OpenChat) -> None:
    chat = await open_chat()
    for text in ("hey", "hey hey", "Someone got into my account"):
        decision = await chat.say(text)
    assert isinstance(decision, triage.HandOver)
    assert decision.is_protective
