"""The labelled sets of tone and of several matters: complete, valid, and apart from everything that anybody learns from."""

from __future__ import annotations

from collections import Counter
from typing import get_args

from bellrock.bench.report import Figure, as_table
from bellrock.conversations import Priority
from bellrock.language import LANGUAGES
from bellrock.triage.corpus import composed, composed_to_learn, corpus, toned, toned_to_learn
from bellrock.triage.features import plain
from bellrock.triage.tone import Mood
from bellrock.triage.topics import topics

URGENCIES = ("normal", "high", "urgent")


def test_each_language_has_two_dozen_messages_of_every_urgency_and_mood() -> None:
    messages = toned()
    assert {each.urgency for each in messages} == set(URGENCIES) <= set(get_args(Priority))
    for language in LANGUAGES:
        own = [each for each in messages if each.language == language]
        assert len(own) >= 24, language
        urgency, mood = Counter(each.urgency for each in own), Counter(each.mood for each in own)
        assert set(mood) == {each.value for each in Mood}, language
        assert min(urgency.values()) >= 5 and min(mood.values()) >= 2, (language, urgency, mood)


def test_each_language_has_a_dozen_messages_about_several_topics_and_six_that_only_look_so() -> None:
    messages = composed()
    assert {name for each in messages for name in each.topics} <= set(topics())
    for language in LANGUAGES:
        counted = Counter(len(each.topics) for each in messages if each.language == language)
        assert counted[1] >= 6 and counted[2] + counted[3] >= 12 and counted[3] >= 1, (language, counted)
        assert set(counted) == {1, 2, 3}


def test_no_message_of_the_sets_is_learnt_from_or_stands_twice() -> None:
    written = [plain(each.text) for each in toned()] + [plain(each.text) for each in composed()]
    assert [text for text, times in Counter(written).items() if times > 1] == []
    known = {plain(each.text) for part in ("train", "calibration", "evaluation") for each in corpus(part)}
    known |= {plain(each.text) for each in [*toned_to_learn(), *composed_to_learn()]}
    assert known.isdisjoint(written)


def test_a_figure_without_a_bar_is_told_but_neither_holds_nor_fails() -> None:
    figure = Figure("tone.mood_recall", 0.5, "share", None, "least", note="calm 0.500")
    assert figure.holds is None
    row = as_table([figure]).splitlines()[-1].split()
    assert row == ["tone.mood_recall", "0.500", "share", "-", "-", "calm", "0.500"]
