"""A decided answer is phrased or goes out as it was: nothing is lost, nothing is added, nobody waits for long."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bellrock.adapters.llm.openai import OpenAICompatible
from bellrock.language import Use
from bellrock.triage import FirstLine, Phrasing
from bellrock.triage import phrasing as module
from bellrock.triage.port import Embedder
from bellrock.vault import Vault
from tests.fixtures.writing import NAME, FakeModel, material_of

DECIDED = "Your deposit of 250 USDT has 3 of 12 confirmations. It arrives by itself, usually within 10 minutes."
QUESTION = "hey where are my 250 usdt???"


def phrasing_with(fake: FakeModel, *uses: Use) -> Phrasing:
    return Phrasing(OpenAICompatible(fake.url, model=NAME, uses=frozenset(uses or {Use.PHRASING}), total_seconds=0.5))


async def phrased(phrasing: Phrasing) -> tuple[str, str]:
    return await phrasing.phrased(DECIDED, question=QUESTION, language="en")


async def test_it_is_said_in_other_words_with_every_figure_in_it(fake_model: FakeModel) -> None:
    better = "Your 250 USDT are on their way: 3 of 12 confirmations are there, and within 10 minutes you have them."
    fake_model.answer = lambda _body: better
    assert await phrased(phrasing_with(fake_model)) == (better, NAME)


@pytest.mark.parametrize(
    "written",
    [
        "Your 250 USDT arrive soon.",
        "Your 250 USDT have 4 of 12 confirmations, within 10 minutes you have them.",
        "3 of 12 confirmations for your 250 USDT. Within 10 minutes, else see https://help.example",
        "Deine 250 USDT sind unterwegs: 3 von 12 Bestätigungen sind da, und in 10 Minuten hast du sie auf deinem Konto.",
        DECIDED + " We are so very sorry about this, and we would like to tell you how much your patience means." * 4,
    ],
)
async def test_what_says_less_more_or_in_another_language_is_dropped(fake_model: FakeModel, written: str) -> None:
    fake_model.answer = lambda _body: written
    assert await phrased(phrasing_with(fake_model)) == (DECIDED, "")


async def test_a_model_that_fails_is_left_alone_for_a_while(fake_model: FakeModel) -> None:
    fake_model.status = 500
    phrasing = phrasing_with(fake_model)
    assert await phrased(phrasing) == (DECIDED, "")
    fake_model.status = 200
    assert await phrased(phrasing) == (DECIDED, "")
    assert len(fake_model.asked) == 1


async def test_a_slow_model_is_not_waited_for(fake_model: FakeModel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SECONDS_MAX", 0.05)
    fake_model.wait_seconds = 0.3
    assert await phrased(phrasing_with(fake_model)) == (DECIDED, "")


async def test_the_first_line_says_it_in_the_models_words_and_names_the_model(
    fake_model: FakeModel, vault: Vault, embedder: Embedder, open_chat: Callable[..., Any]
) -> None:
    fake_model.answer = lambda body: "In short: " + material_of(body)["sources"][0]["text"]
    chat = await open_chat(topic="trading.trading_fee")
    chat.first_line = FirstLine(vault, embedder, phrasing=phrasing_with(fake_model))
    await chat.say("what does one trade cost me")
    reply = await chat.last_reply()
    assert reply.words["text"].startswith("In short: ")
    assert reply.data["extras"]["phrased_by"] == NAME
    assert material_of(fake_model.asked[0])["conversation"] == [
        {"who": "customer", "text": "what does one trade cost me"}
    ]


async def test_without_leave_nothing_is_asked(fake_model: FakeModel) -> None:
    assert await phrased(phrasing_with(fake_model, Use.DRAFT, Use.SUMMARY)) == (DECIDED, "")
    assert await phrased(Phrasing(None)) == (DECIDED, "")
    assert fake_model.asked == []
