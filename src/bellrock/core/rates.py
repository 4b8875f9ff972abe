"""Limits of rate: a budget for whoever asks, spent by what an action costs, never by the address alone where a name is known.

Each process keeps its own levels, so that a request asks no database. Whoever has spent a quarter of a burst is shared: once
a second the process adds what they spent to a row that all processes have, and takes over what the others added. People
never come near that; a script meets the same limit however many processes serve it.
"""

from __future__ import annotations

import asyncio
import hashlib
import ipaddress
import math
from collections import Counter, OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import structlog
from psycopg import errors as pg

from bellrock.core import clock
from bellrock.core.db import Database, Transaction
from bellrock.core.errors import BellrockError, TooMany

Kind = Literal["customer", "visitor", "agent", "token", "address", "looking"]
Action = Literal[
    "read", "write", "message", "file", "whisper", "search", "visitor", "form", "feedback", "export", "step"
]

SYNC_SECONDS = 1.0
SHARED_FROM = 0.25
_KEYS_MAX = 50_000
_BATCH_MAX = 1_000
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Budget:
    """Points that may be spent at once, and how many come back in a minute."""

    burst: float
    per_minute: float

    @property
    def per_second(self) -> float:
        return self.per_minute / 60


BUDGETS: dict[Kind, Budget] = {
    "customer": Budget(60, 120),
    "visitor": Budget(60, 120),
    "agent": Budget(600, 1_200),
    "token": Budget(600, 1_200),
    "looking": Budget(10, 1),  # what the first line asks exchange and chains for a customer
    "address": Budget(600, 900),  # wide: a whole mobile network may stand behind one address
}
COSTS: dict[Action, float] = {
    "read": 1,
    "write": 2,
    "message": 3,
    "file": 4,
    "whisper": 0.5,
    "search": 4,
    "visitor": 3,
    "form": 15,
    "feedback": 10,
    "export": 60,
    "step": 10,
}


class TooFast(TooMany):
    """A budget is spent; `retry_after_seconds` says when the same would be taken."""

    def __init__(self, *, retry_after_seconds: int) -> None:
        super().__init__()
        self.retry_after_seconds = retry_after_seconds


@dataclass(frozen=True, slots=True)
class Standing:
    """What is left after an action: points of the burst, and the seconds until all of it is back."""

    limit: int
    remaining: int
    reset_seconds: int


@dataclass(slots=True)
class _Level:
    budget: Budget
    debt: float = 0.0
    at: float = 0.0
    unshared: float = 0.0
    is_shared: bool = False


class Rates:
    """The levels of one process. `secret` keeps addresses out of what is shared."""

    def __init__(self, secret: bytes = b"", *, monotonic: Callable[[], float] = clock.monotonic) -> None:
        self._secret = secret[:64]
        self._monotonic = monotonic
        self._levels: OrderedDict[str, _Level] = OrderedDict()
        self._due: set[str] = set()
        self._refused: Counter[str] = Counter()

    def take(self, kind: Kind, who: object, action: Action, *, times: float = 1) -> Standing:
        """Spend what an action costs from the budget of this customer, agent, token or address. Raises TooFast."""
        return self.spend(kind, str(who), COSTS[action] * times)

    def take_address(self, address: str, action: Action) -> Standing:
        """Spend from the budget of an address: the last resort, for somebody who has no name yet. Raises TooFast."""
        digest = hashlib.blake2s(_network(address).encode(), key=self._secret[:32], digest_size=12).hexdigest()
        return self.spend("address", digest, COSTS[action])

    def spend(self, kind: Kind, who: str, cost: float) -> Standing:
        """Spend points. Raises TooFast, and nothing is spent then."""
        key = f"{kind}:{who}"
        now = self._monotonic()
        level = self._level(key, kind, now)
        burst = level.budget.burst
        if level.debt + cost > burst and level.debt > 0:
            self._refused[kind] += 1
            raise TooFast(
                retry_after_seconds=max(1, math.ceil((level.debt + min(cost, burst) - burst) / level.budget.per_second))
            )
        level.debt += cost
        level.unshared += cost
        if level.is_shared or level.debt >= burst * SHARED_FROM:
            self._due.add(key)
        left = max(0.0, burst - level.debt)
        return Standing(int(burst), int(left), math.ceil(level.debt / level.budget.per_second))

    @property
    def has_news(self) -> bool:
        """Whether there is anything to share with the other processes."""
        return bool(self._due or self._refused)

    async def run(self, database: Database) -> None:
        """Share once a second for as long as the process serves; a database that does not answer is asked again later."""
        while True:
            await asyncio.sleep(SYNC_SECONDS)
            if not self.has_news:
                continue
            try:
                async with database.transaction() as tx:
                    await self.share(tx)
            except (BellrockError, pg.Error, OSError) as error:
                _log.warning("rates.not_shared", reason=type(error).__name__)

    async def share(self, tx: Transaction) -> int:
        """Add what was spent here to the shared rows and take over what others spent; return how many rows there were."""
        keys = [key for key in sorted(self._due)[:_BATCH_MAX] if key in self._levels]
        refused, self._refused = self._refused, Counter()
        self._due -= set(keys)
        self._due &= self._levels.keys()
        spent = {key: min(level.unshared, level.debt) for key, level in self._levels_of(keys)}
        for key in keys:
            self._levels[key].unshared = 0.0
        try:
            rows = await _exchange(tx, self._levels, spent)
            await _count(tx, refused)
        except BaseException:
            self._refused += refused
            for key, points in spent.items():
                if key in self._levels:
                    self._levels[key].unshared += points
                    self._due.add(key)
            raise
        now = self._monotonic()
        for key, debt in rows.items():
            if level := self._levels.get(key):
                level.debt, level.at, level.is_shared = debt + level.unshared, now, True
        return len(rows)

    def _level(self, key: str, kind: Kind, now: float) -> _Level:
        level = self._levels.pop(key, None) or _Level(BUDGETS[kind], at=now)
        level.debt = max(0.0, level.debt - (now - level.at) * level.budget.per_second)
        level.at = now
        if level.debt == 0:
            level.unshared, level.is_shared = 0.0, False
        self._levels[key] = level
        if len(self._levels) > _KEYS_MAX:
            self._levels.popitem(last=False)
        return level

    def _levels_of(self, keys: list[str]) -> list[tuple[str, _Level]]:
        return [(key, self._levels[key]) for key in keys]


async def forget_spent(tx: Transaction) -> int:
    """Delete the shared rows of those whose budget is whole again; return how many."""
    cursor = await tx.execute(
        "DELETE FROM rate_levels WHERE debt <= extract(epoch FROM clock_timestamp() - at) * per_second"
    )
    return cursor.rowcount


async def refused(tx: Transaction) -> dict[str, int]:
    """Return how often each kind was refused, over all processes."""
    cursor = await tx.execute("SELECT kind, refused FROM rate_refusals ORDER BY kind")
    return {row["kind"]: row["refused"] for row in await cursor.fetchall()}


async def _exchange(tx: Transaction, levels: OrderedDict[str, _Level], spent: dict[str, float]) -> dict[str, float]:
    if not spent:
        return {}
    cursor = await tx.execute(
        "INSERT INTO rate_levels AS level (key, debt, per_second, at)"
        " SELECT key, spent, per_second, clock_timestamp()"
        " FROM unnest(%s::text[], %s::float8[], %s::float8[]) AS news (key, spent, per_second) ORDER BY key"
        " ON CONFLICT (key) DO UPDATE SET at = excluded.at, per_second = excluded.per_second,"
        "  debt = excluded.debt + greatest(0, level.debt - extract(epoch FROM excluded.at - level.at) * level.per_second)"
        " RETURNING key, debt",
        (list(spent), list(spent.values()), [levels[key].budget.per_second for key in spent]),
    )
    return {row["key"]: float(row["debt"]) for row in await cursor.fetchall()}


async def _count(tx: Transaction, refused: Counter[str]) -> None:
    for kind, count in sorted(refused.items()):
        await tx.execute(
            "INSERT INTO rate_refusals AS r (kind, refused) VALUES (%s, %s)"
            " ON CONFLICT (kind) DO UPDATE SET refused = r.refused + excluded.refused",
            (kind, count),
        )


def _network(address: str) -> str:
    """Return an address as far as it names somebody: all of IPv4, the first half of IPv6, which a household has whole."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address[:64]
    if parsed.version == 6:
        mapped = parsed.ipv4_mapped
        return str(mapped) if mapped else str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)
