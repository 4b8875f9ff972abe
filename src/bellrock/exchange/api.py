"""What an exchange tells of a customer's API keys and of the calls made with them: never a secret, never a signature."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

import msgspec

from bellrock.exchange.facts import Id, Instant, Text

PublicKey = Annotated[
    str,
    msgspec.Meta(max_length=2_000, pattern=r"^-----BEGIN PUBLIC KEY-----[A-Za-z0-9+/=\s]+-----END PUBLIC KEY-----\s*$"),
]
"""A SubjectPublicKeyInfo in PEM. An answer with anything else in its place, such as a private key, is refused whole."""


class KeyStatus(StrEnum):
    """Whether a key works."""

    ACTIVE = "active"
    DISABLED = "disabled"
    EXPIRED = "expired"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class ApiKey:
    """An API key. `public` is its public part, shortened in the middle; `addresses` its allow-list, empty for none.

    `public_key` is what its signatures are verified with, where it signs with a pair of keys instead of a shared secret: the
    text of the signing rule, by Ed25519 or RSA (PKCS #1 v1.5, SHA-256), sent in base64. An exchange that does not tell it
    leaves it out.
    """

    id: Id
    label: Text
    public: Text
    status: KeyStatus
    permissions: tuple[Text, ...]
    addresses: tuple[Text, ...]
    created_at: Instant
    expires_at: Instant | None
    used_at: Instant | None
    public_key: PublicKey | None = None


class ApiFault(StrEnum):
    """Why a call was refused."""

    SIGNATURE = "signature"
    TIMESTAMP = "timestamp"
    KEY = "key"
    ADDRESS = "address"  # not on the key's allow-list
    PERMISSION = "permission"
    PARAMETER = "parameter"
    RATE = "rate"
    BANNED = "banned"  # for going on after RATE
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class ApiCall:
    """One call as the exchange received it.

    `signed_text` is what the exchange signed to compare, with values other than times, symbols and sizes redacted;
    `sent_at` is the timestamp in the call and `received_at` the exchange's own clock: their distance explains TIMESTAMP.
    """

    id: Id
    key_id: Id | None
    method: Text
    path: Text
    status: int
    fault: ApiFault | None
    code: Text | None  # the exchange's own error code
    detail: Text | None
    received_at: Instant
    sent_at: Instant | None
    signed_text: str | None
    weight: int
    used_weight: int  # of its rate limit, this call included


@dataclass(frozen=True, slots=True)
class SigningRule:
    """How calls are signed. `parts` are joined without anything between, in this order.

    Names of parts: timestamp, key, window, method, path, query, body. `algorithm`: hmac-sha256 in hex or base64.
    """

    algorithm: Text
    encoding: Text
    parts: tuple[Text, ...]
    timestamp_unit: Text  # ms or s
    window_ms: int
    headers: tuple[Text, ...]
    as_of: Instant


@dataclass(frozen=True, slots=True)
class RateRule:
    """A limit of calls: so much weight in so many seconds, counted by `scope` (address, key, account)."""

    name: Text
    scope: Text
    weight_max: int
    seconds: int
    ban_seconds: int
