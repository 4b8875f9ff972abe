"""The rules of `authority` asked of the database: who gives, to whom, and that somebody who administers is left."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from uuid import UUID

from bellrock.core import Actor, Invalid, NotFound, Refused, Transaction
from bellrock.people import authority
from bellrock.people.errors import BeyondOwn, LastAdmin
from bellrock.people.models import AGENT_COLUMNS, Agent, agent_from_row
from bellrock.people.permissions import Grants, Permission, Role, grants_of


async def giver_of(tx: Transaction, by: Actor) -> Agent | None:
    """Return the agent who gives, as they stand in this moment; None for the system and the operator, who may give all.

    Raises Refused for anybody else.
    """
    if by.kind in ("system", "operator"):
        return None
    if by.kind != "agent" or by.id is None:
        raise Refused
    cursor = await tx.execute(
        f"SELECT {AGENT_COLUMNS} FROM agents WHERE id = %s AND status = 'active' FOR SHARE", (by.id,)
    )
    row = await cursor.fetchone()
    if row is None:
        raise Refused
    return agent_from_row(row)


async def must_manage(tx: Transaction, *, by: Actor, agent_id: UUID) -> None:
    """Raise BeyondOwn unless `by` may change this agent. Raises NotFound."""
    giver = await giver_of(tx, by)
    if giver is None:
        return
    row = await (await tx.execute(f"SELECT {AGENT_COLUMNS} FROM agents WHERE id = %s", (agent_id,))).fetchone()
    if row is None:
        raise NotFound
    if not authority.may_manage(giver, agent_from_row(row)):
        raise BeyondOwn


async def must_give(tx: Transaction, *, by: Actor, roles: Collection[str], to: UUID | None) -> None:
    """Raise BeyondOwn unless `by` may give these roles. Raises Invalid for a role that there is not."""
    wanted = await grants_for(tx, roles)
    giver = await giver_of(tx, by)
    if giver is not None and not authority.may_give(giver, wanted, to=to):
        raise BeyondOwn


async def must_fill(tx: Transaction, *, by: Actor, team_ids: Collection[UUID], with_id: UUID | None) -> None:
    """Raise BeyondOwn unless `by` may put somebody into, or take them out of, these teams."""
    giver = await giver_of(tx, by) if team_ids else None
    if giver is not None and not authority.may_fill(giver, team_ids, with_id=with_id):
        raise BeyondOwn


async def must_lead(tx: Transaction, *, by: Actor, team_id: UUID | None) -> None:
    """Raise BeyondOwn unless `by` may change this team; None: make one."""
    giver = await giver_of(tx, by)
    if giver is not None and not authority.may_lead(giver, team_id):
        raise BeyondOwn


async def grants_for(tx: Transaction, roles: Collection[str]) -> Grants:
    """Return what these roles give, their rows kept from change until the transaction ends. Raises Invalid."""
    made = sorted({str(role) for role in roles} - set(Role))
    cursor = await tx.execute(
        "SELECT slug, grants FROM roles WHERE slug = ANY(%s) AND archived_at IS NULL FOR SHARE", (made,)
    )
    rows = await cursor.fetchall()
    if len(rows) != len(made):
        raise Invalid
    written = tuple(sorted({grant for row in rows for grant in row["grants"]}))
    return grants_of(frozenset(str(role) for role in roles), written)


async def administrators(tx: Transaction) -> frozenset[UUID]:
    """Return everybody who administers now; the next caller waits until this transaction ends."""
    await tx.execute("SELECT pg_advisory_xact_lock(hashtext('bellrock.administrators'))")
    cursor = await tx.execute(
        "SELECT id FROM agents WHERE status = 'active' AND (%(admin)s = ANY(roles) OR EXISTS (SELECT FROM roles r"
        " WHERE r.slug = ANY(agents.roles) AND r.archived_at IS NULL AND r.grants @> ARRAY[%(grant)s]))",
        {"admin": Role.ADMIN, "grant": f"{Permission.ADMINISTER}:all"},
    )
    return frozenset([row["id"] for row in await cursor.fetchall()])


@asynccontextmanager
async def keeping_an_administrator(tx: Transaction) -> AsyncIterator[None]:
    """Take a change back and raise LastAdmin when somebody administered before it and nobody does after it."""
    before = await administrators(tx)
    async with tx.transaction():
        yield
        if before and not await administrators(tx):
            raise LastAdmin
