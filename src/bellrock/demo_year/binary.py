"""Rows in the database's binary COPY format: what a bulk of millions is written in, without a value being adapted twice."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from uuid import UUID

HEADER = b"PGCOPY\n\xff\r\n\0" + b"\0" * 8
END = b"\xff\xff"
NULL = b"\xff\xff\xff\xff"
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_LENGTH = struct.Struct(">i")
_BIGINT = struct.Struct(">iq")
_INTEGER = struct.Struct(">ii")
_ARRAY = struct.Struct(">iiiiii")
_EMPTY_ARRAY = _LENGTH.pack(12) + struct.pack(">iii", 0, 0, 20)
_JSONB = b"\x01"


def begin(columns: int) -> bytes:
    """Return what each row of so many columns begins with."""
    return struct.pack(">h", columns)


def text(value: str | None) -> bytes:
    if value is None:
        return NULL
    data = value.encode()
    return _LENGTH.pack(len(data)) + data


@lru_cache(maxsize=1_000)
def code(value: str | None) -> bytes:
    """Return a text of which there are few."""
    return text(value)


def raw(value: bytes | None) -> bytes:
    """Return a value of bytea, or of any type by its bytes."""
    return NULL if value is None else _LENGTH.pack(len(value)) + value


def uuid(value: UUID | None) -> bytes:
    return NULL if value is None else b"\0\0\0\x10" + value.int.to_bytes(16, "big")


def bigint(value: int) -> bytes:
    return _BIGINT.pack(8, value)


def integer(value: int) -> bytes:
    return _INTEGER.pack(4, value)


def time(value: datetime | None) -> bytes:
    if value is None:
        return NULL
    since = value - _EPOCH
    return _BIGINT.pack(8, (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds)


def jsonb(value: bytes) -> bytes:
    return _LENGTH.pack(len(value) + 1) + _JSONB + value


def bigints(values: Sequence[int]) -> bytes:
    """Return an array of bigint."""
    if not values:
        return _EMPTY_ARRAY
    items = b"".join(_BIGINT.pack(8, value) for value in values)
    return _ARRAY.pack(20 + len(items), 1, 0, 20, len(values), 1) + items
