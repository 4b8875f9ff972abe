"""Deposits looked up at the exchange and on the chains: with a transaction id, with several, or by what the exchange shows."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, time

from bellrock import chains
from bellrock.core import BellrockError
from bellrock.exchange import (
    Astray,
    Belonging,
    Deposit,
    DepositState,
    ExchangeInvalid,
    ExchangeNotFound,
    ExchangeUnavailable,
    Sighted,
    Sighting,
)
from bellrock.triage.entities import EntityKind
from bellrock.triage.playbooks.asking import LATELY, Asked, Missing
from bellrock.triage.playbooks.deposit_diagnosis import SEEN, diagnosis_of, network_name, steps_of, together
from bellrock.triage.playbooks.deposits import (
    Claim,
    Conclusion,
    ExchangeAnswer,
    Look,
    Recovery,
    Verdict,
    ask_exchange,
    conclude,
    look_up,
    rules_of,
    with_recovery,
    with_rules,
)
from bellrock.triage.playbooks.diagnosis import Diagnosis, Money, Source, Step
from bellrock.triage.playbooks.looking_withdrawals import explain

SECONDS_MAX = 3.0
"""How long the exchange may take where a chain has something to tell already."""
TXIDS_MAX = 3
_NETWORKS_MAX = 5
_NOT_CREDITED = frozenset({Sighting.UNASSIGNED, Sighting.IGNORED})
_ASTRAY = {
    Astray.WRONG_NETWORK: Verdict.WRONG_NETWORK,
    Astray.WRONG_MEMO: Verdict.MEMO_MISSING,
    Astray.UNLISTED_ASSET: Verdict.WRONG_CONTRACT,
    Astray.BELOW_MINIMUM: Verdict.BELOW_MINIMUM,
}
_NEEDS_RULE = frozenset(
    {Verdict.WRONG_NETWORK, Verdict.WRONG_CONTRACT, Verdict.MEMO_MISSING, Verdict.MEMO_WRONG, Verdict.BELOW_MINIMUM}
)
_MAY_BE_ANOTHERS = frozenset({Verdict.NOT_OURS, Verdict.MEMO_MISSING, Verdict.MEMO_WRONG})
_OURS = frozenset({Belonging.ANOTHER_ACCOUNT, Belonging.SHARED, Belonging.EXCHANGE})
_OVER = frozenset({DepositState.CREDITED, DepositState.RETURNED, DepositState.FAILED})
_CUT_OFF = re.compile(r"0x[0-9a-fA-F]{48,63}")
_BESIDE = frozenset({EntityKind.TXID, EntityKind.URL, EntityKind.ADDRESS})


async def deposit(asked: Asked) -> Diagnosis | Missing | None:
    """Find out what is the matter with a deposit, or with each of up to three; without an id, what the exchange shows counts.

    Only where that leaves it open, the transaction id is asked for.
    """
    txids = txids_of(asked)
    if not txids:
        return await _without_id(asked)
    found = await asyncio.gather(*(_judged(asked, claim_of(asked, txid)) for txid in txids))
    told = [(txid, one) for txid, one in zip(txids, found, strict=True) if one]
    return together(told) if told else None


async def _judged(asked: Asked, claim: Claim) -> Diagnosis | None:
    """Look one transaction up everywhere and conclude. Raises what the exchange's port raises, where no chain knows more."""
    assert asked.account is not None
    looks, answer = await asyncio.gather(look_up(claim, asked.chains, seen=seen_before(asked)), _exchange(asked, claim))
    if isinstance(answer, BellrockError):
        return _on_chain_alone(looks, answer)
    there = {look.network for look in looks if look.transaction} - {claim.network}
    for rules in await asyncio.gather(*(rules_of(asked.exchange.networks, network=one) for one in sorted(there))):
        answer = with_rules(answer, rules.rows)
    found = conclude(claim, answer, looks)
    if found.verdict in _NEEDS_RULE:
        found = conclude(claim, await _with_recovery(asked, claim, found, answer), looks)
    if found.verdict in (Verdict.UNCLEAR, Verdict.NOT_FOUND) and claim.txid:
        sighted = await _sightings(asked, claim, claim.txid, answer)
        if any(seen.sighting is Sighting.SENT_BY_US for _, seen in sighted):
            return await explain(asked, claim.txid)
        found = await _astray(asked, claim, sighted) or found
    elif found.verdict in _MAY_BE_ANOTHERS and found.network and found.txid:
        sighted = await _sightings(asked, claim, found.txid, answer, only=found.network)
        if any(seen.sighting is Sighting.SENT_BY_US for _, seen in sighted):
            return await explain(asked, found.txid)
        found = await _if_anothers(asked, found, sighted)
    return diagnosis_of(found, looks, now=asked.now)


async def _exchange(asked: Asked, claim: Claim) -> ExchangeAnswer | BellrockError:
    assert asked.account is not None
    try:
        async with asyncio.timeout(SECONDS_MAX):
            return await ask_exchange(
                asked.account, claim, funds=asked.exchange.funds, networks=asked.exchange.networks
            )
    except TimeoutError:
        return ExchangeUnavailable()
    except BellrockError as error:
        return error


def _on_chain_alone(looks: tuple[Look, ...], error: BellrockError) -> Diagnosis:
    """Tell where a transaction is while the exchange is silent; whether it is the customer's is for a person to see."""
    look = next((look for look in looks if look.transaction), None)
    if look is None or look.transaction is None:
        raise error
    seen = look.transaction
    page = steps_of(Conclusion(Verdict.UNCLEAR, Recovery.UNKNOWN, network=look.network, txid=seen.txid))
    return Diagnosis(
        "deposit_on_chain",
        {"network": network_name(look.network), "count": seen.confirmations},
        (Source("chain", network_name(look.network), seen.as_of),),
        settles=False,
        steps=page,
        next_step="look",
        evidence={"transaction": seen},
    )


async def _without_id(asked: Asked) -> Diagnosis | Missing | None:
    """Take the one deposit that the words can mean among those that the exchange shows; else what the address received."""
    assert asked.account is not None
    claim = claim_of(asked, None)
    meant = _meant(await _lately(asked, claim.asset), asked)
    if meant is not None:
        told = await _judged(
            asked, replace(claim, txid=meant.txid or meant.id, network=meant.network, asset=meant.asset)
        )
        which = Step("deposit_meant", {"amount": Money(meant.amount, meant.asset), "at": meant.seen_at})
        return replace(told, steps=(which, *told.steps)) if told else None
    looks = await look_up(claim, asked.chains)
    if not looks:
        return _missing(asked)
    answer = await ask_exchange(asked.account, claim, funds=asked.exchange.funds, networks=asked.exchange.networks)
    return diagnosis_of(conclude(claim, answer, looks), looks, now=asked.now)


async def _lately(asked: Asked, asset: str | None) -> tuple[Deposit, ...]:
    assert asked.account is not None
    try:
        return (await asked.exchange.funds.deposits(asked.account, asset=asset, since=asked.now - LATELY)).rows
    except ExchangeInvalid:  # a coin that it does not have
        return ()


def _meant(rows: Iterable[Deposit], asked: Asked) -> Deposit | None:
    """Return the only deposit that fits the amounts in the words and is not over; one that is over only by its amount."""
    amounts = asked.amounts
    fitting = [row for row in rows if not amounts or row.amount in amounts]
    waiting = [row for row in fitting if row.state not in _OVER]
    if len(waiting) == 1:
        return waiting[0]
    return fitting[0] if amounts and len(fitting) == 1 else None


def _missing(asked: Asked) -> Missing:
    """Say what to ask for: of an id that is not whole, and of an address in its place, that is said."""
    readings = chains.find(asked.text)
    # A few networks write addresses without leading noughts, so that an id without its end can be read as one of these.
    if any(miss.form in ("hex", "base58") for one in readings for miss in one.near) or any(
        _CUT_OFF.fullmatch(one.text) for one in readings
    ):
        return Missing("txid_whole")
    return Missing("txid_not_address" if asked.first(EntityKind.ADDRESS) else "txid")


async def _with_recovery(asked: Asked, claim: Claim, found: Conclusion, answer: ExchangeAnswer) -> ExchangeAnswer:
    """Return an answer that knows what is done for such coins on that network; unchanged where it knows already."""
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


async def _sightings(
    asked: Asked, claim: Claim, txid: str, known: ExchangeAnswer, *, only: str | None = None
) -> list[tuple[str, Sighted]]:
    """Ask the exchange whether it saw a transaction: on the claimed network first, then where it fits; five networks at most."""
    fitting = [one.network.id for one in chains.identify(txid).candidates if one.kind is chains.Kind.TXID]
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


async def _astray(asked: Asked, claim: Claim, sighted: list[tuple[str, Sighted]]) -> Conclusion | None:
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
        answer = await _with_recovery(asked, there, found, answer)
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


async def _if_anothers(asked: Asked, found: Conclusion, sighted: list[tuple[str, Sighted]]) -> Conclusion:
    """Return a conclusion that says no more than is right where the coins are another customer's, or came to the exchange."""
    assert asked.account is not None
    anothers = replace(
        found, verdict=Verdict.NOT_OURS, recovery=Recovery.UNKNOWN, memo_expected=None, memo_found=None, cost=None
    )
    if any(seen.sighting is Sighting.ANOTHER_ACCOUNT for _, seen in sighted):
        return anothers
    if found.verdict is Verdict.NOT_OURS and found.network and found.went_to:
        try:
            whose = await asked.exchange.networks.whose(asked.account, network=found.network, address=found.went_to)
        except (ExchangeInvalid, ExchangeNotFound):
            return found
        if whose.belonging in _OURS:
            return anothers
    return found


def txids_of(asked: Asked) -> tuple[str, ...]:
    """Return the transaction ids that stand together in the newest words that hold one: three at most."""
    kinds = [entity.kind for entity in asked.found]
    if EntityKind.TXID not in kinds:
        return ()
    found = []
    for entity in asked.found[kinds.index(EntityKind.TXID) :]:
        if entity.kind not in _BESIDE:
            break
        if entity.kind is EntityKind.TXID:
            found.append(entity.text)
    return tuple(dict.fromkeys(found))[:TXIDS_MAX]


def claim_of(asked: Asked, txid: str | None) -> Claim:
    """Return what the customer says of the deposit; a link to an explorer says on which network they saw it."""
    linked = next((one.link for one in chains.find(asked.text) if one.text == txid and one.link), None)
    networks = (asked.value(EntityKind.NETWORK) or "").split()
    return Claim(
        txid=txid,
        network=linked.id if linked else networks[0] if networks else None,
        address=asked.first(EntityKind.ADDRESS),
        asset=asked.asset,
        amount=next(iter(asked.amounts), None),
        sent_at=datetime.combine(asked.day, time(), UTC) if asked.day else None,
    )


def seen_before(asked: Asked) -> Mapping[str, chains.Transaction]:
    """Return the transactions that this case's earlier findings saw waiting, as far as a chain needs to know of them."""
    found = {}
    for one in asked.earlier:
        seen = one.values.get(SEEN)
        if isinstance(seen, tuple) and len(seen) > 2:
            network, txid, *hangs_on = map(str, seen)
            found[txid] = chains.Transaction(
                network, txid, chains.State.PENDING, 0, (), asked.now, hangs_on=tuple(hangs_on)
            )
    return found
