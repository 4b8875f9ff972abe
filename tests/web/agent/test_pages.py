"""Pages of the console: what they say, in which language, and what no page carries."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bellrock.core import Invalid
from bellrock.web.agent.case import mask_email, mask_end
from bellrock.web.agent.snoozing import presets, time_of
from bellrock.web.shared import direction
from bellrock.web.shared.formats import formats, initials, zone_of
from bellrock.web.shared.languages import known
from tests.web.agent import scene as scenes
from tests.web.agent.conftest import OWNER, TEAMMATE, Play


async def test_a_hand_over_shows_reason_summary_and_facts(play: Play) -> None:
    page = (await play(OWNER).get(play.url())).text
    for words in ("This needs a person", "1,250 USDT were sent", "Transaction (TxID)", "0x9c4f02be77d1e21b"):
        assert words in page
    for words in ("Also about", "Trading fees", "has a deadline, angry"):
        assert words in page


async def test_contacts_are_masked(play: Play) -> None:
    page = (await play(OWNER).get(play.url())).text
    assert "someone@posta.example" not in page
    assert "s•••@posta.example" in page


async def test_nothing_is_inline(play: Play) -> None:
    answer = await play(OWNER).get(play.url())
    assert not re.search(r'\sstyle="|\son\w+="|<style', answer.text)
    assert not re.search(r"<script(?![^>]*(src=|application/json))", answer.text)
    assert "default-src 'self'" in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(("language", "way"), [("en", "ltr"), ("zh-Hans", "ltr"), ("ar", "rtl")])
async def test_the_console_speaks_the_readers_language(play: Play, language: str, way: str) -> None:
    page = (await play(OWNER).get(f"{play.url()}?lang={language}")).text
    assert f'<html lang="{language}" dir="{way}"' in page
    assert ("Choose a conversation" in page) is False
    assert ("Personal data" in page) is (language == "en")


async def test_a_row_leaves_a_view_that_it_no_longer_belongs_to(play: Play) -> None:
    assert (await play(OWNER).get(play.url("/row?view=mine"))).status_code == 200
    assert (await play(TEAMMATE).get(play.url("/row?view=mine"))).status_code == 204


async def test_only_what_is_new_comes_after_a_number(play: Play) -> None:
    await scenes.number(play.house)
    whole = (await play(OWNER).get(play.url("/timeline"))).text
    after = whole.split('data-after="')[1].split('"')[0]
    await play(TEAMMATE).post(play.url("/notes"), text="Just now.")
    news = (await play(OWNER).get(play.url(f"/timeline?after={after}"))).text
    assert news.count('class="entry') == 1
    assert "Just now." in news


async def test_strange_input_is_a_clear_answer(play: Play) -> None:
    for url, status in (
        ("/desk?view=nonsense", 404),
        ("/desk?before=nonsense", 422),
        ("/desk/conversations/nonsense", 404),
        (play.url("/timeline?after=nonsense"), 400),
    ):
        assert (await play(OWNER).get(url)).status_code == status


async def test_a_long_list_goes_on(play: Play) -> None:
    for _ in range(41):
        await scenes.queued(play.house, play.scene, "Somchai P.", "en", "hello", scenes.core.clock.now())
    first = (await play(OWNER).get("/desk?view=all")).text
    following = first.split('href="/desk?view=all&amp;before=')[1].split('"')[0]
    second = (await play(OWNER).get(f"/desk?view=all&before={following}")).text
    assert first.count('id="row-') == 25
    assert second.count('id="row-') == 17


NOW = datetime(2026, 11, 18, 22, 30, tzinfo=UTC)  # a Wednesday; already Thursday in Shanghai


def test_snoozes_end_in_the_morning_of_the_agents_own_zone() -> None:
    times = {preset.key: preset.at for preset in presets(NOW, ZoneInfo("Asia/Shanghai"))}
    assert times["hour"] == datetime(2026, 11, 18, 23, 30, tzinfo=UTC)
    assert times["tomorrow"] == datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
    assert times["monday"] == datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
    assert all(at > NOW for at in times.values())
    with pytest.raises(Invalid):
        time_of("never", NOW, ZoneInfo("UTC"))


def test_masks_leave_nothing_to_use() -> None:
    assert mask_email("elif.y@posta.example") == "e•••@posta.example"
    assert mask_email(None) == mask_email("not an address") == ""
    assert mask_end("NW-104417") == "•••• 17"
    assert mask_end("17") == "••••"


def test_languages_and_zones_are_read_kindly() -> None:
    assert [known(tag) for tag in ("zh-CN", "zh_Hans", "en-GB", "ar-EG", "xx")] == [
        "zh-Hans",
        "zh-Hans",
        "en",
        "ar",
        None,
    ]
    assert (direction("ar"), direction("en")) == ("rtl", "ltr")
    assert zone_of("Europe%2FIstanbul").key == "Europe/Istanbul"
    assert zone_of("../../etc/passwd").key == zone_of("Nowhere/None").key == zone_of(None).key == "UTC"


def test_initials_stand_for_names_of_every_script() -> None:
    assert [initials(name) for name in ("Elif Yılmaz", "陈雨桐", "نورة القحطاني", "", "<b>")] == [
        "EY",
        "陈",
        "ن",
        "?",
        "?",
    ]


def test_times_follow_the_language() -> None:
    shown = {
        language: formats(language, ZoneInfo("UTC"), NOW)["clock_time"](NOW) for language in ("en", "zh-Hans", "ar")
    }
    assert shown["en"] == shown["zh-Hans"] == "22:30"
    assert shown["ar"] != shown["en"]
