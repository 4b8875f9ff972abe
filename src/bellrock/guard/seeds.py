"""Recovery phrases: runs of BIP-39 words whose checksum holds, or which stand as only a recovery phrase stands."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import islice, pairwise

from bellrock.guard import wordlists
from bellrock.guard.findings import MARK, Kind, Span
from bellrock.guard.words import SEED_WORDS, SEED_WORDS_HAN

_LENGTHS = (12, 15, 18, 21, 24)
_ELECTRUM_AND_MONERO = (13, 25)
# A run this long is a word list or several phrases; either way it goes without a checksum.
_RUN_CERTAIN = 40
# In context a phrase is recognised although a word is missing or mistyped.
_RUN_IN_CONTEXT = 11
_CONTEXT_BEFORE_CHARS = 200
_CONTEXT_AFTER_CHARS = 120
_GAP_MAX = 24
_NUMBERED_MIN = 10

_WORD = re.compile(rf"{MARK.pattern}|[^\W\d_]+")
_NUMBER_BEFORE = re.compile(r"\d{1,2}\W{0,4}$")
_LABEL_AFTER = re.compile(r"\s?#?\d{1,2}\s?[:.)=\-\u2013]")
_JOINED_BY = frozenset({"and", "und", "et", "y", "e", "и", "ve", "en", "a", "i", "dan", "va", "ja", "と", "和"})
# English grammar that is in the English list. Two fifths of a run of such words is talk: by chance one phrase in 100,000 is so.
_TALK = frozenset(
    re.findall(
        r"\w+",
        "able about after again all also another any before both can come find give good have help into just know like list "
        "make may more much need next now one only over please put right say still such sure tell that then there they this "
        "time until use used want what when where will you",
    )
)
_HAN_RUN = re.compile(r"[\u4e00-\u9fff]+(?: [\u4e00-\u9fff]+)*")
# A block of 24 characters with a space in every other place.
_HAN_BLOCK_MAX = 48
_ANNOUNCED_MAX = 200
_HAN_ANNOUNCED = re.compile(r"(?:[\s:\uff1a=是为為「『\"'“‘(（\uff0c,]|如下|就是|分别){0,24}")

_Tokens = list[re.Match[str]]


@dataclass(slots=True)
class _Run:
    """Words of one language's list, one directly after the other."""

    first: int
    last: int
    indices: list[int] = field(default_factory=list)
    shortened: list[int] = field(default_factory=list)  # places in `indices`


def find(text: str) -> Iterator[Span]:
    """Yield the recovery phrases of a text. Linear: a word is looked up a few times at most, a window is one step."""
    tokens = list(_WORD.finditer(text))
    if len(tokens) >= _RUN_IN_CONTEXT:
        for stretch in _stretches(text, tokens):
            yield from _runs(text, stretch)
        if len(_LABEL_AFTER.findall(text)) >= _NUMBERED_MIN:
            words = [token for token in tokens if not _LABEL_AFTER.match(text, token.end())]
            yield from _runs(text, words, gap_max=2 * _GAP_MAX)
    if not text.isascii():
        for match in islice(SEED_WORDS_HAN.finditer(text), _ANNOUNCED_MAX):
            yield from _unspaced_chinese(text, match.end())


def _stretches(text: str, tokens: _Tokens) -> Iterator[_Tokens]:
    """Yield the stretches of listed words that are long enough. Looks at every eleventh word, and around those it knows."""
    step = _RUN_IN_CONTEXT
    probe = step - 1
    while probe < len(tokens):
        if not _is_listed(text, tokens[probe]):
            probe += step
            continue
        first = last = probe
        while first > 0 and _is_listed(text, tokens[first - 1]):
            first -= 1
        while last + 1 < len(tokens) and _is_listed(text, tokens[last + 1]):
            last += 1
        if last - first + 1 >= step:
            yield tokens[first : last + 1]
        probe = last + 1 + step


def _is_listed(text: str, token: re.Match[str]) -> bool:
    return bool(_places(token[0])) or _is_joint(text, token)


def _runs(text: str, tokens: _Tokens, gap_max: int = _GAP_MAX) -> Iterator[Span]:
    open_runs: dict[int, _Run] = {}
    end = 0
    for number, token in enumerate(tokens):
        if token.start() - end > gap_max or token[1]:
            yield from _closed(text, tokens, open_runs.values())
            open_runs = {}
        end = token.end()
        places = _places(token[0])
        if not places and _is_joint(text, token):
            continue
        continued: dict[int, _Run] = {}
        for place in places:
            run = open_runs.pop(place.language, None) or continued.get(place.language) or _Run(number, number)
            run.last = number
            if not place.is_whole:
                run.shortened.append(len(run.indices))
            run.indices.append(place.word)
            continued[place.language] = run
        yield from _closed(text, tokens, open_runs.values())
        open_runs = continued
    yield from _closed(text, tokens, open_runs.values())


def _places(word: str) -> list[wordlists.Place]:
    if word[0] == "⟦":
        return []
    script = wordlists.script_of(word)
    # A Chinese word of the lists is one character; longer stretches are ordinary writing.
    if script is None or len(word) > 12 or (script == "han" and len(word) > 1):
        return []
    return wordlists.of_script(script).places(wordlists.key(word))


def _is_joint(text: str, token: re.Match[str]) -> bool:
    """Tell "1st" and "and" between the words of a phrase from a word that ends it."""
    word = token[0]
    if len(word) > 3:
        return False
    return word.lower() in _JOINED_BY or (len(word) <= 2 and text[token.start() - 1 : token.start()].isdigit())


def _closed(text: str, tokens: _Tokens, runs: Iterable[_Run]) -> Iterator[Span]:
    for run in runs:
        if len(run.indices) < _RUN_IN_CONTEXT:
            continue
        start, end = tokens[run.first].start(), tokens[run.last].end()
        if _is_phrase(text, tokens, run, start, end):
            yield Span(start, end, Kind.SEED_PHRASE, "bip39")


def _is_phrase(text: str, tokens: _Tokens, run: _Run, start: int, end: int) -> bool:
    count = len(run.indices)
    is_talk = _is_talk(tokens[run.first : run.last + 1])
    # Who shortens words shortens all that are long.
    is_even = not run.shortened or 2 * len(run.shortened) >= count
    if is_even and not is_talk and (count >= _RUN_CERTAIN or has_valid_window(run.indices)):
        return True
    # A word of the sentence around a phrase may look like a shortened one: "esta" before it, and "estate" in the list.
    if not is_even and not is_talk and any(has_valid_window(part) for part in _whole(run)):
        return True
    if SEED_WORDS.search(text, max(0, start - _CONTEXT_BEFORE_CHARS), end + _CONTEXT_AFTER_CHARS):
        return True
    if count < _LENGTHS[0]:
        return False
    numbered = sum(
        1
        for token in tokens[run.first : run.last + 1]
        if _NUMBER_BEFORE.search(text, max(0, token.start() - 6), token.start())
    )
    if numbered >= _NUMBERED_MIN:
        return True
    return is_even and not is_talk and count in (*_LENGTHS, *_ELECTRUM_AND_MONERO) and _stands_alone(text, start, end)


def _whole(run: _Run) -> Iterator[list[int]]:
    """Yield what stands between the shortened words of a run."""
    edges = [-1, *run.shortened, len(run.indices)]
    for before, after in pairwise(edges):
        yield run.indices[before + 1 : after]


def _is_talk(tokens: _Tokens) -> bool:
    return 5 * sum(1 for token in tokens if token[0].lower() in _TALK) >= 2 * len(tokens)


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Say whether nothing but signs shares the lines with these words."""
    line_start = text.rfind("\n", 0, start) + 1
    line_end = text.find("\n", end)
    rest = text[line_start:start] + text[end : len(text) if line_end < 0 else line_end]
    return not any(character.isalpha() for character in rest)


def has_valid_window(indices: list[int]) -> bool:
    """Say whether 12, 15, 18, 21 or 24 neighbouring words carry a right BIP-39 checksum."""
    for length in _LENGTHS:
        if len(indices) < length:
            return False
        bits = length * 11
        window = (1 << bits) - 1
        value = 0
        for position, index in enumerate(indices):
            value = (value << 11 | index) & window
            if position + 1 >= length and _checksum_holds(value, bits):
                return True
    return False


def _checksum_holds(value: int, bits: int) -> bool:
    check_bits = bits // 33
    entropy = (value >> check_bits).to_bytes((bits - check_bits) // 8, "big")
    return sha256(entropy).digest()[0] >> (8 - check_bits) == value & ((1 << check_bits) - 1)


def _unspaced_chinese(text: str, after: int) -> Iterator[Span]:
    """Find a phrase written as one block of characters behind words that announce it, such as 助记词是 or 助记词："""
    announced = _HAN_ANNOUNCED.match(text, after)
    assert announced is not None
    # The phrase may itself begin with a character that announces one, such as 是: try each place.
    for start in range(announced.end(), after - 1, -1):
        match = _HAN_RUN.match(text, start, start + _HAN_BLOCK_MAX)
        block = match[0].replace(" ", "") if match is not None else ""
        if match is not None and len(block) in _LENGTHS and _is_valid_block(block):
            yield Span(start, match.end(), Kind.SEED_PHRASE, "bip39")
            return


def _is_valid_block(block: str) -> bool:
    words = wordlists.of_script("han")
    by_language: dict[int, list[int]] = {}
    for character in block:
        for place in words.places(character):
            by_language.setdefault(place.language, []).append(place.word)
    return any(len(indices) == len(block) and has_valid_window(indices) for indices in by_language.values())
