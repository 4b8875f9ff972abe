"""Secrets made for the tests, and words to stand around them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from hypothesis import strategies as st

from bellrock.guard import wordlists
from bellrock.guard.codec import BITCOIN

SHARED = Path(__file__).resolve().parents[3] / "shared"

SENTENCES = (
    "Hello,",
    "please help me, I cannot log in since this morning.",
    "Where are my 250 USDT? I sent them over TRC20 two hours ago.",
    "我的充值还没有到账，请帮我查一下。",
    "入金が反映されません。",
    "Ich habe 0,5 BTC abgehoben und nichts bekommen!",
    "لم تصل الأموال حتى الآن.",
    "Спасибо за ответ :)",
    "My balance is 1,204.55 EUR",
    "см. https://example.com/a?b=1",
    "😀 ok",
)
around = st.lists(st.sampled_from(SENTENCES), max_size=3).map(" ".join)


def shared(path: str) -> Path:
    """Return a file of the shared test data, or skip where that is not there."""
    file = SHARED / path
    if not file.exists():
        pytest.skip(f"the shared test data {path} is not on this machine")
    return file


@cache
def word_list(language: str) -> tuple[str, ...]:
    spec = find_spec("mnemonic")
    assert spec is not None and spec.submodule_search_locations is not None
    folder = Path(next(iter(spec.submodule_search_locations))) / "wordlist"
    words = (folder / f"{language}.txt").read_text(encoding="utf-8").split()
    return tuple("сноха" if "\ufffd" in word else word for word in words)


def phrase(entropy: bytes, language: str) -> list[str]:
    """Make a recovery phrase as BIP-39 says, apart from the code under test."""
    check_bits = len(entropy) // 4
    bits = int.from_bytes(entropy, "big") << check_bits | sha256(entropy).digest()[0] >> (8 - check_bits)
    count = (len(entropy) * 8 + check_bits) // 11
    return [word_list(language)[bits >> 11 * (count - 1 - place) & 2047] for place in range(count)]


def base58check(payload: bytes) -> str:
    raw = payload + sha256(sha256(payload).digest()).digest()[:4]
    number = int.from_bytes(raw, "big")
    text = ""
    while number:
        number, letter = divmod(number, 58)
        text = BITCOIN[letter] + text
    return "1" * (len(raw) - len(raw.lstrip(b"\0"))) + text


def with_luhn(digits: str) -> str:
    """Add the check digit."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = int(digit) * 2 if place % 2 == 0 else int(digit)
        total += doubled - 9 if doubled > 9 else doubled
    return digits + str(-total % 10)


entropies = st.sampled_from([16, 20, 24, 28, 32]).flatmap(lambda size: st.binary(min_size=size, max_size=size))
languages = st.sampled_from(wordlists.LANGUAGES)


@st.composite
def written_phrases(draw: st.DrawFn) -> tuple[list[str], str]:
    """Draw a phrase and one of the ways people write it down."""
    language = draw(languages)
    words = phrase(draw(entropies), language)
    space = "\u3000" if language == "japanese" and draw(st.booleans()) else " "
    writings = {
        "plain": space.join(words),
        "commas": ", ".join(words),
        "lines": "\n".join(words),
        "numbered": " ".join(f"{number}. {word}" for number, word in enumerate(words, 1)),
        "numbered lines": "\n".join(f"{number}) {word}" for number, word in enumerate(words, 1)),
        "number behind": "\n".join(f"{word} {number}." for number, word in enumerate(words, 1)),
        "labelled": " ".join(f"word {number}: {word}" for number, word in enumerate(words, 1)),
        "json": json.dumps(words, ensure_ascii=False),
        "upper": space.join(words).upper(),
        "title": space.join(words).title() if language != "turkish" else space.join(words),
        "dashes": "-".join(words),
        "and": space.join(words[:-1]) + " and " + words[-1],
        "invisible": "\u200b".join(space.join(words)),
    }
    return words, writings[draw(st.sampled_from(sorted(writings)))]


@st.composite
def cards(draw: st.DrawFn) -> str:
    """Draw a card number of one of the large issuers, as people write it."""
    start, length = draw(
        st.sampled_from([("4", 16), ("51", 16), ("2300", 16), ("37", 15), ("62", 16), ("62", 19), ("3530", 16)])
    )
    digits = with_luhn(
        start + draw(st.text("0123456789", min_size=length - 1 - len(start), max_size=length - 1 - len(start)))
    )
    joint = draw(st.sampled_from(["", " ", "-"]))
    if length == 15:
        return joint.join((digits[:4], digits[4:10], digits[10:]))
    return joint.join(digits[place : place + 4] for place in range(0, length, 4))


def strings_in(tree: Any) -> Iterator[str]:
    """Yield the texts of a nested JSON value."""
    if isinstance(tree, str):
        yield tree
    elif isinstance(tree, dict):
        for value in tree.values():
            yield from strings_in(value)
    elif isinstance(tree, list):
        for value in tree:
            yield from strings_in(value)
