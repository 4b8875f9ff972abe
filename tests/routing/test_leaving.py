"""Presence and leaving: who counts as here, and what happens to the cases of somebody who goes."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from bellrock import conversations, guard, people, routing
from bellrock.core import Transaction
from bellrock.people import Presence
from bellrock.vault import Vault
from tests.workbench.conftest import NOW, Cast, case, cast

__all__ = ["case", "cast"]


async def beat(tx: Transaction, agent: people.Agent, seconds: float = 0, *, idle: bool = False) -> Presence:
    return await people.heartbeat(tx, agent_id=agent.id, now=NOW + timedelta(seconds=seconds), is_idle=idle)


async def seen_as(tx: Transaction, agent: people.Agent, seconds: float) -> Presence:
    return await people.presence_of(tx, agent_id=agent.id, now=NOW + timedelta(seconds=seconds))


async def test_idle_is_away_and_a_hand_on_the_keys_is_back(tx: Transaction, cast: Cast) -> None:
    assert await beat(tx, cast.mate) is Presence.ONLINE
    assert await beat(tx, cast.mate, 30, idle=True) is Presence.AWAY
    assert await seen_as(tx, cast.mate, 40) is Presence.AWAY
    assert await beat(tx, cast.mate, 60) is Presence.ONLINE
    assert await seen_as(tx, cast.mate, 200) is Presence.OFFLINE


async def test_a_choice_holds_until_they_come_back(tx: Transaction, cast: Cast) -> None:
    await people.set_presence(tx, agent_id=cast.mate.id, presence=Presence.BUSY, now=NOW)
    assert await beat(tx, cast.mate, 30, idle=True) is Presence.BUSY
    await people.set_presence(tx, agent_id=cast.mate.id, presence=Presence.OFFLINE, now=NOW)
    assert await beat(tx, cast.mate, 30) is Presence.OFFLINE
    assert await beat(tx, cast.mate, 3_600) is Presence.ONLINE  # the console was closed in between


async def hold(tx: Transaction, vault: Vault, agent: people.Agent, id: UUID) -> None:
    await conversations.assign(tx, vault, by=agent, conversation_id=id, agent_id=agent.id, now=NOW)


async def test_what_waits_goes_back_and_the_rest_stays(tx: Transaction, vault: Vault, cast: Cast, case: UUID) -> None:
    await hold(tx, vault, cast.mate, case)
    assert [item.id for item in (await routing.leaving(tx, agent=cast.mate)).goes] == [case]
    await conversations.reply(
        tx, vault, by=cast.mate, conversation_id=case, text=guard.screen("Please confirm."), now=NOW
    )
    plan = await routing.leaving(tx, agent=cast.mate)
    assert (plan.goes, [why for _, why in plan.stays]) == ((), ["customers_turn"])
    assert await routing.leave(tx, vault, agent=cast.mate, now=NOW) == 0
    await conversations.snooze(tx, vault, by=cast.mate, conversation_id=case, until=NOW + timedelta(hours=1), now=NOW)
    assert [why for _, why in (await routing.leaving(tx, agent=cast.mate)).stays] == ["snoozed"]


async def test_a_customer_never_waits_for_somebody_who_is_gone(
    tx: Transaction, vault: Vault, cast: Cast, case: UUID
) -> None:
    await hold(tx, vault, cast.mate, case)
    await conversations.reply(
        tx, vault, by=cast.mate, conversation_id=case, text=guard.screen("Please confirm."), now=NOW
    )
    await people.set_presence(tx, agent_id=cast.mate.id, presence=Presence.OFFLINE, now=NOW)
    assert await routing.give_back_of_absent(tx, vault, now=NOW) == 0
    await conversations.receive(
        tx,
        vault,
        customer=cast.owner,
        conversation_id=case,
        text=guard.screen("Yes"),
        client_key="key-00000031",
        now=NOW,
    )
    assert await routing.give_back_of_absent(tx, vault, now=NOW) == 1
    now = await conversations.get(tx, viewer=cast.mate, conversation_id=case)
    assert (now.holder, now.assignee_id) == ("queue", None)


async def test_a_silent_console_gives_back_after_a_while_and_a_living_one_does_not(
    tx: Transaction, vault: Vault, cast: Cast, case: UUID
) -> None:
    await hold(tx, vault, cast.mate, case)
    await beat(tx, cast.mate)
    for minutes, given in ((1, 0), (14, 0), (16, 1), (17, 0)):
        assert await routing.give_back_of_absent(tx, vault, now=NOW + timedelta(minutes=minutes)) == given


async def test_each_agent_has_their_own_unread(tx: Transaction, vault: Vault, cast: Cast, case: UUID) -> None:
    async def unread(agent: people.Agent) -> bool:
        now = await conversations.get(tx, viewer=cast.mate, conversation_id=case)
        return (await conversations.rows_of(tx, vault, viewer=agent, conversations=[now]))[0].is_unread

    assert await unread(cast.mate)
    assert await conversations.mark_read(tx, agent=cast.mate, conversation_id=case, now=NOW)
    assert not await conversations.mark_read(tx, agent=cast.mate, conversation_id=case, now=NOW)
    assert (await unread(cast.mate), await unread(cast.teammate)) == (False, True)
    assert not await conversations.mark_read(tx, agent=cast.outsider, conversation_id=case, now=NOW)
    await conversations.receive(
        tx,
        vault,
        customer=cast.owner,
        conversation_id=case,
        text=guard.screen("Hello?"),
        client_key="key-00000032",
        now=NOW,
    )
    assert await unread(cast.mate)
