"""The one way from a stranger's text to a text that may be kept."""

from __future__ import annotations

import re
from functools import cache

from bellrock.guard import cards, keys, said, seeds
from bellrock.guard.findings import DANGEROUS, Finding, Kind, Span, mark
from bellrock.guard.normal import MAX_CHARS, normalise

_PASSES_MAX = 6
_JOINERS = re.compile("[\u200c-\u200f\u061c\u034f\ufe00-\ufe0f]")
_SEVERITY = {kind: place for place, kind in enumerate(Kind)}
_MADE_HERE = object()


class GuardedText:
    """A text without secrets, ready to be stored. Only `screen` makes one, so that no other text can be kept."""

    __slots__ = ("findings", "text")
    text: str
    findings: tuple[Finding, ...]

    def __init__(self, text: str, findings: tuple[Finding, ...], *, made_by: object) -> None:
        if made_by is not _MADE_HERE:
            raise TypeError("a GuardedText is made by guard.screen alone")
        object.__setattr__(self, "text", text)
        object.__setattr__(self, "findings", findings)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a GuardedText cannot be changed: {name}")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"a GuardedText cannot be changed: {name}")

    def __str__(self) -> str:
        return self.text

    def __len__(self) -> int:
        return len(self.text)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, GuardedText) and (self.text, self.findings) == (other.text, other.findings)

    def __hash__(self) -> int:
        return hash((self.text, self.findings))

    def __repr__(self) -> str:
        """Show no word of it: a representation ends up in logs."""
        return f"GuardedText({len(self.text)} characters, {[finding.kind.value for finding in self.findings]})"

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """The kinds of secret that were removed, gravest first, each once."""
        return tuple(sorted({finding.kind for finding in self.findings}, key=_SEVERITY.__getitem__))

    @property
    def raises_case(self) -> bool:
        """Whether a stranger who read along could move money now, so that the case goes first."""
        return any(finding.kind in DANGEROUS for finding in self.findings)


def screen(
    text: str,
    *,
    known_order_ids: frozenset[str] = frozenset(),
    language: str | None = None,  # noqa: ARG001
    max_chars: int = MAX_CHARS,
) -> GuardedText:
    """Return the text normalised and with every secret replaced by a mark, and say what was found.

    `known_order_ids` are numbers of the customer's own orders, which are never taken for a card. `language` is accepted
    for callers that know it; the rules of all languages are applied to every text. Screening a screened text changes nothing.
    Raises what `normalise` raises.
    """
    clean = normalise(text, max_chars=max_chars)
    findings: list[Finding] = []
    for _ in range(_PASSES_MAX):
        spans = _merged(_detect(clean, known_order_ids))
        if not spans:
            break
        clean, findings = _masked(clean, spans, findings)
    return GuardedText(clean, tuple(findings), made_by=_MADE_HERE)


def _detect(text: str, known_order_ids: frozenset[str]) -> list[Span]:
    if text.isascii():
        view, origin = text, None
    else:
        view, origin = _view(text)
    spans = [*seeds.find(view), *keys.find(view), *cards.find(view, known_order_ids), *said.find(view)]
    if origin is not None:
        spans = [Span(origin[start], origin[end - 1] + 1, kind, form) for start, end, kind, form in spans]
    return spans


def _view(text: str) -> tuple[str, list[int] | None]:
    """Return the text as detectors read it: digits and Latin letters of any width or script as ASCII, joiners left out.

    The second value maps each place back to the text, where joiners were left out.
    """
    plain = text.translate(_ascii_forms())
    if not _JOINERS.search(plain):
        return plain, None
    origin = [place for place, letter in enumerate(plain) if not _JOINERS.match(letter)]
    return "".join(plain[place] for place in origin), origin


@cache
def _ascii_forms() -> dict[int, str]:
    """Map digits of other scripts, full-width signs, odd spaces and dashes to ASCII, one character to one."""
    forms = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F) if code not in (0xFF1A, 0xFF01, 0xFF1F, 0xFF0C)}
    for zero in (0x660, 0x6F0, 0x966, 0x9E6, 0xE50, 0xFF10):
        forms |= {zero + value: str(value) for value in range(10)}
    forms |= dict.fromkeys((*range(0x2000, 0x200B), 0xA0, 0x202F, 0x205F, 0x3000), " ")
    return forms | dict.fromkeys((*range(0x2010, 0x2016), 0x2212, 0xFE58, 0xFE63, 0xFF0D), "-")


def _merged(spans: list[Span]) -> list[Span]:
    """Join what overlaps, so that no part of either stays; the graver kind gives the name."""
    merged: list[Span] = []
    for span in sorted(spans):
        if merged and span.start < merged[-1].end:
            last = merged.pop()
            grave = min(last, span, key=lambda each: _SEVERITY[each.kind])
            span = Span(last.start, max(last.end, span.end), grave.kind, grave.form)
        merged.append(span)
    return merged


def _masked(text: str, spans: list[Span], earlier: list[Finding]) -> tuple[str, list[Finding]]:
    parts: list[str] = []
    findings: list[Finding] = []
    done = length = 0
    for start, end, kind, form in spans:
        parts += (text[done:start], mark(kind))
        length += start - done
        findings.append(Finding(kind, length, length + len(mark(kind)), form))
        length += len(mark(kind))
        done = end
    parts.append(text[done:])
    for finding in earlier:
        if not any(start < finding.end and finding.start < end for start, end, _, _ in spans):
            shift = sum(len(mark(kind)) - (end - start) for start, end, kind, _ in spans if end <= finding.start)
            findings.append(Finding(finding.kind, finding.start + shift, finding.end + shift, finding.form))
    return "".join(parts), sorted(findings, key=lambda finding: finding.start)
