"""Transaction ids: hashes without a checksum, so that the way they are written leaves several networks open."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bellrock.chains.codecs import BITCOIN_58, base32, base58
from bellrock.chains.forms_accounts import ALGORAND, APTOS, NEAR, SOLANA, STARKNET, STELLAR, TON, VECHAIN, XRPL
from bellrock.chains.forms_others import CARDANO, KUSAMA, POLKADOT
from bellrock.chains.models import Family, Kind, Match, Miss, Note, Why
from bellrock.chains.networks import EVM, NETWORKS

TRON = "tron:0x2b6653dc"
_MONERO = "monero:418015bb9ae982a1975da7d79277c270"
_SUBSTRATE = (POLKADOT, KUSAMA, "acala:mainnet", "polymesh:mainnet")
_BITCOINS = tuple(n.id for n in NETWORKS.values() if n.family is Family.BITCOIN and not n.is_test)
_COSMOS = tuple(n.id for n in NETWORKS.values() if n.family is Family.COSMOS and not n.is_test)
_COSMOS_TEST = tuple(n.id for n in NETWORKS.values() if n.family is Family.COSMOS and n.is_test)
_ANTELOPE = tuple(name for name in NETWORKS if name.startswith("antelope:"))
# Written in small letters by wallets and explorers of most chains, in capitals by those of Cosmos, the XRP Ledger and Nano.
_EITHER = (XRPL, *_COSMOS, *_COSMOS_TEST, "nano:mainnet")
_SMALL = (
    *_BITCOINS, TRON, STELLAR, TON, CARDANO, _MONERO, *_ANTELOPE, "kaspa:mainnet", "icp:mainnet", "tvm:42", "mvx:1",
    "neo:mainnet", "ontology:mainnet", "nuls:mainnet", "oasis:mainnet", "zilliqa:mainnet", "iotex:mainnet", "stacks:1",
)  # fmt: skip
_WITH_0X = (
    *EVM, VECHAIN, APTOS, *_SUBSTRATE, STARKNET, "stacks:1", "icon:mainnet", "harmony:mainnet", "zilliqa:mainnet",
    "nervos:mainnet", "neo:mainnet",
)  # fmt: skip
_HEX = re.compile(r"(0x|0X)?([0-9a-fA-F]{64})")
_HEX_NEAR = re.compile(r"(0x)?[0-9a-fA-F]{56,72}")


def read_hex(text: str) -> Iterator[Match | Miss]:
    """Read 64 hexadecimal digits. Without 0x they can still be an EVM transaction whose beginning was not copied."""
    shape = _HEX.fullmatch(text)
    if shape and shape[1]:
        yield Match(Kind.TXID, "hex", _WITH_0X, checked=False)
    elif shape:
        digits = shape[2]
        networks = _EITHER if digits != digits.lower() and digits == digits.upper() else (*_SMALL, *_EITHER)
        yield Match(Kind.TXID, "hex", networks, checked=False)
        yield Match(Kind.TXID, "hex", (*EVM, *_SUBSTRATE), checked=False, notes=(Note.PREFIX_MISSING,))
        if digits == digits.lower():
            yield Match(Kind.ADDRESS, "implicit", (NEAR,), checked=False, notes=(Note.NO_CHECKSUM,))
    elif _HEX_NEAR.fullmatch(text):
        yield Miss("hex", (EVM[0],) if text.startswith("0x") else (_BITCOINS[0], TRON, EVM[0]), Why.LENGTH)


def read_signature(text: str) -> Iterator[Match | Miss]:
    """Read a signature of Solana, which names its transaction: base58 of 64 bytes."""
    if not 80 <= len(text) <= 90 or set(text) - set(BITCOIN_58):
        return
    if len(base58(text) or b"") == 64:
        yield Match(Kind.TXID, "base58", (SOLANA,), checked=False)
    else:
        yield Miss("base58", (SOLANA,), Why.LENGTH)


def read_base64(text: str) -> Iterator[Match | Miss]:
    """Read TON's hashes in base64, of 44 signs with the padding at the end."""
    if re.fullmatch(r"[A-Za-z0-9+/_-]{43}=", text):
        yield Match(Kind.TXID, "base64", (TON,), checked=False)


def read_base32(text: str) -> Iterator[Match | Miss]:
    """Read Algorand's transaction ids: base32 of 32 bytes."""
    if len(text) == 52 and len(base32(text) or b"") == 32:
        yield Match(Kind.TXID, "base32", (ALGORAND,), checked=False)
