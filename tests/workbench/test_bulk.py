"""Bulk actions and saved views: what is refused and why, one fact each, taken back whole; whose a view is."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from bellrock import conversations, guard, people, workbench
from bellrock.conversations import kinds
from bellrock.core import Invalid, Refused, Transaction, new_id
from bellrock.vault import Vault
from bellrock.workbench import BulkUnknown, Change, TooManyAtOnce, ViewUnknown
from tests.conversations.conftest import NOW, Cast, cast  # noqa: F401 - a fixture
from tests.conversations.test_inbox import _case


async def _all(tx: Transaction, vault: Vault, by: people.Agent, ids: list[UUID], change: Change) -> Any:
    return await workbench.change_all(tx, vault, by=by, ids=ids, change=change, now=NOW)


async def _facts(tx: Transaction, id: UUID) -> list[str]:
    cursor = await tx.execute(
        "SELECT kind FROM journal_inbox WHERE conversation_id = %s AND log = 'records' ORDER BY position", (id,)
    )
    return [row["kind"] for row in await cursor.fetchall()]


async def test_each_is_judged_apart_and_says_why(tx: Transaction, vault: Vault, cast: Cast) -> None:  # noqa: F811
    open_one, done, theirs = [await _case(tx, vault, cast) for _ in range(3)]
    await conversations.resolve(tx, vault, by=cast.mate, conversation_id=done, now=NOW)
    await conversations.assign(
        tx, vault, by=cast.lead, conversation_id=theirs, agent_id=cast.outsider.id, team_id=cast.security, now=NOW
    )
    ids, change = [open_one, done, theirs, new_id()], Change("assign", agent_id=cast.mate.id)
    before = {id: await _facts(tx, id) for id in ids}
    shown = await workbench.preview_bulk(tx, by=cast.mate, ids=ids, change=change, now=NOW)
    assert [line.why for line in shown] == [None, "resolved", "unknown", "unknown"]
    assert shown[2].conversation is None
    assert {id: await _facts(tx, id) for id in ids} == before  # a preview changes nothing
    outcome = await _all(tx, vault, cast.mate, ids, change)
    assert {line.conversation_id: line.why for line in outcome.lines} == {
        line.conversation_id: line.why for line in shown
    }
    assert outcome.done == 1
    assert await _facts(tx, open_one) == [*before[open_one], kinds.ASSIGNED]
    assert (await _facts(tx, done), await _facts(tx, theirs)) == (before[done], before[theirs])


@pytest.mark.parametrize(
    "change",
    [
        Change("assign"),
        Change("priority", priority="urgent"),
        Change("topic", topic="deposit_missing"),
        Change("snooze", until=NOW + timedelta(hours=3)),
        Change("resolve"),
        Change("spam"),
        Change("team"),
        Change("label"),
    ],
    ids=lambda change: change.action,
)
async def test_an_action_is_taken_back_whole(
    tx: Transaction, vault: Vault, cast: Cast, change: Change  # noqa: F811
) -> None:  # fmt: skip
    if change.action == "team":
        change = Change("team", team_id=cast.security)
    if change.action == "label":
        label = await conversations.create_label(tx, vault, name="Chain halt", by=cast.lead.actor, now=NOW)
        change = Change("label", label_id=label.id)
    ids = [await _case(tx, vault, cast, n) for n in range(2)]
    for id in ids:
        await conversations.assign(tx, vault, by=cast.mate, conversation_id=id, agent_id=cast.mate.id, now=NOW)
    kept = ("status", "holder", "team_id", "assignee_id", "priority", "topic", "snoozed_until", "spam_at")

    async def state() -> list[Any]:
        rows = [await conversations.get(tx, viewer=cast.lead, conversation_id=id) for id in ids]
        labels = await conversations.labels_of(tx, conversation_ids=ids)
        return [[*(getattr(row, name) for name in kept), bool(row.waiting_since), labels.get(row.id)] for row in rows]

    before = await state()
    outcome = await _all(tx, vault, cast.lead, ids, change)
    assert outcome.done == 2
    assert await state() != before
    lines = await workbench.undo_bulk(tx, vault, by=cast.lead, bulk_id=outcome.bulk_id, now=NOW)
    assert [line.why for line in lines] == [None, None]
    assert await state() == before
    async for finding in conversations.compare_rows(tx, vault):
        assert finding is None
    with pytest.raises(BulkUnknown):
        await workbench.undo_bulk(tx, vault, by=cast.lead, bulk_id=outcome.bulk_id, now=NOW)


async def test_what_changed_since_is_left(tx: Transaction, vault: Vault, cast: Cast) -> None:  # noqa: F811
    one, other = await _case(tx, vault, cast), await _case(tx, vault, cast)
    outcome = await _all(tx, vault, cast.mate, [one, other], Change("priority", priority="high"))
    await conversations.reply(tx, vault, by=cast.mate, conversation_id=one, text=guard.screen("So."), now=NOW)
    for by, late in ((cast.teammate, 0), (cast.mate, 11)):
        with pytest.raises(BulkUnknown):
            await workbench.undo_bulk(
                tx, vault, by=by, bulk_id=outcome.bulk_id, now=NOW + timedelta(minutes=late)
            )  # fmt: skip
    lines = await workbench.undo_bulk(tx, vault, by=cast.mate, bulk_id=outcome.bulk_id, now=NOW)
    assert {line.conversation_id: line.why for line in lines} == {one: "changed", other: None}


async def test_limits_and_permissions(tx: Transaction, vault: Vault, cast: Cast) -> None:  # noqa: F811
    id = await _case(tx, vault, cast)
    with pytest.raises(TooManyAtOnce):
        await _all(tx, vault, cast.mate, [new_id() for _ in range(101)], Change("resolve"))
    with pytest.raises(Refused):  # gives to a colleague, without the permission for it
        await _all(tx, vault, cast.mate, [id], Change("assign", agent_id=cast.teammate.id))
    for change in (Change("priority"), Change("label"), Change("team"), Change("snooze")):
        with pytest.raises(Invalid):
            await _all(tx, vault, cast.mate, [id], change)
    with pytest.raises(Invalid):
        await _all(tx, vault, cast.mate, [], Change("resolve"))
    assert (await _all(tx, vault, cast.outsider, [id], Change("resolve"))).bulk_id is None


async def test_a_view_is_its_owners_until_it_is_shared(tx: Transaction, vault: Vault, cast: Cast) -> None:  # noqa: F811
    async def save(by: people.Agent, name: str, **share: Any) -> workbench.SavedView:
        return await workbench.save_view(
            tx, vault, by=by, name=guard.screen(name), key="all~language:tr", now=NOW, **share
        )  # fmt: skip

    mine = await save(cast.mate, "  Turkish   first ")
    assert mine.name == "Turkish first"
    with pytest.raises(ViewUnknown):
        await workbench.saved_view(tx, agent=cast.teammate, view_id=mine.id)
    with pytest.raises(Refused):
        await save(cast.mate, "All", is_shared=True)
    with pytest.raises(Invalid):
        await workbench.save_view(tx, vault, by=cast.mate, name=guard.screen("X"), key="all~x:y", now=NOW)
    shared = await save(cast.mate, "Turkish first", is_shared=True, team_id=cast.payments)
    assert shared.id == mine.id  # the same name replaces
    assert [view.id for view in await workbench.saved_views(tx, agent=cast.teammate)] == [mine.id]
    assert await workbench.saved_views(tx, agent=cast.outsider) == []
    with pytest.raises(Refused):
        await workbench.remove_view(tx, vault, by=cast.teammate, view_id=mine.id, now=NOW)
    await workbench.remove_view(tx, vault, by=cast.mate, view_id=mine.id, now=NOW)
    assert await workbench.saved_views(tx, agent=cast.mate) == []
