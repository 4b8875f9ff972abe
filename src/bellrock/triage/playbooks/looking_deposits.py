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
    Deposit,
    DepositState,
    ExchangeInvalid,
    ExchangeUnavailable,
    Sighted,
    Sighting,
)
from bellrock.triage.entities import EntityKind, entities
from bellrock.triage.playbooks.asking import LATELY, Asked, Missing
from bellrock.triage.playbooks.deposit_diagnosis import SEEN, diagnosis_of, network_name, steps_of, together
from bellrock.triage.playbooks.deposits import (
    Claim,
    Conclusion,
    ExchangeAnswer,
    Look,
    Recovery,
    Verdict,
    as_seen,
    ask_exchange,
    conclude,
    look_up,
    rules_of,
    with_rules,
)
from bellrock.triage.playbooks.diagnosis import Diagnosis, Money, Source, Step
from bellrock.triage.playbooks.looking_astray import NEEDS_RULE, anothers, astray, came_to_us, recovery_known, sightings
from bellrock.triage.playbooks.looking_withdrawals import explain

SECONDS_MAX = 3.0
"""How long the exchange may take where a chain has something to tell already."""
TXIDS_MAX = 3
_MAY_BE_ANOTHERS = frozenset({Verdict.NOT_OURS, Verdict.MEMO_MISSING, Verdict.MEMO_WRONG})
_OVER = frozenset({DepositState.CREDITED, DepositState.RETURNED, DepositState.FAILED})
_CUT_OFF = re.compile(r"(?<![0-9A-Za-z])0x[0-9a-fA-F]{44,63}(?![0-9A-Za-z])")
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
    """Look one transaction up everywhere and conclude; from the chain alone where the exchange is silent or too slow.

    Raises what the exchange's port raises, where no chain knows more.
    """
    late_at = asyncio.get_running_loop().time() + SECONDS_MAX
    looks, answer = await asyncio.gather(look_up(claim, asked.chains, seen=seen_before(asked)), _exchange(asked, claim))
    if isinstance(answer, BellrockError):
        return _on_chain_alone(asked, looks, answer)
    try:
        async with asyncio.timeout_at(late_at):
            return await _concluded(asked, claim, looks, answer)
    except TimeoutError:
        return _on_chain_alone(asked, looks, ExchangeUnavailable())
    except BellrockError as error:
        return _on_chain_alone(asked, looks, error)


async def _concluded(asked: Asked, claim: Claim, looks: tuple[Look, ...], answer: ExchangeAnswer) -> Diagnosis | None:
    there = {look.network for look in looks if look.transaction} - {claim.network}
    for rules in await asyncio.gather(*(rules_of(asked.exchange.networks, network=one) for one in sorted(there))):
        answer = with_rules(answer, rules.rows)
    found = conclude(claim, answer, looks)
    is_open = found.verdict in (Verdict.UNCLEAR, Verdict.NOT_FOUND)
    may_be_anothers = found.verdict in _MAY_BE_ANOTHERS
    answer, sighted, is_ours = await asyncio.gather(
        recovery_known(asked, claim, found, answer),
        sightings(asked, claim, answer, only=found.network if may_be_anothers else None)
        if is_open or may_be_anothers
        else _none(),
        came_to_us(asked, found),
    )
    if claim.txid and any(seen.sighting is Sighting.SENT_BY_US for _, seen in sighted):
        return await explain(asked, claim.txid)
    if found.verdict in NEEDS_RULE:
        found = conclude(claim, answer, looks)
    if is_open:
        found = await astray(asked, claim, sighted) or found
    elif is_ours or any(seen.sighting is Sighting.ANOTHER_ACCOUNT for _, seen in sighted):
        found = anothers(found)
    return diagnosis_of(found, looks, now=asked.now)


async def _none() -> list[tuple[str, Sighted]]:
    return []


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


def _on_chain_alone(asked: Asked, looks: tuple[Look, ...], error: BellrockError) -> Diagnosis | None:
    """Tell where a transaction is while the exchange is silent; whether it is the customer's is for a person to see.

    One that failed brought nothing to anybody, and one that waits has not yet: that the chain alone can say.
    """
    look = next((look for look in looks if look.transaction), None)
    if look is None or look.transaction is None:
        raise error
    seen = look.transaction
    if seen.state is chains.State.FAILED:
        failed = Conclusion(Verdict.FAILED, Recovery.SENDER, network=look.network, txid=seen.txid)
        return diagnosis_of(failed, looks, now=asked.now)
    if seen.state is chains.State.PENDING:
        told = diagnosis_of(as_seen(look, seen), looks, now=asked.now)
        return replace(told, next_step="look") if told else None
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
    """Return the only deposit that fits the amounts or the day in the words and is not over; one that is over only by amount."""
    amounts = asked.amounts
    fitting = [row for row in rows if not amounts or row.amount in amounts]
    waiting = [row for row in fitting if row.state not in _OVER]
    if len(waiting) == 1:
        return waiting[0]
    of_day = asked.of_days(waiting, lambda row: row.seen_at)
    if len(of_day) == 1:
        return of_day[0]
    return fitting[0] if amounts and len(fitting) == 1 else None


def _missing(asked: Asked) -> Missing:
    """Say what to ask for: of an id that is not whole, and of an address in its place, that is said."""
    readings = chains.find(asked.text)
    # A few networks write addresses without leading noughts, so that an id without its end can be read as one of these.
    if any(miss.form in ("hex", "base58") for one in readings for miss in one.near) or _CUT_OFF.search(asked.text):
        return Missing("txid_whole")
    return Missing("txid_not_address" if asked.first(EntityKind.ADDRESS) else "txid")


def txids_of(asked: Asked) -> tuple[str, ...]:
    """Return the transaction ids that stand together in the newest words that hold one: three at most."""
    if own := [entity.text for entity in entities(asked.newest) if entity.kind is EntityKind.TXID]:
        return tuple(dict.fromkeys(own))[:TXIDS_MAX]
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
