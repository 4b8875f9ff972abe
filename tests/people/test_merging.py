"""Two customers who are one: who may join whom, whose sign-in leads where, and that erasing one erases all."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bellrock import access, conversations, guard, people
from bellrock.core import Refused, Transaction
from bellrock.people import CustomersApart
from bellrock.people.customers import customer_described
from bellrock.people.permissions import Permission, Scope
from bellrock.people.tokens import Claims
from bellrock.vault import Vault
from tests.people.test_blocks import agent as blocker

NOW = datetime(2026, 11, 18, 14, 30, tzinfo=UTC)
WHY = guard.screen("Same person: signed in on the phone, then wrote from the laptop.")


async def agent(tx: Transaction, scope: Scope | None) -> people.Agent:
    made = await blocker(tx, None)
    if scope is None:
        return made
    return replace(made, permissions=frozenset({Permission.CUSTOMER_MERGE}), grants={Permission.CUSTOMER_MERGE: scope})


async def visitor(tx: Transaction, vault: Vault) -> people.Customer:
    return (await people.start_visitor(tx, vault, locale="en", now=NOW))[0]


async def signed_in(tx: Transaction, vault: Vault, external_id: str) -> people.Customer:
    claims = Claims(external_id=external_id, name=None, email=None, locale="en", tier=people.Tier.STANDARD)
    return await customer_described(tx, vault, claims=claims, now=NOW)


async def join(tx: Transaction, vault: Vault, by: people.Agent, one: Any, other: Any) -> people.Customer:
    return await people.join_customers(tx, vault, by=by, one_id=one.id, other_id=other.id, reason=WHY, now=NOW)


async def test_a_visitor_becomes_the_signed_in_customer_whichever_is_named_first(tx: Transaction, vault: Vault) -> None:
    by = await agent(tx, Scope.TEAM)
    first, second = await visitor(tx, vault), await visitor(tx, vault)
    customer = await signed_in(tx, vault, "u-1")
    assert (await join(tx, vault, by, first, customer)).id == customer.id
    assert (await join(tx, vault, by, customer, second)).id == customer.id
    assert set(await people.adopted_visitors(tx, customer_id=customer.id)) == {first.id, second.id}
    with pytest.raises(CustomersApart):
        await join(tx, vault, by, first, customer)


async def test_two_signed_in_ones_only_by_who_may_everywhere(tx: Transaction, vault: Vault) -> None:
    one, other = await signed_in(tx, vault, "u-1"), await signed_in(tx, vault, "u-2")
    for scope in (None, Scope.TEAM):
        with pytest.raises(Refused):
            await join(tx, vault, await agent(tx, scope), one, other)
    assert (await join(tx, vault, await agent(tx, Scope.ALL), one, other)).id == one.id
    assert (await signed_in(tx, vault, "u-2")).id == one.id
    assert (await signed_in(tx, vault, "u-1")).id == one.id


async def test_a_visitor_takes_nobody_in(tx: Transaction, vault: Vault) -> None:
    lead = await agent(tx, Scope.ALL)
    one, other = await visitor(tx, vault), await visitor(tx, vault)
    for first, second in ((one, other), (one, one)):
        with pytest.raises(CustomersApart):
            await join(tx, vault, lead, first, second)
    with pytest.raises(Refused):
        await join(tx, vault, await agent(tx, None), one, await signed_in(tx, vault, "u-1"))


async def test_what_holds_for_one_holds_for_both(tx: Transaction, vault: Vault) -> None:
    lead = replace(
        await agent(tx, Scope.ALL),
        grants={Permission.CUSTOMER_MERGE: Scope.ALL, Permission.CUSTOMER_BLOCK: Scope.ALL},
    )
    one, other = await signed_in(tx, vault, "u-1"), await visitor(tx, vault)
    await people.block_customer(tx, vault, by=lead, customer_id=other.id, reason="abuse", period="open", now=NOW)
    await join(tx, vault, lead, one, other)
    with pytest.raises(people.CustomerBlocked):
        await people.refuse_blocked(tx, customer=one, now=NOW)


async def test_the_history_is_one_and_erasing_either_erases_all(tx: Transaction, vault: Vault) -> None:
    lead = await agent(tx, Scope.ALL)
    one, other = await signed_in(tx, vault, "u-1"), await signed_in(tx, vault, "u-2")
    opened = await conversations.open_conversation(tx, vault, customer=other, channel="widget", language="en", now=NOW)
    received = await conversations.receive(
        tx,
        vault,
        customer=other,
        conversation_id=opened.id,
        text=guard.screen("mine"),
        client_key="key-00000001",
        now=NOW,
    )
    await join(tx, vault, lead, one, other)
    await conversations.adopt(tx, vault, visitor_id=other.id, customer=one, now=NOW)
    assert [item.id for item in await conversations.conversations_of(tx, viewer=one, customer_id=one.id)] == [opened.id]
    assert [item async for item in conversations.compare_rows(tx, vault) if item] == []
    await access.erase_customer(tx, vault, customer_id=other.id, by=lead.actor, reason="customer_request", now=NOW)
    assert await vault.open_records(tx, [received.message_id]) == {}
