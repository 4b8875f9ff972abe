"""What can go wrong when the exchange is asked. `retryable` says whether asking again may help."""

from __future__ import annotations

from bellrock.core import N_, BellrockError, Conflict, Invalid, NotFound, Refused, TooMany, Unavailable


class ExchangeNotFound(NotFound):
    """The exchange knows no account, order, deposit … of this id."""

    code = "exchange_not_found"


class ExchangeNotAllowed(Refused):
    """The token may not ask that, or the exchange does not let support see or do it."""

    code = "exchange_not_allowed"


class ExchangeInvalid(Invalid):
    """The exchange refused the question itself: an id, a range or a cursor that it cannot read."""

    code = "exchange_invalid"


class ExchangeConflict(Conflict):
    """An idempotency key was used for another action, or the state of the account does not allow this one."""

    code = "exchange_conflict"


class ExchangeRateLimited(TooMany):
    """The exchange wants fewer questions. `retry_after` is in seconds, None where it does not say."""

    code = "exchange_rate_limited"

    def __init__(self, retry_after: float | None = None) -> None:
        self.retry_after = retry_after
        super().__init__()


class ExchangeUnavailable(Unavailable):
    """The exchange does not answer in time or fails; trying again may help."""

    code = "exchange_unavailable"
    text = N_("The exchange does not answer just now.")


class ExchangeMixedUp(BellrockError):
    """The exchange's answer does not have the shape of the contract: nothing of it is used."""

    code = "exchange_mixed_up"
    status = 502
    text = N_("The exchange answered something that cannot be read.")


class ExchangeCannot(BellrockError):
    """This exchange cannot be asked that; `can` says so beforehand."""

    code = "exchange_cannot"
    status = 409
    text = N_("The exchange cannot be asked for that.")
