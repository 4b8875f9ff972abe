"""A lead of a bench, who sees everything, with an open session."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from uuid import UUID

from bellrock import people
from bellrock.core import SYSTEM, Actor, Transaction, clock, settings
from bellrock.house import House


async def open_console(folder: Path, url: str) -> str:
    """Make a lead with an open session, and return the cookie of their browser."""
    from bellrock.app import open_house

    loaded = replace(
        settings.load({}),
        data=folder / "data",
        keys=folder / "keys",
        checkpoints=folder / "checkpoints",
        database_url=url,
    )
    async with open_house(loaded) as house, house.database.transaction() as tx:
        now = clock.now()
        agent_id = await _lead(house, tx, now, SYSTEM)
        signed_in = await people.open_for(
            tx, house.vault, agent_id=agent_id, device=people.Device("bench", "127.0.0.0/8"), now=now
        )
        return f"bellrock_agent={signed_in.token}"


async def _lead(house: House, tx: Transaction, now: datetime, by: Actor) -> UUID:
    agent_id, secret = await people.invite_agent(
        tx,
        house.vault,
        name="Bench",
        email="bench@northwick.example",
        roles=[people.Role.LEAD],
        languages=["en"],
        team_ids=[await people.default_team_id(tx)],
        by=by,
        now=now,
    )
    await people.set_password(
        tx, house.vault, secret=secret, password_hash=await people.hash_password(secrets.token_urlsafe(24)), now=now
    )
    return agent_id
