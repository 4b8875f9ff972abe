"""Despair told without any word for death is heard in every language, and what only sounds like it is not."""

from __future__ import annotations

import pytest

from bellrock import language as languages
from bellrock.triage.corpus import despairing
from bellrock.triage.deciding import decide
from bellrock.triage.decisions import Answer, HandOver, Why
from bellrock.triage.features import plain
from bellrock.triage.model import Model
from bellrock.triage.port import Embedder
from bellrock.triage.rules import Sign, signs
from bellrock.triage.topics import read_toml
from bellrock.triage.trying import attempt
from tests.triage.test_deciding import LIMITS, situation

SAID = read_toml("corpus/despair/learn.toml")


def test_there_are_words_and_messages_for_every_language() -> None:
    assert set(SAID) == set(languages.LANGUAGES)
    assert set(read_toml("despair.toml")) == {code.partition("-")[0] for code in languages.LANGUAGES}


@pytest.mark.parametrize("language", sorted(SAID))
def test_despair_is_heard_and_the_everyday_words_beside_it_are_not(language: str) -> None:
    heard = {kind: [text for text in texts if Sign.DISTRESS in signs(text, language=language)]
             for kind, texts in SAID[language].items()}  # fmt: skip
    assert set(SAID[language]["despair"]) - set(heard["despair"]) == set()
    assert heard["calm"] == []


@pytest.mark.parametrize(
    ("language", "text", "is_fetched"),
    [
        ("en", "everyone I love would be better off if I just stopped being a burden to them", True),
        ("ja", "もう疲れました。家族に合わせる顔がないです。今までありがとうございました", True),
        ("ar", "خسرت كل شي وما عاد فيني اكمل، سامحوني", True),
        ("pl", "nie dam rady tak dalej, przepraszam wszystkich", True),
        ("en", "this spread is killing me, any way to pay less?", False),
        ("de", "Mein Guthaben ist weg, wo sehe ich das?", False),
    ],
)
def test_despair_is_heard_where_no_word_tells_it(
    head: Model, embedder: Embedder, language: str, text: str, is_fetched: bool
) -> None:
    assert Sign.DISTRESS not in signs(text, language=language)
    said = attempt(head, embedder, text, locale=language)
    assert (Why.DESPAIR in said["reasons"]) == is_fetched
    if is_fetched:
        assert (said["decision"], said["priority"]) == ("hand_over", "urgent")


def test_whoever_sounds_desperate_is_asked_nothing_and_answered_nothing() -> None:
    for topic, probability in (("funding_rate", 0.99), ("funding_rate", 0.5), ("talk_to_human", 0.9)):
        decision = decide(situation(topic, probability, sounds_desperate=True), LIMITS)
        assert isinstance(decision, HandOver)
        assert (decision.priority, decision.reasons) == ("urgent", (Why.DESPAIR,))
    assert isinstance(decide(situation("greeting_or_thanks", 0.99, sounds_desperate=True), LIMITS), Answer)


def test_the_two_parts_are_apart() -> None:
    learnt, kept = ({plain(each.text) for each in despairing(part)} for part in ("learn", "held_back"))
    assert not learnt & kept
    assert {each.language for each in despairing("held_back")} == set(languages.LANGUAGES)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "was soll ich tun"),
        ("fr", "pardon je plaisantais"),
        ("nl", "wat moet ik nu doen"),
        ("pl", "co mam robić"),
        ("ar", "أحتاج المال لعلاج أمي"),
        ("zh-Hans", "现在怎么办"),
    ],
)
def test_being_at_a_loss_in_a_few_words_is_no_despair(
    head: Model, embedder: Embedder, language: str, text: str
) -> None:
    assert Why.DESPAIR not in attempt(head, embedder, text, locale=language)["reasons"]
