"""Numbers as people write them: digits of every script, points and commas of every country, thousands in words."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from functools import cache

from bellrock.triage.topics import read_toml

_FRACTIONS = {"½": "0.5", "¼": "0.25", "¾": "0.75", "⅛": "0.125"}
_FRACTION = f"[{''.join(_FRACTIONS)}]"
NUMBER = (
    rf"(?:(?:\d{{1,4}} ?)?{_FRACTION}|\d{{1,20}}(?:[.,]\d{{1,18}})?e[-+−]?\d{{1,2}}(?![^\W_])"
    rf"|\d{{1,3}}(?:[ '’\u00a0\u202f]\d{{3}}){{1,6}}(?:[.,]\d{{1,18}})?"
    r"|\d(?:[\d.,_]{0,20}\d)?|(?<!\S)[.,]\d{1,18})"
)
"""A number in ASCII digits: 1,234.56, 1 234,56, .05, 1e-8, 1½."""
_GROUPS = re.compile(r"\d{1,3}([.,'’_ ])\d{3}(?:\1\d{3})*|\d{1,2}(?:,\d{2})+,\d{3}")
_WIDE_MARKS = re.compile("(?<=[０-９])[．，](?=[０-９])")
_SMALL = {"十": 10, "百": 100, "千": 1_000, "십": 10, "백": 100, "천": 1_000}
_LARGE = {"万": 10**4, "萬": 10**4, "만": 10**4, "億": 10**8, "亿": 10**8, "억": 10**8}
_ONES = {
    "〇": 0,
    "零": 0,
    "一": 1,
    "二": 2,
    "两": 2,
    "兩": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
}
_HANGUL_ONES = {"일": 1, "이": 2, "삼": 3, "사": 4, "오": 5, "육": 6, "칠": 7, "팔": 8, "구": 9}
_ANY = "".join([*_SMALL, *_LARGE])
_HAN = "十百千万萬億亿"
_HANGUL = "십백천만억"
# In Korean no word may go on into it: 하지만 is "but", 테더만 "only tether".
EAST_ASIAN = (
    rf"(?:(?:\d(?:[\d.,]{{0,15}}\d)?\s?[{_ANY}]{{1,2}}\s?|[{''.join(_ONES)}]{{0,2}}[{_HAN}]){{1,8}}"
    rf"(?:\d(?:[\d,]{{0,9}}\d)?|[{''.join(_ONES)}]{{1,2}})?"
    rf"|(?<![\uac00-\ud7af])(?:[{''.join(_HANGUL_ONES)}]?[{_HANGUL}]){{1,8}})"
)
"""A number with the units of Chinese, Japanese or Korean in it: 1万2千, 三千五百, 3천만, 삼천만."""
_EAST_ASIAN_TOKENS = re.compile(r"\d[\d.,]*|\S")
_DIGITS_MAX = 30


def ascii_digits(text: str) -> str:
    """Return a text with the digits and separators of every script as ASCII, letter by letter, so that places stay."""
    if text.isascii():
        return text
    text = _WIDE_MARKS.sub(lambda mark: ".,"[mark[0] == "，"], text)
    return "".join(_ascii(letter) for letter in text)


def value_of(number: str, *, is_whole: bool = False, is_point: bool = False) -> Decimal | None:
    """Return what a number in ASCII digits says; None where one cannot know (`1.250` is two numbers in two countries).

    `is_whole` says that nobody counts this in thousandths, so that `1.250` can only be 1250; `is_point` that whoever wrote
    it sets parts apart with a point and thousands with a comma.
    """
    compact = number.strip().replace("\u00a0", " ").replace("\u202f", " ")
    if compact and compact[-1] in _FRACTIONS:
        return Decimal(compact[:-1].strip() or 0) + Decimal(_FRACTIONS[compact[-1]])
    if "e" in compact.lower():
        return Decimal(compact.replace(",", ".").replace("−", "-"))
    if not compact or sum(letter.isdigit() for letter in compact) > _DIGITS_MAX:
        return None
    marks = [letter for letter in compact if not letter.isdigit()]
    if not marks:
        return Decimal(compact)
    last = marks[-1]
    whole, _, rest = compact.rpartition(last)
    if len(marks) == 1 and last in ".,":
        if len(rest) == 3 and whole and not whole.startswith("0"):
            if len(whole) <= 3 and (is_whole or (is_point and last == ",")):
                return Decimal(whole + rest)
            return Decimal(compact) if is_point and last == "." else None
        return Decimal(f"{whole}.{rest}")
    if _GROUPS.fullmatch(compact):
        return Decimal(re.sub(r"\D", "", compact))
    if last in ".," and (not whole or whole.isdigit() or (_GROUPS.fullmatch(whole) and last not in whole)):
        return Decimal(re.sub(r"\D", "", whole) + "." + rest)
    return None


def east_asian_value(number: str) -> Decimal | None:
    """Return what a number as EAST_ASIAN says; None where one cannot know (`1万2` is 12,000 to some, 10,002 to others)."""
    total = section = Decimal(0)
    ones: Decimal | None = None
    unit = 1
    for token in _EAST_ASIAN_TOKENS.findall(number):
        if token in _SMALL:
            unit = _SMALL[token]
            section, ones = section + (Decimal(1) if ones is None else ones) * unit, None
        elif token in _LARGE:
            unit = _LARGE[token]
            part = section + (ones or 0)
            total, section, ones = total + (part or Decimal(1)) * unit, Decimal(0), None
        else:
            one = (_ONES | _HANGUL_ONES).get(token)
            ones = value_of(token, is_whole=True) if one is None else Decimal(one)
            if ones is None:
                return None
            if ones == 0:
                unit = 1  # "一万零二": it says that nothing stands between
    if ones is not None and unit >= 100 and ones < 10:
        return None
    return total + section + (ones or 0)


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
