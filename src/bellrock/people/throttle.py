"""The throttle of sign-in: failures make the next attempt wait longer, for an account from the place where they happened.

A place is a device that this account signed in from before (it holds a cookie that says so), or else a network. So a
stranger who types wrong passwords slows down nobody but themselves: the colleague's own device has a count of its own, and
so has every other network. At the second step, the code, all unknown places of an account share one count: whoever
gets there has the password, and could guess codes from many networks.
"""

from __future__ import annotations

import hmac
import math
import secrets
from datetime import datetime, timedelta
from typing import Literal

from bellrock import vault as vaults
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


Step = Literal["password", "code"]


def bucket(vault: vaults.Vault, *, account: bytes, network: str, known: str, step: Step) -> bytes:
    """Return the count that an attempt belongs to; `known` is the device's cookie, which counts only for this account."""
    device = known_device(vault, account=account, cookie=known)
    elsewhere = f"network:{network}" if step == "password" else "unknown"
    place = f"device:{device}" if device else elsewhere
    return vault.fingerprint("sign-in", f"{account.hex()}:{step}:{place}")


def device_cookie(vault: vaults.Vault, *, account: bytes) -> str:
    """Return what a device keeps after it signed in, so that others' failures do not count against it. No way in."""
    nonce = secrets.token_hex(8)
    return f"{nonce}.{_mark(vault, account, nonce)}"


def known_device(vault: vaults.Vault, *, account: bytes, cookie: str) -> str:
    """Return the name of a device whose cookie belongs to this account, else nothing."""
    nonce, _, mark = cookie[:80].partition(".")
    return nonce if nonce and hmac.compare_digest(mark.encode(), _mark(vault, account, nonce).encode()) else ""


def _mark(vault: vaults.Vault, account: bytes, nonce: str) -> str:
    return vault.fingerprint("device", f"{account.hex()}:{nonce}").hex()[:32]


async def check(tx: Transaction, *, account: bytes, now: datetime) -> None:
    """Raise SignInPaused while a bucket has to wait."""
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
