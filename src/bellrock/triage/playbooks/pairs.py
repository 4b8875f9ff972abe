"""Calls signed with a pair of keys: the signature is verified with the public half that the exchange knows.

Each typical mistake is made on purpose; the one under which the signature is right is the one that was made. The private half
is never needed: whoever sends one is told that it is open.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from urllib.parse import unquote

from bellrock.exchange import ApiKey, KeyStatus, SigningRule, verifies
from bellrock.triage.playbooks.requests import UNKNOWN, Request
from bellrock.triage.playbooks.signatures import Mistake, typical_texts

KEYS_MAX = 8
_SIGNATURE_BYTES_MIN, _SIGNATURE_BYTES_MAX = 64, 1_024
_HASH_HEX_CHARS = 64


@dataclass(frozen=True, slots=True)
class Verified:
    """What a signature turned out to be: right with `mistake` None, else by which mistake; `key` is the one it was judged by."""

    mistake: Mistake | None
    key: ApiKey


def keys_of(keys: Sequence[ApiKey], key_id: str | None) -> tuple[ApiKey, ...]:
    """Return the keys that a call can have been signed with by a pair, the one that it names first."""
    pairs = [one for one in keys if one.public_key and (one.status is KeyStatus.ACTIVE or one.id == key_id)]
    return tuple(sorted(pairs, key=lambda one: one.id != key_id)[:KEYS_MAX])


def of_pairs(rule: SigningRule) -> SigningRule:
    """Return a rule as it is for calls signed with a pair of keys: the same text, in base64."""
    is_own = rule.algorithm != "hmac-sha256"
    return rule if is_own else replace(rule, algorithm="pair", encoding="base64")


def verified(
    request: Request, rule: SigningRule, keys: Sequence[ApiKey], *, key_id: str | None = None
) -> Verified | None:
    """Return what the signature of a request turned out to be; None where it cannot be judged.

    That is where a value that was signed is not in the words, where it has the form of no signature by a pair, or without keys.
    The surest is tried first: the key that the call names, the right text, the encoding of the rule.
    """
    given = request.get("signature") or request.signature or ""
    if not keys or UNKNOWN in given or request.to_sign(rule) is None:
        return None
    forms = list(_forms(given, is_base64=rule.encoding == "base64"))
    if not forms:
        return None
    texts = [(None, request.to_sign(rule) or ""), *typical_texts(request, rule)]
    for key in keys:
        is_other = key_id is not None and key.id != key_id
        for of_text, text in texts:
            for of_form, signature in forms:
                if key.public_key and verifies(key.public_key, signature, text):
                    return Verified(Mistake.OTHER_KEY if is_other else of_form or of_text, key)
    # Of a call that names a key with a shared secret, or one that is gone, that it fits no other says nothing.
    return Verified(Mistake.KEY, keys[0]) if key_id in (None, keys[0].id) else None


def _forms(given: str, *, is_base64: bool) -> Iterator[tuple[Mistake | None, bytes]]:
    """Return what bytes a signature can stand for, as the rule wants them first, each with the mistake that it would be."""
    plain = unquote(given)
    if len(plain) == _HASH_HEX_CHARS and all(sign in "0123456789abcdefABCDEF" for sign in plain):
        return  # by a shared secret
    wrong = Mistake.SIGNATURE_BASE
    tries = [
        (None if is_base64 else wrong, _of_base64(plain)),
        (Mistake.SIGNATURE_ENCODING, _of_base64(plain.replace(" ", "+"))),
        (wrong, _of_base64(plain.replace("-", "+").replace("_", "/"))),
        (wrong if is_base64 else None, _of_hex(plain)),
    ]
    seen = set[bytes]()
    for mistake, signature in tries:
        if signature is not None and signature not in seen:
            seen.add(signature)
            yield mistake, signature


def _of_base64(text: str) -> bytes | None:
    try:
        return _of_size(base64.b64decode(text + "=" * (-len(text) % 4), validate=True))
    except (binascii.Error, ValueError):
        return None


def _of_hex(text: str) -> bytes | None:
    try:
        return _of_size(bytes.fromhex(text))
    except ValueError:
        return None


def _of_size(signature: bytes) -> bytes | None:
    return signature if _SIGNATURE_BYTES_MIN <= len(signature) <= _SIGNATURE_BYTES_MAX else None
