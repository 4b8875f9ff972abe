"""The size of a picture, read from the first bytes of its file without decoding it."""

from __future__ import annotations

from typing import NamedTuple


class Size(NamedTuple):
    """Width and height in pixels."""

    width: int
    height: int


def png(head: bytes) -> Size | None:
    """Read IHDR, which must be the first chunk."""
    if head[12:16] != b"IHDR" or len(head) < 24:
        return None
    return Size(_big(head[16:20]), _big(head[20:24]))


def gif(head: bytes) -> Size | None:
    """Read the logical screen."""
    return Size(_little(head[6:8]), _little(head[8:10])) if len(head) >= 10 else None


def webp(head: bytes) -> Size | None:
    """Read the first chunk: extended, lossless or lossy."""
    form = head[12:16]
    if form == b"VP8X" and len(head) >= 30:
        return Size(_little(head[24:27]) + 1, _little(head[27:30]) + 1)
    if form == b"VP8L" and len(head) >= 25 and head[20] == 0x2F:
        bits = _little(head[21:25])
        return Size((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
    if form == b"VP8 " and len(head) >= 30 and head[23:26] == b"\x9d\x01\x2a":
        return Size(_little(head[26:28]) & 0x3FFF, _little(head[28:30]) & 0x3FFF)
    return None


def jpeg(head: bytes) -> Size | None:
    """Walk the segments to the frame header; a thumbnail in front of it is a segment and is stepped over."""
    at = 2
    for _ in range(200):
        while at < len(head) and head[at : at + 2] == b"\xff\xff":
            at += 1
        if at + 9 > len(head) or head[at] != 0xFF:
            return None
        marker = head[at + 1]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            return Size(_big(head[at + 7 : at + 9]), _big(head[at + 5 : at + 7]))
        if marker in (0xD9, 0xDA):
            return None
        is_bare = marker == 0x01 or 0xD0 <= marker <= 0xD7
        at += 2 if is_bare else 2 + max(2, _big(head[at + 2 : at + 4]))
    return None


def _big(raw: bytes) -> int:
    return int.from_bytes(raw, "big")


def _little(raw: bytes) -> int:
    return int.from_bytes(raw, "little")
