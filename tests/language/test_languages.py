import pytest

from bellrock import language

EIGHTEEN = {
    "en", "zh-Hans", "zh-Hant", "ja", "ko", "es", "fr", "ru", "de", "tr", "vi", "pt", "it", "pl", "id", "nl", "ar", "uk",
}  # fmt: skip


def test_there_are_eighteen() -> None:
    assert set(language.LANGUAGES) == EIGHTEEN


def test_only_arabic_runs_right_to_left() -> None:
    assert [tag for tag in language.LANGUAGES if language.direction(tag) == "rtl"] == ["ar"]
    assert language.direction("tlh") == "ltr"


@pytest.mark.parametrize("tag", sorted(EIGHTEEN))
def test_every_chain_ends_in_english(tag: str) -> None:
    chain = language.fallbacks(tag)
    assert chain[0] == tag
    assert chain[-1] == "en"
    assert len(chain) == len(set(chain))


def test_traditional_chinese_is_read_in_simplified_before_english() -> None:
    assert language.fallbacks("zh-Hant") == ("zh-Hant", "zh-Hans", "en")
    assert language.fallbacks("xx") == ("en",)


def test_who_reads_one_chinese_reads_the_other_before_english() -> None:
    assert language.readable("zh-Hans") == ("zh-Hans", "zh-Hant", "en")
    assert language.readable("zh-Hant") == ("zh-Hant", "zh-Hans", "en")
    assert language.readable("de") == ("de", "en")
    assert language.readable("en") == ("en",)


@pytest.mark.parametrize(
    ("tag", "counts"),
    [
        ("ar", [0, 1, 2, 3, 11, 100]),
        ("ru", [1, 2, 5]),
        ("pl", [1, 2, 5]),
        ("uk", [1, 2, 5]),
        ("de", [1, 2]),
        ("ja", [1]),
    ],
)
def test_the_plural_rule_gives_each_form_once(tag: str, counts: list[int]) -> None:
    from gettext import c2py

    header = language.LANGUAGES[tag].plurals
    form = c2py(header.split("plural=")[1].rstrip(";"))
    assert [form(count) for count in counts] == list(range(len(counts)))
    assert header.startswith(f"nplurals={len(counts)};")
