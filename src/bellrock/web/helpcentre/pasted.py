"""What people paste into the search instead of a question."""

from __future__ import annotations

import re

_HEX = re.compile(r"(?<![0-9A-Za-z])(?:0x)?([0-9a-fA-F]{64})(?![0-9A-Za-z])")
# Solana writes a signature of 64 bytes in base 58: 86 to 88 letters without 0, O, I and l.
_BASE58 = re.compile(r"(?<![0-9A-Za-z])([1-9A-HJ-NP-Za-km-z]{86,88})(?![0-9A-Za-z])")


def transaction_id(text: str) -> str | None:
    """Return the transaction hash in a text, also out of an explorer's address; None where there is none."""
    for pattern in (_HEX, _BASE58):
        if match := pattern.search(text):
            return match[0]
    return None
