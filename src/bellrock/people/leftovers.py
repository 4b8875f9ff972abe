"""What sessions and links leave behind: rows that open nothing any more, deleted after their time."""

from __future__ import annotations

from datetime import datetime

from bellrock.core import Transaction

# Which rows of each table have ended, and nothing refers to them.
_ENDED = {
    "agent_sessions": "coalesce(ended_at, expires_at) < %(before)s",
    "widget_sessions": "coalesce(ended_at, expires_at) < %(before)s",
    "visitor_secrets": "expires_at < %(before)s",
    "agent_links": "coalesce(used_at, expires_at) < %(before)s",
    "sign_in_failures": "last_at < %(before)s",
}


async def count_ended(tx: Transaction, *, before: datetime, limit: int) -> int:
    """Return how many sessions, secrets and links ended before a moment, `limit` at most."""
    parts = " UNION ALL ".join(f"SELECT 1 FROM {table} WHERE {condition}" for table, condition in _ENDED.items())
    cursor = await tx.execute(
        f"SELECT count(*) AS many FROM ({parts} LIMIT %(limit)s) few", {"before": before, "limit": limit}
    )
    row = await cursor.fetchone()
    return int(row["many"]) if row else 0


async def forget_ended(tx: Transaction, *, before: datetime, limit: int) -> int:
    """Delete some of them, `limit` a table; return how many went."""
    total = 0
    for table, condition in _ENDED.items():
        cursor = await tx.execute(
            f"DELETE FROM {table} WHERE ctid = ANY(ARRAY(SELECT ctid FROM {table} WHERE {condition} LIMIT %(limit)s))",
            {"before": before, "limit": limit},
        )
        total += cursor.rowcount
    return total
