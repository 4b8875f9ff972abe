"""Verifying a call's signature with the public half of the customer's key: no secret is needed, taken or kept.

Ed25519 by RFC 8032; RSA by RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017, 8.2), as exchanges publish both.
"""

from __future__ import annotations

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_public_key

RSA_BITS_MAX = 8_192
"""A longer key is not tried: its sums would take too long."""


def is_public_key(pem: str) -> bool:
    """Say whether a text is a public key that signatures can be verified with."""
    return _read(pem) is not None


def verifies(pem: str, signature: bytes, text: str) -> bool:
    """Say whether a signature over a text was made with the private half of this key; False for a key that cannot be read."""
    key = _read(pem)
    try:
        if isinstance(key, Ed25519PublicKey):
            key.verify(signature, text.encode())
        elif isinstance(key, RSAPublicKey):
            key.verify(signature, text.encode(), PKCS1v15(), SHA256())
    except InvalidSignature:
        return False
    return key is not None


def _read(pem: str) -> Ed25519PublicKey | RSAPublicKey | None:
    try:
        key = load_pem_public_key(pem.encode())
    except (ValueError, UnsupportedAlgorithm):
        return None
    if isinstance(key, RSAPublicKey):
        return key if key.key_size <= RSA_BITS_MAX else None
    return key if isinstance(key, Ed25519PublicKey) else None
