"""Letters that people take for Latin ones: the wide forms of East Asian keyboards, and Cyrillic and Greek in codes.

Everything is changed sign by sign, so that places stay.
"""

from __future__ import annotations

import re
from collections.abc import Collection

WIDE = {place: place - 0xFEE0 for place in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))}
"""The wide forms of letters and digits, as keyboards of East Asia write them."""
LATIN = str.maketrans(
    "авсԁеѕіјӏорԛѡхуАВСЕНІЈКМОРЅТХУοναΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "abcdesijlopqwxyABCEHIJKMOPSTXYovaABEZHIKMNOPTYX"
)
"""Letters of Cyrillic and Greek that nobody tells from Latin ones."""
_WORD = re.compile("[A-Za-z0-9\u0370-\u03ff\u0400-\u052f]{2,12}")
_ORDINARY = re.compile("[\u03ac-\u03ce\u0430-\u045f]+")


def as_codes(text: str, codes: Collection[str]) -> str:
    """Return a text of the same length in which what looks like one of `codes` (in capitals) is written in Latin letters.

    Cyrillic Р stands for P as it looks and for R as it sounds: ТРС20 is TRC20, ВЕР20 is BEP20. A word of one script in
    small letters is a word: "20 вер" is a day of September.
    """
    if text.isascii():
        return text

    def latin(match: re.Match[str]) -> str:
        word = match[0]
        if word.isascii() or _ORDINARY.fullmatch(word):
            return word
        seen = word.translate(LATIN)
        heard = word.replace("Р", "R").replace("р", "r").translate(LATIN)
        return next((each for each in (seen, heard) if each.upper() in codes), word)

    return _WORD.sub(latin, text.translate(WIDE))
