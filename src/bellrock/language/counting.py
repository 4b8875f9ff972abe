"""Numbers in words where they count something: "five hundred dollars", "двадцать четыре часа", "五百美元".

Pure. A word for a number is a claim before time, money, shares or confirmations, before another such number ("two or three
days"), and from twenty on wherever its language is written. All languages are read, each with its own words for what is
counted, so that "on" before "days" is no Turkish ten.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

_DATA = Path(__file__).parent / "data" / "number_words.toml"
_TICKER = r"(?-i:[A-Z]{2,6}(?![a-z]))|[$€£¥₩₽₺₹₴%]"
_PERCENT = re.compile(
    r"%|per\s?cent|percentage|pro[cz]ent|pour\s?cent|pourcent|por\s?cien|por\s?cent|процент|відсот|yüzde|phần trăm|persen"
    r"|パーセント|퍼센트|프로|百分之|(?:بال|في ال)م(?:ئ|ائ|ي)ه",
    re.IGNORECASE,
)
_PERCENT_BEHIND = re.compile(rf"\s?(?:٪|{_PERCENT.pattern})", re.IGNORECASE)
_PERCENT_BEFORE = re.compile(r"(?:[%٪]|yüzde|百分之)\s?$", re.IGNORECASE)
_EMPHASIS = re.compile("[*~`]+")
_MARKS = re.compile("[\u0640\u064b-\u0652]")
_ARABIC = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ى": "ي", "ة": "ه", "İ": "i", "’": "'", "ʼ": "'"})
_NEAR = 40
_MUCH = 20
_WORD_MAX = 24
_UNREADABLE = "?"
_SCALES_MAX = 4
_PARTS = ("0.5", "0.25")
_SCALES = {str(10**places): 10**places for places in (3, 4, 6, 8, 9, 12)}
_MULTIPLY = {**_SCALES, "100": 100, "x10": 10}
_FIGURE = r"\d+(?:[.,]\d+)*"
_MONEY_BEFORE = re.compile(r"(?:(?-i:USD|EUR|GBP|JPY|CNY|RUB|IDR|Rp)\s|[$€£¥₩₽₺₹₴]\s?)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Counted:
    """A number in words: as it is written with what it counts, and its value, with % where that is a share."""

    written: str
    value: str


def counted(text: str, language: str | None = None) -> Iterator[Counted]:
    """Yield the numbers in words of a text in NFKC that are claims. `language` is the code of what it is to be in, if known."""
    folded = _MARKS.sub("", _EMPHASIS.sub("", text).replace("_", " ")).translate(_ARABIC)
    found = [each for own in _languages().values() for each in own.counted(folded, _is_in(language, own))]
    for start, stop, _, each in found:
        # Spanish reads all of "treinta y cinco minutos", Portuguese its end.
        if not any((a < start and stop <= end) or (a == start and b > stop) for a, b, end, _ in found):
            yield each


def scale_of(text: str, at: int) -> tuple[int, int]:
    """Return what the words right behind a figure multiply it by, 1 for none, and where they end."""
    any_scale, scales = _scales()
    behind = text[at : at + _NEAR].translate(_ARABIC)
    factor, end = 1, 0
    for _ in range(_SCALES_MAX):
        found = any_scale.match(behind, end)
        if found is None:
            break
        factor *= next(scale for scale, rule in scales if rule.fullmatch(found[1]))
        end = found.end()
    return factor, at + end


def is_share(text: str, start: int, end: int) -> bool:
    """Say whether a figure is one of a hundred: by a sign or a word behind it, or before it in Turkish and Chinese."""
    behind = _PERCENT_BEHIND.match(text[end : end + _NEAR].translate(_ARABIC))
    return behind is not None or _PERCENT_BEFORE.search(text[max(0, start - _NEAR) : start]) is not None


def multiplied(value: str, factor: int) -> str:
    """Return a decimal number in digits, multiplied without any loss."""
    if factor == 1:
        return value
    whole, _, part = value.partition(".")
    zeros = len(str(factor)) - 1
    digits = whole + part.ljust(zeros, "0")[:zeros]
    return f"{digits.lstrip('0') or '0'}.{part[zeros:]}".rstrip(".")


class _Language:
    def __init__(self, table: dict[str, Any]) -> None:
        words = {key: f"(?:{rule})" for key, rule in table.get("numbers", {}).items()}
        is_unspaced = table.get("unspaced", False)
        begin = table.get("after") or ("" if is_unspaced else r"(?<![^\W\d_])")
        end = "" if is_unspaced else r"(?![^\W\d_])"
        self._values = [(key, _compiled(rule)) for key, rule in words.items()]
        self._duals = [(key, _compiled(f"{begin}(?:{rule}){end}")) for key, rule in table.get("duals", {}).items()]
        self._joins = _compiled(table.get("joins", ""))
        self._articles = _compiled(table.get("articles") or r"(?!)")
        self._lead = _compiled(rf"(?:{table.get('articles') or '(?!)'})\s+(?:{'|'.join(words.values()) or '(?!)'})")
        self._articles_after = (
            _compiled(f"{begin}(?:{table['articles_after']})$") if "articles_after" in table else None
        )
        self._quiet = _compiled(table.get("quiet") or r"(?!)")
        self._before = _compiled(f"(?:{table.get('before', '(?!)')})\\s?$")
        atom = "|".join(words.values()) or r"(?!)"
        self._number = _compiled(
            f"{begin}(?P<number>(?:{atom})(?:(?:{table.get('joins', '')})(?:{atom})){{0,11}}){end}"
        )
        gap = r"\s?" if is_unspaced else r"[\s-]+"
        word = "" if is_unspaced else rf"(?:(?:\(\s?{_FIGURE}\s?\)|[^\W\d_]+)[\s-]+)?"
        only = f"(?:(?:{table['qualifies']})[\\s-]+){{0,2}}" if table.get("qualifies") else ""
        later = f"(?P<half>\\s?(?:{table['later']}){end})?" if "later" in table else ""
        units, time = table.get("units", r"(?!)"), table.get("time", r"(?!)")
        self._one = _compiled(f"{gap}{only}(?:{units}){end}{later}")
        self._one_of_time = _compiled(f"{gap}{only}(?:{time}){end}{later}")
        self._more = _compiled(f"{gap}{word}(?:{units}|{table.get('tries', '(?!)')}){end}{later}")
        self._shared_next = _compiled(rf"{gap}(?:{_TICKER})")
        self._shared = _compiled(rf"{gap}{word}(?:{_TICKER})")
        self._next = _compiled(rf"(?:{gap}|\s?[-–—/]\s?){word}" if not is_unspaced else r"[\s,、~〜至到或か・-]{0,3}")

    def counted(self, text: str, is_own: bool | None) -> Iterator[tuple[int, int, int, Counted]]:
        """Yield where each number begins and ends, where what it counts ends, and what is said."""
        for key, rule in self._duals:
            for match in rule.finditer(text):
                yield match.start(), match.end(), match.end(), Counted(" ".join(match[0].split()), key)
        claimed_at = -1
        for match in reversed(list(self._number.finditer(text))):
            number, start = match["number"], match.start("number")
            is_quiet = not is_own and self._quiet.fullmatch(number) is not None
            if is_quiet and is_own is False:
                continue
            value = self._value(number)
            if text[max(0, start - 2) : start].rstrip()[-1:].isdigit() and (parts := list(self._parts(number))):
                if set(parts) <= set(_MULTIPLY):
                    continue  # "2 million" is the figure's
                value = None if parts[0] in _MULTIPLY else value
            leads = claimed_at >= 0 and self._next.fullmatch(text, match.end(), claimed_at) is not None
            after = self._after(text, match, value, is_quiet=is_quiet)
            near = text[max(0, start - _NEAR) : start]
            has_share = self._before.search(near) is not None
            is_money = _MONEY_BEFORE.search(near) and not self._articles.fullmatch(number)
            if not (after or leads or has_share or is_money or (not is_quiet and self._says_much(number, value))):
                continue
            claimed_at = start
            if value is not None and after and after.groupdict().get("half"):
                value += Decimal("0.5")
            share = "%" if has_share or (after and _PERCENT.search(after[0])) else ""
            end = after.end() if after else match.end()
            said = _UNREADABLE if value is None else f"{_written(value)}{share}"
            yield start, match.end(), end, Counted(" ".join(text[start:end].split()), said)

    def _after(self, text: str, match: re.Match[str], value: Decimal | None, *, is_quiet: bool) -> re.Match[str] | None:
        """Return what a number counts, None where that is nothing of what makes it a claim."""
        number, end = match["number"], match.end()
        if self._articles.fullmatch(number):
            near = text[max(0, match.start("number") - _NEAR) : match.start("number")]
            is_span = self._articles_after is None or self._articles_after.search(near)
            return self._one_of_time.match(text, end) if is_span else None
        if value is not None and value <= 1:
            own, shared = self._one if value == 1 else self._more, self._shared_next
        else:
            own, shared = self._more, self._shared
        return own.match(text, end) or (None if is_quiet else shared.match(text, end))

    def _says_much(self, number: str, value: Decimal | None) -> bool:
        """Say whether a number is one whatever it counts. A scale alone opens many a phrase: a thousand thanks, 千万."""
        if value is None or value < _MUCH:
            return False
        parts = list(self._parts(number))
        return next((part for part in parts if part != "1"), "1") not in _MULTIPLY

    def _value(self, number: str) -> Decimal | None:
        """Return what words say together, None where they cannot be told apart."""
        parts = list(self._parts(number))
        if self._lead.match(number) and len(parts) > 1 and parts[1] not in (*_MULTIPLY, *_PARTS):
            parts = parts[1:]  # "a five dollar fee"
        total, current, before = Decimal(0), Decimal(0), ""
        for part in parts:
            if not part:
                return None
            if part in _SCALES:
                scale = _SCALES[part]
                larger = (total + current) * scale
                total, current = larger if 0 < total < scale else total + (current or 1) * scale, Decimal(0)
            elif part in _MULTIPLY:
                factor = _MULTIPLY[part]
                last = current % factor
                current += (last or 1) * factor - last
            elif part in _PARTS and before == "1":
                current = Decimal(part)  # "eine halbe"
            elif part != "1" or before not in _PARTS:  # "half an"
                current += Decimal(part)
            before = part
        return total + current

    def _parts(self, number: str) -> Iterator[str]:
        """Yield the key of each word of a number, "" for what is none."""
        at = 0
        while at < len(number):
            found = max(
                ((end, key) for key, rule in self._values if (end := _longest(rule, number, at)) > at), default=None
            )
            if found is None:
                yield ""
                return
            at, key = found
            yield key
            joined = self._joins.match(number, at)
            at = joined.end() if joined else at


def _longest(rule: re.Pattern[str], text: str, at: int) -> int:
    if rule.match(text, at) is None:
        return at
    return next((end for end in range(min(len(text), at + _WORD_MAX), at, -1) if rule.fullmatch(text, at, end)), at)


def _written(value: Decimal) -> str:
    return f"{value.normalize():f}"


def _compiled(rule: str) -> re.Pattern[str]:
    return re.compile(rule, re.IGNORECASE)


@cache
def _tables() -> dict[str, dict[str, Any]]:
    return tomllib.loads(_DATA.read_text(encoding="utf-8"))


@cache
def _languages() -> dict[str, _Language]:
    return {name: _Language(table) for name, table in _tables().items()}


def _is_in(language: str | None, own: _Language) -> bool | None:
    """Say whether a text is to be in a language of the tables, None where that is not known. Japanese counts as Chinese does."""
    if language is None:
        return None
    tag = language.partition("-")[0]
    return _languages().get("zh" if tag == "ja" else tag) is own


@cache
def _scales() -> tuple[re.Pattern[str], tuple[tuple[int, re.Pattern[str]], ...]]:
    """Return what finds a word that multiplies the figure before it, and the words of each scale."""
    found: list[tuple[int, re.Pattern[str]]] = []
    alternatives = []
    for table in _tables().values():
        end = "" if table.get("unspaced") else r"(?![^\W\d_])"
        for key, rule in table.get("numbers", {}).items():
            if key in _MULTIPLY:
                found.append((_MULTIPLY[key], _compiled(rule)))
                alternatives.append(rf"(?:{rule}){end}")
    return _compiled(rf"\s?({'|'.join(alternatives)})"), tuple(found)
