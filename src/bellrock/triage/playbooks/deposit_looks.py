"""Looking a deposit up on every chain that its transaction id can belong to."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import timedelta

from bellrock.chains import (
    Ability,
    Chain,
    ChainMixedUp,
    ChainUnavailable,
    Family,
    Fate,
    Fees,
    Outcome,
    State,
    Transaction,
    TxidWrong,
)
from bellrock.core import clock
from bellrock.triage.playbooks.deposit_addresses import is_hash, plain_id, txid_candidates
from bellrock.triage.playbooks.deposit_facts import Claim, Look

CHAINS_MAX = 12
SECONDS_MAX = 2.5
"""How long one chain may take: a slow node must not keep back what the others and the exchange know."""
BEFORE = timedelta(hours=12)  # people remember times loosely
BLOCKS_BEHIND_MAX = 20
BEHIND = timedelta(minutes=15)


async def look_up(
    claim: Claim, asked: Mapping[str, Chain], *, seen: Mapping[str, Transaction] | None = None
) -> tuple[Look, ...]:
    """Return what the chains say, the claimed network first, at most 12, all asked at once.

    `asked` holds the chains that have a node; `seen` transactions as they were seen earlier, by id: without them, only a chain
    that remembers can say what became of one that is gone. Without a transaction id, the claimed network is asked what the
    claimed address received.
    """
    if claim.txid is None:
        return await _by_address(claim, asked)
    candidates = txid_candidates(claim.txid, claim.network)
    ids = {one.network.id for one in candidates}
    families = {one.network.family for one in candidates} - {Family.OTHER}
    fitting = [chain for chain in asked.values() if chain.network.id in ids or chain.network.family in families]
    fitting.sort(key=lambda chain: (chain.network.id != claim.network, chain.network.rank))
    wanted = plain_id(claim.txid)
    before = next((one for txid, one in (seen or {}).items() if plain_id(txid) == wanted), None)
    looks = await asyncio.gather(*(_look(chain, claim.txid, before) for chain in fitting[:CHAINS_MAX]))
    return tuple(look for look in looks if look is not None)


async def _look(chain: Chain, txid: str, before: Transaction | None) -> Look | None:
    network, seconds = chain.network.id, chain.network.block_seconds
    until = asyncio.get_running_loop().time() + SECONDS_MAX
    try:
        async with asyncio.timeout_at(until):
            found = await chain.transaction(_as_written(txid, chain))
            if found is None:
                return await _absent(chain, txid, before)
    except TxidWrong:
        return None
    except (TimeoutError, ChainUnavailable, ChainMixedUp):
        return Look(network, seconds, is_unavailable=True)
    return Look(network, seconds, found, fees=await _fees(chain, until) if found.state is State.PENDING else None)


async def _absent(chain: Chain, txid: str, before: Transaction | None) -> Look:
    if await _is_behind(chain):
        return Look(chain.network.id, chain.network.block_seconds, is_unavailable=True)
    return await _gone(chain, txid, before)


async def _is_behind(chain: Chain) -> bool:
    """Say whether a node stands still: what came since then is no news to it, and "unknown" means nothing."""
    tip = await chain.tip()
    usual = max(BEHIND, timedelta(seconds=BLOCKS_BEHIND_MAX * chain.network.block_seconds))
    return tip.block_at is not None and tip.as_of - tip.block_at > usual


async def _fees(chain: Chain, until: float) -> Fees | None:
    """Return what places cost now; None where the node cannot say in time: the transaction is told all the same."""
    if Ability.FEES not in chain.can:
        return None
    try:
        async with asyncio.timeout_at(until):
            return await chain.fees()
    except (TimeoutError, ChainUnavailable, ChainMixedUp):
        return None


async def _gone(chain: Chain, txid: str, before: Transaction | None) -> Look:
    network, seconds = chain.network.id, chain.network.block_seconds
    if before is None or before.network != network:
        before = Transaction(network, _as_written(txid, chain), State.PENDING, 0, (), clock.now())
    outcome = await chain.fate(before) if Ability.FATE in chain.can else Outcome(Fate.UNKNOWN)
    return Look(network, seconds, outcome=outcome, replacement=await _replacement(chain, outcome))


async def _replacement(chain: Chain, outcome: Outcome) -> Transaction | None:
    """Return what took the place; None where the node cannot show it: that the place is taken is told all the same."""
    if outcome.fate is not Fate.REPLACED or not outcome.by:
        return None
    try:
        return await chain.transaction(outcome.by)
    except (TxidWrong, ChainUnavailable, ChainMixedUp):
        return None


async def _by_address(claim: Claim, asked: Mapping[str, Chain]) -> tuple[Look, ...]:
    chain = asked.get(claim.network or "")
    if chain is None or claim.address is None or claim.sent_at is None or Ability.ACTIVITY not in chain.can:
        return ()
    try:
        async with asyncio.timeout(SECONDS_MAX):
            received = await chain.activity(claim.address, since=claim.sent_at - BEFORE)
        for one in received:
            if claim.amount is None or one.movement.amount == claim.amount:
                look = await _look(chain, one.txid, None)
                return (look,) if look else ()
    except TxidWrong:
        return ()
    except (TimeoutError, ChainUnavailable, ChainMixedUp):
        return (Look(chain.network.id, chain.network.block_seconds, is_unavailable=True),)
    return ()


def _as_written(txid: str, chain: Chain) -> str:
    """Return an id as this chain's node knows it: customers lose the 0x, or add one."""
    digits = plain_id(txid)
    if not is_hash(digits):
        return txid.strip()
    match chain.network.family:
        case Family.EVM:
            return f"0x{digits}"
        case Family.BITCOIN | Family.TRON:
            return digits
    return txid.strip()[-len(digits) :]  # the others write both
