"""Signatures by the conventions of Standard Webhooks: webhook-id, webhook-timestamp, webhook-signature."""

from __future__ import annotations

import base64
import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime

SECRET_PREFIX = "whsec_"  # noqa: S105 - says what follows
_SECRET_BYTES = 32


def new_signing_secret() -> str:
    """Return a secret to sign with, as receivers write it down."""
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def sign(secret: str, *, id: str, at: datetime, body: bytes) -> str:
    """Return `v1,` and the signature of a message."""
    key = base64.b64decode(secret.removeprefix(SECRET_PREFIX))
    signed = f"{id}.{int(at.timestamp())}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key, signed, "sha256")).decode()


def signed_headers(keys: Sequence[str], *, id: str, at: datetime, body: bytes) -> dict[str, str]:
    """Return the headers of a message, signed with each of these secrets: while one replaces another, both hold."""
    return {
        "webhook-id": id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(sign(key, id=id, at=at, body=body) for key in keys),
    }
