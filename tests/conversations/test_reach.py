"""How far a permission reaches: reading and answering only one's own, those of one's teams, all."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

from bellrock import conversations, guard, people
from bellrock.conversations import ConversationUnknown
from bellrock.core import SYSTEM, Refused, Transaction
from bellrock.people import Permission, Scope
from bellrock.people.permissions import permissions_in
from bellrock.vault import Vault
from tests.conversations.conftest import NOW, Cast

VIEW, REPLY, ASSIGN = Permission.CONVERSATIONS_VIEW, Permission.CONVERSATIONS_REPLY, Permission.CONVERSATIONS_ASSIGN


def _with(agent: people.Agent, **reach: Scope) -> people.Agent:
    grants = {Permission[f"CONVERSATIONS_{name.upper()}"]: scope for name, scope in reach.items()}
    return replace(agent, grants=grants, permissions=permissions_in(grants))


@pytest.fixture
async def case(tx: Transaction, vault: Vault, cast: Cast) -> UUID:
    """A conversation of the owner in the queue of payments."""
    opened = await conversations.open_conversation(
        tx, vault, customer=cast.owner, channel="widget", language="en", now=NOW
    )
    await conversations.hand_over(
        tx,
        vault,
        by=SYSTEM,
        conversation_id=opened.id,
        reason="asked_for_person",
        summary=guard.screen("words"),
        facts={},
        team_id=cast.payments,
        priority="normal",
        now=NOW,
    )
    return opened.id


async def _reads(tx: Transaction, agent: people.Agent, case: UUID) -> bool:
    try:
        await conversations.get(tx, viewer=agent, conversation_id=case)
    except ConversationUnknown:
        return False
    return True


async def _answers(tx: Transaction, vault: Vault, agent: people.Agent, case: UUID) -> bool:
    try:
        await conversations.reply(tx, vault, by=agent, conversation_id=case, text=guard.screen("An answer."), now=NOW)
    except Refused:
        return False
    return True


async def test_whoever_reads_their_own_sees_no_queue(tx: Transaction, vault: Vault, cast: Cast, case: UUID) -> None:
    mate = _with(cast.mate, view=Scope.OWN, reply=Scope.OWN)
    assert not await _reads(tx, mate, case)
    with pytest.raises(ConversationUnknown):
        await conversations.assign(tx, vault, by=mate, conversation_id=case, agent_id=mate.id, now=NOW)
    await conversations.assign(tx, vault, by=SYSTEM, conversation_id=case, agent_id=mate.id, now=NOW)
    assert await _reads(tx, mate, case) and await _answers(tx, vault, mate, case)
    assert conversations.sees(mate, await conversations.get(tx, viewer=SYSTEM, conversation_id=case))


async def test_to_read_all_is_not_to_answer_all(tx: Transaction, vault: Vault, cast: Cast, case: UUID) -> None:
    for reply, expected in ((Scope.OWN, False), (Scope.TEAM, False), (Scope.ALL, True)):
        outsider = _with(cast.outsider, view=Scope.ALL, reply=reply)
        assert await _reads(tx, outsider, case)
        assert await _answers(tx, vault, outsider, case) is expected
    watcher = _with(cast.mate, view=Scope.TEAM)
    assert await _reads(tx, watcher, case) and not await _answers(tx, vault, watcher, case)
    assert await conversations.drafts_of(tx, vault, by=watcher, conversation_id=case) == {}, "and opens the page"
    assert await _answers(tx, vault, _with(cast.mate, view=Scope.TEAM, reply=Scope.TEAM), case)


async def test_whoever_only_gives_work_out_answers_nobody(
    tx: Transaction, vault: Vault, cast: Cast, case: UUID
) -> None:
    giver = _with(cast.outsider, view=Scope.ALL, assign=Scope.ALL)
    await conversations.assign(tx, vault, by=giver, conversation_id=case, agent_id=cast.mate.id, now=NOW)
    assert not await _answers(tx, vault, giver, case)
    near = _with(cast.outsider, view=Scope.ALL, assign=Scope.TEAM)
    with pytest.raises(Refused):
        await conversations.assign(tx, vault, by=near, conversation_id=case, agent_id=None, now=NOW)
