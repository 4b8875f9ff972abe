"""What was told in this conversation before: nobody reads the same conclusion twice, save that what is on its way still is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bellrock.core import i18n
from bellrock.triage.playbooks.book import Playbook, playbooks
from bellrock.triage.playbooks.diagnosis import Diagnosis, Step
from bellrock.triage.playbooks.telling import answer

TOLD_MAX = 4
"""So often one look-up is told in one conversation, whatever news it has."""
_MOVING = frozenset(
    {"deposit", "withdrawal", "redemption", "identity", "case", "lock", "pause", "frozen", "network_fees"}
)
_ON_ITS_WAY = frozenset(
    {
        "deposit_pending", "deposit_seen", "deposit_confirming", "deposit_suspended", "withdrawal_confirming",
        "withdrawal_waits", "redemption_due", "redemption_early", "kyc_pending", "withdrawals_paused", "account_locked",
    }
)  # fmt: skip
_NO_NEWS = frozenset({"looked_again", "deposit_meant"})
_IDENTITY = ("order", "symbol", "at")


def in_conversation(
    found: Diagnosis, playbook: Playbook, answered: Sequence[str], earlier: Sequence[Diagnosis], *, now: datetime
) -> Diagnosis | None:
    """Return what to tell of a diagnosis after those told `earlier`, for the topics `answered`; None for what holds no news.

    What is still on its way is told once more, with when it was looked at: whoever asks again wants to know just that. Prices
    move all the time: of orders and positions, only another one is news.
    """
    times = sum(playbooks()[topic].look == playbook.look for topic in answered)
    if not times:
        return found
    if times >= TOLD_MAX:
        return None
    if _told(found, playbook) not in {_told(one, playbook) for one in earlier}:
        return found
    if found.code not in _ON_ITS_WAY or any(step.code == "looked_again" for one in earlier for step in one.steps):
        return None
    return replace(found, steps=(Step("looked_again", {"at": now}), *found.steps))


def _told(found: Diagnosis, playbook: Playbook) -> tuple[str, ...]:
    if playbook.look not in _MOVING:
        return (found.code, *(str(found.values.get(name)) for name in _IDENTITY))
    steps = tuple(step for step in found.steps if step.code not in _NO_NEWS)
    return (answer(replace(found, steps=steps), i18n.SOURCE_LANGUAGE),)
