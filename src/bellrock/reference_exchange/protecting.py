"""Protective measures at the reference exchange: each takes a possibility away, at once; only its own staff lifts one."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bellrock.exchange import (
    AccountStatus,
    Approver,
    ExchangeConflict,
    ExchangeInvalid,
    ExchangeNotFound,
    Hold,
    HoldKind,
    HoldReason,
    KeyStatus,
    LiftedBy,
    Measure,
    MeasureState,
    Page,
    Taken,
    WithdrawalState,
)
from bellrock.reference_exchange.state import State, page
from bellrock.reference_exchange.venue import Venue

TAKEN_MAX = 500
_HOLDS = {
    Measure.FREEZE_WITHDRAWALS: HoldKind.WITHDRAWALS,
    Measure.FREEZE_TRADING: HoldKind.TRADING,
    Measure.LOCK_LOGIN: HoldKind.LOGIN,
    Measure.REQUIRE_VERIFICATION: HoldKind.WITHDRAWALS,
}
_NOT_SENT = (WithdrawalState.AWAITING_CUSTOMER, WithdrawalState.REVIEWING)


class Protection:
    """Takes measures and keeps what was taken."""

    measures = frozenset(Measure)

    def __init__(self, venue: Venue) -> None:
        self._venue = venue

    async def take(
        self,
        account: str,
        measure: Measure,
        /,
        *,
        key: str,
        reason: str,
        approver: Approver,
        target: str | None = None,
    ) -> Taken:
        state, now = self._venue.account(account), self._venue.now()
        if not key or not reason:
            raise ExchangeInvalid
        if before := state.taken.get(key):
            if (before.measure, before.target, before.approver) != (measure, target, approver):
                raise ExchangeConflict
            return replace(before, is_new=False, as_of=now)
        if state.profile.status is AccountStatus.CLOSED or len(state.taken) >= TAKEN_MAX:
            raise ExchangeConflict
        _act(state, measure, target, key, now)
        is_state = measure in _HOLDS or measure is Measure.DISABLE_API_KEYS
        taken = Taken(
            id=f"measure-{self._venue.draw.digits(account, key, size=6)}",
            measure=measure,
            target=target,
            state=MeasureState.IN_FORCE if is_state else MeasureState.DONE,
            at=now,
            reason=reason,
            approver=approver,
            lifted_at=None,
            is_new=True,
            as_of=now,
        )
        state.taken[key] = taken
        return taken

    async def taken(self, account: str, /) -> Page[Taken]:
        rows = list(self._venue.account(account).taken.values())[::-1]
        now = self._venue.now()
        return page([replace(row, is_new=False, as_of=now) for row in rows], now=now)


def _act(state: State, measure: Measure, target: str | None, key: str, now: datetime) -> None:
    """Change the account as a measure says. Raises ExchangeNotFound for a target that is not there."""
    if target is not None and measure not in (Measure.END_SESSIONS, Measure.DISABLE_API_KEYS):
        raise ExchangeInvalid
    if measure is Measure.END_SESSIONS:
        _require(target, [one.id for one in state.sessions])
        state.sessions = [one for one in state.sessions if target is not None and one.id != target]
    elif measure is Measure.DISABLE_API_KEYS:
        _require(target, [one.id for one in state.keys])
        state.keys = [
            replace(one, status=KeyStatus.DISABLED) if target in (None, one.id) else one for one in state.keys
        ]
    elif measure is Measure.RESET_PASSWORD:
        state.sessions.clear()
    else:
        needs = ("verify_identity",) if measure is Measure.REQUIRE_VERIFICATION else ()
        state.holds.insert(
            0,
            Hold(f"hold-{key}"[:100], _HOLDS[measure], HoldReason.SUPPORT_REQUEST, now, None, LiftedBy.STAFF, needs),
        )
        if measure is Measure.LOCK_LOGIN:
            state.sessions.clear()
        if state.profile.status is AccountStatus.ACTIVE:
            state.profile = replace(state.profile, status=AccountStatus.RESTRICTED)
    if measure is Measure.FREEZE_WITHDRAWALS:
        state.withdrawals = [
            replace(row, state=WithdrawalState.QUEUED, due_at=None, reason="Withdrawals are frozen.")
            if row.state in _NOT_SENT
            else row
            for row in state.withdrawals
        ]


def _require(target: str | None, known: list[str]) -> None:
    if target is not None and target not in known:
        raise ExchangeNotFound
