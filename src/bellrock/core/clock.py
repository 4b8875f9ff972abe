"""The one place that reads the clock. Edges call it and pass `now` inwards."""

from __future__ import annotations

import time
from datetime import UTC, datetime


def now() -> datetime:
    """Return this instant as an aware UTC time."""
    return datetime.now(UTC)


def monotonic() -> float:
    """Return seconds of a clock that never goes back, for measuring durations."""
    return time.monotonic()


def rfc3339(instant: datetime) -> str:
    """Return `2026-11-18T14:31:08.123456Z`: UTC, six decimals always, as it stands in records."""
    return instant.astimezone(UTC).isoformat(timespec="microseconds")[:-6] + "Z"
