"""What is heard in a message's meaning: the shipped head, how it is joined with words, and that it decides nothing."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bellrock.conversations import PRIORITIES
from bellrock.language import LANGUAGES
from bellrock.triage import sounding, training
from bellrock.triage.corpus import corpus, toned_to_learn
from bellrock.triage.decisions import Answer, HandOver, Why
from bellrock.triage.model import Model, ModelMismatch
from bellrock.triage.port import Embedder
from bellrock.triage.sounding import MOODS, URGENCIES, Sound
from bellrock.triage.tone import COLUMNS, Cue, Mood, Tone, raised, urgency_of
from bellrock.triage.trying import attempt

CALM = Sound((0.9, 0.06, 0.04), (0.9, 0.04, 0.03, 0.03))
_CUES_OF_WORDS = [Cue(name) for name in COLUMNS if name in list(Cue)]


def _shares(count: int) -> st.SearchStrategy[tuple[float, ...]]:
    weights = st.lists(st.floats(0.01, 1), min_size=count, max_size=count)
    return weights.map(lambda given: tuple(each / sum(given) for each in given))


def test_the_shipped_head_is_whole_and_goes_with_the_head_for_topics(head: Model) -> None:
    shipped = sounding.shipped()
    assert shipped.fits == sounding.fits_of(head)
    assert shipped.cues == COLUMNS
    assert shipped.learnt == sounding.learnt_of([*toned_to_learn(), *training.ordinary(corpus("train"))])
    assert sounding.versioned(shipped).version == shipped.version
    with pytest.raises(ModelMismatch):
        shipped.sound(np.zeros(7, dtype=np.float32), ())


def test_learns_the_same_from_the_same_and_notices_a_changed_file(
    head: Model, embedder: Embedder, tmp_path: Path
) -> None:
    messages = toned_to_learn()[::28]
    one, other = (training.listen(messages, head, embedder) for _ in range(2))
    assert one.version == other.version != sounding.shipped().version
    sounding.save(one, tmp_path)
    assert sounding.load(tmp_path).version == one.version
    one.bias[0] += 1
    sounding.save(one, tmp_path)
    with pytest.raises(ModelMismatch):
        sounding.load(tmp_path)


def test_every_language_has_messages_of_every_urgency_and_mood_to_learn_from() -> None:
    messages = toned_to_learn()
    assert {each.language for each in messages} == set(LANGUAGES)
    counted = Counter((each.language, name) for each in messages for name in (each.urgency, each.mood))
    assert min(counted[language, name] for language in LANGUAGES for name in (*URGENCIES, *MOODS)) >= 8
    everyday = training.ordinary(corpus("train"))
    assert set(Counter(each.language for each in everyday).values()) == {training.ORDINARY}


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Not urgent at all, just curious what the maker fee is"),
        ("de", "Keine Eile, wann wird die Finanzierungsrate berechnet?"),
        ("fr", "Rien d'urgent, comment activer le mode sombre ?"),
        ("ja", "急ぎではありませんが、手数料の一覧はどこにありますか"),
        ("ru", "Не срочно, подскажите, где посмотреть историю сделок"),
        ("tr", "Acelesi yok, komisyon oranları nerede yazıyor?"),
    ],
)
def test_a_calm_question_stays_calm(head: Model, embedder: Embedder, language: str, text: str) -> None:
    said = attempt(head, embedder, text, locale=language)
    assert (said["urgency"], said["mood"], said["cues"]) == ("normal", "calm", [])


@pytest.mark.parametrize(
    ("language", "text", "cue"),
    [
        ("en", "please somebody, all our savings are gone and I cannot stop shaking", Cue.SOUNDS_DISTRESSED),
        ("es", "no sé qué voy a decirle a mi mujer, se fue todo, me tiemblan las manos", Cue.SOUNDS_DISTRESSED),
        ("id", "pengen ketawa liat cs kalian, dibayar cuma buat copas ya", Cue.SOUNDS_ANGRY),
        ("ko", "고객을 호구로 아나 진짜", Cue.SOUNDS_ANGRY),
        ("en", "is my money still there? getting a bit nervous to be honest", Cue.SOUNDS_WORRIED),
    ],
)
def test_a_mood_without_any_known_word_is_heard_and_named(
    head: Model, embedder: Embedder, language: str, text: str, cue: Cue
) -> None:
    assert cue in attempt(head, embedder, text, locale=language)["cues"]


@given(st.sets(st.sampled_from(_CUES_OF_WORDS)), _shares(3), _shares(4))
def test_what_it_sounds_like_takes_no_cue_back_and_names_what_it_adds(
    found: set[Cue], urgency: tuple[float, ...], mood: tuple[float, ...]
) -> None:
    words, both = Tone(tuple(found)), raised(found, Sound(urgency, mood))
    assert found <= set(both.cues)
    assert PRIORITIES.index(both.urgency(None)) <= PRIORITIES.index(words.urgency(None))
    if both.urgency(None) != words.urgency(None):
        assert {Cue.SOUNDS_URGENT, Cue.SOUNDS_PRESSING} & set(both.cues)
    if {Cue.DISTRESS, Cue.ANGER, Cue.SHOUTING} & found:
        assert list(Mood).index(both.mood) <= list(Mood).index(words.mood)
    if list(Mood).index(both.mood) < list(Mood).index(words.mood):
        assert {Cue.SOUNDS_DISTRESSED, Cue.SOUNDS_ANGRY, Cue.SOUNDS_WORRIED} & set(both.cues)


def test_hard_signs_stand_above_how_it_sounds() -> None:
    assert raised({Cue.DISTRESS}, CALM).mood is Mood.DISTRESSED
    assert raised({Cue.MONEY_AT_RISK}, CALM).urgency(None) == "urgent"
    assert raised({Cue.MONEY_AT_RISK}, CALM).mood is Mood.CALM
    assert raised({Cue.SHOUTING}, CALM).mood is Mood.ANGRY


def test_only_what_surely_sounds_urgent_is_urgent_and_a_mood_presses_nothing() -> None:
    assert raised((), Sound((0.15, 0.1, 0.75), CALM.mood)).urgency(None) == "urgent"
    assert raised((), Sound((0.2, 0.1, 0.7), CALM.mood)).urgency(None) == "high"
    heard = raised((), Sound(CALM.urgency, (0.1, 0.1, 0.1, 0.7)))
    assert (heard.mood, heard.urgency("withdrawal_pending")) == (Mood.DISTRESSED, "normal")


def test_a_message_is_as_pressing_as_the_case_it_becomes() -> None:
    protected = HandOver(
        "money_at_risk", "account_hacked", "security", "urgent", (Why.GATE_PROTECT,), is_protective=True
    )
    locked_out = HandOver("topic_needs_person", "two_factor_lost", "security", "high", (Why.GATE_ASSIST,))
    calm = raised((), CALM)
    assert urgency_of(protected, calm, "account_hacked") == "urgent"
    assert urgency_of(locked_out, calm, "two_factor_lost") == "high"
    assert urgency_of(Answer("two_factor_setup", (Why.SURE,)), calm, "two_factor_setup") == "normal"
