"""Prices that depend on nothing but seed, market and time: any moment can be asked, in any order, and says the same again.

Several octaves of smooth noise over a base price, and one crash a day before the exchange was started, with a wick that the
mark price does not follow. Plain arithmetic only, so that every machine computes the same digits.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from hashlib import blake2b

from bellrock.exchange import Book, BookLevel, Candle, PriceKind

BOOK_LEVELS = 60
_OCTAVES = ((604_800, 0.06), (86_400, 0.03), (14_400, 0.012), (1_800, 0.004), (240, 0.0012), (20, 0.0003))
CRASH_BEFORE = timedelta(hours=26)  # the start of the exchange
_CRASH = (
    (0, 0.0),
    (2_400, -0.145),
    (3_600, -0.13),
    (21_600, -0.06),
    (86_400, -0.02),
    (172_800, 0.0),
)  # seconds after, share
_WICK_AFTER, _WICK_SECONDS, _WICK = 2_280, 90, -0.04
_SAMPLES = 24
_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)


class Prices:
    """The prices of every market. `bases` gives each coin's base price and tick."""

    def __init__(self, seed: str, started_at: datetime, bases: dict[str, tuple[float, Decimal]]) -> None:
        self._seed = seed
        self._crash_at = started_at.replace(second=0, microsecond=0) - CRASH_BEFORE
        self._bases = bases

    @property
    def crash_at(self) -> datetime:
        """When the prices began to fall; they were lowest 40 minutes later."""
        return self._crash_at

    def price(self, coin: str, kind: PriceKind, at: datetime) -> Decimal:
        """Return the price of a coin in USDT, in ticks. Raises KeyError."""
        base, tick = self._bases[coin]
        seconds = (at - _EPOCH).total_seconds()
        share = sum(amp * self._noise(coin, period, seconds / period) for period, amp in _OCTAVES)
        since = (at - self._crash_at).total_seconds()
        share += _between(_CRASH, since)
        if kind is PriceKind.MARK:
            share += 0.0003 * self._noise(f"{coin} mark", 300, seconds / 300)
        elif kind is PriceKind.LAST:
            share += 0.0006 * self._noise(f"{coin} last", 7, seconds / 7)
            if 0 <= since - _WICK_AFTER < _WICK_SECONDS:
                share += _WICK
        return in_ticks(Decimal(repr(base * (1 + share))), tick)

    def candle(self, coin: str, kind: PriceKind, at: datetime, step: timedelta) -> Candle:
        """Return how a price moved in a step: from some twenty looks, and always one into the wick."""
        looks = [at + step * part / _SAMPLES for part in range(_SAMPLES)]
        deepest = self._crash_at + timedelta(seconds=_WICK_AFTER + _WICK_SECONDS / 2)
        if at <= deepest < at + step:
            looks = sorted([*looks, deepest])
        found = [self.price(coin, kind, look) for look in looks]
        return Candle(at, found[0], max(found), min(found), self.price(coin, kind, at + step))

    def book(self, symbol: str, coin: str, lot: Decimal, at: datetime, *, now: datetime) -> Book:
        """Return the book at a time: deeper the farther from the last price, thin in the crash."""
        last = self.price(coin, PriceKind.LAST, at)
        tick = self._bases[coin][1]
        spread = max(tick, in_ticks(last * Decimal("0.0001"), tick))
        is_thin = 0 <= (at - self._crash_at).total_seconds() < 3_600
        levels: dict[int, list[BookLevel]] = {1: [], -1: []}
        second = int((at - _EPOCH).total_seconds())
        for way, side in levels.items():
            for number in range(BOOK_LEVELS):
                worth = Decimal(900 + number * 450) * (Decimal("0.12") if is_thin else 1)
                worth *= Decimal(str(1 + 0.5 * self._at(f"{symbol} book {way} {number}", second)))
                price = last + way * spread * (number + 1)
                side.append(BookLevel(price, max(lot, in_ticks(worth / last, lot))))
        return Book(symbol, at, tuple(levels[-1]), tuple(levels[1]), now)

    def _noise(self, name: str, period: int, x: float) -> float:
        """Return smooth noise between -1 and 1."""
        whole = int(x // 1)
        part = x - whole
        part = part * part * (3 - 2 * part)
        low, high = self._at(f"{name} {period}", whole), self._at(f"{name} {period}", whole + 1)
        return low + (high - low) * part

    def _at(self, name: str, number: int) -> float:
        return _chance(self._seed, name, number)


def in_ticks(price: Decimal, tick: Decimal) -> Decimal:
    """Return a number rounded to whole ticks."""
    return (price / tick).quantize(Decimal(1)) * tick


@lru_cache(maxsize=200_000)
def _chance(seed: str, name: str, number: int) -> float:
    drawn = blake2b(f"{seed}|{name}|{number}".encode(), digest_size=6).digest()
    return int.from_bytes(drawn, "big") / (1 << 47) - 1


def _between(points: Iterable[tuple[int, float]], x: float) -> float:
    """Return the straight line between points; 0 outside."""
    before: tuple[int, float] | None = None
    for point in points:
        if x < point[0]:
            if before is None:
                return 0.0
            return before[1] + (point[1] - before[1]) * (x - before[0]) / (point[0] - before[0])
        before = point
    return 0.0
