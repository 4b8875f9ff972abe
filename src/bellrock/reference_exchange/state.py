"""What the reference exchange keeps of an account, and how lists are read page by page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from hashlib import blake2b
from random import Random
from typing import TypeVar

from bellrock.exchange import (
    AccountProfile,
    ApiCall,
    ApiKey,
    Balance,
    Bonus,
    Deposit,
    DepositAddress,
    ExchangeInvalid,
    Hold,
    Identity,
    Login,
    OpenSession,
    Order,
    Page,
    Payment,
    Redemption,
    Reward,
    SecurityState,
    Settlement,
    Sighted,
    Subscription,
    Taken,
    Trade,
    Withdrawal,
)
from bellrock.reference_exchange.courses import Opening

PAGE_ROWS = 50
_CURSOR_MAX = 10**9
T = TypeVar("T")


@dataclass(slots=True)
class State:
    """One account: everything newest first, but what the engine of futures makes of `openings`."""

    profile: AccountProfile
    security: SecurityState
    identity: Identity
    logins: list[Login] = field(default_factory=list)
    sessions: list[OpenSession] = field(default_factory=list)
    holds: list[Hold] = field(default_factory=list)
    keys: list[ApiKey] = field(default_factory=list)
    calls: list[ApiCall] = field(default_factory=list)
    balances: list[Balance] = field(default_factory=list)
    deposits: list[Deposit] = field(default_factory=list)
    withdrawals: list[Withdrawal] = field(default_factory=list)
    addresses: list[DepositAddress] = field(default_factory=list)
    payments: list[Payment] = field(default_factory=list)
    sighted: dict[tuple[str, str], Sighted] = field(default_factory=dict)
    orders: list[Order] = field(default_factory=list)
    trades: list[Trade] = field(default_factory=list)
    pays_in_discount_asset: bool = False
    level_since: datetime | None = None  # None: from the beginning
    futures_wallet: Decimal = Decimal(0)
    openings: list[Opening] = field(default_factory=list)
    settlements: list[Settlement] = field(default_factory=list)
    subscriptions: list[Subscription] = field(default_factory=list)
    redemptions: list[Redemption] = field(default_factory=list)
    rewards: dict[str, list[Reward]] = field(default_factory=dict)
    bonuses: list[Bonus] = field(default_factory=list)
    taken: dict[str, Taken] = field(default_factory=dict)  # by idempotency key
    looked_at: datetime | None = None  # on the chains

    def sort(self) -> None:
        """Put the newest first."""
        self.logins.sort(key=lambda row: row.at, reverse=True)
        self.calls.sort(key=lambda row: row.received_at, reverse=True)
        self.deposits.sort(key=lambda row: row.seen_at, reverse=True)
        self.withdrawals.sort(key=lambda row: row.created_at, reverse=True)


@dataclass(frozen=True, slots=True)
class Draw:
    """Chance that is the same for the same seed, account and subject."""

    seed: str

    def of(self, *subject: str) -> Random:
        """Return chance for a subject."""
        return Random("|".join((self.seed, *subject)))

    def digits(self, *subject: str, size: int = 32) -> str:
        """Return hexadecimal digits for a subject, two for each of `size` bytes."""
        return self.raw(*subject, size=size).hex()

    def raw(self, *subject: str, size: int = 32) -> bytes:
        """Return bytes for a subject."""
        return blake2b("|".join((self.seed, *subject)).encode(), digest_size=size).digest()


def page(
    rows: Sequence[T],
    *,
    now: datetime,
    cursor: str | None = None,
    keep: Callable[[T], bool] = lambda _row: True,
    is_oldest_first: bool = False,
) -> Page[T]:
    """Return a page of rows.

    A cursor counts from the oldest row, so that what comes in meanwhile moves nothing. Raises ExchangeInvalid.
    """
    kept = [row for row in rows if keep(row)]
    if is_oldest_first:
        start = _place(cursor, "f") or 0
        found = tuple(kept[start : start + PAGE_ROWS])
        rest = start + len(found) < len(kept)
        return Page(found, now, f"f{start + PAGE_ROWS}" if rest else None)
    place = _place(cursor, "b")
    end = len(kept) if place is None else min(place, len(kept))
    start = len(kept) - end
    found = tuple(kept[start : start + PAGE_ROWS])
    left = end - len(found)
    return Page(found, now, f"b{left}" if left > 0 else None)


def _place(cursor: str | None, mark: str) -> int | None:
    if cursor is None:
        return None
    if cursor[:1] != mark or not cursor[1:].isdecimal() or not cursor.isascii() or int(cursor[1:]) > _CURSOR_MAX:
        raise ExchangeInvalid
    return int(cursor[1:])
