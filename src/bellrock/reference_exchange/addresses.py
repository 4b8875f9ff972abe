"""Addresses and transaction ids of accounts that nobody has the keys of: of the right form, drawn from the seed."""

from __future__ import annotations

from bellrock import chains
from bellrock.chains.port import BITCOIN_58, RIPPLE_58, to_base58check
from bellrock.reference_exchange.state import Draw

_VERSIONS = {"BTC": b"\x00", "LTC": b"\x30", "DOGE": b"\x1e", "DASH": b"\x4c"}
_TEST_VERSION = b"\x6f"


def address_of(network: chains.Network, account: str, draw: Draw) -> tuple[str, str | None]:
    """Return address and memo of an account on a network. On networks with memos the address is everybody's."""
    shared = network.memo is not chains.Memo.NONE
    owner = "shared" if shared else account
    memo = str(draw.of("memo", account).randrange(100_000_000, 999_999_999)) if shared else None
    return _address(network, draw.raw("address", network.family, owner)), memo


def hot_wallet(network: chains.Network, draw: Draw) -> str:
    """Return the address from which withdrawals leave."""
    return _address(network, draw.raw("hot wallet", network.family))


def txid_of(network: chains.Network, draw: Draw, *subject: str) -> str:
    """Return a transaction id of the right form that no chain has."""
    raw = draw.raw("txid", network.id, *subject)
    match network.family:
        case chains.Family.EVM:
            return "0x" + raw.hex()
        case chains.Family.SOLANA:
            return _base58(raw + draw.raw("txid more", network.id, *subject))
        case chains.Family.XRPL:
            return raw.hex().upper()
    return raw.hex()


def _address(network: chains.Network, raw: bytes) -> str:
    match network.family:
        case chains.Family.EVM:
            return "0x" + raw[:20].hex()
        case chains.Family.BITCOIN:
            version = _TEST_VERSION if network.is_test else _VERSIONS.get(network.symbol, b"\x00")
            return to_base58check(version + raw[:20])
        case chains.Family.TRON:
            return to_base58check(b"\x41" + raw[:20])
        case chains.Family.XRPL:
            return to_base58check(b"\x00" + raw[:20], RIPPLE_58)
        case chains.Family.SOLANA:
            return _base58(raw)
    return "0:" + raw.hex()  # TON's raw form


def _base58(raw: bytes) -> str:
    number, signs = int.from_bytes(raw, "big"), ""
    while number:
        number, value = divmod(number, 58)
        signs = BITCOIN_58[value] + signs
    return BITCOIN_58[0] * (len(raw) - len(raw.lstrip(b"\0"))) + signs
