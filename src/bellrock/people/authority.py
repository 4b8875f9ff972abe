"""Who may give what to whom: nobody gives what they do not have. Pure; no database.

Two bounds. A giver's own permissions bound what they give, and whom they touch: somebody who may do more than they is out
of their reach, or they could take over that account. An administrator is not bound so, or nobody could hire the first
agent; but even they cannot raise themselves, so that two people are needed for it, and both stand in the record.
"""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from bellrock.people.models import Agent
from bellrock.people.permissions import Grants, Permission, Scope, covers


def may_manage(giver: Agent, target: Agent) -> bool:
    """Return whether `giver` may change anything about `target`: their sign-in, their teams, their roles."""
    scope = giver.grants.get(Permission.PEOPLE_MANAGE)
    if scope is None:
        return False
    if Permission.ADMINISTER in giver.grants:
        return True
    is_near = scope is Scope.ALL or target.id == giver.id or bool(giver.team_ids & target.team_ids)
    return is_near and covers(giver.grants, target.grants)


def may_give(giver: Agent, wanted: Grants, *, to: UUID | None) -> bool:
    """Return whether `giver` may let somebody do this; `to` is None for somebody who is invited."""
    if Permission.PEOPLE_MANAGE not in giver.grants:
        return False
    if to != giver.id and Permission.ADMINISTER in giver.grants:
        return True
    return covers(giver.grants, wanted)


def may_fill(giver: Agent, team_ids: Collection[UUID], *, with_id: UUID | None) -> bool:
    """Return whether `giver` may put somebody into, or take them out of, these teams.

    A team opens its conversations, so it is given as a permission is: by who is in it or reads all, or administers; an
    administrator does not put themselves into a team whose conversations they do not read.
    """
    if giver.grants.keys().isdisjoint({Permission.PEOPLE_MANAGE, Permission.TEAMS_MANAGE}):
        return False
    if giver.grants.get(Permission.CONVERSATIONS_VIEW) is Scope.ALL:
        return True
    if with_id != giver.id and Permission.ADMINISTER in giver.grants:
        return True
    return set(team_ids) <= giver.team_ids


def may_lead(giver: Agent, team_id: UUID | None) -> bool:
    """Return whether `giver` may change a team's name and what it takes; None: make a new one."""
    scope = giver.grants.get(Permission.TEAMS_MANAGE)
    return scope is Scope.ALL or (scope is Scope.TEAM and team_id in giver.team_ids)
