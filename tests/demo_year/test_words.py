"""Texts of the demo's year: every language says something about every topic, in its own script, and nothing secret."""

from __future__ import annotations

import random

import pytest

from bellrock import guard
from bellrock.core import clock
from bellrock.demo_year.calendar import LANGUAGES, TOPICS, Calendar
from bellrock.demo_year.words import TEXTS, words_of

_SCRIPTS = {
    "zh-Hans": "\u4e00-\u9fff", "zh-Hant": "\u4e00-\u9fff", "ja": "\u3041-\u30ff", "ko": "\uac00-\ud7a3",
    "ru": "\u0400-\u04ff", "uk": "\u0400-\u04ff", "ar": "\u0620-\u06ff",
}  # fmt: skip


def test_there_are_texts_of_all_languages_and_no_others() -> None:
    assert {path.stem for path in TEXTS.glob("*.toml")} == set(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_topic_can_be_told(language: str) -> None:
    words, chance = words_of(language), random.Random(1)
    for topic in TOPICS:
        for text in (words.opening(topic, chance), words.more(topic, chance), words.answer(topic, chance)):
            assert "$" not in text
            assert not guard.screen(text).findings
        if language in _SCRIPTS:
            low, _, high = _SCRIPTS[language].partition("-")
            assert any(low <= sign <= high for sign in words.opening(topic, chance))
    for key in ("thanks", "wait", "handed"):
        assert words.common(key, chance)


def test_a_year_is_busier_by_day_than_by_night_and_in_bad_hours() -> None:
    chance = random.Random(2)
    calendar = Calendar(end=clock.now(), seed=3)
    times = [calendar.at((place + 0.5) / 20_000, chance) for place in range(20_000)]
    hours = [at.hour for at in times]
    assert max(hours.count(hour) for hour in range(24)) > 1.5 * min(hours.count(hour) for hour in range(24))
    assert sum(at.weekday() >= 5 for at in times) / len(times) < 2 / 7
    bad = calendar.bad[0]
    first = calendar.start.timestamp() + bad.hour * 3_600
    within = sum(first <= at.timestamp() < first + bad.hours * 3_600 for at in times)
    assert within > 1.5 * len(times) / calendar.hours * bad.hours
    spoken = {calendar.language(at, chance) for at in times[:5_000]}
    assert spoken == set(LANGUAGES)
