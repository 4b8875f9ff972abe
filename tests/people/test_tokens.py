"""The customer token: only what the exchange signed, with the key's own algorithm, within fifteen minutes."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from bellrock import people
from bellrock.core.settings import SettingsWrong
from tests.people.conftest import KEYS, NOW, PRIVATE, SECRET, claims, encoded, signed

STAMP = int(NOW.timestamp())


def read(token: str) -> Any:
    return people.read_token(token, keys=KEYS, now=NOW)


def raw(header: dict[str, Any], payload: bytes, signature: bytes = b"") -> str:
    return ".".join(encoded(part) for part in (json.dumps(header).encode(), payload, signature))


@pytest.mark.parametrize("kid", ["northwick-1", "northwick-2"])
def test_says_what_the_exchange_signed(kid: str) -> None:
    token = signed(kid=kid, name="Aylin Demir", email="aylin@example.org", locale="tr", tier="vip")
    said = read(token)
    assert (said.external_id, said.name, said.email, said.locale) == (
        "cust-4711",
        "Aylin Demir",
        "aylin@example.org",
        "tr",
    )
    assert said.tier is people.Tier.VIP


@pytest.mark.parametrize(
    ("said", "proved"),
    [
        ({}, None),
        ({"amr": ["pwd", "otp"], "auth_time": STAMP - 60}, STAMP - 60),
        ({"acr": "phr", "auth_time": STAMP + 20}, STAMP),  # clocks differ
        ({"amr": ["pwd"], "auth_time": STAMP}, None),
        ({"amr": ["sms"], "acr": "0", "auth_time": STAMP}, None),
        ({"amr": ["otp"]}, None),
        ({"amr": ["otp"], "auth_time": STAMP - 15 * 60}, None),
        ({"amr": ["otp"], "auth_time": STAMP + 31}, None),
        ({"amr": "otp", "acr": ["phr"], "auth_time": STAMP}, None),
        ({"amr": ["otp"], "auth_time": 10**400}, None),
        ({"amr": ["otp"], "auth_time": float("nan")}, None),
        ({"amr": ["otp"], "auth_time": True}, None),
    ],
)
def test_a_stronger_proof_counts_only_with_its_method_and_a_time_just_past(
    said: dict[str, Any], proved: int | None
) -> None:
    claims = read(signed(**said))
    assert claims.proved_at == (None if proved is None else datetime.fromtimestamp(proved, UTC))
    assert claims.issued_at is not None and claims.issued_at <= NOW


@pytest.mark.parametrize(
    "changes",
    [
        {"exp": STAMP - 31, "iat": STAMP - 300},
        {"iat": STAMP + 31, "exp": STAMP + 300},
        {"nbf": STAMP + 31},
        {"exp": STAMP + 15 * 60 + 1},
        {"exp": STAMP, "iat": STAMP},
        {"exp": STAMP - 5, "iat": STAMP + 5},
        {"exp": None},
        {"iat": None},
        {"aud": None},
        {"sub": None},
        {"aud": "somebody-else"},
        {"aud": ["bellrock", "somebody-else"]},
        {"sub": ""},
        {"sub": " cust-4711"},
        {"sub": "cust\u200b-4711"},
        {"sub": "cust-4711\u202e"},
        {"sub": 4711},
        {"sub": "x" * 129},
        {"exp": "soon"},
        {"exp": True},
        {"exp": 10**400},
        {"exp": float("nan")},
        {"exp": float("inf")},
        {"iat": [STAMP]},
        {"name": ["Aylin"]},
        {"name": "x" * 121},
        {"email": "not an address"},
        {"email": "a@b@c.example"},
        {"locale": "../../etc"},
        {"tier": "owner"},
        {"tier": ["vip"]},
    ],
)
def test_refuses_claims_that_do_not_hold(changes: dict[str, Any]) -> None:
    with pytest.raises(people.TokenRefused):
        read(signed(**changes))


def test_leaves_thirty_seconds_between_clocks() -> None:
    read(signed(exp=STAMP - 29, iat=STAMP - 200))
    read(signed(iat=STAMP + 29, exp=STAMP + 300))


def test_refuses_another_algorithm_than_the_keys_own() -> None:
    public = PRIVATE.public_key().public_bytes_raw()
    # The public key used as an HMAC secret, an HMAC secret's id on an EdDSA signature, none, and a longer HMAC.
    confused = [
        jwt.encode(claims(), public, algorithm="HS256", headers={"kid": "northwick-2"}),
        jwt.encode(claims(), PRIVATE, algorithm="EdDSA", headers={"kid": "northwick-1"}),
        jwt.encode(claims(), "", algorithm="none", headers={"kid": "northwick-1"}),
        jwt.encode(claims(), SECRET * 2, algorithm="HS512", headers={"kid": "northwick-1"}),
        raw({"alg": "none", "kid": "northwick-1"}, json.dumps(claims()).encode()),
        raw({"alg": "NONE", "kid": "northwick-2"}, json.dumps(claims()).encode()),
        raw({"alg": ["HS256"], "kid": "northwick-1"}, json.dumps(claims()).encode(), b"x" * 32),
    ]
    for token in confused:
        with pytest.raises(people.TokenRefused):
            read(token)


def test_refuses_unknown_keys_and_strangers_signatures() -> None:
    stranger = Ed25519PrivateKey.from_private_bytes(bytes(32))
    forged = [
        jwt.encode(claims(), SECRET, algorithm="HS256"),
        jwt.encode(claims(), SECRET, algorithm="HS256", headers={"kid": "northwick-9"}),
        jwt.encode(claims(), bytes(32), algorithm="HS256", headers={"kid": "northwick-1"}),
        jwt.encode(claims(), stranger, algorithm="EdDSA", headers={"kid": "northwick-2"}),
        raw({"alg": "HS256", "kid": {"a": 1}}, b"{}", b"x"),
        raw({"alg": "HS256", "kid": None}, b"{}", b"x"),
    ]
    for token in forged:
        with pytest.raises(people.TokenRefused):
            read(token)


@pytest.mark.parametrize(
    "token",
    [
        "",
        ".",
        "..",
        "a.b.c",
        "x" * 5_000,
        "é.é.é",
        f"{encoded(b'[' * 2_500)}.e30.AA",
        f"{encoded(b'[]')}.e30.AA",
        f"{encoded(b'null')}.e30.AA",
        f"{encoded(bytes([0xFF, 0xFE]))}.e30.AA",
    ],
)
def test_refuses_what_is_no_token(token: str) -> None:
    with pytest.raises(people.TokenRefused):
        read(token)


def test_refuses_a_signed_body_that_is_no_object() -> None:
    for body in (b"[]", b"1", b"null", b"[" * 1_500, b'{"sub":' * 300):
        head = encoded(json.dumps({"alg": "HS256", "kid": "northwick-1"}).encode())
        message = f"{head}.{encoded(body)}".encode()
        import hashlib
        import hmac

        token = f"{message.decode()}.{encoded(hmac.digest(SECRET, message, hashlib.sha256))}"
        with pytest.raises(people.TokenRefused):
            read(token)


def test_cleans_names_of_direction_and_control_signs() -> None:
    said = read(signed(name="\u202eAylin\u0000\n Demir\u2066 "))
    assert said.name == "Aylin Demir"
    assert read(signed(name="\u200b \u202e")).name is None


@given(cut=st.integers(0, 400), flip=st.integers(1, 255), kid=st.sampled_from(["northwick-1", "northwick-2"]))
def test_refuses_every_token_with_one_byte_changed(cut: int, flip: int, kid: str) -> None:
    token = signed(kid=kid)
    head, body, signature = token.split(".")
    parts = [base64.urlsafe_b64decode(part + "==") for part in (head, body, signature)]
    place = cut % sum(map(len, parts))
    for index, part in enumerate(parts):
        if place < len(part):
            parts[index] = part[:place] + bytes([part[place] ^ flip]) + part[place + 1 :]
            break
        place -= len(part)
    with pytest.raises(people.TokenRefused):
        read(".".join(encoded(part) for part in parts))


@given(st.text(max_size=300))
def test_never_fails_otherwise_on_any_text(token: str) -> None:
    with pytest.raises(people.TokenRefused):
        read(token)


@given(
    name=st.text(max_size=120),
    external=st.text(st.characters(codec="utf-8"), min_size=1, max_size=128),
    lifetime=st.integers(1, 900),
    age=st.integers(0, 900),
)
def test_accepts_or_refuses_but_never_changes_who_it_is(name: str, external: str, lifetime: int, age: int) -> None:
    try:
        token = signed(name=name, sub=external, iat=STAMP - age, exp=STAMP - age + lifetime)
    except UnicodeEncodeError:
        return
    try:
        said = read(token)
    except people.TokenRefused:
        return
    assert said.external_id == external
    assert lifetime - age > -30


@pytest.mark.parametrize(
    "text",
    [
        "HS256:c2hvcnQ",
        "HS256:!!!",
        "EdDSA:c2hvcnQ",
        "RS256:" + encoded(SECRET),
        "none:",
        encoded(SECRET),
        "",
        "hs256:" + encoded(SECRET),
    ],
)
def test_refuses_keys_that_are_none_without_repeating_them(text: str) -> None:
    with pytest.raises(SettingsWrong) as caught:
        people.token_keys({"k": text})
    assert not text or text not in str(caught.value)


def test_a_key_never_shows_itself() -> None:
    assert encoded(SECRET) not in repr(KEYS)
    assert str(SECRET) not in repr(KEYS)
