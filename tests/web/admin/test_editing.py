"""Editing articles and incidents: drafts, previews, conflicts, history; outsiders see none of it."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from bellrock import incidents, knowledge
from bellrock.core import new_id
from bellrock.house import House
from tests.web.admin.conftest import Desk, Staff, sign_in

FIELDS = {
    "title": "Zymurgy explained",
    "answer": "It ferments slowly.",
    "body": "## Steps\n\n1. Wait longer.",
    "slug": "zymurgy",
}


async def test_outsiders_see_and_change_nothing(client: Any, house: House, staff: Staff, article_id: UUID) -> None:
    async with house.database.transaction() as tx:
        incident_id = await _incident(tx, house)
    pages = [
        "/desk/articles",
        "/desk/articles/new",
        f"/desk/articles/{article_id}/en",
        f"/desk/articles/{article_id}/en/history",
        "/desk/incidents",
        "/desk/incidents/new",
        f"/desk/incidents/{incident_id}",
    ]
    actions = [
        "/desk/articles",
        *(f"/desk/articles/{article_id}/en/{what}" for what in ("drafts", "preview", "withdrawal", "publication")),
        "/desk/incidents",
        f"/desk/incidents/{incident_id}",
    ]
    for who, page_status, action_status in ((None, {303}, {303, 401}), (staff.agent, {403}, {403})):
        desk = await sign_in(client, house, who)
        for path in pages:
            answer = await desk.get(path)
            assert answer.status_code in page_status, path
            assert "Zymurgy" not in answer.text and "Tron" not in answer.text
        for path in actions:
            answer = await desk.post(path, {**FIELDS, "number": "1", "state": "resolved"}, page="/desk/account")
            assert answer.status_code in action_status, path
    async with house.database.transaction() as tx:
        assert (await knowledge.article(tx, slug="zymurgy", language="en")).title == "Zymurgy"
        assert (await incidents.incident(tx, incident_id=incident_id)).state is incidents.State.INVESTIGATING


async def test_saves_a_draft_then_publishes_it(lead: Desk, house: House, article_id: UUID) -> None:
    place = f"/desk/articles/{article_id}/en"
    assert "Zymurgy" in (await lead.get("/desk/articles")).text
    saved = await lead.post(f"{place}/drafts", {**FIELDS, "after": "1"}, page=place)
    assert (saved.status_code, saved.headers["location"]) == (303, f"{place}?done=saved")
    async with house.database.transaction() as tx:
        assert (await knowledge.article(tx, slug="zymurgy", language="en")).title == "Zymurgy"
    page = (await lead.get(place)).text
    assert "Zymurgy explained" in page and "newer draft" in page
    published = await lead.post(f"{place}/drafts", {**FIELDS, "after": "2", "publish": "1"}, page=place)
    assert published.headers["location"] == f"{place}?done=published"
    async with house.database.transaction() as tx:
        assert (await knowledge.article(tx, slug="zymurgy", language="en")).title == "Zymurgy explained"


async def test_previews_without_saving_and_without_running_anything(lead: Desk, house: House, article_id: UUID) -> None:
    place = f"/desk/articles/{article_id}/en"
    fields = {**FIELDS, "body": "<script>alert(1)</script>\n\n**bold** {{brand}}", "after": "1"}
    page = await lead.post(f"{place}/preview", fields, page=place)
    assert page.status_code == 200
    assert "<strong>bold</strong> Northwick" in page.text
    assert "<script>alert" not in page.text
    async with house.database.transaction() as tx:
        assert len(await knowledge.history(tx, article_id=article_id, language="en")) == 1


async def test_shows_both_texts_when_a_colleague_was_quicker(lead: Desk, article_id: UUID) -> None:
    place = f"/desk/articles/{article_id}/en"
    await lead.post(f"{place}/drafts", {**FIELDS, "after": "1"}, page=place)
    late = await lead.post(f"{place}/drafts", {**FIELDS, "title": "Mine", "after": "1"}, page=place)
    assert late.status_code == 409
    assert "newer version" in late.text and "Mine" in late.text


async def test_refuses_empty_fields_and_keeps_what_was_typed(lead: Desk, article_id: UUID) -> None:
    place = f"/desk/articles/{article_id}/en"
    answer = await lead.post(f"{place}/drafts", {**FIELDS, "title": "  ", "after": "1"}, page=place)
    assert answer.status_code == 422
    assert "It ferments slowly." in answer.text
    answer = await lead.post(f"{place}/drafts", {**FIELDS, "slug": "a/b c", "after": "1"}, page=place)
    assert answer.status_code == 422


async def test_a_translation_becomes_outdated_when_the_source_is_published_again(
    lead: Desk, house: House, article_id: UUID
) -> None:
    english, chinese = (f"/desk/articles/{article_id}/{code}" for code in ("en", "zh-Hans"))
    page = (await lead.get(chinese)).text
    assert "The text to translate" in page and "missing" in page
    fields = {
        "title": "酿造学",
        "answer": "会发酵。",
        "body": "等待。",
        "slug": "zymurgy",
        "after": "0",
        "publish": "1",
    }
    assert (await lead.post(f"{chinese}/drafts", fields, page=chinese)).status_code == 303
    assert "outdated" not in (await lead.get("/desk/articles")).text
    await lead.post(f"{english}/drafts", {**FIELDS, "after": "1", "publish": "1"}, page=english)
    assert "outdated" in (await lead.get("/desk/articles")).text
    assert "notice lamp" in (await lead.get("/help/zh-Hans/a/zymurgy")).text


async def test_history_shows_changes_and_brings_a_version_back(lead: Desk, house: House, article_id: UUID) -> None:
    place = f"/desk/articles/{article_id}/en"
    await lead.post(f"{place}/drafts", {**FIELDS, "after": "1", "publish": "1"}, page=place)
    page = (await lead.get(f"{place}/history")).text
    assert "<ins>1. Wait longer.</ins>" in page and "<del>1. Wait.</del>" in page and "Mara" in page
    back = await lead.post(f"{place}/publication", {"number": "1"}, page=f"{place}/history")
    assert back.status_code == 303
    async with house.database.transaction() as tx:
        assert (await knowledge.article(tx, slug="zymurgy", language="en")).title == "Zymurgy"
    assert (await lead.post(f"{place}/publication", {"number": "99"}, page=place)).status_code == 404


async def test_takes_an_article_away_from_readers(lead: Desk, article_id: UUID) -> None:
    place = f"/desk/articles/{article_id}/en"
    assert (await lead.post(f"{place}/withdrawal", {}, page=place)).status_code == 303
    assert (await lead.get("/help/en/a/zymurgy")).status_code == 404
    assert "Zymurgy" in (await lead.get(place)).text


async def test_starts_an_article(lead: Desk, house: House, article_id: UUID) -> None:
    fields = {**FIELDS, "slug": "", "category": "general", "topic": "trading_fee"}
    started = await lead.post("/desk/articles", fields, page="/desk/articles/new")
    assert started.status_code == 303
    page = (await lead.get(started.headers["location"])).text
    assert "zymurgy-explained" in page and "draft" in page
    again = await lead.post("/desk/articles", fields, page="/desk/articles/new")
    assert again.status_code == 422


async def test_unknown_articles_and_languages_are_not_found(lead: Desk, article_id: UUID) -> None:
    for path in (f"/desk/articles/{new_id()}/en", f"/desk/articles/{article_id}/xx", f"/desk/incidents/{new_id()}"):
        assert (await lead.get(path)).status_code == 404


async def test_opens_and_resolves_an_incident(lead: Desk, house: House, article_id: UUID) -> None:
    fields: dict[str, Any] = {
        "title-en": "Deposits on Tron are late",
        "text-en": "They are safe.",
        "title-ar": "تأخر الإيداعات",
        "text-ar": "أموالك بأمان.",
        "topics": ["deposit_not_credited", "no_such_topic"],
        "state": "identified",
    }
    opened = await lead.post("/desk/incidents", fields, page="/desk/incidents/new")
    assert opened.status_code == 303
    place = opened.headers["location"].split("?")[0]
    assert "Deposits on Tron are late" in (await lead.get("/help/en")).text
    async with house.database.transaction() as tx:
        notice = await incidents.answer_for(tx, topic="deposit_not_credited", language="ar")
    assert notice is not None and notice.title == "تأخر الإيداعات"
    shown = _tongues((await lead.get(place)).text)
    assert (len(shown), shown["en"], shown["ar"], shown["de"]) == (18, (True, True), (False, True), (False, False))
    half = await lead.post(place, {**fields, "text-ar": ""}, page=place)
    assert half.status_code == 422
    assert _tongues(half.text)["ar"] == (True, False), "what is missing lies open"
    done = await lead.post(place, {**fields, "state": "resolved"}, page=place)
    assert done.status_code == 303
    assert "Deposits on Tron are late" not in (await lead.get("/help/en")).text
    assert "Repaired" in (await lead.get("/desk/incidents")).text


def _tongues(page: str) -> dict[str, tuple[bool, bool]]:
    """Return by language whether its texts lie open and whether they are marked as written."""
    found = re.findall(r'<details class="tongue"([^>]*)><summary><span lang="([^"]+)">(.*?)</summary>', page, re.DOTALL)
    return {code: ("open" in attributes, "written" in inside) for attributes, code, inside in found}


async def _incident(tx: Any, house: House) -> UUID:
    from bellrock import guard
    from bellrock.core import SYSTEM
    from tests.web.admin.conftest import NOW

    return await incidents.open_incident(
        tx,
        house.vault,
        texts={"en": incidents.Text(guard.screen("Tron is late"), guard.screen("Safe."))},
        topics=[],
        by=SYSTEM,
        now=NOW,
    )
