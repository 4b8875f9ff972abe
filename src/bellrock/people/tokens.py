"""The customer token: what the exchange signs so that we know who writes. Pure; no database."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import secrets
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from bellrock.core.settings import SettingsWrong
from bellrock.people.errors import TokenRefused
from bellrock.people.models import Tier

AUDIENCE = "bellrock"
LIFETIME_SECONDS_MAX = 15 * 60
LEEWAY_SECONDS = 30
TOKEN_LENGTH_MAX = 4_096
HMAC_KEY_BYTES_MIN = 32
PROOF_LIFETIME = timedelta(minutes=15)
"""For so long after it a stronger proof of who somebody is holds."""
# More than a password: names of methods (RFC 8176), and of classes (OpenID EAP ACR values; REFEDS MFA profile).
_STRONG_METHODS = frozenset({"mfa", "otp", "hwk", "swk", "pop"})
_STRONG_CLASSES = frozenset({"phr", "phrh", "https://refeds.org/profile/mfa"})
EXTERNAL_ID_LENGTH_MAX = 128
NAME_LENGTH_MAX = 120
EMAIL_LENGTH_MAX = 254
_JOINERS = "\u200c\u200d"  # part of how some names are written
_LOCALE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")
_EMAIL = re.compile(r"[^\s@<>\"',;:]+@[^\s@<>\"',;:]+\.[^\s@<>\"',;:]+")


@dataclass(frozen=True, slots=True)
class TokenKey:
    """A key of the exchange. The algorithm belongs to the key: the token's header never chooses it."""

    algorithm: str
    key: bytes | Ed25519PublicKey = field(repr=False)


@dataclass(frozen=True, slots=True)
class Claims:
    """What a checked token says.

    `issued_at` is when the exchange signed it, `proved_at` when the customer last gave a stronger proof than a password;
    None where it does not say so.
    """

    external_id: str
    name: str | None
    email: str | None
    locale: str | None
    tier: Tier
    issued_at: datetime | None = None
    proved_at: datetime | None = None


def token_keys(setting: Mapping[str, str]) -> dict[str, TokenKey]:
    """Return the keys of the setting `customer_token_keys`, by key id.

    Each value is `HS256:<base64url secret of 32 bytes or more>` or `EdDSA:<base64url of the 32 public bytes>`.
    Raises SettingsWrong, without repeating the key.
    """
    return {kid: _token_key(kid, text) for kid, text in setting.items()}


def _token_key(kid: str, text: str) -> TokenKey:
    algorithm, _, encoded = text.partition(":")
    try:
        key = base64.b64decode(encoded + "=" * (-len(encoded) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise SettingsWrong(name=f"customer_token_keys.{kid}", why="the key is not base64url") from error
    if algorithm == "HS256":
        if len(key) < HMAC_KEY_BYTES_MIN:
            raise SettingsWrong(name=f"customer_token_keys.{kid}", why="an HS256 secret has at least 32 bytes")
        return TokenKey("HS256", key)
    if algorithm == "EdDSA":
        try:
            return TokenKey("EdDSA", Ed25519PublicKey.from_public_bytes(key))
        except (ValueError, UnsupportedAlgorithm) as error:
            raise SettingsWrong(name=f"customer_token_keys.{kid}", why="an Ed25519 public key has 32 bytes") from error
    raise SettingsWrong(name=f"customer_token_keys.{kid}", why="it starts with HS256: or EdDSA:")


def read_token(token: str, *, keys: Mapping[str, TokenKey], now: datetime) -> Claims:
    """Check a customer token and return what it says. Raises TokenRefused.

    The key is named by `kid` and brings its own algorithm. `exp`, `iat`, `aud` and `sub` are required; a token lives
    15 minutes at most and clocks may differ by 30 seconds. `amr` or `acr` together with `auth_time` (OpenID Connect Core 1.0,
    section 2) say that and when the customer proved who they are with more than a password.
    """
    if len(token) > TOKEN_LENGTH_MAX or not token.isascii():
        raise TokenRefused("too long, or not a token")
    try:
        header = jwt.get_unverified_header(token)
        key = keys.get(header["kid"]) if isinstance(header.get("kid"), str) else None
        if key is None:
            raise TokenRefused("unknown key id")
        # Times are checked below against `now`; PyJWT would read the clock itself.
        claims = jwt.decode(
            token,
            key.key,
            algorithms=[key.algorithm],
            audience=AUDIENCE,
            options={
                "require": ["exp", "iat", "aud", "sub"],
                "verify_exp": False,
                "verify_iat": False,
                "verify_nbf": False,
                "strict_aud": True,
            },
        )
    except (jwt.InvalidTokenError, ValueError, TypeError, RecursionError) as error:
        raise TokenRefused(type(error).__name__) from error
    _check_times(claims, now)
    issued = datetime.fromtimestamp(_instant(claims, "iat"), UTC)
    return replace(read_claims(claims), issued_at=min(issued, now), proved_at=_proved_at(claims, now))


def read_claims(claims: Mapping[str, Any]) -> Claims:
    """Return what is said about a customer (sub, name, email, locale, tier), checked. Raises TokenRefused."""
    return Claims(
        external_id=_external_id(claims["sub"]),
        name=_line(claims.get("name"), "name", NAME_LENGTH_MAX),
        email=_email(claims.get("email")),
        locale=_locale(claims.get("locale")),
        tier=_tier(claims.get("tier")),
    )


def _check_times(claims: dict[str, Any], now: datetime) -> None:
    instant = now.timestamp()
    issued, expires = _instant(claims, "iat"), _instant(claims, "exp")
    starts = _instant(claims, "nbf") if "nbf" in claims else issued
    if expires <= instant - LEEWAY_SECONDS:
        raise TokenRefused("expired")
    if max(issued, starts) > instant + LEEWAY_SECONDS:
        raise TokenRefused("not valid yet")
    if not 0 < expires - issued <= LIFETIME_SECONDS_MAX:
        raise TokenRefused("it lives longer than 15 minutes")


def _proved_at(claims: Mapping[str, Any], now: datetime) -> datetime | None:
    """Return when a stronger proof was given. Whatever cannot be read, or lies ahead, proves nothing and refuses nothing."""
    methods, level, at = claims.get("amr"), claims.get("acr"), claims.get("auth_time")
    named = {one for one in methods if isinstance(one, str)} if isinstance(methods, list) else set()
    if not named & _STRONG_METHODS and not (isinstance(level, str) and level in _STRONG_CLASSES):
        return None
    if isinstance(at, bool) or not isinstance(at, int | float) or not 0 <= at <= 2**53:
        return None
    age = now.timestamp() - at
    if not -LEEWAY_SECONDS <= age < PROOF_LIFETIME.total_seconds():  # false for NaN too
        return None
    return min(datetime.fromtimestamp(at, UTC), now)


def _instant(claims: dict[str, Any], name: str) -> float:
    value = claims[name]
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TokenRefused(f"{name} is not a number")
    if not -(2**53) <= value <= 2**53:  # refuses NaN and the infinities too
        raise TokenRefused(f"{name} is out of range")
    return float(value)


def _external_id(value: Any) -> str:
    line = _line(value, "sub", EXTERNAL_ID_LENGTH_MAX)
    if line is None or line != value:
        # Cleaning it up would make two of the exchange's customers one.
        raise TokenRefused("sub is empty, or has control signs or spaces around it")
    return line


def _line(value: Any, name: str, length_max: int) -> str | None:
    """Return one line of text without control and direction signs, or None when there is none."""
    if value is None:
        return None
    if not isinstance(value, str) or len(value) > length_max:
        raise TokenRefused(f"{name} is not a text of at most {length_max} characters")
    kept = "".join(
        sign for sign in value if sign in _JOINERS or unicodedata.category(sign) not in ("Cc", "Cf", "Cs", "Zl", "Zp")
    )
    return unicodedata.normalize("NFC", kept).strip() or None


def _email(value: Any) -> str | None:
    line = _line(value, "email", EMAIL_LENGTH_MAX)
    if line is not None and not _EMAIL.fullmatch(line):
        raise TokenRefused("email is not an address")
    return line


def _locale(value: Any) -> str | None:
    line = _line(value, "locale", 35)
    if line is not None and not _LOCALE.fullmatch(line):
        raise TokenRefused("locale is not a language tag")
    return line


def _tier(value: Any) -> Tier:
    try:
        return Tier.STANDARD if value is None else Tier(value)
    except ValueError as error:
        raise TokenRefused("tier is not one that we know") from error


def new_secret() -> str:
    """Return 256 random bits as 43 URL-safe characters, for sessions, visitors and links."""
    return secrets.token_urlsafe(32)


def secret_hash(secret: str) -> bytes:
    """Return what the database keeps of such a secret: it is random, so SHA-256 without salt is enough."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()
