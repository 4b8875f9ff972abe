"""Money on its way out, and payments by bank and card: where they are, and whether that is still usual."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bellrock.exchange import Payment, PaymentState, Withdrawal, WithdrawalState
from bellrock.triage.playbooks.diagnosis import Diagnosis, Money, Source, Step, Term, Value

_WITHDRAWALS = {
    WithdrawalState.AWAITING_CUSTOMER: "state.customer",
    WithdrawalState.REVIEWING: "state.review",
    WithdrawalState.QUEUED: "state.under_way",
    WithdrawalState.SENT: "state.under_way",
    WithdrawalState.DONE: "state.done",
    WithdrawalState.FAILED: "state.ended",
    WithdrawalState.CANCELLED: "state.ended",
    WithdrawalState.REFUSED: "state.ended",
}
_PAYMENTS = {
    PaymentState.WAITING: "state.under_way",
    PaymentState.REVIEWING: "state.review",
    PaymentState.DONE: "state.done",
}
_OPEN = frozenset({PaymentState.WAITING, PaymentState.REVIEWING})
_UNDER_WAY = frozenset({WithdrawalState.REVIEWING, WithdrawalState.QUEUED, WithdrawalState.SENT})


def explain_withdrawal(withdrawals: Sequence[Withdrawal], *, as_of: datetime) -> Diagnosis | None:
    """Say where the newest withdrawal is that has not ended, else the newest; what is late goes to a person."""
    found = next((one for one in withdrawals if one.state in _UNDER_WAY), withdrawals[0] if withdrawals else None)
    if found is None:
        return None
    is_late = found.state in _UNDER_WAY and (found.due_at is None or found.due_at < as_of)
    is_told = not is_late and found.state is not WithdrawalState.REFUSED
    values: dict[str, Value] = {
        "amount": Money(found.amount, found.asset),
        "at": found.created_at,
        "state": Term(_WITHDRAWALS[found.state]),
    }
    sources = (Source("account", found.id, as_of),)
    steps = (Step("withdrawal_late"),) if is_late else ()
    return Diagnosis("withdrawal", values, sources, is_told, steps, next_step=None if is_told else "review")


def is_open(withdrawal: Withdrawal) -> bool:
    """Say whether something is still to be done for a withdrawal, by the exchange, a network or the customer."""
    return withdrawal.state in _UNDER_WAY or withdrawal.state is WithdrawalState.AWAITING_CUSTOMER


def explain_payment(payments: Sequence[Payment], *, is_deposit: bool, as_of: datetime) -> Diagnosis | None:
    """Say where the newest payment is that has not ended, else the newest; None where a person has to say why it was refused."""
    own = [one for one in payments if one.is_deposit is is_deposit]
    found = next((one for one in own if one.state in _OPEN), own[0] if own else None)
    if found is None or found.state not in _PAYMENTS:
        return None
    is_late = found.state is not PaymentState.DONE and (found.due_at is None or found.due_at < as_of)
    values: dict[str, Value] = {
        "amount": Money(found.amount, found.currency),
        "at": found.created_at,
        "state": Term(_PAYMENTS[found.state]),
    }
    sources = (Source("account", found.id, as_of),)
    return Diagnosis("payment", values, sources, settles=not is_late, next_step="review" if is_late else None)
