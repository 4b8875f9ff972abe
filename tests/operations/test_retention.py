"""Retention: a dry run that touches nothing, deletion that stays proven, holds that keep."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from psycopg.errors import RestrictViolation

from bellrock import access, channels, conversations, guard, integrations, operations, people
from bellrock.core import SYSTEM, NotFound, Refused, Transaction, clock
from bellrock.house import House
from bellrock.people import Role
from tests.operations.conftest import CANARY, LONG_AGO, Life, agent_of, audit, settle

NOW = LONG_AGO + timedelta(days=400)


async def set_policy(house: House, name: str, days: int | None) -> None:
    async with house.database.transaction() as tx:
        await operations.set_policy(tx, house.vault, name=name, days=days, by=SYSTEM, now=LONG_AGO)


async def due(house: House, name: str) -> operations.Due:
    async with house.database.transaction() as tx:
        return {each.policy.name: each for each in await operations.plan(tx, house.vault, now=NOW)}[name]


async def words(tx: Transaction, house: House, life: Life) -> str:
    entries = await conversations.timeline(tx, house.vault, viewer=SYSTEM, conversation_id=life.case)
    return repr([entry.words for entry in entries])


async def test_nothing_is_deleted_unless_somebody_said_when(house: House, life: Life) -> None:
    async with house.database.transaction() as tx:
        assert all(each.before is None for each in await operations.plan(tx, house.vault, now=NOW))
    assert await operations.apply(house, now=NOW) == {}


async def test_a_dry_run_counts_and_touches_nothing(house: House, life: Life) -> None:
    await set_policy(house, "conversations", 90)
    found = await due(house, "conversations")
    assert (found.count, found.held, found.before) == (1, 0, NOW - timedelta(days=90))
    async with house.database.transaction() as tx:
        assert CANARY in await words(tx, house, life)


async def test_words_and_files_go_and_the_record_still_holds(house: House, life: Life) -> None:
    await set_policy(house, "conversations", 90)
    assert await operations.apply(house, now=NOW) == {"conversations": 1}
    async with house.database.transaction() as tx:
        assert CANARY not in await words(tx, house, life)
        with pytest.raises(NotFound):
            await channels.open_attachment(tx, house.vault, house.files, viewer=SYSTEM, file_id=life.file_id)
        open_case = await conversations.timeline(tx, house.vault, viewer=SYSTEM, conversation_id=life.other_case)
        assert any(CANARY in repr(entry.words) for entry in open_case)
        row = await (
            await tx.execute(
                "SELECT count(*) AS n FROM messages WHERE tokens <> '{}' AND conversation_id = %s", (life.case,)
            )
        ).fetchone()
        assert row == {"n": 0}
    assert not list((house.settings.data / "files").rglob("*-*-*-*-*/*"))
    await settle(house)
    report = await audit(house)
    assert report.findings == []
    assert report.shredded > 3
    assert await operations.apply(house, now=NOW) == {"conversations": 0}


async def test_files_may_go_before_the_words(house: House, life: Life) -> None:
    await set_policy(house, "files", 30)
    assert (await due(house, "files")).count == 1
    assert await operations.apply(house, now=NOW) == {"files": 1}
    async with house.database.transaction() as tx:
        assert CANARY in await words(tx, house, life)
        with pytest.raises(NotFound):
            await channels.open_attachment(tx, house.vault, house.files, viewer=SYSTEM, file_id=life.file_id)
    await settle(house)
    assert (await audit(house)).findings == []
    assert (await due(house, "files")).count == 0


async def test_customers_who_went_quiet_are_erased_and_those_with_an_open_case_are_not(
    house: House, life: Life
) -> None:
    await set_policy(house, "customers", 365)
    async with house.database.transaction() as tx:
        visitor, _ = await people.start_visitor(tx, house.vault, locale="en", now=LONG_AGO)
    assert (await due(house, "customers")).count == 1
    assert await operations.apply(house, now=NOW) == {"customers": 1}
    async with house.database.transaction() as tx:
        profiles = await people.profiles(tx, house.vault, ids=[life.customer.id, life.other.id])
    assert set(profiles) == {life.other.id}
    await set_policy(house, "visitors", 365)
    assert (await operations.apply(house, now=NOW))["visitors"] == 1
    await settle(house)
    assert (await audit(house)).findings == []
    assert visitor


async def test_a_hold_keeps_everything_until_it_is_released(house: House, life: Life) -> None:
    admin = await agent_of(house, "admin", Role.ADMIN)
    for name in ("conversations", "files", "customers"):
        await set_policy(house, name, 90)
    async with house.database.transaction() as tx:
        hold_id = await access.place_hold(
            tx, house.vault, customer_id=life.customer.id, by=admin, reason=guard.screen("Court order 17"), now=LONG_AGO
        )
    for name in ("conversations", "files", "customers"):
        assert ((await due(house, name)).count, (await due(house, name)).held) == (0, 1), name
    assert await operations.apply(house, now=NOW) == {"conversations": 0, "files": 0, "customers": 0}
    async with house.database.transaction() as tx:
        assert CANARY in await words(tx, house, life)
        with pytest.raises(access.OnHold):
            await access.erase_customer(
                tx, house.vault, customer_id=life.customer.id, by=admin.actor, reason="customer_request", now=NOW
            )
    async with house.database.transaction() as tx:
        assert [hold.reason for hold in await access.holds(tx, house.vault)] == ["Court order 17"]
        await access.release_hold(tx, house.vault, hold_id=hold_id, by=admin, now=NOW)
        await operations.release_reached(tx)
    with pytest.raises(access.HoldUnknown):
        async with house.database.transaction() as tx:
            await access.release_hold(tx, house.vault, hold_id=hold_id, by=admin, now=NOW)
    assert (await operations.apply(house, now=NOW))["conversations"] == 1
    await settle(house)
    assert (await audit(house)).findings == []


async def test_a_hold_removed_by_hand_is_found(house: House, life: Life) -> None:
    admin = await agent_of(house, "admin", Role.ADMIN)
    async with house.database.transaction() as tx:
        await access.place_hold(
            tx, house.vault, customer_id=life.customer.id, by=admin, reason=guard.screen("Court order"), now=LONG_AGO
        )
        await tx.execute("DELETE FROM legal_holds")
    await settle(house)
    assert [finding.code for finding in (await audit(house)).findings] == ["row_missing"]


async def test_a_period_changed_by_hand_deletes_nothing(house: House, life: Life) -> None:
    await set_policy(house, "conversations", 3_650)
    async with house.database.transaction() as tx:
        await tx.execute("UPDATE retention_policies SET days = 1")
    with pytest.raises(operations.PolicyForged):
        await due(house, "conversations")
    with pytest.raises(operations.PolicyForged):
        await operations.apply(house, now=NOW)
    async with house.database.transaction() as tx:
        assert CANARY in await words(tx, house, life)


async def test_only_who_may_erase_sets_periods_and_holds(house: House, life: Life) -> None:
    async with house.database.transaction() as tx:
        with pytest.raises(Refused):
            await operations.set_policy(tx, house.vault, name="files", days=1, by=life.agent, now=NOW)
        with pytest.raises(Refused):
            await access.place_hold(
                tx, house.vault, customer_id=life.customer.id, by=life.agent, reason=guard.screen("no"), now=NOW
            )
        for days in (0, -1, 36_501):
            with pytest.raises(operations.DaysWrong):
                await operations.set_policy(tx, house.vault, name="files", days=days, by=SYSTEM, now=NOW)
        assert not await operations.set_policy(tx, house.vault, name="files", days=None, by=SYSTEM, now=NOW)


async def test_who_looked_goes_after_its_year_and_that_somebody_looked_stays(house: House, life: Life) -> None:
    look: dict[str, Any] = {"agent": life.agent, "what": access.Looked.CONVERSATION, "now": LONG_AGO}
    async with house.database.transaction() as tx:
        await tx.execute("DELETE FROM recent_looks")
        await access.look(tx, house.vault, customer_id=life.customer.id, conversation_id=life.case, **look)
        await access.look_at_list(
            tx,
            house.vault,
            agent=life.agent,
            what=access.Looked.LIST,
            shown=[(life.customer.id, life.case), (life.other.id, life.other_case)],
            now=LONG_AGO,
        )
        await access.look(
            tx, house.vault, customer_id=life.other.id, conversation_id=life.other_case, **(look | {"now": NOW})
        )
    await settle(house)
    with pytest.raises(operations.DaysWrong):
        await set_policy(house, "looks", 364)
    await set_policy(house, "looks", 365)
    admin = await agent_of(house, "admin", Role.ADMIN)
    async with house.database.transaction() as tx:
        before = await access.latest_looks(tx)
        hold_id = await access.place_hold(
            tx, house.vault, customer_id=life.other.id, by=admin, reason=guard.screen("Court order"), now=LONG_AGO
        )
    old = [each for each in before if each.at <= NOW - timedelta(days=365)]
    assert len(before) - len(old) >= 1
    found = await due(house, "looks")
    assert (found.count + found.held, found.held) == (len(old), 1), "the list shows somebody on hold"
    assert (await operations.apply(house, now=NOW))["looks"] == len(old) - 1
    async with house.database.transaction() as tx:
        assert len(await access.latest_looks(tx)) == len(before) - len(old) + 1
        assert await access.looks_at(tx, customer_id=life.customer.id) == []
        await access.release_hold(tx, house.vault, hold_id=hold_id, by=admin, now=NOW)
        await operations.release_reached(tx)
    assert (await operations.apply(house, now=NOW))["looks"] == 1
    await settle(house)
    assert (await audit(house)).findings == []
    async with house.database.transaction() as tx:
        await tx.execute("SET LOCAL session_replication_role = replica")  # past the trigger, as a superuser would
        await tx.execute(
            "UPDATE journal SET actor_kind = 'agent', actor_id = %s WHERE log = 'access' AND number = %s",
            (life.agent.id, old[0].number),
        )
    assert [finding.code for finding in (await audit(house)).findings] == ["record_differs"]
    for change in ("data = '{}'", "at = now()", "leaf = sha256('x')", "actor_kind = 'operator'"):
        with pytest.raises(RestrictViolation):
            async with house.database.transaction() as tx:
                await tx.execute(f"UPDATE journal SET {change} WHERE log = 'access' AND number = {before[0].number}")
    async with house.database.transaction() as tx:
        left = await (await tx.execute("SELECT journal::text AS whole FROM journal WHERE log = 'access'")).fetchall()
    assert not [row for row in left if str(life.case) in row["whole"]]


async def test_deliveries_to_webhooks_go(house: House, life: Life) -> None:
    async with house.database.transaction() as tx:
        target, _ = await integrations.make_endpoint(
            tx,
            house.vault,
            url="https://hooks.example/x",
            events=["team.created"],
            team_ids=None,
            may_be_plain=False,
            by=SYSTEM,
            now=LONG_AGO,
        )
        for state in ("delivered", "failed", "waiting"):
            await tx.execute(
                "INSERT INTO webhook_deliveries (id, endpoint_id, event_id, number, event, state, made_at, next_at)"
                " VALUES (%s, %s, gen_random_uuid(), 1, 'team.created', %s, now(), now())",
                (UUID(int=int(LONG_AGO.timestamp() * 1000) << 80 | len(state)), target.id, state),
            )
    await set_policy(house, "deliveries", 7)
    assert (await due(house, "deliveries")).count == 2
    assert (await operations.apply(house, now=NOW))["deliveries"] == 2
    async with house.database.transaction() as tx:
        assert [item.state for item in await integrations.deliveries(tx, house.vault, endpoint_id=target.id)] == [
            "waiting"
        ]


async def test_drafts_and_ended_sessions_go(house: House, life: Life) -> None:
    async with house.database.transaction() as tx:
        await people.start_widget_session(tx, customer=life.other, now=LONG_AGO)
    await set_policy(house, "sessions", 30)
    await set_policy(house, "drafts", 30)
    assert (await due(house, "sessions")).count == 1
    assert await operations.apply(house, now=NOW) == {"drafts": 0, "sessions": 1}
    assert clock.now()
