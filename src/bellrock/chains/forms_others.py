"""How chains with a way of their own write addresses: Cosmos, Cardano, Polkadot, Monero, Tezos."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

from bellrock.chains.codecs import BECH32, BITCOIN_58, base58, base58check, bech32, eight_bits
from bellrock.chains.hashes import blake2b, keccak256
from bellrock.chains.models import Kind, Match, Miss, Note, Why
from bellrock.chains.networks import CLOSED, COSMOS_PREFIXES
from bellrock.chains.repair import slip

CARDANO, CARDANO_TEST = "cip34:1-764824073", "cip34:0-1"
POLKADOT, KUSAMA = "polkadot:91b171bb158e2d3848fa23a9f1c25182", "polkadot:b0a8d493285c2df73290dfb7e61f870f"
# Prefix of a bech32 address, the sizes in bytes it may have, and its network; Cosmos chains come from the table of networks.
_BECH32 = {
    "erd": ((32,), "mvx:1"),
    "zil": ((20,), "zilliqa:mainnet"),
    "one": ((20,), "harmony:mainnet"),
    "io": ((20,), "iotex:mainnet"),
    "oasis": ((21,), "oasis:mainnet"),
    "ckb": ((22, 25, 54, 57), "nervos:mainnet"),
    "pc": ((21,), "pactus:mainnet"),
}
_BECH32_LIKE = re.compile(r"([a-z_]{2,15})1([0-9a-z]{30,130})", re.IGNORECASE)
_SS58 = {
    0: (POLKADOT,),
    2: (KUSAMA, POLKADOT),
    10: ("acala:mainnet", POLKADOT),
    12: ("polymesh:mainnet",),
    42: (POLKADOT, KUSAMA),
}
_MONERO = {18: "", 19: "integrated", 42: "subaddress", 53: "", 54: "integrated", 63: "subaddress"}
_MONERO |= {24: "", 25: "integrated", 36: "subaddress"}
_MONERO_NETWORKS = (
    ("monero:418015bb9ae982a1975da7d79277c270", (18, 19, 42)),
    ("monero:48ca7cd3c8de5b6a4d53d2861fbdaedc", (53, 54, 63)),
    ("monero:76ee3cc98646292206cd3e86f74d88b4", (24, 25, 36)),
)
_MONERO_BLOCKS = {11: 8, 10: 7, 9: 6, 7: 5, 6: 4, 5: 3, 3: 2, 2: 1}
_TEZOS = {"06a19f": 20, "06a1a1": 20, "06a1a4": 20, "06a1a6": 20, "025a79": 20, "0574": 32}


def read_bech32(text: str) -> Iterator[Match | Miss]:
    """Read bech32 addresses with a prefix of their own: the Cosmos chains and some others."""
    shape = _BECH32_LIKE.fullmatch(text)
    prefix = shape[1].lower() if shape else ""
    if not shape or (prefix not in _BECH32 and prefix not in COSMOS_PREFIXES):
        return
    networks = COSMOS_PREFIXES.get(prefix) or (_BECH32[prefix][1],)
    sizes = (20, 32) if prefix in COSMOS_PREFIXES else _BECH32[prefix][0]
    if _is_bech32(text, sizes):
        notes = (Note.NETWORK_CLOSED,) if set(networks) & CLOSED else ()
        yield Match(Kind.ADDRESS, "bech32", networks, notes=notes)
        return
    data = shape[2].lower()
    place = slip(data, BECH32, lambda other: _is_bech32(f"{prefix}1{other}", sizes), before=len(prefix) + 1)
    why = Why.SIGN if set(data) - set(BECH32) else Why.CHECKSUM
    yield Miss("bech32", networks, why, place)


def _is_bech32(text: str, sizes: tuple[int, ...]) -> bool:
    found = bech32(text, length_max=130)
    return found is not None and len(eight_bits(found[1]) or b"") in sizes


def read_cardano(text: str) -> Iterator[Match | Miss]:
    """Read Shelley addresses (CIP-19) and Byron's base58 of CBOR with CRC-32."""
    lower = text.lower()
    if lower.startswith(("addr1", "addr_test1", "stake1", "stake_test1")) and len(text) < 140:
        network = CARDANO_TEST if "_test" in lower else CARDANO
        prefix, _, data = lower.rpartition("1")
        if _is_shelley(text):
            yield Match(Kind.ADDRESS, "bech32", (network,))
        else:
            place = slip(data, BECH32, lambda other: _is_shelley(f"{prefix}1{other}"), before=len(prefix) + 1)
            yield Miss("bech32", (network,), Why.CHECKSUM, place)
        return
    if not 50 <= len(text) <= 130 or set(text) - set(BITCOIN_58):
        return
    raw = base58(text) or b""
    # [24(h'…'), crc]: an array of two, tag 24, a byte string; then an unsigned number of four bytes or fewer.
    if raw[:4] != b"\x82\xd8\x18\x58":
        if text.startswith(("DdzFF", "Ae2")):
            yield Miss("byron", (CARDANO,), Why.LENGTH)
        return
    size = raw[4]
    payload, rest = raw[5 : 5 + size], raw[5 + size :]
    numbers = {5: 0x1A, 3: 0x19, 2: 0x18}
    right = len(payload) == size and len(rest) in numbers and rest[0] == numbers[len(rest)]
    if right and int.from_bytes(rest[1:], "big") == zlib.crc32(payload):
        # Attribute 2 is the number of a test network; the main one leaves it out.
        is_test = b"\x02\x45\x1a" in payload or b"\x02\x43\x19" in payload
        yield Match(Kind.ADDRESS, "byron", (CARDANO_TEST if is_test else CARDANO,))
    else:
        yield Miss("byron", (CARDANO,), Why.CHECKSUM)


def _is_shelley(text: str) -> bool:
    found = bech32(text, length_max=140)
    raw = eight_bits(found[1]) if found and found[2] == "bech32" else None
    if not found or not raw:
        return False
    kind, network = raw[0] >> 4, raw[0] & 15
    sizes = {0: 57, 1: 57, 2: 57, 3: 57, 6: 29, 7: 29, 14: 29, 15: 29}
    is_size = len(raw) == sizes.get(kind) if kind not in (4, 5) else 32 <= len(raw) <= 47
    return is_size and (kind >= 14) == found[0].startswith("stake") and network == (0 if "_test" in found[0] else 1)


def read_ss58(text: str) -> Iterator[Match | Miss]:
    """Read SS58 of Polkadot and its sisters; the account behind another prefix is the same."""
    if not 46 <= len(text) <= 49 or set(text) - set(BITCOIN_58):
        return
    found = _ss58_prefix(text)
    if found is None:
        if text[0] == "1" and len(text) >= 47:
            place = slip(text, BITCOIN_58, lambda other: _ss58_prefix(other) is not None)
            yield Miss("ss58", (POLKADOT,), Why.CHECKSUM, place)
    elif found in _SS58:
        notes = () if found == 0 else (Note.OTHER_PREFIX,)
        yield Match(Kind.ADDRESS, "ss58", _SS58[found], notes=notes)


def _ss58_prefix(text: str) -> int | None:
    raw = base58(text) or b""
    if len(raw) not in (35, 36) or (raw[0] < 64) != (len(raw) == 35) or raw[0] > 127:
        return None
    if blake2b(b"SS58PRE" + raw[:-2], 64)[:2] != raw[-2:]:
        return None
    return raw[0] if raw[0] < 64 else (raw[0] & 0x3F) << 2 | raw[1] >> 6 | (raw[1] & 0x3F) << 8


def read_monero(text: str) -> Iterator[Match | Miss]:
    """Read Monero's base58 in blocks of eight bytes; an integrated address holds the payment id."""
    if len(text) not in (95, 106) or set(text) - set(BITCOIN_58):
        return
    raw = b""
    for start in range(0, len(text), 11):
        block = text[start : start + 11]
        part = base58(block.lstrip("1") or "1")
        size = _MONERO_BLOCKS[len(block)]
        value = int.from_bytes(part or b"", "big")
        if value >> (8 * size):
            return
        raw += value.to_bytes(size, "big")
    network = next((name for name, kinds in _MONERO_NETWORKS if raw[0] in kinds), None)
    if network is None:
        return
    is_integrated = _MONERO[raw[0]] == "integrated"
    if keccak256(raw[:-4])[:4] != raw[-4:] or is_integrated != (len(text) == 106):
        yield Miss("monero", (network,), Why.CHECKSUM)
        return
    tag = raw[65:73].hex() if is_integrated else None
    yield Match(
        Kind.ADDRESS, f"monero {_MONERO[raw[0]]}".strip(), (network,), notes=(Note.TAG_INSIDE,) if tag else (), tag=tag
    )


def read_tezos(text: str) -> Iterator[Match | Miss]:
    """Read accounts (tz1 to tz4), contracts (KT1) and operations (o) of Tezos."""
    if text[:2] not in ("tz", "KT") and not (text[:1] == "o" and len(text) == 51):
        return
    raw = base58check(text) if not set(text) - set(BITCOIN_58) else None
    network = ("tezos:NetXdQprcVkpaWU",)
    if raw and any(
        raw.hex().startswith(prefix) and len(raw) == len(prefix) // 2 + size for prefix, size in _TEZOS.items()
    ):
        yield Match(Kind.TXID if text[0] == "o" else Kind.ADDRESS, "base58check", network)
    elif text[:3] in ("tz1", "tz2", "tz3", "KT1") and 30 <= len(text) <= 40:
        yield Miss("base58check", network, Why.CHECKSUM if len(text) == 36 else Why.LENGTH)
