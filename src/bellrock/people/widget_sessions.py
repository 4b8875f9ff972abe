"""Widget sessions: an opaque bearer token, bound to one customer or visitor, that ends and can be ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from bellrock.core import Transaction, new_id
from bellrock.people.models import Customer, CustomerKind, customer_from_row
from bellrock.people.tokens import PROOF_LIFETIME, new_secret, secret_hash

WIDGET_SESSION_LIFETIME = timedelta(hours=12)
FRESH = timedelta(minutes=15)
"""For so long after its token was signed, a session may change something at the exchange."""
_PER_CUSTOMER_MAX = 20


@dataclass(frozen=True, slots=True)
class WidgetSession:
    """Who a bearer token stands for. `id` names the session, so that sockets end with it.

    `vouched_at` is when the exchange signed the token that it began with, `proved_at` when the customer last gave a stronger
    proof; both None for a visitor.
    """

    id: UUID
    customer: Customer
    expires_at: datetime
    vouched_at: datetime | None = None
    proved_at: datetime | None = None

    def is_fresh(self, *, now: datetime) -> bool:
        """Say whether the exchange vouched for this customer a moment ago."""
        return self.vouched_at is not None and now - self.vouched_at <= FRESH

    def proof(self, *, now: datetime) -> int:
        """Return the proof of identity, 0 to 2: none, signed in, a stronger one within PROOF_LIFETIME."""
        if self.customer.kind is not CustomerKind.CUSTOMER:
            return 0
        return 2 if self.proved_at is not None and now - self.proved_at < PROOF_LIFETIME else 1


async def start_widget_session(
    tx: Transaction,
    *,
    customer: Customer,
    now: datetime,
    vouched_at: datetime | None = None,
    proved_at: datetime | None = None,
) -> tuple[WidgetSession, str]:
    """Start a session and return it with its bearer token; only the token's hash is kept.

    The oldest sessions of the same customer end beyond 20.
    """
    session = WidgetSession(new_id(), customer, now + WIDGET_SESSION_LIFETIME, vouched_at, proved_at)
    token = new_secret()
    await tx.execute(
        "INSERT INTO widget_sessions (id, hash, customer_id, started_at, expires_at, vouched_at, proved_at)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s)",
        (session.id, secret_hash(token), customer.id, now, session.expires_at, vouched_at, proved_at),
    )
    await tx.execute(
        "UPDATE widget_sessions SET ended_at = %s WHERE id IN (SELECT id FROM widget_sessions WHERE customer_id = %s"
        " AND ended_at IS NULL ORDER BY started_at DESC, id DESC OFFSET %s)",
        (now, customer.id, _PER_CUSTOMER_MAX),
    )
    return session, token


async def widget_session(tx: Transaction, *, token: str, now: datetime) -> WidgetSession | None:
    """Return the session of a bearer token, or None when it is unknown, expired or ended."""
    cursor = await tx.execute(
        "SELECT s.id AS session_id, s.expires_at, s.vouched_at, s.proved_at, c.id, c.kind, c.locale, c.tier"
        " FROM widget_sessions s JOIN customers c ON c.id = s.customer_id"
        " WHERE s.hash = %s AND s.expires_at > %s AND s.ended_at IS NULL AND c.erased_at IS NULL",
        (secret_hash(token), now),
    )
    row = await cursor.fetchone()
    if row is None:
        return None
    return WidgetSession(
        row["session_id"], customer_from_row(row), row["expires_at"], row["vouched_at"], row["proved_at"]
    )


async def proof_of(tx: Transaction, *, customer: Customer, now: datetime) -> int:
    """Return the proof of identity, 0 to 2, that a customer has given in any live session of theirs."""
    if customer.kind is not CustomerKind.CUSTOMER:
        return 0
    cursor = await tx.execute(
        "SELECT FROM widget_sessions WHERE customer_id = %s AND ended_at IS NULL AND expires_at > %s AND proved_at > %s"
        " LIMIT 1",
        (customer.id, now, now - PROOF_LIFETIME),
    )
    return 1 if await cursor.fetchone() is None else 2


def has_widget_session(*, customer: Customer, token: str, now: datetime) -> tuple[str, dict[str, Any]]:
    """Return the SQL condition, with its parameters, that holds while a bearer token stands for this customer, not blocked."""
    return (
        "EXISTS (SELECT FROM widget_sessions s JOIN customers w ON w.id = s.customer_id"
        " WHERE s.hash = %(session_hash)s AND s.expires_at > %(session_now)s AND s.ended_at IS NULL"
        " AND w.id = %(session_customer)s AND w.kind = %(session_kind)s AND w.erased_at IS NULL)"
        " AND NOT EXISTS (SELECT FROM customer_blocks b WHERE b.customer_id = %(session_customer)s AND b.ended_at IS NULL"
        " AND (b.expires_at IS NULL OR b.expires_at > %(session_now)s))",
        {
            "session_hash": secret_hash(token),
            "session_now": now,
            "session_customer": customer.id,
            "session_kind": str(customer.kind),
        },
    )


async def end_widget_session(tx: Transaction, *, session_id: UUID, now: datetime) -> bool:
    """End one session; return whether it was live."""
    cursor = await tx.execute(
        "UPDATE widget_sessions SET ended_at = %s WHERE id = %s AND ended_at IS NULL", (now, session_id)
    )
    return cursor.rowcount == 1


async def end_widget_sessions(tx: Transaction, *, customer_id: UUID, now: datetime, but: UUID | None = None) -> int:
    """End every session of a customer, but one where it is named; return how many were live."""
    cursor = await tx.execute(
        "UPDATE widget_sessions SET ended_at = %s WHERE customer_id = %s AND ended_at IS NULL AND id IS DISTINCT FROM %s",
        (now, customer_id, but),
    )
    return cursor.rowcount
