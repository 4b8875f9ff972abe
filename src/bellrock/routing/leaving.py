"""Leaving: what waits for an agent goes back to the queue when they go off, and what can wait for them stays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from bellrock import conversations, people
from bellrock import vault as vaults
from bellrock.conversations import Conversation
from bellrock.core import SYSTEM, Transaction

SILENCE_MAX = timedelta(minutes=15)
"""After so long without a sign of them, an agent counts as gone and what waits for them is given to others."""
CASES_MAX = 200

Stays = Literal["customers_turn", "snoozed"]


@dataclass(frozen=True, slots=True)
class Leaving:
    """What happens to an agent's cases when they go off. Whatever stays comes to others too once the customer writes."""

    goes: tuple[Conversation, ...]
    stays: tuple[tuple[Conversation, Stays], ...]


async def leaving(tx: Transaction, *, agent: people.Agent) -> Leaving:
    """Return what would go back to the queue and what would stay, and change nothing."""
    held = await conversations.held_by(tx, agent_id=agent.id, limit=CASES_MAX)
    stays: list[tuple[Conversation, Stays]] = []
    for case in held:
        if case.status == "snoozed":
            stays.append((case, "snoozed"))
        elif case.waiting_since is None:
            stays.append((case, "customers_turn"))
    kept = {case.id for case, _ in stays}
    return Leaving(tuple(case for case in held if case.id not in kept), tuple(stays))


async def leave(tx: Transaction, vault: vaults.Vault, *, agent: people.Agent, now: datetime) -> int:
    """Give back what waits for an agent who goes off; return how many cases went."""
    going = (await leaving(tx, agent=agent)).goes
    for case in going:
        await conversations.assign(tx, vault, by=agent, conversation_id=case.id, agent_id=None, now=now)
    return len(going)


async def give_back_of_absent(tx: Transaction, vault: vaults.Vault, *, now: datetime, limit: int = 100) -> int:
    """Give to others what waits for agents who are gone: they went off, or nothing was heard of them for long.

    A customer who writes into a case of somebody absent is so never left waiting for them.
    """
    absent = await people.absent_since(tx, before=now - SILENCE_MAX)
    waiting = await conversations.waiting_for(tx, agent_ids=absent, limit=limit)
    for conversation_id in waiting:
        await conversations.assign(tx, vault, by=SYSTEM, conversation_id=conversation_id, agent_id=None, now=now)
    return len(waiting)
