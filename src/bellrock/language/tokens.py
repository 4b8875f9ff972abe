"""Words for search: the same for what is kept and for what is asked."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache

TOKENS_MAX = 4_000
TOKEN_CHARS_MAX = 96

_CHARS_MAX = 100_000
_REMOVED_SECRET = re.compile("⟦[^⟧]{1,8}⟧")
# Writing without spaces between words: Han and kana together, Hangul, Thai, Lao, Khmer, Burmese.
_UNSPACED = (
    "\u3005-\u3007\u3041-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff",
    "\uac00-\ud7a3\u1100-\u11ff",
    "\u0e01-\u0e4e",
    "\u0e81-\u0ecd",
    "\u1780-\u17d3",
    "\u1000-\u109f",
)
_TOKEN = re.compile(
    r"(?P<email>[a-z0-9._%+\-]{1,64}@[a-z0-9\-]{1,63}(?:\.[a-z0-9\-]{1,63}){1,6})"
    # An id keeps its hyphens and dots: "br-2041-77", a UUID, "1.5", a host.
    r"|(?P<id>[a-z0-9]+(?:[-_.:#][a-z0-9]+){1,12})"
    + f"|(?P<run>{'|'.join(f'[{script}]+' for script in _UNSPACED)})"
    + rf"|(?P<word>(?:(?![{''.join(_UNSPACED)}])[^\W_])+)"
)
_PART = re.compile(r"[a-z0-9]+")
_VOWEL_SIGNS = re.compile("[\u0300-\u036f\u0640\u064b-\u065f\u0670]")
_ARABIC_ARTICLES = ("وال", "بال", "كال", "فال", "ال", "لل")


def tokens(text: str, *, limit: int = TOKENS_MAX) -> list[str]:
    """Return the tokens of a text in order: folded words, ids whole and in parts, overlapping pairs of unspaced writing.

    Case, width, accents of Latin letters, Arabic vowel signs and the Arabic article do not matter. At most `limit`
    tokens of at most 96 characters; marks of removed secrets yield nothing.
    """
    folded = _fold(_REMOVED_SECRET.sub(" ", text[:_CHARS_MAX]))
    found: list[str] = []
    for match in _TOKEN.finditer(folded):
        for token in _of(match):
            if len(found) == limit:
                return found
            found.append(token[:TOKEN_CHARS_MAX])
    return found


def _fold(text: str) -> str:
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize("NFKC", text).casefold()
    return _VOWEL_SIGNS.sub("", unicodedata.normalize("NFC", folded).translate(_letters()))


def _of(match: re.Match[str]) -> Iterator[str]:
    whole = match[0]
    kind = match.lastgroup
    if kind == "run":
        if len(whole) == 1:
            yield whole
        for place in range(len(whole) - 1):
            yield whole[place : place + 2]
    elif kind == "word":
        yield _without_article(whole)
    else:
        yield whole
        # "1.5" has no part worth finding; "br-2041-77" is also asked for as "2041".
        yield from (part for part in _PART.findall(whole) if len(part) >= 3)


def _without_article(word: str) -> str:
    if not "\u0620" <= word[0] <= "\u06ff":
        return word
    for article in _ARABIC_ARTICLES:
        if word.startswith(article) and len(word) - len(article) >= 3:
            return word[len(article) :]
    return word


@cache
def _letters() -> dict[int, str]:
    """Map Latin letters with accents, and the spellings of one Arabic letter, to one form."""
    forms = {ord(letter): plain for letter, plain in zip("ıłøđħŧ", "ilodht", strict=True)}
    for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00)):
        base = unicodedata.normalize("NFKD", chr(code))[0]
        if base.isascii() and base.isalpha():
            forms[code] = base
    return forms | {ord(letter): plain for letter, plain in zip("أإآٱىةؤئ", "ااااايهوي"[1:], strict=True)}
