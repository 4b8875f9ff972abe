"""How chains with accounts write addresses: EVM, XRP Ledger, Stellar, Algorand, TON, Solana and others of 32 bytes."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import zlib
from collections.abc import Iterator

from bellrock.chains.codecs import BITCOIN_58, RIPPLE_58, base32, base58, base58check, to_base58check
from bellrock.chains.hashes import crc16, keccak256
from bellrock.chains.models import Kind, Match, Miss, Note, Why
from bellrock.chains.networks import EVM
from bellrock.chains.repair import slip

XRPL, XRPL_TEST = "xrpl:0", "xrpl:1"
STELLAR, ALGORAND = "stellar:pubnet", "algorand:wGHE2Pwdvd7S12BL5FaOP20EGYesN73k"
SOLANA, TON, TON_TEST, EVERSCALE = "solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp", "tvm:-239", "tvm:-3", "tvm:42"
VECHAIN, NEAR, NEAR_TEST = "vechain:b1ac3413d346d43539627e6be7ec1b4a", "near:mainnet", "near:testnet"
APTOS, SUI, STARKNET = "aptos:1", "sui:mainnet", "starknet:SN_MAIN"
_BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_EVM_LIKE = re.compile(r"(0x|xdc|ronin:)?([0-9a-fA-F]{40})")
_EVM_NEAR = re.compile(r"0[xX][0-9a-zA-Z]{30,48}")
_LONG_HEX = re.compile(r"0x[0-9a-fA-F]{60,64}")
_STRKEY = re.compile(r"[GMC][A-Z0-9]{50,72}")
_TON_LIKE = re.compile(r"[A-Za-z0-9_+/-]{46,50}")
_TON_STARTS = re.compile(r"[EUk0][Qfg]")
_RAW_TON = re.compile(r"(-1|0):[0-9a-fA-F]{64}")
_NEAR_NAME = re.compile(r"(?=.{5,64}$)(?:[a-z0-9]+(?:[-_][a-z0-9]+)*\.)+(near|testnet)")
# As wallets and exchanges show it to be copied: the first parameter or a later one, in any case of letters.
XRPL_TAGGED = re.compile(
    r"(?<![0-9A-Za-z])(r[1-9A-HJ-NP-Za-km-z]{24,34})\?(?:[\w.]+=[\w.]*&)*(?i:dt)=([0-9]{1,10})(?![0-9])"
)
_ICP_PRINCIPAL = re.compile(r"(?:[a-z2-7]{5}-){3,10}[a-z2-7]{1,5}")


def read_evm(text: str) -> Iterator[Match | Miss]:
    """Read addresses of EVM chains: EIP-55 where capitals are mixed, EIP-1191 of Rootstock, nothing checked in small letters."""
    shape = _EVM_LIKE.fullmatch(text)
    if shape and (shape[1] or shape[2] not in (shape[2].lower(), shape[2].upper())):
        yield from _evm(shape[1] or "", shape[2])
    elif _EVM_NEAR.fullmatch(text) and not shape:
        digits = text[2:]
        is_hex = not re.search("[^0-9a-fA-F]", digits)
        whole = Why.CAPITALS if len(digits) == 40 else Why.LENGTH
        yield Miss("evm", (EVM[0],), whole if is_hex else Why.SIGN)


def _evm(prefix: str, digits: str) -> Iterator[Match | Miss]:
    networks = {"xdc": ("eip155:50",), "ronin:": ("eip155:2020",)}.get(prefix, (*EVM, VECHAIN, NEAR))
    notes: tuple[Note, ...] = (Note.SAME_EVERYWHERE,) if len(networks) > 1 else ()
    if digits in (digits.lower(), digits.upper()):
        if prefix:
            # As NEAR writes accounts of EVM wallets, and as most tools print an address.
            yield Match(Kind.ADDRESS, "evm", networks, checked=False, notes=(*notes, Note.NO_CHECKSUM))
    elif digits == eip55(digits):
        if not prefix:
            notes = (*notes, Note.PREFIX_MISSING)
        yield Match(Kind.ADDRESS, "eip55", tuple(name for name in networks if name != NEAR), notes=notes)
    elif digits == eip55(digits, chain=30):
        yield Match(Kind.ADDRESS, "eip1191", ("eip155:30",))
    elif prefix:
        yield Miss("eip55", (EVM[0],), Why.CAPITALS)


def eip55(digits: str, *, chain: int | None = None) -> str:
    """Return 40 hexadecimal digits with the capitals of EIP-55, or of EIP-1191 for a chain."""
    lower = digits.lower()
    turned = keccak256(f"{f'{chain}0x' if chain else ''}{lower}".encode()).hex()
    return "".join(sign.upper() if int(turn, 16) > 7 else sign for sign, turn in zip(lower, turned, strict=False))


def read_long_hex(text: str) -> Iterator[Match | Miss]:
    """Read addresses of Aptos, Sui and Starknet: 0x and up to 64 digits, without a checksum. The same digits can be a TxID."""
    if not _LONG_HEX.fullmatch(text):
        return
    networks = (APTOS, SUI) if len(text) == 66 else (APTOS,)
    if int(text, 16) < 2**251 + 17 * 2**192 + 1:
        networks = (*networks, STARKNET)
    yield Match(Kind.ADDRESS, "hex", networks, checked=False, notes=(Note.NO_CHECKSUM,))


def read_xrpl(text: str) -> Iterator[Match | Miss]:
    """Read classic addresses, also with a destination tag behind `?dt=`, and X-addresses, in which the tag stands (XLS-5d)."""
    if tagged := XRPL_TAGGED.fullmatch(text):
        raw = base58check(tagged[1], RIPPLE_58)
        if raw and len(raw) == 21 and raw[0] == 0 and int(tagged[2]) < 2**32:
            inside = str(int(tagged[2]))
            yield Match(Kind.ADDRESS, "xrpl", (XRPL,), notes=(Note.TAG_INSIDE,), tag=inside, account=tagged[1])
        return
    if not 25 <= len(text) <= 50 or text[0] not in "rXT" or set(text) - set(RIPPLE_58):
        if 25 <= len(text) <= 35 and text[0] == "r" and text.isalnum() and len(set(text) - set(RIPPLE_58)) == 1:
            yield Miss("xrpl", (XRPL,), Why.SIGN)
        return
    raw = base58check(text, RIPPLE_58)
    if raw and len(raw) == 21 and raw[0] == 0:
        yield Match(Kind.ADDRESS, "xrpl", (XRPL,))
    elif raw and len(raw) == 31 and raw[:2] in (b"\x05\x44", b"\x04\x93") and raw[22] in (0, 1):
        network = XRPL if raw[:2] == b"\x05\x44" else XRPL_TEST
        tag = str(int.from_bytes(raw[23:31], "little")) if raw[22] else None
        notes = (Note.TAG_INSIDE,) if tag else ()
        classic = to_base58check(b"\0" + raw[2:22], RIPPLE_58)
        yield Match(Kind.ADDRESS, "x-address", (network,), notes=notes, tag=tag, account=classic)
    elif text[0] == "r" or (text[0] in "XT" and len(text) >= 46):
        place = slip(
            text, RIPPLE_58, lambda other: len(base58check(other, RIPPLE_58) or b"") == (21 if text[0] == "r" else 31)
        )
        yield Miss("xrpl" if text[0] == "r" else "x-address", (XRPL,), Why.CHECKSUM, place)


def read_stellar(text: str) -> Iterator[Match | Miss]:
    """Read strkeys (SEP-23): accounts G, muxed accounts M that hold a memo id, contracts C."""
    if not _STRKEY.fullmatch(text) or (text[0] == "C" and len(text) != 56):
        return
    raw = _strkey(text)
    if raw is not None:
        muxed = text[0] == "M"
        tag = str(int.from_bytes(raw[33:41], "big")) if muxed else None
        account = _as_strkey(raw[1:33]) if muxed else None
        form = {"G": "strkey", "M": "strkey muxed", "C": "strkey contract"}[text[0]]
        yield Match(Kind.ADDRESS, form, (STELLAR,), notes=(Note.TAG_INSIDE,) if muxed else (), tag=tag, account=account)
    elif text[0] != "C":
        wanted = 69 if text[0] == "M" else 56
        place = slip(text, _BASE32, lambda other: _strkey(other) is not None)
        why = Why.LENGTH if len(text) != wanted else Why.SIGN if set(text) - set(_BASE32) else Why.CHECKSUM
        yield Miss("strkey", (STELLAR,), why, place)


def _strkey(text: str) -> bytes | None:
    raw = base32(text)
    kinds = {6 << 3: 35, 12 << 3: 43, 2 << 3: 35}
    if raw is None or kinds.get(raw[0]) != len(raw) or crc16(raw[:-2]).to_bytes(2, "little") != raw[-2:]:
        return None
    return raw[:-2]


def _as_strkey(key: bytes) -> str:
    raw = bytes([6 << 3]) + key
    return base64.b32encode(raw + crc16(raw).to_bytes(2, "little")).decode()


def read_algorand(text: str) -> Iterator[Match | Miss]:
    """Read 58 signs of base32: a key and the last four bytes of its SHA-512/256."""
    if len(text) != 58 or set(text) - set(_BASE32):
        return
    if _is_algorand(text):
        yield Match(Kind.ADDRESS, "base32", (ALGORAND,))
    else:
        yield Miss("base32", (ALGORAND,), Why.CHECKSUM, slip(text, _BASE32, _is_algorand))


def _is_algorand(text: str) -> bool:
    raw = base32(text)
    return bool(raw) and raw is not None and hashlib.new("sha512_256", raw[:32]).digest()[-4:] == raw[32:]


def read_ton(text: str) -> Iterator[Match | Miss]:
    """Read TON's user-friendly addresses (48 signs of base64 with CRC-16) and raw ones."""
    if _RAW_TON.fullmatch(text):
        yield Match(Kind.ADDRESS, "raw", (TON, EVERSCALE), checked=False, notes=(Note.NO_CHECKSUM,))
    if not _TON_LIKE.fullmatch(text):
        return
    flag = _ton_flag(text)
    if flag is not None:
        yield Match(
            Kind.ADDRESS, "bounceable" if flag & 0x7F == 0x11 else "non-bounceable", (TON_TEST if flag & 0x80 else TON,)
        )
    elif _TON_STARTS.match(text) and not text.isalpha():
        if len(text) != 48:
            yield Miss("ton", (TON,), Why.LENGTH)
        else:
            signs = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
            plain = text.replace("+", "-").replace("/", "_")
            yield Miss("ton", (TON,), Why.CHECKSUM, slip(plain, signs, lambda other: _ton_flag(other) is not None))


def _ton_flag(text: str) -> int | None:
    if len(text) != 48:
        return None
    raw = base64.b64decode(text.replace("-", "+").replace("_", "/"))
    known = raw[0] & 0x7F in (0x11, 0x51) and raw[1] in (0, 0xFF)
    return raw[0] if known and crc16(raw[:34]).to_bytes(2, "big") == raw[34:] else None


def read_32_bytes(text: str) -> Iterator[Match | Miss]:
    """Read base58 of 32 bytes: a Solana account, or a TxID of Sui or NEAR. It holds no checksum."""
    if not 32 <= len(text) <= 44 or set(text) - set(BITCOIN_58):
        if 43 <= len(text) <= 44 and text.isalnum() and len(set(text) - set(BITCOIN_58)) == 1:
            yield Miss("base58", (SOLANA,), Why.SIGN)
        return
    if len(base58(text) or b"") != 32:
        if len(text) >= 42:
            yield Miss("base58", (SOLANA,), Why.LENGTH)
        return
    notes = (Note.NO_CHECKSUM,)
    yield Match(Kind.ADDRESS, "base58", (SOLANA, "iost:mainnet"), checked=False, notes=notes)
    yield Match(Kind.TXID, "base58", (SUI, NEAR, "iost:mainnet"), checked=False)


def read_near(text: str) -> Iterator[Match | Miss]:
    """Read named accounts of NEAR. Its unnamed ones are 64 digits, as TxIDs elsewhere are."""
    shape = _NEAR_NAME.fullmatch(text)
    if shape:
        network = NEAR if shape[1] == "near" else NEAR_TEST
        yield Match(Kind.ADDRESS, "name", (network,), checked=False, notes=(Note.NO_CHECKSUM,))


def read_icp(text: str) -> Iterator[Match | Miss]:
    """Read principals and account ids of the Internet Computer: CRC-32 stands in front."""
    raw = b""
    if _ICP_PRINCIPAL.fullmatch(text):
        raw = base32(text.replace("-", "").upper()) or b""
        form = "principal"
    elif re.fullmatch("[0-9a-f]{64}", text):
        with_crc = binascii.unhexlify(text)
        raw, form = (with_crc, "account id") if len(with_crc) == 32 else (b"", "")
    if len(raw) > 4 and zlib.crc32(raw[4:]).to_bytes(4, "big") == raw[:4]:
        yield Match(Kind.ADDRESS, form, ("icp:mainnet",))
