"""What the engine of futures works on, and what comes of it: openings, what an account holds, its course."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from bellrock.exchange import Direction, FundingPayment, Liquidation, MarginAccount, PathPoint

FUNDING_HOURS = 8


@dataclass(frozen=True, slots=True)
class Opening:
    """A position that will be opened at a time. `margin` is set aside for it in isolated margin."""

    id: str
    coin: str
    direction: Direction
    quantity: Decimal
    leverage: int
    at: datetime
    margin: Decimal | None = None
    closes_at: datetime | None = None


@dataclass(slots=True)
class Held:
    opening: Opening
    entry: Decimal
    isolated: Decimal | None

    @property
    def symbol(self) -> str:
        return f"{self.opening.coin}-USDT-PERP"


@dataclass(slots=True)
class Course:
    """What became of an account until `at`: everything oldest first."""

    wallet: Decimal
    at: datetime
    margin: MarginAccount | None = None
    paths: dict[str, list[PathPoint]] = field(default_factory=dict)
    liquidations: list[Liquidation] = field(default_factory=list)
    funding: list[FundingPayment] = field(default_factory=list)


def funding_times(since: datetime, until: datetime) -> list[datetime]:
    """Return the funding times in a range, the oldest first."""
    day = since.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    found = []
    while day <= until:
        if day >= since:
            found.append(day)
        day += timedelta(hours=FUNDING_HOURS)
    return found
