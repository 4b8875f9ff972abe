"""Finds and removes secrets in what people write, and judges their links and files, before anything is stored."""

from bellrock.guard.files import BYTES_MAX, HEAD_BYTES, TAIL_BYTES, FileFacts, clean_name, inspect_file
from bellrock.guard.findings import MARK, Finding, Kind, Piece, advice, label, mark, pieces, render
from bellrock.guard.links import Link, Oddity, links, warning
from bellrock.guard.normal import MAX_CHARS, normalise
from bellrock.guard.painting import BOXES_MAX, SCALE, Box, paint_over
from bellrock.guard.screening import GuardedText, screen

__all__ = [
    "BOXES_MAX",
    "BYTES_MAX",
    "HEAD_BYTES",
    "MARK",
    "MAX_CHARS",
    "SCALE",
    "TAIL_BYTES",
    "Box",
    "FileFacts",
    "Finding",
    "GuardedText",
    "Kind",
    "Link",
    "Oddity",
    "Piece",
    "advice",
    "clean_name",
    "inspect_file",
    "label",
    "links",
    "mark",
    "normalise",
    "paint_over",
    "pieces",
    "render",
    "screen",
    "warning",
]
