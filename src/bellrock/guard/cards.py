"""Payment card numbers: issuer range, length, Luhn check and the way the digits stand; never an order id."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bellrock.guard.findings import Kind, Span
from bellrock.guard.words import CARD_WORDS, CHECK_VALUE, NUMBER_IS_PUBLIC

# Groups of digits with single separators, not part of a word, a hash, a decimal number or a phone number.
_DIGITS = re.compile(
    r"(?<![\w.,+#])(?:\d{4}(?:\.\d{4}){3}|\d(?:[ \-\u2013\xa0]?\d){11,40})(?!\w|[.,]\d)",
)
_GROUP = re.compile(r"\d+")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}")
_GROUPINGS = {(4, 4, 4, 4), (4, 4, 4, 4, 3), (4, 6, 5), (4, 6, 4), (6, 13), (8, 8), (4, 4, 4, 1)}
_CONTEXT_CHARS = 60
_GROUPS_MAX = 5
_LUHN_DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)

# (first, last, digits of the range, usual lengths, lengths believed only beside the word "card")
# Source: ISO/IEC 7812 issuer identification numbers as the schemes publish them.
_ISSUERS: tuple[tuple[int, int, int, set[int], set[int]], ...] = (
    (4, 4, 1, {16}, {13, 19}),  # Visa
    (51, 55, 2, {16}, set()),  # Mastercard
    (2221, 2720, 4, {16}, set()),  # Mastercard
    (34, 34, 2, {15}, set()),  # American Express
    (37, 37, 2, {15}, set()),  # American Express
    (62, 62, 2, {16, 17, 18, 19}, set()),  # UnionPay
    (3528, 3589, 4, {16}, {17, 18, 19}),  # JCB
    (6011, 6011, 4, {16}, {19}),  # Discover
    (644, 659, 3, {16}, {19}),  # Discover, RuPay
    (2200, 2204, 4, {16}, {17, 18, 19}),  # Mir
    (9792, 9792, 4, {16}, set()),  # Troy
    (300, 305, 3, set(), {14}),  # Diners Club
    (36, 36, 2, set(), {14}),  # Diners Club
    (38, 39, 2, set(), {14}),  # Diners Club
    (5018, 5018, 4, {16}, {12, 13, 14, 15, 17, 18, 19}),  # Maestro
    (5020, 5020, 4, {16}, {12, 13, 14, 15, 17, 18, 19}),  # Maestro
    (5038, 5038, 4, {16}, {12, 13, 14, 15, 17, 18, 19}),  # Maestro
    (6304, 6304, 4, {16}, {12, 13, 14, 15, 17, 18, 19}),  # Maestro
    (6759, 6763, 4, {16}, {12, 13, 14, 15, 17, 18, 19}),  # Maestro
    (506099, 506198, 6, {16}, {19}),  # Verve
)


def find(text: str, known_ids: frozenset[str]) -> Iterator[Span]:
    """Yield card numbers and the check values printed beside them."""
    ibans = [match.span() for match in _IBAN.finditer(text)] if _DIGITS.search(text) else []
    for match in _DIGITS.finditer(text):
        if any(start <= match.start() < end for start, end in ibans):
            continue
        yield from _cards(text, match, known_ids)
    if "cv" in (lowered := text.lower()) or "安全" in text or "セキュリティ" in text:
        yield from (Span(*match.span(), Kind.CARD, "check_value") for match in CHECK_VALUE.finditer(lowered))


def _cards(text: str, run: re.Match[str], known_ids: frozenset[str]) -> Iterator[Span]:
    groups = [group.span() for group in _GROUP.finditer(text, run.start(), run.end())]
    first = 0
    while first < len(groups):
        step = 1
        for count in range(min(_GROUPS_MAX, len(groups) - first), 0, -1):
            window = groups[first : first + count]
            digits = "".join(text[start:end] for start, end in window)
            is_known = digits in known_ids
            if is_known or _is_card(text, window, digits):
                step = count
                if not is_known:
                    yield Span(window[0][0], window[-1][1], Kind.CARD, "card")
                break
        first += step


def _is_card(text: str, groups: list[tuple[int, int]], digits: str) -> bool:
    if not 12 <= len(digits) <= 19 or not luhn_holds(digits):
        return False
    usual, rare = _lengths(digits)
    start, end = groups[0][0], groups[-1][1]
    near = text[max(0, start - _CONTEXT_CHARS) : start] + " " + text[end : end + _CONTEXT_CHARS]
    is_announced = CARD_WORDS.search(near) is not None
    is_grouped = tuple(end - start for start, end in groups) in _GROUPINGS
    if len(groups) > 1 and not is_grouped and not is_announced:
        return False
    if len(digits) in rare:
        return is_announced
    if len(digits) not in usual:
        return False
    return is_grouped or not NUMBER_IS_PUBLIC.search(text, max(0, start - _CONTEXT_CHARS), start)


def _lengths(digits: str) -> tuple[set[int], set[int]]:
    usual: set[int] = set()
    rare: set[int] = set()
    for first, last, size, usual_lengths, rare_lengths in _ISSUERS:
        if first <= int(digits[:size]) <= last:
            usual |= usual_lengths
            rare |= rare_lengths
    return usual, rare - usual


def luhn_holds(digits: str) -> bool:
    """Say whether the last digit is the Luhn check of the others; one random number in ten passes."""
    values = [int(digit) for digit in reversed(digits)]
    return (sum(values[::2]) + sum(_LUHN_DOUBLED[value] for value in values[1::2])) % 10 == 0
