"""The alphabets of addresses: base58, base32, bech32 and bech32m, cashaddr. Each returns None for what does not fit."""

from __future__ import annotations

import base64
import binascii
from typing import Literal

from bellrock.chains.hashes import sha256d

BITCOIN_58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
RIPPLE_58 = "rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz"
BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_BECH32_CONST = 1
_BECH32M_CONST = 0x2BC830A3
_CASHADDR = (0x98F2BC8E61, 0x79B76D99E2, 0xF33E5FB3C4, 0xAE2EABE2A8, 0x1E4F43E470)
_SEGWIT = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
Variant = Literal["bech32", "bech32m"]


def base58(text: str, alphabet: str = BITCOIN_58) -> bytes | None:
    """Return the bytes of a base58 text."""
    number = 0
    for sign in text:
        value = alphabet.find(sign)
        if value < 0:
            return None
        number = number * 58 + value
    zeros = len(text) - len(text.lstrip(alphabet[0]))
    return bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8, "big")


def to_base58check(raw: bytes, alphabet: str = BITCOIN_58) -> str:
    """Return bytes as base58check: in base58, with four bytes of SHA-256 twice behind them."""
    whole = raw + sha256d(raw)[:4]
    number, signs = int.from_bytes(whole, "big"), ""
    while number:
        number, value = divmod(number, 58)
        signs = alphabet[value] + signs
    return alphabet[0] * (len(whole) - len(whole.lstrip(b"\0"))) + signs


def base58check(text: str, alphabet: str = BITCOIN_58) -> bytes | None:
    """Return the bytes of a base58check text without its four of checksum."""
    raw = base58(text, alphabet)
    if raw is None or len(raw) < 5 or sha256d(raw[:-4])[:4] != raw[-4:]:
        return None
    return raw[:-4]


def base32(text: str) -> bytes | None:
    """Return the bytes of an RFC 4648 base32 text without padding, in capitals, whose spare bits are zero."""
    if not text or text != text.upper():
        return None
    try:
        raw = base64.b32decode(text + "=" * (-len(text) % 8))
    except (binascii.Error, ValueError):
        return None
    return raw if base64.b32encode(raw).decode().rstrip("=") == text else None


def bech32(text: str, *, length_max: int = 90) -> tuple[str, list[int], Variant] | None:
    """Return prefix, five-bit groups and variant of a bech32 (BIP-173) or bech32m (BIP-350) text."""
    if not 8 <= len(text) <= length_max or (text != text.lower() and text != text.upper()):
        return None
    prefix, _, data = text.lower().rpartition("1")
    groups = five_bits(data)
    if not prefix or groups is None or len(groups) < 6:
        return None
    checked = _segwit_polymod([ord(sign) >> 5 for sign in prefix] + [0] + [ord(sign) & 31 for sign in prefix] + groups)
    if checked == _BECH32_CONST:
        return prefix, groups[:-6], "bech32"
    return (prefix, groups[:-6], "bech32m") if checked == _BECH32M_CONST else None


def cashaddr(prefix: str, data: str) -> list[int] | None:
    """Return the five-bit groups of a cashaddr text (Bitcoin Cash, eCash, Kaspa) whose checksum is right for this prefix."""
    if data != data.lower() and data != data.upper():
        return None
    groups = five_bits(data.lower())
    if groups is None or len(groups) < 9:
        return None
    return groups[:-8] if _cashaddr_polymod([ord(sign) & 31 for sign in prefix] + [0] + groups) == 0 else None


def five_bits(text: str) -> list[int] | None:
    """Return the values of signs of the bech32 alphabet."""
    values = [BECH32.find(sign) for sign in text]
    return None if -1 in values else values


def eight_bits(groups: list[int]) -> bytes | None:
    """Return five-bit groups as bytes; None where the rest is not padding of zeros."""
    number = 0
    for group in groups:
        number = number << 5 | group
    rest = len(groups) * 5 % 8
    if rest > 4 or number & ((1 << rest) - 1):
        return None
    return (number >> rest).to_bytes(len(groups) * 5 // 8, "big")


def _segwit_polymod(values: list[int]) -> int:
    checked = 1
    for value in values:
        top = checked >> 25
        checked = (checked & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate(_SEGWIT):
            checked ^= generator if top >> bit & 1 else 0
    return checked


def _cashaddr_polymod(values: list[int]) -> int:
    checked = 1
    for value in values:
        top = checked >> 35
        checked = (checked & 0x07FFFFFFFF) << 5 ^ value
        for bit, generator in enumerate(_CASHADDR):
            checked ^= generator if top >> bit & 1 else 0
    return checked ^ 1
