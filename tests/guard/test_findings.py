import pytest

from bellrock import core, guard


@pytest.mark.parametrize("kind", guard.Kind)
def test_every_kind_has_words_and_advice_in_each_translated_language(kind: guard.Kind) -> None:
    for language in ("zh-Hans", "ar"):
        translate = core.i18n.translator(language)
        assert translate(guard.label(kind)) != guard.label(kind)
        assert translate(guard.advice(kind)) != guard.advice(kind)


@pytest.mark.parametrize("kind", guard.Kind)
def test_a_mark_is_short_and_stays_what_it_is(kind: guard.Kind) -> None:
    assert len(guard.mark(kind)) <= 6
    guarded = guard.screen(f"a {guard.mark(kind)} b")
    assert guarded.text == f"a {guard.mark(kind)} b"
    assert guarded.findings == ()


def test_renders_marks_in_the_words_of_the_reader() -> None:
    text = "my ⟦seed⟧ and ⟦other⟧"
    assert guard.render(text, str) == "my [recovery phrase removed] and ⟦other⟧"
    assert guard.render(text, str.upper) == "my [RECOVERY PHRASE REMOVED] and ⟦other⟧"


def test_splits_at_marks() -> None:
    assert guard.pieces("a⟦key⟧") == [
        guard.Piece("a", None),
        guard.Piece("[private key removed]", guard.Kind.PRIVATE_KEY),
    ]
