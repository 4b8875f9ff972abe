import json
import random

import pytest
from hypothesis import given

from bellrock import guard
from bellrock.guard import wordlists
from tests.guard.samples import around, phrase, shared, word_list, written_phrases


@given(written_phrases(), around, around)
def test_no_phrase_survives_however_it_is_written(written: tuple[list[str], str], before: str, behind: str) -> None:
    words, text = written
    guarded = guard.screen(f"{before}\n{text}\n{behind}")
    assert guard.Kind.SEED_PHRASE in guarded.kinds
    assert guarded.raises_case
    assert text not in guarded.text
    left = guarded.text.casefold()
    for place in range(len(words) - 2):
        assert " ".join(words[place : place + 3]).casefold() not in left


def test_finds_the_published_vectors_of_twelve_languages() -> None:
    vectors = json.loads(shared("vectors/bips/bip39-trezor-vectors.json").read_text(encoding="utf-8"))
    assert set(vectors) == set(wordlists.LANGUAGES)
    for language, rows in vectors.items():
        for _, words, _, extended_key in rows:
            guarded = guard.screen(f"hi: {words} ok? {extended_key}")
            assert guarded.text == "hi: ⟦seed⟧ ok? ⟦key⟧", language


@pytest.mark.parametrize("language", wordlists.LANGUAGES)
def test_every_list_is_whole_and_finds_each_of_its_words(language: str) -> None:
    number = wordlists.LANGUAGES.index(language)
    for index, word in enumerate(word_list(language)):
        script = wordlists.script_of(wordlists.key(word))
        assert script is not None
        assert (number, index, True) in wordlists.of_script(script).places(wordlists.key(word))


def test_accents_that_people_leave_out_do_not_matter() -> None:
    words = phrase(bytes(range(16)), "spanish")
    plain = " ".join(wordlists.key(word) for word in words)
    assert guard.screen("hola " + plain + " gracias").text == "hola ⟦seed⟧ gracias"


def test_four_letters_stand_for_a_word() -> None:
    short = " ".join(word[:4].upper() for word in phrase(bytes(range(16)), "english"))
    assert guard.screen(f"from the steel: {short}, ok?").text == "from the ⟦seed⟧, ok?"


@pytest.mark.parametrize(
    "around_it", ["a frase é esta: %s, podem verificar?", "são essas: %s", "%s esta bien?", "%s abandono"]
)
def test_a_word_beside_a_phrase_that_looks_shortened_hides_nothing(around_it: str) -> None:
    words = phrase(bytes(range(16)), "english")
    left = guard.screen(around_it % " ".join(words)).text
    assert "⟦seed⟧" in left
    assert not any(word in left.split() for word in words)


def test_finds_chinese_in_one_block_only_where_words_announce_it() -> None:
    block = "".join(phrase(b"bellrock-lights-", "chinese_simplified"))
    for announced in (
        f"助记词：{block}",
        f"我的助记词是{block}",
        f"我的助記詞: {block}，幫我恢復",
        f"seed phrase {block}",
    ):
        assert block not in guard.screen(announced).text
    assert guard.screen(block).text == block


def test_in_context_a_mistyped_or_incomplete_phrase_goes_too() -> None:
    words = phrase(bytes(range(16)), "english")
    swapped = [words[1], words[0], *words[2:]]
    assert words[5] not in guard.screen("my recovery phrase: " + " ".join(swapped)).text
    assert words[5] not in guard.screen("my seed phrase is " + " ".join(words[:11])).text


@pytest.mark.parametrize(
    "announced", ["here is my phrase:", "my words are:", "cüzdan kelimelerim:", "мои слова:", "mis palabras:"]
)
def test_a_mistyped_phrase_behind_words_that_hand_it_over_goes_too(announced: str) -> None:
    words = random.Random(11).sample(word_list("english"), 12)
    guarded = guard.screen(f"my wallet is locked {announced} {' '.join(words)} please restore it")
    assert guarded.kinds == (guard.Kind.SEED_PHRASE,)
    assert not set(words[1:-1]) & set(guarded.text.split())


def test_a_wrong_phrase_alone_on_its_line_goes_too() -> None:
    words = random.Random(3).sample(word_list("english"), 12)
    assert guard.screen("hi\n" + " ".join(words) + "\nthanks").text == "hi\n⟦seed⟧\nthanks"


@pytest.mark.parametrize(
    "text",
    [
        "what will happen when you can have that this time and you still want more help now please tell",
        "我忘记了我的助记词怎么办可以帮我找回吗",
        "我的助记词是不是可以帮我重新设置一下吗",
        "where do I find my recovery phrase and how many words does the recovery phrase have",
        "abandon ability able about above absent absorb abstract absurd abuse, he said, are the first ten words",
    ],
)
def test_talk_is_left_alone(text: str) -> None:
    assert guard.screen(text).text == text


def test_random_phrases_in_a_sentence_are_found() -> None:
    randomness = random.Random(7)
    missed = 0
    for _ in range(3_000):
        text = "please look " + " ".join(phrase(randomness.randbytes(16), "english")) + " thanks"
        missed += not guard.screen(text).findings
    print(f"seed phrases missed: {missed} of 3000")
    assert missed == 0
