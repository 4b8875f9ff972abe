"""Blocks: who may, for how long, and what a blocked customer meets."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bellrock import people
from bellrock.core import Conflict, Invalid, Refused, Transaction, new_id
from bellrock.people import CustomerBlocked, Permission
from bellrock.people.permissions import Scope
from bellrock.vault import Vault

NOW = datetime(2026, 11, 18, 14, 30, tzinfo=UTC)


async def agent(tx: Transaction, scope: Scope | None) -> people.Agent:
    """Somebody whose permission to block reaches so far."""
    id = new_id()
    await tx.execute(
        "INSERT INTO agents (id, name, email_fingerprint, email, roles, status, password_hash, created_at)"
        " VALUES (%s, 'A', %s, 'sealed', '{agent}', 'active', 'none', %s)",
        (id, id.bytes * 2, NOW),
    )
    made = people.Agent(id, "A", frozenset(), frozenset(), ("en",), frozenset())
    if scope is None:
        return made
    return replace(made, permissions=frozenset({Permission.CUSTOMER_BLOCK}), grants={Permission.CUSTOMER_BLOCK: scope})


async def customer(tx: Transaction, vault: Vault) -> people.Customer:
    return (await people.start_visitor(tx, vault, locale="en", now=NOW))[0]


async def test_a_short_block_ends_by_itself(tx: Transaction, vault: Vault) -> None:
    who, by = await customer(tx, vault), await agent(tx, Scope.TEAM)
    await people.block_customer(tx, vault, by=by, customer_id=who.id, reason="abuse", period="day", now=NOW)
    with pytest.raises(CustomerBlocked):
        await people.refuse_blocked(tx, customer=who, now=NOW + timedelta(hours=23))
    await people.refuse_blocked(tx, customer=who, now=NOW + timedelta(hours=25))


async def test_only_who_may_blocks_and_only_for_so_long(tx: Transaction, vault: Vault) -> None:
    who, short, lead, nobody = await customer(tx, vault), await agent(tx, Scope.TEAM), await agent(tx, Scope.ALL), None
    nobody = await agent(tx, None)
    given: Any = {"customer_id": who.id, "reason": "spam", "now": NOW}
    for by, period in ((nobody, "day"), (short, "week"), (short, "open")):
        with pytest.raises(Refused):
            await people.block_customer(tx, vault, by=by, period=period, **given)
    block = await people.block_customer(tx, vault, by=lead, period="open", **given)
    assert block.expires_at is None
    with pytest.raises(Refused):
        await people.unblock_customer(tx, vault, by=short, customer_id=who.id, now=NOW)
    await people.unblock_customer(tx, vault, by=lead, customer_id=who.id, now=NOW)
    await people.refuse_blocked(tx, customer=who, now=NOW)
    with pytest.raises(Conflict):
        await people.unblock_customer(tx, vault, by=lead, customer_id=who.id, now=NOW)


async def test_a_reason_and_a_period_are_named(tx: Transaction, vault: Vault) -> None:
    who, lead = await customer(tx, vault), await agent(tx, Scope.ALL)
    for reason, period in (("because", "day"), ("spam", "century")):
        with pytest.raises(Invalid):
            await people.block_customer(tx, vault, by=lead, customer_id=who.id, reason=reason, period=period, now=NOW)


async def test_a_second_block_takes_the_place_of_the_first(tx: Transaction, vault: Vault) -> None:
    who, lead = await customer(tx, vault), await agent(tx, Scope.ALL)
    for reason, period in (("spam", "day"), ("threat", "open")):
        await people.block_customer(tx, vault, by=lead, customer_id=who.id, reason=reason, period=period, now=NOW)
    block = await people.block_of(tx, customer_id=who.id, now=NOW)
    assert block is not None
    assert (block.reason, block.expires_at) == (people.BlockReason.THREAT, None)
