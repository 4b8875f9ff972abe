"""Pure cryptography: sealing with a place that cannot be changed, and the leaf of a record."""

from __future__ import annotations

import hashlib
import hmac
import os
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bellrock.vault.errors import Tampered

KEY_BYTES = 32
SALT_BYTES = 32
LEAF_BYTES = 32
LEAF_VERSION = b"\x01"

_FORMAT = b"\x01"
_NONCE_BYTES = 12
_OVERHEAD = len(_FORMAT) + _NONCE_BYTES + 16
WRAPPED_BYTES = _OVERHEAD + KEY_BYTES


def new_key() -> bytes:
    """Return 32 random bytes."""
    return os.urandom(KEY_BYTES)


def seal(key: bytes, plain: bytes, *, place: bytes) -> bytes:
    """Return `0x01 || nonce || AES-256-GCM ciphertext and tag`; it opens only at the same place."""
    nonce = os.urandom(_NONCE_BYTES)
    return _FORMAT + nonce + AESGCM(key).encrypt(nonce, plain, place)


def unseal(key: bytes, sealed: bytes, *, place: bytes) -> bytes:
    """Return what `seal` was given. Raises Tampered when the bytes, the key or the place differ."""
    if len(sealed) < _OVERHEAD or sealed[:1] != _FORMAT:
        raise Tampered
    try:
        return AESGCM(key).decrypt(sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :], place)
    except InvalidTag as error:
        raise Tampered from error


def place(purpose: str, object_id: UUID, subject_id: UUID, retention: str) -> bytes:
    """Return the associated data that binds sealed bytes to what they are, whose, and how long they are kept."""
    return b"bellrock/1/%s\0%b" % (purpose.encode(), whose(object_id, subject_id, retention))


def places(first: str, second: str, object_id: UUID, subject_id: UUID, retention: str) -> tuple[bytes, bytes]:
    """Return the places of two purposes of one object."""
    bound = whose(object_id, subject_id, retention)
    return b"bellrock/1/%s\0%b" % (first.encode(), bound), b"bellrock/1/%s\0%b" % (second.encode(), bound)


def whose(object_id: UUID, subject_id: UUID, retention: str) -> bytes:
    """Return the end of a place: the object, its subject and its class."""
    return object_id.bytes + subject_id.bytes + retention.encode()


def record_salt(record_key: bytes, stored: bytes) -> bytes:
    """Return the salt of a record's leaf.

    It depends on the record's own key, so that somebody who reads the database alone cannot try guesses of a short
    message against its leaf, and nobody can once the key is shredded. A receipt discloses the salt, never the key.
    """
    return hmac.digest(record_key, b"bellrock/1/salt\0" + stored, "sha256")


def leaf(salt: bytes, canonical_record: bytes) -> bytes:
    """Return HMAC-SHA256(salt, RFC 8785 bytes of the record): 32 bytes."""
    return hmac.digest(salt, canonical_record, "sha256")


def leaf_data(leaf_bytes: bytes) -> bytes:
    """Return what the log contains for a record: `0x01 || leaf`."""
    return LEAF_VERSION + leaf_bytes


def leaf_hash(leaf_bytes: bytes) -> bytes:
    """Return the Merkle leaf hash: SHA-256(0x00 || 0x01 || leaf), RFC 9162, 2.1.1."""
    return hashlib.sha256(b"\x00\x01" + leaf_bytes).digest()
