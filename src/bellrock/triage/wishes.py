"""A wish for a language: "in English please", "auf Deutsch bitte". It is said in any of the eighteen, and needs no person."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache

from bellrock import language as languages
from bellrock.triage.cases import Case
from bellrock.triage.decisions import Ask, Why
from bellrock.triage.greetings import on_offer
from bellrock.triage.questions import asked_last
from bellrock.triage.topics import read_toml

_CHARS_MAX = 80
_NOT_WORDS = re.compile(r"[\W_]+")
# Letters that do not come apart into a plain one and its mark.
_PLAIN = str.maketrans("ıłđةى’ʼ", "ildهي''")
_ENDS = r"(?:(?!\w)|(?<=[^\x00-\u2fff]))"
_CHINESE = "zh"
_SCRIPTS = (("zh-Hant", re.compile("繁|traditional")), ("zh-Hans", re.compile("简|簡|simplified")))
# How the names that a language has for others bend: "английский" and "по-английски"; Arabic ones lose their article.
# "英语" is "英文", too. Without "bahasa", Indonesian ones are those of countries; "pools" is Dutch for Polish.
_BENDS: dict[str, tuple[str, str]] = {
    "ru": (r"^(.*)ии$", r"\1\\w*"),
    "uk": (r"^(.*)а$", r"\1\\w*"),
    "pl": (r"^(.*)i$", r"\1\\w*"),
    "ar": (r"^(?:ال)?(.*?)ه?$", r"(?:ب?ال|لل|ب)?\1\\w*"),
    "zh": (r"^(.*)[语語文]$", r"\1[语語文]"),
    "id": (r"^(.*)$", r"bahasa \1"),
    "nl": (r"^(pools)$", r"(?:in het )\1"),
}


def wished_language(text: str, *, prior: str) -> str | None:
    """Return the one language of ours that a text asks for and says nothing else; None for every other text.

    Its name may stand in its own language, in English, or in any other of the eighteen. Chinese is written as the text says, or
    is written itself, else as in `prior`.
    """
    said = _folded(text)
    if not said or len(said) > _CHARS_MAX:
        return None
    names, words = _patterns()
    wished, at = set(), 0
    while at < len(said):
        if between := _NOT_WORDS.match(said, at):
            at = between.end()
        elif name := names.match(said, at):
            wished.add(str(name.lastgroup))
            at = name.end()
        elif word := words.match(said, at):
            at = word.end()
        else:
            return None
    if len(wished) != 1:
        return None
    only = wished.pop()
    return _chinese(text, said, prior) if only == _CHINESE else only


def asked_again(case: Case) -> Ask | None:
    """Return the question that waits for an answer, to be put once more; None where there is none."""
    if pending := asked_last(case):
        topic, fact = pending
        return Ask((), (Why.FACT_MISSING,), fact=fact, topic=topic)
    choices = on_offer(case)
    return Ask(choices, (Why.UNSURE,)) if choices else None


def _chinese(text: str, said: str, prior: str) -> str:
    for tag, pattern in _SCRIPTS:
        if pattern.search(said):
            return tag
    if prior.startswith(_CHINESE):
        return prior
    found = languages.detect(text, prior="zh-Hans").language
    return found if found.startswith(_CHINESE) else "zh-Hans"


def _folded(text: str) -> str:
    return _bare(text[: 2 * _CHARS_MAX].casefold()).strip()


def _bare(text: str) -> str:
    """Return a text without marks, small and capital letters as they are: also a regular expression."""
    parts = unicodedata.normalize("NFKD", text.translate(_PLAIN))
    bare = "".join(sign for sign in parts if not unicodedata.combining(sign))
    return unicodedata.normalize("NFC", bare).translate(_PLAIN)


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return what finds the name of a language, in the group of its code, and what finds a word that may stand beside it."""
    rows = dict(read_toml("wishes.toml"))
    more = rows.pop("names")
    words = {word for row in rows.values() for word in _bare(row).split("|")}
    # "bahasa Inggris" before "bahasa", which is Indonesian
    codes = sorted({tag.partition("-")[0] for tag in languages.LANGUAGES}, key=lambda code: (code == "id", code))
    groups = [f"(?P<{code}>{_longest([*_names(code), *_bare(more.get(code, '')).split('|')])})" for code in codes]
    return re.compile(rf"(?:{'|'.join(groups)}){_ENDS}"), re.compile(rf"(?:{_longest(words)}){_ENDS}")


def _names(code: str) -> set[str]:
    """Return what a language is called in the eighteen, as CLDR has it, in every way that it bends."""
    from babel import Locale

    found = set()
    for tag in languages.LANGUAGES:
        name = re.escape(_folded(str(Locale.parse(tag, sep="-").languages[code])))
        bends = _BENDS.get(tag.partition("-")[0])
        found.add(re.sub(*bends, name) if bends else name)
    return found


def _longest(patterns: Iterable[str]) -> str:
    return "|".join(sorted(filter(None, patterns), key=lambda one: (-len(one), one)))
