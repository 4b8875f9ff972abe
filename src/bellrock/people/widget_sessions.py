"""Widget sessions: an opaque bearer token, bound to one customer or visitor, that ends and can be ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from bellrock.core import Transaction, new_id
from bellrock.people.models import Customer, customer_from_row
from bellrock.people.tokens import new_secret, secret_hash

WIDGET_SESSION_LIFETIME = timedelta(hours=12)
_PER_CUSTOMER_MAX = 20


@dataclass(frozen=True, slots=True)
class WidgetSession:
    """Who a bearer token stands for. `id` names the session, so that sockets end with it."""

    id: UUID
    customer: Customer
    expires_at: datetime


async def start_widget_session(tx: Transaction, *, customer: Customer, now: datetime) -> tuple[WidgetSession, str]:
    """Start a session and return it with its bearer token; only the token's hash is kept.

    The oldest sessions of the same customer end beyond 20.
    """
    session = WidgetSession(new_id(), customer, now + WIDGET_SESSION_LIFETIME)
    token = new_secret()
    await tx.execute(
        "INSERT INTO widget_sessions (id, hash, customer_id, started_at, expires_at) VALUES (%s, %s, %s, %s, %s)",
        (session.id, secret_hash(token), customer.id, now, session.expires_at),
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
        "SELECT s.id AS session_id, s.expires_at, c.id, c.kind, c.locale, c.tier"
        " FROM widget_sessions s JOIN customers c ON c.id = s.customer_id"
        " WHERE s.hash = %s AND s.expires_at > %s AND s.ended_at IS NULL AND c.erased_at IS NULL",
        (secret_hash(token), now),
    )
    row = await cursor.fetchone()
    return WidgetSession(row["session_id"], customer_from_row(row), row["expires_at"]) if row else None


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


async def end_widget_sessions(tx: Transaction, *, customer_id: UUID, now: datetime) -> int:
    """End every session of a customer; return how many were live."""
    cursor = await tx.execute(
        "UPDATE widget_sessions SET ended_at = %s WHERE customer_id = %s AND ended_at IS NULL", (now, customer_id)
    )
    return cursor.rowcount
