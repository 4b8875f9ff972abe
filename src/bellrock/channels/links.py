"""Secret links to the page of a case, for who wrote without signing in: only the hash is kept."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from uuid import UUID

from bellrock import people
from bellrock.core import Transaction
from bellrock.people import Customer, CustomerKind

LINK_LIFETIME = timedelta(days=90)


async def case_link(tx: Transaction, *, conversation_id: UUID, now: datetime) -> str:
    """Make the secret of a link to this case and return it, this once."""
    secret = secrets.token_urlsafe(24)
    await tx.execute(
        "INSERT INTO case_links (hash, conversation_id, created_at, expires_at) VALUES (%s, %s, %s, %s)",
        (_hash(secret), conversation_id, now, now + LINK_LIFETIME),
    )
    return secret


async def customer_of_link(
    tx: Transaction, *, reference: str, secret: str, now: datetime
) -> tuple[Customer, UUID] | None:
    """Return who a link stands for and the conversation it opens, or None when it is wrong, too old, or for another case.

    Once its visitor turned out to be a customer it opens nothing: whoever found a letter would ask about their account.
    """
    cursor = await tx.execute(
        "SELECT c.id, c.customer_id FROM case_links l JOIN conversations c ON c.id = l.conversation_id"
        " JOIN customers w ON w.id = c.customer_id AND w.kind = %s"
        " WHERE l.hash = %s AND l.expires_at > %s AND c.reference = %s",
        (CustomerKind.VISITOR, _hash(secret), now, reference.strip().upper()),
    )
    row = await cursor.fetchone()
    if row is None:
        return None
    return await people.customer(tx, customer_id=row["customer_id"]), row["id"]


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
