"""Looks and reveals: each is written down, hidden data opens for whoever has the case, and a script stops at sixty."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bellrock import access, conversations, people
from bellrock.core import SYSTEM, NotFound, Transaction, new_id, sequencer
from bellrock.vault import Vault
from tests.access.conftest import NOW, Scene


async def look(tx: Transaction, vault: Vault, scene: Scene, *, minutes: float = 0) -> bool:
    return await access.look(
        tx,
        vault,
        agent=scene.owner,
        what=access.Looked.CONVERSATION,
        customer_id=scene.customer.id,
        conversation_id=scene.conversation_id,
        reason="assigned",
        now=NOW + timedelta(minutes=minutes),
    )


async def reveal(
    tx: Transaction, vault: Vault, scene: Scene, agent: people.Agent | None = None, reason: str = "identity"
) -> str | None:
    return await access.reveal(
        tx,
        vault,
        agent=agent or scene.owner,
        conversation_id=scene.conversation_id,
        field=access.Field.EMAIL,
        reason=reason,
        now=NOW,
    )


async def test_the_same_look_within_minutes_is_one(tx: Transaction, vault: Vault, scene: Scene) -> None:
    assert [await look(tx, vault, scene, minutes=at) for at in (0, 1, 4.9)] == [True, False, False]
    assert await look(tx, vault, scene, minutes=10)
    await sequencer.number_all(tx)
    looks = await access.looks_at(tx, customer_id=scene.customer.id)
    assert [(item.agent_id, item.what, item.reason) for item in looks] == [
        (scene.owner.id, "conversation", "assigned")
    ] * 2
    assert await access.latest_looks(tx, before=looks[0].number) == [looks[1]]
    assert await access.forget_quiet(tx, now=NOW + timedelta(minutes=30)) == 1


async def test_a_look_that_came_to_nothing_is_written_by_the_next(tx: Transaction, vault: Vault, scene: Scene) -> None:
    async def looks() -> int:
        await sequencer.number_all(tx)
        return len(await access.looks_at(tx, customer_id=scene.customer.id))

    await tx.execute("SAVEPOINT page")
    assert [await look(tx, vault, scene, minutes=0), await look(tx, vault, scene, minutes=0)] == [True, False]
    await tx.execute("ROLLBACK TO page")
    assert await look(tx, vault, scene, minutes=1)
    assert [await look(tx, vault, scene, minutes=at) for at in (2, 3, 5.9)] == [False, False, False]
    assert await looks() == 1
    assert await look(tx, vault, scene, minutes=6.1), "what this process knows has its time as well"
    assert await looks() == 2


async def test_reveals_to_the_agent_who_has_the_case(tx: Transaction, vault: Vault, scene: Scene) -> None:
    assert await reveal(tx, vault, scene) == "canary@example.org"
    assert await access.reveals_left(tx, agent_id=scene.owner.id, now=NOW) == access.CAP - 1
    await sequencer.number_all(tx)
    assert [item.kind for item in await access.looks_at(tx, customer_id=scene.customer.id)] == ["access.revealed"]


async def test_reveals_to_nobody_else(tx: Transaction, vault: Vault, scene: Scene) -> None:
    with pytest.raises(access.RevealRefused):
        await reveal(tx, vault, scene, scene.teammate)
    with pytest.raises(NotFound):
        await reveal(tx, vault, scene, scene.outsider)
    with pytest.raises(access.ReasonMissing):
        await reveal(tx, vault, scene, reason="")
    await conversations.resolve(
        tx, vault, by=SYSTEM, conversation_id=scene.conversation_id, now=NOW + timedelta(minutes=1)
    )
    with pytest.raises(access.RevealRefused):
        await reveal(tx, vault, scene)


async def test_a_script_is_stopped_at_record_sixty_one(tx: Transaction, vault: Vault, scene: Scene) -> None:
    for _ in range(access.CAP):
        await tx.execute(
            "INSERT INTO reveals (id, agent_id, customer_id, conversation_id, field, reason, revealed_at)"
            " VALUES (%s, %s, %s, %s, 'email', 'answer', %s)",
            (new_id(), scene.owner.id, scene.customer.id, new_id(), NOW - timedelta(hours=1)),
        )
    with pytest.raises(access.RevealCap):
        await reveal(tx, vault, scene)
    await access.note_cap(tx, vault, agent=scene.owner, now=NOW)
    await sequencer.number_all(tx)
    assert (await access.latest_looks(tx))[0].kind == "access.cap_reached"
    # A day later there is room again.
    later = NOW + timedelta(hours=23, minutes=1)
    assert await access.reveals_left(tx, agent_id=scene.owner.id, now=later) == access.CAP


async def test_the_same_field_again_within_the_hour_counts_once(tx: Transaction, vault: Vault, scene: Scene) -> None:
    for _ in range(3):
        await reveal(tx, vault, scene)
    assert await access.reveals_left(tx, agent_id=scene.owner.id, now=NOW) == access.CAP - 1


async def test_a_list_is_one_entry_that_names_what_is_new_in_it(tx: Transaction, vault: Vault, scene: Scene) -> None:
    shown = [(scene.customer.id, scene.conversation_id)]

    async def listed(minutes: int) -> int:
        now = NOW + timedelta(minutes=minutes)
        return await access.look_at_list(
            tx, vault, agent=scene.owner, shown=shown, what=access.Looked.LIST, now=now
        )  # fmt: skip

    assert [await listed(minutes) for minutes in (0, 1, 6)] == [1, 0, 1]
    cursor = await tx.execute("SELECT data FROM journal_inbox WHERE kind = 'access.listed' AND log = 'access'")
    assert [row["data"]["conversations"] for row in await cursor.fetchall()] == [[str(scene.conversation_id)]] * 2
