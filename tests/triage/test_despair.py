"""Despair told without any word for death is heard in every language, and what only sounds like it is not."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from bellrock import language as languages
from bellrock.triage.rules import Sign, signs
from bellrock.triage.topics import read_toml

SAID = tomllib.loads((Path(__file__).parent / "data/despair.toml").read_text(encoding="utf-8"))


def test_there_are_words_and_messages_for_every_language() -> None:
    assert set(SAID) == set(languages.LANGUAGES)
    assert set(read_toml("despair.toml")) == {code.partition("-")[0] for code in languages.LANGUAGES}


@pytest.mark.parametrize("language", sorted(SAID))
def test_despair_is_heard_and_the_everyday_words_beside_it_are_not(language: str) -> None:
    heard = {kind: [text for text in texts if Sign.DISTRESS in signs(text, language=language)]
             for kind, texts in SAID[language].items()}  # fmt: skip
    assert set(SAID[language]["despair"]) - set(heard["despair"]) == set()
    assert heard["calm"] == []
