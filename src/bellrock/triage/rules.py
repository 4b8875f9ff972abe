"""Hard rules: words that fetch a person before any classifier is asked."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum
from functools import cache

from bellrock.triage.features import plain
from bellrock.triage.giving import has_given, without_what_was_typed
from bellrock.triage.topics import read_toml


class Sign(StrEnum):
    """What a message may give away that no answer of the first line could settle."""

    ASKS_FOR_PERSON = "asks_for_person"
    LEGAL = "legal"
    MONEY_AT_RISK = "money_at_risk"
    DISTRESS = "distress"
    INSTRUCTS_BOT = "instructs_bot"


def signs(text: str, *, language: str | None = None) -> frozenset[Sign]:
    """Return the signs in a message: by the rules of all languages, and by the wider words of theft and despair of its own.

    A key or a SIM card that others may have is such a sign, before anything is gone, and so is what was given to somebody; words
    that deny a theft, or ask how to stay clear of one, are none, nor is a code that was typed where it belongs.
    """
    folded = read(text)
    found: set[Sign] = {
        sign for sign, rules in _rules().items() if sign is not Sign.MONEY_AT_RISK and _any(rules, folded)
    }
    if _is_at_risk(folded, language):
        found.add(Sign.MONEY_AT_RISK)
    if (wider := _despair().get((language or "").partition("-")[0])) and wider.search(folded):
        found.add(Sign.DISTRESS)
    return frozenset(found)


def read(text: str) -> str:
    """Return a text as rules read it: plain, without the dot that a Turkish İ leaves behind in small letters."""
    return plain(text).replace("\u0307", "")


def joined(patterns: list[str]) -> re.Pattern[str]:
    """Return one regular expression for many."""
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))


def _any(rules: Iterable[re.Pattern[str]], said: str) -> bool:
    return any(rule.search(said) for rule in rules)


def calm(language: str) -> re.Pattern[str] | None:
    """Return what finds the words of a language that take pressure and mood back ("not urgent"), None where there are none."""
    return _calm().get(language)


@cache
def _calm() -> dict[str, re.Pattern[str]]:
    return {language: joined(patterns) for language, patterns in read_toml("tone.toml")["calm"].items()}


@cache
def _rules() -> dict[Sign, tuple[re.Pattern[str], ...]]:
    """Return the rules of all languages, one by one: joined, a hundred alternatives would be tried at every letter."""
    return {
        Sign(name): tuple(re.compile(rule) for rules in table.values() for rule in rules)
        for name, table in read_toml("rules.toml").items()
    }


@cache
def _at_risk() -> dict[str, re.Pattern[str]]:
    return {language: joined(patterns) for language, patterns in read_toml("at_risk.toml").items()}


@cache
def _despair() -> dict[str, re.Pattern[str]]:
    return {language: joined(patterns) for language, patterns in read_toml("despair.toml").items()}


@cache
def _unharmed() -> dict[str, re.Pattern[str]]:
    return {language: joined(patterns) for language, patterns in read_toml("unharmed.toml").items()}


def _is_at_risk(folded: str, language: str | None) -> bool:
    own = _at_risk().get(language or "")
    rules = (*([own] if own is not None else []), *_rules()[Sign.MONEY_AT_RISK])

    def speaks_of_theft(said: str) -> bool:
        return _any(rules, said) or _is_leaked(said)

    if not speaks_of_theft(folded) and not has_given(folded, language):
        return False
    unharmed = _unharmed().get(language or "")
    left = unharmed.sub(" ", folded) if unharmed else folded
    return has_given(left, language) or speaks_of_theft(without_what_was_typed(left, language))


def _is_leaked(folded: str) -> bool:
    return any(one.search(folded) and near.search(folded) for one, near in _leaks())


@cache
def _leaks() -> tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]:
    """Return pairs of patterns: of a word, and of that word near another."""
    words = {name: joined(found).pattern for name, found in read_toml("leaks.toml").items()}
    pairs = [(words[one], words[other]) for one, other in (("keys", "seen"), ("sim", "taken"))]
    return tuple((re.compile(a), joined([f"(?:{a}).{{0,40}}?(?:{b})", f"(?:{b}).{{0,40}}?(?:{a})"])) for a, b in pairs)
