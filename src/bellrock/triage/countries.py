"""Countries in a text, by their names in the eighteen languages (Unicode CLDR, by Babel)."""

from __future__ import annotations

import re
from functools import cache

from babel import Locale

from bellrock.triage.topics import languages

# Names that are also words, and so say nothing alone.
_ALSO_WORDS = frozenset({"mali", "chad", "man", "guam", "niger", "togo", "áo", "réunion", "مالي", "수단"})
_CONTINENTS = frozenset({
    "latin america", "south america", "north america", "central america", "américa latina", "america latina", "américa del sur",
    "américa do sul", "america del sud", "américa central", "amérique latine", "amérique du sud",
})  # fmt: skip
_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
_KATAKANA = re.compile("[\u30a1-\u30fa\u30fc]")
_HANGUL = re.compile("[\uac00-\ud7a3]")
_PARTICLES = re.compile(
    "에|은|는|이|가|을|를|로|으로|과|와|도|의|인|사|나|랑|까지|부터|국|계|쪽|내|산|거주|여권|시민|주소|말고|밖"
)
_WORD = re.compile(r"[^\W\d_]+(?:[-'’.][^\W\d_]+)*")
_WORDS_MAX = 4
_STEM_MIN = 5
# Endings of cases, and what stands before a name in Arabic.
_ENDING = re.compile(
    r"(?:['’]?(?:d[ae]n?|t[ae]n?|[yn]?[aeıiuü]|n[ıiuü]n)|ą|ę|i|ie|ii|ия|ию|ией|ієї|ію|ією|ія|u|om|em|ach|ech"
    r"|у|ю|е|и|ии|ії|і|ой|ою|ом|ем|ям|ах|я|а|ы)$"
)
_CASES = {
    "ия": ("ии", "ию", "ией"), "ія": ("ії", "ію", "ією"), "тай": ("тая", "тае", "таю", "таем", "таї", "таєм"),
    "ша": ("ши", "шу", "ше", "шей"),
    "ia": ("ii", "ię", "ią"), "cja": ("cji", "cję", "cją"), "ska": ("sce", "ski", "skę"), "ina": ("inie", "iny", "inę"),
}  # fmt: skip
_BEFORE = re.compile("^(?:و|ب|ل|ف|من|في)(?=.{4})")
SHORT = {
    "usa": "US", "u.s": "US", "u.s.a": "US", "u.k": "GB", "america": "US", "сша": "US", "abd": "US", "eeuu": "US", "ee.uu": "US",
    "uk": "GB", "england": "GB", "scotland": "GB", "britain": "GB", "англия": "GB",
    "bosnia": "BA", "macedonia": "MK", "trinidad": "TT", "ivory coast": "CI", "cote d'ivoire": "CI",
    "uae": "AE", "dubai": "AE", "оаэ": "AE", "оае": "AE",
    "ee uu": "US", "أمريكا": "US", "امريكا": "US", "السعودية": "SA", "الإمارات": "AE", "الامارات": "AE", "الاردن": "JO",
    "czech": "CZ", "czechach": "CZ", "czechy": "CZ", "niemczech": "DE", "niemiec": "DE", "włoszech": "IT", "włoch": "IT",
    "węgrzech": "HU", "węgier": "HU", "chinach": "CN", "chin": "CN", "indiach": "IN", "polsce": "PL", "polski": "PL",
    "turkey": "TR", "korea": "KR", "holland": "NL", "рф": "RU", "hk": "HK", "hong kong": "HK", "hongkong": "HK",
}  # fmt: skip
_SHORT_UNSPACED = {
    "香港": "HK", "澳门": "MO", "澳門": "MO", "大陆": "CN", "大陸": "CN", "韩国": "KR", "한국": "KR", "홍콩": "HK",
    "米国": "US", "臺灣": "TW",
}  # fmt: skip


def countries(text: str) -> list[tuple[int, int, str]]:
    """Return (start, end, ISO 3166 code) of each country named in a text, in its order."""
    found = []
    if _UNSPACED.search(text):
        whole = filter(_is_whole, _unspaced_names().finditer(text))
        found = [(match.start(), match.end(), _unspaced()[match[0]]) for match in whole]
    words = [(match.start(), match.end(), match[0].casefold().replace("’", "'")) for match in _WORD.finditer(text)]
    at = 0
    while at < len(words):
        for length in range(min(_WORDS_MAX, len(words) - at), 0, -1):
            code = _code(" ".join(word for _, _, word in words[at : at + length]), is_single=length == 1)
            if code is not None:
                found += [(words[at][0], words[at + length - 1][1], code)] if code else []
                at += length - 1
                break
        at += 1
    return sorted(found)


def _code(name: str, *, is_single: bool) -> str | None:
    """Return the code of a name, "" for one that is no country though a part of it is, None for any other word."""
    names = _names()
    if name in _CONTINENTS:
        return ""
    if found := names.get(name) or SHORT.get(name):
        return found
    if not is_single:
        return None
    head, mark, _ = name.partition("'")
    if mark and (found := names.get(head) or SHORT.get(head)):
        return found  # Fransa'ya, ABD'de, Peru's
    if found := _inflected().get(name):
        return found
    if len(name) < _STEM_MIN:
        return None
    bare = _BEFORE.sub("", name)
    if found := names.get(bare) or SHORT.get(bare):
        return found
    stem = _ENDING.sub("", name)
    return _stems().get(stem) if len(stem) >= _STEM_MIN and stem != name else None


@cache
def _all() -> dict[str, str]:
    found: dict[str, str] = {}
    for tag in languages():
        for code, name in Locale.parse(tag.replace("-", "_")).territories.items():
            if len(code) == 2 and code.isalpha() and code not in ("EU", "EZ", "UN", "XA", "XB", "ZZ", "QO"):
                found.setdefault(name.casefold().replace("’", "'"), code)
    return found


@cache
def _names() -> dict[str, str]:
    return {name: code for name, code in _all().items() if name not in _ALSO_WORDS}


@cache
def _stems() -> dict[str, str]:
    """The names without their own ending, of those long enough to be told from other words."""
    found: dict[str, str] = {}
    for name, code in _all().items():
        if (" " not in name and not name.isascii()) or len(name) > 6:
            found.setdefault(_ENDING.sub("", name), code)
            found.setdefault(name, code)
    return found


@cache
def _inflected() -> dict[str, str]:
    """The cases of names too short, or changed too much, for their stem to tell them: Грузии, Італії, Turcji, Hiszpanią."""
    found: dict[str, str] = {}
    for name, code in _names().items():
        for ending, cases in _CASES.items():
            if name.endswith(ending) and len(name) >= _STEM_MIN and " " not in name:
                found |= {name[: -len(ending)] + case: code for case in cases}
    return {name: code for name, code in found.items() if name not in _ALSO_WORDS}


@cache
def _unspaced() -> dict[str, str]:
    return {
        name: code for name, code in _names().items() if _UNSPACED.search(name) and len(name) >= 2
    } | _SHORT_UNSPACED


@cache
def _unspaced_names() -> re.Pattern[str]:
    return re.compile("|".join(re.escape(name) for name in sorted(_unspaced(), key=len, reverse=True)))


def _is_whole(match: re.Match[str]) -> bool:
    """Say whether a name is no part of another word: タイ is one in タイムアウト, 오만 in 오만원."""
    before, after = match.string[: match.start()][-1:], match.string[match.end() :]
    if _KATAKANA.match(match[0]):
        return not _KATAKANA.match(before) and not _KATAKANA.match(after)
    if _HANGUL.match(match[0]):
        return not before.isalnum() and (not _HANGUL.match(after) or bool(_PARTICLES.match(after)))
    return True
