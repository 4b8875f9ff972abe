"""What can be refused to somebody who looks."""

from __future__ import annotations

from bellrock.core import N_, Conflict, Invalid, NotFound, Refused, TooMany


class RevealRefused(Refused):
    """Hidden data opens only in a live conversation that is the agent's own."""

    code = "reveal_refused"
    text = N_("Hidden data opens only in an open conversation that is assigned to you.")


class RevealCap(TooMany):
    """The agent has revealed as much as one may in a day."""

    code = "reveal_cap"
    text = N_("You have revealed %(count)s fields in a day, which is the limit. Ask your team lead.")
    retryable = False


class ReasonMissing(Invalid):
    """A reveal names why."""

    code = "reason_missing"
    text = N_("Say why you need to see this.")


class OnHold(Conflict):
    """A legal hold keeps this customer's data from being deleted."""

    code = "on_hold"
    text = N_("A legal hold keeps this customer’s data. Nothing of it can be erased until the hold is released.")


class HoldUnknown(NotFound):
    """There is no such hold, or it was released."""

    code = "hold_unknown"


class ErasureUnknown(NotFound):
    """There is no such erasure."""

    code = "erasure_unknown"
