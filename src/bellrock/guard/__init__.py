"""Finds and removes secrets in what people write, and judges their links and files, before anything is stored."""

from bellrock.guard.findings import MARK, Finding, Kind, Piece, advice, label, mark, pieces, render
from bellrock.guard.normal import MAX_CHARS, normalise
from bellrock.guard.screening import GuardedText, screen

__all__ = [
    "MARK",
    "MAX_CHARS",
    "Finding",
    "GuardedText",
    "Kind",
    "Piece",
    "advice",
    "label",
    "mark",
    "normalise",
    "pieces",
    "render",
    "screen",
]
