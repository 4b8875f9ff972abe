"""The twelve BIP-39 word lists, read from the `mnemonic` package's data files when a script is first met."""

from __future__ import annotations

import unicodedata
from array import array
from bisect import bisect_left
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

LIST_SIZE = 2048
_SHORT_CHARS = 4
LANGUAGES = (
    "english", "czech", "french", "italian", "portuguese", "spanish", "turkish", "russian", "japanese", "korean",
    "chinese_simplified", "chinese_traditional",
)  # fmt: skip

_SCRIPTS = {
    "latin": LANGUAGES[:7],
    "cyrillic": ("russian",),
    "kana": ("japanese",),
    "hangul": ("korean",),
    "han": ("chinese_simplified", "chinese_traditional"),
}
# The published file lost a letter; its alphabetical neighbours leave one word that fits.
_REPAIRED = {"сно\ufffd\ufffdа": "сноха"}


class Place(NamedTuple):
    """A word's language and its number in that language's list, and whether it was written out."""

    language: int
    word: int
    is_whole: bool


class ScriptWords:
    """The lists of one script as one sorted list with codes beside it: about 1 MB for the seven Latin lists."""

    __slots__ = ("_codes", "_words")

    def __init__(self, words: list[str], codes: array[int]) -> None:
        self._words = words
        self._codes = codes

    def places(self, word: str) -> list[Place]:
        """Return where a word stands: in no list, in one, or in several languages.

        Four letters stand for the word that begins with them, as on metal plates: the lists are made so that they tell.
        """
        found: dict[int, Place] = {}
        at = bisect_left(self._words, word)
        is_short = len(word) == _SHORT_CHARS and word.isalpha()
        while at < len(self._words) and (self._words[at] == word or (is_short and self._words[at].startswith(word))):
            language, number = divmod(self._codes[at], LIST_SIZE)
            # Sorted: a whole word comes before the longer ones.
            found.setdefault(language, Place(language, number, self._words[at] == word))
            at += 1
        return list(found.values())


def script_of(word: str) -> str | None:
    """Return the script whose lists could hold this word, by its first letter."""
    code = ord(word[0])
    if code < 0x250 or 0x1E00 <= code < 0x1F00:
        return "latin"
    if 0x400 <= code < 0x530:
        return "cyrillic"
    if 0x3041 <= code < 0x3100:
        return "kana"
    if 0xAC00 <= code < 0xD7A4:
        return "hangul"
    if 0x4E00 <= code < 0xA000:
        return "han"
    return None


def key(word: str) -> str:
    """Return how a word is compared: case, width and, in Latin letters, accents do not matter (people leave them out)."""
    if word.isascii():
        return word.lower()
    folded = unicodedata.normalize("NFKC", word).casefold()
    if script_of(folded) != "latin":
        return folded.replace("ё", "е")
    letters = unicodedata.normalize("NFKD", folded).replace("ı", "i")
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


@cache
def of_script(script: str) -> ScriptWords:
    """Load the lists of one script."""
    spec = find_spec("mnemonic")
    assert spec is not None and spec.submodule_search_locations is not None, "the package mnemonic is not installed"
    folder = Path(next(iter(spec.submodule_search_locations))) / "wordlist"
    coded: list[tuple[str, int]] = []
    for language in _SCRIPTS[script]:
        words = (folder / f"{language}.txt").read_text(encoding="utf-8").split()
        assert len(words) == LIST_SIZE, f"the word list {language} has {len(words)} words"
        base = LANGUAGES.index(language) * LIST_SIZE
        coded.extend((key(_REPAIRED.get(word, word)), base + index) for index, word in enumerate(words))
    coded.sort()
    return ScriptWords([word for word, _ in coded], array("H", [code for _, code in coded]))
