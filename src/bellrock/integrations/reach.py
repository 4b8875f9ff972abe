"""How far a token or a webhook reaches: never further than whoever answers for it may themselves, at this moment. Pure.

Somebody who administers could else make themselves a token that reads what they may not: the rule of `people.authority`,
that nobody raises themselves, holds for what they make as well. The system and the operator may give all.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from bellrock.integrations.scopes import SCOPES
from bellrock.people import Agent, Permission, Scope

_P = Permission
_SEES, _ANSWERS = frozenset({_P.CONVERSATIONS_VIEW}), frozenset({_P.CONVERSATIONS_VIEW, _P.CONVERSATIONS_REPLY})

# What whoever answers for a token must be allowed themselves, beside administering.
NEEDS: Mapping[str, frozenset[Permission]] = {
    "conversations:read": _SEES,
    "conversations:write": _ANSWERS | {_P.CONVERSATIONS_ASSIGN},
    "messages:read": _SEES,
    "messages:write": _ANSWERS,
    "messages:receive": _ANSWERS,
    "notes:read": _SEES,
    "notes:write": _ANSWERS,
    "files:read": _SEES,
    "files:write": _ANSWERS,
    "customers:read": _SEES,
    # At the desk nobody reads this of everybody, only of cases they hold; who takes everything out may give it.
    "customers:personal": _SEES | {_P.EXPORT},
    "customers:write": _SEES | {_P.CUSTOMER_BLOCK},
    "organisations:read": _SEES,
    "organisations:write": _SEES,
    "agents:read": frozenset(),
    "teams:read": frozenset(),
    "articles:read": frozenset({_P.ARTICLES_EDIT}),
    "articles:write": frozenset({_P.ARTICLES_EDIT}),
    "articles:publish": frozenset({_P.ARTICLES_EDIT}),
    "incidents:read": frozenset(),
    "incidents:write": frozenset({_P.INCIDENTS_EDIT}),
    "labels:read": frozenset(),
    "labels:write": frozenset({_P.DESK_MANAGE}),
    "events:read": frozenset(),
    "webhooks:read": frozenset(),
    "webhooks:write": frozenset(),
}
# Whoever may do anything with conversations sees those it is limited to; what of them is told, the scopes say.
_SEEING = frozenset({"conversations", "messages", "notes", "files", "events"})


@dataclass(frozen=True, slots=True)
class Reach:
    """What is left of scopes and teams. `team_ids` None: no limit to teams."""

    scopes: frozenset[str]
    team_ids: frozenset[UUID] | None
    may_read: bool
    blocks: Scope = Scope.ALL


def reach(keeper: Agent | None, *, scopes: Iterable[str], team_ids: Collection[UUID] | None) -> Reach | None:
    """Return how far scopes and teams reach while `keeper` answers for them (None: the system or the operator).

    None where the keeper no longer administers: then nothing is left of it.
    """
    asked = frozenset(scopes) & SCOPES.keys()
    limit = None if team_ids is None else frozenset(team_ids)
    if keeper is None:
        return Reach(asked, limit, may_read(asked))
    if _P.ADMINISTER not in keeper.grants:
        return None
    view = keeper.grants.get(_P.CONVERSATIONS_VIEW)
    if view is Scope.TEAM and any(_P.CONVERSATIONS_VIEW in NEEDS[scope] for scope in asked):
        # Without a team in common no scope that sees anything is left, so the limit may stay what it was.
        limit = (keeper.team_ids if limit is None else limit & keeper.team_ids) or limit
    left = frozenset(scope for scope in asked if all(_holds(keeper, needed, limit) for needed in NEEDS[scope]))
    sees = _holds(keeper, _P.CONVERSATIONS_VIEW, limit)
    return Reach(left, limit, sees and may_read(left), keeper.grants.get(_P.CUSTOMER_BLOCK, Scope.TEAM))


def beyond(keeper: Agent | None, *, scopes: Iterable[str], team_ids: Collection[UUID] | None) -> list[str]:
    """Return which scopes would reach further than `keeper` does, for these teams exactly; none where all is theirs to give."""
    asked = frozenset(scopes)
    limit = None if team_ids is None else frozenset(team_ids)
    left = reach(keeper, scopes=asked, team_ids=team_ids)
    if left is None:
        return sorted(asked)
    if left.team_ids != limit:
        return sorted(scope for scope in asked if _P.CONVERSATIONS_VIEW in NEEDS[scope])
    return sorted(asked - left.scopes)


def offered(keeper: Agent) -> frozenset[str]:
    """Return the scopes that somebody may give at all: to every team, or to their own."""
    found = [reach(keeper, scopes=SCOPES, team_ids=teams) for teams in (None, keeper.team_ids or None)]
    return frozenset(scope for one in found if one is not None for scope in one.scopes)


def _holds(keeper: Agent, permission: Permission, limit: frozenset[UUID] | None) -> bool:
    scope = keeper.grants.get(permission)
    return scope is Scope.ALL or (scope is Scope.TEAM and limit is not None and limit <= keeper.team_ids)


def may_read(scopes: frozenset[str]) -> bool:
    """Return whether scopes have anything to do with conversations."""
    return any(scope.split(":")[0] in _SEEING for scope in scopes)
