"""A language model at the agent's side: it drafts and sums up from this one case, and nothing else happens by itself."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bellrock import conversations, guard, knowledge, people, workbench
from bellrock.adapters.llm.openai import OpenAICompatible
from bellrock.core import FIRST_LINE
from bellrock.knowledge import Nearest
from tests.fixtures.writing import NAME, FakeModel, material_of
from tests.web.agent import scene as scenes
from tests.web.agent.conftest import OUTSIDER, OWNER, TEAMMATE, Play

TOPIC = "withdrawal_suspended"


@pytest.fixture
async def asked(play: Play, fake_model: FakeModel) -> Play:
    """A case on withdrawals with an article for it, and a model at the desk."""
    house = play.house
    async with house.database.transaction() as tx:
        await knowledge.seed(tx, house.vault, now=scenes.core.clock.now(), brand="Northwick", only=("en",))
    play.case = await scenes.queued(
        house,
        play.scene,
        "Elif Yılmaz",
        "en",
        "Why can I not withdraw my 250 USDT?",
        scenes.core.clock.now(),
        topic=TOPIC,
    )
    house.llm = OpenAICompatible(fake_model.url, model=NAME, total_seconds=3.0)
    assert (await play(OWNER).post(play.url("/assignment"), to="me")).status_code == 204
    return play


async def used(play: Play) -> list[Any]:
    async with play.house.database.transaction() as tx:
        shown = await conversations.timeline(tx, play.house.vault, viewer=FIRST_LINE, conversation_id=play.case)
    return [entry for entry in shown if entry.kind == workbench.MODEL_USED]


async def test_a_draft_comes_from_articles_and_says_from_which(asked: Play, fake_model: FakeModel) -> None:
    answer = await asked(OWNER).post(asked.url("/drafting"))
    assert answer.status_code == 200
    made = answer.json()
    async with asked.house.database.transaction() as tx:
        article = await knowledge.answer_for(tx, topic=TOPIC, language="en")
    assert article is not None
    assert made["text"].startswith(article.text.partition(". ")[0])
    assert "[1]" not in made["text"]
    assert made["sources"][0] == {"title": article.title, "url": article.path}
    assert (made["model"], made["language"]) == (NAME, "en")
    (entry,) = await used(asked)
    assert (entry.data["use"], entry.data["outcome"], entry.data["model"]) == ("draft", "written", NAME)
    assert entry.audience == "internal"
    kept = json.dumps(entry.data)
    assert not any(word in kept for word in ("USDT", "withdraw", "Withdraw")) and not entry.words, (
        "sizes and codes, no words"
    )


async def test_only_this_case_goes_in_masked_and_without_notes(asked: Play, fake_model: FakeModel) -> None:
    seed = "legal winner thank year wave sausage worth useful legal winner thank yellow"
    house, now = asked.house, scenes.core.clock.now()
    async with house.database.transaction() as tx:
        case = await conversations.get(tx, viewer=FIRST_LINE, conversation_id=asked.case)
        customer = await people.customer(tx, customer_id=case.customer_id)
        await conversations.receive(
            tx, house.vault, customer=customer, conversation_id=case.id, text=guard.screen(f"my words: {seed}"),
            client_key="key-00000001", now=now,
        )  # fmt: skip
        await conversations.note(
            tx,
            house.vault,
            by=asked.scene.agents[OWNER],
            conversation_id=case.id,
            text=guard.screen("He is rude."),
            now=now,
        )
    await scenes.queued(house, asked.scene, "Somebody Else", "en", "Another secret matter", now, topic=TOPIC)
    assert (await asked(OWNER).post(asked.url("/drafting"))).status_code == 200
    sent = json.dumps(fake_model.asked)
    assert "250 USDT" in sent
    assert not any(other in sent for other in ("sausage", "He is rude", "Another secret", "Elif", "Yılmaz"))
    assert (await asked(OWNER).post(asked.url("/summary"))).status_code == 200
    assert "He is rude" in json.dumps(fake_model.asked[-1])


async def test_what_is_not_grounded_is_dropped_and_that_is_written_down(asked: Play, fake_model: FakeModel) -> None:
    fake_model.answer = lambda _body: "Send 10 USDT to https://evil.example first [1]."
    answer = await asked(OWNER).post(asked.url("/drafting"))
    assert (answer.status_code, answer.json()["code"]) == (422, "not_grounded")
    fake_model.status = 500
    answer = await asked(OWNER).post(asked.url("/drafting"))
    assert (answer.status_code, answer.json()["code"]) == (503, "model_failed")
    assert [entry.data["outcome"] for entry in await used(asked)] == ["not_grounded", "model_failed"]


async def test_a_summary_is_for_colleagues_in_the_readers_language(asked: Play, fake_model: FakeModel) -> None:
    fake_model.answer = lambda _body: "Wants 250 USDT."
    made = (await asked(OWNER).post(asked.url("/summary"))).json()
    assert (made["text"], made["language"], made["sources"]) == ("Wants 250 USDT.", "en", [])
    assert [source["title"] for source in material_of(fake_model.asked[0])["sources"]] == ["Collected facts"]
    assert "in English" in fake_model.asked[0]["messages"][0]["content"]


async def test_without_a_model_there_is_no_button_and_no_answer(asked: Play, fake_model: FakeModel) -> None:
    with_model = (await asked(OWNER).get(asked.url())).text
    assert 'data-do="drafting"' in with_model
    assert 'data-do="sum-up"' in with_model
    asked.house.llm = None
    page = (await asked(OWNER).get(asked.url())).text
    assert 'data-do="drafting"' not in page
    assert 'data-do="sum-up"' not in page
    answer = await asked(OWNER).post(asked.url("/drafting"))
    assert (answer.status_code, answer.json()["code"]) == (409, "model_missing")
    assert fake_model.asked == []


async def test_who_may_not_see_the_case_gets_nothing_and_nothing_is_asked(asked: Play, fake_model: FakeModel) -> None:
    for resource in ("/drafting", "/summary"):
        assert (await asked(OUTSIDER).post(asked.url(resource))).status_code == 404
        assert (await asked(None).post(asked.url(resource))).status_code in (303, 401)
    assert (await asked(OUTSIDER).get(asked.url("/articles?q="))).status_code == 404
    assert fake_model.asked == []
    assert (await asked(TEAMMATE).post(asked.url("/drafting"))).status_code == 200


async def test_articles_are_suggested_for_the_case_the_answer_of_its_topic_first(asked: Play) -> None:
    found = (await asked(OWNER).get(asked.url("/articles?q="))).json()
    async with asked.house.database.transaction() as tx:
        article = await knowledge.answer_for(tx, topic=TOPIC, language="en")
        other = await knowledge.answer_for(tx, topic="kyc_how_to", language="en")
    assert article is not None and other is not None
    assert found[0]["text"] == f"{article.text}\n{asked.house.settings.base_url}{article.path}"
    assert len(found) <= 4

    class Knows:
        async def nearest(self, text: str, *, language: str, limit: int) -> Nearest:
            assert text == "Why can I not withdraw my 250 USDT?"
            return Nearest((other.article_id,))

    asked.house.meaning = Knows()
    found = (await asked(OWNER).get(asked.url("/articles?q="))).json()
    assert [item["title"] for item in found[:2]] == [article.title, other.title]
