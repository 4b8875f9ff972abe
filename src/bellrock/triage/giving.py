"""What a customer has given away: a secret told to somebody, a screen shown to somebody, money paid so that money is let go."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from bellrock.triage.topics import read_toml

_END_OF_SENTENCE = re.compile(r"[!?。؟;…]+|\.(?=\s|$)")


@dataclass(frozen=True, slots=True)
class _Words:
    """The words of one language: `acts` are patterns that stand in one sentence together, `no` stands in none of these."""

    acts: tuple[tuple[re.Pattern[str], ...], ...]
    no: re.Pattern[str]
    typed: re.Pattern[str] | None
    elsewhere: re.Pattern[str] | None


def has_given(said: str, language: str | None) -> bool:
    """Say whether a plain text tells that the customer gave away what opens their account, or paid for a release.

    Only words of the text's own language count; a language without any tells nothing.
    """
    words = _words().get(language or "")
    if words is None:
        return False
    possible = [act for act in words.acts if act[0].search(said)]
    if not possible:
        return False
    return any(
        all(pattern.search(sentence) for pattern in act) and not words.no.search(sentence)
        for sentence in _END_OF_SENTENCE.split(said)
        for act in possible
    )


def without_what_was_typed(said: str, language: str | None) -> str:
    """Return a plain text without "I entered the code", unless it speaks of a page, a link or a stranger, or of money gone."""
    words = _words().get(language or "")
    if words is None or words.typed is None or words.elsewhere is None or words.elsewhere.search(said):
        return said
    return words.typed.sub(" ", said)


@cache
def _words() -> dict[str, _Words]:
    return {
        language: _Words(
            acts=tuple(tuple(re.compile(pattern) for pattern in act) for act in table["acts"]),
            no=re.compile(table["no"]),
            typed=re.compile("|".join(f"(?:{one})" for one in table["typed"])) if "typed" in table else None,
            elsewhere=re.compile(table["elsewhere"]) if "elsewhere" in table else None,
        )
        for language, table in read_toml("given.toml").items()
    }
