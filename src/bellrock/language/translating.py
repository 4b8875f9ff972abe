"""Translation with locks: amounts, tickers, addresses, transaction ids, links and masked secrets never reach the translator.

Each is replaced by a placeholder before and put back after; a translation in which one is missing or doubled is not used.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

from bellrock.language.grounding import planted
from bellrock.language.languages import LANGUAGES
from bellrock.language.port import TranslationDamaged, Translator, TranslatorMissing

TEXT_MAX = 10_000

# What a text is looked through for, in this order; whatever matches first is locked whole.
_DIGIT = "[0-9\u0660-\u0669\u06f0-\u06f9\uff10-\uff19]"
_MONEY = "[$€£¥₩₽₺₹]"
_LOCKED = re.compile(
    rf"""
      ⟦[^⟧]{{1,12}}⟧                                                     # a masked secret
    | \b(?:https?://|www\.)[^\s<>\u3000-\u303f\uff00-\uffef\u4e00-\u9fff]+  # a link
    | [\w.+-]{{1,64}}@[\w-]+(?:\.[\w-]+)+                                # an e-mail address
    | \b0x[0-9a-fA-F]{{6,}}\b                                            # of an EVM chain
    | \b(?:bc1|tb1|ltc1|addr1|cosmos1|bnb1)[0-9a-z]{{6,}}\b              # a bech32 address
    | \b(?=[A-Za-z0-9]*[0-9])(?=[A-Za-z0-9]*[A-Za-z])[A-Za-z0-9]{{16,}}\b  # a hash, a base58 address
    | \bBR-[0-9A-Z]{{8}}\b                                               # a reference of ours
    | (?<![A-Za-z])(?:{_MONEY}\s?)?{_DIGIT}(?:[0-9\u0660-\u0669\u06f0-\u06f9\uff10-\uff19.,'’\u00a0\u202f:]*{_DIGIT})?
      (?:\s?(?:%|{_MONEY}))?                                             # a figure, with its sign
    | \b[A-Z][A-Z0-9]{{1,9}}(?:[-/][A-Z0-9]{{2,10}})?\b                  # a ticker, a network, a pair
    | █+                                                                 # what was taken out
    """,
    re.VERBOSE | re.ASCII,
)
# Machines keep such a token whole, but may put spaces into it or other brackets around it.
_TOKEN = re.compile(r"[\[\(【［{]\s*#?\s*(\d{1,3})\s*[\]\)】］}]")
_SHOUTED = re.compile(r"(?<![A-Z])[A-Z]{2,}+(?:[ ][A-Z]{2,}){3,}")


async def translate(
    translator: Translator | None, text: str, *, source: str, target: str, terms: Sequence[str] = ()
) -> str:
    """Return a guarded text in another language, everything that must not change unchanged, and names (`terms`) with it.

    Raises TranslatorMissing, TranslatorFailed, TranslationDamaged.
    """
    if translator is None or source == target or not {source, target} <= known() or not translator.can(source, target):
        raise TranslatorMissing
    masked, parts = lock(text[:TEXT_MAX], terms)
    if not _TOKEN.sub("", masked).strip():
        return text
    paragraphs = masked.split("\n")
    spoken = [place for place, paragraph in enumerate(paragraphs) if _TOKEN.sub("", paragraph).strip()]
    answers = await translator.translate([paragraphs[place] for place in spoken], source=source, target=target)
    for place, answer in zip(spoken, answers, strict=True):
        if planted(answer, source=paragraphs[place]):
            raise TranslationDamaged
        paragraphs[place] = answer.strip()
    return unlock("\n".join(paragraphs), parts)


def known() -> frozenset[str]:
    """Return the codes of the languages that Bellrock speaks."""
    return frozenset(LANGUAGES)


def lock(text: str, terms: Sequence[str] = ()) -> tuple[str, list[str]]:
    """Return a text with numbered placeholders, and what stands behind each. `terms` are locked wherever they stand as words."""
    parts: list[str] = []
    locked = _with_terms(tuple(term for term in terms if term.strip()))
    shouted = [match.span() for match in _SHOUTED.finditer(text)]

    def keep(match: re.Match[str]) -> str:
        found = match[0]
        is_word = found.isalpha() and found.isascii()
        if is_word and any(start <= match.start() < end for start, end in shouted):
            return found  # somebody shouts; these are words, not tickers
        parts.append(found.strip())
        lead = found[: len(found) - len(found.lstrip())]
        tail = found[len(found.rstrip()) :]
        return f"{lead}[{len(parts)}]{tail}"

    # Brackets with a number in them would be taken for placeholders afterwards; they are locked like figures.
    text = _TOKEN.sub(keep, text) if _TOKEN.search(text) else text
    if parts:
        pieces = re.split(r"(\[\d{1,3}\])", text)
        text = "".join(piece if re.fullmatch(r"\[\d{1,3}\]", piece) else locked.sub(keep, piece) for piece in pieces)
    else:
        text = locked.sub(keep, text)
    return text, parts


def veiled(text: str) -> str:
    """Return a text in which nothing names anybody: figures, addresses, links, ids and tickers are hidden behind dots."""
    return replaced(text, lambda _: "•••")


def replaced(text: str, stand_in: Callable[[str], str]) -> str:
    """Return a text in which something else stands for whatever a translator would not see."""
    masked, parts = lock(text)
    return _TOKEN.sub(
        lambda match: stand_in(parts[int(match[1]) - 1]) if 1 <= int(match[1]) <= len(parts) else match[0], masked
    )


@lru_cache(maxsize=32)
def _with_terms(terms: tuple[str, ...]) -> re.Pattern[str]:
    if not terms:
        return _LOCKED
    names = "|".join(re.escape(term) for term in sorted(terms, key=len, reverse=True))
    return re.compile(rf"(?<!\w)(?:{names})(?!\w) | {_LOCKED.pattern}", _LOCKED.flags)


def unlock(text: str, parts: list[str]) -> str:
    """Return a translation with everything put back. Raises TranslationDamaged unless each stands in it exactly once."""
    seen: list[int] = []

    def restore(match: re.Match[str]) -> str:
        number = int(match[1])
        seen.append(number)
        return parts[number - 1] if 1 <= number <= len(parts) else ""

    restored = _TOKEN.sub(restore, text)
    if sorted(seen) != list(range(1, len(parts) + 1)):
        raise TranslationDamaged
    return restored
