"""Withdrawals looked up at the exchange, and on the chain once they were sent: on its way, n of m, arrived, or gone wrong."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bellrock.exchange import NetworkRule, Withdrawal, WithdrawalState
from bellrock.triage.entities import EntityKind
from bellrock.triage.playbooks.asking import LATELY, Asked
from bellrock.triage.playbooks.deposit_addresses import plain_id, resembled
from bellrock.triage.playbooks.deposit_diagnosis import network_name, steps_of
from bellrock.triage.playbooks.deposits import (
    Conclusion,
    Look,
    OwnAddress,
    Pace,
    Recovery,
    Verdict,
    conclude,
    look_up,
    of_withdrawal,
)
from bellrock.triage.playbooks.diagnosis import Diagnosis, Money, Source, Step, Term, Value
from bellrock.triage.playbooks.transfers import explain_withdrawal, is_open

_JUST_NOW = timedelta(days=1)
"""Whoever writes of a withdrawal that is over means one that was made so lately."""
_ON_CHAIN = frozenset({WithdrawalState.SENT, WithdrawalState.DONE})
_FAILED = frozenset({Verdict.FAILED, Verdict.DROPPED})


async def withdrawal(asked: Asked) -> Diagnosis | None:
    """Say where a withdrawal is: the one whose transaction or amount the words name, else the newest of the coin that is open."""
    return await explain(asked, asked.first(EntityKind.TXID))


async def explain(asked: Asked, txid: str | None) -> Diagnosis | None:
    """Say where the withdrawal of a transaction is, or without one the one that is meant; None for another's transaction."""
    assert asked.account is not None
    page = await asked.exchange.funds.withdrawals(asked.account, since=asked.now - LATELY)
    meant = _meant(page.rows, asked)
    of_day = asked.of_days(meant, lambda one: one.created_at) if len(meant) > 1 and not txid else []
    meant = of_day if len(of_day) == 1 else meant
    if txid:
        meant = [one for one in page.rows if one.txid and plain_id(one.txid) == plain_id(txid)]
        meant = meant or list((await asked.exchange.funds.withdrawals(asked.account, txid=txid)).rows)
    found = explain_withdrawal(meant, as_of=page.as_of)
    sent = next((one for one in meant if found and one.id == found.sources[0].name), None)
    if found is None or sent is None:
        return None
    told = await _on_chain(asked, sent) or _with_page(found, sent)
    is_guessed = sent.created_at < asked.now - _JUST_NOW or bool(asked.days)
    if len(of_day) == 1:
        told = asked.by_day(told, sent.created_at) or told
    elif not txid and not asked.amounts and not any(map(is_open, meant)) and is_guessed:
        told = replace(told, steps=(Step("withdrawal_newest"), *told.steps))
    return _beside_earlier(told, sent, page.rows)


def _beside_earlier(told: Diagnosis, sent: Withdrawal, rows: tuple[Withdrawal, ...]) -> Diagnosis:
    """Warn where the destination is easily taken for one that the customer sent to before: that is how it is slipped in."""
    before = tuple(
        OwnAddress(one.address, frozenset({one.network})) for one in rows if one.created_at < sent.created_at
    )
    own = resembled(sent.address, before)
    if own is None or any(one.address == sent.address for one in before):
        return told
    steps = (Step("lookalike_sent", {"own": own}), *told.steps)
    return replace(told, steps=steps, settles=False, next_step="review")


def _with_page(found: Diagnosis, sent: Withdrawal) -> Diagnosis:
    """Add where a withdrawal can be seen, though no node of ours knows it."""
    on_chain = Conclusion(Verdict.UNCLEAR, Recovery.UNKNOWN, network=sent.network, txid=sent.txid)
    return replace(found, steps=(*found.steps, *steps_of(on_chain)), evidence={"withdrawal": sent})


def _meant(rows: tuple[Withdrawal, ...], asked: Asked) -> list[Withdrawal]:
    """Return those of the amount in the words, with the fee or without; else those of the coin, or all where none is named."""
    amounts = asked.amounts
    by_amount = [one for one in rows if one.amount in amounts or one.amount + one.fee in amounts]
    by_asset = [one for one in by_amount or rows if asked.asset in (None, one.asset)]
    return by_asset or by_amount


async def _on_chain(asked: Asked, sent: Withdrawal) -> Diagnosis | None:
    """Say what the chain knows of a withdrawal that was sent, whatever the exchange still shows; None where nobody knows."""
    if sent.state not in _ON_CHAIN or sent.is_internal:
        return None
    rules = (await asked.exchange.networks.rules(asset=sent.asset, network=sent.network)).rows
    there = of_withdrawal(sent, confirmations=_confirmations(rules))
    if there is None:
        return None
    claim, answer = there
    looks = await look_up(claim, asked.chains)
    found = conclude(claim, answer, looks)
    instead = next((look for look in looks if look.replacement), None)
    if found.replaced_pays and instead and instead.replacement:
        # The same payment at another fee: what became of that one is what counts.
        looks = (replace(instead, transaction=instead.replacement, outcome=None),)
        found = conclude(replace(claim, txid=instead.replacement.txid), answer, looks)
    return _told(found, sent, looks, asked)


def _confirmations(rules: tuple[NetworkRule, ...]) -> int:
    return rules[0].confirmations_to_credit if rules else 1


def _told(found: Conclusion, sent: Withdrawal, looks: tuple[Look, ...], asked: Asked) -> Diagnosis | None:
    seen = next((look.transaction for look in looks if look.network == sent.network and look.transaction), None)
    network = network_name(sent.network)
    values: dict[str, Value] = {"amount": Money(sent.amount, sent.asset), "network": network}
    as_of = seen.as_of if seen else asked.now
    told = Diagnosis(
        "withdrawal_waits",
        values,
        (Source("account", sent.id, asked.now), Source("chain", network, as_of)),
        settles=True,
        steps=steps_of(found),
        evidence={"withdrawal": sent, **({"transaction": seen} if seen else {})},
    )
    if found.network not in (None, sent.network):
        return None
    if found.verdict is Verdict.CONFIRMED and seen:
        arrived: dict[str, Value] = {"count": seen.confirmations, "txid": seen.txid}
        return replace(told, code="withdrawal_arrived", values={**values, **arrived})
    if found.verdict is Verdict.CONFIRMING and found.eta_seconds is not None:
        counted: dict[str, Value] = {
            "count": found.confirmations or 0,
            "needed": found.confirmations_needed or 0,
            "eta": timedelta(seconds=found.eta_seconds),
        }
        return replace(told, code="withdrawal_confirming", values={**values, **counted})
    if found.verdict is Verdict.PENDING:
        # The exchange is the sender: a fee that is too low is for its people to raise.
        is_stuck = found.pace is Pace.STUCK
        return replace(told, settles=not is_stuck, next_step="review" if is_stuck else None)
    if found.verdict is Verdict.REPLACED and found.replaced_pays is None:
        # Whether what took the place pays there is not known: neither that it arrived nor that it never left.
        known: dict[str, Value] = {"amount": Money(sent.amount, sent.asset), "at": sent.created_at}
        checked = replace(told, code="withdrawal", values={**known, "state": Term("state.review")})
        return replace(checked, settles=False, next_step="review")
    if found.verdict in _FAILED or found.verdict is Verdict.REPLACED:
        return replace(told, code="withdrawal_failed", settles=False, next_step="review")
    return None
