"""The throttle of sign-in: each account's failures make its next attempt wait longer, whether the account exists or not."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

from bellrock.core import Transaction
from bellrock.people.errors import SignInPaused

FREE_FAILURES = 5
WAIT_SECONDS_MAX = 15 * 60
FORGOTTEN_AFTER = timedelta(hours=24)


def wait_seconds(failures: int) -> int:
    """Return how long to wait after so many failures: nothing for 4, then 15 s, 30 s, 60 s … 15 min."""
    if failures < FREE_FAILURES:
        return 0
    return min(15 << min(failures - FREE_FAILURES, 10), WAIT_SECONDS_MAX)


async def check(tx: Transaction, *, account: bytes, now: datetime) -> None:
    """Raise SignInPaused while an account, named by its fingerprint, has to wait."""
    cursor = await tx.execute(
        "SELECT failures, last_at FROM sign_in_failures WHERE fingerprint = %s AND last_at > %s",
        (account, now - FORGOTTEN_AFTER),
    )
    row = await cursor.fetchone()
    if row is None:
        return
    left = row["last_at"] + timedelta(seconds=wait_seconds(row["failures"])) - now
    if left > timedelta(0):
        raise SignInPaused(minutes=math.ceil(left.total_seconds() / 60))


async def note_failure(tx: Transaction, *, account: bytes, now: datetime) -> None:
    """Count a failure; one that is a day old is forgotten."""
    await tx.execute(
        "INSERT INTO sign_in_failures AS f (fingerprint, failures, last_at) VALUES (%(account)s, 1, %(now)s)"
        " ON CONFLICT (fingerprint) DO UPDATE SET last_at = %(now)s, failures ="
        " CASE WHEN f.last_at > %(since)s THEN least(f.failures + 1, 1000) ELSE 1 END",
        {"account": account, "now": now, "since": now - FORGOTTEN_AFTER},
    )


async def forgive(tx: Transaction, *, account: bytes) -> int:
    """Forget an account's failures after a success; return how many there were."""
    cursor = await tx.execute("DELETE FROM sign_in_failures WHERE fingerprint = %s RETURNING failures", (account,))
    row = await cursor.fetchone()
    return int(row["failures"]) if row else 0
