"""Text that strangers sent, made safe to keep and to show: no control characters, no hidden direction changes."""

from __future__ import annotations

import re
import unicodedata

from bellrock.core import N_, Invalid, TooLarge

MAX_CHARS = 10_000

_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
# Control characters save tab and newline; soft hyphen; invisible separators and fillers; bidi embeddings, overrides and
# isolates; deprecated format characters; byte order mark; interlinear and tag characters; non-characters. The direction
# marks U+200E, U+200F and U+061C and the joiners U+200C and U+200D stay: right-to-left text and emoji need them.
_NON_CHARACTERS = "".join(chr(plane << 16 | last) for plane in range(17) for last in (0xFFFE, 0xFFFF))
_REMOVED = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\xad\u180e\u200b\u202a-\u202e\u2060-\u206f\ufdd0-\ufdef\ufeff\ufff0-\ufffb"
    f"\U000e0000-\U000e0fff{_NON_CHARACTERS}]"
)
_SURROGATES = re.compile("[\ud800-\udfff]")
_STACK = re.compile(r"[^\w\s!-~]{5,}")
_MARKS_MAX = 4
_BLANK_LINES = re.compile(r"\n(?:[ \t]*\n){3,}")
_INVISIBLE = re.compile("[\\s\u200c-\u200f\u061c\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0\ufe00-\ufe0f\u2800]+")
_PLAIN = re.compile(r"[\t -~]+")


def normalise(text: str, *, max_chars: int = MAX_CHARS) -> str:
    """Return the text as NFC without anything that hides, reorders or breaks what is stored and shown.

    Idempotent, linear, and never longer than `max_chars`. At most two empty lines in a row and four combining marks
    on a letter are kept. Raises TooLarge `message_too_long` and Invalid `message_empty`.
    """
    if len(text) > max_chars:
        raise _too_long(max_chars)
    if _PLAIN.fullmatch(text):
        clean = text.strip()
    else:
        clean = _SURROGATES.sub("\ufffd", text)
        clean = _REMOVED.sub("", _LINE_ENDS.sub("\n", clean))
        clean = unicodedata.normalize("NFC", _STACK.sub(_cap_marks, clean))
        clean = unicodedata.normalize("NFC", _STACK.sub(_cap_marks, clean))
        clean = _BLANK_LINES.sub("\n\n\n", clean).strip()
        if len(clean) > max_chars:
            raise _too_long(max_chars)
        if _INVISIBLE.fullmatch(clean):
            clean = ""
    if not clean:
        raise Invalid(N_("Please write a message first."), code="message_empty")
    return clean


def _cap_marks(stack: re.Match[str]) -> str:
    """Keep the first few combining marks of each letter: more of them climb over the neighbouring lines."""
    kept: list[str] = []
    marks = 0
    for character in stack[0]:
        is_mark = unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me")
        marks = marks + 1 if is_mark else 0
        if marks <= _MARKS_MAX:
            kept.append(character)
    return "".join(kept)


def _too_long(max_chars: int) -> TooLarge:
    text = N_("This message is too long. Please keep it under %(max_chars)s characters or attach it as a file.")
    return TooLarge(text, code="message_too_long", max_chars=max_chars)
