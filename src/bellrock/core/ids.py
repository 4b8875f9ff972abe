"""Identifiers: UUID version 7 (RFC 9562), ordered by the time they were made."""

from __future__ import annotations

import os
import threading
import time
from uuid import UUID

_lock = threading.Lock()
_last = 0

# Crockford's base 32: no I, L, O, U, so that a reference can be read out on the phone.
_REFERENCE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_id() -> UUID:
    """Return a new UUIDv7; within one process later ids are larger.

    48 bits of Unix milliseconds, 12 bits that count within the millisecond (RFC 9562, 6.2 method 1), 62 random bits.
    """
    global _last
    with _lock:
        tick = (time.time_ns() // 1_000_000) << 12
        _last = tick if tick > _last else _last + 1
        stamp = _last
    value = (stamp >> 12) << 80 | 0x7 << 76 | (stamp & 0xFFF) << 64 | 0b10 << 62
    return UUID(int=value | (int.from_bytes(os.urandom(8), "big") >> 2))


def new_reference() -> str:
    """Return a short public reference such as `BR-7K2M4QXD`: 40 random bits, easy to read out."""
    return reference_of(int.from_bytes(os.urandom(5), "big"))


def reference_of(number: int) -> str:
    """Return the reference of a number: each of the 2**40 from 0 on has its own, larger ones begin anew.

    Numbers that follow each other give references that look unlike (a step of the golden section of 2**40, which is odd and
    so leaves none out).
    """
    bits = number * 0x9E3779B97F & 0xFFFFFFFFFF
    return "BR-" + "".join(_REFERENCE_ALPHABET[bits >> shift & 31] for shift in range(35, -1, -5))
