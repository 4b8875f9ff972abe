"""A program that acts with a token: it sees and does what the token allows, and facts name it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from bellrock.core import Actor
from bellrock.people.models import Agent
from bellrock.people.permissions import Permission


@dataclass(frozen=True, slots=True)
class Integration(Agent):
    """Somebody else's software at work here. It holds no role and no case; `scopes` says what its token is for."""

    scopes: frozenset[str] = frozenset()

    @property
    def actor(self) -> Actor:
        return Actor("integration", self.id)


def integration_of(
    id: UUID, *, name: str, scopes: Collection[str], team_ids: Collection[UUID] | None, may_read: bool
) -> Integration:
    """Return the integration of a token; `team_ids` limits it to what these teams hold, None to nothing.

    Without `may_read` it sees no conversation at all.
    """
    seeing = Permission.CONVERSATIONS_VIEW_ALL if team_ids is None else Permission.CONVERSATIONS_VIEW
    working = {Permission.CONVERSATIONS_VIEW, seeing, Permission.CONVERSATIONS_REPLY, Permission.CONVERSATIONS_ASSIGN}
    permissions = working if may_read else set()
    if "customers:write" in scopes:
        permissions = permissions | {Permission.CUSTOMER_BLOCK}
    return Integration(
        id=id,
        name=name,
        roles=frozenset(),
        team_ids=frozenset(team_ids or ()),
        languages=(),
        permissions=frozenset(permissions),
        scopes=frozenset(scopes),
    )
