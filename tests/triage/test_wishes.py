"""A wish for a language is heard in all eighteen and fetches no person: what was said last comes in it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from babel import Locale

from bellrock import triage
from bellrock.language import LANGUAGES
from bellrock.triage.cases import Case
from bellrock.triage.decisions import Ask, Why
from bellrock.triage.wishes import asked_again, wished_language
from tests.triage.conftest import Chat

OpenChat = Callable[..., Awaitable[Chat]]
# In the language itself, and for English in the language that is written.
SAID = {
    "en": ("in English please", "Can you speak English?"), "zh-Hans": ("请说中文", "可以说英文吗？"), "zh-Hant": ("請用繁體中文", "可以說英語嗎"),
    "ja": ("日本語でお願いします", "英語でお願いします。"), "ko": ("한국어로 해주세요", "영어로 부탁드려요"), "es": ("¿Habla español?", "en ingles por favor"),
    "fr": ("En français, s’il vous plaît", "parlez-vous anglais ?"), "ru": ("по-русски, пожалуйста", "можно на английском?"),
    "de": ("auf Deutsch bitte", "Können wir Englisch sprechen?"), "tr": ("Türkçe lütfen", "İngilizce konuşabilir misiniz"),
    "vi": ("nói tiếng Việt được không", "bằng tiếng Anh nhé"), "pt": ("em português por favor", "pode falar inglês?"),
    "it": ("parla italiano?", "in inglese per favore"), "pl": ("po polsku proszę", "czy można po angielsku?"),
    "id": ("pakai bahasa Indonesia dong", "bisa bahasa Inggris?"), "nl": ("in het Nederlands graag", "spreekt u Engels?"),
    "ar": ("بالعربية من فضلك", "ممكن بالإنجليزية؟"), "uk": ("українською, будь ласка", "можна англійською?"),
}  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_wish_is_heard_in_the_language_itself_in_english_and_in_the_one_that_is_written(language: str) -> None:
    own, other = SAID[language]
    assert wished_language(own, prior="en") == language
    assert wished_language(other, prior=language) == "en"
    assert wished_language(f"Do you speak {LANGUAGES[language].english_name.partition(',')[0]}?", prior=language) == (
        language
    )
    assert wished_language(LANGUAGES[language].name, prior="en") == language


@pytest.mark.parametrize("written", LANGUAGES)
def test_every_language_is_known_by_the_name_that_another_has_for_it(written: str) -> None:
    country = "bahasa " if written == "id" else "in het " if written == "nl" else ""
    for wished in LANGUAGES:
        if not wished.startswith("zh"):
            name = Locale.parse(written, sep="-").languages[wished]
            assert wished_language(country + name, prior=written) == wished


def test_what_was_asked_for_is_asked_for_again() -> None:
    case = Case(choices=("fact:order_not_filled:order", "fact:order_not_filled:order_unknown"))
    asked = asked_again(case)
    assert asked == Ask((), (Why.FACT_MISSING,), fact="order_unknown", topic="order_not_filled")
    assert asked_again(Case(answered=("trading_fee",))) is None


def test_chinese_is_written_as_before_where_nothing_says_how() -> None:
    assert wished_language("Chinese please", prior="zh-Hant") == "zh-Hant"
    assert wished_language("Chinese please", prior="en") == "zh-Hans"
    assert wished_language("traditional Chinese please", prior="zh-Hans") == "zh-Hant"


@pytest.mark.parametrize(
    "text",
    [
        "", "please", "I do not understand German", "English or Spanish?", "my Chinese card was declined", "Indonesia", "pools", "Jerman",
        "is my English passport enough?", "how do I change the app to English", "tôi không nói tiếng Anh", "я не говорю по-английски",
        "in English please, my deposit is missing", "please speak to a person in English", "in " * 40 + "English",
    ],
)  # fmt: skip
def test_what_says_more_or_denies_is_none(text: str) -> None:
    assert wished_language(text, prior="en") is None


async def test_whoever_wishes_for_a_language_first_is_met_in_it(open_chat: OpenChat) -> None:
    chat = await open_chat("zh-Hans")
    await chat.say("in English please")
    assert (await chat.last_reply()).data["extras"]["language"] == "en"
    state = await chat.state()
    assert (state.holder, state.language) == ("first_line", "en")


async def test_the_last_answer_and_the_last_question_come_again_in_it(open_chat: OpenChat) -> None:
    chat = await open_chat()
    answered = await chat.say("how do I change my leverage")
    assert isinstance(answered, triage.Answer)
    again = await chat.say("请用中文")
    assert again == triage.Answer(answered.topic, (Why.REPEATED,))
    reply = await chat.last_reply()
    assert reply.data["extras"]["article_language"] == "zh-Hans"
    assert isinstance(await chat.say("请用中文"), triage.Answer), "it is Chinese already: a word to go on from"
    asking = await open_chat()
    asked = await asking.say("address")
    assert isinstance(asked, Ask)
    again = await asking.say("بالعربية من فضلك")
    assert isinstance(again, Ask)
    assert again.topics == asked.topics
    assert (await asking.last_reply()).data["extras"]["language"] == "ar"
    assert (await asking.state()).holder == "first_line"


async def test_whoever_asks_for_a_person_in_their_language_gets_one(open_chat: OpenChat) -> None:
    chat = await open_chat()
    assert isinstance(await chat.say("I want to talk to a person in English"), triage.HandOver)
