"""Coins that came astray, as the exchange knows of them: what it sighted, whose they are, and whether it brings them back."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from bellrock import chains
from bellrock.exchange import Astray, Belonging, ExchangeInvalid, ExchangeNotFound, Sighted, Sighting
from bellrock.triage.playbooks.asking import Asked
from bellrock.triage.playbooks.deposit_addresses import txid_candidates
from bellrock.triage.playbooks.deposits import (
    Claim,
    Conclusion,
    ExchangeAnswer,
    Recovery,
    Verdict,
    ask_exchange,
    with_recovery,
)

_NETWORKS_MAX = 5
_NOT_CREDITED = frozenset({Sighting.UNASSIGNED, Sighting.IGNORED})
_ASTRAY = {
    Astray.WRONG_NETWORK: Verdict.WRONG_NETWORK,
    Astray.WRONG_MEMO: Verdict.MEMO_MISSING,
    Astray.UNLISTED_ASSET: Verdict.WRONG_CONTRACT,
    Astray.BELOW_MINIMUM: Verdict.BELOW_MINIMUM,
}
NEEDS_RULE = frozenset(
    {Verdict.WRONG_NETWORK, Verdict.WRONG_CONTRACT, Verdict.MEMO_MISSING, Verdict.MEMO_WRONG, Verdict.BELOW_MINIMUM}
)
_OURS = frozenset({Belonging.ANOTHER_ACCOUNT, Belonging.SHARED, Belonging.EXCHANGE})


async def recovery_known(asked: Asked, claim: Claim, found: Conclusion, answer: ExchangeAnswer) -> ExchangeAnswer:
    """Return an answer that knows what is done for such coins on that network; unchanged where that is known."""
    if found.verdict not in NEEDS_RULE:
        return answer
    network, asset = found.network, found.asset or claim.asset
    if asset is None and network and not found.contract:
        asset = chains.network(network).symbol
    if (network, asset) == (claim.network, claim.asset) and answer.recoveries is not None:
        return answer
    if network is None or asset is None:
        return replace(answer, recoveries=None)
    try:
        return with_recovery(answer, (await asked.exchange.networks.recovery(asset=asset, network=network)).rows)
    except (ExchangeInvalid, ExchangeNotFound):
        return replace(answer, recoveries=None)


async def sightings(
    asked: Asked, claim: Claim, known: ExchangeAnswer, *, only: str | None = None
) -> list[tuple[str, Sighted]]:
    """Ask the exchange whether it saw a transaction: on the claimed network first, then where it fits; five networks at most."""
    txid = claim.txid
    if txid is None:
        return []
    fitting = [one.network.id for one in txid_candidates(txid, claim.network)]
    listed = {one.network for one in known.listings if claim.asset in (None, one.asset)}
    fitting.sort(key=lambda network: (network != claim.network, network not in listed))
    networks = [only] if only else list(dict.fromkeys(fitting))[:_NETWORKS_MAX]

    async def sighted(network: str) -> Sighted | None:
        assert asked.account is not None
        try:
            return await asked.exchange.networks.sighted(asked.account, network=network, txid=txid)
        except (ExchangeInvalid, ExchangeNotFound):  # a network that it does not have
            return None

    found = await asyncio.gather(*map(sighted, networks))
    return [(network, seen) for network, seen in zip(networks, found, strict=True) if seen]


async def astray(asked: Asked, claim: Claim, sighted: list[tuple[str, Sighted]]) -> Conclusion | None:
    """Take the exchange's word for coins that came astray, where no node tells of them; None where it saw nothing."""
    assert asked.account is not None
    for network, seen in sighted:
        if seen.sighting is Sighting.ANOTHER_ACCOUNT:
            return Conclusion(Verdict.NOT_OURS, Recovery.UNKNOWN, network=network, txid=claim.txid)
        verdict = _ASTRAY.get(seen.astray) if seen.astray and seen.sighting in _NOT_CREDITED else None
        if verdict is None:
            continue
        there = replace(claim, network=network)
        answer = await ask_exchange(asked.account, there, funds=asked.exchange.funds, networks=asked.exchange.networks)
        found = Conclusion(verdict, Recovery.UNKNOWN, network=network, txid=claim.txid, asset=claim.asset)
        answer = await recovery_known(asked, there, found, answer)
        known = answer.recoveries or {}
        recovery = Recovery.EXCHANGE if verdict in known else Recovery.NONE
        return replace(
            found,
            recovery=recovery if answer.recoveries is not None else Recovery.UNKNOWN,
            memo_expected=next((one.memo for one in answer.addresses if network in one.networks and one.memo), None),
            cost=known.get(verdict),
            reference=seen.deposit_id or claim.txid,
        )
    return None


async def came_to_us(asked: Asked, found: Conclusion) -> bool:
    """Say whether coins that went elsewhere than to this customer came to the exchange all the same."""
    assert asked.account is not None
    if found.verdict is not Verdict.NOT_OURS or not found.network or not found.went_to:
        return False
    try:
        whose = await asked.exchange.networks.whose(asked.account, network=found.network, address=found.went_to)
    except (ExchangeInvalid, ExchangeNotFound):
        return False
    return whose.belonging in _OURS


def anothers(found: Conclusion) -> Conclusion:
    """Return a conclusion that says no more than is right where coins are another customer's, or nobody's yet."""
    return replace(
        found, verdict=Verdict.NOT_OURS, recovery=Recovery.UNKNOWN, memo_expected=None, memo_found=None, cost=None
    )
