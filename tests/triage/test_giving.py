"""Secrets told to somebody, a screen left to them and money paid for a release are danger in all languages; their like is not."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from bellrock.triage.rules import Sign, signs
from bellrock.triage.topics import languages

_WRITTEN = tomllib.loads((Path(__file__).parent / "data" / "given.toml").read_text())


def _alarms(text: str, language: str) -> bool:
    return Sign.MONEY_AT_RISK in signs(text, language=language)


def test_there_are_messages_of_every_language() -> None:
    assert set(_WRITTEN) == set(languages())


@pytest.mark.parametrize("language", _WRITTEN)
def test_what_was_given_away_is_danger(language: str) -> None:
    assert [text for text in _WRITTEN[language]["danger"] if not _alarms(text, language)] == []


@pytest.mark.parametrize("language", _WRITTEN)
def test_what_was_refused_or_asked_or_opens_nothing_is_calm(language: str) -> None:
    assert [text for text in _WRITTEN[language]["calm"] if _alarms(text, language)] == []


@pytest.mark.parametrize("language", _WRITTEN)
def test_a_code_that_does_not_pass_is_calm(language: str) -> None:
    assert [text for text in _WRITTEN[language]["wrong"] if _alarms(text, language)] == []


@pytest.mark.parametrize("language", _WRITTEN)
def test_calm_words_beside_it_hide_no_danger(language: str) -> None:
    about = _WRITTEN[language]
    beside = about["calm"] + about["wrong"]
    texts = [
        text
        for number, danger in enumerate(about["danger"])
        for calm in (beside[number % len(beside)], beside[-1 - number % len(beside)])
        for text in (f"{danger}. {calm}", f"{calm}. {danger}")
    ]
    assert [text for text in texts if not _alarms(text, language)] == []


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("tr", "param gitti, dolandırıldım"),
        ("tr", "param gitti mi? hesabıma biri girmiş, hepsini çekmiş"),
        ("ko", "출금한 적 없는데 출금 완료 문자가 왔어요"),
        ("ko", "한 번도 출금한 적 없는데 출금 내역이 있어요, 어떻게 해야 하나요"),
        ("ja", "知らない人にコードを教えてしまいました"),
        ("ja", "知らない人からDMが来て、言われるままにコードを送ってしまった"),
        ("es", "metí el código que me pidió por teléfono y ahora no hay saldo"),
        ("fr", "j'ai entré le code sur une page et mon compte est vidé"),
        ("de", "Code auf einer Seite eingegeben und das Konto ist leer"),
        ("it", "ho inserito il codice su un sito e i soldi sono spariti"),
        ("pt", "digitei o código num link e sumiu tudo"),
    ],
)
def test_danger_in_nearly_the_words_of_calm_is_heard(language: str, text: str) -> None:
    assert _alarms(text, language)
