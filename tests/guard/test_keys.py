import base64
import json
from binascii import crc_hqx

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from bellrock import guard
from bellrock.guard.codec import BITCOIN
from tests.guard.samples import around, base58check, shared, strings_in

HEX = "e9873d79c6d87dc0fb6a5778633389f4453213303da61f20bd67fc233aa33262"
API = "NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j"

SAYS_PRIVATE_KEY = {
    "en": "my private key is ",
    "zh-Hans": "我的私钥：",
    "zh-Hant": "我的私鑰是",
    "ja": "秘密鍵は ",
    "ko": "개인 키: ",
    "es": "mi clave privada es ",
    "fr": "ma clé privée : ",
    "ru": "мой приватный ключ: ",
    "de": "mein privater Schlüssel ist ",
    "tr": "özel anahtarım: ",
    "vi": "khóa riêng tư: ",
    "pt": "minha chave privada: ",
    "it": "la mia chiave privata è: ",
    "pl": "mój klucz prywatny: ",
    "id": "kunci pribadi: ",
    "nl": "mijn privésleutel: ",
    "ar": "المفتاح الخاص: ",
    "uk": "мій приватний ключ: ",
}


@given(st.binary(min_size=32, max_size=32), st.sampled_from([b"\x80", b"\xef", b"\xb0"]), st.booleans(), around)
def test_no_wallet_import_key_survives(key: bytes, version: bytes, compressed: bool, words: str) -> None:
    wif = base58check(version + key + (b"\x01" if compressed else b""))
    guarded = guard.screen(f"{words} {wif} {words}")
    assert wif not in guarded.text
    assert guarded.kinds == (guard.Kind.PRIVATE_KEY,)


@given(
    st.binary(min_size=64, max_size=64),
    st.sampled_from(["0488ade4", "049d7878", "04b2430c", "04358394"]),
    st.booleans(),
)
def test_extended_private_keys_go_and_public_ones_stay(raw: bytes, version: str, is_private: bool) -> None:
    key = b"\x00" + raw[:32] if is_private else b"\x02" + raw[:32]
    text = base58check(bytes.fromhex(version) + bytes(9) + raw[32:] + key)
    guarded = guard.screen(f"wallet {text}, ok")
    assert (text in guarded.text) is (not is_private and not text.startswith(("xprv", "yprv", "zprv", "tprv")))


def test_solana_keys_are_told_from_signatures() -> None:
    key = Ed25519PrivateKey.generate()
    pair = key.private_bytes_raw() + key.public_key().public_bytes_raw()
    text = _base58(pair)
    assert text not in guard.screen(f"see {text}").text
    assert guard.screen(f"bytes {list(pair)}").text == "bytes ⟦key⟧"
    signature = _base58(key.sign(b"a transfer"))
    assert guard.screen(f"see {signature}").text == f"see {signature}"


def test_stellar_seeds_go_and_accounts_stay() -> None:
    for version, survives in ((18 << 3, False), (6 << 3, True)):
        payload = bytes([version]) + bytes(range(32))
        text = base64.b32encode(payload + crc_hqx(payload, 0).to_bytes(2, "little")).decode()
        assert (text in guard.screen(f"use {text} now").text) is survives


@pytest.mark.parametrize("language", SAYS_PRIVATE_KEY)
def test_a_raw_key_goes_where_the_words_say_so(language: str) -> None:
    for text in (HEX, "0x" + HEX, HEX.upper()):
        assert text not in guard.screen(f"{SAYS_PRIVATE_KEY[language]}{text} help").text


@pytest.mark.parametrize(
    "text",
    [
        f"txid {HEX} not credited",
        f"0x{HEX}",
        f"I never gave away my private key. The tx: {HEX}",
        f"交易哈希：{HEX}，我没有泄露私钥。",
        f"my private key was stolen and this is the theft transaction {HEX}",
        f"withdrawal hash {HEX}\nIs my private key safe?",
        "public key 02" + HEX,
        f"where is my deposit https://tronscan.org/#/transaction/{HEX}",
        "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq is my address, the private key is in a Ledger",
    ],
)
def test_transactions_and_public_keys_stay(text: str) -> None:
    assert guard.screen(text).text == text


def test_no_address_or_transaction_of_any_chain_is_taken_for_a_secret() -> None:
    registry = json.loads(shared("vectors/addresses/wallet-core-registry.json").read_text(encoding="utf-8"))
    coins = json.loads(shared("vectors/addresses/multicoin.json").read_text(encoding="utf-8"))
    samples = [text for chain in registry for text in strings_in(chain.get("explorer", {})) if len(text) > 20]
    samples += [row["address"] for row in coins if row["expect"] and len(row["address"]) < 200]
    for text in samples:
        for written in (text, f"my deposit tx {text}", f"to address: {text} please"):
            assert guard.screen(written).findings == (), written
    print(f"addresses and transactions left alone: {len(samples)}")


def test_pem_keys_go_even_cut_off() -> None:
    key = ec.generate_private_key(ec.SECP256K1())
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    assert guard.screen(f"here:\n{pem}thanks").text == "here:\n⟦key⟧\nthanks"
    assert "MI" not in guard.screen("here:\n" + pem[:120]).text


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (f"API secret: {API}", guard.Kind.API_SECRET),
        (f"secretKey = {API}", guard.Kind.PRIVATE_KEY),
        (f'{{"apiKey":"abc","apiSecret":"{API}"}}', guard.Kind.API_SECRET),
        (f"API 密钥是 {API}", guard.Kind.API_SECRET),
        (f"시크릿 키는 {API} 입니다", guard.Kind.API_SECRET),
        (f"sign = hmac.new(b'{API}', query.encode(), hashlib.sha256).hexdigest()", guard.Kind.API_SECRET),
        (f'hmac.new(bytes("{API}", "utf-8"), msg=q, digestmod=hashlib.sha256)', guard.Kind.API_SECRET),
        (f"crypto.createHmac('sha256', '{API}').update(query).digest('hex')", guard.Kind.API_SECRET),
        ("my secret key is a1b2c3d4e5f60718a1b2c3d4e5f60718", guard.Kind.API_SECRET),
        (f"CryptoJS.HmacSHA256(query, '{API}')", guard.Kind.API_SECRET),
        (f'hmac.New(sha256.New, []byte("{API}"))', guard.Kind.API_SECRET),
        (f'echo -n "$query" | openssl dgst -sha256 -hmac "{API}"', guard.Kind.API_SECRET),
        (
            "Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9",
            guard.Kind.API_SECRET,
        ),
        ("my 2FA key is JBSWY3DPEHPK3PXP", guard.Kind.AUTHENTICATOR),
        ("Google Authenticator backup key: JBSW Y3DP EHPK 3PXP", guard.Kind.AUTHENTICATOR),
        ("otpauth://totp/x:me@y.com?secret=JBSWY3DPEHPK3PXP&issuer=x", guard.Kind.AUTHENTICATOR),
    ],
)
def test_secrets_of_programs_and_authenticators_go(text: str, kind: guard.Kind) -> None:
    guarded = guard.screen(text)
    assert guarded.kinds == (kind,)
    for secret in (API, "JBSWY3DPEHPK3PXP", "JBSW Y3DP", "dozjgNryP4J3", "a1b2c3d4"):
        assert secret not in guarded.text


def _base58(raw: bytes) -> str:
    number, text = int.from_bytes(raw, "big"), ""
    while number:
        number, letter = divmod(number, 58)
        text = BITCOIN[letter] + text
    return "1" * (len(raw) - len(raw.lstrip(b"\0"))) + text
