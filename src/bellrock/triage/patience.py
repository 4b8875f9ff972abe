"""How often others are asked for a customer, and when they are left alone: nobody wears an exchange down, and no other pays."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from bellrock.core import Transaction
from bellrock.core.rates import Rates, TooFast

REST = timedelta(seconds=30)
"""After the exchange did not answer, nobody waits for it for so long: cases go to people meanwhile."""
FAILED_MIN = 2
"""So many customers in a row must have gone without an answer: one alone may be why, and rests alone."""
_KEPT_MAX = 1_000


class Patience:
    """The look-ups of one process. How many a customer has is shared by all processes."""

    def __init__(self) -> None:
        self._rates = Rates()
        self._failed: dict[UUID, datetime] = {}
        self._rests_until: datetime | None = None

    async def allows(self, tx: Transaction, customer_id: UUID, *, now: datetime) -> bool:
        """Say whether something may be looked up for a customer now, and count it: ten at once, then one a minute."""
        if self._is_resting(customer_id, now):
            return False
        try:
            self._rates.spend("looking", str(customer_id), 1)
        except TooFast:
            return False
        finally:
            if self._rates.has_news:
                await self._rates.share(tx)
        return True

    def answered(self) -> None:
        """Note that an answer came: it is there again, for everybody."""
        self._failed.clear()
        self._rests_until = None

    def failed(self, customer_id: UUID, *, now: datetime) -> None:
        """Note that none came."""
        self._failed = {who: at for who, at in self._failed.items() if now - at < REST}
        if len(self._failed) < _KEPT_MAX:
            self._failed[customer_id] = now
        if len(self._failed) >= FAILED_MIN:
            self._rests_until = now + REST

    def _is_resting(self, customer_id: UUID, now: datetime) -> bool:
        if self._rests_until is not None and now < self._rests_until:
            return True
        at = self._failed.get(customer_id)
        return at is not None and now - at < REST
