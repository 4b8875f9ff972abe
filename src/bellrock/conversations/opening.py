"""A conversation begins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from bellrock import people
from bellrock import vault as vaults
from bellrock.conversations import change
from bellrock.conversations.models import (
    OPENED,
    Channel,
    Conversation,
    Priority,
)
from bellrock.core import Transaction, new_id, new_reference
from bellrock.guard import GuardedText


async def open_conversation(
    tx: Transaction,
    vault: vaults.Vault,
    *,
    customer: people.Customer,
    channel: Channel,
    language: str,
    now: datetime,
    topic: str | None = None,
    fields: Mapping[str, GuardedText] | None = None,
    priority: Priority = "normal",
    claimed_urgent: bool = False,
    brand_id: UUID | None = None,
) -> Conversation:
    """Open a conversation of a customer, held by the first line.

    `fields` are what a ticket form asked for (TxID, order, device …), guarded. `claimed_urgent` is what the customer says;
    it is kept as a fact and weighed by whoever sets the priority. `brand_id` is the brand that they wrote to.
    """
    conversation = Conversation(
        id=new_id(),
        reference="",
        customer_id=customer.id,
        channel=channel,
        status="open",
        holder="first_line",
        team_id=None,
        assignee_id=None,
        priority=priority,
        language=language,
        topic=topic,
        created_at=now,
        changed_at=now,
        listed_at=now,
        waiting_since=None,
        queued_at=None,
        snoozed_until=None,
        resolved_at=None,
        first_line_replied_at=None,
        person_replied_at=None,
        last_message_id=None,
        last_customer_message_id=None,
        customer_seen_at=None,
        unseen_by_customer=0,
        changes=1,
        brand_id=brand_id,
    )
    reference = await insert_opened(
        tx,
        {
            "id": conversation.id,
            "customer_id": customer.id,
            "channel": channel,
            "status": "open",
            "holder": "first_line",
            "priority": priority,
            "language": language,
            "topic": topic,
            "created_at": now,
            "changed_at": now,
            "changes": 1,
            "brand_id": brand_id,
        },
    )
    conversation = replace(conversation, reference=reference)
    await change.record(
        tx,
        vault,
        conversation,
        kind=OPENED,
        by=customer,
        now=now,
        data=opened_data(
            reference=conversation.reference,
            channel=channel,
            language=language,
            topic=topic,
            priority=priority,
            claimed_urgent=claimed_urgent,
            brand_id=brand_id,
        ),
        words={"fields": {name: value.text for name, value in (fields or {}).items()}},
        audience="public",
    )
    return conversation


async def insert_opened(tx: Transaction, row: Mapping[str, Any]) -> str:
    """Insert a conversation's row under a reference that no other has, and return that reference.

    `row` maps columns to values, all but the reference; its keys come from code. Forty random bits meet one that is taken
    once in a million times at 1,000,000 conversations: another is drawn then.
    """
    columns = ", ".join(row)
    statement = (
        f"INSERT INTO conversations (reference, {columns}) VALUES (%s{', %s' * len(row)})"
        " ON CONFLICT (reference) DO NOTHING RETURNING 1"
    ).encode()
    while True:
        reference = new_reference()
        cursor = await tx.execute(statement, (reference, *row.values()))
        if await cursor.fetchone():
            return reference


def opened_data(
    *,
    reference: str,
    channel: Channel,
    language: str,
    topic: str | None = None,
    priority: Priority = "normal",
    claimed_urgent: bool = False,
    brand_id: UUID | None = None,
) -> dict[str, Any]:
    """Return what the fact of an opening says."""
    return {
        "reference": reference,
        "channel": channel,
        "language": language,
        "topic": topic,
        "priority": priority,
        "claimed_urgent": claimed_urgent,
        **({"brand": str(brand_id)} if brand_id else {}),
    }
