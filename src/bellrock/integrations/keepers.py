"""Who answers for a token or a webhook, asked of the database: what they may not do themselves, it does not do either."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from bellrock import people
from bellrock.core import Actor, Transaction
from bellrock.integrations.errors import BeyondKeeper
from bellrock.integrations.reach import Reach, beyond, reach


async def require_reach(
    tx: Transaction, *, by: Actor, scopes: Collection[str], team_ids: Collection[UUID] | None
) -> None:
    """Raise BeyondKeeper unless `by` may answer for scopes and teams; the system and the operator may for all."""
    if by.kind in ("system", "operator"):
        return
    keeper = await people.active_agent(tx, by.id) if by.kind == "agent" and by.id is not None else None
    wrong = beyond(keeper, scopes=scopes, team_ids=team_ids) if keeper is not None else sorted(scopes)
    if wrong:
        raise BeyondKeeper(scopes=", ".join(wrong))


async def reach_under(
    tx: Transaction, *, kept_by: UUID | None, scopes: Collection[str], team_ids: Collection[UUID] | None
) -> Reach | None:
    """Return how far scopes and teams reach now under whoever answers for them; None where nothing is left.

    That is so when they left, or administer no more.
    """
    keeper = await people.active_agent(tx, kept_by) if kept_by is not None else None
    if kept_by is not None and keeper is None:
        return None
    return reach(keeper, scopes=scopes, team_ids=team_ids)


async def token_reach(tx: Transaction, *, token_id: UUID, now: datetime) -> Reach | None:
    """Return how far a token reaches now, None for one that ended or rests."""
    cursor = await tx.execute(
        "SELECT kept_by, scopes, team_ids FROM api_tokens WHERE id = %s AND revoked_at IS NULL AND expires_at > %s",
        (token_id, now),
    )
    row = await cursor.fetchone()
    return await reach_under(tx, **row) if row is not None else None


async def keeper_of(
    tx: Transaction, *, by: Actor | people.Integration, scopes: frozenset[str], team_ids: Collection[UUID] | None
) -> tuple[UUID | None, UUID | None]:
    """Return the agent who answers for what reads with these scopes, and the token that it belongs to where one made it.

    Raises BeyondKeeper.
    """
    if isinstance(by, Actor):
        await require_reach(tx, by=by, scopes=scopes, team_ids=team_ids)
        return (by.id if by.kind == "agent" else None), None
    if not reaches(by, scopes=scopes, team_ids=team_ids):
        raise BeyondKeeper(scopes=", ".join(sorted(scopes - by.scopes or scopes)))
    return None, by.id


def reaches(who: people.Integration, *, scopes: frozenset[str], team_ids: Collection[UUID] | None) -> bool:
    """Return whether a token reaches as far as these scopes and teams."""
    is_near = not who.team_ids or (team_ids is not None and set(team_ids) <= who.team_ids)
    return is_near and scopes <= who.scopes
