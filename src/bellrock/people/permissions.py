"""Roles and what they may do: one table of the built-in ones, read by people and by the code alike. Pure; no database."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType

from bellrock.core import N_


class Permission(StrEnum):
    """One thing that an agent may do."""

    CONVERSATIONS_VIEW = "conversations_view"
    CONVERSATIONS_VIEW_ALL = "conversations_view_all"
    CONVERSATIONS_REPLY = "conversations_reply"
    CONVERSATIONS_ASSIGN = "conversations_assign"
    CUSTOMER_REVEAL = "customer_reveal"
    CUSTOMER_BLOCK = "customer_block"
    CUSTOMER_MERGE = "customer_merge"
    CUSTOMER_ERASE = "customer_erase"
    ARTICLES_EDIT = "articles_edit"
    INCIDENTS_EDIT = "incidents_edit"
    DESK_MANAGE = "desk_manage"
    TEAMS_MANAGE = "teams_manage"
    PEOPLE_MANAGE = "people_manage"
    ADMINISTER = "administer"
    LEDGER_AUDIT = "ledger_audit"
    EXPORT = "export"


class Scope(StrEnum):
    """How far a permission reaches: one's own cases, those of one's teams, everything."""

    OWN = "own"
    TEAM = "team"
    ALL = "all"

    def covers(self, other: Scope) -> bool:
        """Return whether this reaches at least as far."""
        return _REACH.index(self) >= _REACH.index(other)


_REACH = (Scope.OWN, Scope.TEAM, Scope.ALL)
Grants = Mapping[Permission, Scope]
"""What somebody may do, and how far."""


class Role(StrEnum):
    """The built-in bundles of permissions. An agent has one or more, of these and of those that an administrator made."""

    AGENT = "agent"
    LEAD = "lead"
    ADMIN = "admin"
    AUDITOR = "auditor"


_P = Permission
_OWN, _TEAM, _ALL = _REACH

POLICY: Mapping[Role, Grants] = {
    Role.AGENT: {
        _P.CONVERSATIONS_VIEW: _TEAM,
        _P.CONVERSATIONS_REPLY: _TEAM,
        _P.CUSTOMER_REVEAL: _OWN,
        _P.CUSTOMER_BLOCK: _TEAM,
        _P.CUSTOMER_MERGE: _TEAM,
    },
    # Work must not be stranded in a team that nobody watches: a lead sees every queue.
    Role.LEAD: {
        _P.CONVERSATIONS_VIEW: _ALL,
        _P.CONVERSATIONS_REPLY: _ALL,
        _P.CONVERSATIONS_ASSIGN: _ALL,
        _P.CUSTOMER_REVEAL: _OWN,
        _P.CUSTOMER_BLOCK: _ALL,
        _P.CUSTOMER_MERGE: _ALL,
        _P.ARTICLES_EDIT: _ALL,
        _P.INCIDENTS_EDIT: _ALL,
        _P.DESK_MANAGE: _ALL,
        _P.TEAMS_MANAGE: _ALL,
    },
    # Whoever manages people reads no conversation by that alone; whoever audits changes nothing.
    Role.ADMIN: {
        _P.ADMINISTER: _ALL,
        _P.PEOPLE_MANAGE: _ALL,
        _P.TEAMS_MANAGE: _ALL,
        _P.DESK_MANAGE: _ALL,
        _P.ARTICLES_EDIT: _ALL,
        _P.INCIDENTS_EDIT: _ALL,
        _P.CUSTOMER_ERASE: _ALL,
    },
    Role.AUDITOR: {_P.LEDGER_AUDIT: _ALL, _P.EXPORT: _ALL},
}

# Every permission of the editor of roles, with each reach it can have, as a sentence about whoever holds it.
SENTENCES: Mapping[Permission, Mapping[Scope, str]] = {
    _P.CONVERSATIONS_VIEW: {
        _OWN: N_("Reads the conversations that are assigned to them"),
        _TEAM: N_("Reads the conversations of their teams"),
        _ALL: N_("Reads the conversations of every team"),
    },
    _P.CONVERSATIONS_REPLY: {
        _OWN: N_("Answers customers whose conversation is assigned to them"),
        _TEAM: N_("Answers customers of their teams"),
        _ALL: N_("Answers every customer whose conversation they may read"),
    },
    _P.CONVERSATIONS_ASSIGN: {
        _TEAM: N_("Gives conversations of their teams to others"),
        _ALL: N_("Gives every conversation they may read to others"),
    },
    _P.CUSTOMER_REVEAL: {_OWN: N_("Reveals hidden data of a customer whose conversation they hold, with a reason")},
    _P.CUSTOMER_BLOCK: {
        _TEAM: N_("Blocks a customer for a day at most, with a reason"),
        _ALL: N_("Blocks a customer for as long as needed, with a reason"),
    },
    _P.CUSTOMER_MERGE: {
        _TEAM: N_("Joins a visitor with the signed-in customer they are, with a reason"),
        _ALL: N_("Joins customers who are one person, signed in or not, with a reason"),
    },
    _P.CUSTOMER_ERASE: {_ALL: N_("Erases a customer or a message")},
    _P.ARTICLES_EDIT: {_ALL: N_("Writes and publishes articles")},
    _P.INCIDENTS_EDIT: {_ALL: N_("Opens and closes incidents")},
    _P.DESK_MANAGE: {_ALL: N_("Sets business hours, brands, labels and shared texts")},
    _P.TEAMS_MANAGE: {
        _TEAM: N_("Looks after the teams they are in"),
        _ALL: N_("Makes teams and looks after all of them"),
    },
    _P.PEOPLE_MANAGE: {
        _TEAM: N_("Invites and looks after people of their teams, and gives them only what they may do themselves"),
        _ALL: N_("Invites and looks after everybody, and gives only what they may do themselves"),
    },
    _P.ADMINISTER: {_ALL: N_("Makes roles, tokens and webhooks, and gives any role to others, never to themselves")},
    _P.LEDGER_AUDIT: {_ALL: N_("Checks the record and who looked at what")},
    _P.EXPORT: {_ALL: N_("Takes out everything that is kept, opened, with a reason")},
}

PERMISSION_NAMES: Mapping[Permission, str] = {
    _P.CONVERSATIONS_VIEW: N_("Read conversations"),
    _P.CONVERSATIONS_REPLY: N_("Answer customers"),
    _P.CONVERSATIONS_ASSIGN: N_("Give conversations to others"),
    _P.CUSTOMER_REVEAL: N_("Reveal hidden customer data, with a reason"),
    _P.CUSTOMER_BLOCK: N_("Block a customer, with a reason"),
    _P.CUSTOMER_MERGE: N_("Join customers who are one person"),
    _P.CUSTOMER_ERASE: N_("Erase a customer or a message"),
    _P.ARTICLES_EDIT: N_("Write and publish articles"),
    _P.INCIDENTS_EDIT: N_("Open and close incidents"),
    _P.DESK_MANAGE: N_("Set hours, brands, labels and shared texts"),
    _P.TEAMS_MANAGE: N_("Look after teams"),
    _P.PEOPLE_MANAGE: N_("Invite and look after people"),
    _P.ADMINISTER: N_("Make roles and give them"),
    _P.LEDGER_AUDIT: N_("Check the record and who looked at what"),
    _P.EXPORT: N_("Take everything out"),
}

SCOPE_NAMES: Mapping[Scope, str] = {_OWN: N_("their own"), _TEAM: N_("their teams"), _ALL: N_("all")}

ROLE_NAMES: Mapping[str, str] = {
    Role.AGENT: N_("Agent"),
    Role.LEAD: N_("Team lead"),
    Role.ADMIN: N_("Administrator"),
    Role.AUDITOR: N_("Auditor"),
}


def permissions_of(roles: Iterable[str]) -> frozenset[Permission]:
    """Return everything that somebody with these built-in roles may do."""
    return permissions_in(grants_of(frozenset(roles)))


def permissions_in(grants: Grants) -> frozenset[Permission]:
    """Return the permissions alone; who reads conversations of all teams holds the old name for that as well."""
    held = set(grants)
    if grants.get(Permission.CONVERSATIONS_VIEW) is Scope.ALL:
        held.add(Permission.CONVERSATIONS_VIEW_ALL)
    return frozenset(held)


@lru_cache(maxsize=512)
def grants_of(roles: frozenset[str], written: tuple[str, ...] = ()) -> Grants:
    """Return what roles give: the built-in ones by the table, the others by what is `written` in their rows.

    Each as far as the furthest. Kept by its arguments, so that a request pays for one look-up.
    """
    bundles = [POLICY[Role(role)] for role in roles if role in POLICY]
    return MappingProxyType(joined(*bundles, parse_grants(written)))


@lru_cache(maxsize=512)
def held_by(roles: frozenset[str], written: tuple[str, ...]) -> tuple[Grants, frozenset[Permission]]:
    """Return what `grants_of` and `permissions_in` say of roles; kept likewise."""
    grants = grants_of(roles, written)
    return grants, permissions_in(grants)


def joined(*bundles: Grants) -> dict[Permission, Scope]:
    """Return several bundles as one, each permission as far as its furthest."""
    grants: dict[Permission, Scope] = {}
    for bundle in bundles:
        for permission, scope in bundle.items():
            if permission not in grants or scope.covers(grants[permission]):
                grants[permission] = scope
    return grants


def covers(held: Grants, wanted: Grants) -> bool:
    """Return whether whoever holds the first could give the second: nothing in it is new, and nothing reaches further."""
    return all(permission in held and held[permission].covers(scope) for permission, scope in wanted.items())


def parse_grants(written: Collection[str]) -> dict[Permission, Scope]:
    """Read `conversations_view:team` and the like. Raises ValueError for what the editor of roles does not offer."""
    grants: dict[Permission, Scope] = {}
    for text in written:
        name, _, reach = text.partition(":")
        permission, scope = Permission(name), Scope(reach)
        if scope not in SENTENCES.get(permission, {}):
            raise ValueError(text)
        grants = joined(grants, {permission: scope})
    return grants


def write_grants(grants: Grants) -> list[str]:
    """Return grants as their row keeps them."""
    return sorted(f"{permission}:{scope}" for permission, scope in grants.items())


def sentences(grants: Grants) -> list[str]:
    """Return what somebody may do, as msgids of sentences, in the order of the table."""
    return [reaches[grants[permission]] for permission, reaches in SENTENCES.items() if permission in grants]
