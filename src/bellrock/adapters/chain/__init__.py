"""Nodes of chains, behind the port `chains.port.Chain`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from bellrock.chains import Remembering
from bellrock.chains.port import Chain, Network, network
from bellrock.core import BellrockError, Settings
from bellrock.core.settings import SettingsWrong

if TYPE_CHECKING:
    from bellrock.adapters.chain.http import Node


def _evm(of: Network, node: Node) -> Chain:
    from bellrock.adapters.chain.evm import EvmChain

    return EvmChain(of, node)


def _core(of: Network, node: Node) -> Chain:
    from bellrock.adapters.chain.bitcoin_core import CoreChain

    return CoreChain(of, node)


def _esplora(of: Network, node: Node) -> Chain:
    from bellrock.adapters.chain.esplora import EsploraChain

    return EsploraChain(of, node)


def _solana(of: Network, node: Node) -> Chain:
    from bellrock.adapters.chain.solana import SolanaChain

    return SolanaChain(of, node)


def _tron(of: Network, node: Node) -> Chain:
    from bellrock.adapters.chain.tron import TronChain

    return TronChain(of, node)


def _xrpl(of: Network, node: Node) -> Chain:
    from bellrock.adapters.chain.xrpl import XrplChain

    return XrplChain(of, node)


ADAPTERS: Mapping[str, Callable[[Network, Node], Chain]] = {
    "evm": _evm,
    "core": _core,
    "esplora": _esplora,
    "solana": _solana,
    "tron": _tron,
    "xrpl": _xrpl,
}


def build_chains(settings: Settings) -> dict[str, Chain]:
    """Return the chains that have a node in the settings, by CAIP-2 id; each remembers what waits. Raises SettingsWrong."""
    return {name: Remembering(build_chain(_network(name), address)) for name, address in settings.chain_nodes.items()}


def build_chain(of: Network, address: str) -> Chain:
    """Return a chain behind a node: `evm+http://127.0.0.1:8545`. Raises SettingsWrong."""
    kind, _, url = address.partition("+")
    if kind not in ADAPTERS or not url.startswith(("http://", "https://")):
        raise SettingsWrong(
            name="chain_nodes", why=f"{of.id} takes one of {', '.join(ADAPTERS)}, then + and an address"
        )
    from bellrock.adapters.chain.http import Node  # a web process that asks no node has no use for its weight

    return ADAPTERS[kind](of, Node(url))


def _network(name: str) -> Network:
    try:
        return network(name)
    except BellrockError as error:
        raise SettingsWrong(name="chain_nodes", why=f"{name} is no network that is known") from error
