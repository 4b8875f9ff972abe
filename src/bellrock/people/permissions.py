"""Roles and what they may do: one table, read by people and by the code alike."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

from bellrock.core import N_


class Permission(StrEnum):
    """One thing that an agent may do."""

    CONVERSATIONS_VIEW = "conversations_view"
    CONVERSATIONS_VIEW_ALL = "conversations_view_all"
    CONVERSATIONS_REPLY = "conversations_reply"
    CONVERSATIONS_ASSIGN = "conversations_assign"
    CUSTOMER_REVEAL = "customer_reveal"
    CUSTOMER_ERASE = "customer_erase"
    ARTICLES_EDIT = "articles_edit"
    INCIDENTS_EDIT = "incidents_edit"
    PEOPLE_MANAGE = "people_manage"
    LEDGER_AUDIT = "ledger_audit"
    EXPORT = "export"


class Role(StrEnum):
    """A bundle of permissions; an agent has one or more."""

    AGENT = "agent"
    LEAD = "lead"
    ADMIN = "admin"
    AUDITOR = "auditor"


_P = Permission

POLICY: Mapping[Role, frozenset[Permission]] = {
    Role.AGENT: frozenset({_P.CONVERSATIONS_VIEW, _P.CONVERSATIONS_REPLY, _P.CUSTOMER_REVEAL}),
    # Work must not be stranded in a team that nobody watches: a lead sees every queue.
    Role.LEAD: frozenset(
        {
            _P.CONVERSATIONS_VIEW,
            _P.CONVERSATIONS_VIEW_ALL,
            _P.CONVERSATIONS_REPLY,
            _P.CONVERSATIONS_ASSIGN,
            _P.CUSTOMER_REVEAL,
            _P.ARTICLES_EDIT,
            _P.INCIDENTS_EDIT,
        }
    ),
    # Whoever manages people reads no conversation by that alone; whoever audits changes nothing.
    Role.ADMIN: frozenset({_P.PEOPLE_MANAGE, _P.ARTICLES_EDIT, _P.INCIDENTS_EDIT, _P.CUSTOMER_ERASE}),
    Role.AUDITOR: frozenset({_P.LEDGER_AUDIT, _P.EXPORT}),
}

PERMISSION_NAMES: Mapping[Permission, str] = {
    _P.CONVERSATIONS_VIEW: N_("Read conversations of their teams"),
    _P.CONVERSATIONS_VIEW_ALL: N_("Read conversations of every team"),
    _P.CONVERSATIONS_REPLY: N_("Answer customers"),
    _P.CONVERSATIONS_ASSIGN: N_("Give conversations to others"),
    _P.CUSTOMER_REVEAL: N_("Reveal hidden customer data, with a reason"),
    _P.CUSTOMER_ERASE: N_("Erase a customer or a message"),
    _P.ARTICLES_EDIT: N_("Write and publish articles"),
    _P.INCIDENTS_EDIT: N_("Open and close incidents"),
    _P.PEOPLE_MANAGE: N_("Invite people, change roles and teams"),
    _P.LEDGER_AUDIT: N_("Check the record and who looked at what"),
    _P.EXPORT: N_("Export figures"),
}

ROLE_NAMES: Mapping[Role, str] = {
    Role.AGENT: N_("Agent"),
    Role.LEAD: N_("Team lead"),
    Role.ADMIN: N_("Administrator"),
    Role.AUDITOR: N_("Auditor"),
}


def permissions_of(roles: Iterable[Role]) -> frozenset[Permission]:
    """Return everything that somebody with these roles may do."""
    return frozenset().union(*(POLICY[role] for role in roles))
