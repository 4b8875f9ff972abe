"""People of these tests: a customer, another one, and agents of two teams."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import pytest

from bellrock import people
from bellrock.core import Transaction, new_id
from bellrock.people import Permission
from bellrock.vault import Vault

NOW = datetime(2026, 11, 18, 14, 30, tzinfo=UTC)


@dataclass(frozen=True)
class Cast:
    """Who plays: owner and stranger are customers; teammate and outsider agents of different teams; lead sees all."""

    owner: people.Customer
    stranger: people.Customer
    payments: UUID
    security: UUID
    mate: people.Agent
    teammate: people.Agent
    outsider: people.Agent
    lead: people.Agent


@pytest.fixture
async def cast(tx: Transaction, vault: Vault) -> Cast:
    """Everybody, in the transaction of the test."""
    payments, security = new_id(), new_id()
    for team_id, slug in ((payments, "payments-t"), (security, "security-t")):
        await tx.execute(
            "INSERT INTO teams (id, slug, name, created_at) VALUES (%s, %s, %s, %s)", (team_id, slug, slug, NOW)
        )
    see = frozenset({Permission.CONVERSATIONS_VIEW, Permission.CONVERSATIONS_REPLY})
    return Cast(
        owner=await _customer(tx, vault),
        stranger=await _customer(tx, vault),
        payments=payments,
        security=security,
        mate=await _agent(tx, "Tomas", payments, see),
        teammate=await _agent(tx, "Ines", payments, see),
        outsider=await _agent(tx, "Omar", security, see),
        lead=await _agent(tx, "Mara", security, see | {Permission.CONVERSATIONS_VIEW_ALL}),
    )


async def _customer(tx: Transaction, vault: Vault) -> people.Customer:
    customer, _secret = await people.start_visitor(tx, vault, locale="en", now=NOW)
    return customer


async def _agent(tx: Transaction, name: str, team_id: UUID, permissions: frozenset[Permission]) -> people.Agent:
    agent_id = new_id()
    await tx.execute(
        "INSERT INTO agents (id, name, email_fingerprint, email, roles, status, password_hash, created_at)"
        " VALUES (%s, %s, %s, %s, %s, 'active', 'none', %s)",
        (agent_id, name, agent_id.bytes * 2, b"sealed", ["agent"], NOW),
    )
    return people.Agent(
        id=agent_id,
        name=name,
        roles=frozenset(),
        team_ids=frozenset({team_id}),
        languages=("en",),
        permissions=permissions,
    )
