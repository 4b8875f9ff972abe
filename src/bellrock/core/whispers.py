"""Whispers: what is true for a moment only, such as who is writing. Told to all web processes, never stored."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from bellrock.core.db import Transaction

CHANNEL = "bellrock_live"


async def whisper(tx: Transaction, *, conversation_id: UUID, customer_id: UUID, data: dict[str, Any]) -> None:
    """Tell something about a conversation once the transaction commits.

    Its `audience` says who hears it: `public` the customer and desks, `customer` the customer alone, anything else desks alone.
    """
    payload = json.dumps({"conversation": str(conversation_id), "customer": str(customer_id), **data})
    await tx.execute("SELECT pg_notify(%s, %s)", (CHANNEL, payload))
