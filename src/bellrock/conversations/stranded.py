"""Whether a team could be put away without stranding anybody."""

from __future__ import annotations

from uuid import UUID

from bellrock.core import Transaction


async def has_open_work(tx: Transaction, *, team_id: UUID) -> bool:
    """Return whether a team holds a conversation that is not resolved."""
    cursor = await tx.execute(
        "SELECT FROM conversations WHERE team_id = %s AND status <> 'resolved' LIMIT 1", (team_id,)
    )
    return await cursor.fetchone() is not None
