"""When customers write: a growing year with quiet nights, weekends and a few bad hours, each language in its own day."""

from __future__ import annotations

import math
import random
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate

# Share of all conversations, and the hour's distance from UTC where most of its speakers live.
LANGUAGES: dict[str, tuple[float, int]] = {
    "en": (0.22, 0),
    "zh-Hans": (0.14, 8),
    "zh-Hant": (0.04, 8),
    "ja": (0.05, 9),
    "ko": (0.06, 9),
    "es": (0.08, -5),
    "fr": (0.03, 1),
    "ru": (0.07, 3),
    "de": (0.04, 1),
    "tr": (0.06, 3),
    "vi": (0.05, 7),
    "pt": (0.05, -3),
    "it": (0.02, 1),
    "pl": (0.02, 1),
    "id": (0.04, 7),
    "nl": (0.01, 1),
    "ar": (0.06, 3),
    "uk": (0.03, 2),
}
TOPICS: dict[str, float] = {
    "deposit_not_credited": 14,
    "withdrawal_pending": 14,
    "login_failed": 9,
    "two_factor_lost": 8,
    "kyc_pending": 8,
    "kyc_rejected": 6,
    "deposit_wrong_network": 5,
    "order_not_filled": 5,
    "fiat_deposit": 6,
    "network_fee": 5,
    "phishing_report": 4,
    "liquidation_dispute": 3,
    "earn_redeem": 4,
    "api_error": 3,
    "reward_or_referral": 5,
}
_DAY = (4, 3, 2, 1.5, 1.5, 2, 4, 7, 10, 12, 13, 12, 10, 10, 11, 11, 11, 11, 11, 12, 13, 13, 10, 7)
_WEEK = (1.1, 1.05, 1.0, 1.0, 1.05, 0.8, 0.72)
_GROWTH = 0.9  # how much busier the last day is than the first
_BAD_HOURS = 11


@dataclass(frozen=True, slots=True)
class BadHours:
    """Hours in which something is broken and many write about it. `hour` counts from the year's beginning."""

    hour: int
    hours: int
    topic: str
    times: float


_BROKEN = (
    "withdrawal_pending",
    "deposit_not_credited",
    "login_failed",
    "order_not_filled",
    "fiat_deposit",
    "api_error",
)


class Calendar:
    """The hours of a period that ends at `end`, each with how much is written in it."""

    def __init__(self, *, end: datetime, days: int = 365, seed: int = 1) -> None:
        chance = random.Random(seed)
        self.start = (end - timedelta(days=days)).replace(minute=0, second=0, microsecond=0)
        self.hours = days * 24
        self.bad = tuple(
            BadHours(chance.randrange(self.hours - 12), chance.randint(2, 7), _BROKEN[number % len(_BROKEN)], times)
            for number, times in enumerate(chance.uniform(2.5, 6) for _ in range(_BAD_HOURS))
        )
        by_hour = [[share * _DAY[(hour + offset) % 24] for share, offset in LANGUAGES.values()] for hour in range(24)]
        self._languages = [list(accumulate(weights)) for weights in by_hour]
        self._names = list(LANGUAGES)
        self._topics = list(accumulate(TOPICS.values()))
        self._topic_names = list(TOPICS)
        moods = [chance.uniform(0.88, 1.14) for _ in range(days + 1)]
        self._weights = list(accumulate(self._weight(hour, by_hour, moods) for hour in range(self.hours)))

    def _weight(self, hour: int, by_hour: Sequence[Sequence[float]], moods: Sequence[float]) -> float:
        at = self.start + timedelta(hours=hour)
        growth = 1 + _GROWTH * hour / self.hours
        bad = max((bad.times for bad in self.bad if bad.hour <= hour < bad.hour + bad.hours), default=1.0)
        season = 1 + 0.08 * math.sin(hour / 24 / 29.5 * 2 * math.pi)
        return sum(by_hour[at.hour]) * _WEEK[at.weekday()] * growth * season * moods[hour // 24] * bad

    def at(self, part: float, chance: random.Random) -> datetime:
        """Return an instant of the hour up to which this part (0 to 1) of everything was written."""
        hour = min(bisect_right(self._weights, part * self._weights[-1]), self.hours - 1)
        return self.start + timedelta(hours=hour, seconds=chance.uniform(0, 3_599.9))

    def language(self, at: datetime, chance: random.Random) -> str:
        """Return the language of somebody who writes now."""
        weights = self._languages[at.hour]
        return self._names[bisect_right(weights, chance.random() * weights[-1])]

    def topic(self, at: datetime, chance: random.Random) -> str:
        """Return what somebody writes about now."""
        hour = int((at - self.start).total_seconds() // 3_600)
        for bad in self.bad:
            if bad.hour <= hour < bad.hour + bad.hours and chance.random() > 1 / bad.times:
                return bad.topic
        return self._topic_names[bisect_right(self._topics, chance.random() * self._topics[-1])]
