"""Hard rules: words that fetch a person before any classifier is asked."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import cache

from bellrock.triage.features import plain
from bellrock.triage.topics import read_toml


class Sign(StrEnum):
    """What a message may give away that no answer of the first line could settle."""

    ASKS_FOR_PERSON = "asks_for_person"
    LEGAL = "legal"
    MONEY_AT_RISK = "money_at_risk"
    DISTRESS = "distress"
    INSTRUCTS_BOT = "instructs_bot"


def signs(text: str, *, language: str | None = None) -> frozenset[Sign]:
    """Return the signs in a message: by the rules of all languages, and by the wider words of theft of its own.

    A key or a SIM card that others may have is such a sign, before anything is gone.
    """
    folded = read(text)
    found = {sign for sign, rule in _rules().items() if rule.search(folded)}
    wider = _at_risk().get(language) if language else None
    if (wider is not None and wider.search(folded)) or _is_leaked(folded):
        found.add(Sign.MONEY_AT_RISK)
    return frozenset(found)


def read(text: str) -> str:
    """Return a text as rules read it: plain, without the dot that a Turkish İ leaves behind in small letters."""
    return plain(text).replace("\u0307", "")


def joined(patterns: list[str]) -> re.Pattern[str]:
    """Return one regular expression for many."""
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))


@cache
def _rules() -> dict[Sign, re.Pattern[str]]:
    return {
        Sign(name): joined([rule for rules in table.values() for rule in rules])
        for name, table in read_toml("rules.toml").items()
    }


@cache
def _at_risk() -> dict[str, re.Pattern[str]]:
    return {language: joined(patterns) for language, patterns in read_toml("at_risk.toml").items()}


def _is_leaked(folded: str) -> bool:
    return any(one.search(folded) and near.search(folded) for one, near in _leaks())


@cache
def _leaks() -> tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]:
    """Return pairs of patterns: of a word, and of that word near another."""
    words = {name: joined(found).pattern for name, found in read_toml("leaks.toml").items()}
    pairs = [(words[one], words[other]) for one, other in (("keys", "seen"), ("sim", "taken"))]
    return tuple((re.compile(a), joined([f"(?:{a}).{{0,40}}?(?:{b})", f"(?:{b}).{{0,40}}?(?:{a})"])) for a, b in pairs)
