"""Words of an article as the search index keeps them; the same function reads a query."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cache

from bellrock import language
from bellrock.knowledge.models import BRAND
from bellrock.knowledge.rendering import plain

TOKEN_CHARS_MAX = 64
POSITION_MAX = 16_383

_ARABIC = re.compile(r"^[\u0621-\u064a]+$")
_ARABIC_PREFIXES = ("وال", "بال", "كال", "فال", "لل", "ال", "و")
_ARABIC_SUFFIXES = ("ات", "ها", "ية", "ة", "ي", "ك")
_ARABIC_SAME = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ى": "ي", "ؤ": "و", "ئ": "ي", "ـ": ""})
# Letters with a stroke or without a dot have no mark to take off.
_PLAIN = str.maketrans("łøđħŧıŁØĐĦŦ", "lodhtiLODHT")
_DIGIT = re.compile(r"(?![0-9])\d")
_LATIN = re.compile(r"^[a-z]+$")

# Words of a question that name nothing. Left out of a query, unless it has no other; the index keeps them.
_ASKING = """
    a an and are as at be but by can could did do does for from get got had has have how i if in is it its me my of on or
    please should so than that the their then there this to today was we what when where which who why will with would you
    your
    怎么 么办 么样 怎样 什么 为什 如何 可以 是否 请问 我的 我想 我要 一下 吗
    ما ماذا لماذا كيف هل متى أين من في على إلى عن هو هي هذا هذه أن أريد مع أو يوم
"""


def fold(text: str) -> str:
    """Return text without what readers leave out when they type: vowel signs of Arabic, accents of Latin and Cyrillic.

    Marks of other scripts (Thai, Devanagari, the voicing of Kana) change the word and stay. Digits become those of ASCII.
    """
    kept: list[str] = []
    base = ""
    for char in unicodedata.normalize("NFD", text):
        if unicodedata.combining(char):
            if _drops_marks(base):
                continue
        else:
            base = char
        kept.append(char)
    folded = unicodedata.normalize("NFC", "".join(kept)).translate(_ARABIC_SAME).translate(_PLAIN)
    return _DIGIT.sub(lambda digit: str(unicodedata.decimal(digit[0])), folded)


def words(text: str) -> list[str]:
    """Return the index words of a text in order: our tokens, folded, without the commonest endings."""
    return [_stem(token) for token in language.tokens(fold(text.replace(BRAND, " "))) if len(token) <= TOKEN_CHARS_MAX]


def asked(text: str) -> list[str]:
    """Return the words of a query, each once, without those that only ask."""
    return telling(words(text))


def telling(found: Sequence[str]) -> list[str]:
    """Return index words, each once, without those that only ask, unless there are no others."""
    found = list(dict.fromkeys(found))
    return [word for word in found if word not in _asking()] or found


def vector(*, title: str, answer: str, body: str) -> str:
    """Return the text form of a tsvector: title weighs most (A), then the answer (B), then the body (C)."""
    places: dict[str, list[str]] = {}
    position = 0
    for text, weight in ((title, "A"), (plain(answer), "B"), (plain(body), "C")):
        for word in words(text):
            position = min(position + 1, POSITION_MAX)
            seen = places.setdefault(word, [])
            if len(seen) < 32:
                seen.append(f"{position}{weight}")
    return " ".join(f"{quote(word)}:{','.join(seen)}" for word, seen in places.items())


def spelling(*, title: str, answer: str) -> str:
    """Return the folded text against which misspelt words are compared."""
    return fold(f"{title} {plain(answer)}".replace(BRAND, " ")).casefold()


def quote(word: str) -> str:
    """Return a word as a quoted lexeme of tsvector and tsquery."""
    escaped = word.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"


@cache
def _asking() -> frozenset[str]:
    return frozenset(words(_ASKING))


def _drops_marks(base: str) -> bool:
    name = unicodedata.name(base, "") if base else ""
    return name.startswith(("ARABIC", "LATIN", "CYRILLIC", "GREEK"))


def _stem(token: str) -> str:
    """Cut what most often differs between the word asked and the word written; crude, and the same on both sides."""
    if _ARABIC.match(token):
        for prefix in _ARABIC_PREFIXES:
            if token.startswith(prefix) and len(token) - len(prefix) >= 3:
                token = token[len(prefix) :]
                break
        for suffix in _ARABIC_SUFFIXES:
            if token.endswith(suffix) and len(token) - len(suffix) >= 3:
                return token[: -len(suffix)]
        return token
    if _LATIN.match(token) and len(token) > 3:
        if token.endswith("sses"):
            return token[:-2]
        if token.endswith("ies") and len(token) > 4:
            return token[:-3] + "y"
        for suffix in ("ing", "ed"):
            if token.endswith(suffix) and len(token) - len(suffix) >= 4:
                return token[: -len(suffix)]
        if token.endswith("s") and not token.endswith(("ss", "us", "is")):
            return token[:-1]
    return token
