"""Days as people write them: by numbers, by the names of months in eighteen languages, with or without a year."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import cache

from bellrock.triage.money import AFTER, BEFORE
from bellrock.triage.topics import read_toml

_Day = tuple[int, int, str]
_ISO = re.compile(r"(?<!\d)(20\d{2})[-/.年년] ?(\d{1,2})[-/.月월] ?(\d{1,2})(?!\d)[日일]?")
_MONTH_DAY = re.compile(r"(?<!\d)(\d{1,2})[月월] ?(\d{1,2})[日日号號일]")
_NUMERIC = re.compile(r"(?<![\d.,/-])(\d{1,2})([./-])(\d{1,2})\2(20\d{2}|\d{2})(?![\d.,/-])")
# Without a year only the word before tells that it is a day, and in these languages the day stands first.
_DAY_FIRST = re.compile(
    r"(?<!\w)(?:(?:am|vom|seit|zum|dem|den|sinds|op|dnia)\s(?P<d1>\d{1,2})\.(?P<m1>(?:0\d|1[0-2])(?!\d)|\d{1,2}(?=\.))\.?"
    r"|(?:ngày|hôm|mùng|el|del|dia|día|il|dal|le|du|tgl\.?|tanggal)\s(?P<d2>\d{1,2})/(?P<m2>\d{1,2}))(?![\d.,/:%-]*\d|\s?[%$€])",
    re.I,
)
_VIETNAMESE = re.compile(r"(?<![\d.,])(\d{1,2}) tháng (\d{1,2})(?!\d)(?: năm (20\d\d))?", re.I)


def dates(digits: str) -> Iterator[_Day]:
    """Yield (start, end, value) of each day in a text whose digits are ASCII; a day may be yielded twice.

    `value` is ISO 8601, without a year `--MM-DD`, and empty where day and month cannot be told apart.
    """
    for match in _ISO.finditer(digits):
        yield from _day(match, match[1], match[2], match[3])
    for match in _MONTH_DAY.finditer(digits):
        yield from _day(match, "", match[1], match[2])
    for match in _NUMERIC.finditer(digits):
        first, second, year = int(match[1]), int(match[3]), match[4] if len(match[4]) == 4 else f"20{match[4]}"
        # Where both could be the month, only points tell: nobody writes the month first with them.
        if second > 12 >= first:
            yield from _day(match, year, match[1], match[3])
        elif first > 12 or match[2] == "." or first == second:
            yield from _day(match, year, match[3], match[1])
        else:
            yield *match.span(), ""
    for match in _VIETNAMESE.finditer(digits):
        yield from _day(match, match[3] or "", match[2], match[1])
    for match in _DAY_FIRST.finditer(digits):
        which = "1" if match["d1"] else "2"
        for _, end, value in _day(match, "", match[f"m{which}"], match[f"d{which}"]):
            yield match.start(f"d{which}"), end, value
    for match in _worded_dates().finditer(digits):
        name = next(name for name in match.groupdict() if name.startswith("m") and match[name])
        yield from _day(match, match["y1"] or match["y2"] or "", name.strip("mab_"), match["d1"] or match["d2"])


def _day(match: re.Match[str], year: str, month: str, day: str) -> Iterator[_Day]:
    try:
        found = date(int(year or 2024), int(month), int(day)).isoformat()
    except ValueError:
        return
    yield match.start(), match.start() + len(match[0].rstrip()), found if year else f"-{found[4:]}"


@cache
def _worded_dates() -> re.Pattern[str]:
    months = read_toml("entities.toml")["months"]

    def named(side: str) -> str:
        return "|".join(f"(?P<m{side}_{number}>{'|'.join(found)})" for number, found in months.items())

    joint = r"(?:\s|\.|-|(?<=\d)(?:st|nd|rd|th|º|er)?\s|\sde\s|\s)"
    return re.compile(
        rf"(?<![\w.])(?P<d1>\d{{1,2}})(?:st|nd|rd|th|º|er|\.)?(?:\s(?:of|de|di|tháng))?[\s-]?(?:{named('a')})\.?{AFTER}(?:{joint}(?P<y1>20\d\d))?"
        rf"|{BEFORE}(?:{named('b')})\.?\s(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?(?!\d)(?:,?\s(?P<y2>20\d\d))?",
        re.I,
    )
