"""What a webhook hears of: its events and teams, and of those what whoever answers for it may read at this moment."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from bellrock import people
from bellrock import vault as vaults
from bellrock.core import Actor, Transaction
from bellrock.integrations.endpoints import (
    Endpoint,
    actor_of,
    endpoint,
    lock_endpoint,
    record_step,
    scopes_of,
)
from bellrock.integrations.errors import BadEndpoint
from bellrock.integrations.events import NAMES
from bellrock.integrations.keepers import keeper_of, reach_under, token_reach
from bellrock.integrations.reach import may_read

ENDPOINT_CHANGED = "integrations.webhook_changed"
ENDPOINT_KEPT = "integrations.webhook_kept"


async def keep_endpoint(
    tx: Transaction, vault: vaults.Vault, *, endpoint_id: UUID, by: Actor | people.Integration, now: datetime
) -> None:
    """Answer for an endpoint from now on: it hears of what `by` may read. Raises EndpointUnknown, BeyondKeeper."""
    await lock_endpoint(tx, endpoint_id)
    known = await endpoint(tx, vault, endpoint_id=endpoint_id)
    kept_by, token_id = await keeper_of(tx, by=by, scopes=known.scopes, team_ids=known.team_ids)
    if token_id == known.token_id and (kept_by == known.kept_by or token_id is not None):
        return
    await tx.execute(
        "UPDATE webhook_endpoints SET kept_by = %s, token_id = %s WHERE id = %s", (kept_by, token_id, endpoint_id)
    )
    await record_step(tx, vault, ENDPOINT_KEPT, endpoint_id, actor_of(by), now)


async def change_events(
    tx: Transaction,
    vault: vaults.Vault,
    *,
    endpoint_id: UUID,
    events: Collection[str],
    by: Actor | people.Integration,
    now: datetime,
) -> None:
    """Let an endpoint hear of these events and no others. Raises EndpointUnknown, BadEndpoint, BeyondKeeper."""
    await lock_endpoint(tx, endpoint_id)
    known = await endpoint(tx, vault, endpoint_id=endpoint_id)
    wanted = tuple(name for name in NAMES if name in set(events))
    if not wanted or len(wanted) != len(set(events)):
        raise BadEndpoint
    await keeper_of(tx, by=by, scopes=scopes_of(wanted), team_ids=known.team_ids)
    if wanted == known.events:
        return
    await tx.execute("UPDATE webhook_endpoints SET events = %s WHERE id = %s", (list(wanted), endpoint_id))
    await record_step(tx, vault, ENDPOINT_CHANGED, endpoint_id, actor_of(by), now, data={"events": list(wanted)})


async def hearer_of(tx: Transaction, target: Endpoint, *, now: datetime) -> people.Integration | None:
    """Return an endpoint as somebody who hears of what whoever answers for it may read now.

    None where that is nothing: they left or administer no more, or the token it belongs to ended.
    """
    held = await reach_under(tx, kept_by=target.kept_by, scopes=target.scopes, team_ids=target.team_ids)
    if held is not None and target.token_id is not None:
        token = await token_reach(tx, token_id=target.token_id, now=now)
        if token is None or not _is_within(held.team_ids, token.team_ids):
            return None
        held = replace(held, scopes=held.scopes & token.scopes)
    if held is None or not held.scopes:
        return None
    return people.integration_of(
        target.id,
        name=target.host,
        scopes=held.scopes,
        team_ids=held.team_ids,
        may_read=held.may_read and may_read(held.scopes),
    )


async def hears_less(tx: Transaction, target: Endpoint, *, now: datetime) -> bool:
    """Return whether an endpoint hears of less than it was made for, because whoever answers for it may read less."""
    hearer = await hearer_of(tx, target, now=now)
    return hearer is None or hearer.scopes != target.scopes or hearer.team_ids != frozenset(target.team_ids or ())


def _is_within(team_ids: frozenset[UUID] | None, limit: frozenset[UUID] | None) -> bool:
    return limit is None or (team_ids is not None and team_ids <= limit)
