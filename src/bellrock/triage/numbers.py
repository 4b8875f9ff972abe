"""Numbers as people write them: digits of every script, points and commas of every country, thousands in words."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from functools import cache

from bellrock.triage.topics import read_toml

NUMBER = r"(?:\d{1,3}(?:[ '’\u00a0\u202f]\d{3}){1,6}(?:[.,]\d{1,18})?|\d(?:[\d.,_]{0,20}\d)?)"
_GROUPS = re.compile(r"\d{1,3}([.,'’_ ])\d{3}(?:\1\d{3})*")
_DIGITS_MAX = 30


def ascii_digits(text: str) -> str:
    """Return a text with the digits and separators of every script as ASCII, letter by letter, so that places stay."""
    if text.isascii():
        return text
    return "".join(_ascii(letter) for letter in text)


def value_of(number: str, *, is_whole: bool = False) -> Decimal | None:
    """Return what a number in ASCII digits says; None where one cannot know (`1.250` is two numbers in two countries).

    `is_whole` says that nobody counts this in thousandths, so that `1.250` can only be 1250.
    """
    compact = number.strip().replace("\u00a0", " ").replace("\u202f", " ")
    if not compact or sum(letter.isdigit() for letter in compact) > _DIGITS_MAX:
        return None
    marks = [letter for letter in compact if not letter.isdigit()]
    if not marks:
        return Decimal(compact)
    last = marks[-1]
    whole, _, rest = compact.rpartition(last)
    if len(marks) == 1 and last in ".,":
        if len(rest) == 3 and not whole.startswith("0"):
            return Decimal(whole + rest) if is_whole and len(whole) <= 3 else None
        return Decimal(f"{whole}.{rest}")
    if _GROUPS.fullmatch(compact):
        return Decimal(re.sub(r"\D", "", compact))
    if last in ".," and (not whole or whole.isdigit() or (_GROUPS.fullmatch(whole) and last not in whole)):
        return Decimal(re.sub(r"\D", "", whole) + "." + rest)
    return None


@cache
def units() -> dict[str, int]:
    """Return what the words after a number multiply it by."""
    return {word: int(factor) for word, factor in read_toml("entities.toml")["units"].items()}


@cache
def _ascii(letter: str) -> str:
    if letter in "٫":
        return "."
    if letter in "٬":
        return "'"  # sets thousands apart and nothing else
    digit = unicodedata.digit(letter, None) if unicodedata.category(letter) == "Nd" else None
    return letter if digit is None else str(digit)
