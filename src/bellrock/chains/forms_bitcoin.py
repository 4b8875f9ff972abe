"""How Bitcoin and its relatives write addresses: base58check with a version, segwit, cashaddr, Lightning invoices.

Versions: each chain's own chainparams; BIP-13, BIP-141, BIP-173, BIP-350, CashAddr specification, ZIP-320 for `tex`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from bellrock.chains.codecs import BECH32, BITCOIN_58, base58check, bech32, cashaddr, eight_bits
from bellrock.chains.models import Kind, Match, Miss, Note, Why
from bellrock.chains.repair import slip

BITCOIN = "bip122:000000000019d6689c085ae165831e93"
LITECOIN = "bip122:12a765e31ffd4059bada1e25190f6e98"
DOGECOIN = "bip122:1a91e3dace36e2be3bf030a65679fe82"
BITCOIN_CASH = "bip122:000000000000000000651ef99cb9fcbe"
BITCOIN_TEST = "bip122:000000000933ea01ad0ee984209779ba"
LITECOIN_TEST = "bip122:4966625a4b2851d9fdee139e56211a0d"
DOGECOIN_TEST = "bip122:bb0a78264637406b6360aad926284d54"
DASH = "bip122:00000ffd590b1485b3caadc19b22e637"
ZCASH = "bip122:00040fe8ec8471911baa1db1266ea15d"
DIGIBYTE = "bip122:7497ea1b465eb39f1c8f507bc877078f"
KOMODO = "bip122:027e3758c3a65b12aa1046462b486d0a"
RAVENCOIN = "bip122:0000006b444bc2f2ffe627be9d9e7e7a"

# Version bytes, as hexadecimal digits, and who writes addresses with them. Litecoin's scripts once began with 3 as well (05);
# wallets have written M (32) for them since 2017, so that a 3 is read as Bitcoin's.
_VERSIONS = {
    "00": (BITCOIN, BITCOIN_CASH, "bsv:mainnet", "ecash:mainnet", "bitcoindiamond:mainnet"),
    "05": (
        BITCOIN,
        BITCOIN_CASH,
        "bsv:mainnet",
        "ecash:mainnet",
        "syscoin:mainnet",
        "vertcoin:mainnet",
        "bitcoindiamond:mainnet",
    ),
    "6f": (BITCOIN_TEST, LITECOIN_TEST, "bchtest:testnet", "bitcoingold:testnet"),
    "c4": (BITCOIN_TEST, LITECOIN_TEST, DOGECOIN_TEST, "bchtest:testnet", "bitcoingold:testnet"),
    "30": (LITECOIN,),
    "32": (LITECOIN, "qtum:mainnet", "monacoin:mainnet"),
    "3a": (LITECOIN_TEST, "qtum:mainnet"),
    "1e": (DOGECOIN, DIGIBYTE, "verge:mainnet", "pivx:mainnet"),
    "16": (DOGECOIN,),
    "71": (DOGECOIN_TEST,),
    "4c": (DASH,),
    "10": (DASH,),
    "8c": ("dash:testnet", "strax:mainnet"),
    "1cb8": (ZCASH, "flux:mainnet"),
    "1cbd": (ZCASH, "flux:mainnet"),
    "1d25": ("zcash:testnet",),
    "1cba": ("zcash:testnet",),
    "2089": ("horizen:mainnet",),
    "2096": ("horizen:mainnet",),
    "2098": ("horizen:testnet",),
    "2092": ("horizen:testnet",),
    "3f": (DIGIBYTE, "syscoin:mainnet"),
    "21": ("verge:mainnet",),
    "0d": ("pivx:mainnet",),
    "3c": (RAVENCOIN, KOMODO),
    "7a": (RAVENCOIN,),
    "55": (KOMODO,),
    "52": ("firo:mainnet",),
    "07": ("firo:mainnet",),
    "26": ("bitcoingold:mainnet",),
    "17": ("bitcoingold:mainnet", "neo:mainnet", "ontology:mainnet"),
    "35": ("neo:mainnet", "neblio:mainnet"),
    "70": ("neblio:mainnet",),
    "4b": ("strax:mainnet",),
    "47": ("vertcoin:mainnet",),
    "37": ("monacoin:mainnet",),
    "78": ("qtum:testnet",),
    "6e": ("qtum:testnet",),
    "41": ("tron:0x2b6653dc",),
}
_SEGWIT = {
    "bc": (BITCOIN,),
    "tb": (BITCOIN_TEST,),
    "ltc": (LITECOIN,),
    "tltc": (LITECOIN_TEST,),
    "dgb": (DIGIBYTE,),
    "btg": ("bitcoingold:mainnet",),
    "sys": ("syscoin:mainnet",),
    "vtc": ("vertcoin:mainnet",),
    "mona": ("monacoin:mainnet",),
    "qc": ("qtum:mainnet",),
    "bcd": ("bitcoindiamond:mainnet",),
}
_CASH = {
    "bitcoincash": (BITCOIN_CASH, "bsv:mainnet"),
    "bchtest": ("bchtest:testnet",),
    "ecash": ("ecash:mainnet",),
    "kaspa": ("kaspa:mainnet",),
}
_CASH_SIZES = (20, 24, 28, 32, 40, 48, 56, 64)
_BASE58_LIKE = re.compile(r"[1-9A-HJ-NP-Za-km-z]{25,36}")
_SEGWIT_LIKE = re.compile(rf"({'|'.join(_SEGWIT)})1[0-9a-z]{{6,87}}", re.IGNORECASE)
_CASH_LIKE = re.compile(rf"(?:({'|'.join(_CASH)}):)?([qpz][{BECH32}]{{38,110}})", re.IGNORECASE)
_INVOICE_LIKE = re.compile(r"ln(bc|tb)(\d+[munp]?)?1[0-9a-z]{100,}", re.IGNORECASE)
# What a mistyped base58 text was meant to be is told by its first sign and length alone.
_LIKELY = (
    (re.compile(r"1.{25,33}"), (BITCOIN, BITCOIN_CASH)),
    (re.compile(r"3.{32,33}"), (BITCOIN, BITCOIN_CASH)),
    (re.compile(r"[LM].{32,33}"), (LITECOIN,)),
    (re.compile(r"D.{32,33}"), (DOGECOIN,)),
    (re.compile(r"T.{32,33}"), ("tron:0x2b6653dc",)),
    (re.compile(r"X.{32,33}"), (DASH,)),
    (re.compile(r"t[13].{32,33}"), (ZCASH,)),
)


def read_base58check(text: str) -> Iterator[Match | Miss]:
    """Read versioned base58check addresses, of TRON and Neo too."""
    if not _BASE58_LIKE.fullmatch(text):
        return
    networks = _base58check_networks(text)
    if networks:
        yield Match(Kind.ADDRESS, "base58check", networks)
        return
    for shape, meant in _LIKELY:
        if shape.fullmatch(text):
            place = slip(text, BITCOIN_58, partial(_is_base58check, meant))
            yield Miss("base58check", meant, Why.CHECKSUM if 33 <= len(text) <= 35 else Why.LENGTH, place)


def _is_base58check(networks: tuple[str, ...], text: str) -> bool:
    return not set(networks).isdisjoint(_base58check_networks(text))


def _base58check_networks(text: str) -> tuple[str, ...]:
    raw = base58check(text)
    if raw is None or len(raw) not in (21, 22):
        return ()
    return _VERSIONS.get(raw[:-20].hex(), ())


def read_segwit(text: str) -> Iterator[Match | Miss]:
    """Read native segwit: version 0 in bech32, later ones in bech32m. Zcash's `tex` is bech32m of 20 bytes."""
    if text[:4].lower() == "tex1" and len(text) == 42:
        found = bech32(text)
        if found and found[2] == "bech32m" and len(eight_bits(found[1]) or b"") == 20:
            yield Match(Kind.ADDRESS, "bech32m", (ZCASH,))
        return
    shape = _SEGWIT_LIKE.fullmatch(text)
    if not shape:
        return
    networks = _SEGWIT[shape[1].lower()]
    form = "segwit"
    if _is_segwit(text):
        found = bech32(text)
        yield Match(Kind.ADDRESS, found[2] if found else form, networks)
    elif text not in (text.lower(), text.upper()) and _is_segwit(text.lower()):
        yield Miss(form, networks, Why.CAPITALS)
    elif found := bech32(text):
        # A checksum that is right over a program that cannot be, or the other kind of checksum over one that can (BIP-350).
        program = eight_bits(found[1][1:]) or b""
        yield Miss(form, networks, Why.CHECKSUM if len(program) in (20, 32) else Why.LENGTH)
    else:
        data = text.lower()[len(shape[1]) + 1 :]
        place = slip(data, BECH32, lambda other: _is_segwit(f"{shape[1].lower()}1{other}"), before=len(shape[1]) + 1)
        why = Why.SIGN if set(data) - set(BECH32) else Why.CHECKSUM
        yield Miss(form, networks, why, place)


def _is_segwit(text: str) -> bool:
    found = bech32(text)
    if not found or not found[1] or found[1][0] > 16:
        return False
    program = eight_bits(found[1][1:])
    if program is None or not 2 <= len(program) <= 40:
        return False
    if found[1][0] == 0:
        return found[2] == "bech32" and len(program) in (20, 32)
    return found[2] == "bech32m" and (found[1][0] != 1 or len(program) == 32)


def read_cashaddr(text: str) -> Iterator[Match | Miss]:
    """Read cashaddr with its prefix, or without it for Bitcoin Cash and eCash."""
    shape = _CASH_LIKE.fullmatch(text)
    if not shape:
        return
    prefixes = (shape[1].lower(),) if shape[1] else ("bitcoincash", "ecash")
    for prefix in prefixes:
        if _is_cash(prefix, shape[2]):
            notes = () if shape[1] or prefix == "bitcoincash" else (Note.OTHER_PREFIX,)
            yield Match(Kind.ADDRESS, "cashaddr", _CASH[prefix], notes=() if shape[1] else notes)
            return
    data = shape[2].lower()
    before = len(shape[1]) + 1 if shape[1] else 0
    place = slip(data, BECH32, partial(_is_cash, prefixes[0]), before=before)
    yield Miss("cashaddr", _CASH[prefixes[0]], Why.CHECKSUM, place)


def _is_cash(prefix: str, data: str) -> bool:
    groups = cashaddr(prefix, data)
    raw = eight_bits(groups) if groups else None
    if not raw:
        return False
    if prefix == "kaspa":
        return (raw[0], len(raw)) in ((0, 33), (1, 34), (8, 33))
    return not raw[0] & 0x80 and len(raw) - 1 == _CASH_SIZES[raw[0] & 7]


def read_invoice(text: str) -> Iterator[Match | Miss]:
    """Read a Lightning invoice (BOLT 11): it names a payment, not an account."""
    shape = _INVOICE_LIKE.fullmatch(text)
    if not shape:
        return
    networks = (BITCOIN,) if shape[1].lower() == "bc" else (BITCOIN_TEST,)
    if bech32(text, length_max=2_000):
        yield Match(Kind.INVOICE, "bolt11", networks)
    else:
        yield Miss("bolt11", networks, Why.CHECKSUM)
