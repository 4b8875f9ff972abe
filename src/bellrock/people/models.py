"""Customers, agents and teams, as other rooms see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from bellrock.core import Actor
from bellrock.people.permissions import Permission, Role, permissions_of


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
    """Somebody who works here, with what they may do."""

    id: UUID
    name: str
    roles: frozenset[Role]
    team_ids: frozenset[UUID]
    languages: tuple[str, ...]
    permissions: frozenset[Permission]
    locale: str = "en"

    @property
    def actor(self) -> Actor:
        return Actor("agent", self.id)

    def may(self, permission: Permission) -> bool:
        return permission in self.permissions


@dataclass(frozen=True, slots=True)
class Team:
    """A group of agents and the queues of the taxonomy that they work on."""

    id: UUID
    slug: str
    name: str
    queues: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Seat:
    """An agent as the router sees them: here or not, and how many cases at once."""

    agent: Agent
    presence: Presence
    capacity: int


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


# Columns that `agent_from_row` reads; every query that makes an Agent selects them.
AGENT_COLUMNS = (
    "agents.id, agents.name, agents.roles, agents.languages, agents.locale, ARRAY("
    "SELECT team_id FROM team_members WHERE agent_id = agents.id) AS team_ids"
)


def agent_from_row(row: dict[str, Any]) -> Agent:
    """Make an agent of a row with AGENT_COLUMNS."""
    roles = frozenset(Role(role) for role in row["roles"])
    return Agent(
        id=row["id"],
        name=row["name"],
        roles=roles,
        team_ids=frozenset(row["team_ids"]),
        languages=tuple(row["languages"]),
        permissions=permissions_of(roles),
        locale=row["locale"],
    )


def customer_from_row(row: dict[str, Any]) -> Customer:
    """Make a customer of a row with id, kind, locale and tier."""
    return Customer(id=row["id"], kind=CustomerKind(row["kind"]), locale=row["locale"], tier=Tier(row["tier"]))
