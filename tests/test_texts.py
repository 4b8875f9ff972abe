"""The check of texts finds each kind of fault, in a catalogue that is made up to have it."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).resolve().parents[1] / "scripts" / "check_texts.py"
ONE, MANY = "%(count)s case", "%(count)s cases"


@pytest.fixture(scope="module")
def checker() -> ModuleType:
    spec = importlib.util.spec_from_file_location("check_texts", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def found(checker: ModuleType, folder: Path, language: str, text: tuple[str, ...], entry: str) -> list[str]:
    """Return what the check says of one entry."""
    (folder / language).mkdir()
    head = f'msgid ""\nmsgstr ""\n"Language: {language}\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n'
    plurals = f'"Plural-Forms: {checker.languages.LANGUAGES[language].plurals}\\n"\n\n'
    (folder / language / "agent.po").write_text(head + plurals + entry + "\n", encoding="utf-8")
    problems = checker.check({text: ["web/agent/page.html:1"]}, language, folder)
    return [problem.partition("page.html:1: ")[2] for problem in problems]


@pytest.mark.parametrize(
    ("language", "english", "translation", "fault"),
    [
        ("de", "Save draft", "", "is not translated"),
        ("de", "Save draft", "Save draft", "is the same as in English"),
        ("ru", "Trading fee", "Trading fee", "is the same as in English"),
        ("de", "From %(name)s", "Von", "has other placeholders"),
        ("de", "From %(name)s", "Von %(nmae)s", "has other placeholders"),
        ("de", "Save draft", "Entwurf %(name speichern", "has a broken placeholder"),
        ("de", "Write {brand}", "{brand}} schreiben", "has a broken placeholder"),
        ("ru", "Customer", "Kлиент", "mixes Latin and Cyrillic"),
        ("uk", "From here", "Звiдси", "mixes Latin and Cyrillic"),
        ("ru", "With a file", "c файлом", "mixes Latin and Cyrillic"),
        ("pl", "Customer", "Kliеnt", "mixes Latin and Cyrillic"),
        ("fr", "Customer", "Client客", "another script: CJK"),
        ("tr", "Customer", "العميل", "another script: ARABIC"),
        ("zh-Hant", "Customer", "お客様", "another script: HIRAGANA"),
        ("zh-Hant", "Settings", "设置", "does not have: 设"),
    ],
)
def test_each_fault_is_found(
    checker: ModuleType, tmp_path: Path, language: str, english: str, translation: str, fault: str
) -> None:
    problems = found(checker, tmp_path, language, (english,), f'msgid "{english}"\nmsgstr "{translation}"')
    assert any(fault in problem for problem in problems), problems


@pytest.mark.parametrize("given", [1, 2])
def test_a_missing_plural_form_is_found(checker: ModuleType, tmp_path: Path, given: int) -> None:
    forms = "\n".join(f'msgstr[{number}] "%(count)s дела"' for number in range(given))
    entry = f'msgid "{ONE}"\nmsgid_plural "{MANY}"\n{forms}'
    assert found(checker, tmp_path, "ru", (ONE, MANY), entry) == [f"{ONE!r} needs 3 plural forms"]


def test_a_text_without_its_plurals_and_one_that_nobody_uses_are_found(checker: ModuleType, tmp_path: Path) -> None:
    assert found(checker, tmp_path, "ru", (ONE, MANY), f'msgid "{ONE}"\nmsgstr "%(count)s дело"') == [
        f"{ONE!r} needs 3 plural forms"
    ]
    problems = list(checker.check({("Save",): ["page.html:1"]}, "ru", tmp_path))
    assert problems == ["ru: page.html:1: 'Save' is missing", f"ru: agent.po: {ONE!r} is not used any more"]


@pytest.mark.parametrize(
    ("language", "english", "translation"),
    [
        ("de", "Team: %(team)s", "Team: %(team)s"),
        ("nl", "API", "API"),
        ("ru", "QR code of the API", "QR-код API"),
        ("ru", "Press c", "Нажмите c"),
        ("ja", "Customer", "お客さまのカード"),
        ("zh-Hant", "Settings", "設定"),
        ("ar", "Customer of %(brand)s", "عميل %(brand)s"),
    ],
)
def test_what_is_right_is_left_alone(
    checker: ModuleType, tmp_path: Path, language: str, english: str, translation: str
) -> None:
    assert found(checker, tmp_path, language, (english,), f'msgid "{english}"\nmsgstr "{translation}"') == []
