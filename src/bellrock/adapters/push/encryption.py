"""Message encryption for web push (RFC 8291) in the content coding aes128gcm (RFC 8188)."""

from __future__ import annotations

import os

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

RECORD_BYTES = 4096
PLAIN_BYTES_MAX = 3_000
SALT_BYTES, AUTH_BYTES, POINT_BYTES = 16, 16, 65


def encrypt(
    plain: bytes,
    *,
    receiver: bytes,
    auth: bytes,
    salt: bytes | None = None,
    sender: ec.EllipticCurvePrivateKey | None = None,
) -> bytes:
    """Return the body of a push message: header and one encrypted record.

    `receiver` is the browser's public key (65 bytes, uncompressed), `auth` its secret of 16 bytes. Salt and the sender's key
    are made anew for each message; tests give those of the RFC. Raises ValueError for keys that are none.
    """
    if len(plain) > PLAIN_BYTES_MAX or len(auth) != AUTH_BYTES or len(receiver) != POINT_BYTES:
        raise ValueError("a push message or its keys have the wrong length")
    salt = salt or os.urandom(SALT_BYTES)
    sender = sender or ec.generate_private_key(ec.SECP256R1())
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), receiver)
    ours = point(sender.public_key())
    shared = sender.exchange(ec.ECDH(), theirs)
    secret = _derive(shared, salt=auth, info=b"WebPush: info\x00" + receiver + ours, length=32)
    key = _derive(secret, salt=salt, info=b"Content-Encoding: aes128gcm\x00", length=16)
    nonce = _derive(secret, salt=salt, info=b"Content-Encoding: nonce\x00", length=12)
    header = salt + RECORD_BYTES.to_bytes(4, "big") + bytes([len(ours)]) + ours
    return header + AESGCM(key).encrypt(nonce, plain + b"\x02", None)


def point(key: ec.EllipticCurvePublicKey) -> bytes:
    """Return a public key as an uncompressed point."""
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _derive(secret: bytes, *, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=length, salt=salt, info=info).derive(secret)
