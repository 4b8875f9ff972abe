"""Secrets that only the words beside them give away: one-time codes and passwords."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bellrock.guard.findings import Kind, Span
from bellrock.guard.words import CODE_WORDS, PASSWORD_STEMS, PASSWORD_WORDS, has_stem

_CODE = re.compile(r"(?<![\w.,+\-#/])(?:G-)?\d{3}[ \-]?\d{3,5}(?![\w/]|[.,:\-]\d)")
_CODE_GAP_MAX = 24
_CODE_GAP = re.compile(r"[^\d.!?\n\u3002]*[\n]?[^\d.!?\n\u3002]*")
_CODE_BEHIND = re.compile(
    r"\s*(?:is|was|as|=|,|\(|-|\u2013|是|为|es|est|ist|é|è|это)?\s*(?:my|the|your|a|mi|mon|meu|mein|我的|收到的)?\s*",
    re.I,
)
_UNSPACED = "\u2e80"
_SIGN = re.compile(r"[!@#$%^&*?+=_~]")
_PASSWORD_LINK = re.compile(
    r"[\"'`]?\s?(?:(?:của tôi|cua toi|saya|aku)\s)?"
    r"(?:[:=\uff1a]|\b(?:is|ist|es|est|è|é|to|adalah|là|هي|هو|это|це)\b:?|[是为為は는은이가]\s?[:\uff1a]?|(?P<bare>(?<=\s)))"
    r"\s{0,3}[\"'`“「]?"
    r"(?P<word>[^\s\"'`”」,;\u3002\uff0c⟦⟧]{8,64})",
    re.I,
)


def find(text: str) -> Iterator[Span]:
    """Yield one-time codes and passwords that the text itself calls so."""
    yield from _codes(text)
    if not has_stem(text.lower(), PASSWORD_STEMS):
        return
    for words in PASSWORD_WORDS.finditer(text):
        said = _PASSWORD_LINK.match(text, words.end())
        if said is not None and _looks_chosen(said["word"], is_bare=said["bare"] is not None):
            yield Span(said.start("word"), said.end("word"), Kind.PASSWORD, "said")


def _codes(text: str) -> Iterator[Span]:
    numbers = [match for match in _CODE.finditer(text) if 6 <= sum(c.isdigit() for c in match[0]) <= 8]
    if not numbers:
        return
    announced = [match.span() for match in CODE_WORDS.finditer(text)]
    for number in numbers:
        if any(_belongs(text, number, start, end) for start, end in announced):
            yield Span(number.start(), number.end(), Kind.ONE_TIME_CODE, "said")


def _belongs(text: str, number: re.Match[str], start: int, end: int) -> bool:
    if 0 <= number.start() - end <= _CODE_GAP_MAX:
        return _CODE_GAP.fullmatch(text, end, number.start()) is not None
    if 0 <= start - number.end() <= _CODE_GAP_MAX:
        return _CODE_BEHIND.fullmatch(text, number.end(), start) is not None
    return False


def _looks_chosen(word: str, *, is_bare: bool) -> bool:
    """Tell a password from an ordinary word behind "password:": it mixes letters with digits, and is no link.

    Where nothing but a blank stands between, it has a sign as well.
    """
    has_digit = any(letter.isdigit() for letter in word)
    has_letter = any(
        letter.isalpha() and letter < _UNSPACED for letter in word
    )  # "是不是24小时" is a sentence that goes on
    return has_digit and has_letter and "://" not in word and (not is_bare or bool(_SIGN.search(word)))
