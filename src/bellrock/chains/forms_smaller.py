"""How smaller chains write addresses: Filecoin, Stacks, Nano, Hedera, Waves, NULS, ICON, and the names of EOS and its sisters."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

from bellrock.chains.codecs import BITCOIN_58, base32, base58
from bellrock.chains.hashes import blake2b, keccak256, sha256d
from bellrock.chains.models import Kind, Match, Miss, Note, Why

_C32 = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_NANO = "13456789abcdefghijkmnopqrstuwxyz"
_NANO_LIKE = re.compile(rf"(nano|xrb)_([13][{_NANO}]{{51}})([{_NANO}]{{8}})")
_FILECOIN_LIKE = re.compile(r"f([1234])([a-z2-7]{20,90})|f0(\d{2,18})")
_HEDERA_LIKE = re.compile(r"(\d{1,10})\.(\d{1,10})\.(\d{1,12})(?:-([a-z]{5}))?")
_ANTELOPE_NAME = re.compile(r"(?=.*[a-z])[a-z1-5.]{11}[a-z1-5]")


def read_filecoin(text: str) -> Iterator[Match | Miss]:
    """Read Filecoin's addresses, BLAKE2b-4 over protocol and payload, and the ids of its messages."""
    if re.fullmatch(r"bafy2bzace[a-z2-7]{52}", text):
        yield Match(Kind.TXID, "cid", ("fil:f",), checked=False)
        return
    shape = _FILECOIN_LIKE.fullmatch(text)
    if not shape:
        return
    if shape[3]:
        yield Match(Kind.ADDRESS, "f0", ("fil:f",), checked=False, notes=(Note.NO_CHECKSUM,))
        return
    actor = b""
    data = shape[2]
    if shape[1] == "4":
        return  # f410f… is looked at below
    raw = base32(data.upper()) or b""
    if len(raw) > 4 and len(raw) - 4 in (20, 48) and blake2b(bytes([int(shape[1])]) + actor + raw[:-4], 4) == raw[-4:]:
        yield Match(Kind.ADDRESS, f"f{shape[1]}", ("fil:f",))
    elif len(data) in (39, 84):
        yield Miss(f"f{shape[1]}", ("fil:f",), Why.CHECKSUM)


def read_filecoin_delegated(text: str) -> Iterator[Match | Miss]:
    """Read f410f…: an EVM account on Filecoin."""
    if not re.fullmatch(r"f410f[a-z2-7]{39}", text):
        return
    raw = base32(text[5:].upper()) or b""
    if len(raw) == 24 and blake2b(b"\x04\x0a" + raw[:-4], 4) == raw[-4:]:
        yield Match(Kind.ADDRESS, "f410", ("fil:f",))
    else:
        yield Miss("f410", ("fil:f",), Why.CHECKSUM)


def read_stacks(text: str) -> Iterator[Match | Miss]:
    """Read c32check of Stacks: SP and SM on the main network."""
    if not re.fullmatch(rf"S[PM][{_C32}]{{38,40}}", text):
        return
    number = 0
    for sign in text[2:]:
        number = number * 32 + _C32.index(sign)
    raw = number.to_bytes(25, "big")[-24:] if number < 1 << 192 else b""
    if raw and sha256d(bytes([_C32.index(text[1])]) + raw[:20])[:4] == raw[20:]:
        yield Match(Kind.ADDRESS, "c32check", ("stacks:1",))
    else:
        yield Miss("c32check", ("stacks:1",), Why.CHECKSUM)


def read_nano(text: str) -> Iterator[Match | Miss]:
    """Read Nano's addresses: base32 of its own and BLAKE2b-5, turned round."""
    shape = _NANO_LIKE.fullmatch(text)
    if not shape:
        return
    key, check = (
        sum(_NANO.index(sign) << 5 * at for at, sign in enumerate(reversed(part))) for part in shape.groups()[1:]
    )
    if blake2b(key.to_bytes(33, "big")[-32:], 5)[::-1] == check.to_bytes(5, "big"):
        yield Match(Kind.ADDRESS, "nano", ("nano:mainnet",))
    else:
        yield Miss("nano", ("nano:mainnet",), Why.CHECKSUM)


def read_hedera(text: str) -> Iterator[Match | Miss]:
    """Read account ids of Hedera, with the checksum of HIP-15 where one stands there, and its transaction ids."""
    if re.fullmatch(r"0\.0\.\d{1,10}[-@]\d{9,10}[-.]\d{1,9}", text):
        yield Match(Kind.TXID, "hedera", ("hedera:mainnet",), checked=False)
        return
    shape = _HEDERA_LIKE.fullmatch(text)
    if not shape:
        return
    if not shape[4]:
        yield Match(Kind.ADDRESS, "hedera", ("hedera:mainnet",), checked=False, notes=(Note.NO_CHECKSUM,))
    elif _hip15(text[: -len(shape[4]) - 1]) == shape[4]:
        yield Match(Kind.ADDRESS, "hip15", ("hedera:mainnet",))
    else:
        yield Miss("hip15", ("hedera:mainnet",), Why.CHECKSUM)


def _hip15(account: str, ledger: bytes = b"\x00") -> str:
    """Return the checksum of an account id: https://hips.hedera.com/hip/hip-15."""
    digits = [10 if sign == "." else int(sign) for sign in account]
    whole, three, five = 0, 26**3, 26**5
    for digit in digits:
        whole = (whole * 31 + digit) % three
    seed = 0
    for byte in ledger + bytes(6):
        seed = (seed * 31 + byte) % five
    number = (
        (((len(account) % 5) * 11 + sum(digits[::2]) % 11) * 11 + sum(digits[1::2]) % 11) * three + whole + seed
    ) % five
    number = number * 1_000_003 % five
    signs = ""
    for _ in range(5):
        number, value = divmod(number, 26)
        signs = chr(97 + value) + signs
    return signs


def read_waves(text: str) -> Iterator[Match | Miss]:
    """Read 26 bytes in base58: version 1, network W or T, a hash, four bytes of Keccak over BLAKE2b."""
    if len(text) != 35 or text[0] != "3" or set(text) - set(BITCOIN_58):
        return
    raw = base58(text) or b""
    if len(raw) == 26 and raw[:2] in (b"\x01W", b"\x01T"):
        network = "waves:087" if raw[1:2] == b"W" else "waves:084"
        if keccak256(blake2b(raw[:22], 32))[:4] == raw[22:]:
            yield Match(Kind.ADDRESS, "waves", (network,))
        else:
            yield Miss("waves", (network,), Why.CHECKSUM)


def read_nuls(text: str) -> Iterator[Match | Miss]:
    """Read NULSd and base58 of chain, kind, hash and the exclusive or of them all."""
    if not text.startswith("NULSd") or not 36 <= len(text) <= 38:
        return
    raw = base58(text[5:]) or b""
    folded = 0
    for byte in raw[:-1]:
        folded ^= byte
    if len(raw) == 24 and folded == raw[-1]:
        yield Match(Kind.ADDRESS, "nuls", ("nuls:mainnet",))
    else:
        yield Miss("nuls", ("nuls:mainnet",), Why.CHECKSUM)


def read_icon(text: str) -> Iterator[Match | Miss]:
    """Read hx (account) or cx (contract) and 40 digits."""
    if re.fullmatch("[hc]x[0-9a-f]{40}", text):
        yield Match(Kind.ADDRESS, "icon", ("icon:mainnet",), checked=False, notes=(Note.NO_CHECKSUM,))


def read_antelope(text: str) -> Iterator[Match | Miss]:
    """Read names of EOS, WAX and FIO: twelve signs that could be a word as well, so only a text of its own counts; FIO's keys."""
    if _ANTELOPE_NAME.fullmatch(text):
        networks = (
            "antelope:aca376f206b8fc25a6ed44dbdc66547c",
            "antelope:1064487b3cd1a897ce03ae5b6a865651",
            "antelope:21dcae42c0182200e93f954a074011f9",
        )
        yield Match(Kind.ADDRESS, "name", networks, checked=False, notes=(Note.NO_CHECKSUM,))
    elif re.fullmatch(rf"(FIO|EOS)[{BITCOIN_58}]{{50}}", text):
        raw = base58(text[3:]) or b""
        if len(raw) == 37 and hashlib.new("ripemd160", raw[:33]).digest()[:4] == raw[33:]:
            at = 2 if text.startswith("FIO") else 0
            name = ("antelope:aca376f206b8fc25a6ed44dbdc66547c", "", "antelope:21dcae42c0182200e93f954a074011f9")[at]
            yield Match(Kind.ADDRESS, "public key", (name,))
