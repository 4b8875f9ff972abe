"""Keyed fingerprints and token hashes: finding a contact or a word without storing it."""

from __future__ import annotations

import hmac
import unicodedata
from collections.abc import Iterable

TOKENS_MAX = 5_000


def fingerprint(key: bytes, kind: str, value: str) -> bytes:
    """Return 32 bytes that are the same for the same contact however it was typed.

    `email` and `handle` are compared without case, `phone` by its digits; every other kind exactly (after NFC).
    """
    return hmac.digest(key, f"bellrock/1/fingerprint/{kind}\0{_normalised(kind, value)}".encode(), "sha256")


def token_hashes(key: bytes, tokens: Iterable[str]) -> list[int]:
    """Return the tokens as sorted signed 64-bit hashes without their order or number, `TOKENS_MAX` at most."""
    hashes: set[int] = set()
    for token in tokens:
        digest = hmac.digest(key, b"bellrock/1/token\0" + token.encode("utf-8", "surrogatepass"), "sha256")
        hashes.add(int.from_bytes(digest[:8], "big", signed=True))
        if len(hashes) >= TOKENS_MAX:
            break
    return sorted(hashes)


def _normalised(kind: str, value: str) -> str:
    if kind in ("email", "handle"):
        return unicodedata.normalize("NFKC", value).strip().casefold()
    if kind == "phone":
        digits = "".join(str(unicodedata.digit(sign)) for sign in value if unicodedata.digit(sign, None) is not None)
        return digits.removeprefix("00")
    return unicodedata.normalize("NFC", value).strip()
