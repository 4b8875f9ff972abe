"""Translation: what must not change never leaves, and a translation that lost it is not used."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bellrock.adapters.translate.libretranslate import LibreTranslate
from bellrock.language import TranslationDamaged, TranslatorFailed, TranslatorMissing, translate
from bellrock.language.translating import lock, unlock


class Mirror:
    """Answers with each text backwards by words, which keeps every token whole."""

    name = "mirror"

    def __init__(self, change: Callable[[str], str] = lambda text: " ".join(reversed(text.split()))) -> None:
        self.change, self.asked = change, [""]

    def can(self, source: str, target: str) -> bool:
        return True

    async def translate(self, texts: Sequence[str], *, source: str, target: str) -> list[str]:
        self.asked = list(texts)
        return [self.change(text) for text in texts]


PRECIOUS = [
    "0x9c4f02be77d1e21b",
    "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq",
    "1BoatSLRHtKNngkdXEoSRK2wXWqRjD6Aoe",
    "1,250.00",
    "USDT",
    "BTC/USDT",
    "https://support.northwick.example/en/a?b=1",
    "help@northwick.example",
    "⟦seed⟧",
    "BR-7K2M4QXD",
    "12%",
    "١٢٥٠",
]


@pytest.mark.parametrize("precious", PRECIOUS)
async def test_what_must_not_change_never_leaves(precious: str) -> None:
    machine = Mirror()
    answer = await translate(machine, f"please look at {precious} again", source="en", target="tr")
    assert precious not in machine.asked[0]
    assert answer.count(precious) == 1


@pytest.mark.parametrize("precious", PRECIOUS)
async def test_it_is_found_between_chinese_words_too(precious: str) -> None:
    machine = Mirror(lambda text: text)
    answer = await translate(machine, f"请看{precious}谢谢", source="zh-Hans", target="en")
    assert precious not in machine.asked[0]
    assert answer == f"请看{precious}谢谢"


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: text.replace("[1]", ""),
        lambda text: text + " [1]",
        lambda text: text.replace("[1]", "[7]"),
        lambda _text: "",
    ],
)
async def test_a_translation_that_lost_it_is_not_used(spoil: Callable[[str], str]) -> None:
    with pytest.raises(TranslationDamaged):
        await translate(Mirror(spoil), "send 5 BTC now", source="en", target="tr")


async def test_other_brackets_and_spaces_around_a_placeholder_are_taken_back() -> None:
    machine = Mirror(lambda text: text.replace("[1]", "【 1 】"))
    assert await translate(machine, "pay 250 please", source="en", target="zh-Hans") == "pay 250 please"


async def test_shouting_is_translated_and_lines_stay_lines() -> None:
    machine = Mirror(str.lower)
    assert await translate(machine, "WHERE IS MY MONEY\n\nBTC", source="en", target="tr") == "where is my money\n\nBTC"


async def test_without_a_translator_it_is_said() -> None:
    for machine, source, target in ((None, "en", "tr"), (Mirror(), "en", "en"), (Mirror(), "en", "xx")):
        with pytest.raises(TranslatorMissing):
            await translate(machine, "hello", source=source, target=target)


@given(st.text(alphabet="aB1 2.[]()$%é中⟦⟧\n@0x:/-", max_size=60))
def test_whatever_is_locked_comes_back(text: str) -> None:
    masked, parts = lock(text)
    assert unlock(masked, parts) == text


def server(answer: httpx.Response) -> tuple[LibreTranslate, list[httpx.Request]]:
    asked: list[httpx.Request] = []

    def handle(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return answer

    return LibreTranslate("http://127.0.0.1:5000/", key="k", transport=httpx.MockTransport(handle)), asked


async def test_the_protocol_is_libretranslates() -> None:
    machine, asked = server(httpx.Response(200, json={"translatedText": ["Merhaba", "Evet"]}))
    assert await machine.translate(["Hello", "Yes"], source="en", target="zh-Hant") == ["Merhaba", "Evet"]
    assert str(asked[0].url) == "http://127.0.0.1:5000/translate"
    assert json.loads(asked[0].content) == {
        "q": ["Hello", "Yes"],
        "source": "en",
        "target": "zt",
        "format": "text",
        "api_key": "k",
    }


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(500),
        httpx.Response(302, headers={"location": "http://elsewhere.example/"}),
        httpx.Response(200, text="no json"),
        httpx.Response(200, json=[]),
        httpx.Response(200, json={"translatedText": "one text"}),
        httpx.Response(200, json={"translatedText": ["one", "two", "three"]}),
        httpx.Response(200, json={"error": "en is not supported"}),
    ],
)
async def test_nonsense_is_a_failure_that_may_pass(answer: httpx.Response) -> None:
    machine, _ = server(answer)
    with pytest.raises(TranslatorFailed):
        await machine.translate(["Hello", "Yes"], source="en", target="tr")


async def test_a_real_server_is_asked_over_a_real_socket(libretranslate: str) -> None:
    machine = LibreTranslate(libretranslate)
    assert await translate(machine, "Your 1,250 USDT are safe.", source="en", target="tr") == "1,250 USDT güvende."
    with pytest.raises(TranslatorFailed):
        await machine.translate(["Hello"], source="en", target="xx")
    with pytest.raises(TranslatorFailed):
        await LibreTranslate("http://127.0.0.1:9").translate(["Hello"], source="en", target="tr")
