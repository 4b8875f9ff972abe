"""Limits of rate, per process: generous to people, narrow to scripts. Keyed by customer, not by address, so that a whole
mobile network behind one address is never shut out."""

from __future__ import annotations

from collections import OrderedDict

from bellrock.core import TooMany, clock

_KEYS_MAX = 50_000


class Bucket:
    """A token bucket per key: `burst` at once, then `per_minute`."""

    def __init__(self, *, burst: int, per_minute: float) -> None:
        self._burst = float(burst)
        self._per_second = per_minute / 60
        self._levels: OrderedDict[object, tuple[float, float]] = OrderedDict()

    def take(self, key: object) -> None:
        """Take one; raises TooMany when the key has none left."""
        now = clock.monotonic()
        level, at = self._levels.pop(key, (self._burst, now))
        level = min(self._burst, level + (now - at) * self._per_second)
        if level < 1:
            self._levels[key] = (level, now)
            raise TooMany
        self._levels[key] = (level - 1, now)
        if len(self._levels) > _KEYS_MAX:
            self._levels.popitem(last=False)


messages = Bucket(burst=20, per_minute=40)
files = Bucket(burst=15, per_minute=20)
whispers = Bucket(burst=10, per_minute=60)
visitors = Bucket(burst=200, per_minute=300)  # by address, and wide
