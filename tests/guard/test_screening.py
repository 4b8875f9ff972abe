import pytest
from hypothesis import given
from hypothesis import strategies as st

from bellrock import guard
from bellrock.core import BellrockError
from tests.fixtures.spending import least_seconds
from tests.guard.samples import around, cards, written_phrases

TYPICAL = (
    "Hello, I sent 250 USDT over TRC20 two hours ago and it has not arrived yet. The transaction id is "
    "4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b. Can you look at it please? Thank you"
)

_fragments = st.one_of(
    around,
    st.text(max_size=30),
    cards(),
    written_phrases().map(lambda written: written[1]),
    st.sampled_from(
        [
            "my private key is ",
            "otp ",
            "password: ",
            "a1" * 32,
            "123456",
            "⟦seed⟧",
            "助记词是",
            "cvv 123",
            "\u200d",
            "-----BEGIN PRIVATE KEY-----",
        ]
    ),
)


@given(st.lists(_fragments, max_size=8), st.sampled_from(["", " ", "\n"]))
def test_screening_again_changes_nothing(fragments: list[str], joint: str) -> None:
    try:
        once = guard.screen(joint.join(fragments))
    except BellrockError as error:
        assert error.code == "message_empty"
        return
    again = guard.screen(once.text)
    assert again.text == once.text
    assert again.findings == ()
    assert len(once.text) <= guard.MAX_CHARS


@given(st.lists(_fragments, min_size=1, max_size=6))
def test_each_finding_points_at_its_mark(fragments: list[str]) -> None:
    try:
        guarded = guard.screen(" ".join(fragments))
    except BellrockError:
        return
    for finding in guarded.findings:
        assert guarded.text[finding.start : finding.end] == guard.mark(finding.kind)


@given(st.text(alphabet=st.characters(codec="utf-8", categories=["L", "P", "Zs"]), max_size=200))
def test_text_without_secrets_is_only_normalised(text: str) -> None:
    try:
        assert guard.screen(text).text == guard.normalise(text)
    except BellrockError as error:
        assert error.code == "message_empty"


def test_only_the_guard_makes_one() -> None:
    with pytest.raises(TypeError):
        guard.GuardedText("anything", (), made_by=None)
    guarded = guard.screen("hello")
    with pytest.raises(AttributeError):
        guarded.text = "other"
    with pytest.raises(AttributeError):
        del guarded.text
    assert guarded == guard.screen("hello")
    assert str(guarded) == "hello"


def test_its_representation_shows_no_word() -> None:
    assert repr(guard.screen("hello password: hunter2xyz")) == "GuardedText(22 characters, ['pass'])"


def test_says_what_raises_the_case() -> None:
    assert guard.screen("my private key is " + "a1" * 32).raises_case
    assert not guard.screen("card 4111 1111 1111 1111").raises_case
    assert not guard.screen("hello").raises_case


def test_a_million_characters_are_refused_at_once() -> None:
    def screen() -> None:
        with pytest.raises(BellrockError):
            guard.screen("a" * 1_000_000)

    assert least_seconds(screen) < 0.05


@pytest.mark.parametrize(
    "unit",
    [
        "a", "1", "4111 ", "4 ", "5" * 52 + " ", "xprv", "zoo ", "what abandon ", "private key " + "a1" * 32 + " ",
        "-----BEGIN PRIVATE KEY-----", "eyJ", "[1,", "otp 12345 ", "password: ", "助记词是", "的 ", "www.", "a.", "AB12 1",
        "1-", "cvv ", "a\u0301", "a\U0001d165\U0001d16d", "\n ", "⟦seed⟧", "2fa key ABCD ", "1. zoo ", "word 1: zoo ", "12, ", "z" * 87 + " ",
    ],
)  # fmt: skip
def test_no_text_is_slow(unit: str) -> None:
    guard.screen("legal winner thank year wave sausage worth useful legal winner thank yellow")
    text = "x" + (unit * 10_000)[:9_998] + "x"
    assert least_seconds(lambda: (guard.screen(text), guard.links(text))) < 0.2


def test_a_typical_message_takes_a_fraction_of_a_millisecond() -> None:
    def screen() -> None:
        for _ in range(200):
            guard.screen(TYPICAL)

    milliseconds = least_seconds(screen) * 5
    print(f"screening {len(TYPICAL)} characters: {milliseconds:.3f} ms CPU")
    assert milliseconds < 2  # ten times what is usual: only a change of kind fails here
