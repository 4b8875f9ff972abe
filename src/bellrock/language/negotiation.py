"""The language of a page: what the reader's browser asks for, among those that there are."""

from __future__ import annotations

import re
from collections.abc import Collection

from bellrock.language.languages import LANGUAGES, SOURCE

_HEADER_CHARS_MAX = 500
_RANGES_MAX = 30
_RANGE = re.compile(r"([A-Za-z]{1,8}(?:[-_][A-Za-z0-9]{1,8}){0,4}|\*)\s*(?:;\s*q\s*=\s*([01](?:\.\d{0,3})?))?")
_TRADITIONAL = frozenset({"hant", "tw", "hk", "mo"})
_OLD_CODES = {"in": "id", "iw": "he", "ji": "yi"}


def canonical(tag: str) -> str | None:
    """Return which of our languages a tag such as `pt_BR`, `zh-TW` or `in` means, or nothing."""
    primary, *rest = (part.lower() for part in re.split("[-_]", tag.strip()))
    primary = _OLD_CODES.get(primary, primary)
    if primary == "zh" or primary == "yue":
        is_traditional = "hans" not in rest and (primary == "yue" or not _TRADITIONAL.isdisjoint(rest))
        return "zh-Hant" if is_traditional else "zh-Hans"
    return primary if primary in LANGUAGES else None


def negotiate(header: str | None, available: Collection[str], *, default: str = SOURCE) -> str:
    """Return the best of the available languages for an Accept-Language header (RFC 9110, 12.5.4).

    The reader's order decides; a language that is not there is replaced by its neighbour (traditional Chinese by
    simplified, and the reverse) before the next wish is looked at. `q=0` rules a language out.
    """
    wishes: list[tuple[float, int, str]] = []
    refused: set[str] = set()
    for place, part in enumerate((header or "")[:_HEADER_CHARS_MAX].split(",")[:_RANGES_MAX]):
        match = _RANGE.fullmatch(part.strip())
        if match is None:
            continue
        tag = "*" if match[1] == "*" else canonical(match[1])
        weight = min(1.0, float(match[2])) if match[2] else 1.0
        if tag is None:
            continue
        if weight == 0:
            refused.add(tag)
        else:
            wishes.append((-weight, place, tag))
    offered = [tag for tag in available if tag not in refused] or list(available)
    for _, _, tag in sorted(wishes):
        if tag == "*":
            return default if default in offered else offered[0]
        for near in _near(tag):
            if near in offered:
                return near
    return default if default in offered or not offered else offered[0]


def _near(tag: str) -> tuple[str, ...]:
    return {"zh-Hant": ("zh-Hant", "zh-Hans"), "zh-Hans": ("zh-Hans", "zh-Hant")}.get(tag, (tag,))
