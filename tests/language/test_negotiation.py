import pytest
from hypothesis import given
from hypothesis import strategies as st

from bellrock import language

THREE = ("en", "zh-Hans", "ar")


@pytest.mark.parametrize(
    ("header", "tag"),
    [
        (None, "en"),
        ("", "en"),
        ("ar", "ar"),
        ("ar-EG,en;q=0.5", "ar"),
        ("zh-TW,zh;q=0.9,en;q=0.8", "zh-Hans"),
        ("zh-CN", "zh-Hans"),
        ("de-DE,de;q=0.9", "en"),
        ("de, ar;q=0.3, en;q=0.4", "en"),
        ("en;q=0.1, ar;q=0.9", "ar"),
        ("*", "en"),
        ("en;q=0, *", "zh-Hans"),
        ("fr, en;q=0", "zh-Hans"),
        ("nonsense;;;,,, ar", "ar"),
    ],
)
def test_takes_the_best_that_there_is(header: str | None, tag: str) -> None:
    assert language.negotiate(header, THREE) == tag


@pytest.mark.parametrize(
    ("asked", "tag"),
    [
        ("zh", "zh-Hans"), ("zh-HK", "zh-Hant"), ("zh-Hant-CN", "zh-Hant"), ("zh_Hans_TW", "zh-Hans"), ("yue", "zh-Hant"),
        ("pt-BR", "pt"), ("in", "id"), ("EN-us", "en"), ("tlh", None), ("", None),
    ],
)  # fmt: skip
def test_knows_the_many_names_of_a_language(asked: str, tag: str | None) -> None:
    assert language.canonical(asked) == tag


@given(st.text(max_size=600))
def test_always_answers_with_what_there_is(header: str) -> None:
    assert language.negotiate(header, THREE) in THREE
