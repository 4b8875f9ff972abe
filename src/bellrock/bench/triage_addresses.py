"""address.multicoin and address.registry: how many published addresses and transaction ids are told apart rightly."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bellrock import chains
from bellrock.bench.report import Figure
from bellrock.chains import Kind

FOLDER = Path(__file__).resolve().parents[4] / "shared/vectors/addresses"

# The vectors' words for a chain, and ours. What is not here is a chain that Bellrock does not know, and is not counted.
_CHAINS = {
    "bitcoin": "bip122:000000000019d6689c085ae165831e93", "btc": "bip122:000000000019d6689c085ae165831e93",
    "omni": "bip122:000000000019d6689c085ae165831e93",
    "litecoin": "bip122:12a765e31ffd4059bada1e25190f6e98", "ltc": "bip122:12a765e31ffd4059bada1e25190f6e98",
    "dogecoin": "bip122:1a91e3dace36e2be3bf030a65679fe82", "doge": "bip122:1a91e3dace36e2be3bf030a65679fe82",
    "bitcoincash": "bip122:000000000000000000651ef99cb9fcbe", "bch": "bip122:000000000000000000651ef99cb9fcbe",
    "bsv": "bsv:mainnet", "dash": "bip122:00000ffd590b1485b3caadc19b22e637",
    "zcash": "bip122:00040fe8ec8471911baa1db1266ea15d", "zec": "bip122:00040fe8ec8471911baa1db1266ea15d",
    "digibyte": "bip122:7497ea1b465eb39f1c8f507bc877078f", "dgb": "bip122:7497ea1b465eb39f1c8f507bc877078f",
    "bitcoingold": "bitcoingold:mainnet", "btg": "bitcoingold:mainnet", "pivx": "pivx:mainnet", "qtum": "qtum:mainnet",
    "komodo": "bip122:027e3758c3a65b12aa1046462b486d0a", "kmd": "bip122:027e3758c3a65b12aa1046462b486d0a",
    "zencash": "horizen:mainnet", "zen": "horizen:mainnet", "vertcoin": "vertcoin:mainnet", "vtc": "vertcoin:mainnet",
    "ethereum": "eip155:1", "eth": "eip155:1", "erc20": "eip155:1", "mana": "eip155:1", "yfi": "eip155:1", "avax": "eip155:43114",
    "avalanche": "eip155:43114", "arb": "eip155:42161", "arbitrum": "eip155:42161", "op": "eip155:10", "bnb": "eip155:56",
    "binance": "eip155:56", "binancesmartchain": "eip155:56", "celo": "eip155:42220", "bera": "eip155:80094",
    "berachain": "eip155:80094", "ip": "eip155:1514", "story": "eip155:1514", "s": "eip155:146", "sonic": "eip155:146",
    "ethereumclassic": "eip155:61", "etc": "eip155:61", "ethw": "eip155:10001", "ethereumpow": "eip155:10001",
    "flare": "eip155:14", "flr": "eip155:14", "callisto": "eip155:820", "clo": "eip155:820",
    "solana": "solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp", "sol": "solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp",
    "bonk": "solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp", "shdw": "solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp",
    "tron": "tron:0x2b6653dc", "trx": "tron:0x2b6653dc", "ripple": "xrpl:0", "xrp": "xrpl:0",
    "stellar": "stellar:pubnet", "xlm": "stellar:pubnet", "cardano": "cip34:1-764824073", "ada": "cip34:1-764824073",
    "dot": "polkadot:91b171bb158e2d3848fa23a9f1c25182", "algo": "algorand:wGHE2Pwdvd7S12BL5FaOP20EGYesN73k",
    "aptos": "aptos:1", "apt": "aptos:1", "hedera": "hedera:mainnet", "hbar": "hedera:mainnet",
    "monero": "monero:418015bb9ae982a1975da7d79277c270", "xmr": "monero:418015bb9ae982a1975da7d79277c270",
    "tezos": "tezos:NetXdQprcVkpaWU", "xtz": "tezos:NetXdQprcVkpaWU", "cro": "cosmos:crypto-org-chain-mainnet-1",
    "eos": "antelope:aca376f206b8fc25a6ed44dbdc66547c", "nano": "nano:mainnet", "neo": "neo:mainnet", "neogas": "neo:mainnet",
    "vet": "vechain:b1ac3413d346d43539627e6be7ec1b4a", "vechain": "vechain:b1ac3413d346d43539627e6be7ec1b4a",
    "waves": "waves:087",
}  # fmt: skip
# Coins of several chains, when no chain is named.
_SEVERAL = {
    "tether": ("omni", "erc20"), "usdt": ("omni", "erc20"), "usdc": ("erc20",), "eurc": ("erc20",),
    "unknown token": (), "unknown trc20": ("tron",), "mobile": ("solana",), "neon": ("solana",),
}  # fmt: skip
_TESTS = {
    "bip122:000000000019d6689c085ae165831e93": "bip122:000000000933ea01ad0ee984209779ba",
    "bip122:12a765e31ffd4059bada1e25190f6e98": "bip122:4966625a4b2851d9fdee139e56211a0d",
    "bip122:1a91e3dace36e2be3bf030a65679fe82": "bip122:bb0a78264637406b6360aad926284d54",
    "bip122:000000000000000000651ef99cb9fcbe": "bchtest:testnet",
    "bip122:00000ffd590b1485b3caadc19b22e637": "dash:testnet",
    "bip122:00040fe8ec8471911baa1db1266ea15d": "zcash:testnet",
    "qtum:mainnet": "qtum:testnet",
    "horizen:mainnet": "horizen:testnet",
    "bitcoingold:mainnet": "bitcoingold:testnet",
    "cip34:1-764824073": "cip34:0-1",
    "waves:087": "waves:084",
    "cosmos:crypto-org-chain-mainnet-1": "cosmos:testnet-croeseid-4",
    "monero:418015bb9ae982a1975da7d79277c270": "monero:48ca7cd3c8de5b6a4d53d2861fbdaedc",
}
_STAGE = {"monero:418015bb9ae982a1975da7d79277c270": "monero:76ee3cc98646292206cd3e86f74d88b4"}


@dataclass(frozen=True, slots=True)
class Case:
    """A published text, the networks of which one is meant, and whether it is one of theirs."""

    text: str
    kind: Kind
    networks: tuple[str, ...]
    expected: bool

    @property
    def is_right(self) -> bool:
        reading = chains.identify(self.text)
        found = {one.network.id for one in reading.candidates if one.kind is self.kind}
        return bool(found.intersection(self.networks)) is self.expected


def measure(folder: Path = FOLDER) -> list[Figure]:
    """Return address.multicoin and address.registry. Raises FileNotFoundError where the vectors are not there."""
    return [
        _figure("address.multicoin", list(multicoin(folder / "multicoin.json")), 0.99),
        _figure("address.registry", list(registry(folder / "wallet-core-registry.json")), 1.0),
    ]


def multicoin(file: Path) -> Iterator[Case]:
    """Yield the cases on networks that are known here (christsim/multicoin-address-validator, MIT)."""
    for row in json.loads(file.read_text(encoding="utf-8")):
        options = row["opts"]
        named = re.search(r"chainType:\s*'(\w+)'", options)
        currency = row["currency"].lower()
        words = (named[1].lower(),) if named else _SEVERAL.get(currency, (currency,))
        networks = tuple(_CHAINS[word] for word in words if word in _CHAINS)
        networks = _where(networks, options) if len(networks) == len(words) else ()
        if networks:
            yield Case(row["address"], Kind.ADDRESS, networks, row["expect"])


def _where(networks: tuple[str, ...], options: str) -> tuple[str, ...]:
    """Return the networks of the stage that a case names; none where the test network is not known here."""
    tests = tuple(_TESTS.get(name, name) for name in networks if name in _TESTS or _is_alike(name))
    if "'both'" in options:
        return (*networks, *tests, *(_STAGE[name] for name in networks if name in _STAGE))
    if "'stagenet'" in options:
        return tuple(_STAGE[name] for name in networks)
    return tests if "'testnet'" in options else networks


def _is_alike(network: str) -> bool:
    """Return whether a chain's test networks write their addresses as the main one does."""
    return network.startswith(("eip155:", "solana:", "tron:", "stellar:", "neo:", "nano:"))


# The registry's names of chains that are no EVM chain and say no chain id of Cosmos.
_REGISTRY = {
    "bitcoin": "bip122:000000000019d6689c085ae165831e93", "syscoin": "syscoin:mainnet", "verge": "verge:mainnet",
    "zen": "horizen:mainnet", "aptos": "aptos:1", "sui": "sui:mainnet", "tia": "cosmos:celestia",
    "zcash": "bip122:00040fe8ec8471911baa1db1266ea15d", "firo": "firo:mainnet",
    "komodo": "bip122:027e3758c3a65b12aa1046462b486d0a", "ripple": "xrpl:0", "stellar": "stellar:pubnet",
    "bitcoingold": "bitcoingold:mainnet", "nano": "nano:mainnet", "fio": "antelope:21dcae42c0182200e93f954a074011f9",
    "algorand": "algorand:wGHE2Pwdvd7S12BL5FaOP20EGYesN73k", "polkadot": "polkadot:91b171bb158e2d3848fa23a9f1c25182",
    "everscale": "tvm:42", "near": "near:mainnet", "kusama": "polkadot:b0a8d493285c2df73290dfb7e61f870f",
    "acala": "acala:mainnet", "filecoin": "fil:f", "bluzelle": "cosmos:bluzelle-9", "tfuelevm": "eip155:361",
    "solana": "solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp", "tbinance": "cosmos:Binance-Chain-Ganges",
    "vechain": "vechain:b1ac3413d346d43539627e6be7ec1b4a", "neo": "neo:mainnet", "bitcoindiamond": "bitcoindiamond:mainnet",
    "oasis": "oasis:mainnet", "tezos": "tezos:NetXdQprcVkpaWU", "cardano": "cip34:1-764824073", "nuls": "nuls:mainnet",
    "ecash": "ecash:mainnet", "iost": "iost:mainnet", "stratis": "strax:mainnet", "Nebl": "neblio:mainnet",
    "hedera": "hedera:mainnet", "ton": "tvm:-239", "internet_computer": "icp:mainnet", "polymesh": "polymesh:mainnet",
}  # fmt: skip


def registry(file: Path) -> Iterator[Case]:
    """Yield every sample address and sample transaction id (trustwallet/wallet-core, Apache-2.0); none is left out."""
    for coin in json.loads(file.read_text(encoding="utf-8")):
        explorer = coin.get("explorer", {})
        for field, kind in (("sampleTx", Kind.TXID), ("sampleAccount", Kind.ADDRESS)):
            if explorer.get(field):
                yield Case(explorer[field], kind, (_registry_network(coin),), True)


def _registry_network(coin: dict[str, Any]) -> str:
    if coin["id"] in _REGISTRY:
        return _REGISTRY[coin["id"]]
    chain = str(coin.get("chainId"))
    return f"eip155:{chain}" if chain.isdigit() else f"cosmos:{chain}"


def _figure(name: str, cases: list[Case], bar: float) -> Figure:
    wrong = [case for case in cases if not case.is_right]
    note = f"{len(cases)} cases" + (f", wrong: {', '.join(case.text[:20] for case in wrong[:5])}" if wrong else "")
    return Figure(name, 1 - len(wrong) / len(cases), "share", bar, sense="least", note=note)
