"""Whoever only says hello, or only that they have a question: known by words in eighteen languages, and offered something else
to take hold of each time.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

from bellrock.triage.cases import Case
from bellrock.triage.topics import read_toml, topics

MENU = (
    "deposit_not_credited",
    "withdrawal_pending",
    "login_failed",
    "kyc_how_to",
    "order_not_filled",
    "account_hacked",
)
"""The topics to choose from for somebody who greets again and says nothing else."""
_GREETED = ("greeted:1", "greeted:2", "greeted:3")
# How a case remembers greetings, in place of choices, as long as nothing else was said; at the second one the menu is offered.
_CHARS_MAX = 80
_EVERYWHERE = "en"
_AGAIN = re.compile(r"(.)\1{2,}")


def is_greeting(text: str, *, language: str | None = None) -> bool:
    """Say whether a text is no more than greetings and words to open with, however many, of a language or of any."""
    plain = _AGAIN.sub(r"\1\1", " ".join(text.casefold().replace("’", "'").split()))
    if not plain or len(plain) > _CHARS_MAX:
        return False
    known = _patterns()
    asked = known.values() if language is None else [known[language]] if language in known else []
    return any(pattern.fullmatch(plain) for pattern in asked)


def greeting_language(text: str, *, prior: str) -> str | None:
    """Return the language that a mere greeting goes on in: `prior` where it is one of it, else the only one it is of.

    English ones are said everywhere ("hey hey"): they are of `prior`, too.
    """
    if is_greeting(text, language=prior) or is_greeting(text, language=_EVERYWHERE):
        return prior
    found = [language for language in _patterns() if is_greeting(text, language=language)]
    return found[0] if len(found) == 1 else None


def times_greeted(case: Case) -> int | None:
    """Return how often somebody has greeted who said nothing else so far; None where they did."""
    if case.turns or case.answered or not set(case.choices) <= set(_GREETED):
        return None
    return _GREETED.index(case.choices[0]) + 1 if case.choices else 0


def greeted_again(case: Case) -> Case:
    """Return the case after one more greeting, while nothing else is said."""
    times = times_greeted(case)
    return case if times is None else replace(case, choices=(_GREETED[min(times, len(_GREETED) - 1)],))


def on_offer(case: Case) -> tuple[str, ...]:
    """Return the topics that the customer was last offered to choose from: those of a question, or the menu."""
    has_menu = any(mark in case.choices for mark in _GREETED[1:])
    return MENU if has_menu else tuple(choice for choice in case.choices if choice in topics())


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    openings = read_toml("openings.toml")
    return {
        # What was taken for one of them is not looked at again: a row of them takes linear time, matched or not.
        language: re.compile(rf"[\W_]*+(?>(?:{words}|{openings[language]})(?:(?!\w)|(?<=[^\x00-\u2fff]))[\W_]*+)++")
        for language, words in read_toml("greetings.toml").items()
    }
