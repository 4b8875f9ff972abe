"""Answers on their way out: one row an answer, so that each is handed to its channel once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from bellrock.channels.models import Outgoing
from bellrock.channels.port import Channel
from bellrock.core import Transaction


async def deliver_answers(
    tx: Transaction, *, channels: Mapping[str, Channel], answers: Sequence[tuple[UUID, UUID]], now: datetime
) -> int:
    """Hand answers, as (message, conversation), to the channels of their conversations; return how many were new.

    An answer in a channel that is not among `channels` stays without delivery.
    """
    cursor = await tx.execute(
        "SELECT id, channel FROM conversations WHERE id = ANY(%s)", ([conversation for _, conversation in answers],)
    )
    names = {row["id"]: row["channel"] for row in await cursor.fetchall()}
    handed = 0
    for message_id, conversation_id in answers:
        channel = channels.get(names.get(conversation_id, ""))
        if channel is not None:
            handed += await deliver(
                tx, channel=channel, message_id=message_id, conversation_id=conversation_id, now=now
            )
    return handed


async def deliver(tx: Transaction, *, channel: Channel, message_id: UUID, conversation_id: UUID, now: datetime) -> bool:
    """Hand an answer to its channel, once; return whether this call did."""
    cursor = await tx.execute(
        "INSERT INTO deliveries (message_id, conversation_id, channel, state, changed_at)"
        " VALUES (%s, %s, %s, 'waiting', %s) ON CONFLICT (message_id) DO NOTHING",
        (message_id, conversation_id, channel.name, now),
    )
    if cursor.rowcount == 0:
        return False
    state = await channel.deliver(Outgoing(message_id, conversation_id))
    if state != "waiting":
        await tx.execute("UPDATE deliveries SET state = %s WHERE message_id = %s", (state, message_id))
    return True


async def delivered(tx: Transaction, *, conversation_id: UUID, now: datetime) -> int:
    """Note that the customer has before their eyes whatever waited; return how many answers that were."""
    cursor = await tx.execute(
        "UPDATE deliveries SET state = 'delivered', changed_at = %s WHERE conversation_id = %s AND state = 'waiting'",
        (now, conversation_id),
    )
    return cursor.rowcount


async def undelivered(tx: Transaction, *, conversation_id: UUID) -> int:
    """Return how many answers wait to be fetched."""
    cursor = await tx.execute(
        "SELECT count(*) AS waiting FROM deliveries WHERE conversation_id = %s AND state = 'waiting'",
        (conversation_id,),
    )
    row = await cursor.fetchone()
    return int(row["waiting"]) if row else 0
