"""Looks at the nodes of blockchains: whether each answers, for the right network, and keeps up."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime

from bellrock.chains import Chain, ChainMixedUp, ChainUnavailable
from bellrock.checkup.findings import Finding

_BLOCKS_BEHIND_MAX = 30
_SECONDS_BEHIND_MIN = 900.0
_CURE = "Check its entry in BELLROCK_CHAIN_NODES (docs/chains.md), the node itself, and the firewall."


async def look_at_nodes(chains: Mapping[str, Chain], *, now: datetime) -> list[Finding]:
    """Look at every node that is set, all at once; nothing without any."""
    return list(await asyncio.gather(*(_look(chain, now) for chain in chains.values())))


async def _look(chain: Chain, now: datetime) -> Finding:
    what = f"node of {chain.network.name}"
    try:
        tip = await chain.tip()
    except ChainUnavailable:
        cause = "Deposits on this network are judged by the exchange's word alone until it does."
        return Finding(what, "does not answer", "bad", cause, _CURE)
    except ChainMixedUp:
        return Finding(what, "serves another network", "bad", f"It is set for {chain.network.id}.", _CURE)
    if tip.block_at is not None:
        behind = (now - tip.block_at).total_seconds()
        if behind > max(_SECONDS_BEHIND_MIN, _BLOCKS_BEHIND_MAX * chain.network.block_seconds):
            cause = f"Its newest block is {round(behind / 60)} minutes old, so that fresh deposits look missing."
            return Finding(
                what, f"block {tip.height} is old", "soon", cause, "Look whether the node is still loading blocks."
            )
    return Finding(what, f"block {tip.height}")
