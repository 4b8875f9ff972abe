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


def signs(text: str) -> frozenset[Sign]:
    """Return the signs in a message; the rules of all languages are applied to every text."""
    folded = plain(text)
    return frozenset(sign for sign, rule in _rules().items() if rule.search(folded))


@cache
def _rules() -> dict[Sign, re.Pattern[str]]:
    return {
        Sign(name): re.compile("|".join(f"(?:{rule})" for rules in table.values() for rule in rules))
        for name, table in read_toml("rules.toml").items()
    }
