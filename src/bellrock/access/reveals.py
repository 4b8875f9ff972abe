"""Reveals: a hidden field of a customer opens for the agent who has the case, for a reason, sixty times a day at most."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from bellrock import conversations, people
from bellrock import vault as vaults
from bellrock.access.errors import ReasonMissing, RevealCap, RevealRefused
from bellrock.access.looks import house_key
from bellrock.core import N_, Transaction, new_id

CAP = 60
CAP_PERIOD = timedelta(hours=24)


class Field(StrEnum):
    """What can be revealed."""

    EMAIL = "email"
    EXTERNAL_ID = "external_id"


class Reason(StrEnum):
    """Why somebody needs to see it."""

    ANSWER = "answer"
    IDENTITY = "identity"
    PAYMENT = "payment"
    PROTECTION = "protection"
    LEGAL = "legal"


REASONS: Mapping[Reason, str] = {
    Reason.ANSWER: N_("To answer this conversation"),
    Reason.IDENTITY: N_("To check who the customer is"),
    Reason.PAYMENT: N_("To trace a payment"),
    Reason.PROTECTION: N_("To protect the account"),
    Reason.LEGAL: N_("Legal or regulatory request"),
}


async def reveal(
    tx: Transaction,
    vault: vaults.Vault,
    *,
    agent: people.Agent,
    conversation_id: UUID,
    field: Field,
    reason: str,
    now: datetime,
) -> str | None:
    """Return a hidden field of the conversation's customer, None when nothing is known, and write the look.

    Only in an open conversation that is assigned to the agent. The same field in the same conversation counts once an
    hour. Raises ConversationUnknown, RevealRefused, ReasonMissing, RevealCap (then call `note_cap` in a new transaction).
    """
    if not agent.may(people.Permission.CUSTOMER_REVEAL):
        raise RevealRefused
    if reason not in frozenset(Reason):
        raise ReasonMissing
    conversation = await conversations.get(tx, viewer=agent, conversation_id=conversation_id)
    if not conversation.is_open or conversation.assignee_id != agent.id:
        raise RevealRefused
    # One at a time for each agent, so that sixty parallel requests do not all find the count at nought.
    await tx.execute("SELECT pg_advisory_xact_lock(hashtextextended('reveal:' || %s::text, 0))", (agent.id,))
    if not await _was_revealed(tx, agent, conversation_id, field, now):
        if await reveals_left(tx, agent_id=agent.id, now=now) <= 0:
            raise RevealCap(count=CAP)
        await tx.execute(
            "INSERT INTO reveals (id, agent_id, customer_id, conversation_id, field, reason, revealed_at)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s)",
            (new_id(), agent.id, conversation.customer_id, conversation_id, field, reason, now),
        )
    await house_key(tx, vault)
    await vaults.record(
        tx,
        vault,
        kind="access.revealed",
        at=now,
        actor=agent.actor,
        data={"field": field.value, "reason": reason},
        customer_id=conversation.customer_id,
        conversation_id=conversation_id,
        log="access",
    )
    profile = await people.profile(tx, vault, customer_id=conversation.customer_id)
    return profile.email if field is Field.EMAIL else profile.external_id


async def reveals_left(tx: Transaction, *, agent_id: UUID, now: datetime) -> int:
    """Return how many more fields an agent may reveal now."""
    cursor = await tx.execute(
        "SELECT count(*) AS used FROM reveals WHERE agent_id = %s AND revealed_at > %s", (agent_id, now - CAP_PERIOD)
    )
    row = await cursor.fetchone()
    assert row is not None
    return max(CAP - int(row["used"]), 0)


async def note_cap(tx: Transaction, vault: vaults.Vault, *, agent: people.Agent, now: datetime) -> None:
    """Write the alarm that an agent wanted to reveal more than the cap allows."""
    await house_key(tx, vault)
    await vaults.record(
        tx, vault, kind="access.cap_reached", at=now, actor=agent.actor, data={"cap": CAP}, log="access"
    )


async def _was_revealed(
    tx: Transaction, agent: people.Agent, conversation_id: UUID, field: Field, now: datetime
) -> bool:
    cursor = await tx.execute(
        "SELECT FROM reveals WHERE agent_id = %s AND conversation_id = %s AND field = %s AND revealed_at > %s LIMIT 1",
        (agent.id, conversation_id, field, now - timedelta(hours=1)),
    )
    return await cursor.fetchone() is not None
