"""The encodings in which keys are written, each with its own check: base58check, Ripple's base58, base32 with CRC-16."""

from __future__ import annotations

from base64 import b32decode
from binascii import crc_hqx
from hashlib import sha256

BITCOIN = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
RIPPLE = "rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz"
_VALUES = {alphabet: {letter: value for value, letter in enumerate(alphabet)} for alphabet in (BITCOIN, RIPPLE)}
_CHARS_MAX = 128


def base58(text: str, *, alphabet: str = BITCOIN) -> bytes:
    """Decode base58; return nothing where a letter is foreign or the text is longer than any key."""
    values = _VALUES[alphabet]
    if len(text) > _CHARS_MAX or not all(letter in values for letter in text):
        return b""
    number = 0
    for letter in text:
        number = number * 58 + values[letter]
    zeros = len(text) - len(text.lstrip(alphabet[0]))
    return bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8, "big")


def base58check(text: str, *, alphabet: str = BITCOIN) -> bytes:
    """Decode base58 and return what its four check bytes protect, or nothing."""
    raw = base58(text, alphabet=alphabet)
    payload, check = raw[:-4], raw[-4:]
    return payload if len(raw) > 4 and sha256(sha256(payload).digest()).digest()[:4] == check else b""


def stellar_seed(text: str) -> bool:
    """Say whether this is a Stellar secret seed: base32, version 18 << 3, CRC-16/XMODEM."""
    try:
        raw = b32decode(text)
    except ValueError:
        return False
    return len(raw) == 35 and raw[0] == 18 << 3 and crc_hqx(raw[:-2], 0).to_bytes(2, "little") == raw[-2:]


def ed25519_pair(raw: bytes) -> bool:
    """Say whether 64 bytes are a private key and the public key that belongs to it, as Solana's wallets write them."""
    if len(raw) != 64:
        return False
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.from_private_bytes(raw[:32]).public_key().public_bytes_raw() == raw[32:]
