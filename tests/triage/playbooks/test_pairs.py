"""Signatures by a pair of keys are verified with the public half: made here by `cryptography`, right and with each mistake."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import quote

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from bellrock.exchange import ApiCall, ApiFault, ApiKey, ExchangeMixedUp, KeyStatus, Page, SigningRule, decode, encode
from bellrock.reference_exchange import rules
from bellrock.triage.playbooks.asking import Asked
from bellrock.triage.playbooks.calls import explain_call
from bellrock.triage.playbooks.diagnosis import Diagnosis, Term
from bellrock.triage.playbooks.looking import look
from bellrock.triage.playbooks.requests import read_request
from bellrock.triage.playbooks.telling import answer
from tests.triage.playbooks.exchange import exchange
from tests.triage.playbooks.test_reference import START, found

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
STAMP = str(round(NOW.timestamp() * 1000))
QUERY_ONLY = SigningRule("hmac-sha256", "hex", ("query",), "ms", 5_000, (), NOW)
HEADERS = replace(QUERY_ONLY, parts=("timestamp", "method", "path", "query", "body"))
QUERY = f"symbol=BTC-USDT&side=BUY&type=MARKET&quantity=0.01&note=a%20b&timestamp={STAMP}"
PATH = "/api/v3/order"
Private = Ed25519PrivateKey | RSAPrivateKey
# The secret key of RFC 8032, 7.1, test 1, whose public key the reference exchange has.
RFC_SECRET = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")


@pytest.fixture(scope="module")
def privates() -> dict[str, Private]:
    return {"ed25519": Ed25519PrivateKey.generate(), "rsa": generate_private_key(65_537, 2_048)}


@pytest.fixture(params=["ed25519", "rsa"])
def private(request: pytest.FixtureRequest, privates: dict[str, Private]) -> Private:
    return privates[request.param]


def public(private: Private) -> str:
    return private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def key(private: Private | None, id: str = "key-1") -> ApiKey:
    pem = public(private) if private else None
    return ApiKey(id, id, f"{id}…", KeyStatus.ACTIVE, ("read",), (), NOW, None, None, pem)


def signed(private: Private, text: str) -> bytes:
    if isinstance(private, RSAPrivateKey):
        return private.sign(text.encode(), PKCS1v15(), SHA256())
    return private.sign(text.encode())


def in_base64(signature: bytes) -> str:
    return quote(base64.b64encode(signature).decode(), safe="")


def concluded(query: str, signature: str, keys: tuple[ApiKey, ...], call: ApiCall | None = None) -> Diagnosis:
    request = read_request(f"-1022: POST https://api.northwick.example{PATH}?{query}&signature={signature}")
    assert request is not None
    told = explain_call(call, request, rule=QUERY_ONLY, keys=keys, as_of=NOW)
    assert told is not None
    answer(told, "en")
    return told


def refused(key_id: str | None) -> ApiCall:
    return ApiCall(
        "c1", key_id, "POST", PATH, 401, ApiFault.SIGNATURE, "-1022", None, NOW, NOW, QUERY.replace("0.01", "…"), 1, 1
    )


def test_a_right_signature_is_called_right_and_a_specialist_looks_on(private: Private) -> None:
    told = concluded(QUERY, in_base64(signed(private, QUERY)), (key(private),))
    assert (told.code, told.settles, told.next_step) == ("api_pair_right", False, "look")


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda text: "&".join(sorted(text.split("&"))), "api.order"),
        (lambda text: text.replace("%20", " "), "api.encoding"),
        (lambda text: text + "\n", "api.encoding"),
        (lambda text: "?" + text, "api.parameters"),
        (lambda text: text.replace("&type=MARKET", ""), "api.parameters"),
        (lambda text: text.rpartition("&")[0], "api.timestamp_missing"),
    ],
)
def test_another_text_that_was_signed_is_found(private: Private, spoil: Callable[[str], str], why: str) -> None:
    told = concluded(QUERY, in_base64(signed(private, spoil(QUERY))), (key(private),))
    assert (told.code, told.values) == ("api_mistake", {"why": Term(why)})


@pytest.mark.parametrize(
    ("written", "why"),
    [
        (lambda raw: raw.hex(), "api.signature_base"),
        (lambda raw: base64.urlsafe_b64encode(raw).decode(), "api.signature_base"),
        (lambda raw: base64.b64encode(raw).decode().replace("+", "%20").replace("/", "%2F"), "api.not_encoded"),
        (lambda raw: base64.b64encode(raw).decode(), "api.not_encoded"),
    ],
)
def test_another_encoding_of_the_signature_is_found(
    private: Private, written: Callable[[bytes], str], why: str
) -> None:
    # Ed25519 gives the same signature for the same text: the text is changed until the signs in question are in it.
    for number in range(200):
        query = QUERY.replace("0.01", f"0.{number:03}")
        raw = signed(private, query)
        plain = base64.b64encode(raw).decode()
        if "+" in plain and "/" in plain:
            break
    told = concluded(query, written(raw), (key(private),))
    assert (told.code, told.values) == ("api_mistake", {"why": Term(why)})


def test_another_key_of_the_customer_is_named_and_a_strangers_is_told_apart(privates: dict[str, Private]) -> None:
    one, other = key(privates["ed25519"], "key-1"), key(privates["rsa"], "key-2")
    by_other = in_base64(signed(privates["rsa"], QUERY))
    assert concluded(QUERY, by_other, (one, other), refused("key-1")).values == {"why": Term("api.other_key")}
    # Without a call that names one, both may have been meant.
    assert concluded(QUERY, by_other, (one, other)).code == "api_pair_right"
    strange = in_base64(signed(Ed25519PrivateKey.generate(), QUERY))
    told = concluded(QUERY, strange, (one,), refused("key-1"))
    assert (told.code, told.values) == ("api_pair_wrong", {"key": "key-1…"})
    assert "Never send the private key" in answer(told, "en")


def test_a_late_call_whose_signature_is_right_is_a_matter_of_the_clock(private: Private) -> None:
    late = QUERY.replace(STAMP, str(int(STAMP) - 9_000))
    told = explain_call(
        replace(refused("key-1"), signed_text=late, sent_at=datetime.fromtimestamp(int(STAMP) / 1000 - 9, UTC)),
        read_request(f"POST {PATH}?{late}&signature={in_base64(signed(private, late))}"),
        rule=QUERY_ONLY,
        keys=(key(private),),
        as_of=NOW,
    )
    assert told is not None
    assert (told.code, told.values["skew"]) == ("api_clock", 9_000)


def test_a_signature_in_a_header_is_read_and_what_was_left_out_of_it_is_found(private: Private) -> None:
    body = "symbol=BTC-USDT&side=BUY"
    head = f"curl -X POST https://api.northwick.example{PATH} -H 'NW-TIMESTAMP: {STAMP}' -H 'NW-SIGN: "
    right = signed(private, f"{STAMP}POST{PATH}{body}")
    only_query = signed(private, body)
    codes = []
    for raw in (right, only_query, signed(private, f"POST{PATH}{body}")):
        request = read_request(f"{head}{base64.b64encode(raw).decode()}' -d '{body}'")
        told = explain_call(None, request, rule=HEADERS, keys=(key(private),), as_of=NOW)
        assert told is not None
        codes.append((told.code, told.values.get("why")))
    assert codes[0] == ("api_pair_right", None)
    assert codes[2] == ("api_mistake", Term("api.timestamp_missing"))
    assert codes[1] == ("api_mistake", Term("api.parameters"))


@pytest.mark.parametrize("pem", [None, "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"])
def test_without_a_key_that_can_be_read_the_form_alone_is_judged(private: Private, pem: str | None) -> None:
    hashed = "ab" * 32
    unread = replace(key(None), public_key=pem)
    assert concluded(QUERY, hashed, (unread,)) == concluded(QUERY, hashed, ())
    assert concluded(QUERY, hashed, (key(private),)) == concluded(QUERY, hashed, ())


async def test_the_reference_exchange_tells_the_public_key_and_the_answer_follows() -> None:
    secret = Ed25519PrivateKey.from_private_bytes(RFC_SECRET)
    assert public(secret) == rules.PUBLIC_KEY
    stamp = str(round(START.timestamp() * 1000))
    request = f"curl https://api.northwick.example/api/v3/account?recvWindow=5000 -X GET -H 'NW-TIMESTAMP: {stamp}'"
    texts = {
        "api_pair_right": f"{stamp}GET/api/v3/accountrecvWindow=5000",
        "api_mistake": "GET/api/v3/accountrecvWindow=5000",
        "api_pair_wrong": "something else",
    }
    for code, text in texts.items():
        signature = base64.b64encode(secret.sign(text.encode())).decode()
        # A call that was refused with this code was another one, with another key: it says nothing about this.
        told = await found("call", "NW-100618", f"-1022: {request} -H 'NW-SIGN: {signature}'")
        assert isinstance(told, Diagnosis)
        assert told.code == code
        assert told.values.get("why") in (None, Term("api.timestamp_missing"))


async def test_an_exchange_without_keys_keeps_to_the_form() -> None:
    api = {"signing": QUERY_ONLY, "calls": (), "limits": ()}  # asked for keys, it does not answer
    text = f"POST {PATH}?{QUERY}&signature={'ab' * 32}"
    told = await look("call", Asked(exchange(api=api), {}, "nw-1", text, (), NOW))
    assert isinstance(told, Diagnosis)
    assert told.code == "api_signature"


def test_the_contract_takes_no_private_key_and_does_without_a_public_one(private: Private) -> None:
    page = Page((key(private),), NOW)
    assert decode(encode(page), Page[ApiKey]) == page
    older = encode(Page((key(None),), NOW)).replace(b',"public_key":null', b"")
    assert decode(older, Page[ApiKey]).rows[0].public_key is None
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    with pytest.raises(ExchangeMixedUp):
        decode(encode(Page((replace(key(None), public_key=pem),), NOW)), Page[ApiKey])
