"""People of these tests: a customer with a case, the agent who has it, a teammate, and an outsider."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import pytest

from bellrock import conversations, guard, people
from bellrock.core import SYSTEM, Transaction
from bellrock.vault import HOUSE_SUBJECT, Vault
from tests.people.conftest import KEYS, joined, signed

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
CANARY = "canary of the withdrawal to bc1qcanary"


@dataclass(frozen=True)
class Scene:
    """Who plays, and the customer's open conversation with one message."""

    customer: people.Customer
    owner: people.Agent
    teammate: people.Agent
    outsider: people.Agent
    conversation_id: UUID
    message_id: UUID


@pytest.fixture
async def scene(tx: Transaction, vault: Vault) -> Scene:
    await vault.create_subject(tx, HOUSE_SUBJECT)
    await people.seed_teams(tx, vault, now=NOW)
    payments = await people.team_for_queue(tx, queue="payments")
    security = await people.team_for_queue(tx, queue="security")
    # customer_from_token reads the token's times against the clock of these tests
    customer = await people.customer_from_token(
        tx,
        vault,
        token=signed(name="Canary Aylin", email="canary@example.org", sub="canary-4711"),
        keys=KEYS,
        now=NOW,
    )
    owner = await joined(tx, vault, "owner", payments.id)
    conversation = await conversations.open_conversation(
        tx, vault, customer=customer, channel="widget", language="en", now=NOW
    )
    received = await conversations.receive(
        tx,
        vault,
        customer=customer,
        conversation_id=conversation.id,
        text=guard.screen(CANARY),
        client_key="key-00000001",
        now=NOW,
    )
    await conversations.hand_over(
        tx,
        vault,
        by=SYSTEM,
        conversation_id=conversation.id,
        team_id=payments.id,
        reason="asked_for_person",
        priority="normal",
        summary=guard.screen(CANARY),
        facts={},
        now=NOW,
    )
    await conversations.assign(tx, vault, by=SYSTEM, conversation_id=conversation.id, agent_id=owner.id, now=NOW)
    return Scene(
        customer=customer,
        owner=owner,
        teammate=await joined(tx, vault, "teammate", payments.id),
        outsider=await joined(tx, vault, "outsider", security.id),
        conversation_id=conversation.id,
        message_id=received.message_id,
    )
