"""Mentions: a note calls colleagues by name, and each of them is told until they have looked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from bellrock import conversations, people
from bellrock import vault as vaults
from bellrock.core import Transaction
from bellrock.people import Permission
from bellrock.workbench.errors import ColleagueCannotSee

MENTIONED = "workbench.mentioned"
MENTIONS_MAX = 20
LISTED_MAX = 50
UNSEEN = (
    "SELECT count(*) AS found FROM (SELECT DISTINCT conversation_id FROM mentions"
    " WHERE agent_id = %(agent)s AND seen_at IS NULL LIMIT 100) counted"
)


async def mentionable(tx: Transaction, *, by: people.Agent, conversation_id: UUID, now: datetime) -> list[people.Seat]:
    """Return the colleagues who may see a conversation, by name. Raises ConversationUnknown."""
    case = await conversations.get(tx, viewer=by, conversation_id=conversation_id)
    seats = await people.roster(tx, now=now)
    return [seat for seat in seats if seat.agent.id != by.id and conversations.sees(seat.agent, case)]


async def mention(
    tx: Transaction,
    vault: vaults.Vault,
    *,
    by: people.Agent,
    conversation_id: UUID,
    note_id: UUID,
    agent_ids: Sequence[UUID],
    now: datetime,
) -> None:
    """Call colleagues to a note that the author has just written. Raises ColleagueCannotSee."""
    wanted = [id for id in dict.fromkeys(agent_ids) if id != by.id][:MENTIONS_MAX]
    if not wanted:
        return
    able = {seat.agent.id for seat in await mentionable(tx, by=by, conversation_id=conversation_id, now=now)}
    for agent_id in wanted:
        if agent_id not in able:
            names = {seat.agent.id: seat.agent.name for seat in await people.roster(tx, now=now)}
            raise ColleagueCannotSee(name=names.get(agent_id, "?"))
    case = await conversations.get(tx, viewer=by, conversation_id=conversation_id)
    cursor = await tx.execute(
        "INSERT INTO mentions (note_id, agent_id, conversation_id, mentioned_at)"
        " SELECT %s, unnest(%s::uuid[]), %s, %s ON CONFLICT DO NOTHING",
        (note_id, wanted, conversation_id, now),
    )
    if not cursor.rowcount:
        return  # the same note, sent twice
    await vaults.record(
        tx,
        vault,
        kind=MENTIONED,
        at=now,
        actor=by.actor,
        data={"note": str(note_id), "agents": [str(id) for id in wanted]},
        subject_id=case.customer_id,
        customer_id=case.customer_id,
        conversation_id=conversation_id,
    )


async def see_mentions(tx: Transaction, *, agent: people.Agent, conversation_id: UUID, now: datetime) -> bool:
    """Note that an agent has looked at a conversation in which they were called; True when that was news."""
    cursor = await tx.execute(
        "UPDATE mentions SET seen_at = %s WHERE agent_id = %s AND conversation_id = %s AND seen_at IS NULL RETURNING 1 AS was",
        (now, agent.id, conversation_id),
    )
    return bool(await cursor.fetchall())


async def unseen_mentions(tx: Transaction, *, agent: people.Agent) -> int:
    """Return in how many conversations an agent is called and has not looked; counting stops at 100."""
    row = await (await tx.execute(UNSEEN, {"agent": agent.id})).fetchone()
    assert row is not None
    return int(row["found"])


async def mentioned_in(tx: Transaction, *, agent: people.Agent, limit: int = LISTED_MAX) -> list[UUID]:
    """Return the conversations that an agent was last called to, unseen ones first; those they may still see alone.

    Which those are is asked again when each is read.
    """
    if not agent.may(Permission.CONVERSATIONS_VIEW):
        return []
    cursor = await tx.execute(
        "SELECT conversation_id FROM (SELECT conversation_id, seen_at, mentioned_at FROM mentions WHERE agent_id = %s"
        " ORDER BY mentioned_at DESC LIMIT 200) m GROUP BY conversation_id"
        " ORDER BY bool_or(seen_at IS NULL) DESC, max(mentioned_at) DESC LIMIT %s",
        (agent.id, limit),
    )
    return [row["conversation_id"] for row in await cursor.fetchall()]
