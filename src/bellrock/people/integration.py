"""A program that acts with a token: it sees and does what the token allows, and facts name it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from bellrock.core import Actor
from bellrock.people.models import Agent
from bellrock.people.permissions import Permission, Scope, permissions_in


@dataclass(frozen=True, slots=True)
class Integration(Agent):
    """Somebody else's software at work here. It holds no role and no case; `scopes` says what its token is for."""

    scopes: frozenset[str] = frozenset()

    @property
    def actor(self) -> Actor:
        return Actor("integration", self.id)


def integration_of(
    id: UUID,
    *,
    name: str,
    scopes: Collection[str],
    team_ids: Collection[UUID] | None,
    may_read: bool,
    blocks: Scope = Scope.ALL,
) -> Integration:
    """Return the integration of a token; `team_ids` limits it to what these teams hold, None to nothing.

    Without `may_read` it sees no conversation at all. `blocks` is how far it may block customers, where its scopes let it.
    """
    grants: dict[Permission, Scope] = {}
    if may_read:
        grants[Permission.CONVERSATIONS_VIEW] = Scope.ALL if team_ids is None else Scope.TEAM
        grants |= {Permission.CONVERSATIONS_REPLY: Scope.ALL, Permission.CONVERSATIONS_ASSIGN: Scope.ALL}
    if "customers:write" in scopes:
        grants[Permission.CUSTOMER_BLOCK] = blocks
    return Integration(
        id=id,
        name=name,
        roles=frozenset(),
        team_ids=frozenset(team_ids or ()),
        languages=(),
        permissions=permissions_in(grants),
        grants=grants,
        scopes=frozenset(scopes),
    )
