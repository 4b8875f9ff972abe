"""Customers, agents and teams, as other rooms see them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from bellrock.core import Actor
from bellrock.people.permissions import SENTENCES, Grants, Permission, Role, Scope, held_by


class CustomerKind(StrEnum):
    """A customer was vouched for by the exchange; a visitor was not."""

    CUSTOMER = "customer"
    VISITOR = "visitor"


class Tier(StrEnum):
    """How the exchange ranks the customer."""

    STANDARD = "standard"
    VIP = "vip"
    INSTITUTION = "institution"


class Presence(StrEnum):
    """Whether an agent takes cases now."""

    ONLINE = "online"
    BUSY = "busy"
    AWAY = "away"
    OFFLINE = "offline"


class AgentStatus(StrEnum):
    """Invited agents have not joined yet; closed ones may no longer sign in."""

    INVITED = "invited"
    ACTIVE = "active"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Customer:
    """Who writes to us. Carries no personal data."""

    id: UUID
    kind: CustomerKind
    locale: str
    tier: Tier = Tier.STANDARD

    @property
    def actor(self) -> Actor:
        return Actor("customer" if self.kind is CustomerKind.CUSTOMER else "visitor", self.id)


@dataclass(frozen=True, slots=True)
class Profile:
    """What the exchange told us about a customer; all of it lies sealed."""

    name: str | None = None
    email: str | None = None
    external_id: str | None = None


@dataclass(frozen=True, slots=True)
class Agent:
    """Somebody who works here, with what they may do: `roles` by their keys, `grants` how far each permission reaches.

    Without `grants`, each permission reaches as far as it can, but reading only as far as the teams unless it is of all.
    """

    id: UUID
    name: str
    roles: frozenset[str]
    team_ids: frozenset[UUID]
    languages: tuple[str, ...]
    permissions: frozenset[Permission]
    locale: str = "en"
    grants: Grants = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        if not self.grants and self.permissions:
            object.__setattr__(self, "grants", _furthest(self.permissions))

    @property
    def actor(self) -> Actor:
        return Actor("agent", self.id)

    def may(self, permission: Permission) -> bool:
        return permission in self.permissions


def _furthest(permissions: frozenset[Permission]) -> dict[Permission, Scope]:
    grants = {permission: list(SENTENCES[permission])[-1] for permission in permissions if permission in SENTENCES}
    if Permission.CONVERSATIONS_VIEW in grants and Permission.CONVERSATIONS_VIEW_ALL not in permissions:
        grants[Permission.CONVERSATIONS_VIEW] = Scope.TEAM
    return grants


class Level(StrEnum):
    """How well somebody answers in a language; from `fluent` on they are given its cases."""

    BASIC = "basic"
    FLUENT = "fluent"
    NATIVE = "native"


@dataclass(frozen=True, slots=True)
class Team:
    """A group of agents and what they take: queues of the taxonomy, single topics, languages (none: all of them)."""

    id: UUID
    slug: str
    name: str
    queues: tuple[str, ...]
    topics: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    is_default: bool = False
    archived_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Seat:
    """An agent as the router sees them: here or not, how many cases at once, what they speak and know how well."""

    agent: Agent
    presence: Presence
    capacity: int
    levels: Mapping[str, Level] = field(default_factory=dict, hash=False)
    skills: Mapping[str, int] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class AgentRow:
    """An agent as the page of people lists them."""

    agent: Agent
    email: str
    status: AgentStatus
    enrolled: bool
    capacity: int
    presence: Presence
    created_at: datetime
    levels: Mapping[str, Level] = field(default_factory=dict, hash=False)
    skills: Mapping[str, int] = field(default_factory=dict, hash=False)


# Columns that `agent_from_row` reads; every query that makes an Agent selects them.
AGENT_COLUMNS = (
    "agents.id, agents.name, agents.roles, agents.languages, agents.locale, ARRAY("
    "SELECT team_id FROM team_members WHERE agent_id = agents.id) AS team_ids,"
    # Most people have built-in roles only, and no row is read for them.
    " CASE WHEN agents.roles <@ ARRAY['agent', 'lead', 'admin', 'auditor'] THEN NULL ELSE ARRAY(SELECT unnest(r.grants)"
    " FROM roles r WHERE r.slug = ANY(agents.roles) AND r.archived_at IS NULL ORDER BY 1) END AS grants"
)
# What `levels_of` and `skills_of` read beside them.
SEAT_COLUMNS = "agents.capacity, agents.language_levels, agents.skills"


def agent_from_row(row: dict[str, Any]) -> Agent:
    """Make an agent of a row with AGENT_COLUMNS."""
    roles = frozenset(_BUILT_IN.get(role, role) for role in row["roles"])
    grants, permissions = held_by(roles, tuple(row["grants"] or ()))
    return Agent(
        id=row["id"],
        name=row["name"],
        roles=roles,
        team_ids=frozenset(row["team_ids"]),
        languages=tuple(row["languages"]),
        permissions=permissions,
        locale=row["locale"],
        grants=grants,
    )


def levels_of(row: dict[str, Any]) -> dict[str, Level]:
    """Return how well somebody speaks each of their languages; `fluent` where nobody said."""
    return {language: Level(row["language_levels"].get(language, Level.FLUENT)) for language in row["languages"]}


_BUILT_IN: dict[str, str] = {role.value: role for role in Role}


def customer_from_row(row: dict[str, Any]) -> Customer:
    """Make a customer of a row with id, kind, locale and tier."""
    return Customer(id=row["id"], kind=CustomerKind(row["kind"]), locale=row["locale"], tier=Tier(row["tier"]))
